"""The diffusion model's program form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.export.loops import over
from makebelieve.systems.diffusion.flow import from_signed, times

if TYPE_CHECKING:
    from makebelieve.systems.diffusion.learner import DiffusionLearner


class Sampler(nn.Module):
    """Noise (n, c, h, w) to pictures in [0, 1] by the midpoint rule, as a loop of one evaluation's operations.

    With the state z and a point p at which the slope v(p, t) is asked for, every evaluation does z ← z + b v and
    p ← z + a v: first halfway (a = h / 2, b = 0), from there the whole step (a = 0, b = h).

    Args:
        model: the velocity.
        steps: of the solver.
    """

    evaluations: Tensor

    def __init__(self, model: nn.Module, steps: int) -> None:
        super().__init__()
        self.model = model
        h = 1 / steps
        rows = [row for t in times(steps)[:-1] for row in ((t, h / 2, 0.0), (t + h / 2, 0.0, h))]
        self.register_buffer("evaluations", torch.tensor(rows))

    def forward(self, noise: Tensor, *y: Tensor) -> Tensor:
        def evaluate(carry: Tensor, told: Tensor) -> Tensor:
            z, p = carry.unbind(0)
            t, a, b = told.unbind(0)
            slope = self.model(p, t.expand(p.shape[0]), *y)
            z = z + b * slope
            return torch.stack([z, z + a * slope])

        return from_signed(over(self.evaluations, torch.stack([noise, noise]), evaluate)[0])


def programs(learn: DiffusionLearner, steps: int) -> dict[str, Program]:
    """`generator`: noise to pictures, without guidance; `velocity`: the network itself, for a solver of one's own."""
    model = learn.network("model")
    labels = [Port("y", ("n",), "int64", "export.y", (0, len(learn.classes) - 1))] if learn.classes else []
    noise = Port("noise", ("n", *learn.shape), "float32", "export.noise")
    pictures = Port("pictures", ("n", *learn.shape), "float32", "export.pictures", (0, 1))
    z = Port("z", ("n", *learn.shape), "float32", "export.way")
    t = Port("t", ("n",), "float32", "export.time", (0, 1))
    v = Port("velocity", ("n", *learn.shape), "float32", "export.velocity")
    return {
        "generator": Program(Sampler(model, steps), [noise, *labels], [pictures]),
        "velocity": Program(model, [z, t, *labels], [v]),
    }
