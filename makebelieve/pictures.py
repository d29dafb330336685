"""`Pictures`: what comes out of step 4 as pictures, to look at, to save and to compute with."""

from __future__ import annotations

import importlib.util
import io
import logging
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say
from makebelieve.ops import grid
from makebelieve.origin import stamp

_LOG = logging.getLogger("makebelieve.pictures")
_SEEN = 96  # small pictures are enlarged in grids to about this many pixels
_WIDEST = 4096  # pixels; a sheet wider than this is not enlarged
_HANGUL_FONTS = (
    "NanumGothic", "Noto Sans CJK KR", "Noto Sans KR", "Noto Sans CJK JP", "Malgun Gothic", "Apple SD Gothic Neo",
    "AppleGothic", "NanumBarunGothic", "UnDotum", "Baekmuk Gulim", "Gulim", "Source Han Sans K", "Pretendard",
)  # fmt: skip

Form = Literal["picture", "grid", "folder"]


class Pictures:
    """Pictures of one size, maybe with a caption each. Shows itself in a notebook.

    ``len(p)``, ``p[i]`` (a PIL image), ``p[a:b]`` (`Pictures`), ``for image in p`` (PIL images).

    Args:
        tensor: (n, c, h, w) or (c, h, w), c 1 or 3; floating point in [0, 1] (clipped to it) or uint8. Kept as float32
            on the CPU.
        captions: one line of text a picture.
        columns: pictures in a row of their grid; ceil(sqrt(n)) where not given.
        made: where they come from, if a model made them, as `origin.made_by` gives it; files get it too.

    Raises:
        OptionError: the shape is another, or captions are not as many as pictures.
    """

    tensor: Tensor
    captions: list[str] | None
    columns: int | None
    made: Mapping[str, Any] | None

    def __init__(
        self,
        tensor: Tensor,
        captions: Sequence[str] | None = None,
        *,
        columns: int | None = None,
        made: Mapping[str, Any] | None = None,
    ) -> None:
        if tensor.ndim == 3:
            tensor = tensor.unsqueeze(0)
        if tensor.ndim != 4 or tensor.shape[1] not in (1, 3):
            raise OptionError("data.pictures_shape", shape=tuple(tensor.shape))
        if captions is not None and len(captions) != len(tensor):
            raise OptionError("data.pictures_captions", captions=len(captions), pictures=len(tensor))
        values = tensor.detach().cpu()
        self.tensor = (values.float() / 255 if values.dtype == torch.uint8 else values.float()).clamp(0, 1)
        self.captions = None if captions is None else list(captions)
        self.columns = columns
        self.made = made

    def __len__(self) -> int:
        return len(self.tensor)

    @overload
    def __getitem__(self, i: int) -> Image.Image: ...
    @overload
    def __getitem__(self, i: slice) -> Pictures: ...
    def __getitem__(self, i: int | slice) -> Image.Image | Pictures:
        if isinstance(i, slice):
            captions = None if self.captions is None else self.captions[i]
            return Pictures(self.tensor[i], captions, columns=self.columns, made=self.made)
        return _as_image(self.tensor[i])

    def __iter__(self) -> Iterator[Image.Image]:
        return (_as_image(picture) for picture in self.tensor)

    def __repr__(self) -> str:
        n, c, h, w = self.tensor.shape
        return f"Pictures({n} of {c} × {h} × {w}{'' if self.captions is None else ', with captions'})"

    def grid(self, columns: int | None = None) -> Image.Image:
        """All pictures as one sheet, captions below; small ones enlarged without smoothing so that one can see them.

        Args:
            columns: pictures in a row; the pictures' own where not given.

        Raises:
            OptionError: there are no pictures, or `columns` is below 1.
        """
        n, _, h, w = self.tensor.shape
        columns = self.columns if columns is None else columns
        wide = min(columns or math.ceil(math.sqrt(max(n, 1))), max(n, 1))
        scale = max(1, min(round(_SEEN / max(h, w)), _WIDEST // max(1, wide * w)))
        cells = self.tensor.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)
        gap = max(2, scale)
        if self.captions is None:
            return _as_image(grid(cells, columns, gap))
        line = max(14, h * scale // 8)
        sheet = _as_image(grid(F.pad(cells, (0, 0, 0, line), value=1.0), columns, gap))
        _write_captions(sheet, self.captions, wide, (w * scale + gap, h * scale + line + gap), gap, line)
        return sheet

    def save(self, path: str | os.PathLike[str], as_: Form | None = None, *, metadata: bool = True) -> Path:
        """Write the pictures; folders on the way are made, and a file appears whole or not at all.

        Args:
            path: a file such as ``out.png``, or without a suffix a folder that gets ``0000.png``, ``0001.png``, ….
            as_: ``"picture"`` (exactly one, its own pixels), ``"grid"`` (one sheet) or ``"folder"``. By default a path
                without a suffix is a folder, and a file holds the picture where there is one, else the grid.
            metadata: whether files say by what they were made, with which seed and settings (`mb.provenance` reads it).

        Returns:
            The path written.

        Raises:
            OptionError: `as_` or the suffix is unknown, or one picture is wanted and there are not one.
        """
        path = Path(path)
        made = self.made if metadata else None
        if as_ is None:
            as_ = "folder" if not path.suffix else "picture" if len(self) == 1 else "grid"
        if as_ == "folder":
            digits = max(4, len(str(len(self) - 1)))
            for i, image in enumerate(self):
                _write(image, path / f"{i:0{digits}}.png", made)
        elif as_ == "grid":
            _write(self.grid(), path, made)
        elif as_ == "picture":
            if len(self) != 1:
                raise OptionError("data.save_one", n=len(self))
            _write(self[0], path, made)
        else:
            raise OptionError("data.save_as", given=as_)
        return path

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        self.grid().save(out, "PNG")
        return out.getvalue()


def as_batch(given: Pictures | Tensor | np.ndarray, shape: Sequence[int]) -> Tensor:
    """Pictures as networks take them: (n, c, h, w) float32 in [0, 1].

    Args:
        given: `Pictures`, or a tensor or array (n, c, h, w), or one picture (c, h, w); uint8, or floats in [0, 1].
        shape: (c, h, w) that they must have.

    Raises:
        DataError: another shape, or values outside [0, 1].
    """
    x = given.tensor if isinstance(given, Pictures) else torch.as_tensor(given)
    x = x.unsqueeze(0) if x.ndim == 3 else x
    if x.ndim != 4 or tuple(x.shape[1:]) != tuple(shape):
        raise DataError("data.other_shape", given=tuple(x.shape), expected=("n", *shape))
    x = x / 255 if x.dtype == torch.uint8 else x.float()
    if len(x) and not (float(x.min()) >= 0 and float(x.max()) <= 1):  # false for not-a-number too
        raise DataError("data.outside_unit", low=f"{float(x.min()):.3g}", high=f"{float(x.max()):.3g}")
    return x


def _as_image(picture: Tensor) -> Image.Image:
    """(c, h, w) in [0, 1] to an 8-bit picture, L or RGB."""
    pixels = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    return Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels))


def check_suffix(path: Path) -> str:
    """The format in which a picture is written to such a path, as Pillow calls it.

    Raises:
        OptionError: there is none.
    """
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None or kind not in Image.SAVE:
        raise OptionError("data.save_suffix", path=str(path), suffix=path.suffix)
    return kind


def _write(image: Image.Image, path: Path, made: Mapping[str, Any] | None) -> None:
    kind = check_suffix(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        image.save(part, kind, **(stamp(made, kind) if made is not None else {}))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_captions(
    sheet: Image.Image, captions: Sequence[str], columns: int, cell: tuple[int, int], gap: int, line: int
) -> None:
    """Each caption centred in the strip of `line` pixels at the foot of its cell; cells are `cell` (w, h) apart."""
    pen = ImageDraw.Draw(sheet)
    font = _font(any(letter > "ɏ" for text in captions for letter in text), round(line * 0.8))
    ink = 0 if sheet.mode == "L" else (0, 0, 0)
    for i, caption in enumerate(captions):
        row, column = divmod(i, columns)
        text = caption
        while len(text) > 1 and pen.textlength(text, font=font) > cell[0] - gap:
            text = f"{text.removesuffix('…')[:-1]}…"
        place = (gap + column * cell[0] + (cell[0] - gap) / 2, (row + 1) * cell[1] - line / 2)
        pen.text(place, text, fill=ink, font=font, anchor="mm")


def _font(wide: bool, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    file = hangul_font() if wide else None
    return ImageFont.truetype(file, size) if file else ImageFont.load_default(size)


@lru_cache(maxsize=1)
def hangul_font() -> str | None:
    """A font file with Hangul: that of the package koreanize-matplotlib, or one of the system; None with a warning."""
    package = importlib.util.find_spec("koreanize_matplotlib")
    for folder in (package.submodule_search_locations or ()) if package else ():
        file = Path(folder) / "fonts" / "NanumGothic.ttf"
        if file.is_file():
            return str(file)
    from matplotlib import font_manager

    found = {font.name: font.fname for font in font_manager.fontManager.ttflist}
    for name in _HANGUL_FONTS:
        if name in found:
            return found[name]
    _LOG.warning(say("data.no_hangul_font"))
    return None
