"""Pictures into the page, as data addresses, and out of it, as uploads that are looked at first."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from makebelieve.data.reading import PictureReading
from makebelieve.origin import stamp
from makebelieve.pictures import Pictures
from makebelieve.serving.limits import Limits
from makebelieve.serving.uploads import read_files

LIMITS = Limits(pixels=1 << 24)
_PNG = "data:image/png;base64,"


def address(picture: Tensor, made: Mapping[str, Any] | None = None) -> str:
    """One picture (c, h, w) in [0, 1] or uint8 as a data address of a PNG with its own pixels.

    Args:
        picture: c is 1 or 3.
        made: where it comes from, which the file then says; see `makebelieve.origin`.
    """
    pixels = picture if picture.dtype == torch.uint8 else (picture.clamp(0, 1) * 255).round().to(torch.uint8)
    array = pixels.permute(1, 2, 0).cpu().contiguous().numpy()
    return of_image(Image.fromarray(array[..., 0] if array.shape[2] == 1 else array), made)


def of_image(image: Image.Image, made: Mapping[str, Any] | None = None) -> str:
    """A PIL picture as a data address of a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1, **({} if made is None else stamp(made, "PNG")))
    return _PNG + base64.b64encode(out.getvalue()).decode()


def addresses(pictures: Pictures) -> list[str]:
    """All pictures, each with where it comes from."""
    return [address(one, pictures.made) for one in pictures.tensor]


def uploaded(files: Sequence[bytes], shape: Sequence[int]) -> Tensor:
    """Uploaded pictures as a network takes them, (n, c, h, w) in [0, 1]: covering h × w, cut to their centre.

    Args:
        files: their contents.
        shape: (c, h, w).

    Raises:
        RefusalError: a file is no picture of a known form, or has too many pixels.
        DataError: it can't be decoded.
    """
    channels, h, w = shape
    return read_files(PictureReading((h, w), channels), files, LIMITS)
