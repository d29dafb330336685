"""Layers of vectors: dense ones, tables of vectors, normalisation, dropout and activations."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from makebelieve.networks.blocks import BatchNorm1d, BatchNorm2d
from makebelieve.networks.wiring.activations import Activation as ActivationChoice
from makebelieve.networks.wiring.activations import softmax_axis
from makebelieve.networks.wiring.layer import Layer, Plain, Signal
from makebelieve.networks.wiring.options import count, share


class Dense(Layer):
    """y = activation(W x + b) over the last axis: (batch, …, features) to (batch, …, units). Becomes `nn.Linear`.

    Weights are Glorot uniform (Glorot & Bengio 2010, equation 16) and biases 0, as in Keras; `nn.Linear` alone would
    draw both from another distribution.

    Args:
        units: how many features it gives.
        activation: a name such as "relu", a function of a tensor, or None.
        use_bias: whether there is b.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has no features or another number of them.
    """

    def __init__(
        self, units: int, activation: ActivationChoice = None, *, use_bias: bool = True, name: str | None = None
    ) -> None:
        super().__init__(activation, name)
        self.units, self.use_bias = count(self.label, "units", units), use_bias

    def __call__(self, x: Signal) -> Signal:
        """(batch, …, features) to (batch, …, units)."""
        features = self.shape_of(x, "…", "features")[-1]
        return self.activate(self.apply(lambda: self._make(features), x))

    def _make(self, features: int | None) -> nn.Module:
        return glorot(nn.Linear(features or 0, self.units, bias=self.use_bias))


def glorot(module: nn.Linear | nn.modules.conv._ConvNd) -> nn.Module:
    """The module with Glorot-uniform weights and biases of 0."""
    nn.init.xavier_uniform_(module.weight)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
    return module


class Embedding(Layer):
    """Whole numbers below `input_dim` to vectors: (batch, …) to (batch, …, output_dim). Becomes `nn.Embedding`.

    Vectors are uniform in [−0.05, 0.05), as in Keras; those of `nn.Embedding` alone are standard normal.

    Args:
        input_dim: how many different numbers there are.
        output_dim: size of a vector.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the numbers are not whole (`mb.Input(…, dtype="int64")`).
    """

    def __init__(self, input_dim: int, output_dim: int, *, name: str | None = None) -> None:
        super().__init__(None, name)
        self.sizes = count(self.label, "input_dim", input_dim), count(self.label, "output_dim", output_dim)

    def __call__(self, x: Signal) -> Signal:
        """(batch, …) whole numbers to (batch, …, output_dim)."""
        self.shape_of(x)
        return self.apply(self._make, x)

    def _make(self) -> nn.Module:
        module = nn.Embedding(*self.sizes)
        nn.init.uniform_(module.weight, -0.05, 0.05)
        return module


class BatchNormalization(Layer):
    """Normalises each channel (axis 1) over the batch (Ioffe & Szegedy 2015, algorithm 1), in the same shape.

    Becomes a `BatchNorm1d` or `BatchNorm2d` whose batch is that of all processes together. The moving variance is that
    of a sample (divided by n − 1), as in torch; Keras divides by n.

    Args:
        momentum: how much of the moving averages stays at each step, in [0, 1), as Keras counts; torch counts what
            is replaced.
        epsilon: added to the variance.
        center: whether a bias is learnt.
        scale: whether a factor is learnt.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has no channels.
    """

    def __init__(
        self,
        *,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(None, name)
        self.momentum, self.epsilon = share(self.label, "momentum", momentum), share(self.label, "epsilon", epsilon)
        self.center, self.scale = center, scale

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels), (batch, channels, length) or (batch, channels, height, width), as x."""
        shape = self.shape_of(x, "channels", "…")
        return self.apply(lambda: self._make(shape[1] or 0, len(shape)), x)

    def _make(self, channels: int, dimensions: int) -> nn.Module:
        kind = BatchNorm2d if dimensions == 4 else BatchNorm1d
        module = kind(channels, eps=self.epsilon, momentum=1 - self.momentum, affine=self.center or self.scale)
        if module.affine and not self.scale:
            module.weight.requires_grad_(False)
        if module.affine and not self.center:
            module.bias.requires_grad_(False)
        return module


class LayerNormalization(Layer):
    """Normalises the features of each item, or the channels of each pixel (Ba et al. 2016). Becomes `nn.LayerNorm`.

    Of pictures (batch, channels, height, width) it is axis 1 that is normalised, which is Keras' last axis; of all else
    the last.

    Args:
        epsilon: added to the variance.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has no features.
    """

    def __init__(self, *, epsilon: float = 1e-3, name: str | None = None) -> None:
        super().__init__(None, name)
        self.epsilon = share(self.label, "epsilon", epsilon)

    def __call__(self, x: Signal) -> Signal:
        """(batch, …, features) or (batch, channels, height, width), as x."""
        shape = self.shape_of(x, "…", "features")
        pictures = len(shape) == 4
        features = shape[1 if pictures else -1] or 0
        if pictures:
            x = x.permute(0, 2, 3, 1)
        y = self.apply(lambda: nn.LayerNorm(features, eps=self.epsilon), x)
        return y.permute(0, 3, 1, 2) if pictures else y


class Dropout(Layer):
    """Sets a share of the numbers to 0 while training (Srivastava et al. 2014). Becomes `nn.Dropout`.

    Args:
        rate: the share, in [0, 1).
        name: of the module.

    Raises:
        OptionError: the rate can't be used.
    """

    def __init__(self, rate: float, *, name: str | None = None) -> None:
        super().__init__(None, name)
        self.rate = share(self.label, "rate", rate)

    def __call__(self, x: Signal) -> Signal:
        """Of any shape, as x."""
        self.shape_of(x)
        return self.apply(lambda: nn.Dropout(self.rate), x)


class SpatialDropout2D(Layer):
    """Sets a share of the channels to 0 while training. Becomes `nn.Dropout2d`.

    Args:
        rate: the share, in [0, 1).
        name: of the module.

    Raises:
        OptionError: the rate can't be used.
    """

    def __init__(self, rate: float, *, name: str | None = None) -> None:
        super().__init__(None, name)
        self.rate = share(self.label, "rate", rate)

    def __call__(self, x: Signal) -> Signal:
        """(batch, channels, height, width), as x."""
        self.shape_of(x, "channels", "height", "width")
        return self.apply(lambda: nn.Dropout2d(self.rate), x)


class Activation(Layer):
    """A function of each number, by its name in Keras: "relu", "tanh", "softmax", …

    Args:
        activation: a name, a function of a tensor, or None.

    Raises:
        OptionError: there is none of that name; the nearest is named.
    """

    def __init__(self, activation: ActivationChoice) -> None:
        super().__init__(activation)

    def __call__(self, x: Signal) -> Signal:
        """Of any shape, as x."""
        self.shape_of(x)
        return self.activate(x)


class ReLU(Plain):
    """max(x, 0)."""

    def __call__(self, x: Signal) -> Signal:
        """Of any shape, as x."""
        self.shape_of(x)
        return torch.relu(x)


class LeakyReLU(Layer):
    """x where it is positive, else negative_slope · x.

    Args:
        negative_slope: 0.3 as in Keras (torch: 0.01).
    """

    def __init__(self, negative_slope: float = 0.3) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def __call__(self, x: Signal) -> Signal:
        """Of any shape, as x."""
        self.shape_of(x)
        return F.leaky_relu(x, self.negative_slope)


class Softmax(Plain):
    """Shares of 1: over the channels of pictures, else over the last axis.

    Losses that take scores (`F.cross_entropy`) want what comes before it.
    """

    def __call__(self, x: Signal) -> Signal:
        """Of any shape, as x."""
        self.shape_of(x)
        return torch.softmax(x, softmax_axis(x))
