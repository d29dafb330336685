"""Batch transforms: they change a whole batch on the training device, by random numbers handed to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import OptionError


@runtime_checkable
class BatchTransform(Protocol):
    """Called with x (n, c, h, w) float32 in [0, 1] and u (n, draws) uniform in [0, 1); gives x anew, same shape."""

    @property
    def draws(self) -> int:
        """How many random numbers an item needs."""
        ...

    def __call__(self, x: Tensor, u: Tensor) -> Tensor: ...


ToPicture = Callable[[Tensor], Tensor]  # a batch as stored, (n, ...) float32, to (n, c, h, w) float32 in [0, 1]


@dataclass(frozen=True)
class RandomFlip:
    """Mirrors left and right with probability `p`."""

    p: float = 0.5
    draws = 1

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        return torch.where((u < self.p).view(-1, 1, 1, 1), x.flip(-1), x)


@dataclass(frozen=True)
class RandomCrop:
    """Shifts by up to `padding` pixels each way; what comes in at the border is the picture reflected."""

    padding: int = 4
    draws = 2

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        n, c, h, w = x.shape
        rows, columns = self._reflected(u[:, 0], h), self._reflected(u[:, 1], w)  # (n, h), (n, w)
        places = (rows.unsqueeze(2) * w + columns.unsqueeze(1)).view(n, 1, h * w)
        return x.reshape(n, c, h * w).gather(2, places.expand(n, c, h * w)).view(n, c, h, w)

    def _reflected(self, u: Tensor, size: int) -> Tensor:
        reach = min(self.padding, size - 1)
        shift = (u * (2 * reach + 1)).to(torch.int64) - reach
        place = (torch.arange(size, device=u.device) + shift.unsqueeze(1)).abs()
        return torch.where(place >= size, 2 * (size - 1) - place, place)


@dataclass(frozen=True)
class RandomAffine:
    """Turns, stretches, slants and shifts a little, all at once and bilinearly; what comes in at the border is 0."""

    degrees: float = 20.0
    stretch: float = 0.15
    slant: float = 0.3
    shift: float = 0.07
    draws = 6

    def __call__(self, x: Tensor, u: Tensor) -> Tensor:
        reach = u.new_tensor([math.radians(self.degrees), self.slant, *[self.stretch] * 2, *[self.shift * 2] * 2])
        angle, slant, wide, high, right, down = ((2 * u - 1) * reach).unbind(1)
        c, s = angle.cos(), angle.sin()
        # where each pixel comes from: turned · slanted · stretched, in [−1, 1] over the picture
        rows = [
            torch.stack([c * (1 + wide), (c * slant - s) * (1 + high), right], 1),
            torch.stack([s * (1 + wide), (s * slant + c) * (1 + high), down], 1),
        ]
        places = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
        return F.grid_sample(x, places.to(x.dtype), align_corners=False)


def random_flip(p: float = 0.5) -> RandomFlip:
    """Mirror pictures left and right with probability `p` in [0, 1]; not for digits or letters."""
    if not 0 <= p <= 1:
        raise OptionError("data.flip_range", p=p)
    return RandomFlip(float(p))


def random_crop(padding: int = 4) -> RandomCrop:
    """Shift pictures by up to `padding` pixels each way, borders reflected: the crop of a padded picture."""
    if isinstance(padding, bool) or not isinstance(padding, int) or padding < 1:
        raise OptionError("data.crop_range", padding=padding)
    return RandomCrop(padding)


def random_affine(
    degrees: float = 20.0, stretch: float = 0.15, slant: float = 0.3, shift: float = 0.07
) -> RandomAffine:
    """Turn by up to `degrees`, stretch each side by a share, slant by a share of the height, shift by one of the side.

    Args:
        degrees: from 0 to 180.
        stretch: in [0, 1): a side is shown at 1 / (1 ± stretch) of its length.
        slant: 0 or more: how far the top moves against the middle, as a share of half the height.
        shift: in [0, 1], of height and width.

    Raises:
        OptionError: a value is out of range.
    """
    given = {"degrees": (degrees, 180.0), "stretch": (stretch, 0.999), "slant": (slant, 10.0), "shift": (shift, 1.0)}
    for name, (value, most) in given.items():
        if not 0 <= value <= most:
            raise OptionError("data.affine_range", name=name, value=value, most=most)
    return RandomAffine(float(degrees), float(stretch), float(slant), float(shift))


def as_json(transforms: Sequence[BatchTransform]) -> list[dict[str, Any]] | None:
    """The transforms as plain values that `from_json` reads; None where one is not of this file."""
    out: list[dict[str, Any]] = []
    for transform in transforms:
        if isinstance(transform, RandomFlip):
            out.append({"random_flip": asdict(transform)})
        elif isinstance(transform, RandomCrop):
            out.append({"random_crop": asdict(transform)})
        elif isinstance(transform, RandomAffine):
            out.append({"random_affine": asdict(transform)})
        else:
            return None
    return out


def from_json(transform: BatchTransform | Mapping[str, Any]) -> BatchTransform:
    """A transform from itself, or from what `as_json` made of it."""
    if isinstance(transform, Mapping) and len(transform) == 1:
        [(name, options)] = transform.items()
        if name == "random_flip":
            return random_flip(**options)
        if name == "random_crop":
            return random_crop(**options)
        if name == "random_affine":
            return random_affine(**options)
    if isinstance(transform, BatchTransform):
        return transform
    raise OptionError("data.augment_kind", given=transform)


def apply(transforms: Sequence[BatchTransform], x: Tensor, u: Tensor) -> Tensor:
    """Run all transforms over x (n, c, h, w), each with its own columns of u (n, sum of draws)."""
    start = 0
    for transform in transforms:
        x = transform(x, u[:, start : start + transform.draws])
        start += transform.draws
    return x
