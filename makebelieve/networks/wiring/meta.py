"""Calls carried out on meta tensors: shapes and types without numbers, and nothing of a module changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from makebelieve.networks.wiring.trees import mapped

BATCHES = (5, 7)  # a size that differs between the two depends on the batch
REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError, AssertionError)


def on_meta(value: Any) -> Any:
    """A tensor without its numbers; other values as they are."""
    return value.to("meta") if isinstance(value, Tensor) and value.device.type != "meta" else value


def blank(value: Any) -> Any:
    """A new meta tensor of the same shape and type, which may be written to; other values as they are."""
    return torch.empty_like(value, device="meta") if isinstance(value, Tensor) else value


class _OnMeta(TorchFunctionMode):
    """Every function of torch gets its tensors on the meta device, so that weights stay as they are."""

    def __init__(self, refuse: Callable[[Exception], Exception] | None) -> None:
        super().__init__()
        self._refuse = refuse

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, kwargs = mapped((args, kwargs or {}), on_meta)
        if self._refuse is None:
            return func(*args, **kwargs)
        try:
            return func(*args, **kwargs)
        except REFUSALS as error:
            raise self._refuse(error) from error


@contextmanager
def without_numbers(
    module: nn.Module | None = None, refuse: Callable[[Exception], Exception] | None = None
) -> Iterator[None]:
    """Inside, torch computes shapes and types only, draws nothing at random, and a module's buffers are put back after.

    Args:
        module: whose buffers are kept.
        refuse: makes an exception of what a function of torch raises.
    """
    kept = [] if module is None else [(part, dict(part.named_buffers(recurse=False))) for part in module.modules()]
    try:
        with torch.device("meta"), _OnMeta(refuse), torch.no_grad():
            yield
    finally:
        for part, buffers in kept:
            for name, tensor in buffers.items():
                if getattr(part, name) is not tensor:  # spectral normalisation assigns its vectors anew
                    setattr(part, name, tensor)


def written(before: Iterable[Any]) -> list[int]:
    """Which of the new tensors of `blank` have been written to since."""
    return [index for index, value in enumerate(before) if isinstance(value, Tensor) and value._version]
