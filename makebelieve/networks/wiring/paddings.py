"""Windows that slide over lengths or pictures, padded as TensorFlow pads: the odd one at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.options import IntOrPair, choice, several

Sides = tuple[tuple[int, int], ...]  # before and after, by dimension
Sizes: TypeAlias = Any  # tuple[int, ...]: torch's types want to know how long it is


@dataclass(frozen=True)
class Window:
    """Sizes by dimension, and how the ends are treated.

    Attributes:
        kernel: its size.
        stride: how far it moves.
        dilation: how far apart what it looks at lies.
        padding: "valid", "same" or "causal".
    """

    kernel: Sizes
    stride: Sizes
    dilation: Sizes
    padding: str

    def sides(self, sizes: Sequence[int]) -> Sides:
        """Padding before and after each dimension.

        For "same", total = max((⌈size / stride⌉ − 1) · stride + dilation · (kernel − 1) + 1 − size, 0), half of it
        before, rounded down.

        Source:
            TensorFlow's notes on padding, `tf.nn.convolution`, "SAME".
        """
        reach = [d * (k - 1) for k, d in zip(self.kernel, self.dilation, strict=True)]
        if self.padding == "causal":
            return tuple((r, 0) for r in reach)
        if self.padding == "valid":
            return tuple((0, 0) for _ in reach)
        totals = [max((-(-n // s) - 1) * s + r + 1 - n, 0) for n, s, r in zip(sizes, self.stride, reach, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)

    def own(self) -> Sizes:
        """What a convolution can pad itself, whatever the sizes: "same" at stride 1, as much before as after."""
        reach = [d * (k - 1) for k, d in zip(self.kernel, self.dilation, strict=True)]
        if self.padding == "same" and set(self.stride) == {1} and not any(r % 2 for r in reach):
            return tuple(r // 2 for r in reach)
        return (0,) * len(reach)

    def pad(self, x: Any, value: float = 0.0) -> Any:
        """x with what the convolution doesn't pad itself."""
        if self.padding == "valid" or any(self.own()):
            return x
        sides = self.sides(x.shape[2:])
        return F.pad(x, flat(sides), value=value) if any(map(any, sides)) else x


def window(
    layer: str,
    dimensions: int,
    kernel: IntOrPair,
    stride: IntOrPair,
    dilation: IntOrPair,
    padding: str,
    names: tuple[str, str] = ("kernel_size", "strides"),
) -> Window:
    """A window from a layer's options.

    Raises:
        OptionError: they can't be used.
    """
    known = ("valid", "same", "causal") if dimensions == 1 and names[0] == "kernel_size" else ("valid", "same")
    found = Window(
        several(layer, names[0], kernel, dimensions),
        several(layer, names[1], stride, dimensions),
        several(layer, "dilation_rate", dilation, dimensions),
        choice(layer, "padding", padding, known),
    )
    if max(found.stride) > 1 and max(found.dilation) > 1:
        raise OptionError("wiring.stride_dilation", layer=layer, strides=stride, dilation=dilation)
    return found


def flat(sides: Sides) -> list[int]:
    """In the order of `torch.nn.functional.pad`: the last dimension first."""
    return [side for pair in reversed(sides) for side in pair]
