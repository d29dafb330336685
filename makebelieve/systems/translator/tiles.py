"""Pictures of any size through a network: in one piece, or in overlapping tiles that are blended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import OptionError

TILE = 640  # pixels a side of the input; a tile of 640 × 640 takes some 200 MB
OVERLAP = 64
LEAST, MOST = 96, 8192
UNIT = 32  # tiles begin at multiples of it, as U-Nets see another picture from where their strides don't divide


def in_tiles(function: Callable[[Tensor], Tensor], x: Tensor, factor: int = 1, tile: int = TILE) -> Tensor:
    """function(x) for pictures x (n, c, h, w) of any size, tile by tile where a side is longer than `tile`.

    Two neighbours share OVERLAP pixels. The third of them next to a tile's edge is not used, as the network saw a made
    up surrounding there; in the middle third one tile fades into the other. So the whole equals what the network
    gives for the picture in one piece wherever an output depends on no more than OVERLAP // 3 pixels around it.

    Args:
        function: (n, c, h, w) to (n, c', f·h, f·w), where it is computed; what it gives is kept on the CPU.
        x: on any device.
        factor: f.
        tile: pixels of a side of the input; a multiple of 32 from 96 on.

    Raises:
        OptionError: the tile has another size.
    """
    whole = isinstance(tile, int) and not isinstance(tile, bool) and LEAST <= tile <= MOST and tile % UNIT == 0
    if not whole:
        raise OptionError("translator.tile", given=tile, least=LEAST, most=MOST, unit=UNIT)
    h, w = x.shape[-2:]
    if max(h, w) <= tile:
        return function(x).float().cpu()
    found = total = torch.zeros(0)
    for top, bottom in _stretches(h, tile):
        for left, right in _stretches(w, tile):
            made = function(x[..., top:bottom, left:right]).float().cpu()
            if not found.numel():
                found = torch.zeros(*made.shape[:2], h * factor, w * factor)
                total = torch.zeros(h * factor, w * factor)
            down = _window(top, bottom, h, factor)
            share = down.view(-1, 1) * _window(left, right, w, factor)
            place = ..., slice(top * factor, bottom * factor), slice(left * factor, right * factor)
            found[place] += made * share
            total[place[0], place[1], place[2]] += share
    return found.div_(total)


def _stretches(side: int, tile: int) -> Iterator[tuple[int, int]]:
    """Where tiles begin and end: as few as there can be, of about one length, with OVERLAP in common."""
    if side <= tile:
        yield 0, side
        return
    count = -(-(side - OVERLAP) // (tile - OVERLAP))
    length = -(-(side + (count - 1) * OVERLAP) // (count * UNIT)) * UNIT
    for start in range(0, side - OVERLAP, length - OVERLAP):
        yield start, min(start + length, side)


def _window(start: int, stop: int, side: int, factor: int) -> Tensor:
    """Shares of a tile's rows or columns: 0, then up to 1 over thirds of the overlap, where it has a neighbour."""
    third = OVERLAP // 3 * factor
    length = (stop - start) * factor
    rising = ((torch.arange(length) + 0.5 - third) / third).clamp(0, 1)
    share = torch.ones(length)
    if start > 0:
        share = torch.minimum(share, rising)
    if stop < side:
        share = torch.minimum(share, rising.flip(0))
    return share


def seen_small(x: Tensor, side: int) -> Tensor:
    """Pictures shrunk, antialiased, until their short side has `side` pixels; as they are where it has no more."""
    h, w = x.shape[-2:]
    if min(h, w) <= side:
        return x
    scale = side / min(h, w)
    return F.interpolate(x, (max(1, round(h * scale)), max(1, round(w * scale))), mode="bicubic", antialias=True)
