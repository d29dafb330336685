"""Callbacks: five hooks, each a no-op unless a subclass says otherwise; rank 0 alone calls them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner


class Callback:
    """Something to do while a learner trains. Exceptions end the training; random numbers drawn are the run's own."""

    def on_fit_start(self, learn: Learner) -> None:
        """Before the first step of a `fit`; `learn.run` exists."""

    def on_step(self, learn: Learner) -> None:
        """After every step; keep it cheap. `learn.step` counts the steps done."""

    def on_record(self, learn: Learner, record: dict[str, Any]) -> None:
        """After every new line of history; its "kind" is "steps", "epoch", "health", "alarm", "recovery", …"""

    def on_fit_end(self, learn: Learner) -> None:
        """After the last step of a `fit`, also of an interrupted one; the checkpoint is written."""

    def on_report(self, learn: Learner) -> Path | None:
        """`learn.report()` was called, and the run has a folder: the path of a page, where this callback writes one."""
