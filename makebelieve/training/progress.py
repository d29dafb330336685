"""Progress of a fit: a live bar in a terminal or a notebook, one line an epoch in a log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from makebelieve.messages import say

log = logging.getLogger(__name__)


class ProgressBar:
    """Shows how far a fit is, the latest losses, the rate and the time left; silent where nobody can watch.

    Args:
        total: steps, or seconds for a fit that is bounded by time.
        shown: false for all processes but one.
    """

    def __init__(self, total: float, shown: bool = True) -> None:
        console = Console(stderr=True)
        self._live = shown and (console.is_terminal or console.is_jupyter)
        self._shown = shown
        self._bar: Progress | None = None
        if self._live:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TextColumn("{task.fields[losses]}"),
                TextColumn("{task.fields[rate]}"),
                TextColumn("{task.fields[alarms]}", style="bold red"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=console, refresh_per_second=4)
            self._task = self._bar.add_task(say("training.fitting"), total=total, losses="", rate="", alarms="")
        self._alarms = 0

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: float, losses: Mapping[str, float], rate: float) -> None:
        """`rate` in steps a second."""
        if self._bar is not None:
            text = "  ".join(f"{name} {value:.3f}" for name, value in losses.items())
            self._bar.update(self._task, completed=done, losses=text, rate=say("training.rate", rate=f"{rate:.1f}"))

    def record(self, record: Mapping[str, Any]) -> None:
        """An epoch's line, above the bar or into the log; alarms are counted beside the bar."""
        if record["kind"] == "alarm" and self._bar is not None:
            self._alarms += 1
            self._bar.update(self._task, alarms=say("health.warnings", count=self._alarms))
        if not self._shown or record["kind"] != "epoch":
            return
        figures = "  ".join(f"{name} {value:.4f}" for name, value in record.items() if isinstance(value, float))
        text = say("training.epoch", epoch=record["epoch"], step=record["step"], figures=figures)
        if self._bar is not None:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            log.info(text)
