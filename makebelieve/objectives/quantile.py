"""The loss whose least value is at a quantile."""

from __future__ import annotations

import torch
from torch import Tensor


def pinball(said: Tensor, y: Tensor, quantiles: Tensor) -> Tensor:
    """Of each quantile q: q (y − ŷ) where ŷ is too low, (1 − q)(ŷ − y) where it is too high. Shape of `said`.

    Of the median it is half the absolute error.

    Args:
        said: (…, quantiles).
        y: (…).
        quantiles: (quantiles,) in (0, 1).

    Source:
        Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978.
    """
    error = y.unsqueeze(-1) - said
    return torch.maximum(quantiles * error, (quantiles - 1) * error)
