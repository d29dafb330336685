"""One picture, however it is given, as a tensor."""

from __future__ import annotations

import os
from typing import Any, TypeAlias

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

from makebelieve.data.decode import eight_bit, fit_tensor, pixels, probe, read_image, refuse_huge
from makebelieve.data.load import UNREADABLE, as_tensor
from makebelieve.data.reading import found, named, why
from makebelieve.errors import DataError, MakebelieveError
from makebelieve.pictures import Pictures

Picture: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | Tensor | np.ndarray[Any, Any] | Pictures
Size = tuple[int, int]


def bounded(size: Size, longest: int | None) -> Size:
    """(h, w) shrunk in proportion until no side is longer than `longest`; never enlarged, at least 1 × 1."""
    if longest is None or max(size) <= longest:
        return size
    h, w = (max(1, round(side * longest / max(size))) for side in size)
    return h, w


def resized(x: Tensor, size: Size) -> Tensor:
    """(c, h, w) in [0, 1] at another size, antialiased: a cubic filter, clipped to [0, 1]."""
    if tuple(x.shape[-2:]) == size:
        return x
    return F.interpolate(x[None], size, mode="bicubic", antialias=True, align_corners=False)[0].clamp(0, 1)


def read_picture(given: Picture, longest: int | None = None, *, channels: int = 3) -> Tensor:
    """A picture as (channels, h, w) float32 in [0, 1] on the CPU, shrunk in proportion where a side is longer.

    Any mode is taken: grey, CMYK, 16 bits, a palette; what is transparent is laid on white, and files are turned
    upright.

    Args:
        given: a path, the bytes of a file, a PIL picture, `Pictures` of one, a tensor (h, w) or (c, h, w) or an array
            (h, w) or (h, w, c), of whole numbers 0 to 255 or floats in [0, 1]; c is 1, 3, or 4 with alpha. A batch of
            one is taken too.
        longest: pixels of the longer side at most.
        channels: 1 or 3.

    Raises:
        DataError: it can't be read as one picture; the sentence says why.
    """
    try:
        x = _read(given.tensor if isinstance(given, Pictures) else given, longest, channels)
    except UNREADABLE as error:
        if isinstance(error, MakebelieveError):
            raise
        raise DataError("data.unreadable", name=named(given), why=why(error)) from error
    return (x.float() / 255 if x.dtype == torch.uint8 else x).contiguous()


def _read(given: Any, longest: int | None, channels: int) -> Tensor:
    """(channels, h, w), uint8 or float32 in [0, 1]."""
    if isinstance(given, (str, os.PathLike)):
        path = found(given)
        return as_tensor(read_image(path, bounded(probe(str(path))[0], longest), channels))
    if isinstance(given, bytes):
        return _fitted(as_tensor(read_image(given, None, channels)), longest, channels)
    if isinstance(given, Image.Image):
        refuse_huge(given)
        return _fitted(as_tensor(eight_bit(ImageOps.exif_transpose(given), channels)), longest, channels)
    values = given if isinstance(given, Tensor) else np.asarray(given)
    if isinstance(values, np.ndarray) and values.dtype == object:
        raise DataError("data.unreadable", name=named(given), why=type(given).__name__)
    if isinstance(values, Tensor) and values.ndim == 2:
        values = values.unsqueeze(0)
    batch = values if values.ndim == 4 else values[None]
    if len(batch) != 1:
        raise DataError("style.one_picture", shape=tuple(values.shape))
    return _fitted(pixels(batch)[0], longest, channels)


def _fitted(x: Tensor, longest: int | None, channels: int) -> Tensor:
    return fit_tensor(x[None], bounded((x.shape[-2], x.shape[-1]), longest), channels)[0]
