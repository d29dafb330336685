"""Which items are for training and which for validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from makebelieve.data.counter import mix
from makebelieve.errors import OptionError
from makebelieve.messages import say

Split = Callable[[Sequence[Any]], tuple[Sequence[int], Sequence[int]]]


@dataclass(frozen=True)
class RandomSplit:
    """A share of the items, drawn by `seed`; see `random_split`."""

    valid: float
    seed: int

    def __call__(self, items: Sequence[Any]) -> tuple[list[int], list[int]]:
        n = len(items)
        held = min(max(round(n * self.valid), 1), n - 1) if self.valid else 0
        order = torch.randperm(n, generator=torch.Generator().manual_seed(mix(self.seed))).tolist()
        return sorted(order[held:]), order[:held]

    def __str__(self) -> str:
        return say("data.split_random", percent=f"{100 * self.valid:g}", seed=self.seed)


@dataclass(frozen=True)
class OwnSplit:
    """The parts that the items themselves name (`item.part`): "train" or "valid"."""

    def __call__(self, items: Sequence[Any]) -> tuple[list[int], list[int]]:
        held = [i for i, item in enumerate(items) if item.part == "valid"]
        return [i for i, item in enumerate(items) if item.part != "valid"], held

    def __str__(self) -> str:
        return say("data.split_own")


@dataclass(frozen=True)
class ChosenSplit:
    """Validation items given by their places."""

    valid: tuple[int, ...]

    def __call__(self, items: Sequence[Any]) -> tuple[list[int], list[int]]:
        held = set(self.valid)
        wrong = [i for i in self.valid if not 0 <= i < len(items)]
        if wrong:
            raise OptionError("data.valid_places", wrong=wrong[0], n=len(items))
        return [i for i in range(len(items)) if i not in held], list(self.valid)

    def __str__(self) -> str:
        return say("data.split_chosen", n=len(self.valid))


def random_split(valid: float = 0.2, seed: int = 42) -> RandomSplit:
    """A function from items to (training places, validation places), a share `valid` in [0, 1) drawn by `seed`.

    Raises:
        OptionError: `valid` is outside [0, 1).
    """
    if isinstance(valid, bool) or not isinstance(valid, (int, float)) or not 0 <= valid < 1:
        raise OptionError("data.valid_range", valid=valid)
    return RandomSplit(float(valid), seed)


def choose(valid: float | Sequence[int] | None, seed: int, own: bool, default: float = 0.2) -> Split:
    """What the doors' `valid=` means: None is the set's own validation part where it has one, else `default`."""
    if valid is None:
        return OwnSplit() if own else random_split(default, seed)
    if isinstance(valid, (int, float)):
        return random_split(valid, seed)
    return ChosenSplit(tuple(int(i) for i in valid))
