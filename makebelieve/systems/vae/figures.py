"""How probable a VAE finds pictures, with or without their labels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from makebelieve.errors import DataError
from makebelieve.evaluate.likelihood import (
    active_units,
    binarised,
    bits_per_dimension,
    elbo,
    evaluate_likelihood,
    importance_weighted,
    posterior_means,
)
from makebelieve.figures import Figures
from makebelieve.networks.using import evaluating
from makebelieve.systems.vae.networks import Vae

LEVELS = 256  # of 8-bit pixels


@dataclass(frozen=True)
class Given:
    """The model when it is told that all pictures are of class y."""

    model: Vae
    y: int

    def _labels(self, x: Tensor) -> Tensor:
        return torch.full((len(x),), self.y, device=x.device)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The mean and the log variance of q(z | x, y), (m, latent) each."""
        return self.model.posterior(x, self._labels(x))

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z, y), (m,)."""
        return self.model.log_likelihood(x, z, self._labels(x))


def likelihood_figures(
    model: Vae, x: Tensor, y: Tensor | None, *, n: int, k: int, seed: int, binarise: bool, part: str
) -> Figures:
    """ELBO, importance-weighted bound and what follows from them; see `VaeLearner.evaluate`.

    Args:
        model: to be judged, on the device of x.
        x: (m, c, h, w) in [0, 1].
        y: (m,) class indices on the CPU, for a conditional model.
        n: pictures for the importance-weighted bound.
        k: samples of z for each.
        seed: of all that is drawn.
        binarise: whether pixels are drawn as 0 or 1.
        part: which part of the data that is, for the protocol.
    """
    pixels = f"drawn as 0 or 1, seed {seed}" if binarise else "grey"
    x = binarised(x, seed) if binarise else x
    levels = LEVELS if model.likelihood == "gaussian" else None
    protocol = {"likelihood": model.likelihood, "part": part}
    if y is None:
        found = evaluate_likelihood(model, x, pixels=pixels, n=n, k=k, seed=seed, levels=levels)
        return Figures(found, {**found.protocol, **protocol})
    if len(x) < max(n, 2):
        raise DataError("evaluate.few_pictures", given=len(x), wanted=max(n, 2))
    bounds, kls, means, weighted = [], [], [], []
    with evaluating(model):
        for index in range(int(y.max()) + 1):
            of_class, first = (y == index).nonzero()[:, 0], (y[:n] == index).nonzero()[:, 0]
            if not len(of_class):
                continue
            given = Given(model, index)
            terms = elbo(given, x[of_class], seed=seed)
            bounds.append(terms.bound)
            kls.append(terms.kl)
            means.append(posterior_means(given, x[of_class]))
            if len(first):
                weighted.append(importance_weighted(given, x[first], k, seed=seed))
    bound, kl, nats = torch.cat(bounds), torch.cat(kls), torch.cat(weighted)
    return Figures(
        {
            "elbo": bound.mean(),
            "reconstruction": -(bound + kl).mean(),
            "kl": kl.mean(),
            "log_likelihood": nats.mean(),
            "log_likelihood_error": nats.std() / math.sqrt(len(nats)) if len(nats) > 1 else math.nan,
            "bits_per_dimension": bits_per_dimension(float(nats.mean()), x[0].numel(), levels),
            "active_units": active_units(torch.cat(means)),
        },
        {
            "unit": "nats a picture",
            "given": "label",
            "pixels": pixels,
            "n_elbo": len(x),
            "n_log_likelihood": n,
            "k": k,
            "seed": seed,
            "latent": means[0].shape[1],
            **protocol,
        },
    )
