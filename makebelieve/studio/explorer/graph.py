"""A network as a graph: its parts as a tree, and the wires between those that compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from makebelieve.networks.using import evaluating

HELPERS = "parametrizations"  # torch's own name of what computes a weight, such as spectral normalisation
BINS = 24  # of a histogram of weights


def tree(module: nn.Module) -> list[dict[str, Any]]:
    """The parts of a network in the order of their registration, from the root's children on.

    Each is {"name", "kind", "parameters", "leaf"}: name as `named_modules` has it, the number of values that learn
    in it, and whether it computes by itself instead of by parts.
    """
    return [
        {
            "name": name,
            "kind": _kind(part),
            "parameters": sum(weight.numel() for weight in part.parameters()),
            "leaf": _is_leaf(part),
        }
        for name, part in _parts(module)
    ]


def wires(module: nn.Module, run: Callable[[nn.Module], Any]) -> tuple[dict[str, list[int]], list[tuple[str, str]]]:
    """What flows in one pass: the shape of what each part gives, in the order of running, and who takes from whom.

    Every tensor carries the names of the parts that it comes from; functions between two parts, such as a sum or a
    concatenation, pass them on. "" stands for what the network is given.

    Args:
        module: the network.
        run: calls it on an example; what it raises goes on.

    Returns:
        Shapes (n, …) by name, and pairs (from, to) of leaves.
    """
    flow = _Flow()
    handles = []
    for name, part in _parts(module):
        if _is_leaf(part):
            handles.append(part.register_forward_pre_hook(flow.taking(name), with_kwargs=True))
        handles.append(part.register_forward_hook(flow.giving(name, leaf=_is_leaf(part))))
    try:
        with evaluating(module), flow:
            run(module)
    finally:
        for handle in handles:
            handle.remove()
    return flow.shapes, list(dict.fromkeys(flow.pairs))


def weights(part: nn.Module) -> list[dict[str, Any]]:
    """Facts of the weights in a part, by name: shape, mean, deviation, range and a histogram over the range."""
    found: list[dict[str, Any]] = []
    for name, weight in part.named_parameters():
        values = weight.detach().float().cpu().flatten()
        if not len(values) or not bool(values.isfinite().all()):
            found.append({"name": name, "shape": list(weight.shape), "mean": None})
            continue
        low, high = float(values.min()), float(values.max())
        counts = torch.histc(values, BINS, low, high) if high > low else torch.tensor([float(len(values))])
        told = {"mean": float(values.mean()), "deviation": float(values.std(correction=0)), "low": low, "high": high}
        found.append({"name": name, "shape": list(weight.shape), **told, "counts": counts.int().tolist()})
    return found


class _Flow(TorchFunctionMode):
    """Remembers of every tensor by which parts it was made."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: dict[str, list[int]] = {}
        self.pairs: list[tuple[str, str]] = []
        self._origins: dict[int, frozenset[str]] = {}
        self._kept: list[Tensor] = []  # so that no identity is given twice

    def __torch_function__(
        self, func: Callable[..., Any], _types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        found = func(*args, **kwargs)
        given = [self._origins[id(one)] for one in _tensors((args, kwargs)) if id(one) in self._origins]
        for one in _tensors(found) if given else ():
            self._mark(one, frozenset().union(*given))
        return found

    def taking(self, name: str) -> Callable[..., None]:
        def hook(_part: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            for one in _tensors((args, kwargs)):
                sources = self._origins.get(id(one), frozenset({""}))
                self.pairs += [(source, name) for source in sorted(sources) if source != name]

        return hook

    def giving(self, name: str, *, leaf: bool) -> Callable[..., None]:
        def hook(_part: nn.Module, _args: Any, output: Any) -> None:
            first = next(_tensors(output), None)
            if first is not None:
                self.shapes.setdefault(name, list(first.shape))
            for one in _tensors(output) if leaf else ():
                self._mark(one, frozenset({name}))

        return hook

    def _mark(self, one: Tensor, sources: frozenset[str]) -> None:
        self._origins[id(one)] = sources
        self._kept.append(one)


def _tensors(given: Any) -> Iterator[Tensor]:
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, dict):
        for value in given.values():
            yield from _tensors(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from _tensors(value)


def _parts(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for name, part in module.named_modules():
        if name and HELPERS not in name.split("."):
            yield name, part


def _is_leaf(part: nn.Module) -> bool:
    return all(name == HELPERS for name, _ in part.named_children())


def _kind(part: nn.Module) -> str:
    return type(part).__name__.removeprefix("Parametrized")
