"""The history of a run: one JSON object a line on disk, a table for people, one column a player."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from makebelieve.errors import CheckpointError
from makebelieve.training.checkpoint import read_whole
from makebelieve.training.parallel import World

Record = dict[str, Any]


class Meter:
    """Collects scalars on the device and reads them back only now and then.

    `window` and `epoch` hold (sum, count) since the last record of that kind. Values are added one by one in double
    precision, so that a mean does not depend on when they were read.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: dict[str, list[Tensor]] = {}
        self._parts: dict[str, list[Tensor]] = {}
        self.window: dict[str, tuple[float, int]] = {}
        self.epoch: dict[str, tuple[float, int]] = {}

    def add(self, name: str, value: Tensor) -> None:
        try:
            self._pending[name].append(value)
        except KeyError:
            self._pending[name] = [value]

    def add_part(self, name: str, value: Tensor) -> None:
        """One part's share of a value; the parts of one step come one by one and are summed by `close_parts`."""
        self._parts.setdefault(name, []).append(value)

    def close_parts(self) -> None:
        """The end of a step that was computed in parts."""
        for name, values in self._parts.items():
            self.add(name, torch.stack(values).sum())
        self._parts = {}

    def read(self) -> dict[str, list[float]]:
        """Waits for the device and moves what is pending into `window` and `epoch`; gives what was new."""
        new: dict[str, list[float]] = {}
        for name, values in self._pending.items():
            found = self._world.sum(torch.stack(values).double()).tolist()
            new[name] = found
            for sums in (self.window, self.epoch):
                total, count = sums.get(name, (0.0, 0))
                for value in found:
                    total += value
                sums[name] = total, count + len(found)
        self._pending = {}
        return new

    def window_means(self) -> dict[str, float]:
        return {name: total / count for name, (total, count) in self.window.items()}

    def close_window(self) -> dict[str, float]:
        means = self.window_means()
        self.window = {}
        return means

    def close_epoch(self) -> dict[str, float]:
        means = {name: total / count for name, (total, count) in self.epoch.items()}
        self.epoch = {}
        return means

    def state(self) -> dict[str, Any]:
        """As lists: JSON's objects come back in another order, and a record has its values in the order of arrival."""
        return {"window": _listed(self.window), "epoch": _listed(self.epoch)}

    def load_state(self, state: Mapping[str, Any]) -> None:
        self._pending = {}
        self.window, self.epoch = _sums(state["window"]), _sums(state["epoch"])


def _sums(kept: Any) -> dict[str, tuple[float, int]]:
    if isinstance(kept, Mapping):  # as checkpoints had them before: in no order
        return {name: (total, count) for name, (total, count) in kept.items()}
    return {name: (total, count) for name, total, count in kept}


def _listed(sums: Mapping[str, tuple[float, int]]) -> list[tuple[str, float, int]]:
    return [(name, total, count) for name, (total, count) in sums.items()]


class History(Sequence[Record]):
    """What happened, epoch by epoch; `records` has every line, the finer ones and the alarms too.

    A line never holds a time, so that a resumed run's history equals an unbroken one's; times are in `clock.jsonl`.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._path: Path | None = None
        self._length: int | None = None  # what was taken up, until `cut`

    def attach(self, path: Path | None) -> None:
        """From now on every record is also a line of this file."""
        self._path = path
        if path is not None and not path.exists():
            self._write(path, self.records)

    def add(self, kind: str, **values: Any) -> Record:
        record = {"kind": kind, **values}
        self.records.append(record)
        if self._path is not None:
            self._write(self._path, [record])
        return record

    def _write(self, path: Path, records: Sequence[Record]) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

    def length(self) -> int:
        """Bytes of the file, flushed to the disk; 0 without one."""
        if self._path is None:
            return 0
        with self._path.open("ab") as file:
            os.fsync(file.fileno())
            return file.tell()

    def take_up(self, path: Path, length: int) -> None:
        """Reads a file as it was when it had `length` bytes; what came later is cut off by `cut`, before more is added.

        Raises:
            CheckpointError: if the file is missing, shorter than that, or not a history.
        """
        try:
            content = read_whole(path, length)
            if len(content) < length:
                raise CheckpointError("training.history_short", path=path, length=len(content), expected=length)
            self.records = [json.loads(line) for line in content.decode().splitlines()]
        except (OSError, ValueError, RecursionError) as error:
            if isinstance(error, CheckpointError):
                raise
            raise CheckpointError("training.history_torn", path=path) from error
        self._path, self._length = path, length

    def cut(self) -> None:
        """The file back to the length that was taken up."""
        if self._path is not None and self._length is not None:
            with self._path.open("r+b") as file:
                file.truncate(self._length)
        self._length = None

    @property
    def epochs(self) -> list[Record]:
        return [record for record in self.records if record["kind"] == "epoch"]

    @property
    def alarms(self) -> list[Record]:
        return [record for record in self.records if record["kind"] == "alarm"]

    @property
    def looks(self) -> list[Record]:
        """What the checks measured, look by look."""
        return [record for record in self.records if record["kind"] == "health"]

    @property
    def recoveries(self) -> list[Record]:
        """When training went back after trouble, and what was changed."""
        return [record for record in self.records if record["kind"] == "recovery"]

    def column(self, name: str) -> list[float | None]:
        """One figure over the epochs; None where an epoch has none."""
        return [record.get(name) for record in self.epochs]

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, index: Any) -> Any:
        return self.epochs[index]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.epochs)

    def _rows(self) -> tuple[list[str], list[list[str]]]:
        shown = self.epochs or [record for record in self.records if record["kind"] == "steps"]
        names = list(dict.fromkeys(name for record in shown for name in record if name != "kind"))
        return names, [[_figure(record.get(name)) for name in names] for record in shown]

    def __repr__(self) -> str:
        names, rows = self._rows()
        widths = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [names, *rows]
        )

    def _repr_html_(self) -> str:
        names, rows = self._rows()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if isinstance(value, float) else str(value)
