"""`mb.binaries`: the bytes of any file, seen as a picture. Files are read, never run."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.data.augment import BatchTransform
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import Item, label_of
from makebelieve.data.files import labelled
from makebelieve.data.labels import Labels
from makebelieve.data.load import UNREADABLE, Memory
from makebelieve.data.reading import found as found_file
from makebelieve.data.reading import named, why
from makebelieve.data.signals import as_json, from_json, split
from makebelieve.data.sources import Found, find_files, only, own_part, rebuilding
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.errors import DataError, MakebelieveError, OptionError
from makebelieve.messages import say

Look = Literal["bytes", "entropy"]
_WINDOW = 256  # bytes that an entropy is of
_STEP = 16  # bytes: windows begin at multiples of it, so that neighbouring pixels share them
_LARGEST = 512  # pixels a side
# (files below so many bytes, pixels a row): table 1 of Nataraj et al.
_WIDTHS = ((10_000, 32), (30_000, 64), (60_000, 128), (100_000, 256), (200_000, 384), (500_000, 512), (1_000_000, 768))
_WIDEST = 1024


@dataclass(frozen=True)
class BinaryReading:
    """Bytes as pictures (looks, size, size).

    - ``"bytes"``: each byte a grey level, laid out in rows whose width depends on the length, then scaled by areas.
    - ``"entropy"``: Shannon entropy of the 256 bytes around the same place, from 0 (all alike) to 8 bits (white).

    It takes a path or bytes.

    Source:
        Nataraj, Karthikeyan, Jacob and Manjunath, "Malware images: visualization and automatic classification", VizSec
        2011.

    Args:
        how: which looks, in the order of the channels.
        size: pixels a side.
        most: bytes read, from the start of a file.
    """

    how: tuple[Look, ...]
    size: int
    most: int
    kind: ClassVar[str] = "binaries"
    suffixes: ClassVar[tuple[str, ...]] = ()

    def __call__(self, given: Any) -> Tensor:
        return self.grey(given).float() / 255

    def grey(self, given: Any) -> Tensor:
        """(looks, size, size) uint8.

        Raises:
            DataError: there is no such file, it is empty, or can't be read.
        """
        try:
            if isinstance(given, (str, os.PathLike)):
                return self.drawn(head_of(found_file(given), self.most))
            return self.drawn(bytes(memoryview(given))[: self.most])
        except (*UNREADABLE, TypeError) as error:
            if isinstance(error, MakebelieveError):
                raise
            raise DataError("binaries.unreadable", name=named(given), why=why(error)) from error

    def drawn(self, content: bytes) -> Tensor:
        """(looks, size, size) uint8 of some bytes.

        Raises:
            ValueError: there are none.
        """
        if not content:
            raise ValueError(say("binaries.empty"))
        values = np.frombuffer(content, dtype=np.uint8)
        looks = {"bytes": grey_levels, "entropy": entropies}
        return torch.stack([looks[how](values, self.size) for how in self.how])

    def state(self) -> dict[str, Any]:
        return {**asdict(self), "how": list(self.how)}


def binary_reading(state: Mapping[str, Any]) -> BinaryReading:
    """From what `state` gave."""
    return BinaryReading(tuple(state["how"]), state["size"], state["most"])


def width_of(length: int) -> int:
    """Pixels a row for so many bytes."""
    return next((width for below, width in _WIDTHS if length < below), _WIDEST)


def grey_levels(values: np.ndarray[Any, np.dtype[np.uint8]], size: int) -> Tensor:
    """(k,) uint8 to (size, size) uint8: rows of `width_of(k)`, the last filled up with 0, scaled by areas."""
    width = min(width_of(len(values)), len(values))
    height = -(-len(values) // width)
    rows = np.zeros(width * height, np.uint8)
    rows[: len(values)] = values
    picture = torch.from_numpy(rows).view(1, 1, height, width).float()
    return F.adaptive_avg_pool2d(picture, size)[0, 0].round().to(torch.uint8)


def entropies(values: np.ndarray[Any, np.dtype[np.uint8]], size: int) -> Tensor:
    """(k,) uint8 to (size, size) uint8: ``-sum p log2 p`` of the bytes around each pixel's place, 255 for 8 bits.

    Windows are cut at the ends of the bytes; one of w bytes has log2 w bits at most, and those are white.
    """
    width = min(width_of(len(values)), len(values))
    height = -(-len(values) // width)
    middle = (np.arange(size) + 0.5) / size
    places = (np.floor(middle * height)[:, None] * width + np.floor(middle * width)[None]).astype(np.int64).ravel()
    window = min(_WINDOW, len(values))
    starts = ((places - window // 2) // _STEP * _STEP).clip(0, len(values) - window)
    different, where = np.unique(starts, return_inverse=True)
    of_window = np.concatenate(
        [_entropy(values, some, window) for some in np.array_split(different, -(-len(different) // 1024))]
    )
    bits = of_window[where] / max(1.0, np.log2(window))
    return torch.from_numpy((255 * bits).round().astype(np.uint8)).view(size, size)


def _entropy(values: np.ndarray[Any, np.dtype[np.uint8]], starts: Any, window: int) -> Any:
    """(m,) bits of the windows that begin at `starts` (m,)."""
    bytes_ = values[starts[:, None] + np.arange(window)]  # (m, window)
    rows = np.arange(len(starts))[:, None] * 256
    counts = np.bincount((rows + bytes_).ravel(), minlength=len(starts) * 256).reshape(-1, 256)
    shares = counts / window
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(1)


def head_of(path: Path, most: int) -> bytes:
    """Up to `most` bytes from the start of a regular file, which is opened for reading alone.

    Raises:
        OSError: it is no regular file (a pipe would wait for ever), or can't be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(say("binaries.irregular"))
    with path.open("rb") as file:
        return file.read(most)


@dataclass(frozen=True)
class _BinaryFile:
    """x of a block: the file that an item names, as a picture."""

    reading: BinaryReading

    def __call__(self, item: Item) -> Tensor:
        return self.reading.drawn(head_of(Path(str(item.where)), self.reading.most))

    def check(self, item: Item) -> None:
        """Raise what reading would, without reading more than a byte."""
        if not head_of(Path(str(item.where)), 1):
            raise ValueError(say("binaries.empty"))


@dataclass(frozen=True)
class _BinaryRows:
    """x of a block: bytes in memory."""

    reading: BinaryReading
    rows: Sequence[Any]

    def __call__(self, item: Item) -> Tensor:
        return self.reading.grey(self.rows[int(item.where)])


def binaries(
    source: Any,
    *,
    how: Look | Sequence[Look] = "bytes",
    size: int = 64,
    most: int = 1 << 20,
    classes: Sequence[Any] | None = None,
    labels: Labels = "auto",
    valid: Valid = None,
    seed: int = 42,
    augment: Sequence[BatchTransform | Mapping[str, Any]] = (),
    memory: Memory = "auto",
    workers: int | None = None,
    max_broken: float = 0.1,
) -> Data:
    """Files of any kind as pictures of their bytes: x is (looks, size, size) in [0, 1].

    Files are only ever opened for reading, so that harmful ones are safe to look at: nothing of them is run, unpacked
    or interpreted.

    Args:
        source: a folder, all of whose files are taken, whatever they are called; a list of paths; a data frame with a
            column of paths; or a list of `bytes`.
        how: ``"bytes"`` (grey levels), ``"entropy"`` (of the bytes around a place: padding is black, packed or
            encrypted parts are white), or both as channels.
        size: pixels a side, from 8 to 512.
        most: bytes read of a file, from its start.
        classes: keep these only.
        labels: as of `images`: ``"auto"`` (the names of folders), ``"folder"``, a function of the path, a regular
            expression with one group, a data frame's column, a sequence, or None.
        valid: share held back for validation; or places of items; or a function of the path or a regular expression
            searched for in it, that picks the files to hold back; or None: a folder's own ``train`` and ``valid``, else
            0.2.
        seed: of that draw.
        augment: transforms of training batches.
        memory: keep all pictures in memory, or read files in worker processes; "auto": up to 1 GiB in memory.
        workers: processes that read what stays on disk; None is one a core, at most 8.
        max_broken: share of files that may be empty or unreadable; they are skipped, named in a warning and counted.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing or empty; too many files are empty or can't be read.
    """
    reading = _reading(how, size, most)
    transforms = [from_json(transform) for transform in augment]
    signals, pictures = split(transforms)
    if signals:
        raise OptionError("signals.no_signals", given=signals[0], door="binaries")
    if isinstance(source, Sequence) and source and all(isinstance(row, (bytes, bytearray)) for row in source):
        items = labelled([Item(i) for i in range(len(source))], labels)
        found = Found(f"{len(source):,} binaries", items, source, again=None)
    else:
        found = find_files(source, labels, (), "binaries")
    only(found, classes)
    own = own_part(found, valid)
    block = DataBlock(
        items=list, x=_BinaryFile(reading) if found.rows is None else _BinaryRows(reading, found.rows),
        y=label_of if any(item.label is not None for item in found.items) else None, split=choose(valid, seed, own),
        batch_transforms=pictures,
    )  # fmt: skip
    arguments = {**reading.state(), "valid": as_places(valid), "seed": seed, "augment": as_json(transforms)}
    arguments |= {"memory": memory, "max_broken": max_broken}
    facts = Facts(found.name, rebuild=rebuilding("binaries", found, arguments), extra={"kind": "binaries"})
    return block.assemble(
        found.items, facts, memory=memory, workers=workers, max_broken=max_broken, reading=lambda _: reading
    )


def _reading(how: Look | Sequence[Look], size: int, most: int) -> BinaryReading:
    looks = (how,) if isinstance(how, str) else tuple(how)
    if not looks or any(look not in get_args(Look) for look in looks):
        raise OptionError("binaries.how", how=how, known=", ".join(get_args(Look)))
    if isinstance(size, bool) or not isinstance(size, int) or not 8 <= size <= _LARGEST:
        raise OptionError("binaries.size", size=size, most=_LARGEST)
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise OptionError("binaries.most", most=most)
    return BinaryReading(looks, size, most)
