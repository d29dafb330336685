"""`(x, y)` as data for a learner: several inputs and targets, which the doors' `Data` has no place for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.order import Order
from makebelieve.data.split import choose
from makebelieve.errors import DataError, OptionError
from makebelieve.systems.own.columns import Columns, described, read_columns
from makebelieve.training.protocols import Batch, Part

DEFAULT_VALID = 0.2


class GivenBatch:
    """Rows of all inputs and targets; `x` and `y` are the first ones, for those who know of no others."""

    __slots__ = ("each", "items", "labelled", "total", "x", "xs", "y", "ys")

    def __init__(self, xs: Columns, ys: Columns, items: Tensor, total: int) -> None:
        self.xs, self.ys, self.items, self.total = xs, ys, items, total
        self.x: Tensor = xs.tensors[0]
        self.y: Tensor | None = ys.tensors[0]
        self.labelled: Batch | None = None
        self.each = 1

    def __len__(self) -> int:
        return len(self.items)

    def chunk(self, k: int) -> list[Batch]:
        """The same rows as k smaller batches, in order; `total` stays."""
        xs = [one.tensor_split(k) for one in self.xs.tensors]
        ys = [one.tensor_split(k) for one in self.ys.tensors]
        parts = enumerate(self.items.tensor_split(k))
        return [
            GivenBatch(self.xs.like([x[i] for x in xs]), self.ys.like([y[i] for y in ys]), items, self.total)
            for i, items in parts
            if len(items)
        ]


class GivenBatches:
    """An endless stream of batches of rows that lie on the training device."""

    def __init__(self, xs: Columns, ys: Columns, order: Order, memory_format: torch.memory_format | None) -> None:
        self._xs, self._ys, self._order, self._memory_format = xs, ys, order, memory_format
        self._device = xs.tensors[0].device
        self.steps_per_epoch = order.steps
        self._epoch = self._index = 0
        self._items: Tensor | None = None

    def __next__(self) -> GivenBatch:
        if self._items is None:
            self._items = self._order.epoch(self._epoch).to(self._device)
        start, stop, total = self._order.share(self._index)
        items = self._items[start:stop]
        self._index += 1
        if self._index == self.steps_per_epoch:
            self._epoch, self._index, self._items = self._epoch + 1, 0, None
        xs = self._xs.rows(items)
        if self._memory_format is not None:
            xs = xs.on(self._device, self._memory_format)
        return GivenBatch(xs, self._ys.rows(items), items, total)

    def state(self) -> dict[str, Any]:
        """Where the stream is: the next batch, by epoch and index, and what the order depends on."""
        return self._order.state(self._epoch, self._index)

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batch that `state` names.

        Raises:
            DataError: the state is of another part, seed or batch size.
        """
        self._epoch, self._index = self._order.position(state)
        self._items = None


class GivenData:
    """Inputs and targets in memory, as they were given, with a training and a validation part.

    Args:
        train: inputs and targets to learn from.
        valid: those to judge by; None for none.
        split: how the validation part was chosen, for people.
    """

    classes: list[str] | None = None

    def __init__(self, train: tuple[Columns, Columns], valid: tuple[Columns, Columns] | None, split: str = "") -> None:
        self.train, self.valid, self.split = train, valid, split
        self.shape = tuple(train[0].tensors[0].shape[1:])
        self._copies: dict[tuple[Part, str], tuple[Columns, Columns]] = {}
        self._fingerprint: str | None = None

    def __repr__(self) -> str:
        xs, ys = (", ".join(columns.facts()) for columns in self.train)
        return f"GivenData({self.count('train'):,} train, {self.count('valid'):,} valid, {xs} → {ys})"

    def part(self, part: Part) -> tuple[Columns, Columns]:
        """Inputs and targets of a part.

        Raises:
            DataError: it has no rows.
        """
        found = self.train if part == "train" else self.valid
        if found is None:
            raise DataError("own.no_valid")
        return found

    def count(self, part: Part) -> int:
        """Rows of a part."""
        found = self.train if part == "train" else self.valid
        return 0 if found is None else len(found[0])

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
    ) -> GivenBatches:
        """An endless stream of batches, in the order and the shares of `mb.Data.batches`.

        Raises:
            OptionError: size, rank or world is out of range.
            DataError: the part is empty.
        """
        xs, ys = self._on(part, torch.device(device))
        shuffled = part == "train" if shuffle is None else shuffle
        return GivenBatches(xs, ys, Order(len(xs), size, shuffled, seed, rank, world), memory_format)

    def _on(self, part: Part, device: torch.device) -> tuple[Columns, Columns]:
        key = part, str(device)
        if key not in self._copies:
            xs, ys = self.part(part)
            self._copies[key] = xs.on(device), ys.on(device)
        return self._copies[key]

    def fingerprint(self) -> str:
        """SHA-256 in hex over all numbers, shapes, names and the split."""
        if self._fingerprint is None:
            digest = hashlib.sha256()
            for columns in (*self.train, *(self.valid or ())):
                digest.update(repr((columns.names, columns.facts(), len(columns))).encode())
                for tensor in columns.tensors:
                    digest.update(tensor.numpy().data)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def describe(self) -> dict[str, Any]:
        """Facts as plain values for `config.json` and the report."""
        xs, ys = (columns.facts() for columns in self.train)
        return {
            "name": "(x, y)",
            "shape": list(self.shape),
            "classes": None,
            "inputs": xs,
            "targets": ys,
            "count": {"train": self.count("train"), "valid": self.count("valid")},
            "split": self.split,
            "fingerprint": self.fingerprint(),
        }

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """None: only the program has the arrays."""
        return None


def given_data(pair: tuple[Any, ...], valid: float | tuple[Any, Any] | None, seed: int) -> GivenData:
    """Data of `(x, y)`.

    Args:
        pair: inputs and targets: see `read_columns` for either.
        valid: share of the rows that is drawn by `seed` and held back, in [0, 1), or other `(x, y)` to judge by.
        seed: of that draw.

    Raises:
        DataError: the pair is none, lengths differ, or an array can't be used.
        OptionError: `valid` is out of range.
    """
    train = read_pair(pair)
    if isinstance(valid, (tuple, list)):
        held = read_pair(valid)
        for one, other in zip(train, held, strict=True):
            shapes = [[tensor.shape[1:] for tensor in columns.tensors] for columns in (one, other)]
            if shapes[0] != shapes[1] or one.names != other.names:
                raise DataError("own.valid_shapes", train=", ".join(one.facts()), valid=", ".join(other.facts()))
        return GivenData(train, held)
    if valid is not None and not isinstance(valid, (int, float)):
        raise OptionError("own.valid", given=described(valid))
    split = choose(DEFAULT_VALID if valid is None else valid, seed, own=False)
    places, held_places = (torch.tensor(list(at), dtype=torch.int64) for at in split(range(len(train[0]))))
    if not len(places):
        raise DataError("data.nothing_to_train", n=len(train[0]))
    xs, ys = train
    kept = (xs.rows(held_places), ys.rows(held_places)) if len(held_places) else None
    return GivenData((xs.rows(places), ys.rows(places)), kept, str(split))


def read_pair(pair: Any) -> tuple[Columns, Columns]:
    """Inputs and targets out of `(x, y)`.

    Raises:
        DataError: it is no pair, or they have different lengths.
    """
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise DataError("own.no_pair", given=described(pair))
    xs, ys = read_columns(pair[0], "x"), read_columns(pair[1], "y")
    if len(xs) != len(ys):
        raise DataError("own.pair_lengths", x=len(xs), y=len(ys))
    return xs, ys
