"""Frames and sound written as a film, whole or not at all: by ffmpeg, or by Pillow where it is a GIF."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError, OptionError
from makebelieve.film.ffmpeg import address, reason, running, source
from makebelieve.film.reading import rate
from makebelieve.origin import stamp

_H264 = ["-c:v", "libx264", "-crf", "18", "-preset", "medium", "-pix_fmt", "yuv420p"]
_VP9 = ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-row-mt", "1", "-pix_fmt", "yuv420p"]
_BT601 = ["-colorspace", "smpte170m", "-color_primaries", "smpte170m", "-color_trc", "smpte170m"]
# by suffix: ffmpeg's name of the container, how pictures are coded, how sound is where its own code does not fit
CONTAINERS = {
    ".mp4": ("mp4", _H264, "aac"),
    ".m4v": ("mp4", _H264, "aac"),
    ".mov": ("mov", _H264, "aac"),
    ".mkv": ("matroska", _H264, "aac"),
    ".webm": ("webm", _VP9, "libopus"),
}
GIF_TICKS = 100  # a second; a GIF's delays are whole hundredths, and browsers slow down those of one
GIF_FASTEST = 50  # frames a second


def write_film(
    path: str | os.PathLike[str],
    frames: Iterable[Tensor],
    *,
    fps: float | Fraction,
    sound: str | os.PathLike[str] | None = None,
    made: Mapping[str, Any] | None = None,
) -> Path:
    """Writes frames as a film; it appears whole or not at all.

    Args:
        path: .mp4, .m4v, .mov, .mkv (H.264) or .webm (VP9) by ffmpeg, .gif by Pillow. H.264 and VP9 halve the colours'
            resolution, for which sides must be even: an odd one gets its last row or column twice.
        frames: (3, h, w) or (1, h, w) each, all of one size: uint8, or floating point in [0, 1] (clipped to it). They
            are asked for one at a time; only a GIF, whose frames are packed together, is held in memory (h · w bytes
            a frame).
        fps: frames a second, up to 1000; of a GIF up to 50.
        sound: a film whose sound is copied, as it is where the container takes it, else coded anew. Not for GIFs.
        made: where it comes from, as `origin.made_by` gives it: the comment in the film's metadata.

    Returns:
        The path written.

    Raises:
        MissingExtraError: there is no ffmpeg.
        OptionError: the suffix is unknown or the rate can't be had.
        DataError: there are no frames, their sizes differ, or the film can't be written.
    """
    path, fps = Path(path), rate(fps)
    check_suffix(path, fps)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    pictures = _alike(iter(frames))
    try:
        if path.suffix.lower() == ".gif":
            _write_gif(path, part, pictures, fps, made)
        else:
            _write(path, part, pictures, fps, None if sound is None else Path(sound), made)
        part.replace(path)
    except OSError as error:
        raise DataError("film.cannot_write", path=path, why=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def can_write(path: Path) -> bool:
    """Whether films can be written under such a name."""
    suffix = path.suffix.lower()
    return suffix == ".gif" or suffix in CONTAINERS


def check_suffix(path: Path, fps: Fraction) -> None:
    """Whether a film can be written there.

    Raises:
        OptionError: if not.
    """
    if not can_write(path):
        raise OptionError("film.suffix", path=path, known=", ".join([*CONTAINERS, ".gif"]))
    if path.suffix.lower() == ".gif" and fps > GIF_FASTEST:
        raise OptionError("film.gif_rate", given=f"{float(fps):g}", most=GIF_FASTEST)


def eight_bit(frame: Tensor) -> Tensor:
    """A frame (1 or 3, h, w), uint8 or floating point clipped to [0, 1], as (3, h, w) uint8 on the CPU.

    Raises:
        DataError: it has another shape, or no pixels.
    """
    if frame.ndim != 3 or frame.shape[0] not in (1, 3) or not frame.numel():
        raise DataError("film.frame", shape=tuple(frame.shape))
    frame = frame.detach().cpu()
    if frame.dtype != torch.uint8:
        frame = (frame.float().nan_to_num().clamp(0, 1) * 255).round().to(torch.uint8)
    return frame.expand(3, -1, -1)


def _alike(frames: Iterator[Tensor]) -> Iterator[Tensor]:
    size: tuple[int, ...] | None = None
    for i, frame in enumerate(frames):
        frame = eight_bit(frame)
        size = size or tuple(frame.shape[1:])
        if tuple(frame.shape[1:]) != size:
            raise DataError("film.sizes", number=i + 1, given=tuple(frame.shape[1:]), first=size)
        yield frame


def _write(
    path: Path, part: Path, frames: Iterator[Tensor], fps: Fraction, sound: Path | None, made: Mapping[str, Any] | None
) -> None:
    container, _, coded = CONTAINERS[path.suffix.lower()]
    silent = part if sound is None else part.with_suffix(".silent")
    try:
        _write_silent(path, silent, frames, fps, made)
        if sound is None:
            return
        joined = ["-y", "-nostdin", "-loglevel", "error", "-i", address(silent), *source(sound)]
        joined += ["-map", "0:v", "-map", "1:a?", "-map_metadata", "0", "-c:v", "copy"]
        for code in ("copy", coded):
            with running([*joined, "-c:a", code, *_faststart(container), "-f", container, address(part)]) as (
                run,
                told,
            ):
                if run.wait() == 0:
                    return
                why = reason(told)
        raise DataError("film.cannot_write", path=path, why=why)
    finally:
        if silent != part:
            silent.unlink(missing_ok=True)


def _faststart(container: str) -> list[str]:
    """The index at the beginning, so that the film plays while it is still coming over a network."""
    return ["-movflags", "+faststart"] if container in ("mp4", "mov") else []


def _write_silent(
    path: Path, part: Path, frames: Iterator[Tensor], fps: Fraction, made: Mapping[str, Any] | None
) -> None:
    container, coded, _ = CONTAINERS[path.suffix.lower()]
    first = next(frames, None)
    if first is None:
        raise DataError("film.no_frames", path=path)
    h, w = first.shape[1:]
    odd = (0, w % 2, 0, h % 2)
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{w + w % 2}x{h + h % 2}"]
    given += ["-r", f"{fps.numerator}/{fps.denominator}", "-i", "pipe:0"]
    wanted = [*coded, *_BT601, *_faststart(container)]
    wanted += ["-metadata", f"comment={json.dumps(made, default=str)}"] if made is not None else []
    arguments = ["-y", "-loglevel", "error", *given, *wanted, "-f", container, address(part)]
    with running(arguments, stdin=subprocess.PIPE) as (run, told):
        if run.stdin is None:
            raise ValueError("stdin is no pipe")
        with suppress(BrokenPipeError):  # it has ended before its frames did; why, it says itself
            for frame in itertools.chain([first], frames):
                even = F.pad(frame.float(), odd, mode="replicate").to(torch.uint8) if any(odd) else frame
                run.stdin.write(even.permute(1, 2, 0).contiguous().numpy().data)
            run.stdin.close()
        if run.wait() != 0:
            raise DataError("film.cannot_write", path=path, why=reason(told))


def _write_gif(path: Path, part: Path, frames: Iterator[Tensor], fps: Fraction, made: Mapping[str, Any] | None) -> None:
    images = [Image.fromarray(frame.permute(1, 2, 0).contiguous().numpy()).quantize(256) for frame in frames]
    if not images:
        raise DataError("film.no_frames", path=path)
    # the end of frame i in whole ticks, so that roundings do not add up
    ends = [round(GIF_TICKS * (i + 1) / fps) for i in range(len(images))]
    delays = [10 * (end - start) for start, end in itertools.pairwise([0, *ends])]
    more = stamp(made, "GIF") if made is not None else {}
    images[0].save(part, "GIF", save_all=True, append_images=images[1:], duration=delays, loop=0, **more)
