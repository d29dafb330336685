"""What a run's records say, in words: shared by the page of one run and by the comparison of several."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from makebelieve.messages import CATALOGUE, say
from makebelieve.report.records import RunRecords, number


def source_of(run: RunRecords) -> str:
    """What it was trained on: what its data door was given, else what the data are called, else the run's own name."""
    data = mapping(run.config.get("data"))
    source = mapping(mapping(data.get("rebuild")).get("arguments")).get("source")
    told = source if isinstance(source, (str, int)) else mapping(data.get("facts")).get("name")
    return str(told) if isinstance(told, (str, int)) else run.path.name


def steps_of(run: RunRecords) -> int:
    """How far it is."""
    return max((r["step"] for r in run.history if type(r.get("step")) is int), default=0)


def alarm_sentence(record: Mapping[str, Any]) -> str:
    """An alarm of the history in the reader's language."""
    key, values = str(record.get("key")), mapping(record.get("values"))
    try:
        if key in CATALOGUE:
            return say(key, **values)
    except (KeyError, IndexError, TypeError, ValueError):  # written by another version, whose sentence had other values
        pass
    return f"{say('report.step', step=record.get('step'))}: {key} {dict(values)}"


def settings_of(run: RunRecords) -> dict[str, Any]:
    """What was asked for, and over it what it was resolved to."""
    parts = (run.config.get(name) for name in ("arguments", "training", "settings"))
    merged = {name: value for part in parts for name, value in mapping(part).items() if name != "saving"}
    merged.pop("network_spec", None)
    return {"recipe": run.config.get("recipe") or merged.pop("recipe", None), **merged}


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one: files may hold anything."""
    return value if isinstance(value, dict) else {}


def word(name: str) -> str:
    """A name of a program in words."""
    return str(name).replace("_", " ")


def shown(value: Any) -> str:
    """A value of a file as people read it."""
    if isinstance(value, bool):
        return say("report.yes" if value else "report.no")
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{word(name)} {shown(part)}" for name, part in value.items())
    return str(value)


def seconds_of(run: RunRecords) -> float:
    """How long it was trained."""
    told = (number(line.get("seconds")) for line in run.clock)
    return max((seconds for seconds in told if seconds is not None and math.isfinite(seconds)), default=0.0)
