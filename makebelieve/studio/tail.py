"""Watching the files of a run grow: by their stat, line by line, also where they are cut back or replaced. No torch."""

from __future__ import annotations

import json
import math
import os
import re
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from makebelieve.studio.plain import content_of

Record = dict[str, Any]
Stat = tuple[int, int, int] | None

SAMPLE = re.compile(r"step-(\d{1,18})\.(png|txt)")
TORN = {"kind": "torn"}  # a whole line that is no JSON object: it keeps its number


@dataclass(frozen=True)
class Place:
    """How far a file has been read.

    Attributes:
        lines: whole lines so far.
        chain: CRC-32 of all their bytes: the same number of other lines has another one.
    """

    lines: int = 0
    chain: int = 0

    def __str__(self) -> str:
        return f"{self.lines}-{self.chain:08x}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """What `str` wrote; None for anything else."""
        match = re.fullmatch(r"(\d{1,12})-([0-9a-f]{8})", text, re.ASCII)
        return cls(int(match[1]), int(match[2], 16)) if match else None


@dataclass(frozen=True)
class News:
    """What came to a file since the last look.

    Attributes:
        rewound: index of the first line that was taken back; None where none was.
        first: index of the first of `records`.
        records: the new lines.
        places: where the file stands after each of them.
    """

    rewound: int | None
    first: int
    records: list[Record] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


def record_of(line: bytes) -> Record:
    """One line of JSON as a browser can read it: what is no finite number is its name as a string.

    A line that is no object is `TORN`.
    """
    try:
        found = json.loads(line, parse_constant=str, parse_float=_number)
    except (ValueError, RecursionError):
        return dict(TORN)
    return found if isinstance(found, dict) else dict(TORN)


def _number(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def read_lines(path: Path, start: int = 0) -> Iterator[tuple[Record, Place]]:
    """The whole lines of a file from index `start` on, each with the place after it; a half line at the end is left.

    A missing file has none.
    """
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        for index, (line, chain) in enumerate(_whole(file, 0)):
            if index >= start:
                yield record_of(line), Place(index + 1, chain)


def _whole(file: BinaryIO, chain: int) -> Iterator[tuple[bytes, int]]:
    for line in file:
        if not line.endswith(b"\n"):
            return
        chain = zlib.crc32(line, chain)
        yield line, chain


class Lines:
    """One file of JSON lines, followed while others write it.

    It remembers four bytes a line, no content, and reads only what is new, unless the file was cut back or replaced:
    then the whole of it is compared with what was there.

    Args:
        path: the file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._chains = array("I")
        self._bytes = 0  # of the whole lines so far
        self._last = 0  # where the last of them begins
        self._stat: Stat = None

    @property
    def place(self) -> Place:
        """How far the file has been read."""
        return self.after(len(self._chains))

    def after(self, lines: int) -> Place:
        """The place after so many of its lines."""
        return Place(lines, self._chains[lines - 1]) if lines else Place()

    def is_at(self, place: Place) -> bool:
        """Whether the file began, when last looked at, with just the lines that `place` speaks of."""
        return place.lines <= len(self._chains) and self.after(place.lines) == place

    def news(self) -> News | None:
        """What is new since the last call; None, after one stat, where nothing is."""
        seen = stat_of(self.path)
        if seen == self._stat:
            return None
        self._stat = seen
        try:
            file = self.path.open("rb")
        except OSError:
            return self._compare(None)
        with file:
            grown = seen is not None and seen[1] >= self._bytes and self._ends_as_before(file)
            return self._grow(file, len(self._chains)) if grown else self._compare(file)

    def _ends_as_before(self, file: BinaryIO) -> bool:
        if not self._chains:
            return True
        file.seek(self._last)
        before = self._chains[-2] if len(self._chains) > 1 else 0
        return zlib.crc32(file.read(self._bytes - self._last), before) == self._chains[-1]

    def _grow(self, file: BinaryIO, first: int, rewound: int | None = None) -> News | None:
        """Takes up the lines from byte `_bytes` on."""
        file.seek(self._bytes)
        news = News(rewound, first)
        for line, chain in _whole(file, self.place.chain):
            self._last, self._bytes = self._bytes, self._bytes + len(line)
            self._chains.append(chain)
            news.records.append(record_of(line))
            news.places.append(self.place)
        return news if news.records or rewound is not None else None

    def _compare(self, file: BinaryIO | None) -> News | None:
        """Finds the first line that is not as it was, forgets from there on, and takes up what is there instead."""
        before, same, size, last = self._chains, 0, 0, 0
        if file is not None:
            file.seek(0)
        for line, chain in _whole(file, 0) if file is not None else ():
            if same == len(before) or before[same] != chain:
                break
            same, size, last = same + 1, size + len(line), size
        rewound = same if same < len(before) else None
        self._chains, self._bytes, self._last = before[:same], size, last
        if file is None:
            return News(rewound, same) if rewound is not None else None
        return self._grow(file, same, rewound)


@dataclass(frozen=True)
class Sample:
    """A sheet or text that a run saved along the way.

    Attributes:
        step: after which it was drawn.
        kind: "png" or "txt".
        version: changes when it is drawn again.
    """

    step: int
    kind: str
    version: int

    def url(self, run: str) -> str:
        """Where the studio shows it."""
        return f"/api/runs/{run}/samples/{self.step}.{self.kind}?v={self.version:x}"


def samples_of(folder: Path) -> list[Sample]:
    """The samples in a run's folder `samples/`, by step; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            found = [(SAMPLE.fullmatch(entry.name), entry) for entry in entries]
            samples = [Sample(int(m[1]), m[2], _version(entry)) for m, entry in found if m]
    except OSError:
        return []
    return sorted(samples, key=lambda sample: (sample.step, sample.kind))


def _version(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


class SampleFolder:
    """The samples of one run, followed.

    Args:
        folder: `samples/` of the run, which need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stat: Stat = None
        self._known: dict[tuple[int, str], int] = {}

    def news(self, *, again: bool = False) -> list[Sample]:
        """What was drawn since the last call, by step. Texts drawn again in place are found with `again` only."""
        seen = stat_of(self.folder)
        if seen == self._stat and not again:
            return []
        self._stat = seen
        samples = samples_of(self.folder)
        new = [sample for sample in samples if self._known.get((sample.step, sample.kind)) != sample.version]
        self._known = {(sample.step, sample.kind): sample.version for sample in samples}
        return new


class JsonFile:
    """One small JSON file that is replaced whole, such as `pulse.json`.

    Args:
        path: the file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stat: Stat = None

    def news(self) -> Record | None:
        """Its content where it changed since the last call; None where it did not, or is not readable."""
        seen = stat_of(self.path)
        if seen == self._stat:
            return None
        self._stat = seen
        try:
            found = record_of(content_of(self.path))
        except OSError:
            return None
        return None if found == TORN else found


def stat_of(path: Path) -> Stat:
    """What changes when a file does: inode, size in bytes, time of the last change in ns; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
