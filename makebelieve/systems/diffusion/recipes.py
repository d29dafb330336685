"""The diffusion model's recipe: flow matching."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from makebelieve.systems.diffusion.flow import along, to_signed
from makebelieve.training import Networks, Run, recipe
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Turns

__all__ = ["flow_matching"]


@recipe(
    optimizers={"model": partial(torch.optim.Adam, lr=2e-3, betas=(0.9, 0.99))},
    average={"model": 0.999},
    batch_size=64,
)
def flow_matching(nets: Networks, batch: Batch, run: Run, *, unlabelled: float = 0.1) -> Turns:
    """Conditional flow matching (Lipman et al. 2023, eq. 23): the network's velocity against picture − noise.

    The loss is the squared error, summed over a picture, in the mean over the batch and over times uniform in [0, 1).

    Args:
        unlabelled: for networks that take labels: share of pictures whose label is hidden from the network, so that it
            learns the velocity without one too, which guidance needs (Ho & Salimans 2022, algorithm 1).
    """
    pictures, noise, t = to_signed(batch.x), run.noise(len(batch)), run.uniform(len(batch))
    y: tuple[Tensor, ...] = ()
    none = getattr(nets.model, "unlabelled", None)
    if batch.y is not None and none is not None:
        hidden = run.uniform(len(batch)) < (unlabelled if run.training else 0.0)
        y = (batch.y.masked_fill(hidden, none),)
    velocity = nets.model(along(noise, pictures, t), t, *y)
    yield "model", (velocity - (pictures - noise)).square().sum((1, 2, 3)).mean()
