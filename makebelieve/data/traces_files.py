"""Reading tracks of a mouse, pen or finger: when it was where, and when it clicked."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from makebelieve.messages import say

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
Track = np.ndarray[Any, np.dtype[np.float64]]  # (points, 4): time, x, y, whether it clicks there
_CLICK = ("click", "clicks", "clicked", "button", "pressed")
_NO_CLICK = ("", "0", "none", "null", "false", "nobutton", "no", "up", "released", "move")


def read_track(path: Path) -> Track:
    """The track of a file: csv or tsv with columns t, x, y and maybe click, or JSON lines with these names.

    Columns are found by their names in the first line (``time``, ``timestamp`` and the like are t, ``button`` is
    click) or, without names, stand in this order. JSON lines are one point each, or one object with lists for the whole
    track.

    Raises:
        OSError: it can't be opened.
        ValueError: it holds no track.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            return as_track(columns_of([json.loads(line) for line in file if line.strip()]))
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        return _of_rows([row for row in csv.reader(file, delimiter=delimiter) if any(word.strip() for word in row)])


def columns_of(points: Sequence[Any]) -> Mapping[str, Any]:
    """One object with a list for each name, out of one object for each point, or of such an object itself.

    Raises:
        ValueError: it is neither.
    """
    if not points or not all(isinstance(point, Mapping) for point in points):
        raise ValueError(say("traces.no_points"))
    if len(points) == 1 and any(isinstance(value, list) for value in points[0].values()):
        return dict(points[0])
    names = points[0].keys()
    missing = [i for i, point in enumerate(points) if not names <= point.keys()]
    if missing:
        raise ValueError(say("traces.point", i=missing[0]))
    return {name: [point[name] for point in points] for name in names}


def _of_rows(rows: list[list[str]]) -> Track:
    if not rows:
        raise ValueError(say("traces.no_points"))
    try:
        [float(word) for word in rows[0][:3]]
    except ValueError:
        names, rows = [word.strip() for word in rows[0]], rows[1:]
    else:
        names = ["t", "x", "y", "click"][: len(rows[0])]
    short = next((i for i, row in enumerate(rows) if len(row) < len(names)), None)
    if short is not None:
        raise ValueError(say("traces.point", i=short))
    return as_track({name: [row[i] for row in rows] for i, name in enumerate(names)})


def as_track(given: Any) -> Track:
    """A track as people have it: an array (points, 3) or (points, 4) of t, x, y and click, or lists by these names.

    Raises:
        ValueError: it is neither, has fewer than two points, values that aren't finite, or time that runs backwards.
    """
    if isinstance(given, Mapping):
        track = np.stack([_floats(values) for values in _named(given)], 1)
    else:
        track = np.asarray(given.detach().cpu() if isinstance(given, Tensor) else given, dtype=np.float64)
    if track.ndim != 2 or track.shape[1] not in (3, 4):
        raise ValueError(say("traces.shape", shape=track.shape))
    if len(track) < 2:
        raise ValueError(say("traces.short", n=len(track)))
    if track.shape[1] == 3:
        track = np.concatenate([track, np.zeros((len(track), 1))], 1)
    if not np.isfinite(track).all():
        raise ValueError(say("traces.nan", i=int(np.flatnonzero(~np.isfinite(track).all(1))[0])))
    back = np.flatnonzero(np.diff(track[:, 0]) < 0)
    if len(back):
        raise ValueError(say("traces.backwards", i=int(back[0]) + 1))
    return track


def _named(given: Mapping[str, Any]) -> list[Iterable[Any]]:
    """The values of t, x, y and click among columns called in any usual way."""
    by = {str(name).strip().lower(): values for name, values in given.items()}
    t = next((by[name] for name in by if name in ("t", "ms") or "time" in name), None)
    if t is None or "x" not in by or "y" not in by:
        raise ValueError(say("traces.columns", columns=", ".join(map(str, given))))
    click = next((by[name] for name in by if name in _CLICK), None)
    columns = [t, by["x"], by["y"], [0.0] * len(t) if click is None else [_clicks(value) for value in click]]
    if len({len(column) for column in columns}) != 1:
        raise ValueError(say("traces.lengths"))
    return columns


def _floats(values: Iterable[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(value) for value in values])


def _clicks(value: Any) -> float:
    if isinstance(value, str):
        word = value.strip().lower()
        try:
            return float(float(word) != 0)
        except ValueError:
            return float(word not in _NO_CLICK)
    return float(bool(value))
