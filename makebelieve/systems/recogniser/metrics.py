"""Metrics: what is reported, not what is learned from. Functions of (scores, y) to a scalar, the mean over a batch.

Scores are probabilities (n, classes), or the numbers predicted, in the units of the targets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from torch import Tensor

Metric: TypeAlias = Callable[[Tensor, Tensor], Tensor]


def accuracy(scores: Tensor, y: Tensor) -> Tensor:
    """Share of items whose most probable class is theirs; of several classes at once, share of decisions at 0.5.

    Args:
        scores: (n, classes) in [0, 1].
        y: (n,) int64, or (n, classes) of 0 and 1.
    """
    right = scores.argmax(1) == y if y.ndim == 1 else (scores > 0.5) == (y > 0.5)
    return right.float().mean()


def error_rate(scores: Tensor, y: Tensor) -> Tensor:
    """1 − accuracy."""
    return 1 - accuracy(scores, y)


def mae(scores: Tensor, y: Tensor) -> Tensor:
    """Mean absolute error, in the units of the targets."""
    return (scores - y.view_as(scores)).abs().mean()


def rmse(scores: Tensor, y: Tensor) -> Tensor:
    """Root of the mean squared error; of a validation in several batches it is the mean of theirs."""
    return (scores - y.view_as(scores)).square().mean().sqrt()


KNOWN: dict[str, Metric] = {"accuracy": accuracy, "error_rate": error_rate, "mae": mae, "rmse": rmse}
