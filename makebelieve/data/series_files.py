"""Reading series from text files, and bringing them to one length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.errors import DataError

SUFFIXES = (".txt", ".tsv", ".csv", ".ts")
Row = np.ndarray[Any, np.dtype[np.float64]]  # (variables, length)


def read_series(path: Path) -> tuple[list[Row], list[Any] | None]:
    """All series of a file, each (variables, length), and their labels, None where it has none.

    Of ``.ts`` files the head says whether there are labels; in all others a line is a series, its label first, with
    commas, tabs or blanks between; NaN at the end of a line fills up a shorter series and is left out.

    Raises:
        DataError: the file has no series, or a line isn't one.
    """
    if not path.is_file():
        raise DataError("data.file_missing", path=str(path))
    lines = _lines(path)
    rows, labels = _sktime(lines, path) if path.suffix.lower() == ".ts" else _plain(lines, path)
    if not rows:
        raise DataError("series.empty_file", path=str(path))
    return rows, labels


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("series.not_text", path=str(path)) from error
    return [(i, line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]


def _plain(lines: Sequence[tuple[int, str]], path: Path) -> tuple[list[Row], list[Any]]:
    rows, labels = [], []
    for number, line in lines:
        first, *values = _words(line)
        rows.append(_numbers(values, path, number)[None])
        labels.append(_label(first))
    return rows, labels


def _sktime(lines: Sequence[tuple[int, str]], path: Path) -> tuple[list[Row], list[Any] | None]:
    """The ``.ts`` format: a head of ``@name value``, then variables with colons between, the label last."""
    has_label = False
    rows: list[Row] = []
    labels: list[Any] = []
    for number, line in lines:
        if line.startswith(("#", "@")):
            words = line.lower().split()
            if words[0] == "@classlabel":
                has_label = "true" in words[1:2]
            elif words[0] == "@timestamps" and "true" in words[1:2]:
                raise DataError("series.time_stamps", path=str(path))
            continue
        parts = line.split(":")
        if has_label:
            labels.append(_label(parts.pop()))
        variables = [_numbers(part.replace("?", "nan").split(","), path, number) for part in parts]
        if len({len(variable) for variable in variables}) != 1:
            raise DataError("series.variables_differ", name=f"{path.name}:{number}")
        rows.append(np.stack(variables))
    return rows, labels if has_label else None


def _words(line: str) -> list[str]:
    return line.replace(",", " ").replace(";", " ").split()


def _numbers(words: Sequence[str], path: Path, number: int) -> Row:
    try:
        values = np.array(words, dtype=np.float64)
    except ValueError as error:
        raise DataError("series.line", path=str(path), line=number, why=str(error)) from error
    while len(values) and np.isnan(values[-1]):
        values = values[:-1]
    return values


def _label(word: str) -> Any:
    """A whole number written in any way, such as ``2.0000e+00``, as that number; all else as text."""
    try:
        value = float(word)
    except ValueError:
        return word.strip()
    return int(value) if value.is_integer() else word.strip()


def one_series(path: Path) -> Row:
    """(variables, length): a text file that holds one series without a label, or one line of a ``.ts`` file.

    Raises:
        DataError: it holds several, or no numbers.
    """
    if path.suffix.lower() == ".ts":
        rows, _ = read_series(path)
        if len(rows) != 1:
            raise DataError("series.several", path=str(path), n=len(rows))
        return rows[0]
    words = [word for _, line in _lines(path) for word in _words(line)]
    return _numbers(words, path, 1)[None]


def pair_of(path: Path) -> tuple[Path, Path | None]:
    """The training file and the test file that go together: ``NAME_TRAIN.ts`` and ``NAME_TEST.ts``.

    Args:
        path: either a training file, or a folder with one such pair, or any other file, which has no partner.

    Raises:
        DataError: a folder without such a pair, or with several.
    """
    if path.is_dir():
        trains = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and _test_of(file))
        if len(trains) != 1:
            raise DataError("series.no_pair", folder=str(path), n=len(trains))
        path = trains[0]
    return path, _test_of(path)


def _test_of(path: Path) -> Path | None:
    if not path.stem.upper().endswith("_TRAIN"):
        return None
    small = path.stem.endswith("train")
    test = path.with_name(f"{path.stem[:-5]}{'test' if small else 'TEST'}{path.suffix}")
    return test if test.is_file() else None


def as_rows(x: Any) -> list[Row]:
    """Series as people have them: an array (n, length) or (n, variables, length), or a list of such without the n.

    Raises:
        DataError: it is nothing of this, or a series has fewer than two values or one that isn't finite; the sentence
            says which.
    """
    given = x.detach().cpu().numpy() if isinstance(x, Tensor) else x
    if not isinstance(given, (np.ndarray, Sequence)) or isinstance(given, (str, bytes)) or not len(given):
        raise DataError("series.source", kind=type(x).__name__)
    return [checked(row, i) for i, row in enumerate(given)]


def checked(row: Any, i: int) -> Row:
    """(variables, length) of one series.

    Raises:
        DataError: it isn't one, is too short, or holds what isn't finite; it is called number i.
    """
    try:
        values = np.asarray(row.detach().cpu() if isinstance(row, Tensor) else row, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("series.numbers", row=i, why=str(error)) from error
    values = values[None] if values.ndim == 1 else values
    if values.ndim != 2 or values.shape[1] < 2:
        raise DataError("series.short", row=i, shape=tuple(values.shape))
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise DataError("series.nan", row=i, wrong=wrong, n=values.size)
    return values


def to_length(rows: Sequence[Row], size: int) -> Tensor:
    """(n, variables, size) float32: longer series by piecewise aggregation, shorter ones by straight lines.

    Piecewise aggregation is the mean over `size` equal stretches of time, a value cut in two counting in both.

    Source:
        Keogh, Chakrabarti, Pazzani and Mehrotra, "Dimensionality reduction for fast similarity search in large time
        series databases", Knowledge and Information Systems 3, 2001.

    Raises:
        DataError: they differ in the number of variables.
    """
    variables = len(rows[0])
    out = torch.empty(len(rows), variables, size)
    by_length: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        if len(row) != variables:
            raise DataError("series.variables", row=i, one=variables, two=len(row))
        by_length.setdefault(row.shape[1], []).append(i)
    for length, places in by_length.items():
        some = torch.from_numpy(np.stack([rows[i] for i in places]))
        out[torch.tensor(places)] = (some if length == size else some @ _weights(length, size)).float()
    return out


@lru_cache(maxsize=64)
def _weights(length: int, size: int) -> Tensor:
    """(length, size) float64: what each value adds to each place."""
    i = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    if size > length:
        places = torch.linspace(0, length - 1, size, dtype=torch.float64)
        return (1 - (i - places).abs()).clamp_min(0)
    edges = torch.arange(size + 1, dtype=torch.float64) * (length / size)
    overlap = torch.minimum(i + 1, edges[1:]) - torch.maximum(i, edges[:-1])
    return overlap.clamp_min(0) * (size / length)


def frame_rows(frame: Any, y: Any) -> tuple[list[Row], Any]:
    """A data frame with a series a row: its values, and the labels of the column `y`, or of one called label or class.

    Raises:
        DataError: there is no such column.
    """
    columns = list(frame.columns)
    if isinstance(y, str):
        if y not in columns:
            raise DataError("data.no_column", column=y, columns=", ".join(map(str, columns)))
        named: Any = y
    else:
        named = next((c for c in columns if y is None and c in ("label", "labels", "class")), None)
    rest = [column for column in columns if column is not named]
    labels = y if named is None else frame[named].tolist()
    return [checked(row, i) for i, row in enumerate(_of_frame(frame, rest))], labels


def _of_frame(frame: Any, columns: Sequence[Any]) -> Iterator[Any]:
    return iter(frame[list(columns)].to_numpy())
