"""Tables of ratings, read a piece at a time: files, data frames, columns, arrays, sparse matrices."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from torch import Tensor

from makebelieve.data.columns import read_columns
from makebelieve.data.text_files import read_text
from makebelieve.data.text_tables import stem
from makebelieve.errors import DataError, MissingExtraError

SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".data", ".parquet")
ORDER = ("user", "item", "rating", "time")  # of columns without names

_ROWS = 1 << 18  # at once, read by Python's csv
_PANDAS_ROWS = 1 << 20
_LARGE = 8 << 20  # bytes of a file from which on pandas is asked, where it is installed
_UNREADABLE = (UnicodeDecodeError, EOFError, gzip.BadGzipFile)
_SNIFFED = 1000  # rows looked at to tell numbers from text that looks like them

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
        found = read_columns(source)
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
        for batch in file.iter_batches(batch_size=_PANDAS_ROWS, columns=list(wanted)):
            yield {name: batch[name].to_numpy(zero_copy_only=False) for name in wanted}

    return RatingsTable(stem(path)[0], list(file.schema_arrow.names), pieces, path)


# ---------------------------------------------------------------- text


@dataclass(frozen=True)
class _Form:
    """How a file of text is written."""

    path: Path
    encoding: str
    separator: str
    quoted: bool
    names: list[str]
    headed: bool
    as_text: frozenset[str]  # columns of numbers with leading zeros and the like, which mean text

    def rows(self) -> Iterator[list[str]]:
        """Rows of words, without that of names."""
        with _open(self.path, self.encoding) as file:
            if len(self.separator) > 1:
                found: Iterator[list[str]] = (line.rstrip("\r\n").split(self.separator) for line in file)
            else:
                quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
                found = csv.reader(file, delimiter=self.separator, quoting=quoting)
            yield from islice(found, 1 if self.headed else 0, None)


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
    size = path.stat().st_size * (4 if path.suffix.lower() == ".gz" else 1)
    fast = size >= _LARGE and len(form.separator) == 1 and importlib.util.find_spec("pandas") is not None

    def pieces(wanted: Sequence[str], ids: Collection[str]) -> Iterator[Piece]:
        try:
            yield from (_by_pandas if fast else _by_csv)(form, wanted, ids)
        except _UNREADABLE:
            read_text(path, encoding)
            raise

    return RatingsTable(stem(path)[0], form.names, pieces, path)


def _form(path: Path, encoding: str) -> _Form:
    with _open(path, encoding) as file:
        head = file.readline()
    separator = "::" if "::" in head else max("\t;|,", key=head.count)
    quoted = stem(path)[1] == ".csv"
    first = next(iter(_Form(path, encoding, separator, quoted, [], False, frozenset()).rows()), [])
    headed = not any(map(_is_number, first))
    names = [word.strip() for word in first] if headed else [*ORDER[: len(first)], *map(str, range(4, len(first)))]
    form = _Form(path, encoding, separator, quoted, names, headed, frozenset())
    sample = [row for row in islice(form.rows(), _SNIFFED) if len(row) == len(names)]
    if not sample:
        raise DataError("ratings.no_rows", name=str(path))
    as_text = {name for name, words in zip(names, zip(*sample, strict=True), strict=True) if any(map(_padded, words))}
    return _Form(path, encoding, separator, quoted, names, headed, frozenset(as_text))


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _padded(word: str) -> bool:
    """Whether a word would not come back from the whole number that it looks like."""
    return word.isdecimal() and str(int(word)) != word


def _by_csv(form: _Form, wanted: Sequence[str], ids: Collection[str]) -> Iterator[Piece]:
    rows = form.rows()
    start = 0
    while some := list(islice(rows, _ROWS)):
        kept = [row for row in some if row and row != [""]]
        for number, row in enumerate(kept, start + 1):
            if len(row) != len(form.names):
                told = {"path": str(form.path), "row": number, "found": len(row), "expected": len(form.names)}
                raise DataError("forecast.row_length", **told)
        start += len(kept)
        words = dict(zip(form.names, zip(*kept, strict=True), strict=True))
        if words:
            yield {name: _whole_numbers(words[name], form, name) if name in ids else words[name] for name in wanted}


def _whole_numbers(words: Sequence[str], form: _Form, name: str) -> Any:
    """Ids as whole numbers where all are."""
    if name in form.as_text:
        return words
    try:
        return np.array(words, dtype=np.int64)
    except (ValueError, OverflowError):
        return words


def _by_pandas(form: _Form, wanted: Sequence[str], ids: Collection[str]) -> Iterator[Piece]:
    import pandas as pd

    try:
        with pd.read_csv(
            form.path, sep=form.separator, encoding=form.encoding, names=form.names, usecols=list(wanted),
            header=0 if form.headed else None, chunksize=_PANDAS_ROWS, na_filter=False, index_col=False,
            quoting=csv.QUOTE_MINIMAL if form.quoted else csv.QUOTE_NONE,
            dtype={name: str for name in wanted if name in form.as_text and name in ids},
        ) as reader:  # fmt: skip
            for piece in reader:
                yield {name: piece[name].to_numpy() for name in wanted}
    except pd.errors.ParserError as error:
        raise DataError("text.torn", path=str(form.path), why=str(error).strip()) from error
