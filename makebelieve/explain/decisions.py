"""What a classifier or regressor decided, counted: confusion, precision and recall, calibration, the worst items.

Probabilities are (n, k): rows of a softmax where an item has one of k classes, sigmoids where it may have several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.figures import Figures, Table, table

BINS = 15
SURE = 0.5  # a label is given from this probability up


class PerClass(NamedTuple):
    """How well each of k classes is found. A share of nothing is not a number (NaN).

    Attributes:
        precision: (k,) float64, of the items given this class, the share that have it; NaN where none was given it.
        recall: (k,) float64, of the items that have this class, the share given it; NaN where none has it.
        f1: (k,) float64, the harmonic mean of both, ``2 TP / (2 TP + FP + FN)``.
        support: (k,) int64, items that have this class.
    """

    precision: Tensor
    recall: Tensor
    f1: Tensor
    support: Tensor


class Calibration(NamedTuple):
    """Whether of the decisions made with confidence p a share of p is right (Guo et al. 2017, section 2).

    Attributes:
        error: the expected calibration error (eq. 3): Σ_m |B_m| / n · |accuracy(B_m) − confidence(B_m)|, in [0, 1].
        confidence: (bins,) float64, mean confidence in bin m, which holds those in ((m − 1) / bins, m / bins]; NaN
            where it is empty.
        accuracy: (bins,) float64, share of right decisions in each bin; NaN where it is empty.
        counts: (bins,) int64, decisions in each bin.
    """

    error: float
    confidence: Tensor
    accuracy: Tensor
    counts: Tensor


class Confused(NamedTuple):
    """How many times an item of class `true` was taken for class `predicted`."""

    true: int
    predicted: int
    times: int


class Worst(NamedTuple):
    """The items that were got most wrong, worst first.

    Attributes:
        places: (m,) int64, their rows.
        losses: (m,) float64.
    """

    places: Tensor
    losses: Tensor


def confusion(y: Tensor, probabilities: Tensor) -> Tensor:
    """(k, k) int64: how many items of class (row) were given which class (column), the one of highest probability.

    Args:
        y: (n,) int64, the classes.
        probabilities: (n, k).

    Raises:
        DataError: the shapes do not fit, there are no items, a class is not below k, or a number is not finite.
    """
    y, p = _one_of_several(y, probabilities)
    k = p.shape[1]
    return torch.bincount(y * k + p.argmax(1), minlength=k * k).view(k, k)


def per_class(matrix: Tensor) -> PerClass:
    """`PerClass` of a confusion matrix, (k, k)."""
    right = matrix.diagonal().double()
    given, having = matrix.sum(0), matrix.sum(1)
    return PerClass(right / given, right / having, 2 * right / (given + having), having)


def per_label(y: Tensor, probabilities: Tensor, *, threshold: float = SURE) -> PerClass:
    """`PerClass` where an item may have several labels: each of the k labels is a decision of its own.

    Args:
        y: (n, k) floats, 1 where the item has the label, else 0.
        probabilities: (n, k).
        threshold: the label is given from this probability up.

    Raises:
        DataError: the shapes do not fit, there are no items, or a number is not finite.
    """
    having, p = _several_at_once(y, probabilities)
    given = p >= threshold
    right = (having & given).sum(0).double()
    return PerClass(
        right / given.sum(0), right / having.sum(0), 2 * right / (given.sum(0) + having.sum(0)), having.sum(0)
    )


def calibration(y: Tensor, probabilities: Tensor, *, bins: int = BINS) -> Calibration:
    """`Calibration` of the class given; with several labels at once, of every label's probability.

    Source:
        Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017 (arXiv:1706.04599).

    Args:
        y: (n,) int64 classes, or (n, k) floats 0 or 1.
        probabilities: (n, k).
        bins: of equal width.

    Raises:
        DataError: as `confusion`, or a probability lies outside [0, 1].
        OptionError: `bins` is below 1.
    """
    if bins < 1:
        raise OptionError("explain.at_least_one", name="bins", given=bins)
    if y.ndim == 1:
        y, p = _one_of_several(y, probabilities)
        confidence, given = p.max(1)
        right = (given == y).double()
    else:
        having, p = _several_at_once(y, probabilities)
        confidence, right = p.flatten(), having.flatten().double()
    if bool((p < 0).any() | (p > 1 + 1e-5).any()):
        raise DataError("explain.probabilities", low=f"{float(p.min()):.3g}", high=f"{float(p.max()):.3g}")
    place = ((confidence * bins).ceil().long() - 1).clamp(0, bins - 1)
    count = torch.bincount(place, minlength=bins)
    means = [torch.bincount(place, weights=values, minlength=bins) / count for values in (confidence, right)]
    gaps = (means[1] - means[0]).abs().nan_to_num(0)
    return Calibration(float((gaps * count).sum() / count.sum()), means[0], means[1], count)


def most_confused(matrix: Tensor, *, at_least: int = 1) -> list[Confused]:
    """Pairs of different classes in a confusion matrix, (k, k), that were confused so often; the most often first."""
    off = matrix.detach().cpu().clone()
    off.fill_diagonal_(0)
    found = [Confused(i, j, int(off[i, j])) for i, j in (off >= max(1, at_least)).nonzero().tolist()]
    return sorted(found, key=lambda pair: -pair.times)


def top_losses(y: Tensor, probabilities: Tensor, n: int = 9) -> Worst:
    """The n items of greatest cross-entropy: −log p_y, or with several labels its mean over the labels.

    Args:
        y: (n,) int64 classes, or (n, k) floats 0 or 1.
        probabilities: (n, k).
        n: how many; all where there are fewer.

    Raises:
        DataError: as `confusion`.
        OptionError: `n` is below 1.
    """
    if y.ndim == 1:
        y, p = _one_of_several(y, probabilities)
        return _worst(-_log(p.gather(1, y[:, None])[:, 0]), n)
    having, p = _several_at_once(y, probabilities)
    return _worst(-_log(torch.where(having, p, 1 - p)).mean(1), n)


def greatest_errors(y: Tensor, predicted: Tensor, n: int = 9) -> Worst:
    """The n items whose predicted numbers lie farthest from the true ones (Euclidean distance).

    Args:
        y: (n,) or (n, k), the true numbers.
        predicted: as many.
        n: how many; all where there are fewer.

    Raises:
        DataError: they are not as many, there are none, or one is not finite.
        OptionError: `n` is below 1.
    """
    if len(y) != len(predicted) or not len(y) or y.numel() != predicted.numel():
        raise DataError("explain.numbers_shape", y=tuple(y.shape), predicted=tuple(predicted.shape))
    true, guess = (
        _finite(values).flatten(1) if values.ndim > 1 else _finite(values)[:, None] for values in (y, predicted)
    )
    return _worst((true - guess).square().sum(1).sqrt(), n)


def class_table(found: PerClass, classes: Sequence[str]) -> Table:
    """Precision, recall, F1 and support as a table that shows itself: a row a class."""
    columns = zip(PerClass._fields, found, strict=True)
    how = {"n": int(found.support.sum())}
    return table({name: Figures(dict(zip(classes, values.tolist(), strict=True)), how) for name, values in columns})


def confusion_table(matrix: Tensor, classes: Sequence[str]) -> Table:
    """A confusion matrix as a table that shows itself: true classes down, predicted ones across."""
    columns = zip(classes, matrix.T.tolist(), strict=True)
    how = {"rows": "true class", "columns": "predicted class", "n": int(matrix.sum())}
    return table({name: Figures(dict(zip(classes, values, strict=True)), how) for name, values in columns})


def _one_of_several(y: Tensor, probabilities: Tensor) -> tuple[Tensor, Tensor]:
    if y.ndim != 1 or y.is_floating_point() or probabilities.ndim != 2 or len(y) != len(probabilities) or not len(y):
        raise DataError("explain.classes_shape", y=tuple(y.shape), probabilities=tuple(probabilities.shape))
    y, k = y.detach().cpu().long(), probabilities.shape[1]
    if int(y.min()) < 0 or int(y.max()) >= k:
        raise DataError("explain.class_outside", low=int(y.min()), high=int(y.max()), k=k, last=k - 1)
    return y, _finite(probabilities)


def _several_at_once(y: Tensor, probabilities: Tensor) -> tuple[Tensor, Tensor]:
    if y.ndim != 2 or y.shape != probabilities.shape or not y.numel():
        raise DataError("explain.labels_shape", y=tuple(y.shape), probabilities=tuple(probabilities.shape))
    return y.detach().cpu() > 0.5, _finite(probabilities)


def _finite(values: Tensor) -> Tensor:
    """Float64, on the CPU."""
    values = values.detach().cpu().double()
    if not bool(values.isfinite().all()):
        raise DataError("explain.not_finite", count=int((~values.isfinite()).sum()))
    return values


def _log(p: Tensor) -> Tensor:
    """The logarithm of probabilities; one that was rounded to zero counts as the least that float32 holds."""
    return p.clamp(min=torch.finfo(torch.float32).tiny).log()


def _worst(losses: Tensor, n: int) -> Worst:
    if n < 1:
        raise OptionError("explain.at_least_one", name="n", given=n)
    order = losses.argsort(descending=True, stable=True)[:n]
    return Worst(order, losses[order])
