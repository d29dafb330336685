"""The GAN's program form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.objectives.semi_supervised import real_logit

if TYPE_CHECKING:
    from makebelieve.systems.gan.learner import GanLearner


class _Classes(nn.Module):
    """Probabilities (n, k) of pictures, and the logit of their being real (n,)."""

    def __init__(self, critic: nn.Module) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        logits = cast(Tensor, self.critic(x))
        return torch.softmax(logits, 1), real_logit(logits)


def programs(learn: GanLearner) -> dict[str, Program]:
    """`generator`, and `critic`: its outputs for pictures, or where it tells classes apart their probabilities too."""
    uniform = learn.law == "uniform"
    z = Port("z", ("n", learn.latent), "float32", "export.z_uniform" if uniform else "export.z", _span(uniform))
    labels = [Port("y", ("n",), "int64", "export.y", (0, len(learn.classes) - 1))] if learn.classes else []
    pictures = Port("pictures", ("n", *learn.shape), "float32", "export.pictures", (0, 1))
    score, critic = Port("score", ("n",), "float32", "export.score"), learn.network("critic")
    found = {"generator": Program(learn.network("generator"), [z, *labels], [pictures])}
    if learn.told_apart is None:
        return {**found, "critic": Program(critic, [pictures, *labels], [score])}
    shares = Port("probabilities", ("n", len(learn.told_apart)), "float32", "export.probabilities", (0, 1))
    return {**found, "critic": Program(_Classes(critic), [pictures], [shares, score])}


def _span(uniform: bool) -> tuple[float, float] | None:
    return (-1, 1) if uniform else None
