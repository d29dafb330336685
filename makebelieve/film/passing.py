"""A film through a function, frame by frame: what is done is kept beside the film to be, so that it can be gone on."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError, OptionError
from makebelieve.film.reading import Film, read_film
from makebelieve.film.writing import check_suffix, eight_bit, write_film
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.film")

STILL = 0.03  # difference of grey, in [0, 1], at which a place counts as still by 1/e; grain lies below, motion above
AROUND = 5  # pixels a side of the square over which the difference is averaged, against grain
MADE = "made.json"

Pass = Callable[[Tensor, Tensor | None], Tensor]


def through(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    function: Pass,
    *,
    steady: float = 0.0,
    fps: float | Fraction | None = None,
    settings: Mapping[str, Any] | None = None,
    made: Mapping[str, Any] | None = None,
) -> Path:
    """Passes a film through a function, frame by frame; its sound stays as it is.

    Finished frames are kept in the folder ``.NAME.frames`` beside `out` until the film is whole. If it is interrupted,
    the same call goes on where it was, and gives the same film as an unbroken one: `function` always gets the last
    result as it was kept, in 8 bits. Frames of another source or other settings are not mixed in, but thrown away.

    Args:
        source: the film.
        out: the film to be: .mp4, .mov, .mkv, .webm or .gif, see `write_film`.
        function: (frame, last) → result: frame (3, h, w) in [0, 1]; last the result before it, None at the first;
            the result (3 or 1, h', w') in [0, 1], of one size for all frames.
        steady: in [0, 1): how much of the last result stays where the source does not move, against flicker:
            ``(1 − w) result + w last`` with ``w = steady · exp(−(d / 0.03)²)``, d the difference of a frame from the
            one before, averaged over channels and 5 × 5 pixels.
        fps: frames a second; the source's own where not given. Fewer save time.
        settings: what makes the function what it is, as plain values for JSON; other settings begin anew.
        made: where the film comes from, as `origin.made_by` gives it: the comment in its metadata.

    Returns:
        The path of `out`.

    Raises:
        MissingExtraError: there is no ffmpeg.
        OptionError: `out` has an unknown suffix or is the source itself, or an option can't be used.
        DataError: the source can't be read, or the film can't be written; frames that are done stay.
    """
    out = Path(out)
    film = read_film(source, fps=fps)
    check_suffix(out, film.fps)
    if out.exists() and out.samefile(film.path):
        raise OptionError("film.itself", path=out)
    if isinstance(steady, bool) or not isinstance(steady, int | float) or not 0 <= steady < 1:
        raise OptionError("film.steady", given=steady)
    with film.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    by = {"source": digest, "fps": str(film.fps), "steady": float(steady), "settings": dict(settings or {})}
    kept = Kept(out)
    try:
        done = kept.begin(by)
        kept.frames = _pass(film, kept, done, function, float(steady))
        write_film(out, kept, fps=film.fps, sound=film.path if film.sound else None, made=made)
        kept.forget()
    except KeyboardInterrupt:
        _LOG.warning(say("film.interrupted", frames=kept.frames, out=out))
        raise
    except OSError as error:
        raise DataError(
            "film.cannot_keep", folder=kept.folder, frames=kept.frames, why=error.strerror or error
        ) from error
    return out


class Kept:
    """The finished frames of a film to be, in a folder beside it; iterating gives them, (3, h, w) uint8.

    Args:
        out: the film to be.
    """

    def __init__(self, out: Path) -> None:
        self.folder = out.with_name(f".{out.name}.frames")
        self.frames = 0

    def begin(self, by: Mapping[str, Any]) -> int:
        """How many frames are there already that were made by the same; all others are thrown away."""
        note = self.folder / MADE
        text = json.dumps(by, sort_keys=True, ensure_ascii=False, default=str)
        if self.folder.exists() and not (note.is_file() and note.read_text(encoding="utf-8") == text):
            _LOG.warning(say("film.others", folder=self.folder))
            self.forget()
        self.folder.mkdir(parents=True, exist_ok=True)
        _whole(note, lambda part: part.write_text(text, encoding="utf-8"))
        while self._place(self.frames).is_file():
            self.frames += 1
        while self.frames and not self._is_whole(self.frames - 1):  # the power went before they were on the disk
            self.frames -= 1
        if self.frames:
            _LOG.info(say("film.goes_on", frames=self.frames, folder=self.folder))
        return self.frames

    def add(self, frame: Tensor) -> None:
        """Keeps the next frame, (3, h, w) uint8."""
        image = Image.fromarray(frame.permute(1, 2, 0).contiguous().numpy())
        _whole(self._place(self.frames), lambda part: image.save(part, "PNG", compress_level=1))
        self.frames += 1

    def last(self) -> Tensor | None:
        """The last frame that is there."""
        return self._read(self.frames - 1) if self.frames else None

    def forget(self) -> None:
        """Throws all frames away."""
        shutil.rmtree(self.folder)

    def __iter__(self) -> Iterator[Tensor]:
        return (self._read(i) for i in range(self.frames))

    def _place(self, i: int) -> Path:
        return self.folder / f"{i:08d}.png"

    def _is_whole(self, i: int) -> bool:
        try:
            return bool(self._read(i).numel())
        except (OSError, SyntaxError, ValueError):
            return False

    def _read(self, i: int) -> Tensor:
        with Image.open(self._place(i)) as image:
            return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def _whole(path: Path, write: Callable[[Path], Any]) -> None:
    """A file that appears whole or not at all."""
    part = path.with_suffix(".part")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _pass(film: Film, kept: Kept, done: int, function: Pass, steady: float) -> int:
    """Makes the frames from number `done` on; gives how many there are then."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    watched = console.is_terminal or console.is_jupyter
    last = kept.last()
    before: Tensor | None = None
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=not watched) as bar:
        task = bar.add_task(kept.folder.name[1:].removesuffix(".frames"), total=film.frames or None, completed=done)
        for i, frame in enumerate(film):
            if i >= done:
                shown = None if last is None else last.float() / 255
                result = function(frame.float() / 255, shown)
                if steady and before is not None and shown is not None:
                    result = _steadied(result, shown, frame, before, steady)
                result = eight_bit(result)
                if last is not None and result.shape != last.shape:
                    raise DataError(
                        "film.sizes", number=i + 1, given=tuple(result.shape[1:]), first=tuple(last.shape[1:])
                    )
                kept.add(result)
                last = result
                bar.advance(task)
            before = frame
    return kept.frames


def _steadied(result: Tensor, last: Tensor, frame: Tensor, before: Tensor, steady: float) -> Tensor:
    """The result with a share of the last one where the source is still; both frames (3, h, w) uint8."""
    difference = (frame.float() - before.float()).abs().mean(dim=0, keepdim=True) / 255
    difference = F.avg_pool2d(difference[None], AROUND, stride=1, padding=AROUND // 2, count_include_pad=False)
    if difference.shape[-2:] != result.shape[-2:]:
        difference = F.interpolate(difference, result.shape[-2:], mode="bilinear", antialias=True)
    share = steady * torch.exp(-((difference[0] / STILL) ** 2))
    result = result.detach().cpu().float()
    return result + share * (last - result)
