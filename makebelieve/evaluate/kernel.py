"""The kernel distance between two sets of features: what is called KID with Inception features."""

from __future__ import annotations

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.evaluate.arrays import Features, checked_pair
from makebelieve.training.randomness import derive

SUBSETS, SIZE = 50, 1000


def kernel_distance(a: Features, b: Features, *, subsets: int = SUBSETS, size: int = SIZE, seed: int = 0) -> float:
    """Squared maximum mean discrepancy with the kernel (xᵀy / d + 1)³: its unbiased estimate, mean over random subsets
    (Bińkowski et al. 2018, section 4).

    Unlike a Fréchet distance it is not biased by the number of samples, and may be below zero. float64.

    Args:
        a: (n, d), features of one set; a tensor or an array.
        b: (m, d), of the other.
        subsets: how many pairs of subsets are drawn; in each no row comes twice.
        size: rows of a subset; all rows of the smaller set where it has fewer.
        seed: draws the subsets.

    Raises:
        DataError: the shapes do not fit, a set has fewer than two rows, or a value is not finite.
        OptionError: `subsets` is below 1, or `size` below 2.
    """
    if subsets < 1 or size < 2:
        raise OptionError("evaluate.subsets", subsets=subsets, size=size)
    first, second = checked_pair(a, b)
    size = min(size, len(first), len(second))
    draw = torch.Generator().manual_seed(derive(seed, "kernel"))
    sums = 0.0
    for _ in range(subsets):
        x, y = (rows[torch.randperm(len(rows), generator=draw)[:size].to(rows.device)] for rows in (first, second))
        sums += float(_discrepancy(x, y))
    return sums / subsets


def _discrepancy(x: Tensor, y: Tensor) -> Tensor:
    """The unbiased estimate of MMD² for x and y (m, d) each (Gretton et al. 2012, eq. 3)."""
    m = len(x)
    within = sum((kernel.sum() - kernel.diagonal().sum()) / (m * (m - 1)) for kernel in (_kernel(x, x), _kernel(y, y)))
    return within - 2 * _kernel(x, y).mean()


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    return (x @ y.T / x.shape[1] + 1) ** 3
