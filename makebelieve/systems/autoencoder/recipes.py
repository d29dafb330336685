"""The autoencoder's recipe: one player, whose loss is how far its pictures are from those it should give."""

from __future__ import annotations

from functools import partial

import torch

from makebelieve.objectives.reconstruction import bernoulli_nll, squared_error
from makebelieve.systems.autoencoder.corruption import Corruption, spoil
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe


@recipe(optimizers={"model": partial(torch.optim.Adam, lr=3e-3)}, batch_size=256)
def reconstruction(
    nets: Networks, batch: Batch, run: Run, *, noise: float = 0.0, corruption: Corruption = "gaussian"
) -> Turns:
    """Binary cross-entropy of the pixels, summed over a picture (Hinton & Salakhutdinov 2006; Vincent et al. 2008).

    In validation also the metric `mse`: (x̂ − x)², the mean over pixels.

    Args:
        noise: how much the network's input is spoiled, see `spoil`; the target is the clean picture.
        corruption: how.
    """
    x = batch.x
    given = spoil(x, run.noise(len(batch)), noise, corruption) if noise else x
    logits = nets.model(given)
    loss = bernoulli_nll(logits, x).mean()
    if run.training:
        yield "model", loss
    else:
        error = squared_error(torch.sigmoid(logits.float()), x).mean() / x[0].numel()
        yield "model", loss, {"mse": error}
