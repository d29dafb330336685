"""The autoencoder's program form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makebelieve.export import Called, Port, Program

if TYPE_CHECKING:
    from makebelieve.systems.autoencoder.learner import AutoencoderLearner


def programs(learn: AutoencoderLearner) -> dict[str, Program]:
    """`reconstruct`: pictures, noisy ones for a denoiser, by way of z and back; and its halves."""
    pictures = Port("pictures", ("n", *learn.shape), "float32", "export.pictures", (0, 1))
    back = Port("reconstructions", ("n", *learn.shape), "float32", "export.pictures", (0, 1))
    z = Port("z", ("n", *learn.code), "float32", "export.code")
    return {
        "reconstruct": Program(Called(learn.model, "reconstruct"), [pictures], [back]),
        "encoder": Program(Called(learn.model, "encode"), [pictures], [z]),
        "decoder": Program(Called(learn.model, "decode"), [z], [back]),
    }
