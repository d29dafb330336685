"""`mb.arrays`: numbers of any shape, as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.labelled import Labelled, few_labels
from makebelieve.data.labels import plain
from makebelieve.data.reading import NumberReading
from makebelieve.data.split import choose
from makebelieve.errors import DataError


@dataclass(frozen=True)
class _Rows:
    values: Tensor

    def __call__(self, row: int) -> Tensor:
        return self.values[row]

    def all(self, rows: range) -> Tensor:
        return self.values[rows.start : rows.stop]


@dataclass(frozen=True)
class _LabelOf:
    labels: list[Any]

    def __call__(self, row: int) -> Any:
        return self.labels[row]


def arrays(
    x: Any,
    y: Any = None,
    *,
    classes: Sequence[str] | None = None,
    valid: float | Sequence[int] = 0.2,
    seed: int = 42,
    labelled: Labelled | None = None,
) -> Data:
    """Data out of numbers: features, signals, latent vectors. For pictures use `images`, which scales them.

    Args:
        x: (n, ...) array, tensor or nested list; kept as float32, values as they are.
        y: n labels: whole numbers, booleans or text are classes; floats, (n,) or (n, k), are targets; or None.
        classes: names of the classes, where `y` are whole numbers 0, 1, … that stand for them.
        valid: share of the items held back for validation, in [0, 1), or their row numbers.
        seed: draws those items, and those of `labelled`.
        labelled: hides the labels of all training items but so many, drawn alike from all classes, or but those at
            these places in the training part; see `images`.

    Raises:
        DataError: x is empty or holds NaN or infinity, or y has another length.
        OptionError: `valid` is out of range.
    """
    values = _numbers(x)
    if values.ndim == 0 or len(values) == 0:
        raise DataError("data.array_empty", shape=tuple(values.shape))
    if not values.isfinite().all():
        raise DataError("data.array_nan", n=int((~values.isfinite()).sum()))
    labels = None if y is None else plain(y)
    if labels is not None and len(labels) != len(values):
        raise DataError("data.labels_length", labels=len(labels), items=len(values))
    if labels is not None and classes is not None:
        labels = _named(labels, list(classes))
    label_of = None if labels is None else _LabelOf(labels)
    few = few_labels(labelled, seed)
    block = DataBlock(items=range, x=_Rows(values), y=label_of, split=choose(valid, seed, own=False))
    name = f"arrays {' × '.join(map(str, values.shape))}"
    return block.assemble(
        range(len(values)), Facts(name), memory=True, order=list(classes or ()), few=few, reading=NumberReading
    )


def _numbers(x: Any) -> Tensor:
    try:
        values = torch.as_tensor(x if isinstance(x, Tensor) else np.asarray(x))
    except (TypeError, ValueError) as error:
        raise DataError("data.array_numbers", why=str(error)) from error
    return values.detach().cpu().to(torch.float32).contiguous()


def _named(labels: list[Any], classes: list[str]) -> list[str]:
    wrong = [label for label in labels if isinstance(label, bool) or not isinstance(label, int)]
    wrong += [label for label in labels if label not in wrong and not 0 <= label < len(classes)]
    if wrong:
        raise DataError("data.classes_names", label=wrong[0], n=len(classes))
    return [classes[label] for label in labels]
