"""What a run's folder tells, read so that a missing or torn part leaves a gap and not an error."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.errors import CheckpointError

_PLACE = ("kind", "step", "epoch", "stage")


@dataclass(frozen=True)
class RunRecords:
    """A run as its files tell it.

    Attributes:
        config: ``config.json``, or empty.
        history: the lines of ``history.jsonl``.
        clock: the lines of ``clock.jsonl``.
        samples: (step, file) of each sample picture, by step.
        texts: (step, file) of each text written along the way, by step.
        plan: the last call of ``fit`` as the newest checkpoint has it, or empty.
    """

    path: Path
    config: dict[str, Any]
    history: list[dict[str, Any]]
    clock: list[dict[str, Any]]
    samples: list[tuple[int, Path]]
    texts: list[tuple[int, Path]]
    plan: dict[str, Any]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The lines of history of one kind: ``"steps"``, ``"epoch"``, ``"health"``, ``"alarm"`` or ``"recovery"``."""
        return [record for record in self.history if record.get("kind") == kind]

    def figures(self) -> list[str]:
        """Names of all figures in the history, in the order they first appear; ``valid_X`` goes with ``X``."""
        lines = self.of_kind("epoch") + self.of_kind("steps") + self.of_kind("health")
        names = dict.fromkeys(name for record in lines for name, value in record.items() if _is_figure(name, value))
        return list(dict.fromkeys(name.removeprefix("valid_") for name in names))

    def points(self, kind: str, name: str) -> list[tuple[float, float]]:
        """(step, value) of one figure; steps are finite, values may be none of a number."""
        places = [(number(r.get("step")), number(r.get(name))) for r in self.of_kind(kind)]
        return [(x, y) for x, y in places if x is not None and y is not None and math.isfinite(x)]


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
        samples=_samples(path / "samples", ".png"),
        texts=_samples(path / "samples", ".txt"),
        plan=_plan(path / "checkpoints"),
    )
    if not (records.config or records.history or records.samples or records.texts):
        raise CheckpointError("report.no_run", path=path)
    return records


def number(value: Any) -> float | None:
    """A number of a JSON file as a float, infinite where it is too large for one; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _is_figure(name: str, value: Any) -> bool:
    return name not in _PLACE and number(value) is not None


def _plan(checkpoints: Path) -> dict[str, Any]:
    newest = max(checkpoints.glob("step-*"), default=None)
    state = _object(newest / "state.json").get("state") if newest is not None else None
    plan = state.get("plan") if isinstance(state, dict) else None
    return plan if isinstance(plan, dict) else {}


def _object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
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
        except (ValueError, RecursionError):  # the last line of a killed run may be half a line
            continue
        if isinstance(record, dict):
            found.append(record)
    return found


def _samples(folder: Path, suffix: str) -> list[tuple[int, Path]]:
    numbered = [(re.fullmatch(r"step-(\d+)", file.stem), file) for file in folder.glob(f"*{suffix}")]
    return sorted((int(match[1]), file) for match, file in numbered if match)
