"""Evaluations of a run: kept in its `evaluation.json`, shown on its page, each protocol in a table of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from makebelieve.figures import Figures, table
from makebelieve.messages import say

FILE = "evaluation.json"


def add_evaluation(run: Path, figures: Figures) -> Path:
    """Write figures into the run's `evaluation.json`, after those there; the same measured anew are replaced."""
    from makebelieve.training.checkpoint import write_atomically  # needs torch, which reading runs does not

    kept = [one for one in read_evaluations(run) if _measured(one) != _measured(figures)]
    content = json.dumps([one.state() for one in [*kept, figures]], ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(run / FILE, content.encode())
    return run / FILE


def read_evaluations(run: Path) -> list[Figures]:
    """What `evaluation.json` holds, oldest first; an entry that can't be read is left out."""
    try:
        found = json.loads((run / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    read = []
    for state in found if isinstance(found, list) else []:
        try:
            read.append(Figures.from_state(state))
        except (KeyError, TypeError, ValueError, AttributeError):  # written by another hand
            continue
    return read


def evaluations_section(run: Path) -> str:
    """The evaluations as HTML; "" where there are none."""
    groups: dict[str, list[Figures]] = {}
    for figures in read_evaluations(run):
        groups.setdefault(json.dumps(figures.protocol, sort_keys=True, default=str), []).append(figures)
    shown = [_together(group) for group in groups.values()]
    return f"<h2>{escape(say('report.evaluations'))}</h2>{''.join(shown)}" if shown else ""


def _together(group: list[Figures]) -> str:
    named: dict[str, Figures] = {}
    for figures in group:
        name = _name(figures.subject)
        while name in named:
            name += "′"
        named[name] = figures
    told = [f"<p>{escape(sentence)}</p>" for sentence in group[-1].verdict]
    return "".join(told) + table(named)._repr_html_()


def _name(subject: Mapping[str, Any]) -> str:
    step = subject.get("step")
    return say("report.step", step=f"{step:,}") if isinstance(step, int) else say("report.value")


def _measured(figures: Figures) -> tuple[str, str]:
    protocol, subject = (json.dumps(part, sort_keys=True, default=str) for part in (figures.protocol, figures.subject))
    return protocol, subject
