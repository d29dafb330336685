"""Asking about many items: which there are, reading them side by side, answering in their order."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.labels import class_name
from makebelieve.data.load import in_threads
from makebelieve.data.reading import Reading, named
from makebelieve.errors import DataError
from makebelieve.messages import say
from makebelieve.pictures import Pictures
from makebelieve.systems.recogniser.predictions import Prediction

if TYPE_CHECKING:
    from makebelieve.systems.recogniser.learner import Recogniser

AT_ONCE = 64
EACH = 4  # items that a thread reads before it takes others


def many(given: Any, reading: Reading | None, shape: tuple[int, ...]) -> Sequence[Any] | None:
    """The items given, or None where it is one.

    Raises:
        DataError: there are none.
    """
    items: Sequence[Any]
    if isinstance(given, Pictures):
        items = list(given.tensor)
    elif isinstance(given, (Tensor, np.ndarray)):
        grey = reading is not None and reading.kind == "pictures" and given.ndim == 3 and not _one_picture(given)
        if given.ndim != len(shape) + 1 and not grey:
            return None
        items = list(given)
    elif isinstance(given, (str, os.PathLike)):
        folder = Path(given).expanduser()
        if not folder.is_dir():
            return None
        items = _files(folder, reading)
    elif isinstance(given, (list, tuple)) and not (given and isinstance(given[0], Real)):
        items = given
    else:
        return None
    if not len(items):
        raise DataError("recogniser.nothing_given")
    return items


def _one_picture(given: Tensor | np.ndarray[Any, Any]) -> bool:
    """Whether (c, h, w) of a tensor or (h, w, c) of an array; else three dimensions are grey pictures (n, h, w)."""
    return given.shape[0 if isinstance(given, Tensor) else -1] in (1, 3, 4)


def _files(folder: Path, reading: Reading | None) -> list[Path]:
    """The files below a folder that the reading knows, all where it takes any, by their paths."""
    suffixes = reading.suffixes if reading is not None else ()
    files = [
        Path(here, name)
        for here, _, names in os.walk(folder)
        for name in names
        if not name.startswith(".") and (not suffixes or name.lower().endswith(suffixes))
    ]
    if not files:
        known = ", ".join(suffix[1:] for suffix in suffixes) or "*"
        raise DataError("recogniser.empty_folder", folder=str(folder), suffixes=known)
    return sorted(files, key=lambda path: class_name(path.relative_to(folder).as_posix()))


def answers(learn: Recogniser, items: Sequence[Any], tta: int) -> Iterator[Prediction]:
    """A prediction for each item, in order; one that can't be read has its error and holds up no other."""
    names = [_name(item, i) for i, item in enumerate(items)]
    for start in range(0, len(items), AT_ONCE):
        part = items[start : start + AT_ONCE]
        read = list(in_threads(partial(_attempt, learn, part), len(part), EACH))
        xs = [x for x in read if isinstance(x, Tensor)]
        scores = iter(learn.scores(torch.stack(xs), tta=tta) if xs else ())
        for i, got in enumerate(read):
            name = names[start + i]
            if isinstance(got, str):
                yield Prediction(None, item=name, error=got)
            else:
                yield learn.task.prediction(next(scores), name)


def watched(found: Iterator[Prediction], total: int) -> Iterator[Prediction]:
    """The same, with a progress bar where somebody watches a terminal and it takes a while."""
    if total <= AT_ONCE or not sys.stderr.isatty():
        return found
    from rich.console import Console
    from rich.progress import track

    told = say("recogniser.predicting")
    return iter(track(found, told, total, console=Console(stderr=True), transient=True))


def _attempt(learn: Recogniser, items: Sequence[Any], i: int) -> Tensor | str:
    try:
        return learn.read(items[i])
    except DataError as error:
        return str(error)


def _name(item: Any, i: int) -> str:
    return named(item) if isinstance(item, (str, os.PathLike)) else str(i)
