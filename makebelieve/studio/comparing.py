"""Runs side by side as plain values for the page: what differs, curves over steps and time, figures, what was made."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from makebelieve.report.compare import MOST, Comparison, curve, timed
from makebelieve.report.curves import thin
from makebelieve.report.evaluations import read_evaluations
from makebelieve.report.records import RunRecords, read_run
from makebelieve.report.samples import spread
from makebelieve.studio.refusals import Refusal

MOST_POINTS = 2_000  # of one chart, over all its lines
MOMENTS = 48  # pictures or texts of one run along the way


def compared(runs: Mapping[str, Path]) -> dict[str, Any]:
    """Two to eight runs by their IDs, in the order given: names and numbers in no language.

    Raises:
        Refusal: there are fewer than two, or too many.
        CheckpointError: a folder holds no run.
    """
    if not 2 <= len(runs) <= MOST:
        raise Refusal(422, "studio.compare_how_many", given=len(runs), most=MOST)
    read = Comparison({name: read_run(folder) for name, folder in runs.items()})
    told = read.state()
    about = {"about": told["about"], "settings": told["settings"], "figures": told["figures"]}
    found: dict[str, Any] = _finite({
        "runs": [_facts(name, run) for name, run in read.runs.items()],
        "same_data": told["same_data"],
        **about,
        "evaluations": _evaluations(read),
        "curves": _curves(read),
    })  # fmt: skip
    return found


def _facts(name: str, run: RunRecords) -> dict[str, Any]:
    """One run: its alarms, and the addresses of what it made along the way."""
    made = [(step, "png") for step, _ in spread(run.samples, MOMENTS)] or [
        (step, "txt") for step, _ in spread(run.texts, MOMENTS)
    ]
    samples = [{"step": step, "kind": kind, "url": f"/api/runs/{name}/samples/{step}.{kind}"} for step, kind in made]
    places = ("key", "step", "values")
    alarms = [{place: alarm.get(place) for place in places} for alarm in run.of_kind("alarm")]
    return {"id": name, "name": run.path.name, "samples": samples, "alarms": alarms}


def _evaluations(read: Comparison) -> list[dict[str, Any]]:
    """Figures that were measured alike stand together: one entry a protocol, those of most runs first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, run in read.runs.items():
        for figures in read_evaluations(run.path):
            protocol = json.dumps(figures.protocol, sort_keys=True, default=str)
            groups.setdefault(protocol, []).append({"id": name, **figures.state()})
    ordered = sorted(groups.values(), key=lambda group: len({one["id"] for one in group}), reverse=True)
    return [
        {"protocol": group[0]["protocol"], "columns": [{**one, "protocol": None} for one in group]} for group in ordered
    ]


def _curves(read: Comparison) -> list[dict[str, Any]]:
    figures = dict.fromkeys(name for run in read.runs.values() for name in run.figures())
    most = MOST_POINTS // (2 * len(read.runs))  # each run may have a line of training and one of validation
    found = []
    for figure in figures:
        lines = []
        for name, run in read.runs.items():
            for held, points in zip((False, True), curve(run, figure), strict=True):
                if points:
                    lines.append(_line(name, run, held, thin(points, most)))
        if lines:
            found.append({"figure": figure, "lines": lines})
    return found


def _line(name: str, run: RunRecords, held: bool, points: list[tuple[float, float]]) -> dict[str, Any]:
    seconds = [time for time, _ in timed(run, points)] or None
    return {
        "id": name,
        "held": held,
        "steps": [x for x, _ in points],
        "values": [y for _, y in points],
        "seconds": seconds,
    }


def _finite(value: Any) -> Any:
    """JSON knows no infinities: what is not finite is None there."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value
