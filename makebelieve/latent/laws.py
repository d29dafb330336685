"""Laws of z: what `run.noise(n)` draws, and points drawn from it to make pictures from."""

from __future__ import annotations

import operator

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.training.randomness import derive
from makebelieve.training.recipe import NoiseLaw

MOST_PICTURES = 1_000_000
MOST_LATENT = 65_536


def gaussian(latent: int) -> NoiseLaw:
    """z ~ N(0, 1), shape (n, latent)."""
    return lambda n, generator: torch.randn(n, latent, generator=generator, device=generator.device)


def uniform(latent: int) -> NoiseLaw:
    """z ~ U(−1, 1), shape (n, latent)."""
    return lambda n, generator: torch.rand(n, latent, generator=generator, device=generator.device) * 2 - 1


def points(
    law: NoiseLaw,
    n: int,
    seed: int | None = None,
    *,
    device: torch.device | str = "cpu",
    truncation: float | None = None,
) -> Tensor:
    """n points z of the law, shape (n, latent), on the device.

    Args:
        law: as `gaussian` gives it.
        n: how many, up to a million.
        seed: the same seed gives the same points; None draws new ones each time.
        device: where.
        truncation: Gaussian entries are squeezed into [−truncation, truncation], so that pictures become more typical,
            less varied (the law of Brock et al. 2019, section 3.1); None leaves them.

    Raises:
        OptionError: n is no whole number from 1, or truncation is not positive.
    """
    n = whole(n, 1, "latent.how_many")
    seed = int(torch.randint(2**62, ())) if seed is None else seed
    z = law(n, torch.Generator(device).manual_seed(derive(seed, "latents")))
    if truncation is None:
        return z
    if not truncation > 0:
        raise OptionError("latent.truncation", given=truncation)
    low, high = torch.special.ndtr(torch.tensor([-truncation, truncation], dtype=torch.float64)).tolist()
    squeezed: Tensor = torch.special.ndtri(low + torch.special.ndtr(z.double()) * (high - low))
    return squeezed.float()


def whole(given: int, least: int, key: str, most: int = MOST_PICTURES) -> int:
    """A whole number, Python's or NumPy's, from `least` to `most`; else the sentence `key`, told what was `given`."""
    if isinstance(given, bool) or not hasattr(given, "__index__") or not least <= operator.index(given) <= most:
        raise OptionError(key, given=given)
    return operator.index(given)


def checked_latent(given: int) -> int:
    """The size of z, from 1 to 65,536; OptionError for anything else."""
    return whole(given, 1, "latent.size", MOST_LATENT)
