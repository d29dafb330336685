"""How probable a model with latent variables finds pictures: ELBO, importance-weighted bound, active units."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.figures import Figures
from makebelieve.networks.using import evaluating
from makebelieve.training.randomness import derive

ROWS = 512  # pairs of a picture and a z that are decoded at once
ACTIVE = 0.01  # variance of a unit's posterior mean over the data above which it counts as used


class LatentModel(Protocol):
    """What a variational autoencoder offers for its likelihood; the prior is N(0, I).

    Row i of all tensors belongs together; neither function draws anything at random.
    """

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (m, c, h, w) to the mean and the log variance of q(z | x), (m, latent) each."""
        ...

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) in nats, summed over pixels, (m,), of x (m, c, h, w), maybe an expanded view, and z."""
        ...


@dataclass(frozen=True)
class Elbo:
    """The evidence lower bound (Kingma & Welling 2014, eq. 3) by its two terms, in nats a picture.

    Attributes:
        log_likelihood: (n,), E over q(z | x) of log p(x | z).
        kl: (n,), KL(q(z | x) ‖ N(0, I)), in closed form.
    """

    log_likelihood: Tensor
    kl: Tensor

    @property
    def bound(self) -> Tensor:
        """(n,), log likelihood less KL."""
        return self.log_likelihood - self.kl


def elbo(model: LatentModel, x: Tensor, *, samples: int = 1, seed: int = 0) -> Elbo:
    """The ELBO of pictures x (n, c, h, w) on the model's device, with so many z for each; float64, on the CPU.

    Raises:
        OptionError: `samples` is below 1.
    """
    _at_least_one("samples", samples)
    log_ps, kls = [], []
    with _using(model):
        for start in range(0, len(x), ROWS):
            part = x[start : start + ROWS]
            mean, log_variance = model.posterior(part)
            kls.append(kl_divergence(mean, log_variance).cpu())
            sums = torch.zeros(len(part), dtype=torch.float64)
            for i in range(samples):
                noise = _noise(tuple(mean.shape), derive(seed, "elbo", start, i)).to(mean)
                sums += model.log_likelihood(part, mean + (0.5 * log_variance).exp() * noise).double().cpu()
            log_ps.append(sums / samples)
    return Elbo(torch.cat(log_ps), torch.cat(kls))


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − log σ² − 1), (n,) float64 (Kingma & Welling 2014, appendix B)."""
    mean, log_variance = mean.double(), log_variance.double()
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(1)


def importance_weighted(model: LatentModel, x: Tensor, k: int = 1000, *, seed: int = 0, rows: int = ROWS) -> Tensor:
    """log (1/k) Σᵢ p(x, zᵢ) / q(zᵢ | x) with zᵢ ~ q(z | x): a lower bound of log p(x), in nats a picture, that rises to
    it with k (Burda et al. 2016, eq. 8).

    With z = μ + σ ε, log p(z) − log q(z | x) = ½ Σ (ε² − z² + log σ²). The noise of a picture depends on `seed` and the
    picture's place alone, so that `rows` changes memory and speed only.

    Args:
        model: see `LatentModel`.
        x: (n, c, h, w), on the model's device.
        k: samples of z for each picture.
        seed: draws them.
        rows: pairs of a picture and a z that are decoded at once.

    Returns:
        (n,), float64, on the CPU.

    Raises:
        OptionError: `k` or `rows` is below 1.
    """
    _at_least_one("k", k)
    _at_least_one("rows", rows)
    several = max(1, rows // k)  # whole pictures at once
    found = []
    with _using(model):
        for start in range(0, len(x), several):
            part = x[start : start + several]
            mean, log_variance = model.posterior(part)
            each = [_noise((k, mean.shape[1]), derive(seed, "importance", start + i)) for i in range(len(part))]
            weights = _log_weights(model, part, mean, log_variance, torch.cat(each).to(mean), rows)
            found.append(torch.logsumexp(weights.view(len(part), k), 1) - math.log(k))
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.float64)


def _log_weights(model: LatentModel, x: Tensor, mean: Tensor, log_variance: Tensor, noise: Tensor, rows: int) -> Tensor:
    """log p(x, z) − log q(z | x), (n · k,) float64 on the CPU, of noise (n · k, latent): k rows for each picture."""
    k = len(noise) // len(x)
    found = []
    for start in range(0, len(noise), rows):
        epsilon = noise[start : start + rows]
        owner = torch.arange(start, start + len(epsilon), device=x.device) // k
        z = mean[owner] + (0.5 * log_variance[owner]).exp() * epsilon
        ratio = 0.5 * (epsilon.square() - z.square() + log_variance[owner]).sum(1)
        pictures = x.expand(len(epsilon), *x.shape[1:]) if len(x) == 1 else x[owner]
        found.append((model.log_likelihood(pictures, z).double() + ratio.double()).cpu())
    return torch.cat(found)


def posterior_means(model: LatentModel, x: Tensor) -> Tensor:
    """The means of q(z | x), (n, latent) float32 on the CPU, of pictures x (n, c, h, w)."""
    with _using(model):
        return torch.cat([model.posterior(part)[0].float().cpu() for part in torch.split(x, ROWS)])


def active_units(means: Tensor) -> int:
    """Latent units whose posterior mean varies over the data: Var over x of E[z | x] > 0.01 (Burda et al. 2016, 5.2).

    Args:
        means: (n, latent), n at least 2.
    """
    return int((means.double().var(0) > ACTIVE).sum())


def bits_per_dimension(nats: float, dimensions: int, levels: int | None = None) -> float:
    """−log₂ p a value, from log p of a picture in nats.

    Args:
        nats: log p(x) of one picture of so many dimensions (pixels times channels).
        dimensions: how many.
        levels: None where p is a probability, as of binary pixels; where it is a density over values in [0, 1] that
            were stored in so many levels, log₂ levels is added (Theis et al. 2016, section 3.1).
    """
    return -nats / (dimensions * math.log(2)) + (math.log2(levels) if levels else 0.0)


def binarised(x: Tensor, seed: int = 0) -> Tensor:
    """Pictures of 0 and 1: each pixel of x in [0, 1] drawn as a Bernoulli variable with that mean.

    This is the dynamic binarisation of Salakhutdinov & Murray 2008.
    """
    chance = torch.rand(x.shape, generator=torch.Generator().manual_seed(derive(seed, "binarised")))
    return (chance.to(x.device) < x).to(x.dtype)


def evaluate_likelihood(
    model: LatentModel,
    x: Tensor,
    *,
    pixels: str,
    n: int = 1000,
    k: int = 1000,
    seed: int = 0,
    levels: int | None = None,
) -> Figures:
    """ELBO, importance-weighted bound, bits per dimension and active units.

    `elbo`, `kl` and `active_units` are of all pictures given, `log_likelihood`, the importance-weighted bound with k
    samples, of the first n of them; all in nats a picture, mean over pictures.

    Args:
        model: see `LatentModel`.
        x: (m, c, h, w) held-out pictures, in the values that the likelihood is of, on the model's device.
        pixels: what those values are, for the protocol, such as "binarised by chance, seed 0".
        n: pictures for the importance-weighted bound, which decodes n · k times.
        k: samples of z for each.
        seed: draws z.
        levels: see `bits_per_dimension`.

    Raises:
        DataError: fewer than n pictures, or fewer than two, are given.
        OptionError: n or k is below 1.
    """
    _at_least_one("n", n)
    if len(x) < max(n, 2):
        raise DataError("evaluate.few_pictures", given=len(x), wanted=max(n, 2))
    terms = elbo(model, x, seed=seed)
    means = posterior_means(model, x)
    bound = importance_weighted(model, x[:n], k, seed=seed)
    nats = float(bound.mean())
    return Figures(
        {
            "elbo": terms.bound.mean(),
            "reconstruction": -terms.log_likelihood.mean(),
            "kl": terms.kl.mean(),
            "log_likelihood": nats,
            "log_likelihood_error": bound.std() / math.sqrt(n) if n > 1 else math.nan,
            "bits_per_dimension": bits_per_dimension(nats, x[0].numel(), levels),
            "active_units": active_units(means),
        },
        {
            "unit": "nats a picture",
            "pixels": pixels,
            "n_elbo": len(x),
            "n_log_likelihood": n,
            "k": k,
            "seed": seed,
            "latent": means.shape[1],
        },
    )


@contextlib.contextmanager
def _using(model: LatentModel) -> Iterator[None]:
    """No gradients; a module in eval mode, and as it was afterwards."""
    with evaluating(model) if isinstance(model, nn.Module) else torch.no_grad():
        yield


def _noise(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _at_least_one(name: str, given: int) -> None:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise OptionError("evaluate.at_least_one", name=name, given=given)
