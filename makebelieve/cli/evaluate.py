"""Evaluating a run from the command line: with its data, without training; figures are kept and shown on its page."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError
from makebelieve.figures import Figures
from makebelieve.messages import say
from makebelieve.report import write_report
from makebelieve.report.evaluations import add_evaluation


def evaluate_run(run: Path, given: Mapping[str, Any], *, as_json: bool) -> None:
    """Evaluate all that the run's system knows to evaluate, keep it, and tell it.

    Args:
        run: folder of the run.
        given: options by name; each way of evaluating gets those that it takes.
        as_json: write one JSON document instead of tables.

    Raises:
        OptionError: an option was given that no way of evaluating takes.
    """
    learn = mb.resume(run)
    ways = [learn.evaluate, *([learn.evaluate_pictures] if hasattr(learn, "evaluate_pictures") else [])]
    taken = [_taken(way) for way in ways]
    for name, value in given.items():
        if not any(name in names for names in taken):
            known = sorted({f"--{known}" for names in taken for known in names})
            raise OptionError("cli.evaluate_option", option=f"--{name}", given=value, known=", ".join(known) or "-")
    found = []
    for way, names in zip(ways, taken, strict=True):
        measured = way(**{name: value for name, value in given.items() if name in names})
        figures = measured if isinstance(measured, Figures) else Figures(measured, {"part": "valid"})
        figures = figures if "step" in figures.subject else figures.about(step=learn.step)
        add_evaluation(run, figures)
        found.append(figures)
    page = write_report(run)
    told = "\n\n".join(repr(figures) for figures in found)
    values = {"run": str(run), "evaluations": [figures.state() for figures in found], "report": str(page)}
    emit(as_json, values, f"{told}\n\n{say('cli.report', page=page)}")


def _taken(way: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(way).parameters) & {"n", "features", "seed"}
