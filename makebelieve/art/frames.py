"""What a picture was like along the way: frames for a film of its making, and a live view in a notebook."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from makebelieve.art.learner import ArtLearner
from makebelieve.errors import OptionError
from makebelieve.film import write_film
from makebelieve.messages import say
from makebelieve.pictures import Pictures
from makebelieve.training import Callback, Learner

log = logging.getLogger(__name__)

SIDE = 720  # pixels, the longer side of a frame at most
FRAMES = 100  # kept by default; 720 × 720 each, they take 156 MB
FPS = 12.0
FOLDER = "frames"  # in a run's folder
EVERY = 1.0  # seconds between two views in a notebook


class Frames:
    """Pictures of the making of one, from first to last; `len`, `frames[i]` (a PIL image), iterating gives tensors.

    Those of coarser scales are enlarged to the size of the last. Kept in 8 bits, the longer side 720 pixels at most.
    """

    def __init__(self) -> None:
        self._by_step: dict[int, Tensor] = {}
        self.made: Mapping[str, Any] | None = None  # where they come from, for the files

    def add(self, step: int, picture: Tensor) -> Tensor:
        """Keeps (3, h, w) in [0, 1] as the frame after `step` steps; gives it as it is kept, uint8."""
        longer = max(picture.shape[1:])
        if longer > SIDE:
            h, w = (max(1, round(side * SIDE / longer)) for side in picture.shape[1:])
            picture = F.interpolate(picture[None], (h, w), mode="bilinear", antialias=True)[0]
        frame = self._by_step[step] = (picture.clamp(0, 1) * 255).round().to(torch.uint8)
        return frame

    def put(self, step: int, frame: Tensor) -> None:
        """Takes back a frame as `add` gave it."""
        self._by_step[step] = frame

    @property
    def steps(self) -> list[int]:
        """How many steps were done at each frame."""
        return sorted(self._by_step)

    def __len__(self) -> int:
        return len(self._by_step)

    def __getitem__(self, i: int) -> Image.Image:
        return Pictures(self._sized(self.steps[i]))[0]

    def __iter__(self) -> Iterator[Tensor]:
        """(3, h, w) uint8 each, of one size."""
        return (self._sized(step) for step in self.steps)

    def __repr__(self) -> str:
        return f"Frames({len(self)})"

    def _sized(self, step: int) -> Tensor:
        frame, last = self._by_step[step], self._by_step[self.steps[-1]]
        if frame.shape == last.shape:
            return frame
        size = (last.shape[1], last.shape[2])
        return F.interpolate(frame[None].float(), size, mode="bilinear")[0].round().to(torch.uint8)

    def save(self, path: str | os.PathLike[str], fps: float = FPS) -> Path:
        """Writes them as a film, whole or not at all; folders on the way are made.

        Args:
            path: .gif by Pillow; .mp4, .webm, … by ffmpeg, see `film.write_film`.
            fps: frames a second.

        Raises:
            OptionError: there are no frames, or the suffix or rate can't be used.
            MissingExtraError: there is no ffmpeg.
            DataError: the file can't be written.
        """
        if not len(self):
            raise OptionError("dream.no_frames", path=path)
        return write_film(path, self, fps=fps, made=self.made)


class KeepFrames(Callback):
    """Keeps frames of an `ArtLearner`'s picture, evenly over its steps; with a run's folder also there, as PNG.

    A frame that can't be written, as where the disk is full, ends the writing with a warning and nothing else.

    Args:
        most: frames at most; 0 keeps none.
        total: steps that the learner is to take.
    """

    def __init__(self, most: int, total: int) -> None:
        self.frames = Frames()
        self._most, self._total = most, total
        self._every = 1 if most >= total else math.ceil((total - 1) / (most - 1)) if most > 1 else total
        self._writes = True

    def on_fit_start(self, learn: Learner) -> None:
        """Those of a run that goes on are taken up; what came after its checkpoint comes again."""
        if learn.run is None or not self._most:
            return
        for path in sorted((learn.run / FOLDER).glob("*.png")):
            if int(path.stem) > learn.step:
                path.unlink()
            elif int(path.stem) not in self.frames.steps:
                with Image.open(path) as image:
                    self.frames.put(int(path.stem), torch.from_numpy(np.array(image)).permute(2, 0, 1))

    def on_step(self, learn: Learner) -> None:
        step = learn.step
        if self._most and ((self._total - step) % self._every == 0 or (step == 1 and self._most > 1)):
            frame = self.frames.add(step, cast(ArtLearner, learn).picture)
            if learn.run is not None and self._writes:
                self._write(frame, learn.run / FOLDER / f"{step:06d}.png")

    def _write(self, frame: Tensor, path: Path) -> None:
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(exist_ok=True)
            Pictures(frame)[0].save(part, "PNG", compress_level=1)
            part.replace(path)
        except OSError as error:
            self._writes = False
            log.warning(say("dream.frames_lost", folder=path.parent, why=error.strerror or error))
            part.unlink(missing_ok=True)


class Preview(Callback):
    """Shows the picture below a notebook's cell while it is made, about once a second; does nothing elsewhere."""

    def __init__(self) -> None:
        self._display: Any = None
        self._handle: Any = None
        self._shown = 0.0

    def on_fit_start(self, learn: Learner) -> None:  # noqa: ARG002 - every callback is told
        self._display, self._handle, self._shown = notebook_display(), None, 0.0

    def on_step(self, learn: Learner) -> None:
        if self._display is not None and time.monotonic() - self._shown >= EVERY:
            self._show(cast(ArtLearner, learn).picture)

    def on_fit_end(self, learn: Learner) -> None:
        if self._display is not None:
            self._show(cast(ArtLearner, learn).picture)

    def _show(self, picture: Tensor) -> None:
        view = Frames()
        image = Pictures(view.add(0, picture))[0]
        if self._handle is None:
            self._handle = self._display(image, display_id=True)
        else:
            self._handle.update(image)
        self._shown = time.monotonic()


def notebook_display() -> Any:
    """IPython's `display` where this program is a notebook's kernel, else None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    return getattr(sys.modules.get("IPython.display"), "display", None)
