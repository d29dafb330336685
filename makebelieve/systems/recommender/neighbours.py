"""Neighbours: users who rate alike, and items that are rated alike."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import OptionError
from makebelieve.systems.recommender.baselines import Method, Span, row_sums, spans, times_dense

Likeness = Literal["cosine", "pearson", "adjusted_cosine"]

NUMBERS = 32_000_000  # float32 numbers of all blocks of similarities at once: 128 MB
LEAN = 1.0  # sum of similarities that each prediction of a rating gets on top, at the baseline


class Pairs:
    """What rows of a sparse matrix have in common, some rows at a time against all.

    Args:
        matrix: rows to compare; users by items, or items by users.
        values: (entries,) to compare them by.
    """

    def __init__(self, matrix: Matrix, values: Tensor) -> None:
        self.matrix, self.values = matrix, values
        self.block = max(1, NUMBERS // (6 * matrix.shape[0] + 3 * matrix.columns))

    def dense(self, rows: Tensor, powers: tuple[int, ...]) -> Tensor:
        """(columns, powers × n): values of some rows to powers, where 0 is that there is one."""
        at, places = self.matrix.places(rows)
        out = self.values.new_zeros(self.matrix.columns, len(powers), len(rows))
        for i, power in enumerate(powers):
            out[self.matrix.indices[places], i, at] = self.values[places] ** power
        return out.flatten(1)

    def similarities(self, rows: Tensor, likeness: Likeness, shrinkage: float) -> Tensor:
        """(n, all rows): how alike some rows are to all.

        The cosine is that of whole rows, 0 where nothing stands. Pearson's correlation and the adjusted cosine are
        taken over columns that both have, the latter of values centred by column (Sarwar et al. 2001, section 3.1).
        All are multiplied by common / (common + shrinkage) (Koren 2008, equation 2).
        """
        n, ones = len(rows), torch.ones_like(self.values)
        if likeness == "cosine":
            both = times_dense(self.matrix, self.values, self.dense(rows, (1,)))
            norms = row_sums(self.matrix, self.values**2).sqrt()
            found = both / (norms[:, None] * norms[rows]).clamp_min(1e-12)
            common = times_dense(self.matrix, ones, self.dense(rows, (0,))) if shrinkage else found
        else:
            dense = self.dense(rows, (0, 1, 2))
            common, y, yy = torch.split(times_dense(self.matrix, ones, dense), n, 1)
            x, xy = torch.split(times_dense(self.matrix, self.values, dense[:, : 2 * n].contiguous()), n, 1)
            xx = times_dense(self.matrix, self.values**2, dense[:, :n].contiguous())
            if likeness == "pearson":
                few = common.clamp_min(1)
                xy, xx, yy = xy - x * y / few, xx - x * x / few, yy - y * y / few
            spread = xx.clamp_min(0) * yy.clamp_min(0)
            found = torch.where(spread > 1e-8, xy / spread.clamp_min(1e-8).sqrt(), 0.0)
        if shrinkage:
            found = found * (common / (common + shrinkage))
        return found.T


def nearest(pairs: Pairs, k: int, likeness: Likeness, shrinkage: float) -> tuple[Tensor, Tensor]:
    """(rows, k) int64 and float32: the k most similar other rows of each, and how similar; 0 where there are fewer.

    Only those that are alike count: similarities above 0.
    """
    n = pairs.matrix.shape[0]
    every = torch.arange(n, device=pairs.values.device)
    found = [every.new_zeros(0, k)], [pairs.values.new_zeros(0, k)]
    for rows in torch.split(every, pairs.block):
        alike = pairs.similarities(rows, likeness, shrinkage)
        alike[torch.arange(len(rows), device=rows.device), rows] = 0
        top = alike.topk(k, dim=1)
        found[0].append(top.indices)
        found[1].append(top.values.clamp_min(0))
    return torch.cat(found[0]), torch.cat(found[1])


class _Neighbours(Method):
    """What both kinds share: how they compare, and lists of neighbours.

    Args:
        users: how many.
        items: how many.
        entries: ratings or events.
        span: lowest and highest rating; None for events.
        k: neighbours of each.
        likeness: "cosine", "pearson" or "adjusted_cosine".
        shrinkage: common ratings at which a similarity is halved, so that those of few do not count for much.

    Raises:
        OptionError: an option has a value that can't be used.
    """

    def __init__(
        self, users: int, items: int, entries: int, span: Span, *, k: int, likeness: Likeness, shrinkage: float
    ) -> None:
        super().__init__(users, items, entries, span)
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise OptionError("ratings.neighbours", k=k)
        if likeness not in get_args(Likeness):
            raise OptionError("ratings.likeness", likeness=likeness, known=", ".join(get_args(Likeness)))
        if isinstance(shrinkage, bool) or not isinstance(shrinkage, (int, float)) or not 0 <= shrinkage < float("inf"):
            raise OptionError("ratings.shrinkage", shrinkage=shrinkage)
        self.likeness, self.shrinkage = likeness, float(shrinkage)
        rows = users if isinstance(self, UserNeighbours) else items
        self.k = min(k, rows - 1)
        self.near = nn.Buffer(torch.zeros(rows, self.k, dtype=torch.int64))
        self.weight = nn.Buffer(torch.zeros(rows, self.k))

    def compared(self, matrix: Matrix, centres: Tensor) -> Tensor:
        """(entries,): values to compare rows by. Adjusted, they are centred by column; of events they are logs."""
        if self.span is None:
            return torch.log2(1 + matrix.values)
        return matrix.values - centres[matrix.indices] if self.likeness == "adjusted_cosine" else matrix.values

    def predicted(self, profile: Matrix, sums: Tensor, weights: Tensor) -> Tensor:
        """Ratings out of weighted sums of residuals and the sums of their weights (n, items), at least `LEAN`."""
        if self.span is None:
            return sums
        return self.baseline(profile)[:, None] + self.item_bias + sums / (weights + LEAN)


class ItemNeighbours(_Neighbours):
    """Items like those that the user liked.

    A rating is baseline + Σ s (r - baseline) / (Σ s + 1) over the item's k nearest items that the user rated (Koren
    2008, equation 3, leaning towards the baseline where they are few). A preference is Σ s over those with events
    (Deshpande & Karypis 2004). Fitting compares every item with every other, some at a time; predicting goes through
    lists of k.
    """

    def __init__(
        self, users: int, items: int, entries: int, span: Span, *, k: int, likeness: Likeness, shrinkage: float
    ) -> None:
        super().__init__(users, items, entries, span, k=k, likeness=likeness, shrinkage=shrinkage)
        self.starts = nn.Buffer(torch.zeros(items + 1, dtype=torch.int64))  # by item: who has it among their nearest
        self.whose = nn.Buffer(torch.zeros(items * self.k, dtype=torch.int64))
        self.how = nn.Buffer(torch.zeros(items * self.k))

    def work(self, matrix: Matrix) -> None:
        transposed = matrix.by_item()
        centres = row_sums(matrix, matrix.values) / matrix.counts.clamp_min(1)
        pairs = Pairs(transposed, self.compared(transposed, centres))
        near, weight = nearest(pairs, self.k, self.likeness, self.shrinkage)
        self.near.copy_(near)
        self.weight.copy_(weight)
        order = torch.argsort(near.flatten(), stable=True)
        self.starts[1:] = torch.bincount(near.flatten(), minlength=len(near)).cumsum(0)
        self.whose.copy_(order // self.k)
        self.how.copy_(weight.flatten()[order])

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - the profile says all
        lists = Matrix(self.starts, self.whose, self.how, profile.columns)
        values, row = self.residuals(profile), profile.rows()
        sums = values.new_zeros(profile.shape[0] * profile.columns)
        weights = torch.zeros_like(sums)
        for some in spans(lists.counts[profile.indices], NUMBERS // 8):
            at, places = lists.places(profile.indices[some])
            where, weight = row[some][at] * profile.columns + lists.indices[places], lists.values[places]
            sums.index_add_(0, where, weight * values[some][at])
            if self.span is not None:
                weights.index_add_(0, where, weight)
        return self.predicted(profile, sums.view(profile.shape), weights.view(profile.shape))

    def reasons(self, profile: Matrix, item: int) -> Tensor:
        """(entries,): what each rating of a single profile adds to the score of an item."""
        weight = torch.zeros_like(self.item_bias).index_add_(0, self.near[item], self.weight[item])[profile.indices]
        parts = weight * self.residuals(profile)
        return parts if self.span is None else parts / (weight.sum() + LEAN)

    def similar(self, items: Tensor) -> Tensor:
        """(n, items): similarities of some items to those among their k nearest, 0 for others."""
        out = torch.zeros(len(items), len(self.item_bias), device=items.device)
        return out.scatter_(1, self.near[items], self.weight[items])


class UserNeighbours(_Neighbours):
    """What users like this one liked.

    A rating is baseline + Σ s (r - baseline) / (Σ s + 1) over the k nearest users, those who rated the item; a
    preference is Σ s over those with events (Resnick et al. 1994; Herlocker et al. 1999).
    """

    def work(self, matrix: Matrix) -> None:
        near, weight = nearest(Pairs(matrix, self.compared(matrix, self._centres())), self.k, *self._how())
        self.near.copy_(near)
        self.weight.copy_(weight)

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:
        near, weight = self._found(profile) if users is None else (self.near[users], self.weight[users])
        whom, alike = near.flatten(), weight.flatten()
        sums = alike.new_zeros(profile.shape[0] * profile.columns)
        weights = torch.zeros_like(sums)
        for some in spans(self.matrix.counts[whom], NUMBERS // 8):
            at, places = self.matrix.places(whom[some])
            at += some.start
            columns, s = self.indices[places], alike[at]
            where = at // near.shape[1] * profile.columns + columns
            sums.index_add_(0, where, s * self._left(whom[at], places))
            if self.span is not None:
                weights.index_add_(0, where, s)
        return self.predicted(profile, sums.view(profile.shape), weights.view(profile.shape))

    def _left(self, users: Tensor, places: Tensor) -> Tensor:
        """Residuals of the entries in some places, whose users these are."""
        if self.span is None:
            return torch.log2(1 + self.values[places])
        return self.values[places] - self.mean - self.user_bias[users] - self.item_bias[self.indices[places]]

    def similar_users(self, users: Tensor) -> Tensor:
        """(n, users): similarities of some users to those among their k nearest, 0 for others."""
        out = torch.zeros(len(users), len(self.near), device=users.device)
        return out.scatter_(1, self.near[users], self.weight[users])

    def _found(self, profile: Matrix) -> tuple[Tensor, Tensor]:
        """The k nearest users of newcomers, who are compared with all as one of them."""
        matrix = self.matrix
        n, most = matrix.shape[0], self.indptr[-1]
        both = Matrix(
            torch.cat([self.indptr, most + profile.indptr[1:]]), torch.cat([matrix.indices, profile.indices]),
            torch.cat([matrix.values, profile.values]), matrix.columns,
        )  # fmt: skip
        pairs = Pairs(both, self.compared(both, self._centres()))
        rows = torch.arange(n, both.shape[0], device=most.device)
        top = pairs.similarities(rows, *self._how())[:, :n].topk(self.k, dim=1)
        return top.indices, top.values.clamp_min(0)

    def _centres(self) -> Tensor:
        return self.mean + self.item_bias

    def _how(self) -> tuple[Likeness, float]:
        return self.likeness, self.shrinkage
