"""Which items make up which batch: pure arithmetic on (count, size, seed, epoch, index, rank, world)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.counter import permutation
from makebelieve.errors import DataError, OptionError


@dataclass(frozen=True)
class Order:
    """The endless order of one part's batches, as one of `world` processes sees it.

    The training part (`shuffle`) drops its last incomplete batch, unless the whole part is smaller than one; the
    validation part keeps it, and keeps its order.
    """

    count: int
    size: int
    shuffle: bool
    seed: int
    rank: int = 0
    world: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise OptionError("data.batch_size", size=self.size)
        if not 0 <= self.rank < self.world:
            raise OptionError("data.rank", rank=self.rank, world=self.world)
        if self.count == 0:
            raise DataError("data.empty_part", part="train" if self.shuffle else "valid")
        if self.shuffle and min(self.size, self.count) < self.world:
            raise OptionError("data.batch_small", size=min(self.size, self.count), world=self.world)

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        return max(1, self.count // self.size) if self.shuffle else -(-self.count // self.size)

    def epoch(self, epoch: int) -> Tensor:
        """(count,) int64: the items in the order of epoch `epoch`."""
        return permutation(self.seed, epoch, self.count) if self.shuffle else torch.arange(self.count)

    def share(self, index: int) -> tuple[int, int, int]:
        """Batch `index`: this process's slice [start, stop) of the epoch's order, and the global batch's size."""
        start = index * self.size
        total = min(self.size, self.count - start)
        return start + self.rank * total // self.world, start + (self.rank + 1) * total // self.world, total

    def state(self, epoch: int, index: int) -> dict[str, Any]:
        """The position as plain values: the next batch is `index` of `epoch`."""
        if index >= self.steps:
            epoch, index = epoch + 1, 0
        return {"epoch": epoch, "index": index, "seed": self.seed, "size": self.size, "count": self.count}

    def position(self, state: Mapping[str, Any]) -> tuple[int, int]:
        """(epoch, index) out of a state that must be of this same order."""
        for name, here in (("seed", self.seed), ("size", self.size), ("count", self.count)):
            if state[name] != here:
                raise DataError("data.other_order", name=name, saved=state[name], here=here)
        return int(state["epoch"]), int(state["index"])
