"""`Layer`: a part of a network that becomes a module of torch at its first call, when its input's size is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self, cast

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.networks.wiring.activations import Activation, activation_by_name
from makebelieve.networks.wiring.symbol import Shape, Symbol, lay_module, symbols_in
from makebelieve.networks.wiring.words import given_text, shape_text

Signal = Any  # a Symbol, or a tensor with the batch first


class Layer:
    """What all layers have in common: they are called on symbols or on tensors.

    A layer is no module: it makes a plain module of torch at its first call, and calls that one ever after, so that a
    layer called twice shares its weights. The network that is wired holds modules of torch only.

    Args:
        activation: what is done to the result: a name, a function of a tensor, or None.
        name: of the module in the network, and so of its weights in the state dict.

    Attributes:
        module: the module of torch; None before the first call.
    """

    def __new__(cls, *given: Any, **options: Any) -> Self:
        """A layer; a value among its options means that the brackets of its options are missing."""
        if symbols_in((given, options)):
            raise OptionError("wiring.brackets", layer=cls.__name__)
        return super().__new__(cls)

    def __init__(self, activation: Activation = None, name: str | None = None) -> None:
        self.label, self.name = type(self).__name__, name
        self.module: nn.Module | None = None
        self.activate: Callable[[Any], Any] = activation_by_name(self.label, activation)

    def __repr__(self) -> str:
        return f"mb.{self.label}({'…' if self.name is None else f'…, name={self.name!r}'})"

    @property
    def text(self) -> str:
        """How sentences call it."""
        return self.label if self.name is None else f'{self.label} "{self.name}"'

    def shape_of(self, x: Signal, *needs: str) -> Shape:
        """The shape of what the layer is called with, (None, …).

        Args:
            x: a symbol or a tensor.
            needs: names of the sizes that must be there besides the batch; "…" for any number of them.

        Raises:
            OptionError: it is neither, or has another number of dimensions.
        """
        if isinstance(x, Symbol):
            shape = x.shape
        elif isinstance(x, Tensor):
            shape = (None, *x.shape[1:])
        else:
            raise OptionError("wiring.not_a_value", layer=self.text, given=given_text(x))
        open_ended = "…" in needs
        least = 1 + len(needs) - open_ended
        if needs and (len(shape) < least or (len(shape) > least and not open_ended)):
            wanted = ", ".join([say("wiring.batch"), *needs])
            raise OptionError("wiring.misfit", layer=self.text, got=shape_text(shape), needs=f"({wanted})")
        if "width" in needs and isinstance(x, Symbol) and x.call.kind == "input" and _channels_last(shape[1:]):
            height, width, channels = shape[1:]
            better = f"mb.Input({(channels, height, width)})"
            raise OptionError("wiring.channels_last", layer=self.text, got=shape_text(shape), better=better)
        return shape

    def apply(self, make: Callable[[], nn.Module], *values: Signal) -> Any:
        """Calls the layer's module on values, after making it where this is the first call."""
        if self.module is None:
            self.module = make().to(_device(values))
        return self.call(self.module, *values)

    def call(self, module: nn.Module, *values: Signal) -> Any:
        """Calls a module under the layer's name."""
        if symbols_in(values):
            return lay_module(module, values, {}, self.label, self.name)
        return module(*values)


class Plain(Layer):
    """A layer without options, which becomes no module and so has no name."""

    def __init__(self) -> None:
        super().__init__()


def signals(layer: str, given: Any, least: int = 1) -> Sequence[Signal]:
    """A list of symbols or tensors.

    Raises:
        OptionError: it is none, or too short.
    """
    if (
        not isinstance(given, list | tuple)
        or len(given) < least
        or not all(isinstance(x, Symbol | Tensor) for x in given)
    ):
        raise OptionError("wiring.several", layer=layer, least=least, given=given_text(given))
    return cast(Sequence[Signal], given)


def _channels_last(sizes: Sequence[int | None]) -> bool:
    """Whether (28, 28, 1) or the like was meant as (height, width, channels)."""
    first, second, last = (size or 0 for size in sizes)
    return first == second > 4 and last in (1, 3, 4)


def _device(values: Sequence[Signal]) -> torch.device:
    return next((value.device for value in values if isinstance(value, Tensor)), torch.device("cpu"))
