"""The learner's loop where the picture is the player: one player a scale, from the coarsest to the finest."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

from safetensors.torch import save
from torch import Tensor

from makebelieve.art.canvas import Canvas, Still
from makebelieve.art.reading import resized
from makebelieve.networks.pretrained import read
from makebelieve.training import Callback, Learner, Settings
from makebelieve.training.checkpoint import write_atomically
from makebelieve.training.health import Watch
from makebelieve.training.recipe import OptimizerFactory, Turns

log = logging.getLogger(__name__)

PICTURES = "pictures.safetensors"  # in a run's folder: what the work begins from
BATCH = 1


class ArtLearner(Learner):
    """Optimises a picture scale by scale; with a folder it can be interrupted, killed and taken up again.

    A recipe finds the scale of a step by `place(run.step)`, begins its canvas at the scale's first step from the one
    before, and yields ``scale_name(i)`` as the player.

    Args:
        sizes: (h, w) of the scales, the coarsest first.
        steps: of each scale.
        recipe: a generator function `recipe(nets, batch, run, **options)`.
        pictures: what it begins from, by name; kept in the run's folder.
        options: keyword arguments of the recipe.
        optimizer: of every scale.
        settings: how to train; the batch size plays no part.
        callbacks: what else to do meanwhile.
        run: folder for the run, which must be new; None keeps nothing on disk.
        name: of the system, such as "dream".
        config: what `config.json` keeps so that the learner can be made again.
        shown: what is made of a canvas, (3, h, w) in [0, 1], to be looked at, of the same shape; None is the canvas.
        enlarged: what the canvas of a scale, by its index, is at the size of the next; None resizes it.
    """

    window = 1  # a record for each step: there are few, and they are long

    def __init__(
        self,
        sizes: Sequence[tuple[int, int]],
        steps: Sequence[int],
        recipe: Callable[..., Turns],
        *,
        pictures: Mapping[str, Tensor],
        options: Mapping[str, Any],
        optimizer: OptimizerFactory,
        settings: Settings,
        callbacks: Sequence[Callback] = (),
        run: str | Path | None = None,
        name: str,
        config: Mapping[str, Any] | None = None,
        shown: Callable[[Tensor], Tensor] | None = None,
        enlarged: Callable[[Tensor, int], Tensor] | None = None,
    ) -> None:
        self.sizes, self.steps, self._shown, self._enlarged = tuple(sizes), tuple(steps), shown, enlarged
        self._ends = list(accumulate(self.steps))
        canvases = {scale_name(i): Canvas(size) for i, size in enumerate(self.sizes)}
        super().__init__(
            Still(pictures),
            canvases,
            recipe,
            options=options,
            optimizers=dict.fromkeys(canvases, optimizer),
            settings=settings,
            callbacks=callbacks,
            run=False if run is None else run,
            name=name,
            config={"system": name, **(config or {})},
        )
        self.watch = Watch(list(self.game.players), [])  # no network learns that could fall ill

    def place(self, step: int) -> tuple[int, int]:
        """The scale that a step belongs to, and the step's number within it, both from 0."""
        scale = min(bisect_right(self._ends, step), len(self.steps) - 1)
        return scale, step - (self._ends[scale] - self.steps[scale])

    @property
    def picture(self) -> Tensor:
        """(3, h, w) in [0, 1] on the CPU: the scale under way, as far as it is."""
        return self._look(self._canvas(self._under_way))

    @property
    def whole(self) -> Tensor:
        """The same at the size of the last scale, (3, h, w): of a work that was ended early, enlarged and no more."""
        scale = self._under_way
        picture = self._canvas(scale)
        for i in range(scale, len(self.sizes) - 1):
            picture = resized(picture, self.sizes[i + 1]) if self._enlarged is None else self._enlarged(picture, i)
        return self._look(picture)

    @property
    def _under_way(self) -> int:
        return self.place(max(0, self.step - 1))[0]

    def _canvas(self, scale: int) -> Tensor:
        canvas = cast(Canvas, self.nets[scale_name(scale)])
        return canvas.pixels.detach()[0].clamp(0, 1).float().cpu()

    def _look(self, picture: Tensor) -> Tensor:
        return picture if self._shown is None else self._shown(picture)

    def finish(self) -> None:
        """Carries out what is left of all steps; Ctrl-C ends it early, and the picture stays as far as it is."""
        if self._plan is not None and not self._plan.over(self.step):
            self.resume()
        elif self.step < self._ends[-1]:
            self.fit(steps=self._ends[-1] - self.step)

    def _open_folder(self) -> None:
        new = not self._opened
        super()._open_folder()
        if new and self.folder is not None:
            held = {name: picture.contiguous() for name, picture in cast(Still, self.data).pictures.items()}
            write_atomically(self.folder.path / PICTURES, save(held))


def scale_name(index: int) -> str:
    """What the player of a scale, counted from 0, is called."""
    return f"scale_{index + 1}"


def kept_pictures(run: str | Path) -> dict[str, Tensor]:
    """What the work in a run's folder begins from.

    Raises:
        DataError: the file is not there or damaged.
    """
    return read(Path(run) / PICTURES)
