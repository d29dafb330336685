"""The patches of pictures that excite a channel most, found in one walk over any number of pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.explain.layers import Field
from makebelieve.explain.rectifiers import Rectified
from makebelieve.explain.seeing import placed, seen
from makebelieve.networks.using import evaluating

NINE = 9


class Maxima(NamedTuple):
    """For each of C channels its strongest units in m different pictures, the strongest first.

    Attributes:
        values: (C, m) float32, their activations.
        pictures: (C, m) int64, which picture, counted over the whole walk.
        places: (C, m, 2) int64, row and column in the channel's map.
    """

    values: Tensor
    pictures: Tensor
    places: Tensor


def find_maxima(model: nn.Module, batches: Iterable[Tensor], layers: Sequence[str], n: int = NINE) -> dict[str, Maxima]:
    """`Maxima` by layer: the n strongest units of every channel, at most one a picture; fewer of fewer pictures.

    Only these are kept from batch to batch, so that memory does not grow with the number of pictures.

    Source:
        Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.

    Args:
        model: of pictures.
        batches: (b, c, h, w) each, in [0, 1].
        layers: names of parts that give maps.
        n: how many a channel.

    Raises:
        OptionError: no such layer, no pictures, or `n` is below 1.
    """
    if n < 1:
        raise OptionError("explain.at_least_one", name="n", given=n)
    best: dict[str, Maxima] = {}
    count = 0
    for batch in batches:
        x = placed(model, batch)
        with evaluating(model), Rectified("guided"):  # tells units apart that are at the bound of a rectifier
            maps = seen(model, x, layers)
        for name in layers:
            best[name] = _merged(best.get(name), _of_batch(maps[name], count), n)
        count += len(x)
    if not count:
        raise OptionError("explain.no_pictures")
    return {name: Maxima(*(part.cpu() for part in found)) for name, found in best.items()}


def cut(pictures: Tensor, field: Field, places: Tensor, fill: float) -> Tensor:
    """(n, c, h', w'): of each picture (n, c, h, w) what the unit at its place, (n, 2), sees.

    What lies outside the picture is `fill`; where a unit sees more than the picture is long, the patch is as long as
    the picture.
    """
    h, w = pictures.shape[-2:]
    high, wide = min(field.size[0], h), min(field.size[1], w)
    around = F.pad(pictures, (wide, wide, high, high), value=fill)
    found = []
    for picture, (row, column) in zip(around, places.tolist(), strict=True):
        top, left, bottom, right = field.window(row, column)
        top = max(-high, min(top, h)) if bottom - top < h else 0
        left = max(-wide, min(left, w)) if right - left < w else 0
        found.append(picture[:, top + high : top + 2 * high, left + wide : left + 2 * wide])
    return torch.stack(found)


def _of_batch(maps: Tensor, count: int) -> Maxima:
    """The strongest unit of each channel in each picture of maps (b, C, h, w); `count` pictures came before."""
    values, flat = maps.float().flatten(2).max(2)
    pictures = torch.arange(count, count + len(maps), device=maps.device).expand(maps.shape[1], -1)
    places = torch.stack([flat // maps.shape[3], flat % maps.shape[3]], 2)
    return Maxima(values.T, pictures, places.transpose(0, 1))


def _merged(best: Maxima | None, new: Maxima, n: int) -> Maxima:
    both = new if best is None else Maxima(*(torch.cat(parts, 1) for parts in zip(best, new, strict=True)))
    values, order = (part[:, :n] for part in both.values.sort(stable=True, dim=1, descending=True))  # ties: the earlier
    return Maxima(values, both.pictures.gather(1, order), both.places.gather(1, order.unsqueeze(2).expand(-1, -1, 2)))
