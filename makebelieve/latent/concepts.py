"""A concept as a direction: where pictures that have something lie, seen from those that have not."""

from __future__ import annotations

from torch import Tensor

from makebelieve.errors import OptionError


def direction(having: Tensor, lacking: Tensor) -> Tensor:
    """From the mean of points without to the mean of points with it (Larsen et al. 2016, section 4.1).

    Args:
        having: (n, latent), points of pictures that have it.
        lacking: (m, latent), points of pictures that have not.

    Returns:
        (latent,); added once, it turns a typical picture without into one with it.

    Raises:
        OptionError: a group is empty.
    """
    if not len(having) or not len(lacking):
        raise OptionError("latent.empty_concept", having=len(having), lacking=len(lacking))
    return having.mean(0) - lacking.mean(0)
