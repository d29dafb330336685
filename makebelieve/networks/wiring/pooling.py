"""Layers that make pictures and lengths smaller or larger without weights, channels first."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.layer import Layer, Plain, Signal
from makebelieve.networks.wiring.options import IntOrPair, choice, several
from makebelieve.networks.wiring.paddings import Sizes, Window, flat, window


def _pool_padding(pool: Window, sizes: Sequence[int]) -> tuple[Sizes, bool, list[bool]]:
    """Padding of torch's pooling, which counts in no maximum or mean, and how an odd one comes to stand at the end.

    Returns:
        The padding on both sides; whether a last window may go beyond the end, which torch has at strides above 1; and
        the dimensions that are padded by one too many before instead, whose first window is to be left out.
    """
    sides = pool.sides(sizes)
    odd = [after > before and stride == 1 for (before, after), stride in zip(sides, pool.stride, strict=True)]
    padding = tuple(after if first else before for (before, after), first in zip(sides, odd, strict=True))
    return padding, any(after > before for before, after in sides), odd


def _without_first(x: Signal, odd: Sequence[bool]) -> Signal:
    """x (batch, channels, …) from the second on in those dimensions."""
    return x[(slice(None), slice(None), *(slice(int(first), None) for first in odd))] if any(odd) else x


class MaxPooling1D(Layer):
    """The greatest in each window: (batch, channels, length) to (batch, channels, length'). Becomes `nn.MaxPool1d`.

    Args:
        pool_size: of the window.
        strides: how far it moves; by default `pool_size`.
        padding: "valid" leaves an incomplete window at the end out, "same" takes it: length' = ⌈length / strides⌉.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self, pool_size: int = 2, strides: int | None = None, padding: str = "valid", *, name: str | None = None
    ) -> None:
        super().__init__(None, name)
        self.window = window(self.label, 1, pool_size, strides or pool_size, 1, padding, ("pool_size", "strides"))

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, length) to (batch, channels, length')."""
        length = self.shape_of(x, "channels", "length")[2] or 0
        (padding,), beyond, odd = _pool_padding(self.window, [length])
        (kernel,), (stride,) = self.window.kernel, self.window.stride
        return _without_first(self.call(nn.MaxPool1d(kernel, stride, padding, ceil_mode=beyond), x), odd)


class MaxPooling2D(Layer):
    """The greatest in each window, (batch, channels, height, width) to (…, height', width'). Becomes `nn.MaxPool2d`.

    Args:
        pool_size: of the window, one number or (height, width).
        strides: how far it moves, likewise; by default `pool_size`.
        padding: "valid" leaves incomplete windows at the end out, "same" takes them: height' = ⌈height / strides⌉.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        pool_size: IntOrPair = 2,
        strides: IntOrPair | None = None,
        padding: str = "valid",
        *,
        name: str | None = None,
    ) -> None:
        super().__init__(None, name)
        self.window = window(self.label, 2, pool_size, strides or pool_size, 1, padding, ("pool_size", "strides"))

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels, height', width')."""
        sizes = [size or 0 for size in self.shape_of(x, "channels", "height", "width")[2:]]
        padding, beyond, odd = _pool_padding(self.window, sizes)
        module = nn.MaxPool2d(self.window.kernel, self.window.stride, padding, ceil_mode=beyond)
        return _without_first(self.call(module, x), odd)


class AveragePooling2D(Layer):
    """The mean of each window, (batch, channels, height, width) to (…, height', width'). Becomes `nn.AvgPool2d`.

    What is padded counts in no mean.

    Args:
        pool_size: of the window, one number or (height, width).
        strides: how far it moves, likewise; by default `pool_size`.
        padding: "valid" leaves incomplete windows at the end out, "same" takes them: height' = ⌈height / strides⌉.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        pool_size: IntOrPair = 2,
        strides: IntOrPair | None = None,
        padding: str = "valid",
        *,
        name: str | None = None,
    ) -> None:
        super().__init__(None, name)
        self.window = window(self.label, 2, pool_size, strides or pool_size, 1, padding, ("pool_size", "strides"))

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels, height', width')."""
        sizes = [size or 0 for size in self.shape_of(x, "channels", "height", "width")[2:]]
        padding, beyond, odd = _pool_padding(self.window, sizes)
        kernel, stride = self.window.kernel, self.window.stride
        module = nn.AvgPool2d(kernel, stride, padding, ceil_mode=beyond, count_include_pad=False)
        return _without_first(self.call(module, x), odd)


class GlobalAveragePooling1D(Plain):
    """The mean over the length: (batch, channels, length) to (batch, channels).

    Of what `LSTM` and `Embedding` give, (batch, time, features), the mean over time is `x.mean(1)`.
    """

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, length) to (batch, channels)."""
        self.shape_of(x, "channels", "length")
        return x.mean(2)


class GlobalAveragePooling2D(Plain):
    """The mean of each channel: (batch, channels, height, width) to (batch, channels)."""

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels)."""
        self.shape_of(x, "channels", "height", "width")
        return x.mean((2, 3))


class GlobalMaxPooling2D(Plain):
    """The greatest of each channel: (batch, channels, height, width) to (batch, channels)."""

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels)."""
        self.shape_of(x, "channels", "height", "width")
        return x.amax((2, 3))


class UpSampling2D(Layer):
    """Enlarges pictures: (batch, channels, height, width) to (batch, channels, height · size, width · size).

    Args:
        size: how often, one number or (height, width).
        interpolation: "nearest", "bilinear" or "bicubic".

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(self, size: IntOrPair = 2, interpolation: str = "nearest") -> None:
        super().__init__()
        self.size = several(self.label, "size", size, 2)
        self.mode = choice(self.label, "interpolation", interpolation, ("nearest", "bilinear", "bicubic"))

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels, height · size, width · size)."""
        self.shape_of(x, "channels", "height", "width")
        return F.interpolate(x, scale_factor=tuple(float(size) for size in self.size), mode=self.mode)


class ZeroPadding2D(Layer):
    """Zeros around pictures.

    Args:
        padding: on every side; or (above and below, left and right); or ((above, below), (left, right)).

    Raises:
        OptionError: the padding can't be used; when called, the value has another shape.
    """

    def __init__(self, padding: int | Sequence[int] | Sequence[Sequence[int]] = 1) -> None:
        super().__init__()
        self.sides = _sides(self.label, "padding", padding)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels, height + above + below, width + left + right)."""
        self.shape_of(x, "channels", "height", "width")
        return F.pad(x, flat(self.sides))


class Cropping2D(Layer):
    """Cuts the edges of pictures off.

    Args:
        cropping: on every side; or (above and below, left and right); or ((above, below), (left, right)).

    Raises:
        OptionError: it can't be used; when called, the value has another shape or nothing would be left.
    """

    def __init__(self, cropping: int | Sequence[int] | Sequence[Sequence[int]] = 1) -> None:
        super().__init__()
        self.sides = _sides(self.label, "cropping", cropping)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels, height − above − below, width − left − right)."""
        _, _, height, width = self.shape_of(x, "channels", "height", "width")
        (top, bottom), (left, right) = self.sides
        if top + bottom >= (height or 0) or left + right >= (width or 0):
            raise OptionError(
                "wiring.misfit",
                layer=self.text,
                got=f"{height} × {width}",
                needs=f"> {top + bottom} × {left + right}",
            )
        return x[:, :, top : (height or 0) - bottom, left : (width or 0) - right]


def _sides(
    layer: str, option: str, given: int | Sequence[int] | Sequence[Sequence[int]]
) -> tuple[tuple[int, int], ...]:
    if isinstance(given, tuple | list) and any(isinstance(pair, tuple | list) for pair in given):
        return tuple(_pair(layer, option, pair) for pair in several_pairs(layer, option, given))
    numbers = several(layer, option, given, 2, 0)
    return tuple((number, number) for number in numbers)


def several_pairs(layer: str, option: str, given: Sequence[object]) -> Sequence[object]:
    """Two of them.

    Raises:
        OptionError: there are more or fewer.
    """
    if len(given) != 2:
        raise OptionError("wiring.pair", layer=layer, option=option, given=given, least=0, many=2)
    return given


def _pair(layer: str, option: str, given: object) -> tuple[int, int]:
    before, after = several(layer, option, given, 2, 0)
    return before, after
