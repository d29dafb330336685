"""The table that `data.summary()` gives."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from makebelieve.messages import say

if TYPE_CHECKING:
    from makebelieve.data.data import Data

_CLASSES_SHOWN = 20
_IMBALANCE = 3  # the largest class over the smallest, from which on the summary tells


def summary(data: Data) -> str:
    """Facts line by line, then counts by class."""
    facts = data.facts
    size = " × ".join(str(n) for n in data.shape)
    counts = say("data.summary_counts", train=f"{len(data.train):,}", valid=f"{len(data.valid):,}")
    kept = say("data.summary_memory" if isinstance(data.train.x, Tensor) else "data.summary_disk")
    rows = [("data.row_what", facts.name), ("data.row_items", f"{counts} ({kept})"), ("data.row_size", size)]
    rows.append(("data.row_split", facts.split or say("data.none")))
    if data.labelled is not None:
        told = say("data.summary_labelled", n=f"{len(data.labelled):,}", items=f"{len(data.train):,}")
        rows.append(("data.row_labelled", told))
    transforms = ", ".join(repr(t) for t in (*data.raw_transforms, *data.batch_transforms))
    rows.append(("data.row_augment", transforms or say("data.none")))
    if facts.skipped:
        rows.append(("data.row_skipped", f"{len(facts.skipped):,}: {', '.join(facts.skipped[:3])}"))
    if facts.licence:
        rows.append(("data.row_licence", facts.licence))
    lines = aligned([(say(key), value) for key, value in rows])
    return "\n".join([*lines, *_labels(data)])


def _labels(data: Data) -> list[str]:
    part = data.train if data.labelled is None else data.labelled
    if part.y is None:
        return [say("data.no_labels")]
    if data.classes is None:
        low, high = part.y.min().item(), part.y.max().item()
        return [say("data.targets", low=f"{low:.4g}", high=f"{high:.4g}")]
    counts = [per_class(part.y, len(data.classes)) for part in (part, data.valid)]
    names = data.classes[:_CLASSES_SHOWN]
    head = (
        say("data.row_class"),
        right(say("data.column_train" if data.labelled is None else "data.column_labelled"))
        + right(say("data.column_valid")),
    )
    rows = [(name, right(f"{t:,}") + right(f"{v:,}")) for name, t, v in zip(names, *counts, strict=False)]
    lines = ["", *aligned([head, *rows])]
    if len(data.classes) > _CLASSES_SHOWN:
        lines.append(say("data.more_classes", n=len(data.classes) - _CLASSES_SHOWN))
    few, many = min(counts[0]), max(counts[0])
    if len(data.classes) == 1:
        lines.append(say("data.one_class", name=data.classes[0]))
    elif many > _IMBALANCE * few:
        big, small = data.classes[counts[0].index(many)], data.classes[counts[0].index(few)]
        lines.append(say("data.imbalance", big=big, many=f"{many:,}", small=small, few=f"{few:,}"))
    return lines


def per_class(y: Tensor | None, classes: int) -> list[int]:
    """How many items each class has."""
    if y is None or not len(y):
        return [0] * classes
    return [int(n) for n in (y.sum(0) if y.ndim == 2 else y.bincount(minlength=classes))]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines, every column but the last filled up to its widest cell."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)][:-1]
    return [
        "".join(f"{cell}{' ' * (width - _width(cell))}  " for cell, width in zip(row, widths, strict=False)) + row[-1]
        for row in rows
    ]


def right(text: str) -> str:
    """A cell of nine columns, its text at the right."""
    return " " * (9 - _width(text)) + text


def _width(text: str) -> int:  # Hangul takes two columns in a terminal
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
