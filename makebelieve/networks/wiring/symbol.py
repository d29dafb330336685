"""`Symbol`: a value of a network that is being wired, with a shape and no numbers; what is done to it is written down.

Every call on symbols makes a `Call`, which holds the symbols that it took: the wire is laid. `model.py` walks back from
the outputs and makes a `torch.fx.Graph` of it, so symbols belong to no model and may be used in several.
"""

from __future__ import annotations

import itertools
import operator
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NoReturn, cast

import torch
from torch import Tensor, nn
from torch.nn.modules.lazy import LazyModuleMixin
from torch.overrides import is_tensor_method_or_property

from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.networks.wiring.fits import check
from makebelieve.networks.wiring.meta import BATCHES, REFUSALS, blank, without_numbers, written
from makebelieve.networks.wiring.trees import leaves, like_tuple, mapped
from makebelieve.networks.wiring.watching import Watch
from makebelieve.networks.wiring.words import first_sentence, layer_text, shape_text, shapes_text

Kind = Literal["input", "module", "function", "method", "pick"]
Shape = tuple[int | None, ...]

_counter = itertools.count()
_VALUES_ONLY = frozenset({"item", "tolist", "numpy", "backward", "register_hook", "retain_grad", "data_ptr"})
_ELSEWHERE = frozenset({"device", "data", "grad", "is_cuda", "layout", "requires_grad"})


@dataclass(frozen=True, eq=False)
class Call:
    """One use of an input, a module, a function, a method, or a part picked from several results.

    Attributes:
        kind: of the target.
        target: a module, a function, the name of a method; None for an input and a picked part.
        args: positional arguments, with symbols among them.
        kwargs: keyword arguments.
        label: what it is called in tables: `Dense`, `concat`.
        name: that the user gave; None for one from the label.
        overwrites: symbols among the arguments whose numbers are gone afterwards.
        number: the order of calls.
    """

    kind: Kind
    target: Any
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    name: str | None = None
    overwrites: tuple[Symbol, ...] = ()
    number: int = field(default_factory=lambda: next(_counter))

    def sources(self) -> list[Symbol]:
        """The symbols that it takes."""
        return symbols_in((self.args, self.kwargs))


def _operation(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *others: lay_function(function, (self, *others))


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: lay_function(function, (other, self))


def _only_values(what: str) -> Callable[..., NoReturn]:
    def refuse(self: Symbol, *_others: Any, **_options: Any) -> NoReturn:
        raise OptionError("wiring.no_value", shape=shape_text(self.shape), what=what)

    return refuse


class Symbol:
    """A value while a network is wired: it has a shape, the batch left open, and no numbers.

    Layers, any `torch.nn.Module`, arithmetic, slices, methods of tensors and functions of torch take it and give
    others.

    Attributes:
        shape: None where the size depends on the batch, which comes first.
        dtype: of the numbers to come.
    """

    __slots__ = ("__weakref__", "call", "values")

    def __init__(self, call: Call, values: tuple[Any, Any]) -> None:
        self.call, self.values = call, values
        _watch.while_lives(self)

    @property
    def shape(self) -> Shape:
        """(None, …): None where the size depends on the batch; `size(0)` is a batch size that may be passed on."""
        a, b = self.values
        if not isinstance(a, Tensor):
            return ()
        return shape_of(a, b)

    @property
    def ndim(self) -> int:
        """Number of dimensions, with the batch."""
        return len(self.shape)

    def dim(self) -> int:
        """Number of dimensions, with the batch."""
        return self.ndim

    @property
    def dtype(self) -> torch.dtype:
        """Of the numbers to come."""
        return cast(torch.dtype, self.values[0].dtype)

    def __repr__(self) -> str:
        if isinstance(self.values[0], Tensor):
            kind = str(self.dtype).removeprefix("torch.")
            return f"<Symbol {shape_text(self.shape)} {kind}, from {self.call.label}>"
        return f"<Symbol number, from {self.call.label}>"

    __add__, __radd__ = _operation(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _operation(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _operation(operator.mul), _reflected(operator.mul)
    __truediv__, __rtruediv__ = _operation(operator.truediv), _reflected(operator.truediv)
    __floordiv__, __rfloordiv__ = _operation(operator.floordiv), _reflected(operator.floordiv)
    __mod__, __pow__, __rpow__ = _operation(operator.mod), _operation(operator.pow), _reflected(operator.pow)
    __matmul__, __rmatmul__ = _operation(operator.matmul), _reflected(operator.matmul)
    __neg__, __abs__, __invert__ = _operation(operator.neg), _operation(operator.abs), _operation(operator.invert)
    __and__, __or__ = _operation(operator.and_), _operation(operator.or_)
    __lt__, __le__, __gt__, __ge__ = map(_operation, (operator.lt, operator.le, operator.gt, operator.ge))
    __eq__ = _operation(operator.eq)
    __ne__ = _operation(operator.ne)
    __hash__ = object.__hash__
    __getitem__ = _operation(operator.getitem)

    __bool__ = _only_values("whether it is true, as `if` and `and` ask")
    __len__ = _only_values("its length")
    __iter__ = _only_values("its rows one by one")
    __contains__ = _only_values("what is in it")
    __float__ = __int__ = __index__ = __complex__ = _only_values("a Python number of it")
    __array__ = _only_values("a NumPy array of it")

    def __setitem__(self, where: Any, value: Any) -> None:
        raise OptionError("wiring.in_place", what="x[…] = …", instead="torch.where, mb.concat, F.pad")

    def __getattr__(self, name: str) -> Any:
        if name in _VALUES_ONLY:
            raise OptionError("wiring.no_value", shape=shape_text(self.shape), what=f"{name}()")
        if name in _ELSEWHERE:
            raise OptionError("wiring.no_value", shape=shape_text(self.shape), what=name)
        found = None if name.startswith("_") else getattr(Tensor, name, None)
        if found is None:
            raise AttributeError(f"a Symbol has no attribute {name!r}, as tensors have none", name=name, obj=self)
        if callable(found):
            return partial(_lay_method, name, self)
        return lay_function(getattr, (self, name))

    @classmethod
    def __torch_function__(cls, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if is_tensor_method_or_property(func) and not isinstance(args[0], tuple | list):
            return _lay_method(func.__name__, *args, **(kwargs or {}))
        return lay_function(func, args, kwargs)


def shape_of(a: Tensor, b: Tensor) -> Shape:
    """The shape of a value out of what it is at two batch sizes: None where they differ."""
    return tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True))


def symbols_in(tree: Any) -> list[Symbol]:
    """All symbols among nested arguments."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Symbol)]


def new_input(shape: tuple[int, ...], dtype: torch.dtype, name: str | None) -> Symbol:
    """An input of the shape without its batch."""
    a, b = (torch.empty(batch, *shape, dtype=dtype, device="meta") for batch in BATCHES)
    return Symbol(Call("input", None, label="Input", name=name), (a, b))


def lay_module(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], label: str, name: str | None) -> Any:
    """Calls a module on symbols: what it gives, in the same nesting, with symbols in place of tensors."""
    return _lay("module", module, args, kwargs, label, name)


def lay_function(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, name: str | None = None
) -> Any:
    """Calls a function on symbols."""
    return _lay("function", function, args, kwargs or {}, getattr(function, "__name__", "function"), name)


def _lay_method(method: str, *args: Any, **kwargs: Any) -> Any:
    label = method.strip("_") if method.endswith("__") else method
    return _lay("method", method, args, kwargs, label, None)


def _lay(kind: Kind, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any], label: str, name: str | None) -> Any:
    if _state.open is not None:  # a symbol was given by keyword to a module that is carried out
        return _carry_out(kind, target, *mapped((args, kwargs), _first_value))
    if kind == "module":
        make_parameters(target, args)
    text = layer_text(target, label, name)
    taken = symbols_in((args, kwargs))
    got = shapes_text([symbol.shape for symbol in taken])
    _refuse_function(target, label, kwargs)
    if kind == "function" and target in _COMPARISONS and not any(isinstance(s.values[0], Tensor) for s in taken):
        raise OptionError("wiring.batch_number", what=text)
    if kind == "module":
        check(target, text, [symbol.values[0] for symbol in symbols_in(args)], got)
    refuse = partial(_refused, text, got, any(leaf is None for leaf in leaves(args)))
    results, changed = [], set()
    for index in range(len(BATCHES)):
        fresh = {id(symbol): blank(symbol.values[index]) for symbol in taken}
        try:
            results.append(_carry_out(kind, target, *_filled((args, kwargs), fresh)))
        except MakebelieveError:
            raise
        except REFUSALS as error:
            if index:
                raise OptionError("wiring.one_batch", layer=text, got=got, why=first_sentence(error)) from error
            raise refuse(error) from error
        changed |= set(written(fresh.values()))
    if changed and kind != "module":
        raise OptionError("wiring.in_place", what=label, instead=label.rstrip("_"))
    over = tuple(symbol for position, symbol in enumerate({id(s): s for s in taken}.values()) if position in changed)
    return _wrapped(Call(kind, target, args, kwargs, label, name, over), (results[0], results[1]), text)


def _filled(tree: Any, by_symbol: dict[int, Any]) -> Any:
    return mapped(tree, lambda leaf: by_symbol[id(leaf)] if isinstance(leaf, Symbol) else leaf)


def _first_value(leaf: Any) -> Any:
    return blank(leaf.values[0]) if isinstance(leaf, Symbol) else leaf


_COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def _carry_out(kind: Kind, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kind == "module":
        _state.working_out += 1
        try:
            with without_numbers(target):
                return target(*args, **kwargs)
        finally:
            _state.working_out -= 1
    with without_numbers():
        return getattr(args[0], target)(*args[1:], **kwargs) if kind == "method" else target(*args, **kwargs)


def _refuse_function(target: Any, label: str, kwargs: dict[str, Any]) -> None:
    if isinstance(target, nn.Module) or getattr(target, "__module__", "") == operator.add.__module__:  # `and_` is none
        return
    writes = label.endswith("_") and not label.endswith("__")
    if writes or kwargs.get("inplace") or kwargs.get("out") is not None:
        raise OptionError("wiring.in_place", what=label, instead=label.rstrip("_"))
    if kwargs.get("training") is True:  # `F.dropout` would go on in `eval()`
        raise OptionError("wiring.always_training", what=label)


def _refused(text: str, got: str, nothing: bool, error: Exception) -> OptionError:
    if isinstance(error, OptionError):
        return error
    key = "wiring.none_given" if nothing and isinstance(error, TypeError) else "wiring.refused"
    if isinstance(error, NotImplementedError):  # what meta tensors can't do
        key = "wiring.needs_numbers"
    tried = {"batch": BATCHES[0]} if key == "wiring.refused" else {}
    return OptionError(key, layer=text, got=got, why=first_sentence(error), **tried)


def _wrapped(call: Call, values: tuple[Any, Any], text: str) -> Any:
    """Results at both batch sizes as symbols, in the nesting that the call has them in."""
    a, b = values
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.dim() != b.dim():
            raise OptionError("wiring.one_batch", layer=text, got=shape_text(a.shape), why=shape_text(b.shape))
        return Symbol(call, (a, b))
    if isinstance(a, tuple | list):
        whole = Symbol(call, values)
        parts = [_wrapped(_pick(whole, i), (a[i], b[i]), text) for i in range(len(a))]
        return parts if isinstance(a, list) else like_tuple(a, parts)
    if isinstance(a, dict):
        whole = Symbol(call, values)
        return {key: _wrapped(_pick(whole, key), (a[key], b[key]), text) for key in a}
    if a is None or isinstance(a, bool | int | float | str | torch.dtype | torch.device):
        return a if a == b or isinstance(a, str | torch.device) else Symbol(call, values)
    raise OptionError("wiring.result_kind", layer=text, kind=type(a).__name__)


def _pick(whole: Symbol, key: int | str) -> Call:
    return Call("pick", None, (whole, key), label=f"[{key}]")


# ---------------------------------------------------------------- modules that are called on symbols


@dataclass
class _Open:
    """A module's call on symbols, while torch carries it out on meta tensors."""

    args: tuple[Any, ...]
    shapes_only: ExitStack
    level: int = 0  # of calls inside it


class _State(threading.local):
    working_out: int = 0  # calls that are carried out on meta tensors by `_carry_out`
    open: _Open | None = None


_state = _State()


def _before(module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The outermost module that is called on symbols runs on meta tensors; all others are left alone."""
    if torch.compiler.is_compiling() or _state.working_out:
        return None
    if _state.open is not None:
        _state.open.level += 1
        return None
    taken = symbols_in(args)
    if not taken:
        return None
    make_parameters(module, args)
    text = layer_text(module, type(module).__name__, None)
    got = shapes_text([symbol.shape for symbol in taken])
    check(module, text, [symbol.values[0] for symbol in taken], got)
    shapes_only = ExitStack()
    shapes_only.enter_context(without_numbers(module, partial(_refused, text, got, False)))
    _state.open = _Open(args, shapes_only)
    return cast(tuple[Any, ...], mapped(args, lambda leaf: blank(leaf.values[0]) if isinstance(leaf, Symbol) else leaf))


def _after(module: nn.Module, _args: tuple[Any, ...], *rest: Any) -> Any:
    """The result of such a call: symbols."""
    if torch.compiler.is_compiling() or _state.working_out:
        return None
    opened = _state.open
    if opened is None:
        if len(rest) == 2 and symbols_in(rest[0]):
            raise OptionError("wiring.keywords", layer=type(module).__name__, names=", ".join(rest[0]))
        return None
    if opened.level:
        opened.level -= 1
        return None
    _state.open = None
    opened.shapes_only.close()
    if len(rest) == 1:  # it raised, and that goes on
        return None
    return lay_module(module, opened.args, rest[0], type(module).__name__, None)


def make_parameters(module: nn.Module, args: tuple[Any, ...]) -> None:
    """Lets torch's lazy modules make their parameters, by a call with zeros."""
    lazy = [part for part in module.modules() if isinstance(part, LazyModuleMixin)]
    if not any(part.has_uninitialized_params() for part in lazy):
        return
    modes = [(part, part.training) for part in module.modules()]
    _state.working_out += 1
    try:
        with torch.no_grad():
            zeros = mapped(
                args, lambda leaf: torch.zeros_like(leaf.values[0], device="cpu") if isinstance(leaf, Symbol) else leaf
            )
            module.eval()(*zeros)
    finally:
        _state.working_out -= 1
        for part, mode in modes:
            part.training = mode


_watch = Watch(_before, _after)


def watching() -> Watch:
    """The hooks that see modules called on symbols."""
    return _watch
