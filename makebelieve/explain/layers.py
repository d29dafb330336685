"""The layers of a network that give maps, and which pixels each of their units sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from makebelieve.explain.dependencies import Dependencies
from makebelieve.explain.seeing import differentiating, is_convolution, maps_of, placed, seen, unknown

WIDEST = 640  # pixels a side up to which a field is probed that the picture is too small for
NARROW = 96  # pixels across such a probe
FEWEST = 3  # layers shown by default, where there are as many

Way = tuple[int, int, int]  # size, jump and start of a field along one side


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's units, each entry (rows, columns) in pixels of the picture.

    The unit at (i, j) sees `size` pixels from ``start + (i, j) * jump`` on, of which some may lie outside the picture.
    A unit that sees all of every picture, as behind squeeze-and-excitation or attention, has the picture's size, and
    `start` and `jump` are 0.
    """

    size: tuple[int, int]
    jump: tuple[int, int]
    start: tuple[int, int]

    @property
    def whole(self) -> bool:
        """Whether every unit sees the whole picture."""
        return self.jump == (0, 0)

    def window(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of what a unit sees, the last two exclusive; not cut at the picture's border."""
        top, left = self.start[0] + row * self.jump[0], self.start[1] + column * self.jump[1]
        return top, left, top + self.size[0], left + self.size[1]


@dataclass(frozen=True)
class Layer:
    """A convolution, or a block with convolutions in it.

    Attributes:
        name: as `named_modules` has it.
        shape: (channels, height, width) of its maps for the pictures that it was listed with.
        field: its receptive field.
    """

    name: str
    shape: tuple[int, int, int]
    field: Field


def list_layers(model: nn.Module, x: Tensor, names: Sequence[str] | None = None) -> list[Layer]:
    """Layers with maps of more than one place, in the order in which they run, with their true receptive fields.

    These are the convolutions and the blocks with convolutions in them; of blocks that end alike the outermost.
    Fields are found by probing: the gradient of a unit with respect to the picture, where every layer has weights of
    one, so that nothing cancels. Statistics of normalisation layers are left out of it.

    Args:
        model: of pictures (n, c, h, w).
        x: a picture (c, h, w), or a batch of which the first counts; only its shape matters.
        names: only these, in this order; any part that gives maps may be named.

    Raises:
        OptionError: the model has no convolution, or no such layer.
    """
    x = placed(model, x)[:1]
    maps = maps_of(model, x)
    chosen = _listed(model, maps) if names is None else list(dict.fromkeys(names))
    for name in chosen:
        if name not in maps:
            raise unknown(name, list(maps))
    shapes = {name: maps[name].shape[1:] for name in chosen}
    fields = _fields(model, x, [name for name in maps if name in shapes])
    return [Layer(name, (shapes[name][0], shapes[name][1], shapes[name][2]), fields[name]) for name in chosen]


def default_layers(model: nn.Module, x: Tensor) -> list[str]:
    """The few layers that are shown where none are named: the first, and the last of each resolution.

    Of a resolution those that lie least deep in the tree of modules count, whole blocks before their parts. Where those
    are fewer than three, three that lie evenly over all.

    Args:
        model: of pictures (n, c, h, w).
        x: a picture (c, h, w), or a batch of which the first counts; only its shape matters.

    Raises:
        OptionError: the model has no convolution.
    """
    x = placed(model, x)[:1]
    maps = maps_of(model, x)
    names = _listed(model, maps)
    last: dict[torch.Size, str] = {}
    for name in names:
        shown = last.get(maps[name].shape[-2:])
        if shown is None or name.count(".") <= shown.count("."):
            last[maps[name].shape[-2:]] = name
    chosen = [name for name in names if name in {names[0], *last.values()}]
    if len(chosen) < FEWEST:
        places = torch.linspace(0, len(names) - 1, min(FEWEST, len(names))).round().int().tolist()
        chosen = [names[place] for place in places]
    return chosen


def _listed(model: nn.Module, maps: Mapping[str, Tensor]) -> list[str]:
    parts = dict(model.named_modules())
    found: list[str] = []
    end: Tensor | None = None  # what the last block gave; a block around it may give the very same tensor
    for name, output in maps.items():
        if is_convolution(parts[name]):
            found.append(name)
        elif any(is_convolution(part) for part in parts[name].modules()):
            if output is end:
                found.pop()
            found.append(name)
            end = output
    return found


def _fields(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Field]:
    """Fields by layer, names in the order in which they run.

    Probed on pictures of x's size; then on strips that are longer, down and across, from the first layer on whose field
    reaches over both ends. Where the longest does not tell either, that layer and all after it see the whole.
    """
    h, w = x.shape[-2:]
    fields: dict[str, Field] = {}
    left = list(names)
    for times in (1, 2, 4):
        try:
            if times == 1:
                found = _probed(model, x, (h, w), left, (0, 1))
            else:
                tall, wide = (max(side, min(side * times, WIDEST)) for side in (h, w))
                down = _probed(model, x, (tall, min(w, NARROW)), left, (0,))
                across = _probed(model, x, (min(h, NARROW), wide), left[: len(down)], (1,))
                found = [(one[0], other[0]) for one, other in zip(down, across, strict=False)]
        except (RuntimeError, ValueError, AssertionError):  # a network that takes no other size
            break
        for name, (rows, columns) in zip(left, found, strict=False):
            fields[name] = Field((rows[0], columns[0]), (rows[1], columns[1]), (rows[2], columns[2]))
        left = [name for name in left if name not in fields]
        if not left:
            break
    return fields | dict.fromkeys(left, Field((h, w), (0, 0), (0, 0)))


def _probed(
    model: nn.Module, x: Tensor, size: tuple[int, int], names: Sequence[str], sides: tuple[int, ...]
) -> list[tuple[Way, ...]]:
    """By layer, up to the first whose field reaches over both ends, what `_one_way` tells along sides (rows 0)."""
    if not names:
        return []
    probe = torch.ones(3, x.shape[1], *size, device=x.device)
    found: list[tuple[Way, ...]] = []
    with differentiating(model), Dependencies():
        maps = seen(model, probe.requires_grad_(), names)
        for name in names:
            h, w = maps[name].shape[-2:]
            units = ((0, 0), (min(1, h - 1), min(1, w - 1)), (h - 1, w - 1))
            value = torch.stack([maps[name][i, :, row, column].sum() for i, (row, column) in enumerate(units)]).sum()
            (gradient,) = torch.autograd.grad(value, probe, retain_graph=True, materialize_grads=True)
            sees = gradient.ne(0).any(1).cpu()  # (3, h, w): the first, the second and the last unit
            ways = [_one_way(sees.any(2 - side), (h, w)[side]) for side in sides]
            if any(way is None for way in ways):
                break
            found.append(tuple(way for way in ways if way is not None))
    return found


def _one_way(sees: Tensor, units: int) -> Way | None:
    """From what three units see along a side, (3, length); None where that is cut off, so that nothing is told."""
    if not bool(sees.any(1).all()):
        return None
    length = sees.shape[1]
    ends = [(int(line.nonzero()[0]), int(line.nonzero()[-1])) for line in sees]
    (low, end), (_, second), (last, _) = ends
    if units == 1:
        return (end - low + 1, length, low) if low > 0 and end < length - 1 else None
    jump = second - end
    if second >= length - 1 or last <= 0 or jump < 1:
        return None
    start = last - jump * (units - 1)
    return end - start + 1, jump, start
