"""Uploads and arrays as networks get them. Nothing here opens a path of the caller's."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from fastapi import UploadFile
from PIL import Image
from torch import Tensor

from makebelieve.data.audio_files import soundfile
from makebelieve.data.decode import covering
from makebelieve.data.reading import PictureReading, Reading
from makebelieve.data.traces import TraceReading
from makebelieve.errors import DataError
from makebelieve.messages import say
from makebelieve.serving.limits import Limits
from makebelieve.serving.refusals import RefusalError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # Pillow knows others, some of which start programs
RATES = (1000, 384_000)  # of sounds, in Hz
CHANNELS = 16  # of a sound: a file of silence may claim hundreds, which take memory once they are read
POINTS, WAY = 10_000, 1_000_000  # of a track, and pixels along it
_NO_PICTURE = (OSError, SyntaxError, ValueError, EOFError, struct.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


async def contents(files: Sequence[UploadFile]) -> list[bytes]:
    """What was uploaded."""
    return [await file.read() for file in files]


def check_picture(content: bytes, limits: Limits, *, factor: int = 1) -> None:
    """Looks at the head of a picture before anything is decoded.

    Args:
        content: of the file.
        limits: `pixels` of them.
        factor: sides of what is made of it over its own.

    Raises:
        RefusalError: 415 for what is no picture of a known form, 413 for one with too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            w, h = image.size
    except _BOMBS as error:
        raise RefusalError(413, "serving.bomb", limit=limits.pixels) from error
    except _NO_PICTURE as error:
        raise RefusalError(415, "serving.no_picture", known=", ".join(FORMATS)) from error
    if w * h * factor * factor > limits.pixels:
        raise RefusalError(413, "serving.pixels", w=w, h=h, factor=factor, limit=limits.pixels)


def check_sound(content: bytes) -> None:
    """Looks at the head of a sound.

    Raises:
        RefusalError: 415 for what is no sound, 422 for a rate or a number of channels that none has.
    """
    package = soundfile()
    try:
        head = package.info(io.BytesIO(content))
        rate, channels = int(head.samplerate), int(head.channels)
    except (package.SoundFileError, OSError, TypeError, ValueError) as error:
        raise RefusalError(415, "serving.no_sound") from error
    if not RATES[0] <= rate <= RATES[1]:
        raise RefusalError(422, "serving.rate", rate=rate, least=RATES[0], most=RATES[1])
    if channels > CHANNELS:
        raise RefusalError(422, "serving.channels", channels=channels, most=CHANNELS)


def read_files(reading: Reading, files: Sequence[bytes], limits: Limits) -> Tensor:
    """Uploaded pictures, sounds or other files as x, (n, …)."""
    for content in files:
        if reading.kind == "pictures":
            check_picture(content, limits)
        elif reading.kind == "audio":
            check_sound(content)
    return torch.stack([reading(content) for content in files])


def read_arrays(reading: Reading | None, shape: tuple[int, ...], items: Sequence[Any], limits: Limits) -> Tensor:
    """Items given as nested lists of numbers as x, (n, …)."""
    found = []
    for item in items:
        array = numbers(item)
        if reading is None:
            if array.shape != shape:
                raise DataError("data.other_numbers", given=array.shape, expected=shape)
            found.append(torch.from_numpy(array.astype(np.float32)))
            continue
        if isinstance(reading, PictureReading):
            _check_array(array, reading, limits)
        elif isinstance(reading, TraceReading):
            _check_track(array, reading)
        found.append(reading(array))
    return torch.stack(found)


def numbers(given: Any) -> np.ndarray[Any, Any]:
    """Nested lists as an array of numbers.

    Raises:
        RefusalError: they are of unequal length or hold something else.
    """
    if not _all_numbers(given):
        raise RefusalError(422, "serving.ragged")
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise RefusalError(422, "serving.ragged") from error
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        raise RefusalError(422, "serving.ragged")
    return array


def _all_numbers(given: Any) -> bool:
    """Whether all that lies in nested lists is numbers: NumPy would make every place as wide as the longest string."""
    waiting = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif not isinstance(one, int | float):
            return False
    return True


def _check_array(array: np.ndarray[Any, Any], reading: PictureReading, limits: Limits) -> None:
    """A picture as an array is scaled as a whole, so one that is long and thin would become huge."""
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise DataError("data.array_shape", shape=array.shape)
    h, w = covering((array.shape[0], array.shape[1]), reading.size)
    if h * w > limits.pixels:
        raise RefusalError(413, "serving.pixels", w=array.shape[1], h=array.shape[0], factor=1, limit=limits.pixels)


def _check_track(array: np.ndarray[Any, Any], reading: TraceReading) -> None:
    """A track is drawn in steps of half a pixel, so one that runs far off the screen would have no end."""
    if array.ndim != 2 or array.shape[1] < 3:
        raise DataError("traces.unreadable", name="track", why=say("traces.shape", shape=array.shape))
    at = array[:, 1:3].astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        wide = max(reading.screen) if reading.screen is not None else np.ptp(at, axis=0).max(initial=0.0)
        way = np.hypot(*np.diff(at, axis=0).T).sum() * reading.size / max(float(wide), 1e-12)
    if len(array) > POINTS or not way <= WAY:
        raise RefusalError(413, "serving.track", n=len(array), points=POINTS, way=WAY)
