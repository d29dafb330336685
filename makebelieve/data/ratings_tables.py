"""Tables of ratings, read a piece at a time: files, data frames, columns, arrays, sparse matrices."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from torch import Tensor

from makebelieve.data.columns import read_columns
from makebelieve.data.text_files import read_text
from makebelieve.data.text_tables import stem
from makebelieve.errors import DataError, MissingExtraError
from makebelieve.messages import say

SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".data", ".parquet")
ORDER = ("user", "item", "rating", "time")  # of columns without names

_ROWS = 1 << 18  # at once
_UNREADABLE = (UnicodeDecodeError, EOFError, gzip.BadGzipFile)
_SNIFFED = 1000  # lines looked at to tell numbers from text
_DTYPES = {  # by kind, and whether they are ids
    ("whole", True): "i8", ("number", True): "O", ("text", True): "O",
    ("whole", False): "f8", ("number", False): "f8", ("text", False): "O",
}  # fmt: skip

Piece = dict[str, Any]  # by column: an array, or a sequence of words
Pieces = Callable[[Sequence[str], Collection[str]], Iterator[Piece]]


@dataclass(frozen=True)
class RatingsTable:
    """Columns that come a piece at a time.

    Attributes:
        name: for people.
        columns: their names.
        pieces: from the columns wanted, and those of them that are ids, to pieces of some rows each.
        path: of the file, or None.
    """

    name: str
    columns: list[str]
    pieces: Pieces
    path: Path | None = None


def read_ratings(source: Any, encoding: str = "utf-8") -> RatingsTable:
    """A table of ratings out of whatever holds it.

    Raises:
        DataError: it is missing, empty, or no table.
        MissingExtraError: ``.parquet`` needs the package pyarrow.
    """
    if isinstance(source, (str, os.PathLike)):
        path = Path(source).expanduser().resolve()
        if not path.is_file():
            raise DataError("data.file_missing", path=str(path))
        if stem(path)[1] not in SUFFIXES:
            raise DataError("ratings.suffix", path=str(path), known=", ".join(SUFFIXES))
        return _parquet(path) if stem(path)[1] == ".parquet" else _text(path, encoding)
    if hasattr(source, "tocoo"):  # a sparse matrix of SciPy
        entries = source.tocoo()
        return _whole("sparse matrix", dict(zip(ORDER, (entries.row, entries.col, entries.data), strict=False)))
    if hasattr(source, "columns") or isinstance(source, Mapping):
        try:
            found = read_columns(source)
        except DataError as error:
            if error.key != "forecast.no_rows":
                raise
            raise DataError("ratings.no_rows", name=say("ratings.table")) from error
        return _whole(found.name, found.columns)
    if isinstance(source, (tuple, list)) and 2 <= len(source) <= len(ORDER) and all(map(_is_column, source)):
        return _whole("arrays", read_columns(dict(zip(ORDER, source, strict=False))).columns)
    array = source.detach().cpu().numpy() if isinstance(source, Tensor) else source
    if isinstance(array, np.ndarray) and array.ndim == 2 and 2 <= array.shape[1] <= len(ORDER):
        return _whole("array", dict(zip(ORDER, array.T, strict=False)))
    shape = getattr(source, "shape", None)
    raise DataError("ratings.source", kind=type(source).__name__ + (f" {tuple(shape)}" if shape is not None else ""))


def _is_column(values: Any) -> bool:
    return isinstance(values, Sequence) or getattr(values, "ndim", 0) == 1


def _whole(name: str, columns: dict[str, Any]) -> RatingsTable:
    if not len(next(iter(columns.values()))):
        raise DataError("ratings.no_rows", name=name)
    return RatingsTable(name, list(columns), lambda wanted, _: iter([{one: columns[one] for one in wanted}]))


def _parquet(path: Path) -> RatingsTable:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("text.parquet", path=str(path)) from error
    file = parquet.ParquetFile(path)

    def pieces(wanted: Sequence[str], _: Collection[str]) -> Iterator[Piece]:
        for batch in file.iter_batches(batch_size=_ROWS, columns=list(wanted)):
            yield {name: batch[name].to_numpy(zero_copy_only=False) for name in wanted}

    return RatingsTable(stem(path)[0], list(file.schema_arrow.names), pieces, path)


# ---------------------------------------------------------------- text


@dataclass(frozen=True)
class _Form:
    """How a file of text is written.

    Attributes:
        path: of the file.
        encoding: of its bytes.
        separator: between words.
        quoted: whether quotes hold a word together.
        names: of the columns.
        headed: whether the first line holds them.
        kinds: by column, what its first words are: "whole" numbers, "number" or "text"; numbers that would not come
            back as they were written, such as 007, are "text".
    """

    path: Path
    encoding: str
    separator: str
    quoted: bool
    names: list[str]
    headed: bool
    kinds: dict[str, str]

    def words(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Rows of words."""
        if len(self.separator) > 1:
            return (line.rstrip("\r\n").split(self.separator) for line in lines)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        return csv.reader(lines, delimiter=self.separator, quoting=quoting)


def _open(path: Path, encoding: str) -> IO[str]:
    wanted = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding=wanted, newline="")
    return path.open(encoding=wanted, newline="")


def _text(path: Path, encoding: str) -> RatingsTable:
    try:
        form = _form(path, encoding)
    except (*_UNREADABLE, LookupError):
        read_text(path, encoding)  # tells which byte, and what may help
        raise

    def pieces(wanted: Sequence[str], ids: Collection[str]) -> Iterator[Piece]:
        try:
            yield from _pieces(form, wanted, ids)
        except _UNREADABLE:
            read_text(path, encoding)
            raise

    return RatingsTable(stem(path)[0], form.names, pieces, path)


def _form(path: Path, encoding: str) -> _Form:
    with _open(path, encoding) as file:
        lines = list(islice(file, _SNIFFED))
    head = lines[0] if lines else ""
    separator = "::" if "::" in head else max("\t;|,", key=head.count)
    form = _Form(path, encoding, separator, stem(path)[1] == ".csv", [], False, {})
    rows = [row for row in form.words(lines) if row and row != [""]]
    headed = bool(rows) and not any(_kind([word]) != "text" for word in rows[0])
    sample = rows[1:] if headed else rows
    if not sample:
        raise DataError("ratings.no_rows", name=str(path))
    n = len(rows[0])
    names = [word.strip() for word in rows[0]] if headed else [*ORDER[:n], *map(str, range(len(ORDER), n))]
    columns = zip(*(row for row in sample if len(row) == n), strict=True)
    kinds = dict(zip(names, map(_kind, columns), strict=False))
    return replace(form, names=names, headed=headed, kinds=kinds)


def _kind(words: Sequence[str]) -> str:
    try:
        values = [float(word) for word in words]
    except ValueError:
        return "text"
    plain = all(word.isdecimal() and str(int(value)) == word for word, value in zip(words, values, strict=True))
    return "whole" if plain else "text" if all(map(str.isdecimal, words)) else "number"


def _pieces(form: _Form, wanted: Sequence[str], ids: Collection[str]) -> Iterator[Piece]:
    """Pieces of a file: numbers by NumPy, as long as all is as the first rows are, and then word by word."""
    kinds = [(name, _DTYPES[form.kinds.get(name, "text"), name in ids]) for name in form.names]
    plain = len(form.separator) == 1 and len(set(form.names)) == len(form.names)
    with _open(form.path, form.encoding) as file:
        lines = iter(file)
        if form.headed:
            next(form.words(lines))  # as many lines as it takes
        row = 1
        while some := list(islice(lines, _ROWS)):
            if not any(map(str.strip, some)):
                continue
            if not plain or (form.quoted and any('"' in line for line in some)):
                yield from _by_word(form, chain(some, lines), wanted, ids, row)
                return
            try:
                found = np.atleast_1d(np.loadtxt(some, kinds, comments=None, delimiter=form.separator))
            except ValueError:  # text where numbers were, or a row of another length
                yield from _by_word(form, chain(some, lines), wanted, ids, row)
                return
            row += len(found)
            yield {name: np.ascontiguousarray(found[name]) for name in wanted}


def _by_word(
    form: _Form, lines: Iterable[str], wanted: Sequence[str], ids: Collection[str], row: int
) -> Iterator[Piece]:
    """Pieces of the lines that are left, the first of which is this row."""
    rows = (words for words in form.words(lines) if words and words != [""])
    while some := list(islice(rows, _ROWS)):
        for number, words in enumerate(some, row):
            if len(words) != len(form.names):
                told = {"path": str(form.path), "row": number, "found": len(words), "expected": len(form.names)}
                raise DataError("forecast.row_length", **told)
        row += len(some)
        columns = dict(zip(form.names, zip(*some, strict=True), strict=True))
        yield {name: _whole_numbers(columns[name], form, name) if name in ids else columns[name] for name in wanted}


def _whole_numbers(words: Sequence[str], form: _Form, name: str) -> Any:
    """Ids as whole numbers where all are."""
    if form.kinds.get(name) != "whole":
        return words
    try:
        return np.array(words, dtype=np.int64)
    except (ValueError, OverflowError):
        return words
