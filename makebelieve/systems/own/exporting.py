"""The program form of a network of one's own: what it takes and gives, as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.export import Port, Program
from makebelieve.networks.using import evaluating
from makebelieve.systems.own.columns import Columns, called, columns_of
from makebelieve.systems.own.data import GivenData
from makebelieve.systems.own.recipes import inputs_of

if TYPE_CHECKING:
    from makebelieve.systems.own.learner import SupervisedLearner


class Flat(nn.Module):
    """A network called with tensors in their order, that gives a tensor or a tuple of them.

    Args:
        model: the network.
        names: of its inputs, where it takes them by name.
    """

    def __init__(self, model: nn.Module, names: Sequence[str] | None) -> None:
        super().__init__()
        self.model, self.names = model, tuple(names) if names is not None else None

    def forward(self, *tensors: Tensor) -> Any:
        """Inputs (n, …) to outputs (n, …)."""
        found = cast(Columns, columns_of(called(self.model, Columns(tensors, self.names))))
        return found.tensors[0] if found.alone else found.tensors


def programs(learn: SupervisedLearner) -> dict[str, Program]:
    """`model`: the network.

    Raises:
        OptionError: it gives something else than tensors.
    """
    xs, model = _example(learn), learn.model
    with evaluating(model):
        found = columns_of(called(model, xs.on(learn.device)))
    if found is None:
        raise OptionError("own.outputs", given=type(model).__name__)
    inputs = _ports(xs, "x", "export.x")
    return {"model": Program(Flat(model, xs.names), inputs, _ports(found.exact(), "output", "own.output"))}


def _example(learn: SupervisedLearner) -> Columns:
    """Two items' inputs."""
    data = learn._data()
    if isinstance(data, GivenData):
        return data.train[0].slice(0, 2)
    return inputs_of(next(data.batches("train", 2, shuffle=False)))


def _ports(columns: Columns, one: str, what: str) -> list[Port]:
    count = len(columns.tensors)
    names = columns.names or ([one] if columns.alone else [f"{one}_{i + 1}" for i in range(count)])
    return [
        Port(name, ("n", *tensor.shape[1:]), "float32" if tensor.is_floating_point() else "int64", what)
        for name, tensor in zip(names, columns.tensors, strict=True)
    ]
