"""The VAE's program form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makebelieve.export import Called, Port, Program

if TYPE_CHECKING:
    from makebelieve.systems.vae.learner import VaeLearner


def programs(learn: VaeLearner) -> dict[str, Program]:
    """`decoder`: z to pictures; `encoder`: pictures to the mean and the log variance of q(z | x)."""
    labels = [Port("y", ("n",), "int64", "export.y", (0, len(learn.classes) - 1))] if learn.classes else []
    pictures = Port("pictures", ("n", *learn.shape), "float32", "export.pictures", (0, 1))
    z = Port("z", ("n", learn.latent), "float32", "export.z")
    mean = Port("mean", ("n", learn.latent), "float32", "export.z_mean")
    spread = Port("log_variance", ("n", learn.latent), "float32", "export.z_log_variance")
    return {
        "decoder": Program(Called(learn.model, "decode"), [z, *labels], [pictures]),
        "encoder": Program(Called(learn.model, "posterior"), [pictures, *labels], [mean, spread]),
    }
