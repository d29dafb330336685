"""Memory that may be taken while a learner is made from facts that somebody else wrote."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from makebelieve.errors import CheckpointError

CALLS = 200_000  # operations, besides those that large files stand for
MACHINE = 0.8  # share of the machine's memory


class Budget(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Within it, what tensors take in all is bounded: each operation is first done on shapes alone.

    Args:
        bytes_: that all new tensors may have together.
        calls: operations.
        path: what is loaded, for the sentence.

    Raises:
        CheckpointError: from within, before the memory is taken.
    """

    def __init__(self, bytes_: int, calls: int, path: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._left, self._calls, self._path = bytes_, calls, path

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        self._calls -= 1
        self._left -= _new_bytes(func, args, kwargs)
        if self._left < 0 or self._calls < 0:
            raise CheckpointError("export.too_large", path=self._path)
        return func(*args, **kwargs)


def _new_bytes(func: Any, args: Any, kwargs: Any) -> int:
    """Bytes of the tensors that an operation makes anew; 0 where shapes alone don't tell, which is small then."""
    if all(one.alias_info is not None for one in func._schema.returns):  # views, and what is done in place
        return 0
    shapes = torch.utils._pytree.tree_map_only(Tensor, _shape, (args, kwargs))
    given, named = shapes
    if "generator" in named:
        named = {**named, "generator": None}
    if any(argument.name == "device" for argument in func._schema.arguments):
        named = {**named, "device": torch.device("meta"), "pin_memory": None}
        named = {name: value for name, value in named.items() if name in {a.name for a in func._schema.arguments}}
    try:
        found = func(*given, **named)
    except (NotImplementedError, RuntimeError, TypeError):
        return 0
    tensors = [one for one in torch.utils._pytree.tree_leaves(found) if isinstance(one, Tensor)]
    return sum(one.numel() * one.element_size() for one in tensors)


def _shape(tensor: Tensor) -> Tensor:
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def machine() -> int:
    """Bytes that a model may take here."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 2**63
    return int(MACHINE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
