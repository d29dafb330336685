"""Samples along the way: the same points z, step by step, so that one sees the pictures come."""

from __future__ import annotations

from typing import Any

from makebelieve.systems.gan.learner import GanLearner
from makebelieve.training import Callback, Learner

COUNT = 64
SEED = 0
GROWTH = 1.15  # each gap is a seventh of the way so far: about 50 pictures in any run


class SaveSamples(Callback):
    """Saves one grid of pictures at the start, then ever more seldom, and at the end."""

    def __init__(self) -> None:
        self._next = 0

    def on_fit_start(self, learn: Learner) -> None:
        if learn.step == 0:
            self._save(learn)

    def on_record(self, learn: Learner, record: dict[str, Any]) -> None:
        if record["kind"] == "steps" and learn.step >= self._next:
            self._save(learn)

    def on_fit_end(self, learn: Learner) -> None:
        self._save(learn)

    def _save(self, learn: Learner) -> None:
        if isinstance(learn, GanLearner) and learn.folder is not None:
            pictures = learn.generate(COUNT, seed=SEED)
            pictures.captions = None
            pictures.save(learn.folder.samples / f"step-{learn.step:08d}.png")
            self._next = int(learn.step * GROWTH)
