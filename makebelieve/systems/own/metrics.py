"""Metrics by name. Each is the mean over the items, so that the mean over batches is that of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.systems.own.losses import nearest

Metric: TypeAlias = Callable[[Any, Any], Tensor | float]
TOP = 5


def accuracy(scores: Tensor, y: Tensor) -> Tensor:
    """Share of items whose class has the highest score; where scores and targets are alike, of those on one side of ½.

    Args:
        scores: (m, classes), or probabilities in the shape of the targets.
        y: (m,) int64, or 0 and 1.
    """
    if y.ndim == scores.ndim - 1 and not y.is_floating_point() and scores.shape[1] > 1:
        return (scores.argmax(1) == y).float().mean()
    return ((scores > 0.5) == (y.view_as(scores) > 0.5)).float().mean()


def error_rate(scores: Tensor, y: Tensor) -> Tensor:
    """1 − accuracy."""
    return 1 - accuracy(scores, y)


def top_5_accuracy(scores: Tensor, y: Tensor) -> Tensor:
    """Share of items (m,) whose class is among the five with the highest scores (m, classes)."""
    best = scores.topk(min(TOP, scores.shape[1]), 1).indices
    return (best == y.unsqueeze(1)).any(1).float().mean()


def mae(scores: Tensor, y: Tensor) -> Tensor:
    """Mean absolute error."""
    return (scores - y.view_as(scores)).abs().mean()


def mse(scores: Tensor, y: Tensor) -> Tensor:
    """Mean squared error."""
    return (scores - y.view_as(scores)).square().mean()


NAMED: dict[str, Metric] = {
    "accuracy": accuracy, "error_rate": error_rate, "top_5_accuracy": top_5_accuracy, "mae": mae, "mse": mse,
}  # fmt: skip


def metrics_of(given: Any) -> tuple[tuple[str, Metric], ...]:
    """Names and functions: of one metric or a sequence of them, each a name or a function (scores, y) to a scalar.

    Raises:
        OptionError: no metric has a name (the nearest is named), one has no name, or two have the same.
    """
    found: list[tuple[str, Metric]] = []
    if not (callable(given) or isinstance(given, Iterable)):
        raise OptionError("own.metric", given=repr(given)[:80], known=", ".join(NAMED))
    for one in (given,) if isinstance(given, str) or callable(given) else tuple(given):
        if isinstance(one, str):
            if one not in NAMED:
                raise OptionError("own.metric_name", given=one, near=nearest(one, NAMED), known=", ".join(NAMED))
            found.append((one, NAMED[one]))
        elif callable(one):
            found.append((str(getattr(one, "__name__", type(one).__name__)), one))
        else:
            raise OptionError("own.metric", given=repr(one)[:80], known=", ".join(NAMED))
    names = [name for name, _ in found]
    taken = [name for i, name in enumerate(names) if name in ("model", "loss", *names[:i])]
    if taken:
        raise OptionError("own.metric_twice", given=taken[0])
    return tuple(found)


@torch.no_grad()
def measured(metrics: tuple[tuple[str, Metric], ...], scores: Any, y: Any, prefix: str = "") -> dict[str, Tensor]:
    """The metrics' values by name, on the scores' device.

    Raises:
        OptionError: a metric can't, and which.
    """
    found = {}
    for name, metric in metrics:
        try:
            found[f"{prefix}{name}"] = torch.as_tensor(metric(scores, y)).float()
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            why = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise OptionError("own.metric_fails", given=name, why=why) from error
    return found
