"""The flow: straight ways from noise to pictures, and the ordinary differential equation that walks along them.

At time t = 0 there is Gaussian noise e, at t = 1 a picture x in [−1, 1], and between them z_t = (1 − t) e + t x. A
network learns the velocity dz/dt = x − e in the mean over all that could have led to z_t; solving the equation from
fresh noise with that velocity gives new pictures (Lipman et al. 2023, eq. 22 with σ_min = 0; Liu, Gong & Liu 2023,
eq. 1).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal, TypeAlias

import torch
from torch import Tensor

Velocity: TypeAlias = Callable[[Tensor, Tensor], Tensor]
Solver = Literal["euler", "midpoint", "heun"]


def to_signed(x: Tensor) -> Tensor:
    """From [0, 1], as pictures are kept, to [−1, 1], where the flow ends."""
    return x * 2 - 1


def from_signed(z: Tensor) -> Tensor:
    """From the flow's end back to [0, 1]; what lies outside is clipped."""
    return (z * 0.5 + 0.5).clamp(0, 1)


def along(noise: Tensor, pictures: Tensor, t: Tensor) -> Tensor:
    """z_t = (1 − t) noise + t pictures, (n, c, h, w), at times t (n,)."""
    t = t.view(-1, 1, 1, 1)
    return (1 - t) * noise + t * pictures


def times(steps: int, start: float = 0.0) -> list[float]:
    """steps + 1 times from `start` to 1, evenly spaced."""
    return [start + (1 - start) * step / steps for step in range(steps)] + [1.0]


def solve(velocity: Velocity, z: Tensor, at: list[float], solver: Solver = "midpoint") -> list[Tensor]:
    """The points of the way at each of the times, the first being z itself.

    Args:
        velocity: (z, t) to dz/dt; z (n, c, h, w), t (n,).
        z: where the way begins, at the first time.
        at: times, ascending.
        solver: "euler" asks for the velocity once a step, "midpoint" and "heun" twice (second order; Hairer, Nørsett &
            Wanner 1993, section II.1).
    """
    found = [z]
    for here, there in pairwise(at):
        z = _step(velocity, z, here, there, solver)
        found.append(z)
    return found


def _step(velocity: Velocity, z: Tensor, here: float, there: float, solver: Solver) -> Tensor:
    span = there - here
    slope = velocity(z, torch.full((z.shape[0],), here, device=z.device))
    if solver == "midpoint":
        middle = torch.full((z.shape[0],), here + span / 2, device=z.device)
        slope = velocity(z + span / 2 * slope, middle)
    elif solver == "heun":
        end = torch.full((z.shape[0],), there, device=z.device)
        slope = (slope + velocity(z + span * slope, end)) / 2
    return z + span * slope
