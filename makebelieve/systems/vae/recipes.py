"""The VAE's recipe: one player, whose loss is the negative evidence lower bound."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor

from makebelieve.objectives.divergence import gaussian_kl, with_free_bits
from makebelieve.systems.vae.networks import Vae
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe


@recipe(optimizers={"model": partial(torch.optim.Adam, lr=1e-3)}, average={"model": 0.999}, batch_size=128)
def elbo(
    nets: Networks,
    batch: Batch,
    run: Run,
    *,
    beta: float = 1.0,
    warm_up: int = 0,
    free_bits: float = 0.0,
    binarise: bool = False,
    conditional: bool = False,
) -> Turns:
    """−E log p(x | z) + β KL(q(z | x) ‖ N(0, I)) (Kingma & Welling 2014, eq. 10; β: Higgins et al. 2017, eq. 4).

    The metrics `reconstruction`, `kl` and `elbo` are the bound itself, in nats a picture: without β, warm-up and free
    bits.

    Args:
        beta: weight of the KL.
        warm_up: steps through which that weight grows from 0 in a line (Sønderby et al. 2016, section 2.3).
        free_bits: nats of KL that each unit has for free (Kingma et al. 2016, eq. 15).
        binarise: whether each pixel is drawn anew as 0 or 1, with its value as the chance of 1.
        conditional: whether the networks are told batch.y.
    """
    x = batch.x
    if binarise:
        x = (run.uniform(x.numel()).view(x.shape) < x).to(x.dtype)
    # a compiled network passes attributes through to the model
    model = cast(Vae, nets.model)
    raw, mean, log_variance = model(x, run.noise(len(batch)), batch.y if conditional else None)
    reconstruction = model.nll(raw, x).mean()
    by_unit = gaussian_kl(mean, log_variance)
    kl = by_unit.sum(1).mean()
    penalty = with_free_bits(by_unit, free_bits) if free_bits and run.training else kl
    weight = beta * min(1.0, (run.step + 1) / warm_up) if warm_up and run.training else beta
    yield "model", reconstruction + weight * penalty, _told(reconstruction, kl)


def _told(reconstruction: Tensor, kl: Tensor) -> Mapping[str, Any]:
    reconstruction, kl = reconstruction.detach(), kl.detach()
    return {"reconstruction": reconstruction, "kl": kl, "elbo": -(reconstruction + kl)}
