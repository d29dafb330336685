"""Convolutions by their names in Keras, channels first: (batch, channels, height, width)."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.activations import Activation
from makebelieve.networks.wiring.dense import glorot
from makebelieve.networks.wiring.layer import Layer, Signal
from makebelieve.networks.wiring.options import IntOrPair, choice, count, several
from makebelieve.networks.wiring.paddings import Sizes, window


class Conv1D(Layer):
    """Convolution over a length: (batch, channels, length) to (batch, filters, length'). Becomes `nn.Conv1d`.

    Keras has (batch, length, channels): `mb.Permute((2, 1))` goes from one to the other. Weights are Glorot uniform and
    biases 0, as in Keras.

    Args:
        filters: channels that it gives.
        kernel_size: of the window.
        strides: how far it moves.
        padding: "valid" adds nothing, "same" zeros so that length' = ⌈length / strides⌉, the odd one at the end as
            TensorFlow has it; "causal" adds them before only, so that nothing sees what comes after it.
        activation: a name such as "relu", a function of a tensor, or None.
        dilation_rate: how far apart what the window looks at lies.
        groups: each sees its share of the channels only.
        use_bias: whether there is a bias.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        strides: int = 1,
        padding: str = "valid",
        activation: Activation = None,
        *,
        dilation_rate: int = 1,
        groups: int = 1,
        use_bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(activation, name)
        self.filters, self.groups, self.use_bias = count(self.label, "filters", filters), groups, use_bias
        self.window = window(self.label, 1, kernel_size, strides, dilation_rate, padding)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, length) to (batch, filters, length')."""
        channels = self.shape_of(x, "channels", "length")[1] or 0
        return self.activate(self.apply(lambda: self._make(channels), self.window.pad(x)))

    def _make(self, channels: int) -> nn.Module:
        w = self.window
        _check_groups(self, channels, self.filters, self.groups)
        return glorot(
            nn.Conv1d(channels, self.filters, w.kernel, w.stride, w.own(), w.dilation, self.groups, bias=self.use_bias)
        )


class Conv2D(Layer):
    """Convolution: (batch, channels, height, width) to (batch, filters, height', width'). Becomes `nn.Conv2d`.

    Weights are Glorot uniform and biases 0, as in Keras.

    Args:
        filters: channels that it gives.
        kernel_size: of the window, one number or (height, width).
        strides: how far it moves, likewise.
        padding: "valid" adds nothing, "same" zeros so that height' = ⌈height / strides⌉, the odd one at the bottom and
            on the right as TensorFlow has it.
        activation: a name such as "relu", a function of a tensor, or None.
        dilation_rate: how far apart what the window looks at lies.
        groups: each sees its share of the channels only.
        use_bias: whether there is a bias.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: IntOrPair,
        strides: IntOrPair = 1,
        padding: str = "valid",
        activation: Activation = None,
        *,
        dilation_rate: IntOrPair = 1,
        groups: int = 1,
        use_bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(activation, name)
        self.filters, self.groups, self.use_bias = count(self.label, "filters", filters), groups, use_bias
        self.window = window(self.label, 2, kernel_size, strides, dilation_rate, padding)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, filters, height', width')."""
        channels = self.shape_of(x, "channels", "height", "width")[1] or 0
        return self.activate(self.apply(lambda: self._make(channels), self.window.pad(x)))

    def _make(self, channels: int) -> nn.Module:
        w = self.window
        _check_groups(self, channels, self.filters, self.groups)
        return glorot(
            nn.Conv2d(channels, self.filters, w.kernel, w.stride, w.own(), w.dilation, self.groups, bias=self.use_bias)
        )


class DepthwiseConv2D(Layer):
    """A convolution of each channel by itself: `depth_multiplier` channels from each. Becomes `nn.Conv2d` with groups.

    Weights are Glorot uniform as in Keras, which counts all channels as what comes in.

    Args:
        kernel_size: of the window, one number or (height, width).
        strides: how far it moves, likewise.
        padding: "valid" or "same", as for `Conv2D`.
        depth_multiplier: channels from each.
        activation: a name such as "relu", a function of a tensor, or None.
        dilation_rate: how far apart what the window looks at lies.
        use_bias: whether there is a bias.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        kernel_size: IntOrPair,
        strides: IntOrPair = 1,
        padding: str = "valid",
        *,
        depth_multiplier: int = 1,
        activation: Activation = None,
        dilation_rate: IntOrPair = 1,
        use_bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(activation, name)
        self.multiplier, self.use_bias = count(self.label, "depth_multiplier", depth_multiplier), use_bias
        self.window = window(self.label, 2, kernel_size, strides, dilation_rate, padding)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, channels · depth_multiplier, height', width')."""
        channels = self.shape_of(x, "channels", "height", "width")[1] or 0
        return self.activate(self.apply(lambda: self._make(channels), self.window.pad(x)))

    def _make(self, channels: int) -> nn.Module:
        w, given = self.window, channels * self.multiplier
        module = nn.Conv2d(channels, given, w.kernel, w.stride, w.own(), w.dilation, channels, bias=self.use_bias)
        return _glorot_depthwise(module, channels, self.multiplier)


class SeparableConv2D(Layer):
    """A convolution of each channel by itself, then one of 1×1 over all (Chollet 2017). Becomes two `nn.Conv2d`.

    Args:
        filters: channels that it gives.
        kernel_size: of the window, one number or (height, width).
        strides: how far it moves, likewise.
        padding: "valid" or "same", as for `Conv2D`.
        activation: a name such as "relu", a function of a tensor, or None.
        depth_multiplier: channels from each, before the 1×1 convolution.
        dilation_rate: how far apart what the window looks at lies.
        use_bias: whether there is a bias, in the second.
        name: of the module, whose parts are `depthwise` and `pointwise`.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: IntOrPair,
        strides: IntOrPair = 1,
        padding: str = "valid",
        activation: Activation = None,
        *,
        depth_multiplier: int = 1,
        dilation_rate: IntOrPair = 1,
        use_bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(activation, name)
        self.filters, self.use_bias = count(self.label, "filters", filters), use_bias
        self.multiplier = count(self.label, "depth_multiplier", depth_multiplier)
        self.window = window(self.label, 2, kernel_size, strides, dilation_rate, padding)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, filters, height', width')."""
        channels = self.shape_of(x, "channels", "height", "width")[1] or 0
        return self.activate(self.apply(lambda: self._make(channels), self.window.pad(x)))

    def _make(self, channels: int) -> nn.Module:
        w, between = self.window, channels * self.multiplier
        depthwise = nn.Conv2d(channels, between, w.kernel, w.stride, w.own(), w.dilation, channels, bias=False)
        pointwise = nn.Conv2d(between, self.filters, 1, bias=self.use_bias)
        parts = {"depthwise": _glorot_depthwise(depthwise, channels, self.multiplier), "pointwise": glorot(pointwise)}
        return nn.Sequential(OrderedDict(parts))


class Conv2DTranspose(Layer):
    """Enlarges: (batch, channels, height, width) to (batch, filters, height', width'). Becomes `nn.ConvTranspose2d`.

    It is the gradient of `Conv2D` with the same options with respect to its input. Weights are Glorot uniform and
    biases 0, as in Keras.

    Args:
        filters: channels that it gives.
        kernel_size: of the window, one number or (height, width).
        strides: how often each pixel is enlarged, likewise.
        padding: "valid": height' = height · strides + max(kernel_size − strides, 0); "same": height · strides,
            what is too much cut off half before, rounded down, and half after, as TensorFlow does.
        activation: a name such as "relu", a function of a tensor, or None.
        use_bias: whether there is a bias.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: IntOrPair,
        strides: IntOrPair = 1,
        padding: str = "valid",
        activation: Activation = None,
        *,
        use_bias: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(activation, name)
        self.filters, self.use_bias = count(self.label, "filters", filters), use_bias
        self.kernel: Sizes = several(self.label, "kernel_size", kernel_size, 2)
        self.stride: Sizes = several(self.label, "strides", strides, 2)
        self.padding = choice(self.label, "padding", padding, ("valid", "same"))

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width) to (batch, filters, height', width')."""
        _, channels, *sizes = self.shape_of(x, "channels", "height", "width")
        y = self.apply(lambda: self._make(channels or 0), x)
        if self.padding == "same" and any((k - s) % 2 and k > s for k, s in zip(self.kernel, self.stride, strict=True)):
            height, width = ((size or 0) * stride for size, stride in zip(sizes, self.stride, strict=True))
            y = y[:, :, :height, :width]
        return self.activate(y)

    def _make(self, channels: int) -> nn.Module:
        pairs = list(zip(self.kernel, self.stride, strict=True))
        padding: Sizes = tuple(max(k - s, 0) // 2 if self.padding == "same" else 0 for k, s in pairs)
        missing: Sizes = tuple(max(s - k, 0) for k, s in pairs)
        return glorot(
            nn.ConvTranspose2d(channels, self.filters, self.kernel, self.stride, padding, missing, bias=self.use_bias)
        )


def _glorot_depthwise(module: nn.Conv2d, channels: int, multiplier: int) -> nn.Module:
    taps = module.kernel_size[0] * module.kernel_size[1]
    limit = float(torch.tensor(6 / ((channels + multiplier) * taps)).sqrt())
    nn.init.uniform_(module.weight, -limit, limit)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
    return module


def _check_groups(layer: Layer, channels: int, filters: int, groups: int) -> None:
    count(layer.label, "groups", groups)
    if channels % groups or filters % groups:
        raise OptionError("wiring.divides", layer=layer.text, groups=groups, channels=channels, filters=filters)
