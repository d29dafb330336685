"""Which items are for training and which for validation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from makebelieve.data.counter import mix
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

Split = Callable[[Sequence[Any]], tuple[Sequence[int], Sequence[int]]]
Valid = float | Sequence[int] | str | re.Pattern[str] | Callable[[Path], bool] | None  # what doors for files take


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


@dataclass(frozen=True)
class HeldOut:
    """Validation items are the files whose path a function says yes to, or in whose path a pattern is found.

    So a speaker, a writer or a place is held out whole. Paths are written with ``/``.
    """

    valid: re.Pattern[str] | Callable[[Path], bool]

    def __call__(self, items: Sequence[Any]) -> tuple[list[int], list[int]]:
        if any(isinstance(item.where, int) for item in items[:1]):
            raise OptionError("data.valid_needs_paths")
        held = [i for i, item in enumerate(items) if self._says(Path(str(item.where)))]
        if not held:
            raise DataError("data.valid_none", n=len(items), valid=self._word())
        kept = set(held)
        return [i for i in range(len(items)) if i not in kept], held

    def _says(self, path: Path) -> bool:
        if isinstance(self.valid, re.Pattern):
            return self.valid.search(unicodedata.normalize("NFC", path.as_posix())) is not None
        return bool(self.valid(path))

    def _word(self) -> str:
        return repr(self.valid.pattern) if isinstance(self.valid, re.Pattern) else say("data.valid_function")

    def __str__(self) -> str:
        return say("data.split_held_out", valid=self._word())


def random_split(valid: float = 0.2, seed: int = 42) -> RandomSplit:
    """A function from items to (training places, validation places), a share `valid` in [0, 1) drawn by `seed`.

    Raises:
        OptionError: `valid` is outside [0, 1).
    """
    if isinstance(valid, bool) or not isinstance(valid, (int, float)) or not 0 <= valid < 1:
        raise OptionError("data.valid_range", valid=valid)
    return RandomSplit(float(valid), seed)


def choose(valid: Valid, seed: int, own: bool, default: float = 0.2) -> Split:
    """What the doors' `valid=` means: None is the set's own validation part where it has one, else `default`.

    Raises:
        OptionError: a share is outside [0, 1), or a pattern is no regular expression.
    """
    if valid is None:
        return OwnSplit() if own else random_split(default, seed)
    if isinstance(valid, (str, re.Pattern)):
        try:
            return HeldOut(re.compile(valid))
        except re.error as error:
            raise OptionError("data.valid_pattern", pattern=valid, why=str(error)) from error
    if callable(valid):
        return HeldOut(valid)
    if isinstance(valid, (int, float)):
        return random_split(valid, seed)
    return ChosenSplit(tuple(int(i) for i in valid))


def as_json(valid: Valid) -> float | list[int] | None:
    """``valid=`` for the rebuilding of data; None where it is only known when the items are (see `HeldOut`)."""
    if isinstance(valid, (int, float)):
        return valid
    return None if valid is None or isinstance(valid, (str, re.Pattern)) or callable(valid) else list(map(int, valid))
