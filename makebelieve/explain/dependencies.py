"""What a value in a network depends on, told by its gradient while a block of code runs."""

# ruff: noqa: ARG001, ARG004 - these functions take what torch gives those that they stand for

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from makebelieve.explain.rectifiers import RECTIFIERS, first


class Dependencies(TorchFunctionMode):
    """Gradients say only on what a value depends: above zero where it does, zero where it does not.

    Convolutions, pooling and linear layers have weights of one, so that nothing cancels, and give ones; rectifiers and
    normalisation, whose statistics are left out, do nothing. All else, such as a product with a gate or an attention,
    is as it is.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        way = _WAYS.get(func)
        if way is None:
            return func(*args, **kwargs)
        x, args, kwargs = first(args, kwargs)
        return way(x, *args, **kwargs)


class _Ones(torch.autograd.Function):
    """Ones; x gets a gradient of one wherever there is any."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        return torch.ones_like(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return (gradient != 0).to(gradient.dtype)


def _ones(x: Tensor) -> Tensor:
    given: Tensor = _Ones.apply(x)  # type: ignore[no-untyped-call]
    return given


def _nothing(x: Tensor, *_args: Any, **_options: Any) -> Tensor:
    return x


def _conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
    groups: int = 1,
) -> Tensor:  # fmt: skip
    """Within a group all channels have the same weight, one: their sum is convolved once, for all that come out."""
    summed = x.view(len(x), groups, -1, *x.shape[2:]).sum(2)
    kernel = x.new_ones(groups, 1, *weight.shape[-2:])
    spread = F.conv2d(summed, kernel, None, stride, padding, dilation, groups)
    return _ones(spread.repeat_interleave(len(weight) // groups, 1))


def _conv_transpose2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1,
) -> Tensor:  # fmt: skip
    summed = x.view(len(x), groups, -1, *x.shape[2:]).sum(2)
    kernel = x.new_ones(groups, 1, *weight.shape[-2:])
    spread = F.conv_transpose2d(summed, kernel, None, stride, padding, output_padding, groups, dilation)
    return _ones(spread.repeat_interleave(weight.shape[1], 1))


def _max_pool2d(
    x: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:  # fmt: skip
    """A maximum depends on its whole window, as a mean does; dilated windows are taken for whole ones."""
    reach = [(k - 1) * d + 1 for k, d in zip(_pair(kernel_size), _pair(dilation), strict=True)]
    return _ones(F.avg_pool2d(x, reach, stride or kernel_size, padding, ceil_mode))


def _adaptive_max_pool2d(x: Tensor, output_size: Any, return_indices: bool = False) -> Tensor:
    return _ones(F.adaptive_avg_pool2d(x, output_size))


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return _ones(x.sum(-1, keepdim=True).expand(*x.shape[:-1], len(weight)))


def _pair(given: Any) -> tuple[int, int]:
    first, second = (given, given) if isinstance(given, int) else given
    return first, second


_WAYS: dict[Any, Callable[..., Tensor]] = {
    **dict.fromkeys((*RECTIFIERS, F.batch_norm, F.group_norm, F.instance_norm, F.layer_norm, F.rms_norm), _nothing),
    **dict.fromkeys((F.conv2d, torch.conv2d), _conv2d),
    **dict.fromkeys((F.conv_transpose2d, torch.conv_transpose2d), _conv_transpose2d),
    **dict.fromkeys((F.max_pool2d, torch.max_pool2d), _max_pool2d),
    F.adaptive_max_pool2d: _adaptive_max_pool2d,
    F.linear: _linear,
}
