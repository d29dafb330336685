"""Photos as people have them, of any size, to what a translator takes."""

from __future__ import annotations

import os
from typing import Any

from PIL import Image, ImageOps
from torch import Tensor

from makebelieve.data.decode import eight_bit, fit_tensor, pixels, read_image, refuse_huge
from makebelieve.data.load import UNREADABLE, as_tensor
from makebelieve.data.reading import found, named, why
from makebelieve.errors import DataError, MakebelieveError
from makebelieve.pictures import Pictures


def read_photo(given: Any, channels: int) -> Tensor:
    """A path, the bytes of a file, a PIL picture, an array, a tensor or `Pictures`: (n, channels, h, w) in [0, 1].

    Pictures of any mode are read: grey ones, CMYK, 16 bits; what is transparent is laid on white, what lies on its side
    is put upright.

    Args:
        given: one picture; or `Pictures`, or a tensor (n, c, h, w) or array (n, h, w, c), of one size.
        channels: 1 or 3.

    Raises:
        DataError: it is no picture, or has values out of range.
    """
    try:
        x = _read(given, channels)
    except UNREADABLE as error:
        if isinstance(error, MakebelieveError):
            raise
        raise DataError("data.unreadable", name=named(given), why=why(error)) from error
    return x if x.is_floating_point() else x.float() / 255


def _read(given: Any, channels: int) -> Tensor:
    if isinstance(given, Pictures):
        return fit_tensor(given.tensor, None, channels)
    if isinstance(given, Image.Image):
        refuse_huge(given)
        return as_tensor(eight_bit(ImageOps.exif_transpose(given), channels)).unsqueeze(0)
    if isinstance(given, (str, os.PathLike)):
        return as_tensor(read_image(found(given), None, channels)).unsqueeze(0)
    if isinstance(given, bytes):
        return as_tensor(read_image(given, None, channels)).unsqueeze(0)
    if not hasattr(given, "ndim"):
        raise DataError("translator.no_picture", kind=type(given).__name__)
    return fit_tensor(pixels(given if given.ndim == 4 else given[None]), None, channels)
