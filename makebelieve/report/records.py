"""What a run's folder tells, read so that a missing or torn part leaves a gap and not an error."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.errors import CheckpointError

_PLACE = ("kind", "step", "epoch")


@dataclass(frozen=True)
class RunRecords:
    """A run as its files tell it.

    Attributes:
        config: ``config.json``, or empty.
        history: the lines of ``history.jsonl``.
        clock: the lines of ``clock.jsonl``.
        samples: (step, file) of each sample picture, by step.
    """

    path: Path
    config: dict[str, Any]
    history: list[dict[str, Any]]
    clock: list[dict[str, Any]]
    samples: list[tuple[int, Path]]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The lines of history of one kind: ``"steps"``, ``"epoch"`` or ``"alarm"``."""
        return [record for record in self.history if record.get("kind") == kind]

    def figures(self) -> list[str]:
        """Names of all figures in the history, in the order they first appear; ``valid_X`` goes with ``X``."""
        lines = self.of_kind("epoch") + self.of_kind("steps")
        names = dict.fromkeys(name for record in lines for name, value in record.items() if _is_figure(name, value))
        return list(dict.fromkeys(name.removeprefix("valid_") for name in names))

    def points(self, kind: str, name: str) -> list[tuple[float, float]]:
        """(step, value) of one figure."""
        records = self.of_kind(kind)
        return [(r["step"], r[name]) for r in records if _is_figure(name, r.get(name)) and "step" in r]


def read_run(path: Path) -> RunRecords:
    """Read the folder of a run.

    Raises:
        CheckpointError: there is no such folder, or nothing of a run is in it.
    """
    records = RunRecords(
        path=path,
        config=_object(path / "config.json"),
        history=_lines(path / "history.jsonl"),
        clock=_lines(path / "clock.jsonl"),
        samples=_samples(path / "samples"),
    )
    if not (records.config or records.history or records.samples):
        raise CheckpointError("report.no_run", path=path)
    return records


def _is_figure(name: str, value: Any) -> bool:
    return name not in _PLACE and isinstance(value, (int, float)) and not isinstance(value, bool)


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:  # the last line of a killed run may be half a line
            continue
        if isinstance(record, dict):
            found.append(record)
    return found


def _samples(folder: Path) -> list[tuple[int, Path]]:
    numbered = [(re.fullmatch(r"step-(\d+)", file.stem), file) for file in folder.glob("*.png")]
    return sorted((int(match[1]), file) for match, file in numbered if match)
