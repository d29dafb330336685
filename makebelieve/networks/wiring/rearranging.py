"""Layers that put numbers in another order, and those that take several values; none has weights."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import torch

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.layer import Layer, Plain, Signal, signals
from makebelieve.networks.wiring.options import count
from makebelieve.networks.wiring.words import shape_text


class Flatten(Plain):
    """All of an item in one row: (batch, …) to (batch, features), channels first."""

    def __call__(self, x: Signal) -> Signal:
        """(batch, …) to (batch, features)."""
        shape = self.shape_of(x)
        return x if len(shape) == 2 else torch.flatten(x, 1)


class Reshape(Layer):
    """The same numbers in another shape.

    Args:
        target_shape: without the batch; one size may be −1, and is then what is left.

    Raises:
        OptionError: it is no shape; when called, it holds another number of numbers.
    """

    def __init__(self, target_shape: int | Sequence[int]) -> None:
        super().__init__()
        self.target = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)

    def __call__(self, x: Signal) -> Signal:
        """(batch, …) to (batch, *target_shape)."""
        shape = self.shape_of(x)
        numbers = functools.reduce(operator.mul, [size or 0 for size in shape[1:]], 1)
        known = functools.reduce(operator.mul, [size for size in self.target if size != -1], 1)
        open_sizes = sum(size == -1 for size in self.target)
        whole = all(isinstance(size, int) and (size > 0 or size == -1) for size in self.target)
        if not whole or open_sizes > 1 or (numbers % known if open_sizes else numbers != known):
            raise OptionError("wiring.reshape", layer=self.text, given=self.target, size=numbers, got=shape_text(shape))
        return x.reshape(-1, *(numbers // known if size == -1 else size for size in self.target))


class Permute(Layer):
    """Other axes first.

    Args:
        dims: the axes in their new order, counted from 1; the batch stays where it is.

    Raises:
        OptionError: when called, those are not the axes that there are.
    """

    def __init__(self, dims: Sequence[int]) -> None:
        super().__init__()
        self.dims = tuple(dims)

    def __call__(self, x: Signal) -> Signal:
        """(batch, …), the axes behind the batch in their new order."""
        axes = range(1, len(self.shape_of(x)))
        if sorted(self.dims) != list(axes):
            raise OptionError("wiring.permute", layer=self.text, given=self.dims, most=len(axes))
        return x.permute(0, *self.dims)


class RepeatVector(Layer):
    """A vector at each of n moments: (batch, features) to (batch, n, features).

    Args:
        n: how often.

    Raises:
        OptionError: n is no number; when called, the value is no vector.
    """

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = count(self.label, "n", n)

    def __call__(self, x: Signal) -> Signal:
        """(batch, features) to (batch, n, features)."""
        self.shape_of(x, "features")
        return x.unsqueeze(1).repeat(1, self.n, 1)


class Lambda(Layer):
    """A function as a layer.

    Args:
        function: of one value, made of functions and methods of torch.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__(function)

    def __call__(self, x: Signal) -> Signal:
        """What the function gives."""
        self.shape_of(x)
        return self.activate(x)


def concat(values: Sequence[Signal], axis: int = 1) -> Signal:
    """Several values side by side; their shapes agree but for the axis.

    Args:
        values: two or more symbols or tensors.
        axis: which sizes are added: 1, the channels of pictures and the features of vectors; −1 the features of
            (batch, time, features). Keras takes −1 by default, where its channels are.

    Raises:
        OptionError: they are no list of values, don't fit, or have no such axis.
    """
    found = signals("mb.concat", values)
    dimensions = len(found[0].shape)
    if not isinstance(axis, int) or not -dimensions <= axis < dimensions:
        raise OptionError("wiring.axis", given=axis, got=shape_text((None, *found[0].shape[1:])))
    return torch.cat(list(found), axis)


class Concatenate(Layer):
    """`concat` as a layer: `mb.Concatenate()([a, b])`.

    Args:
        axis: which sizes are added; 1, where Keras has −1.
    """

    def __init__(self, axis: int = 1) -> None:
        super().__init__()
        self.axis = axis

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """Several values side by side."""
        return concat(signals(self.label, values, 2), self.axis)


class Add(Plain):
    """The sum of several values of one shape: `mb.Add()([a, b])`, or just a + b."""

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """Their sum."""
        return functools.reduce(operator.add, signals(self.label, values, 2))


class Subtract(Plain):
    """The difference of two values: `mb.Subtract()([a, b])`, or just a - b."""

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """The first less the second."""
        return functools.reduce(operator.sub, signals(self.label, values, 2))


class Multiply(Plain):
    """The product of several values, number by number: `mb.Multiply()([a, b])`, or just a * b."""

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """Their product."""
        return functools.reduce(operator.mul, signals(self.label, values, 2))


class Average(Plain):
    """The mean of several values of one shape."""

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """Their mean."""
        found = signals(self.label, values, 2)
        return functools.reduce(operator.add, found) / len(found)


class Maximum(Plain):
    """The greatest of several values, number by number."""

    def __call__(self, values: Sequence[Signal]) -> Signal:
        """Their maximum."""
        return functools.reduce(torch.maximum, signals(self.label, values, 2))
