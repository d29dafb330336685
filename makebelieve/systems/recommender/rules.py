"""Association rules between pairs: who bought this also bought that (Agrawal, Imieliński & Swami 1993)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import OptionError
from makebelieve.systems.recommender.baselines import Method, Span, times_dense
from makebelieve.systems.recommender.neighbours import Pairs

ENTRIES = 40_000  # of profiles at once


class Rule(NamedTuple):
    """Who has one item has another as well.

    Attributes:
        given: place of the one.
        then: place of the other.
        support: share of all users who have both.
        confidence: share of those with the one who have the other too.
        lift: how many times as often that is as for any user.
    """

    given: int
    then: int
    support: float
    confidence: float
    lift: float


class Rules(Method):
    """The rules of each item that hold most often, and by them what goes with what a user has.

    A preference is the sum of the confidences of the rules from items of the profile. Any rating counts as an event;
    the ratings predicted are those of the biases, of which rules know nothing.

    Args:
        users: how many.
        items: how many.
        entries: ratings or events.
        span: lowest and highest rating; None for events.
        k: rules kept of each item.
        fewest: users who must have both items.

    Raises:
        OptionError: an option has a value that can't be used.
    """

    def __init__(self, users: int, items: int, entries: int, span: Span, *, k: int = 100, fewest: int = 3) -> None:
        super().__init__(users, items, entries, span)
        for name, value in (("k", k), ("fewest", fewest)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise OptionError("ratings.fewest", name=name, value=value)
        self.fewest, self.k = fewest, min(k, items - 1)
        self.then = nn.Buffer(torch.zeros(items, self.k, dtype=torch.int64))
        self.both = nn.Buffer(torch.zeros(items, self.k))

    def work(self, matrix: Matrix) -> None:
        by_item = matrix.by_item()
        ones = torch.ones_like(by_item.values)
        pairs = Pairs(by_item, ones)
        every = torch.arange(len(self.then), device=ones.device)
        for rows in torch.split(every, pairs.block):
            both = times_dense(by_item, ones, pairs.dense(rows, (0,))).T
            both[torch.arange(len(rows), device=rows.device), rows] = 0
            top = both.topk(self.k, dim=1)
            self.then[rows] = top.indices
            self.both[rows] = torch.where(top.values >= self.fewest, top.values, 0.0)

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - the profile says all
        out = self.both.new_zeros(profile.shape[0] * profile.columns)
        for rows, given in zip(*(torch.split(x, ENTRIES) for x in (profile.rows(), profile.indices)), strict=True):
            where = rows[:, None] * profile.columns + self.then[given]
            out.index_add_(0, where.flatten(), self.confidence(given).flatten())
        return out.view(profile.shape)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        if self.span is None:
            return super().forward(users, items)
        whom, at = torch.unique(users, return_inverse=True)
        level = self.baseline(self.matrix.some(whom))
        return (level[at] + self.item_bias[items]).clamp(*self.span)

    def confidence(self, items: Tensor) -> Tensor:
        """(n, k) of the rules of some items (n,)."""
        return self.both[items] / self.item_count[items, None].clamp_min(1)

    def reasons(self, profile: Matrix, item: int) -> Tensor:
        """(entries,): what each item of a single profile adds to the score of an item."""
        return (self.confidence(profile.indices) * (self.then[profile.indices] == item)).sum(1)

    def similar(self, items: Tensor) -> Tensor:
        """(n, items): confidences of the rules of some items, 0 for others."""
        out = self.both.new_zeros(len(items), len(self.item_bias))
        return out.scatter_(1, self.then[items], self.confidence(items))

    def rules(self, n: int = 20, item: int | None = None) -> list[Rule]:
        """The n rules of greatest lift, of one item or of all."""
        given = torch.arange(len(self.then), device=self.then.device) if item is None else self.then.new_tensor([item])
        users = self.matrix.shape[0]
        confidence, counts = self.confidence(given), self.item_count.clamp_min(1)
        lift = confidence * users / counts[self.then[given]]
        top = lift.flatten().topk(min(n, lift.numel()))
        found = []
        for value, place in zip(top.values.tolist(), top.indices.tolist(), strict=True):
            row, column = divmod(place, self.k)
            if value > 0:
                one, both = int(given[row]), float(self.both[given[row], column])
                then = int(self.then[one, column])
                found.append(Rule(one, then, both / users, float(confidence[row, column]), value))
        return found
