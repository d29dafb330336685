"""What one layer's channels look for, as data: patches, reconstructions, made pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from makebelieve.explain.layers import Field


@dataclass(frozen=True)
class ChannelSheet:
    """What excites one channel.

    Attributes:
        channel: its number.
        patches: (m, c, h, w) uint8, c 1 or 3: the patches that excite it most, the strongest first.
        reconstructions: (m, c, h, w) uint8, what in each of them does; None where not made.
        maximised: (c, h, w) uint8, a picture made to excite it; None where not made.
        values: (m,), the activations.
        items: m, which item each patch is from, as the caller named them.
    """

    channel: int
    patches: Tensor
    reconstructions: Tensor | None = None
    maximised: Tensor | None = None
    values: tuple[float, ...] = ()
    items: tuple[Any, ...] = ()


@dataclass(frozen=True)
class LayerSheet:
    """Some channels of one layer.

    Attributes:
        name: as `named_modules` has it.
        shape: (channels, height, width) of its maps.
        field: which pixels its units see; the size of patches, unless the picture is smaller.
        channels: those that are shown.
    """

    name: str
    shape: tuple[int, int, int]
    field: Field
    channels: tuple[ChannelSheet, ...]
