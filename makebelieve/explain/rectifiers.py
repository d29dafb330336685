"""Other ways back through rectifiers while a block of code runs: guided backpropagation, deconvnet.

A torch function mode sees the operations themselves, so that a ``nn.ReLU`` module, ``F.relu`` and ``x.relu_()`` are
alike, and nothing of a network is changed or hooked.
"""

# ruff: noqa: ARG004 - torch gives its functions a context, wanted or not

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

How = Literal["guided", "deconv"]

RECTIFIERS: frozenset[Callable[..., Any]] = frozenset(
    (F.relu, F.relu_, F.relu6, F.leaky_relu, F.elu, F.selu, F.celu, F.gelu, F.silu, F.mish, F.hardswish, F.hardtanh,
     F.softplus, F.prelu, torch.relu, torch.relu_, torch.prelu, torch.Tensor.relu, torch.Tensor.relu_)
)  # fmt: skip

_BOUNDED: frozenset[Callable[..., Any]] = frozenset((F.relu6, F.hardtanh))  # a module of ReLU6 calls the second
LEAK = 1e-3


class Rectified(TorchFunctionMode):
    """Rectifiers let only positive gradients back.

    Guided, a rectifier f sends back ``f'(x) · max(g, 0)``: for a ReLU, where both x and g are positive (Springenberg et
    al. 2015, fig. 1). As in a deconvnet it sends back ``max(g, 0)`` whatever x was (Zeiler and Fergus 2014, section
    2.1). Maximum pooling goes back by its switches and a convolution by its transpose, as always.

    A rectifier with an upper bound, such as ReLU6, counts as active beyond it too, and leaks a thousandth there, so
    that of two units at the bound one is known to be more excited.

    Args:
        how: "guided" or "deconv".
    """

    def __init__(self, how: How) -> None:
        super().__init__()
        self._how = how

    def __torch_function__(
        self, func: Callable[..., Any], types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func not in RECTIFIERS:
            return func(*args, **kwargs)
        if func in _BOUNDED:
            return self._bounded(*args, **kwargs) if func is F.hardtanh else self._bounded(args[0], 0.0, 6.0)
        if self._how == "guided":
            return _Positive.apply(func(*args, **kwargs))  # type: ignore[no-untyped-call]
        x, args, kwargs = first(args, kwargs)
        return _Straight.apply(x, func(x.detach().clone(), *args, **kwargs))  # type: ignore[no-untyped-call]

    def _bounded(self, x: Tensor, min_val: float = -1.0, max_val: float = 1.0, **_inplace: Any) -> Tensor:
        """A rectifier with an upper bound goes back like one without; beyond the bound it leaks a little."""
        value = x.detach().clamp(min_val, max_val) + LEAK * (x.detach() - max_val).clamp(min=0)
        through = x.clamp(min=min_val) if self._how == "guided" else x
        given: Tensor = _Straight.apply(through, value)  # type: ignore[no-untyped-call]
        return given


class _Positive(torch.autograd.Function):
    """The same value; of its gradient, what is positive."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient.clamp(min=0)


class _Straight(torch.autograd.Function):
    """Another value in the place of x; x gets of its gradient what is positive."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, value: Tensor) -> Tensor:
        return value.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient.clamp(min=0), None


def first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Tensor, tuple[Any, ...], dict[str, Any]]:
    """The input, and the other arguments."""
    if args:
        return args[0], args[1:], kwargs
    return kwargs["input"], (), {name: value for name, value in kwargs.items() if name != "input"}
