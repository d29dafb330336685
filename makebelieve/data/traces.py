"""`mb.traces`: tracks of a mouse, pen or finger, drawn in colours that tell how it moved."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

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
from makebelieve.data.sources import Found, find_files, is_files, only, own_part, rebuilding
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.data.traces_files import SUFFIXES, Track, as_track, read_track
from makebelieve.data.traces_made import made_tracks
from makebelieve.errors import DataError, MakebelieveError, OptionError
from makebelieve.messages import say

_LARGEST = 512  # pixels a side
_START = 0.35  # brightness of a path where it begins; it ends at 1
_MADE = 1000  # tracks of "synthetic"
_MADE_SEED = 1985


@dataclass(frozen=True)
class TraceReading:
    """Tracks as colour pictures (3, size, size).

    Red is the path, brighter the later; green its speed, from 0 to what it is below for 95 % of the way's moments; blue
    is where it clicks. It takes a path, an array (points, 3) or (points, 4) of t, x, y and click, or lists by name.

    Args:
        size: pixels a side.
        screen: (width, height) of what was moved on, shown whole; None shows each track as large as fits.
    """

    size: int
    screen: tuple[int, int] | None = None
    kind: ClassVar[str] = "traces"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def __call__(self, given: Any) -> Tensor:
        try:
            track = read_track(found_file(given)) if isinstance(given, (str, os.PathLike)) else as_track(given)
        except (*UNREADABLE, TypeError) as error:
            if isinstance(error, MakebelieveError):
                raise
            raise DataError("traces.unreadable", name=named(given), why=why(error)) from error
        return self.drawn(track).float() / 255

    def drawn(self, track: Track) -> Tensor:
        """(3, size, size) uint8 of a track."""
        places = self._places(track[:, 1:3])
        way = np.diff(places, axis=0)
        steps = np.maximum(1, np.ceil(2 * np.hypot(way[:, 0], way[:, 1]))).astype(np.int64)  # half a pixel or less
        segment = np.repeat(np.arange(len(steps)), steps)
        share = (np.arange(len(segment)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[segment]
        points = np.concatenate([places[:-1][segment] + share[:, None] * way[segment], places[-1:]])
        moment = np.append((segment + share) / len(steps), 1)
        speed = _speeds(track)[np.append(segment, len(steps) - 1)]
        picture = np.zeros((3, self.size, self.size))
        _draw(picture[0], points, _START + (1 - _START) * moment)
        _draw(picture[1], points, speed)
        _dots(picture[2], places[track[:, 3] > 0])
        return torch.from_numpy((255 * picture).round().astype(np.uint8))

    def _places(self, at: Track) -> Track:
        """(points, 2) in pixels, x to the right and y down, sides in proportion, the middle in the middle."""
        low, high = (at.min(0), at.max(0)) if self.screen is None else (np.zeros(2), np.array(self.screen, float))
        margin = 2 if self.screen is None else 0
        scale = (self.size - 1 - 2 * margin) / max(float((high - low).max()), 1e-12)
        return np.asarray((at - (low + high) / 2) * scale + (self.size - 1) / 2)

    def state(self) -> dict[str, Any]:
        return {**asdict(self), "screen": None if self.screen is None else list(self.screen)}


def trace_reading(state: Mapping[str, Any]) -> TraceReading:
    """From what `state` gave."""
    return TraceReading(state["size"], None if state["screen"] is None else tuple(state["screen"]))


def _speeds(track: Track) -> Track:
    """(points − 1,) in [0, 1]: how fast each step is, against the 95th percentile of the steps that move."""
    far: Track = np.hypot(*np.diff(track[:, 1:3], axis=0).T)
    moving = far > 0
    if not moving.any():
        return far
    lasts = np.diff(track[:, 0])
    shortest = lasts[lasts > 0].min(initial=np.inf)
    speed = far / np.maximum(lasts, shortest if np.isfinite(shortest) else 1)
    return np.asarray((speed / np.quantile(speed[moving], 0.95)).clip(0, 1))


def _draw(picture: Track, points: Track, values: Track) -> None:
    """Put values (k,) at points (k, 2) into (size, size), each shared among four pixels; the brightest counts."""
    last = len(picture) - 1
    corner = np.floor(points).astype(np.int64)
    part = points - corner
    for right in (0, 1):
        for down in (0, 1):
            weight = np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1])
            x, y = corner[:, 0] + right, corner[:, 1] + down
            inside = (x >= 0) & (x <= last) & (y >= 0) & (y <= last)
            # a point in the middle of four pixels lights each at a quarter: twice that keeps lines as bright as dots
            np.maximum.at(picture, (y[inside], x[inside]), np.minimum(1, 2 * weight[inside]) * values[inside])


def _dots(picture: Track, places: Track) -> None:
    """Round dots of about three pixels across at (k, 2)."""
    i = np.arange(len(picture))
    for x, y in places:
        apart = (i[None] - x) ** 2 + (i[:, None] - y) ** 2
        np.maximum(picture, np.exp(-apart / 2), out=picture)


@dataclass(frozen=True)
class _TrackFile:
    """x of a block: the file that an item names, drawn."""

    reading: TraceReading

    def __call__(self, item: Item) -> Tensor:
        return self.reading.drawn(read_track(Path(str(item.where))))

    def check(self, item: Item) -> None:
        """Raise what reading would."""
        read_track(Path(str(item.where)))


@dataclass(frozen=True)
class _TrackRows:
    """x of a block: tracks in memory, drawn."""

    reading: TraceReading
    rows: Sequence[Any]

    def __call__(self, item: Item) -> Tensor:
        row = int(item.where)
        try:
            return self.reading.drawn(as_track(self.rows[row]))
        except (ValueError, TypeError) as error:
            raise DataError("traces.row", row=row, why=why(error)) from error


def traces(
    source: Any,
    *,
    size: int = 64,
    screen: tuple[int, int] | None = None,
    classes: Sequence[Any] | None = None,
    labels: Labels = "auto",
    valid: Valid = None,
    seed: int = 42,
    augment: Sequence[BatchTransform | Mapping[str, Any]] = (),
    memory: Memory = "auto",
    workers: int | None = None,
    max_broken: float = 0.1,
) -> Data:
    """Tracks of a mouse, pen or finger as pictures: x is (3, size, size) in [0, 1], to tell people from bots, say.

    Red is the path, brighter the later, green its speed against the track's own fastest, blue where it clicks.

    Args:
        source: ``"synthetic"``, 1,000 made-up tracks like people's and like simple programs'; a folder, a list of paths
            or a data frame with a column of paths, of csv, tsv or JSON-lines files with t, x, y and maybe click (or
            button); one ``.jsonl`` file with a track a line, its values as lists and maybe its ``label``; or a list of
            arrays (points, 3) or (points, 4) of t, x, y and click.
        size: pixels a side, from 8 to 512.
        screen: (width, height) of what was moved on: shown whole, so that places count. By default each track is shown
            as large as fits, so that only its form counts.
        classes: keep these only.
        labels: as of `images`: ``"auto"`` (the set's own, or the names of folders), ``"folder"``, a function of the
            path, a regular expression with one group, a data frame's column, a sequence, or None.
        valid: share held back for validation; or places of items; or a function of the path or a regular expression
            searched for in it, that picks the files to hold back, such as all of one person's; or None: a folder's own
            ``train`` and ``valid``, else 0.2.
        seed: of that draw.
        augment: transforms of training batches, such as ``[random_flip()]``.
        memory: keep all pictures in memory, or read files in worker processes; "auto": up to 1 GiB in memory.
        workers: processes that read what stays on disk; None is one a core, at most 8.
        max_broken: share of files that may be unreadable; they are skipped, named in a warning and counted.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty or unfit; too many files are broken.
    """
    reading = _reading(size, screen)
    transforms = [from_json(transform) for transform in augment]
    signals, pictures = split(transforms)
    if signals:
        raise OptionError("signals.no_signals", given=signals[0], door="traces")
    found = _find(source, labels)
    only(found, classes)
    own = own_part(found, valid)
    block = DataBlock(
        items=list, x=_TrackFile(reading) if found.rows is None else _TrackRows(reading, found.rows),
        y=label_of if any(item.label is not None for item in found.items) else None, split=choose(valid, seed, own),
        batch_transforms=pictures,
    )  # fmt: skip
    arguments = {**reading.state(), "valid": as_places(valid), "seed": seed, "augment": as_json(transforms)}
    arguments |= {"memory": memory, "max_broken": max_broken}
    licence = say("traces.made_up") if source == "synthetic" else None
    facts = Facts(found.name, licence=licence, rebuild=rebuilding("traces", found, arguments), extra={"kind": "traces"})
    return block.assemble(
        found.items, facts, memory=memory, workers=workers, max_broken=max_broken, reading=lambda _: reading
    )


def _reading(size: int, screen: tuple[int, int] | None) -> TraceReading:
    if isinstance(size, bool) or not isinstance(size, int) or not 8 <= size <= _LARGEST:
        raise OptionError("binaries.size", size=size, most=_LARGEST)
    if screen is None:
        return TraceReading(size)
    sides = tuple(screen) if isinstance(screen, Sequence) else ()
    if len(sides) != 2 or not all(isinstance(side, (int, float)) and side > 0 for side in sides):
        raise OptionError("traces.screen", screen=screen)
    return TraceReading(size, sides)


def _find(source: Any, labels: Labels) -> Found:
    again: dict[str, Any] | None = None
    own: list[Any] | None
    if isinstance(source, str) and source == "synthetic":
        rows, own = made_tracks(_MADE, _MADE_SEED)
        labels, again = (own if labels == "auto" else labels), ({"source": source} if labels == "auto" else None)
        name = source
    elif isinstance(source, (str, os.PathLike)) and Path(source).expanduser().is_file():
        path = Path(source).expanduser().resolve()
        rows, own = _lines(path)
        labels, again = (own if labels == "auto" else labels), ({"source": str(path)} if labels == "auto" else None)
        name = path.name
    elif isinstance(source, Sequence) and len(source) and not is_files(source):
        rows, name = list(source), f"{len(source):,} tracks"
    else:
        return find_files(source, labels, SUFFIXES, "traces")
    return Found(name, labelled([Item(i) for i in range(len(rows))], labels), rows, again)


def _lines(path: Path) -> tuple[list[Any], list[Any] | None]:
    """The tracks of a file with one a line, and their labels, None where no line has one."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except ValueError as error:
        raise DataError("traces.unreadable", name=str(path), why=why(error)) from error
    if not rows or not all(isinstance(row, Mapping) and isinstance(row.get("x"), list) for row in rows):
        raise DataError("traces.no_tracks", path=str(path))
    labels = [row.get("label") for row in rows]
    return rows, None if all(label is None for label in labels) else labels
