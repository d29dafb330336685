"""`RatingsData`: who rated what, for recommenders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.augment import BatchTransform
from makebelieve.data.data import Facts
from makebelieve.data.memory import Finish, MemoryBatches
from makebelieve.data.order import Order
from makebelieve.data.part import PartName
from makebelieve.data.ratings_known import Truth
from makebelieve.data.ratings_names import Names
from makebelieve.data.ratings_part import Matrix, RatingsPart, matrix
from makebelieve.data.table import aligned
from makebelieve.data.text_summary import TextRows
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

FEW = 5  # ratings below which little is known of a user or an item


class RatingsData:
    """Training and validation ratings, ready to be drawn in batches.

    Attributes:
        train: the part to learn from: ``len``, ``[i] -> (user, item, value)`` by place.
        valid: the part to judge by, maybe empty. Its users and items may be unknown to the training part.
        users: ids by place.
        items: ids and titles by place.
        implicit: whether these are events, whose values are what they weigh, and not ratings.
        range: lowest and highest rating; (0, 1) of events.
        facts: where all this came from.
        truth: the model that synthetic ratings were drawn from, or None.
        shape: of one x: (2,), user and item.
    """

    shape: tuple[int, ...] = (2,)
    classes: list[str] | None = None
    several = False
    labelled = None
    batch_transforms: Sequence[BatchTransform] = ()

    def __init__(
        self,
        train: RatingsPart,
        valid: RatingsPart,
        *,
        users: Names,
        items: Names,
        implicit: bool,
        range: tuple[float, float],  # noqa: A002 - the word for it
        facts: Facts,
        truth: Truth | None = None,
    ) -> None:
        self.train, self.valid, self.users, self.items = train, valid, users, items
        self.implicit, self.range, self.facts, self.truth = implicit, range, facts, truth
        self._fingerprint: str | None = None

    def __repr__(self) -> str:
        kind = say("ratings.events") if self.implicit else f"{self.range[0]:g} … {self.range[1]:g}"
        return (
            f"RatingsData({self.facts.name}: {len(self.train):,} train, {len(self.valid):,} valid, "
            f"{len(self.users):,} users, {len(self.items):,} items, {kind})"
        )

    def part(self, part: PartName) -> RatingsPart:
        """`train` or `valid`.

        Raises:
            OptionError: any other word.
        """
        if part not in ("train", "valid"):
            raise OptionError("data.part", part=part)
        return self.train if part == "train" else self.valid

    def count(self, part: PartName) -> int:
        """Number of ratings of a part."""
        return len(self.part(part))

    def batches(
        self,
        part: PartName,
        size: int,
        *,
        device: torch.device | str = "cpu",
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        memory_format: torch.memory_format | None = None,  # noqa: ARG002 - of pictures
        shuffle: bool | None = None,
    ) -> MemoryBatches:
        """An endless stream of batches of `size` ratings over all processes together.

        x is (n, 2) int64, places of user and item; y (n,) float32, the rating, or what an event weighs.

        Args:
            part: ``"train"`` is shuffled anew each epoch, ``"valid"`` keeps its order.
            size: ratings in a global batch; process `rank` of `world` gets its contiguous share.
            device: where batches are wanted. The whole table moves there at first use, once.
            seed: of the order.
            rank: which process this is.
            world: how many there are.
            memory_format: no matter.
            shuffle: whether the order is drawn anew each epoch; None means of the training part only.

        Raises:
            OptionError: size, rank or world is out of range.
            DataError: the part is empty.
        """
        chosen = self.part(part)
        shuffled = part == "train" if shuffle is None else shuffle
        order = Order(len(chosen), size, shuffled, seed, rank, world)
        pairs, values = chosen.on(torch.device(device))
        return MemoryBatches(pairs, values, order, _Pairs())

    def matrix(self, part: PartName = "train") -> Matrix:
        """A part as a sparse matrix of users by items; ``.by_item()`` of it has items for its rows."""
        chosen = self.part(part)
        return matrix(chosen.users, chosen.items, chosen.values, (len(self.users), len(self.items)))

    def as_validation(self, part: PartName) -> RatingsData:
        """The same data with this part for validation."""
        return RatingsData(
            self.train, self.part(part), users=self.users, items=self.items, implicit=self.implicit,
            range=self.range, facts=self.facts, truth=self.truth,
        )  # fmt: skip

    def show_batch(self, n: int = 8, part: PartName = "train", seed: int | None = 0) -> TextRows:
        """Up to n ratings of a part: user, value, item.

        Raises:
            DataError: the part is empty.
        """
        chosen = self.part(part)
        if not len(chosen):
            raise DataError("data.empty_part", part=part)
        drawn = [chosen[i] for i in chosen.sample(n, seed)]
        head = (
            say("ratings.user"),
            say("ratings.weight_of" if self.implicit else "ratings.rating"),
            say("ratings.item"),
        )
        return TextRows(head, tuple((str(self.users[u]), f"{value:g}", self.items.title(i)) for u, i, value in drawn))

    def summary(self) -> str:
        """What there is, as a table in plain text: counts, range, how full, thin users and items, split, licence."""
        facts, train = self.facts, self.train
        of_user = torch.bincount(train.users, minlength=len(self.users))
        of_item = torch.bincount(train.items, minlength=len(self.items))
        counts = say("data.summary_counts", train=f"{len(train):,}", valid=f"{len(self.valid):,}")
        rows = [
            (say("data.row_what"), facts.name),
            (say("ratings.row_events" if self.implicit else "ratings.row_ratings"), counts),
        ]
        for name, found in (("ratings.row_users", of_user), ("ratings.row_items", of_item)):
            told = {"median": int(found.median()), "most": f"{int(found.max()):,}", "few": FEW}
            thin, unknown = int((found < FEW).sum()), int((found == 0).sum())
            rows.append((say(name), say("ratings.counts", n=f"{len(found):,}", thin=f"{thin:,}", none=unknown, **told)))
        full = (len(train) + len(self.valid)) / (len(self.users) * len(self.items))
        rows.append((say("ratings.row_full"), f"{full:.2%}"))
        if not self.implicit:
            mean, std = (
                f"{float(one):.3g}"
                for one in (train.values.mean(), train.values.std(correction=min(1, len(train) - 1)))
            )
            low, high = (f"{bound:g}" for bound in self.range)
            rows.append((say("ratings.row_range"), say("ratings.range_of", low=low, high=high, mean=mean, std=std)))
        rows.append((say("data.row_split"), facts.split or say("data.none")))
        rows += [(say("ratings.row_skipped"), sentence) for sentence in facts.skipped]
        if facts.licence:
            rows.append((say("data.row_licence"), facts.licence))
        return "\n".join(aligned(rows))

    def fingerprint(self) -> str:
        """SHA-256 in hex over pairs, values, times, ids and whether these are events."""
        if self._fingerprint is None:
            digest = hashlib.sha256(repr((self.implicit, self.range, self.users.ids, self.items.ids)).encode())
            for part in (self.train, self.valid):
                part.add_to(digest)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def describe(self) -> dict[str, Any]:
        """Facts as plain values for `config.json` and the report."""
        return {
            "name": self.facts.name,
            "shape": list(self.shape),
            "classes": None,
            "count": {"train": len(self.train), "valid": len(self.valid)},
            "users": len(self.users),
            "items": len(self.items),
            "implicit": self.implicit,
            "range": list(self.range),
            "split": self.facts.split,
            "licence": self.facts.licence,
            "skipped": list(self.facts.skipped),
            "fingerprint": self.fingerprint(),
            **self.facts.extra,
        }

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """The door and its arguments as plain values, or None where only the program can make these data again."""
        return self.facts.rebuild


class _Pairs(Finish):
    """From pairs as they are stored, int32, to what a recipe sees, int64."""

    def __init__(self) -> None:
        super().__init__((), 0)

    def __call__(self, x: Tensor, items: Tensor, epoch: int) -> Tensor:  # noqa: ARG002 - nothing is drawn
        return x.long()
