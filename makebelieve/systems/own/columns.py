"""One tensor or several that belong together, a row an item: a network's inputs, its outputs, or their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from makebelieve.errors import DataError


@dataclass(frozen=True)
class Columns:
    """Tensors (n, …) in their order.

    Attributes:
        tensors: at least one.
        names: where they were given by name, as a dict.
        alone: whether it is one tensor, not a group of one.
    """

    tensors: tuple[Tensor, ...]
    names: tuple[str, ...] | None = None
    alone: bool = True

    def __len__(self) -> int:
        return len(self.tensors[0])

    @property
    def value(self) -> Any:
        """As it was given: a tensor, a tuple of them, or a dict."""
        if self.names is not None:
            return dict(zip(self.names, self.tensors, strict=True))
        return self.tensors[0] if self.alone else self.tensors

    def like(self, tensors: Sequence[Tensor]) -> Columns:
        """Other tensors in the same form."""
        return Columns(tuple(tensors), self.names, self.alone)

    def rows(self, places: Tensor) -> Columns:
        """Some rows (m,) int64."""
        return self.like([tensor.index_select(0, places) for tensor in self.tensors])

    def slice(self, start: int, stop: int) -> Columns:
        """Rows [start, stop)."""
        return self.like([tensor[start:stop] for tensor in self.tensors])

    def on(self, device: torch.device, memory_format: torch.memory_format | None = None) -> Columns:
        """On a device; pictures (n, c, h, w) laid out as asked."""
        return self.like([_placed(tensor, device, memory_format) for tensor in self.tensors])

    def exact(self) -> Columns:
        """In float32 where they are in fewer bits, as losses want them."""
        return self.like([_exact(tensor) for tensor in self.tensors])

    def facts(self) -> list[str]:
        """Shape of one row and number format of each, for people."""
        named = self.names or ("",) * len(self.tensors)
        return [
            f"{name} {' × '.join(map(str, tensor.shape[1:])) or '1'} {_format(tensor)}".strip()
            for name, tensor in zip(named, self.tensors, strict=True)
        ]


def _placed(tensor: Tensor, device: torch.device, memory_format: torch.memory_format | None) -> Tensor:
    if memory_format is not None and tensor.ndim == 4 and tensor.is_floating_point():
        return tensor.to(device, memory_format=memory_format)
    return tensor.to(device)


def _exact(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype in (torch.bfloat16, torch.float16) else tensor


def _format(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def columns_of(value: Any) -> Columns | None:
    """What a network gave, a tensor, a tuple, a list or a mapping of tensors; None for anything else."""
    if isinstance(value, Tensor):
        return Columns((value,))
    if isinstance(value, Mapping):
        tensors, names = tuple(value.values()), tuple(map(str, value))
    elif isinstance(value, (tuple, list)):
        tensors, names = tuple(value), None
    else:
        return None
    if not tensors or not all(isinstance(one, Tensor) for one in tensors):
        return None
    return Columns(tensors, names, alone=False)


def described(given: Any) -> str:
    """What was given, in a sentence: kind and shape of arrays, all else as it is written, cut short."""
    if isinstance(given, (tuple, list)) and any(hasattr(one, "shape") for one in given):
        return f"({', '.join(described(one) for one in given)})"
    return f"{type(given).__name__} {tuple(given.shape)}" if hasattr(given, "shape") else repr(given)[:80]


def read_columns(given: Any, what: str) -> Columns:
    """Arrays as people give them: one array, tensor or nested list, or several as a tuple, a list of arrays or a dict.

    Whole numbers and booleans become int64, as embeddings and cross-entropy want them; all else float32.

    Args:
        given: what was passed.
        what: "x" or "y", for the error.

    Raises:
        DataError: it holds no numbers, NaN or infinity, nothing at all, or arrays of different lengths.
    """
    arrays = (Tensor, np.ndarray)
    if isinstance(given, Mapping):
        found = Columns(tuple(_numbers(one, f"{what}[{name!r}]") for name, one in given.items()), tuple(given), False)
    elif isinstance(given, tuple) or (isinstance(given, list) and given and isinstance(given[0], arrays)):
        found = Columns(tuple(_numbers(one, f"{what}[{i}]") for i, one in enumerate(given)), None, False)
    else:
        found = Columns((_numbers(given, what),))
    lengths = {len(tensor) for tensor in found.tensors}
    if len(lengths) != 1 or not all(isinstance(name, str) for name in found.names or ()):
        raise DataError("own.lengths", what=what, lengths=", ".join(str(len(tensor)) for tensor in found.tensors))
    return found


def _numbers(given: Any, what: str) -> Tensor:
    try:
        tensor = given.detach().cpu() if isinstance(given, Tensor) else torch.as_tensor(np.asarray(given))
    except (TypeError, ValueError) as error:  # text, or rows of different lengths
        why = str(error).splitlines()[0].split(" The only supported types")[0].rstrip(".")
        raise DataError("own.no_numbers", what=what, why=why) from error
    if not tensor.ndim or not len(tensor):
        raise DataError("own.empty", what=what, shape=tuple(tensor.shape))
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return tensor.to(torch.int64).contiguous()
    tensor = tensor.to(torch.float32).contiguous()
    if not tensor.isfinite().all():
        raise DataError("own.not_finite", what=what, n=int((~tensor.isfinite()).sum()))
    return tensor


def called(model: nn.Module, xs: Columns) -> Any:
    """The network's outputs: inputs go in by name where they have names, else in their order."""
    return model(**xs.value) if xs.names is not None else model(*xs.tensors)
