"""Items to `Data`: read all into memory, or check them and leave them on disk."""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from makebelieve.errors import DataError, MakebelieveError
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.data")
BUDGET = 1 << 30  # bytes of stored values up to which memory="auto" keeps all of them in memory
# What Pillow raises for files that are no pictures, broken or absurdly large.
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, *_BOMBS)

Memory = bool | Literal["auto"]
_T = TypeVar("_T")


class Reader:
    """Reads item i through x and the item transforms; survives pickling where those do."""

    def __init__(
        self, items: Sequence[Any], x: Callable[[Any], Any], transforms: Sequence[Callable[[Any], Any]] = ()
    ) -> None:
        self.items, self.x, self.transforms = items, x, tuple(transforms)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: int) -> Tensor:
        value = self.x(self.items[i])
        for transform in self.transforms:
            value = transform(value)
        return as_tensor(value)

    def name(self, i: int) -> str:
        """The item in words."""
        return str(getattr(self.items[i], "where", self.items[i]))

    def names(self) -> list[str]:
        """For the fingerprint: the last two parts of each path with the file's size, or the item as text."""
        return [_identity(self.name(i)) for i in range(len(self))]

    def at(self, places: Sequence[int]) -> Reader:
        """The same for some of the items."""
        return Reader([self.items[i] for i in places], self.x, self.transforms)


def _identity(name: str) -> str:
    path = Path(name)
    return f"{'/'.join(path.parts[-2:])} {path.stat().st_size}" if path.is_file() else name


def as_tensor(value: Any) -> Tensor:
    """A PIL picture or an array (h, w) or (h, w, c) to (c, h, w); other arrays and tensors as they are.

    uint8 stays uint8, all else becomes float32.
    """
    if isinstance(value, Image.Image):
        value = np.asarray(value if value.mode in ("L", "RGB") else value.convert("RGB"))
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(np.array(value, copy=True, order="C"))
        if value.ndim == 2 or (value.ndim == 3 and value.shape[-1] in (1, 3)):
            value = value.reshape(*value.shape[:2], -1).permute(2, 0, 1)  # a view: channels stay last in memory
    tensor = torch.as_tensor(value)
    return tensor if tensor.dtype == torch.uint8 else tensor.to(torch.float32)


def fits(reader: Reader, memory: Memory) -> bool:
    """Whether the items are to be kept in memory; "auto" measures the first readable one."""
    if memory != "auto":
        return memory
    first = next((t for i in range(len(reader)) if isinstance(t := _attempt(reader, i), Tensor)), None)
    return first is None or first.numel() * first.element_size() * len(reader) <= BUDGET


def read_all(reader: Reader, max_broken: float) -> tuple[Tensor, list[int], list[str]]:
    """All items as one tensor, the places of those kept, and names with reasons of those skipped.

    Raises:
        DataError: more than the share `max_broken` can't be read, or the items differ in shape.
    """
    every = getattr(reader.x, "all", None)  # some xs can read all items at once
    if every is not None and not reader.transforms:
        return every(reader.items), list(range(len(reader))), []
    out: Tensor | None = None
    kept: list[int] = []
    skipped: list[str] = []
    for i, got in enumerate(in_threads(lambda i: _attempt(reader, i), len(reader))):
        if isinstance(got, str):
            skipped.append(got)
            _give_up(skipped, len(reader), max_broken)
            continue
        if out is None:
            out = torch.empty((len(reader), *got.shape), dtype=got.dtype)
        if got.shape != out.shape[1:]:
            values = {"first": reader.name(kept[0]), "other": reader.name(i)}
            raise DataError("data.sizes_differ", **values, one=tuple(out.shape[1:]), two=tuple(got.shape))
        out[len(kept)] = got
        kept.append(i)
    _tell(skipped, len(reader))
    if out is None:
        raise DataError("data.no_items")
    return out[: len(kept)], kept, skipped


def check_all(reader: Reader, max_broken: float) -> tuple[list[int], list[str]]:
    """Places of the items that look whole, and names with reasons of the others, without decoding them."""
    check = getattr(reader.x, "check", None)  # raises one of UNREADABLE for an item that is broken
    if check is None:
        return list(range(len(reader))), []

    def attempt(i: int) -> str | None:
        try:
            check(reader.items[i])
        except UNREADABLE as error:
            return f"{reader.name(i)} ({error})"
        return None

    kept: list[int] = []
    skipped: list[str] = []
    for i, why in enumerate(in_threads(attempt, len(reader))):
        if why is None:
            kept.append(i)
        else:
            skipped.append(why)
    _give_up(skipped, len(reader), max_broken)
    _tell(skipped, len(reader))
    return kept, skipped


def _attempt(reader: Reader, i: int) -> Tensor | str:
    try:
        return reader[i]
    except UNREADABLE as error:
        if isinstance(error, MakebelieveError):  # ours say more than "unreadable", and may be ValueErrors
            raise
        return f"{reader.name(i)} ({error})"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[int], _T], n: int, size: int = 64) -> Iterator[_T]:
    """work(0), work(1), … in order; Pillow decodes outside Python's lock, so threads do `size` each, side by side."""
    threads = min(cores(), 16)
    if n <= size or threads == 1:
        yield from (work(i) for i in range(n))
        return
    with ThreadPoolExecutor(threads) as pool:
        # chunks go in a few at a time, so that decoded items don't pile up
        for first in range(0, n, size * threads * 2):
            starts = range(first, min(first + size * threads * 2, n), size)
            for done in pool.map(lambda start: [work(i) for i in range(start, min(start + size, n))], starts):
                yield from done


def _give_up(skipped: list[str], n: int, max_broken: float) -> None:
    if len(skipped) > max_broken * n:
        raise DataError("data.too_many_broken", broken=len(skipped), n=n, share=f"{max_broken:.0%}", first=skipped[0])


def _tell(skipped: list[str], n: int) -> None:
    if skipped:
        _LOG.warning(say("data.skipped", broken=len(skipped), n=n, some="; ".join(skipped[:3])))
