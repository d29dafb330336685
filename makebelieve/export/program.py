"""The program form of a learner: networks that take and give what people mean, ready to be traced."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from makebelieve.export.recurrent import Scanned, can_be_scanned

OPEN = 3  # of what is open in an example: neither 0 nor 1, which tracing takes for constants


@dataclass(frozen=True)
class Port:
    """One tensor that a program takes or gives.

    Attributes:
        name: of it.
        shape: sizes; a str names an open one: two ports that share a name share the size; "8*h" is a multiple.
        dtype: "float32" or "int64".
        what: key of the sentence that says what it is, in which unit.
        range: least and greatest value; None where there is none.
    """

    name: str
    shape: tuple[int | str, ...]
    dtype: str
    what: str
    range: tuple[float, float] | None = None

    def example(self, sizes: Mapping[str, int]) -> Tensor:
        """A tensor of this kind, with these sizes of what is open."""
        shape = [size if isinstance(size, int) else times * sizes.get(name, OPEN) for size, times, name in self.open()]
        if self.dtype == "int64":
            low, high = self.range or (0, 1)
            return torch.arange(torch.Size(shape).numel()).view(shape) % int(high - low + 1) + int(low)
        return torch.linspace(*(self.range or (-1.0, 1.0)), torch.Size(shape).numel()).view(shape)

    def open(self) -> Iterator[tuple[int | str, int, str]]:
        """Each size with, where it is open, what it is a multiple of and the name."""
        for size in self.shape:
            times, _, name = str(size).rpartition("*")
            yield size, int(times or 1), name

    def state(self) -> dict[str, Any]:
        """For config.json: null is open, "8*" before its name if only multiples will do."""
        shape = [size if isinstance(size, int) or "*" in size else None for size in self.shape]
        return {"name": self.name, "shape": shape, "dtype": self.dtype, "range": list(self.range or ()) or None}


@dataclass(frozen=True)
class Program:
    """A network with a description of what goes in and comes out.

    Attributes:
        module: called with one tensor for each input, gives a tensor for each output, several as a tuple.
        inputs: what it takes.
        outputs: what it gives.
        sizes: of open dimensions in the example where 3 won't do.
        most: greatest sizes of open dimensions, where there is a limit.
        least: least ones.
    """

    module: nn.Module
    inputs: Sequence[Port]
    outputs: Sequence[Port]
    sizes: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)

    def example(self, **sizes: int) -> tuple[Tensor, ...]:
        """Inputs that fit, with other sizes of what is open where they are given."""
        return tuple(port.example({**self.sizes, **sizes}) for port in self.inputs)

    def signature(self) -> dict[str, Any]:
        """For config.json."""
        return {"inputs": [port.state() for port in self.inputs], "outputs": [port.state() for port in self.outputs]}


class Called(nn.Module):
    """A method of a module as a module of its own.

    Args:
        module: whose.
        method: its name.
    """

    def __init__(self, module: nn.Module, method: str) -> None:
        super().__init__()
        self.module, self.method = module, method

    def forward(self, *inputs: Tensor) -> Any:
        """What the method gives."""
        return getattr(self.module, self.method)(*inputs)


def prepared(module: nn.Module) -> nn.Module:
    """A copy to be traced: on the CPU in eval mode, weights as they are used, recurrent layers step by step.

    Parametrised weights (spectral and weight normalisation) become plain ones. LSTM and GRU would be traced for one
    length only; they are put as a scan over time.
    """
    found = copy.deepcopy(module).cpu().eval().requires_grad_(requires_grad=False)
    for part in list(found.modules()):
        if parametrize.is_parametrized(part):
            _bake(part)
    return _scanned(found)


@torch.no_grad()
def _bake(part: nn.Module) -> None:
    """Weights as parameters that were computed from others.

    `remove_parametrizations` would take them from the class, which a copy shares with its original.
    """
    names: Any = part.parametrizations
    values = {name: getattr(part, name).clone() for name in names}
    del part._modules["parametrizations"]
    part.__class__ = type(part).__bases__[0]
    for name, value in values.items():
        part.register_parameter(name, nn.Parameter(value, requires_grad=False))


def _scanned(module: nn.Module) -> nn.Module:
    if isinstance(module, nn.RNNBase) and can_be_scanned(module):
        return Scanned(module)
    for name, child in module.named_children():
        setattr(module, name, _scanned(child))
    return module
