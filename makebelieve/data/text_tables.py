"""Tables with a column of texts: ``.tsv``, ``.csv``, ``.jsonl``, ``.parquet``, and data frames."""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.data.labels import plain
from makebelieve.data.text_files import read_text
from makebelieve.errors import DataError, MissingExtraError

SUFFIXES = (".tsv", ".csv", ".jsonl", ".parquet")
TEXT_NAMES = ("text", "document", "review", "sentence", "content", "body", "comment")
LABEL_NAMES = ("label", "labels", "class")
_HEAD = 1000  # bytes of a line of names
_LONGEST = 1 << 30  # characters of a field; Python's csv reads 131,072 unless told


@dataclass(frozen=True)
class TextTable:
    """Columns by name, all of one length."""

    name: str
    columns: dict[str, Sequence[Any]]

    def column(self, name: str) -> list[Any]:
        """The values of a column as plain Python values.

        Raises:
            DataError: there is none of this name; the sentence names the nearest.
        """
        if name not in self.columns:
            near = difflib.get_close_matches(name, self.columns, n=1, cutoff=0)
            raise DataError(
                "text.no_column", name=self.name, column=name, near=near[0] if near else "-",
                columns=", ".join(self.columns),
            )  # fmt: skip
        return plain(self.columns[name])

    def text_column(self, wanted: str | None, label: str | None) -> str:
        """The name of the column of texts: the one wanted, or one called like that, or the only one left.

        Raises:
            DataError: it can't be told.
        """
        if wanted is not None:
            return wanted
        called = next((c for name in TEXT_NAMES for c in self.columns if c.lower() == name), None)
        rest = [c for c in self.columns if c != label]
        if called is None and len(rest) != 1:
            raise DataError("text.which_column", name=self.name, columns=", ".join(self.columns))
        return called or rest[0]

    def label_column(self, wanted: str | None) -> str | None:
        """The name of the column of labels: the one wanted, or one called like that, or None."""
        if wanted is not None:
            return wanted
        return next((c for name in LABEL_NAMES for c in self.columns if c.lower() == name), None)


def stem(path: Path) -> tuple[str, str]:
    """A file's name without its suffixes, and its suffix in lower case, ``.gz`` left out."""
    name = path.name[: -len(".gz")] if path.name.lower().endswith(".gz") else path.name
    return Path(name).stem, Path(name).suffix.lower()


def is_table(path: Path) -> bool:
    """Whether a file is called like a table, or has a line of names with tabs between, one of them that of texts."""
    if stem(path)[1] in SUFFIXES:
        return True
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        try:
            names = file.readline(_HEAD).decode("utf-8-sig").lower().strip().split("\t")
        except (UnicodeDecodeError, OSError, EOFError, zlib.error):
            return False
    return len(names) > 1 and any(name in TEXT_NAMES for name in names) and any(name in LABEL_NAMES for name in names)


def read_table(path: Path, encoding: str = "utf-8") -> TextTable:
    """A table from a file; ``.txt`` is read as ``.tsv``. All but ``.parquet`` may be ``.gz``.

    In ``.tsv`` a line is a row and quotes are literal; in ``.csv`` quotes hold a field together, and fields are told
    apart by whichever of comma, semicolon and tab the line of names has most of.

    Raises:
        DataError: there is no such file, it has no rows, two columns have one name, or a row hasn't the columns of the
            first.
        MissingExtraError: ``.parquet`` needs the package pyarrow.
    """
    suffix = stem(path)[1]
    if suffix == ".parquet":
        return _parquet(path)
    text = read_text(path, encoding)
    if suffix == ".jsonl":
        return _objects(text, path)
    rows = _quoted(text, path) if suffix == ".csv" else [line.split("\t") for line in text.split("\n") if line]
    if len(rows) < 2:
        raise DataError("text.no_rows", path=str(path))
    head, *body = rows
    distinct(head, str(path))
    wrong = next((i for i, row in enumerate(body) if len(row) != len(head)), None)
    if wrong is not None:
        raise DataError("text.row", path=str(path), row=wrong + 1, found=len(body[wrong]), columns=len(head))
    return TextTable(path.name, dict(zip(head, zip(*body, strict=True), strict=True)))


def frame_table(frame: Any) -> TextTable:
    """A table from a data frame, of pandas or polars."""
    name = f"data frame of {len(frame):,} rows"
    distinct([str(column) for column in frame.columns], name)
    return TextTable(name, {str(column): frame[column] for column in frame.columns})


def distinct(names: Sequence[str], table: str) -> None:
    """Each column has a name of its own.

    Raises:
        DataError: two have the same.
    """
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise DataError("text.column_twice", name=table, column=twice)


def as_text(value: Any) -> str:
    """A field as text; "" where it has no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value if isinstance(value, str) else str(value)


def as_label(value: Any) -> Any:
    """A label, None where the field is empty."""
    return None if isinstance(value, str) and not value else value


def _quoted(text: str, path: Path) -> list[list[str]]:
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    before = csv.field_size_limit(_LONGEST)
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True) if row]
    except csv.Error as error:
        raise DataError("text.torn", path=str(path), why=str(error)) from error
    finally:
        csv.field_size_limit(before)


def _objects(text: str, path: Path) -> TextTable:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError("text.object", path=str(path), line=number, why=error.msg) from error
        if not isinstance(row, dict):
            raise DataError("text.object", path=str(path), line=number, why=type(row).__name__)
        rows.append(row)
    if not rows:
        raise DataError("text.no_rows", path=str(path))
    return TextTable(
        path.name, {name: [row.get(name) for row in rows] for name in dict.fromkeys(k for r in rows for k in r)}
    )


def _parquet(path: Path) -> TextTable:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("text.parquet", path=str(path)) from error
    if not path.is_file():
        raise DataError("data.file_missing", path=str(path))
    table = parquet.read_table(path)
    return TextTable(path.name, {name: table[name].to_pylist() for name in table.column_names})
