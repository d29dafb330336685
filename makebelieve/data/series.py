"""`mb.series`: time series, seen as pictures of how their moments relate, or cut into windows to be forecast."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, overload

import torch
from torch import Tensor

from makebelieve.data.augment import BatchTransform
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import Item, label_of
from makebelieve.data.files import labelled
from makebelieve.data.forecasting import forecasting
from makebelieve.data.history import Gaps
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
from makebelieve.data.windows import SeriesWindows
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


@overload
def series(
    x: Any,
    *,
    target: str | Sequence[str],
    past: int | None = None,
    ahead: int | None = None,
    time: str | None = None,
    by: str | None = None,
    inputs: str | Sequence[str] | None = None,
    calendar: bool = True,
    gaps: Gaps = "refuse",
    valid: float | None = None,
) -> SeriesWindows: ...
@overload
def series(
    x: Any,
    *,
    past: int,
    ahead: int | None = None,
    time: str | None = None,
    by: str | None = None,
    inputs: str | Sequence[str] | None = None,
    calendar: bool = True,
    gaps: Gaps = "refuse",
    valid: float | None = None,
) -> SeriesWindows: ...
@overload
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
) -> Data: ...
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
    target: str | Sequence[str] | None = None,
    past: int | None = None,
    ahead: int | None = None,
    time: str | None = None,
    by: str | None = None,
    inputs: str | Sequence[str] | None = None,
    calendar: bool = True,
    gaps: Gaps = "refuse",
) -> Data | SeriesWindows:
    """Time series to tell apart as pictures, or with `target` or `past` series to forecast, as windows.

    To tell apart: x is (fields * variables, size, size) in [0, 1]. Series stay numbers, brought to one length; their
    pictures are made batch by batch on the training device, in full precision, after augmentation. Each series is
    scaled to its own range, so its height and offset don't count.

    To forecast: x is (past + ahead, channels), scaled by mean and deviation of the training rows: the targets, further
    inputs, sine and cosine of the calendar. The last share of the time is for validation. See `SeriesWindows`.

    Args:
        x: to tell apart: an array (n, length), or (n, variables, length); a list of arrays (length,) or (variables,
            length) of any lengths; a data frame with a series a row; a file, ``.txt``, ``.tsv`` or ``.csv`` with a
            labelled series a line, or ``.ts`` as sktime has it; or a folder with such a pair, ``NAME_TRAIN`` and
            ``NAME_TEST``. To forecast: a table with a row a time: a ``.csv`` or ``.tsv`` file, a data frame, a dict of
            columns, or an array (time,) or (time, variables); or ``"synthetic"``, made-up visitors by the day.
        y: labels, where x has none: n of them, or the name of a data frame's column.
        how: the fields, stacked as channels: ``"gasf"``, ``"gadf"``, ``"mtf"``, ``"recurrence"``, ``"line"``; see
            `Fields`.
        size: moments, that is pixels a side, from 2 to 512: longer series are averaged by piecewise aggregation; by
            default the longest series' length, at most 48.
        bins: quantiles of ``"mtf"``.
        threshold: share of a series' range within which ``"recurrence"`` takes two values for the same; None is grey.
        classes: keep these only.
        valid: share held back for validation, to forecast the last share of the time; or places of items; or None: the
            file ``NAME_TEST`` beside ``NAME_TRAIN`` where there is one, else 0.2.
        seed: of that draw.
        augment: transforms of training batches, of series (`random_warp`, `random_bend`, `random_noise`) and of their
            pictures; None is a gentle choice of the first three, ``()`` is none.
        target: column to forecast, or several; all columns of an array, and a table's only one of numbers, need not be
            named.
        past: rows that are known in a window; 60 by default.
        ahead: rows that are forecast at once; 5 by default.
        time: column of times; by default found by its name, its type or its text; without one, rows are counted.
        by: column that names the series, where a table holds several.
        inputs: further columns of numbers that are known of the past, or "all".
        calendar: whether the network is told the hour, the day of the week and the time of the year, where there are
            times and the training rows go through these twice.
        gaps: "refuse" rows that are missing, "fill" them and missing values by straight lines (no window is to foretell
            them), or "ignore" what times say and take rows as they follow each other. A series of weekdays may lack
            holidays.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty or unfit, or a series has one value, or NaN; to forecast: a column is
            not there or holds text, times are repeated or missing, a target is constant, or there are too few rows.
    """
    if not (target is None and past is None and ahead is None):
        others = {"y": y, "size": size, "threshold": threshold, "classes": classes, "augment": augment}
        for name, given in others.items():
            if given is not None:
                raise OptionError("forecast.for_pictures", name=name)
        if valid is not None and not isinstance(valid, (int, float)):
            raise OptionError("forecast.valid", given=valid)
        return forecasting(
            x, target=target, past=past, ahead=ahead, time=time, by=by, inputs=inputs, calendar=calendar, gaps=gaps,
            valid=valid,
        )  # fmt: skip
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
