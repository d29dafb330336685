"""From a picture file, or an array, to 8-bit pictures of one size and one number of channels."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

Size = tuple[int, int]
LARGEST = 8192  # pixels a side: more than any network takes, and a slip of the keyboard otherwise
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")


class Item(NamedTuple):
    """One picture before it is read: a path or a row number, its label, and the part its source puts it in."""

    where: str | int
    label: Any = None
    part: str | None = None


def label_of(item: Item) -> Any:
    """The label that the source gave."""
    return item.label


def check_size(size: int | Sequence[int] | None) -> Size | None:
    """``size=`` of the doors as (h, w).

    Raises:
        OptionError: not one or two whole numbers from 1 to `LARGEST`.
    """
    if size is None:
        return None
    pair = (size, size) if isinstance(size, int) else tuple(size) if isinstance(size, Sequence) else ()
    whole = all(isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= LARGEST for n in pair)
    if len(pair) != 2 or isinstance(size, (str, bool)) or not whole:
        raise OptionError("data.size", size=size, largest=LARGEST)
    return pair[0], pair[1]


def check_channels(channels: int | None) -> int | None:
    """``channels=`` of the doors.

    Raises:
        OptionError: neither 1 nor 3 nor None.
    """
    if channels not in (None, 1, 3) or isinstance(channels, bool):
        raise OptionError("data.channels", channels=channels)
    return channels


def read_image(file: str | Path | bytes, size: Size | None, channels: int) -> Image.Image:
    """A file, or its bytes, as a picture L or RGB of 8 bits, upright, of `size` where given.

    Raises:
        OSError, SyntaxError, ValueError, Image.DecompressionBombError: the file can't be read as a picture.
    """
    with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
        refuse_huge(image)
        if size is not None and image.format == "JPEG":
            scale = max(max(size) / side for side in image.size)
            if scale < 1:  # the decoder itself can halve once, twice or thrice, at a fraction of the cost
                image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
        image.load()
        return fit(eight_bit(ImageOps.exif_transpose(image), channels), size)


def refuse_huge(image: Image.Image) -> None:
    """Raise Pillow's own error already at the size from which it only warns."""
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and image.width * image.height > limit:
        raise Image.DecompressionBombError(say("data.huge", w=image.width, h=image.height))


def eight_bit(image: Image.Image, channels: int) -> Image.Image:
    """Any mode to L (`channels` 1) or RGB (3): 16 bits scaled down, what is transparent laid on white."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _from_deep(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    mode = "L" if channels == 1 else "RGB"
    return image if image.mode == mode else image.convert("RGB").convert(mode)


def _from_deep(image: Image.Image) -> Image.Image:
    """Whole numbers past 255 are taken as 16 bits; floats up to 1 as shares of white."""
    values = np.asarray(image).astype(np.float64)
    top = float(values.max(initial=0))
    if image.mode == "F":
        values = values * 255 if top <= 1 else values
    elif image.mode.startswith("I;16") or top > 255:
        values = values / 257
    return Image.fromarray(np.nan_to_num(values).round().clip(0, 255).astype(np.uint8))


def fit(image: Image.Image, size: Size | None) -> Image.Image:
    """Scale, antialiased and in proportion, until `size` (h, w) is just covered, and cut out its centre.

    A triangle filter shrinks (twice as fast as a cubic one, and as good to the eye), a cubic one enlarges.
    """
    if size is None or image.size == (size[1], size[0]):
        return image
    h, w = size
    scaled_h, scaled_w = covering((image.height, image.width), size)
    left, top = (scaled_w - w) // 2, (scaled_h - h) // 2
    x, y = image.width / scaled_w, image.height / scaled_h  # pixels of the original to one of the scaled picture
    how = Image.Resampling.BICUBIC if scaled_h > image.height else Image.Resampling.BILINEAR
    # only what is left after the cut is computed
    return image.resize((w, h), how, box=(left * x, top * y, (left + w) * x, (top + h) * y))


def covering(given: Size, size: Size) -> Size:
    """(h, w) of `given` scaled in proportion so that it just covers `size`."""
    scale = max(size[0] / given[0], size[1] / given[1])
    return max(size[0], round(given[0] * scale)), max(size[1], round(given[1] * scale))


def fit_tensor(x: Tensor, size: Size | None, channels: int) -> Tensor:
    """`fit` for (n, c, h, w) uint8 or float32 in [0, 1] all at once, and grey from colour or colour from grey.

    Grey is ITU-R BT.601 luma, as Pillow has it.
    """
    if x.shape[1] == 3 and channels == 1:
        luma = (x.float() * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        x = luma.round().to(torch.uint8) if x.dtype == torch.uint8 else luma
    if size is not None and tuple(x.shape[-2:]) != size:
        x = torch.cat([_resize(some, size) for some in torch.split(x, 4096)])
    return x.expand(-1, 3, -1, -1).contiguous() if x.shape[1] == 1 and channels == 3 else x


def _resize(x: Tensor, size: Size) -> Tensor:
    h, w = size
    scaled = covering((x.shape[-2], x.shape[-1]), size)
    y = F.interpolate(x.float(), scaled, mode="bicubic" if scaled[0] > x.shape[-2] else "bilinear", antialias=True)
    top, left = (scaled[0] - h) // 2, (scaled[1] - w) // 2
    y = y[..., top : top + h, left : left + w]
    return y.round().clamp(0, 255).to(torch.uint8) if x.dtype == torch.uint8 else y.clamp(0, 1)


@dataclass(frozen=True)
class PictureFile:
    """x of a block: the file that an item names, as a picture."""

    size: Size | None
    channels: int

    def __call__(self, item: Item) -> Image.Image:
        return read_image(str(item.where), self.size, self.channels)

    def check(self, item: Item) -> None:
        """Raise what reading would, for files that are no pictures or cut short, mostly without decoding them."""
        path = Path(str(item.where))
        _, _, ending = probe(str(path))
        with path.open("rb") as file:
            file.seek(-min(4096, file.seek(0, os.SEEK_END)), os.SEEK_END)
            if ending in file.read():
                return
        read_image(str(path), (8, 8), self.channels)  # no usual ending: whether it is cut short, only decoding tells


@dataclass(frozen=True)
class EncodedPicture:
    """x of a block: picture files held in memory, by row."""

    files: Sequence[bytes]
    size: Size | None
    channels: int

    def __call__(self, item: Item) -> Image.Image:
        return read_image(self.files[int(item.where)], self.size, self.channels)


@dataclass(frozen=True)
class PictureRows:
    """x of a block: rows of (n, c, h, w) uint8, or float32 in [0, 1]."""

    pixels: Tensor
    size: Size | None
    channels: int

    def __call__(self, item: Item) -> Tensor:
        row = int(item.where)
        return fit_tensor(self.pixels[row : row + 1], self.size, self.channels)[0]

    def all(self, items: Sequence[Item]) -> Tensor:
        """Every item at once."""
        rows = torch.tensor([int(item.where) for item in items], dtype=torch.int64)
        every = len(rows) == len(self.pixels) and bool((rows == torch.arange(len(rows))).all())
        return fit_tensor(self.pixels if every else self.pixels[rows], self.size, self.channels)


_ENDINGS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}


def probe(path: str) -> tuple[Size, bool, bytes]:
    """(h, w) upright, whether it has colour, and what whole files of its kind end with, from a file's head alone."""
    with Image.open(path) as image:
        refuse_huge(image)
        turned = image.getexif().get(0x0112, 1) >= 5  # orientations 5 to 8 lie on their side
        w, h = image.size
        return ((w, h) if turned else (h, w)), image.mode not in _GREY, _ENDINGS.get(image.format or "", b"")


def pixels(x: Any) -> Tensor:
    """Arrays as people have them to (n, c, h, w) uint8, or float32 in [0, 1].

    Args:
        x: (n, h, w), (n, h, w, c) or (n, c, h, w) with c 1, 3 or 4 (alpha, laid on white); booleans, whole numbers 0
            to 255, 16-bit unsigned, or floats in [0, 1]. Where both c could be meant, a tensor has channels first, an
            array last.

    Raises:
        DataError: another shape, or values out of range or not finite.
    """
    first = isinstance(x, Tensor)
    if first:
        array: np.ndarray[Any, np.dtype[Any]] = x.detach().cpu().numpy()
    else:
        array = np.asarray(x)
    if array.ndim not in (3, 4) or 0 in array.shape:
        raise DataError("data.array_shape", shape=tuple(array.shape))
    values = torch.from_numpy(np.array(_eight_bit_array(array), order="C"))
    if values.ndim == 3:
        return values.unsqueeze(1)
    at_1, at_3 = values.shape[1] in (1, 3, 4), values.shape[3] in (1, 3, 4)
    if not at_1 and not at_3:
        raise DataError("data.array_shape", shape=tuple(array.shape))
    if at_3 and not (at_1 and first):
        values = values.permute(0, 3, 1, 2).contiguous()
    if values.shape[1] == 4:
        scale = 255 if values.dtype == torch.uint8 else 1
        colour, alpha = values[:, :3].float(), values[:, 3:].float() / scale
        mixed = colour * alpha + scale * (1 - alpha)
        values = mixed.round().to(torch.uint8) if values.dtype == torch.uint8 else mixed
    return values


def _eight_bit_array(array: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[Any]]:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    if array.dtype == np.uint16:
        return np.asarray((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise DataError("data.array_kind", kind=array.dtype)
    if not np.isfinite(array).all():
        raise DataError("data.array_nan", n=int((~np.isfinite(array)).sum()))
    low, high = array.min(), array.max()
    if np.issubdtype(array.dtype, np.integer):
        if low < 0 or high > 255:
            raise DataError("data.array_whole", low=low, high=high)
        return array.astype(np.uint8)
    if low < 0 or high > 1:
        advice = "data.advice_255" if low >= 0 and high <= 255 else "data.advice_scale"
        raise DataError("data.array_range", low=f"{low:.4g}", high=f"{high:.4g}", advice=say(advice))
    return array.astype(np.float32)
