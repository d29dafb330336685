"""How one new item becomes what a network gets: what a door leaves behind for `predict`, without its data."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from makebelieve.data.decode import Size, eight_bit, fit, fit_tensor, pixels, read_image
from makebelieve.data.files import SUFFIXES
from makebelieve.data.load import UNREADABLE, as_tensor
from makebelieve.errors import DataError, MakebelieveError


class Reading(Protocol):
    """Reads items of one kind.

    Attributes:
        kind: of the items, such as "pictures".
        suffixes: of the files that hold them, in lower case with their dot; empty where they are no files.
    """

    kind: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    def __call__(self, given: Any) -> Tensor:
        """A path, bytes, or values as people have them, to float32 as the network gets them: pictures in [0, 1].

        Raises:
            DataError: it can't be read as that; the sentence says why.
        """
        ...

    def state(self) -> dict[str, Any]:
        """Its arguments as plain values for JSON."""
        ...


@dataclass(frozen=True)
class PictureReading:
    """Pictures: scaled in proportion until they cover `size` (h, w), cut to their centre, grey or colour.

    It takes a path, the bytes of a file, a PIL picture, an array (h, w) or (h, w, c), or a tensor (h, w) or (c, h, w),
    of uint8 or of floats in [0, 1].
    """

    size: Size
    channels: int
    kind: ClassVar[str] = "pictures"
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def __call__(self, given: Any) -> Tensor:
        try:
            x = self._read(given)
        except UNREADABLE as error:
            if isinstance(error, MakebelieveError):
                raise
            raise DataError("data.unreadable", name=named(given), why=why(error)) from error
        return x.float() / 255 if x.dtype == torch.uint8 else x

    def _read(self, given: Any) -> Tensor:
        if isinstance(given, Image.Image):
            return as_tensor(fit(eight_bit(given, self.channels), self.size))
        if isinstance(given, (str, os.PathLike)):
            return as_tensor(read_image(found(given), self.size, self.channels))
        if isinstance(given, bytes):
            return as_tensor(read_image(given, self.size, self.channels))
        return fit_tensor(pixels(_one(given)), self.size, self.channels)[0]

    def state(self) -> dict[str, Any]:
        return {**asdict(self), "size": list(self.size)}


@dataclass(frozen=True)
class NumberReading:
    """Numbers of one shape, as they are."""

    shape: tuple[int, ...]
    kind: ClassVar[str] = "numbers"
    suffixes: ClassVar[tuple[str, ...]] = ()

    def __call__(self, given: Any) -> Tensor:
        try:
            x = torch.as_tensor(given if isinstance(given, Tensor) else np.asarray(given, np.float32)).detach().cpu()
        except (TypeError, ValueError) as error:
            raise DataError("data.array_numbers", why=str(error)) from error
        if tuple(x.shape) != tuple(self.shape):
            raise DataError("data.other_numbers", given=tuple(x.shape), expected=tuple(self.shape))
        if not x.isfinite().all():
            raise DataError("data.array_nan", n=int((~x.isfinite()).sum()))
        return x.float()

    def state(self) -> dict[str, Any]:
        return {"shape": list(self.shape)}


def _one(given: Any) -> Any:
    """(1, …) of one picture."""
    if isinstance(given, Tensor):
        return (given.unsqueeze(0) if given.ndim == 2 else given).unsqueeze(0)
    array = np.asarray(given)
    if array.dtype == object:
        raise DataError("data.unreadable", name=named(given), why=type(given).__name__)
    return array[None]


def found(path: str | os.PathLike[str]) -> Path:
    """The file at a path.

    Raises:
        DataError: there is none.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise DataError("data.file_missing", path=str(path))
    return file


def named(given: Any) -> str:
    """An item in a few words: its path, else what kind of thing it is."""
    if isinstance(given, (str, os.PathLike)):
        return str(given)
    return f"{len(given):,} bytes" if isinstance(given, bytes) else type(given).__name__


def why(error: BaseException) -> str:
    """What an exception says, in one line."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def reading_state(reading: Reading | None) -> dict[str, Any] | None:
    """For `config.json`: kind and arguments."""
    return None if reading is None else {"kind": reading.kind, **reading.state()}
