"""`mb.series`: time series, seen as pictures of how their moments relate."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from makebelieve.data.augment import BatchTransform
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import Item, label_of
from makebelieve.data.files import labelled
from makebelieve.data.reading import found as found_file
from makebelieve.data.series_fields import Fields, How, fields
from makebelieve.data.series_files import (
    SUFFIXES,
    Row,
    as_rows,
    checked,
    frame_rows,
    one_series,
    pair_of,
    read_series,
    to_length,
)
from makebelieve.data.signals import RandomBend, RandomNoise, RandomWarp, as_json, from_json, split
from makebelieve.data.sources import Found, only, own_part, rebuilding
from makebelieve.data.split import as_json as as_places
from makebelieve.data.split import choose
from makebelieve.errors import DataError, OptionError

GENTLE = (RandomWarp(0.2), RandomBend(0.1), RandomNoise(0.05))
_USUAL = 48  # moments a side of a picture where nobody says how many
_LARGEST = 512


@dataclass(frozen=True)
class SeriesReading:
    """Series: brought to `size` moments, then a picture (fields * variables, size, size).

    It takes an array (length,) or (variables, length), a list of numbers, or the path of a text file with one series.
    """

    fields: Fields
    variables: int
    size: int
    kind: ClassVar[str] = "series"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def __call__(self, given: Any) -> Tensor:
        row = one_series(found_file(given)) if isinstance(given, (str, os.PathLike)) else given
        row = checked(row, 0)
        if len(row) != self.variables:
            raise DataError("series.variables", row=0, one=self.variables, two=len(row))
        return self.fields(to_length([row], self.size))[0]

    def state(self) -> dict[str, Any]:
        return {**asdict(self), "fields": {**asdict(self.fields), "how": list(self.fields.how)}}


def series_reading(state: Mapping[str, Any]) -> SeriesReading:
    """From what `state` gave."""
    told = state["fields"]
    return SeriesReading(fields(told["how"], told["bins"], told["threshold"]), state["variables"], state["size"])


@dataclass(frozen=True)
class _Series:
    """x of a block: rows of (n, variables, size)."""

    values: Tensor

    def __call__(self, item: Item) -> Tensor:
        return self.values[int(item.where)]

    def all(self, items: Sequence[Item]) -> Tensor:
        return self.values[torch.tensor([int(item.where) for item in items])]


def series(
    x: Any,
    y: Any = None,
    *,
    how: How | Sequence[How] = ("gasf", "recurrence", "line"),
    size: int | None = None,
    bins: int = 8,
    threshold: float | None = None,
    classes: Sequence[Any] | None = None,
    valid: float | Sequence[int] | None = None,
    seed: int = 42,
    augment: Sequence[BatchTransform | Mapping[str, Any]] | None = None,
) -> Data:
    """Time series to tell apart, as pictures: x is (fields * variables, size, size) in [0, 1].

    Series stay numbers, brought to one length; their pictures are made batch by batch on the training device, in full
    precision, after augmentation. Each series is scaled to its own range, so its height and offset don't count.

    Args:
        x: an array (n, length), or (n, variables, length); a list of arrays (length,) or (variables, length) of any
            lengths; a data frame with a series a row; a file, ``.txt``, ``.tsv`` or ``.csv`` with a labelled series a
            line, or ``.ts`` as sktime has it; or a folder with such a pair, ``NAME_TRAIN`` and ``NAME_TEST``.
        y: labels, where x has none: n of them, or the name of a data frame's column.
        how: the fields, stacked as channels: ``"gasf"``, ``"gadf"``, ``"mtf"``, ``"recurrence"``, ``"line"``; see
            `Fields`.
        size: moments, that is pixels a side, from 2 to 512: longer series are averaged by piecewise aggregation; by
            default the longest series' length, at most 48.
        bins: quantiles of ``"mtf"``.
        threshold: share of a series' range within which ``"recurrence"`` takes two values for the same; None is grey.
        classes: keep these only.
        valid: share held back for validation; or places of items; or None: the file ``NAME_TEST`` beside ``NAME_TRAIN``
            where there is one, else 0.2.
        seed: of that draw.
        augment: transforms of training batches, of series (`random_warp`, `random_bend`, `random_noise`) and of their
            pictures; None is a gentle choice of the first three, ``()`` is none.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty or unfit, or a series has one value, or NaN.
    """
    made = fields(how, bins, threshold)
    transforms = GENTLE if augment is None else tuple(from_json(transform) for transform in augment)
    found = _find(x, y)
    only(found, classes)
    rows: Sequence[Row] = found.rows or ()
    size = _size(size, rows)
    values = to_length(rows, size)
    raw, pictures = split(transforms)
    own = own_part(found, valid)
    block = DataBlock(
        items=list, x=_Series(values), y=label_of if any(i.label is not None for i in found.items) else None,
        split=choose(valid, seed, own), batch_transforms=pictures, to_picture=made, raw_transforms=raw,
    )  # fmt: skip
    arguments = {"how": list(made.how), "size": size, "bins": bins, "threshold": threshold, "seed": seed}
    arguments |= {"valid": as_places(valid), "augment": as_json(transforms)}
    facts = Facts(found.name, rebuild=rebuilding("series", found, arguments), extra={"kind": "series"})
    variables = values.shape[1]
    return block.assemble(found.items, facts, memory=True, reading=lambda _: SeriesReading(made, variables, size))


def _find(x: Any, y: Any) -> Found:
    if isinstance(x, (str, os.PathLike)):
        return _find_file(Path(x).expanduser().resolve(), y)
    if hasattr(x, "columns"):
        rows, labels = frame_rows(x, y)
        name = f"data frame of {len(rows):,} series"
    else:
        rows, labels = as_rows(x), y
        name = f"{len(rows):,} series"
    if not rows:
        raise DataError("data.no_items")
    return Found(name, labelled([Item(i) for i in range(len(rows))], labels), rows, again=None)


def _find_file(path: Path, y: Any) -> Found:
    if not path.exists():
        raise DataError("data.file_missing", path=str(path))
    train, test = pair_of(path)
    rows, labels = read_series(train)
    parts: list[str | None] = [None if test is None else "train"] * len(rows)
    if test is not None:
        more, more_labels = read_series(test)
        rows, parts = rows + more, parts + ["valid"] * len(more)
        labels = None if labels is None or more_labels is None else labels + more_labels
    rows = [checked(row, i) for i, row in enumerate(rows)]
    items = [Item(i, part=part) for i, part in enumerate(parts)]
    again = {"x": str(path)} if y is None else None
    return Found(train.stem.removesuffix("_TRAIN"), labelled(items, labels if y is None else y), rows, again=again)


def _size(size: int | None, rows: Sequence[Row]) -> int:
    if size is None:
        return min(_USUAL, max(int(row.shape[1]) for row in rows))
    if isinstance(size, bool) or not isinstance(size, int) or not 2 <= size <= _LARGEST:
        raise OptionError("series.size", size=size, most=_LARGEST)
    return size
