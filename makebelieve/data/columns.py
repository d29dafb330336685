"""Tables of columns, from wherever people have them: a file, a data frame, a dict, an array."""

from __future__ import annotations

import csv
import difflib
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from makebelieve.data.series_made import NAME, made_visitors
from makebelieve.data.text_files import guess
from makebelieve.data.times import Floats, read_times
from makebelieve.errors import DataError
from makebelieve.messages import say

log = logging.getLogger(__name__)

SUFFIXES = (".csv", ".tsv", ".txt")
_MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "-"))
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Columns:
    """A table.

    Attributes:
        name: for people.
        columns: by name, (rows,) each.
        index: times that a data frame has for its index, or None.
        path: the file it was read from, or None.
    """

    name: str
    columns: dict[str, Any]
    index: Any = None
    path: Path | None = None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def column(self, name: str) -> Any:
        """The column of that name.

        Raises:
            DataError: there is none; the nearest name is told.
        """
        if name not in self.columns:
            near = difflib.get_close_matches(str(name), list(self.columns), n=1, cutoff=0.0)
            known = ", ".join(self.columns)
            raise DataError("forecast.no_column", column=name, near=near[0] if near else "-", columns=known)
        return self.columns[name]

    def numbers(self, name: str) -> Floats:
        """A column as float64, NaN where nothing stands.

        Raises:
            DataError: there is no such column, or a row of it holds something else; it is named, counted from 1.
        """
        values = np.asarray(self.column(name))
        if values.dtype.kind in "biuf":
            return values.astype(np.float64)
        if values.dtype.kind not in "OUT":
            raise DataError("forecast.text", column=name, row=1, text=str(values[0]))
        return np.array([_number(value, name, row) for row, value in enumerate(values.tolist(), 1)], dtype=np.float64)

    def is_numbers(self, name: str) -> bool:
        """Whether a column can be read as numbers, at least one among them."""
        try:
            return bool(np.isfinite(self.numbers(name)).any())
        except DataError:
            return False


def _number(value: Any, column: str, row: int) -> float:
    if value is None:
        return np.nan
    word = value.strip() if isinstance(value, str) else value
    if isinstance(word, str) and word.lower() in _MISSING:
        return np.nan
    try:
        return float(word.replace(",", "") if isinstance(word, str) and _THOUSANDS.fullmatch(word) else word)
    except (TypeError, ValueError) as error:
        raise DataError("forecast.text", column=column, row=row, text=str(value)) from error


def _is_value(word: str) -> bool:
    """Whether a word is a number or a time, so not the name of a column."""
    try:
        read_times([word], "")
    except DataError as error:
        return error.key == "forecast.day_or_month"
    return True


def read_columns(source: Any) -> Columns:
    """A table out of a ``.csv`` or ``.tsv`` file, a data frame, a dict of columns, or an array (time[, variables]).

    ``"synthetic"`` is one that is made up.

    Raises:
        DataError: it is missing, empty, no table, or its columns differ in length.
    """
    if isinstance(source, str) and source == NAME:
        return _checked(Columns(NAME, dict(made_visitors()), path=Path(NAME)))
    if isinstance(source, (str, os.PathLike)):
        return _file(Path(source).expanduser().resolve())
    if hasattr(source, "columns"):
        return _frame(source)
    if isinstance(source, Mapping):
        return _checked(Columns("table", {str(name): _values(values) for name, values in source.items()}))
    if hasattr(source, "index") and hasattr(source, "to_numpy"):  # one column of a data frame
        return _checked(Columns("series", {str(source.name or "value"): source.to_numpy()}, _index(source)))
    return _array(source)


def _values(values: Any) -> Any:
    return values.detach().cpu().numpy() if isinstance(values, Tensor) else _of_column(values)


def _of_column(column: Any) -> Any:
    return column.to_numpy() if hasattr(column, "to_numpy") else np.asarray(column)


def _index(frame: Any) -> Any:
    given = frame.index.to_timestamp() if hasattr(frame.index, "to_timestamp") else frame.index  # of periods
    index = np.asarray(given)
    return index if index.dtype.kind == "M" or hasattr(given, "tz") else None


def _frame(frame: Any) -> Columns:
    _distinct([str(name) for name in frame.columns], "data frame")
    columns = {str(name): _of_column(frame[name]) for name in frame.columns}
    return _checked(Columns("data frame", columns, _index(frame) if hasattr(frame, "index") else None))


def _array(source: Any) -> Columns:
    try:
        values = np.asarray(_values(source), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("forecast.source", kind=type(source).__name__) from error
    if values.ndim == 1:
        return _checked(Columns("array", {"value": values}))
    if values.ndim != 2:
        raise DataError("forecast.array", shape=tuple(values.shape))
    return _checked(Columns("array", {str(i): column for i, column in enumerate(values.T)}))


def _file(path: Path) -> Columns:
    if path.suffix.lower() not in SUFFIXES:
        raise DataError("forecast.suffix", path=str(path), known=", ".join(SUFFIXES))
    if not path.is_file():
        raise DataError("data.file_missing", path=str(path))
    text = _read(path)
    head = text.partition("\n")[0]
    separator = max("\t;,", key=head.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(word.strip() for word in row)]
    except csv.Error as error:
        raise DataError("text.torn", path=str(path), why=str(error)) from error
    if len(rows) < 2:
        raise DataError("series.empty_file", path=str(path))
    names = [word.strip() for word in rows[0]]
    if all(_is_value(name) for name in names):  # no line of names
        rows, names = [names, *rows], [str(i) for i in range(len(names))]
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(names):
            raise DataError("forecast.row_length", path=str(path), row=number, found=len(row), expected=len(names))
    _distinct(names, str(path))
    columns: dict[str, Any] = {
        name: list(words) for name, words in zip(names, zip(*rows[1:], strict=True), strict=True)
    }
    return _checked(Columns(path.stem, columns, path=path))


def _read(path: Path) -> str:
    """A file's text: UTF-8, or else the encoding that goes, which is told.

    Raises:
        DataError: it is no text.
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = guess(raw, error.start)
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise DataError("series.not_text", path=str(path)) from error
    log.warning(say("forecast.encoding", path=path, encoding=encoding))
    return text


def _distinct(names: Sequence[str], table: str) -> None:
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise DataError("text.column_twice", name=table, column=twice)


def _checked(table: Columns) -> Columns:
    lengths: Sequence[int] = [len(column) for column in table.columns.values()]
    if not lengths or not max(lengths):
        raise DataError("forecast.no_rows")
    if len(set(lengths)) > 1:
        told = ", ".join(f"{name} {n:,}" for name, n in zip(table.columns, lengths, strict=True))
        raise DataError("forecast.lengths", lengths=told)
    return table
