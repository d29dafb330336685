"""Pictures through the network, whole or in tiles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.systems.stylizer.networks import STRIDE, holding


def paint(net: nn.Module, x: Tensor, tile: int, reach: int) -> Tensor:
    """One picture through the network, in pieces where it is larger than a tile.

    Instance normalisation looks at the whole picture, which tiles do not have. Their statistics are those of a copy
    reduced to the size of one tile, the same for all; with them the network is local, so tiles that overlap by its
    reach fit without seams.

    Args:
        net: (n, 3, h, w) to the same, in eval mode.
        x: (3, h, w) in [0, 1].
        tile: greatest side of a square whose pixels are computed at once.
        reach: pixels around a tile that its own depend on.

    Returns:
        (3, h, w) float32 on the CPU.
    """
    h, w = x.shape[-2:]
    if h * w <= tile * tile:
        return placed(net, x)
    scale = tile / (h * w) ** 0.5
    size = (max(1, round(h * scale)), max(1, round(w * scale)))
    reduced = F.interpolate(x[None], size, mode="bilinear", antialias=True)
    out = torch.empty(3, h, w)
    device = next(net.parameters()).device
    with holding(net, reduced.to(device)):
        for (top, bottom), (left, right) in product(spans(h, tile), spans(w, tile)):
            (up, down), (west, east) = around(top, bottom, h, reach), around(left, right, w, reach)
            piece = placed(net, x[:, up:down, west:east])
            out[:, top:bottom, left:right] = piece[:, top - up : bottom - up, left - west : right - west]
    return out


def placed(net: nn.Module, x: Tensor) -> Tensor:
    """One picture (3, h, w) through the network, on its device and back, float32."""
    device = next(net.parameters()).device
    y: Tensor = net(x[None].to(device, memory_format=torch.channels_last))
    return y[0].float().cpu()


def spans(length: int, tile: int) -> Iterator[tuple[int, int]]:
    """[0, length) in pieces of about one size, at most `tile`, that begin at multiples of the network's stride."""
    pieces = -(-length // tile)
    step = -(-length // pieces // STRIDE) * STRIDE
    return ((start, min(start + step, length)) for start in range(0, length, step))


def around(start: int, stop: int, length: int, reach: int) -> tuple[int, int]:
    """A piece with what lies around it, beginning at a multiple of the network's stride."""
    return max(0, (start - reach) // STRIDE * STRIDE), min(length, stop + reach)
