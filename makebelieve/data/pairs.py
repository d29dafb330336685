"""`mb.pairs`: pictures that belong together by twos, such as a photo and its retouched form."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import Item, Size, check_channels, check_size, fit_tensor, pixels, probe, read_image
from makebelieve.data.files import find_folder, find_list
from makebelieve.data.labels import class_name
from makebelieve.data.load import UNREADABLE, Memory, as_tensor, in_threads
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.data")

Channels = tuple[int, int]


class Pair(NamedTuple):
    """Two pictures before they are read: paths or row numbers."""

    where: str | int
    target: str | int
    label: Any = None
    part: str | None = None


def pairs(
    inputs: Any,
    targets: str | Path | Sequence[Any] | np.ndarray | Tensor,
    *,
    size: int | Sequence[int] | None = None,
    channels: Sequence[int | None] = (None, None),
    valid: Valid = None,
    seed: int = 42,
    memory: Memory = "auto",
    workers: int | None = None,
    max_broken: float = 0.1,
) -> Data:
    """Pairs of pictures, for `mb.translator`: what it is given, and what it is to make of it.

    An item's x has the channels of both, (c + c', h, w): so order, split, fingerprint and resuming are those of any
    data, and a crop or a flip falls on both alike.

    Args:
        inputs: a folder, a list of paths, or an array or tensor (n, h, w), (n, h, w, c) or (n, c, h, w).
        targets: of the same kind. Files of two folders belong together where their paths inside them are alike, but for
            the suffix; those without a partner are left out with a warning. Lists and arrays go by their order.
        size: pixels a side, or (height, width), for both: scaled in proportion and cut to the centre, as by
            `mb.images`. Without it all must have one size already.
        channels: of inputs and of targets: 1 for grey, 3 for colour, None for colour where any picture has it.
        valid: as for `mb.images`; patterns and functions are told the path of the input.
        seed: of the draw of validation pairs.
        memory: as for `mb.images`.
        workers: as for `mb.images`.
        max_broken: share of pairs that may be unreadable.

    Raises:
        OptionError: an option has a value that can't be used, or the two are not of one kind.
        DataError: a source is missing or empty, the numbers differ, no names are alike, or sizes differ.
    """
    box = check_size(size)
    if isinstance(channels, (int, str)) or channels is None or len(channels) != 2:
        raise OptionError("translator.pair_channels", given=channels)
    asked = check_channels(channels[0]), check_channels(channels[1])
    arguments: dict[str, Any] = {"valid": as_places(valid), "seed": seed, "memory": memory, "max_broken": max_broken}
    read: PairRows | PairFiles
    if isinstance(inputs, (Tensor, np.ndarray)) and isinstance(targets, (Tensor, np.ndarray)):
        rows = pixels(inputs), pixels(targets)
        if len(rows[0]) != len(rows[1]):
            raise DataError("translator.pair_counts", inputs=len(rows[0]), targets=len(rows[1]))
        items = [Pair(i, i) for i in range(len(rows[0]))]
        found = asked[0] or rows[0].shape[1], asked[1] or rows[1].shape[1]
        read, rebuild, name = PairRows(rows, box, found), None, f"pairs {' × '.join(map(str, inputs.shape))}"
    else:
        items, name = _files(inputs, targets)
        found = _channels([item.where for item in items], asked[0]), _channels([i.target for i in items], asked[1])
        arguments |= {"inputs": _plain(inputs), "targets": _plain(targets), "size": box and list(box)}
        read, rebuild = PairFiles(box, found), {"door": "pairs", "arguments": {**arguments, "channels": list(found)}}
    own = any(item.part == "valid" for item in items)
    if own and isinstance(valid, (int, float)):
        items = [item for item in items if item.part != "valid"]
    extra = {"kind": "pairs", "channels": list(found)}
    block = DataBlock(items=list, x=read, split=choose(valid, seed, own))
    facts = Facts(name, rebuild=rebuild, extra=extra)
    return block.assemble(items, facts, memory=memory, workers=workers, max_broken=max_broken)


@dataclass(frozen=True)
class PairFiles:
    """x of a block: the two files that an item names."""

    size: Size | None
    channels: Channels

    def __call__(self, item: Pair) -> Tensor:
        both = zip((item.where, item.target), self.channels, strict=True)
        one, other = (as_tensor(read_image(str(path), self.size, channels)) for path, channels in both)
        return _joined(one, other, str(item.where), str(item.target))


@dataclass(frozen=True)
class PairRows:
    """x of a block: rows of two tensors (n, c, h, w)."""

    rows: tuple[Tensor, Tensor]
    size: Size | None
    channels: Channels

    def __call__(self, item: Pair) -> Tensor:
        i = int(item.where)
        one, other = (
            fit_tensor(rows[i : i + 1], self.size, channels)[0]
            for rows, channels in zip(self.rows, self.channels, strict=True)
        )
        return _joined(one, other, f"inputs[{i}]", f"targets[{i}]")


def _joined(one: Tensor, other: Tensor, first: str, second: str) -> Tensor:
    if one.shape[1:] != other.shape[1:]:
        raise DataError("data.sizes_differ", first=first, other=second, one=tuple(one.shape), two=tuple(other.shape))
    if one.dtype != other.dtype:
        one, other = (x.float() / 255 if x.dtype == torch.uint8 else x for x in (one, other))
    return torch.cat([one, other])


def _files(inputs: Any, targets: Any) -> tuple[list[Pair], str]:
    kinds = [_kind(source) for source in (inputs, targets)]
    if kinds[0] != kinds[1] or kinds[0] == "":
        raise OptionError("translator.pair_kinds", inputs=type(inputs).__name__, targets=type(targets).__name__)
    if kinds[0] == "list":
        ones, others = find_list(inputs, None), find_list(targets, None)
        if len(ones) != len(others):
            raise DataError("translator.pair_counts", inputs=len(ones), targets=len(others))
        return [Pair(a.where, b.where) for a, b in zip(ones, others, strict=True)], f"{len(ones):,} pairs"
    folders = [Path(source).expanduser().resolve() for source in (inputs, targets)]
    for folder in folders:
        if not folder.is_dir():
            raise DataError("data.folder_missing", folder=str(folder))
    named = [_by_name(folder) for folder in folders]
    alike = [name for name in named[0] if name in named[1]]
    alone = len(named[0]) + len(named[1]) - 2 * len(alike)
    if not alike:
        first, second = (next(iter(names)) for names in named)
        values = {"first": first, "second": second}
        raise DataError("translator.pair_names", inputs=str(inputs), targets=str(targets), **values)
    if alone:
        lonely = next(name for names, others in (named, named[::-1]) for name in names if name not in others)
        _LOG.warning(say("translator.pair_alone", count=alone, kept=len(alike), first=lonely))
    items = [Pair(named[0][name].where, named[1][name].where, None, named[0][name].part) for name in alike]
    return items, f"{folders[0].name} → {folders[1].name}"


def _kind(source: Any) -> str:
    if isinstance(source, (str, os.PathLike)):
        return "folder"
    return "list" if isinstance(source, Sequence) and not isinstance(source, bytes) else ""


def _by_name(folder: Path) -> dict[str, Item]:
    """The pictures of a folder by their paths inside it, composed and without suffix."""
    found: dict[str, Item] = {}
    for item in find_folder(folder, None):
        name = class_name(Path(str(item.where)).relative_to(folder).with_suffix("").as_posix())
        if name in found:
            raise DataError("translator.pair_twice", folder=str(folder), name=name)
        found[name] = item
    return found


def _channels(paths: Sequence[str | int], asked: int | None) -> int:
    if asked is not None:
        return asked

    def colour(i: int) -> bool:
        try:
            return probe(str(paths[i]))[1]
        except UNREADABLE:
            return False  # reading it will tell

    return 3 if any(in_threads(colour, len(paths))) else 1


def _plain(source: Any) -> str | list[str]:
    if isinstance(source, (str, os.PathLike)):
        return str(Path(source).expanduser().resolve())
    return [str(Path(path).expanduser().absolute()) for path in source]
