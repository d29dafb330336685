"""`Artwork`: a picture that was made by optimising it, with how it came about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from makebelieve.art.frames import Frames, KeepFrames
from makebelieve.art.learner import ArtLearner
from makebelieve.origin import made_by
from makebelieve.pictures import Pictures
from makebelieve.training.history import History


class Artwork(Pictures):
    """One picture, as what makes pictures by optimising them returns it. Shows itself in a notebook.

    Args:
        learner: that made it.
        picture: (3, h, w) in [0, 1]; the learner's own, at its full size, where not given.
        film: the film whose last frame it is, if it is one.

    Attributes:
        learner: how it was made; `learner.resume()` goes on where it was interrupted.
        frames: what it was like along the way, to be saved as a GIF or a film.
        film: path of the film that was made, or None.
    """

    def __init__(self, learner: ArtLearner, picture: Tensor | None = None, *, film: Path | None = None) -> None:
        made = made_of(learner)
        super().__init__(learner.whole if picture is None else picture, made=made)
        self.learner, self.film = learner, film
        kept = [callback.frames for callback in learner.callbacks if isinstance(callback, KeepFrames)]
        self.frames = kept[0] if kept else Frames()
        self.frames.made = made

    @property
    def history(self) -> History:
        """Losses step by step, a column a scale."""
        return self.learner.history

    def __repr__(self) -> str:
        _, _, h, w = self.tensor.shape
        return f"Artwork({h} × {w}, {len(self.frames)} frames)"


def made_of(learner: ArtLearner) -> dict[str, Any]:
    """Where the learner's picture comes from, as its files say: the seed and its choices, without folders."""
    arguments = dict(learner.config.get("arguments", {}))
    if isinstance(arguments.get("pretrained"), str):
        arguments["pretrained"] = Path(arguments["pretrained"]).name
    return made_by(learner.name, learner.name, changed=True, seed=learner.settings.seed, **arguments)
