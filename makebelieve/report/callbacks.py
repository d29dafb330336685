"""What a system's learner does for the page while it trains: samples along the way, the page itself at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from makebelieve.pictures import Pictures
from makebelieve.report.page import write_report
from makebelieve.training import Callback, Learner

GROWTH = 1.3  # each gap is a quarter of the way so far: some 25 sheets in any run, as many as its page shows


class AlongTheWay(Callback):
    """Saves something at the start, then ever more seldom, and at the end; what, says the subclass."""

    def __init__(self) -> None:
        self._next = 0

    def write(self, learn: Any, place: Path) -> None:
        """Writes it to a path that still has no suffix."""
        raise NotImplementedError

    def on_fit_start(self, learn: Learner) -> None:
        if learn.step == 0:
            self._save(learn)

    def on_record(self, learn: Learner, record: dict[str, Any]) -> None:
        if record["kind"] == "steps" and learn.step >= self._next:
            self._save(learn)

    def on_fit_end(self, learn: Learner) -> None:
        self._save(learn)

    def _save(self, learn: Learner) -> None:
        if learn.folder is not None:
            learn.folder.samples.mkdir(parents=True, exist_ok=True)
            self.write(learn, learn.folder.samples / f"step-{learn.step:08d}")
            self._next = int(learn.step * GROWTH)


class SaveSamples(AlongTheWay):
    """Saves one sheet of pictures along the way.

    Args:
        draw: from the learner to its pictures, of the same points each time, so that one sees them come.
        captions: whether what is written below them is kept.
    """

    def __init__(self, draw: Callable[[Any], Pictures], *, captions: bool = False) -> None:
        super().__init__()
        self._draw, self._captions = draw, captions

    def write(self, learn: Any, place: Path) -> None:
        pictures = self._draw(learn)
        if not self._captions:
            pictures.captions = None
        pictures.save(place.with_suffix(".png"))


class SaveTexts(AlongTheWay):
    """Saves a text along the way.

    Args:
        compose: from the learner to its text.
    """

    def __init__(self, compose: Callable[[Any], str]) -> None:
        super().__init__()
        self._compose = compose

    def write(self, learn: Any, place: Path) -> None:
        place.with_suffix(".txt").write_text(self._compose(learn), encoding="utf-8")


class WriteReport(Callback):
    """Writes report.html at the end of each `fit`, and where it is asked for."""

    def on_fit_end(self, learn: Learner) -> None:
        if learn.run is not None:
            write_report(learn.run)

    def on_report(self, learn: Learner) -> Path | None:
        return None if learn.run is None else write_report(learn.run)
