"""`Input`, `Model` and `Sequential`: where a wire begins, and the network that is made of what was wired."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, fx, nn

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.networks.wiring.drawing import Drawing, draw
from makebelieve.networks.wiring.names import Names
from makebelieve.networks.wiring.options import item_shape, number_type
from makebelieve.networks.wiring.summary import Summary, summarise
from makebelieve.networks.wiring.symbol import Call, Symbol, lay_module, new_input, shape_of, symbols_in, watching
from makebelieve.networks.wiring.trees import leaves, mapped
from makebelieve.networks.wiring.words import given_text, layer_text, shape_text

Symbols = Symbol | Sequence[Symbol] | Mapping[str, Symbol]


def Input(  # noqa: N802 - the field's name
    shape: int | Sequence[int], dtype: torch.dtype | str = torch.float32, *, name: str | None = None
) -> Symbol:
    """Where a network begins: a value of a shape and no numbers yet.

    Args:
        shape: of one item, without the batch: 784, or (channels, height, width). () for one number an item.
        dtype: of its numbers, "int64" for tokens and classes.
        name: of the argument of the network; by default x, or x_1, x_2, … where there are several.

    Raises:
        OptionError: the shape or the type is none.
    """
    return new_input(item_shape(shape), number_type(dtype), name)


class Model(fx.GraphModule):
    """The network from some inputs to some outputs: a `torch.fx.GraphModule` of what was wired between them.

    Called with tensors, in the order of the inputs or by their names. It gives what `outputs` is: one tensor, a list or
    a dictionary. `code` is its forward as Python; its parts are modules of torch, named as in `summary`. Called with
    symbols, it is a part of another network, with the same weights.

    Args:
        inputs: a symbol, a list, or a dictionary whose keys name the arguments. Any value of a wire will do, not only
            what `Input` gave: the network then begins there.
        outputs: likewise.
        name: of its class, as it is printed.

    Raises:
        OptionError: they are no symbols; an output depends on an input that is not given; an input is not used; a name
            is used twice or is no name; a module writes into a value that is used elsewhere.
    """

    def __init__(self, inputs: Symbols, outputs: Symbols, *, name: str = "Model") -> None:
        begins, ends = _symbols(inputs, say("wiring.inputs")), _symbols(outputs, say("wiring.outputs"))
        calls = _between(begins, ends)
        _check_written(calls, begins, ends)
        names = Names(fx.GraphModule)
        owned: dict[str, Any] = {}
        made: dict[int, fx.Node] = {}
        graph = fx.Graph()
        arguments = [(symbol, names.of_input(wanted)) for symbol, wanted in _named_inputs(inputs, begins)]
        for symbol in calls:
            if symbol.call.kind == "module" and symbol.call.name is not None:  # before numbers are given out
                names.of_module(symbol.call.target, symbol.call.label, symbol.call.name)
        for symbol, argument in arguments:
            node = graph.placeholder(argument)
            made[_place(symbol)] = _told(node, symbol.call, symbol)
        for symbol in calls:
            node = _node(graph, symbol.call, made, names, owned)
            made[_place(symbol)] = _told(node, symbol.call, symbol)
        graph.output(mapped(_plain(outputs), lambda symbol: made[_place(symbol)]))
        graph.lint()
        super().__init__(owned, graph, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs, of tensors or of symbols."""
        if torch.compiler.is_compiling() or not watching():
            return super().__call__(*args, **kwargs)
        if symbols_in((args, kwargs)):
            names = [str(node.target) for node in self.graph.nodes if node.op == "placeholder"]
            ordered = (*args, *(kwargs.pop(name) for name in names[len(args) :] if name in kwargs))
            return lay_module(self, ordered, kwargs, type(self).__name__, None)
        with watching().suspended():
            return super().__call__(*args, **kwargs)

    def summary(self) -> Summary:
        """A table: layer, shape of its output, parameters, multiply-adds for one item of the batch."""
        return summarise(self)

    def picture(self) -> Drawing:
        """The network as a picture, which shows itself in a notebook and saves itself as SVG."""
        return draw(self)


def Sequential(  # noqa: N802 - the field's name
    layers: Sequence[Any], *, input_shape: int | Sequence[int] | None = None, name: str = "Sequential"
) -> Model:
    """A network whose layers take what the one before gives.

    Args:
        layers: layers of ours, modules, or functions of a tensor, in order. The first is what `Input` gives, or
            `input_shape` is given.
        input_shape: of one item, without the batch.
        name: of its class, as it is printed.

    Raises:
        OptionError: the size of the input is not known, or a layer doesn't fit the one before it.
    """
    rest = list(layers)
    if input_shape is not None:
        rest.insert(0, Input(input_shape))
    if not rest or not isinstance(rest[0], Symbol):
        raise OptionError("wiring.sequence_start", given=given_text(rest[0]) if rest else "[]")
    first = value = rest[0]
    for layer in rest[1:]:
        if isinstance(layer, Symbol | type) or not callable(layer):
            raise OptionError("wiring.sequence_layer", given=given_text(layer))
        value = layer(value)
        if not isinstance(value, Symbol):
            raise OptionError("wiring.sequence_result", layer=given_text(layer), given=type(value).__name__)
    return Model(first, value, name=name)


def _place(symbol: Symbol) -> int:
    """What identifies a value: its call, for each call gives one."""
    return symbol.call.number


def _symbols(given: Any, what: str) -> list[Symbol]:
    plain = _plain(given)
    found = [plain] if isinstance(plain, Symbol) else list(plain.values()) if isinstance(plain, dict) else plain
    if not isinstance(found, list | tuple):
        raise OptionError("wiring.not_symbols", what=what, given=given_text(given))
    for value in found:
        if not isinstance(value, Symbol) or not isinstance(value.values[0], Tensor):
            raise OptionError("wiring.not_symbols", what=what, given=given_text(value))
    if not found:
        raise OptionError("wiring.none", what=what)
    return list(found)


def _plain(given: Any) -> Any:
    return dict(given) if isinstance(given, Mapping) else given


def _named_inputs(inputs: Any, begins: list[Symbol]) -> list[tuple[Symbol, str]]:
    """Inputs with the names of their arguments: a dictionary's keys, a name given, or x, x_1, x_2, …"""
    if isinstance(inputs, Mapping):
        return list(zip(begins, inputs, strict=True))
    usual = ["x"] if len(begins) == 1 else [f"x_{i}" for i in range(1, len(begins) + 1)]
    return [
        (s, s.call.name if s.call.kind == "input" and s.call.name else x) for s, x in zip(begins, usual, strict=True)
    ]


def _between(begins: list[Symbol], ends: list[Symbol]) -> list[Symbol]:
    """One value of each call from the inputs to the outputs, in the order in which they were made."""
    starts = {_place(symbol) for symbol in begins}
    if len(starts) < len(begins):
        twice = next(s for i, s in enumerate(begins) if _place(s) in {_place(other) for other in begins[:i]})
        raise OptionError("wiring.same_input", shape=shape_text(twice.shape))
    found: dict[int, Symbol] = {}
    reached: set[int] = set()
    waiting = list(ends)
    while waiting:
        symbol = waiting.pop()
        place = _place(symbol)
        if place in starts:
            reached.add(place)
        elif place not in found:
            if symbol.call.kind == "input":
                raise OptionError("wiring.missing_input", missing=_input_text(symbol))
            found[place] = symbol
            waiting.extend(symbol.call.sources())
    for position, symbol in enumerate(begins):
        if _place(symbol) not in reached:
            name = symbol.call.name or f"x_{position + 1}"
            raise OptionError("wiring.unused_input", name=name, shape=shape_text(symbol.shape))
    return [found[place] for place in sorted(found)]


def _input_text(symbol: Symbol) -> str:
    name = f", name={symbol.call.name!r}" if symbol.call.name else ""
    return f"mb.Input({', '.join(map(str, symbol.shape[1:]))}{name})"


def _check_written(calls: list[Symbol], begins: list[Symbol], ends: list[Symbol]) -> None:
    """A module may write into a value that nothing else uses."""
    for symbol in calls:
        call = symbol.call
        for written in call.overwrites:
            place = _place(written)
            users = [s.call for s in calls if any(_place(source) == place for source in s.call.sources())]
            others = [layer_text(c.target, c.label, c.name) for c in users if c is not call]
            others += [say("wiring.input") for s in begins if _place(s) == place]
            others += [say("wiring.output") for s in ends if _place(s) == place]
            if others:
                text = layer_text(call.target, call.label, call.name)
                raise OptionError("wiring.in_place_shared", layer=text, other=others[0])


def _node(graph: fx.Graph, call: Call, made: dict[int, fx.Node], names: Names, owned: dict[str, Any]) -> fx.Node:
    def given(leaf: Any) -> Any:
        if isinstance(leaf, Symbol):
            return made[_place(leaf)]
        return _kept(graph, leaf, names, owned) if isinstance(leaf, Tensor) else leaf

    args, kwargs = mapped((call.args, call.kwargs), given)
    if call.kind == "module":
        target = names.of_module(call.target, call.label, call.name)
        called = f"{target}_again" if target in owned else target
        owned[target] = call.target
        return graph.create_node("call_module", target, args, kwargs, name=called)
    if call.kind == "method":
        return graph.call_method(call.target, args, kwargs)
    return graph.call_function(operator.getitem if call.kind == "pick" else call.target, args, kwargs)


def _kept(graph: fx.Graph, tensor: Tensor, names: Names, owned: dict[str, Any]) -> fx.Node:
    """A tensor that was wired in: a parameter that learns, or a constant, which is a buffer of the network."""
    label = "parameter" if isinstance(tensor, nn.Parameter) else "constant"
    target = names.of_module(tensor, label, None)
    owned[target] = tensor
    return graph.get_attr(target)


def _told(node: fx.Node, call: Call, symbol: Symbol) -> fx.Node:
    """The node with what `summary` and `picture` show of it."""
    node.meta["label"] = call.label
    first = next((pair for pair in zip(*map(leaves, symbol.values), strict=True) if isinstance(pair[0], Tensor)), None)
    node.meta["shape"] = None if first is None else shape_of(*first)
    node.meta["dtype"] = symbol.dtype if isinstance(symbol.values[0], Tensor) else None
    return node
