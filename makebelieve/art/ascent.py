"""Climbing to a picture that excites layers: the step, the scales, movements against seams, and tiles."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.nn import functional as F

Size = tuple[int, int]
LEAST = 1e-12  # of a gradient's mean absolute value: below, there is nothing to climb


class NormalisedAscent(torch.optim.Optimizer):
    """x ← clip(x + lr · g / mean |g|, low, high), g the gradient over all values of x: uphill, always as far a step.

    Source:
        Mordvintsev, Olah and Tyka, "DeepDream", 2015 (the step of their notebook); projected on [low, high].

    Args:
        params: tensors, each with a mean of its own.
        lr: mean absolute change a step, before the clipping.
        low: least value allowed.
        high: greatest.
    """

    def __init__(self, params: Iterable[Any], lr: float = 0.01, *, low: float = 0.0, high: float = 1.0) -> None:
        super().__init__(params, {"lr": lr, "low": low, "high": high})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step up the gradients that are there."""
        if closure is not None:
            with torch.enable_grad():
                closure()
        for group in self.param_groups:
            for x in group["params"]:
                if x.grad is not None:
                    share = group["lr"] / x.grad.abs().mean().clamp(min=LEAST)
                    x.addcmul_(x.grad, share).clamp_(group["low"], group["high"])


def octave_sizes(size: Size, octaves: int, scale: float) -> list[Size]:
    """(h, w) of the octaves, the smallest first: round(size / scale^i), at least 1, for i = octaves − 1, …, 0."""
    h, w = size
    return [(max(1, round(h / scale**i)), max(1, round(w / scale**i))) for i in reversed(range(octaves))]


def resized(picture: Tensor, size: Size) -> Tensor:
    """(c, h, w) at another size, by a triangle filter that shrinks without aliasing."""
    if tuple(picture.shape[1:]) == size:
        return picture
    return F.interpolate(picture[None], size, mode="bilinear", align_corners=False, antialias=True)[0]


def enlarged(dreamt: Tensor, photo: Tensor, finer: Tensor) -> Tensor:
    """The next octave's picture before its ascent: up(dreamt) + (finer − up(photo)), in [0, 1].

    The difference is the detail of the photo that the coarser octave had lost. As `up` is linear, this is the finer
    photo with what was dreamt added, `finer + up(dreamt − photo)`.

    Source:
        Mordvintsev, Olah and Tyka, "DeepDream", 2015. Chollet, "Deep Learning with Python", 2021, section 12.2, adds
        the same detail after the ascent of the octave instead of before it.

    Args:
        dreamt: (3, h, w), what the coarser octave has made.
        photo: (3, h, w), the photo at that size.
        finer: (3, H, W), the photo at the next size.
    """
    size = (finer.shape[1], finer.shape[2])
    return (resized(dreamt, size) + (finer - resized(photo, size))).clamp(0, 1)


def moves(drawn: Tensor, reach: int) -> tuple[int, int]:
    """Two uniform draws from [0, 1) as a movement down and right, each in −reach, …, reach."""
    down, right = (int(value * (2 * reach + 1)) - reach for value in drawn.tolist())
    return down, right


def moved(x: Tensor, by: tuple[int, int]) -> Tensor:
    """(n, c, h, w) moved down and right; what leaves at one side comes in at the other, so nothing is lost."""
    return x if by == (0, 0) else x.roll(by, (2, 3))


class Window(NamedTuple):
    """A tile, and what the network is shown of its surroundings: slices of a picture's rows and columns."""

    seen: tuple[slice, slice]
    tile: tuple[slice, slice]


def windows(size: Size, tile: int, offset: Size) -> Iterator[Window]:
    """Tiles that cover a picture once, each seen with an eighth of a tile around it.

    All views have one size; at the border they are moved inwards.

    Args:
        size: (h, w) of the picture.
        tile: pixels a side.
        offset: (y, x), where the grid of tiles begins, in [0, tile).
    """
    rows, columns = (_spans(side, tile, first) for side, first in zip(size, offset, strict=True))
    for (seen_y, y), (seen_x, x) in itertools.product(rows, columns):
        yield Window((seen_y, seen_x), (y, x))


def view_of(size: Size, tile: int) -> Size:
    """(h, w) of what is seen of a picture with a tile."""
    h, w = (min(side, tile + 2 * (tile // 8)) for side in size)
    return h, w


def _spans(side: int, tile: int, offset: int) -> list[tuple[slice, slice]]:
    """Along one side: what is seen, and of that the tile itself."""
    around, (wide, _) = tile // 8, view_of((side, side), tile)
    if wide == side:
        return [(slice(0, side), slice(0, side))]
    cuts = [0, *range(offset or tile, side, tile), side]
    spans = []
    for low, high in itertools.pairwise(cuts):
        start = min(max(0, low - around), side - wide)
        spans.append((slice(start, start + wide), slice(low, high)))
    return spans


def in_tiles(x: Tensor, value: Callable[[Tensor], Tensor], tile: int, offset: Size) -> Tensor:
    """The mean of `value` over a picture's tiles, weighted by their areas, with one tile's graph in memory at a time.

    Where `value` is a mean over maps and no unit sees beyond what is shown around a tile, each pixel has the gradient
    that it has in the whole picture, up to what maps lose at their borders.

    Args:
        x: (1, 3, h, w).
        value: of part of a picture, (1, 3, h', w'), gives a scalar.
        tile: pixels a side.
        offset: where the grid of tiles begins, see `windows`.
    """
    return cast(Tensor, _InTiles.apply(x, value, tile, offset))  # type: ignore[no-untyped-call]


class _InTiles(torch.autograd.Function):
    """Its gradient is computed on the way forward, tile by tile."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, value: Callable[[Tensor], Tensor], tile: int, offset: Size) -> Tensor:
        gradient, total = torch.zeros_like(x), x.new_zeros((), dtype=torch.float32)
        whole = x.shape[2] * x.shape[3]
        for (seen_y, seen_x), (y, x_) in windows((x.shape[2], x.shape[3]), tile, offset):
            part = x[:, :, seen_y, seen_x].detach().requires_grad_()
            with torch.enable_grad():
                found = value(part)
                (up,) = torch.autograd.grad(found, part)
            seen = part.shape[2] * part.shape[3]
            own = up[
                :, :, y.start - seen_y.start : y.stop - seen_y.start, x_.start - seen_x.start : x_.stop - seen_x.start
            ]
            gradient[:, :, y, x_] = own * (seen / whole)
            total += found.detach().float() * ((y.stop - y.start) * (x_.stop - x_.start) / whole)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return upstream[0] * gradient, None, None, None
