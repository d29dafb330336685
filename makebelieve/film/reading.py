"""Films read frame by frame: by ffmpeg, or by Pillow where they are GIFs."""

from __future__ import annotations

import logging
import math
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.film.ffmpeg import complaints, reason, running, source
from makebelieve.messages import say

_LOG = logging.getLogger("makebelieve.film")

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ogv", ".wmv", ".flv", ".ts"})
FASTEST = 240  # frames a second; what files say beyond that is no rate but the grain of their clock
USUAL = Fraction(25)  # frames a second where a file says nothing
GIF_TICK = 1000  # a GIF's delays are told in milliseconds
GIF_ROUNDING = 10  # ms; delays are whole hundredths of a second
GIF_USUAL, GIF_LEAST = 100, 20  # ms; how long browsers show a frame whose delay is below the least, and that

_STREAM = re.compile(r"^\s*Stream #\S+.*?: (Video|Audio): (.*)$", re.MULTILINE)
_RATE = re.compile(r"([\d.]+)(k?) (fps|tbr)\b")
_LENGTH = re.compile(r"Duration: (\d+):(\d+):([\d.]+)")


@dataclass(frozen=True)
class Film:
    """A film on disk. ``for frame in film`` gives (3, h, w) uint8, one after the other, as often as one likes.

    Frames are upright, their pixels square, and as many a second as `fps` says, however unevenly the file has them.

    Attributes:
        path: the file.
        fps: frames a second.
        size: (h, w) of a frame.
        frames: about how many; 0 where the file does not say.
        sound: whether it has any.
    """

    path: Path
    fps: Fraction
    size: tuple[int, int]
    frames: int
    sound: bool

    def __iter__(self) -> Iterator[Tensor]:
        if self.path.suffix.lower() == ".gif":
            return _frames_of_gif(self.path, self.fps)
        return _frames(self.path, self.fps)


def is_film(path: str | os.PathLike[str]) -> bool:
    """Whether a path names a film: by its suffix, and a GIF that is there by having more than one picture."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix != ".gif" or not path.is_file():
        return suffix in SUFFIXES or suffix == ".gif"
    try:
        with Image.open(path) as image:
            return getattr(image, "n_frames", 1) > 1
    except (OSError, SyntaxError, ValueError):
        return True


def read_film(path: str | os.PathLike[str], *, fps: float | Fraction | None = None) -> Film:
    """A film, opened: what it is, and its frames.

    Args:
        path: .mp4, .mov, .webm, .mkv, .avi, … by ffmpeg, or .gif.
        fps: frames a second wanted, instead of the film's own.

    Raises:
        MissingExtraError: there is no ffmpeg.
        DataError: there is no such file, it can't be read, or it has no frames.
        OptionError: `fps` is no rate.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError("film.no_file", path=path)
    wanted = rate(fps) if fps is not None else None
    if path.suffix.lower() == ".gif":
        return _read_gif(path, wanted)
    with running(["-nostdin", *source(path), *_as_pictures(wanted), "-frames:v", "1", "pipe:1"], **_OUT) as (run, told):
        first = _picture(_pipe(run))
        run.wait()
        text = complaints(told)
        streams = _STREAM.findall(text)
        videos = [line for kind, line in streams if kind == "Video" and "(attached pic)" not in line]
        if first is None and streams and not videos:
            raise DataError("film.no_video", path=path)
        if first is None:
            raise DataError("film.unreadable", path=path, why=reason(told))
    found = wanted or _rate(videos[0] if videos else "")
    length = _LENGTH.search(text)
    seconds = 3600 * int(length[1]) + 60 * int(length[2]) + float(length[3]) if length else 0.0
    sound = any(kind == "Audio" for kind, _ in streams)
    return Film(path, found, (first.shape[1], first.shape[2]), round(seconds * float(found)), sound)


def rate(fps: float | Fraction) -> Fraction:
    """Frames a second as a fraction; 29.97 and its like are N · 1000 / 1001.

    Raises:
        OptionError: it is not above 0, or above 1000.
    """
    number = isinstance(fps, int | float | Fraction) and not isinstance(fps, bool)
    if not number or not math.isfinite(fps) or not 0 < fps <= 1000:
        raise OptionError("film.rate", given=fps)
    ntsc = Fraction(round(float(fps) * 1.001) * 1000, 1001)
    if float(fps) != round(fps) and abs(float(fps) - float(ntsc)) < 0.006:
        return ntsc
    return Fraction(fps).limit_denominator(1001)


def _rate(line: str) -> Fraction:
    """Of a stream as ffmpeg describes it: "…, 29.97 fps, 30 tbr, …"."""
    told = {unit: float(number) * (1000 if kilo else 1) for number, kilo, unit in _RATE.findall(line)}
    found = next((told[unit] for unit in ("fps", "tbr") if 0 < told.get(unit, 0) <= FASTEST), float(USUAL))
    return rate(found)


_OUT = {"stdout": subprocess.PIPE}


def _as_pictures(fps: Fraction | None) -> list[str]:
    """Frames as PPM, each with its own size; evenly in time from 0, so that they stay with the sound."""
    even = [] if fps is None else [f"fps={fps.numerator}/{fps.denominator}:start_time=0"]
    filters = ",".join([*even, "scale=iw*sar:ih", "setsar=1"])
    return ["-map", "0:V:0", "-vf", filters, "-f", "image2pipe", "-c:v", "ppm", "-pix_fmt", "rgb24"]


def _frames(path: Path, fps: Fraction) -> Iterator[Tensor]:
    count = 0
    quiet = ["-nostdin", "-loglevel", "error"]
    with running([*quiet, *source(path), *_as_pictures(fps), "pipe:1"], **_OUT) as (run, told):
        pipe = _pipe(run)
        while (frame := _picture(pipe)) is not None:
            count += 1
            yield frame
        if run.wait() != 0 or not count:
            if not count:
                raise DataError("film.unreadable", path=path, why=reason(told))
            _LOG.warning(say("film.breaks_off", path=path, frames=count, why=reason(told)))


def _pipe(run: subprocess.Popen[bytes]) -> IO[bytes]:
    if run.stdout is None:
        raise ValueError("stdout is no pipe")
    return run.stdout


def _picture(pipe: IO[bytes]) -> Tensor | None:
    """The next PPM as (3, h, w) uint8; None where there is none, or not all of it."""
    if pipe.readline() != b"P6\n":
        return None
    width, height = (int(side) for side in pipe.readline().split())
    pipe.readline()  # the greatest value, 255
    data = bytearray(pipe.read(width * height * 3))
    if len(data) < width * height * 3:
        return None
    return torch.frombuffer(data, dtype=torch.uint8).view(height, width, 3).permute(2, 0, 1)


# -------------------------------------------------------------------- GIF


def _read_gif(path: Path, wanted: Fraction | None) -> Film:
    """Its rate is that of its shortest delay: frames that stay longer come several times."""
    delays = []
    try:
        with Image.open(path, formats=["GIF"]) as image:
            frames = getattr(image, "n_frames", 1)
            for i in range(frames):
                image.seek(i)
                delays.append(_delay(image))
            size = image.height, image.width
    except (UnidentifiedImageError, EOFError, OSError, SyntaxError, ValueError) as error:
        raise DataError(
            "film.unreadable", path=path, why=str(error).splitlines()[0] if str(error) else "GIF"
        ) from error
    fps = wanted or _even_rate(delays)
    return Film(path, fps, size, _frames_until(sum(delays), fps), sound=False)


def _delay(image: Image.Image) -> int:
    """Of the frame that is open, in milliseconds."""
    delay = round(image.info.get("duration") or 0)
    return delay if delay >= GIF_LEAST else GIF_USUAL


def _frames_until(end: int, fps: Fraction) -> int:
    """How many frames of an even film begin before `end` in milliseconds, to the nearest; the first always."""
    return max(1, math.floor(end * fps / GIF_TICK + Fraction(1, 2)))


def _even_rate(delays: list[int]) -> Fraction:
    """The mean rate where delays are alike but for their rounding to 10 ms, else that of the shortest."""
    alike = max(delays) - min(delays) <= GIF_ROUNDING
    return rate(Fraction(GIF_TICK * len(delays), sum(delays)) if alike else Fraction(GIF_TICK, min(delays)))


def _frames_of_gif(path: Path, fps: Fraction) -> Iterator[Tensor]:
    count, end = 0, 0
    with Image.open(path, formats=["GIF"]) as image:
        for i in range(getattr(image, "n_frames", 1)):
            try:
                image.seek(i)
                frame = image.convert("RGBA")
            except (EOFError, OSError, SyntaxError, ValueError) as error:
                if not i:
                    raise DataError("film.unreadable", path=path, why=str(error)) from error
                _LOG.warning(say("film.breaks_off", path=path, frames=i, why=str(error)))
                return
            white = Image.new("RGBA", frame.size, (255, 255, 255, 255))
            opaque = Image.alpha_composite(white, frame).convert("RGB")
            end += _delay(image)
            until = _frames_until(end, fps)
            for _ in range(until - count):
                yield torch.from_numpy(np.array(opaque)).permute(2, 0, 1)
            count = until
