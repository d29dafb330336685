"""What a recommender knows besides its network: who and what there is, and who knows what already. Kept in the run."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_names import Names
from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import CheckpointError, DataError
from makebelieve.training.checkpoint import write_atomically

SEEN, NAMES = "seen.safetensors", "names.json"

Newcomer = Mapping[int | str, float] | Sequence[int | str]


@dataclass(frozen=True)
class Catalogue:
    """Users, items and the training ratings, so that a run answers without its data.

    Attributes:
        users: ids by place.
        items: ids and titles by place.
        seen: training ratings, users by items, on the CPU.
        implicit: whether these are events.
        span: lowest and highest rating.
    """

    users: Names
    items: Names
    seen: Matrix
    implicit: bool
    span: tuple[float, float]

    @classmethod
    def of(cls, data: RatingsData) -> Catalogue:
        """That of the data."""
        return cls(data.users, data.items, data.matrix("train"), data.implicit, data.range)

    @cached_property
    def by_item(self) -> Matrix:
        """Training ratings, items by users."""
        return self.seen.by_item()

    @cached_property
    def item_means(self) -> Tensor:
        """(items,) mean rating; that of all where there is none."""
        counts, mean = self.by_item.counts, self.seen.values.mean()
        sums = torch.zeros(len(counts)).index_add_(0, self.seen.indices, self.seen.values)
        return torch.where(counts > 0, sums / counts.clamp(min=1), mean)

    def save(self, folder: Path) -> None:
        """Into a run's folder: one safetensors file, one of JSON."""
        seen = self.seen
        tensors = {"indptr": seen.indptr, "indices": seen.indices.int(), "values": seen.values}
        write_atomically(folder / SEEN, save_tensors(tensors))
        told = {
            "users": self.users.state(),
            "items": self.items.state(),
            "implicit": self.implicit,
            "range": list(self.span),
        }
        write_atomically(folder / NAMES, json.dumps(told, ensure_ascii=False).encode())

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """What `save` wrote.

        Raises:
            CheckpointError: a file is missing or torn.
        """
        try:
            told = json.loads((folder / NAMES).read_bytes())
            tensors = load_tensors((folder / SEEN).read_bytes())
            users, items = Names.from_state(told["users"]), Names.from_state(told["items"])
            low, high = told["range"]
            seen = Matrix(tensors["indptr"], tensors["indices"].long(), tensors["values"], len(items))
            return cls(users, items, seen, bool(told["implicit"]), (float(low), float(high)))
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise CheckpointError("recommender.names_torn", path=folder) from error


def profile_of(known: Catalogue, ratings: Newcomer) -> tuple[Tensor, Tensor]:
    """Places and values of a newcomer's ratings, in the order of places.

    Raises:
        DataError: an item is unknown or comes twice, or a rating is out of range.
    """
    if not isinstance(ratings, Mapping):
        if isinstance(ratings, str) or not isinstance(ratings, Iterable) or not known.implicit:
            raise DataError("recommender.newcomer", given=repr(ratings)[:80])
        try:
            ratings = dict.fromkeys(ratings, 1.0)
        except TypeError as error:  # lists and the like, which are no ids
            raise DataError("recommender.newcomer", given=repr(ratings)[:80]) from error
    if not ratings:
        raise DataError("recommender.newcomer", given=repr(ratings)[:80])
    values = [_value(known, item, value) for item, value in ratings.items()]
    items = known.items.indices(list(ratings))
    items, order = items.sort()
    twice = (items.diff() == 0).nonzero()
    if len(twice):
        raise DataError("recommender.twice", item=known.items.title(int(items[twice[0, 0]])))
    return items, torch.tensor(values)[order]


def _value(known: Catalogue, item: int | str, given: Any) -> float:
    """A newcomer's rating, or what an event weighs."""
    value = given.item() if hasattr(given, "item") and getattr(given, "ndim", 0) == 0 else given  # NumPy's and torch's
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if known.implicit:
        if not number or not 0 < value < math.inf:
            raise DataError("recommender.weight", item=item, given=value)
        return float(value)
    low, high = known.span
    if not number or not low <= value <= high:
        raise DataError("recommender.out_of_range", item=item, given=value, low=f"{low:g}", high=f"{high:g}")
    return float(value)
