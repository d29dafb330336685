"""What training asks of data: how rooms that do not import each other meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import torch
from torch import Tensor

Part = Literal["train", "valid"]


class Batch(Protocol):
    """This process's share of one global batch, on the training device."""

    x: Tensor
    y: Tensor | None
    items: Tensor
    total: int

    @property
    def each(self) -> int:
        """What an item weighs in a mean over batches: 1, or of a window of text its tokens."""
        ...

    @property
    def labelled(self) -> Batch | None:
        """Where few items have labels, a batch of those; else None."""
        ...

    def __len__(self) -> int: ...

    def chunk(self, k: int) -> Sequence[Batch]:
        """The same items as k smaller batches, in order; `total` stays."""
        ...


class Batches(Protocol):
    """An endless stream of batches that knows where it is and can be put back there."""

    @property
    def steps_per_epoch(self) -> int: ...

    def __next__(self) -> Batch: ...

    def state(self) -> dict[str, Any]: ...

    def load_state(self, state: Mapping[str, Any]) -> None: ...


class Data(Protocol):
    """Step 1, as the learner sees it."""

    shape: tuple[int, ...]
    classes: list[str] | None

    def count(self, part: Part) -> int: ...

    def batches(
        self,
        part: Part,
        size: int,
        *,
        device: torch.device | str = "cpu",
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        memory_format: torch.memory_format | None = None,
        shuffle: bool | None = None,
    ) -> Batches: ...

    def fingerprint(self) -> str: ...

    def describe(self) -> dict[str, Any]: ...

    def how_to_rebuild(self) -> dict[str, Any] | None: ...
