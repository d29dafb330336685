"""What every recommender is to be measured against: the most popular, means and biases; and what all methods share.

Methods here are fitted in one step and have no gradients. All that they know lies in buffers, so that they are saved
and loaded as any network is. Of ratings they predict ratings, around biases; of events, preferences.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.systems.recommender.als import Rows

NUMBERS = 16_000_000  # float32 numbers of a block of scores at once: 64 MB
DAMPING = (5.0, 5.0)  # ratings of nobody, at the mean, that each item and each user gets on top of its own
SWEEPS = 5

Span = tuple[float, float] | None


class Method(nn.Module):
    """A method without gradients: fitted to a sparse matrix, and asked by the profiles of users.

    Args:
        users: how many.
        items: how many.
        entries: ratings or events it is fitted to.
        span: lowest and highest rating; None for events.
    """

    def __init__(self, users: int, items: int, entries: int, span: Span) -> None:
        super().__init__()
        self.span = span
        self.indptr = nn.Buffer(torch.zeros(users + 1, dtype=torch.int64))
        self.indices = nn.Buffer(torch.zeros(entries, dtype=torch.int64))
        self.values = nn.Buffer(torch.zeros(entries))
        self.mean = nn.Parameter(torch.zeros(()))  # the one a player has, never stepped
        self.user_bias = nn.Buffer(torch.zeros(users))
        self.item_bias = nn.Buffer(torch.zeros(items))
        self.item_count = nn.Buffer(torch.zeros(items))

    @property
    def matrix(self) -> Matrix:
        """What it was fitted to, users by items."""
        return Matrix(self.indptr, self.indices, self.values, len(self.item_bias))

    @torch.no_grad()
    def fit(self, matrix: Matrix) -> None:
        """Learns all there is to learn from a matrix of users by items."""
        self.indptr.copy_(matrix.indptr)
        self.indices.copy_(matrix.indices)
        self.values.copy_(matrix.values)
        self.item_count.copy_(torch.bincount(matrix.indices, minlength=matrix.columns))
        if self.span is not None:
            self._fit_biases(matrix)
        self.work(self.matrix)

    def vectors(self, side: Literal["user", "item"]) -> None:
        """Of users or items: there are none."""

    def learn(self, ratings: Any, half: int, seed: int) -> None:  # noqa: ARG002 - one step, nothing drawn
        """The one step of a learner, with its `Ratings`."""
        self.fit(ratings.sides[0].matrix)

    def work(self, matrix: Matrix) -> None:
        """What a method learns besides biases; nothing, unless it says otherwise."""

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:
        """(n, items) ratings, or preferences, by profiles; `users` are their owners' places, None: newcomers."""
        raise NotImplementedError

    def scores(self, users: Tensor) -> Tensor:
        """(n, items) for users (n,): what to rank by, not yet within the range of ratings."""
        return self.asked(self.matrix.some(users), users)

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) scores of newcomers by their ratings, without learning anew."""
        return self.asked(as_matrix(rows, len(self.item_bias)), None)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        """(n,) ratings within their range, or preferences, for users (n,) and items (n,)."""
        whom, at = torch.unique(users, return_inverse=True)
        found = torch.empty(len(users), device=users.device)
        block = max(1, NUMBERS // len(self.item_bias))
        for start in range(0, len(whom), block):
            rows = self.scores(whom[start : start + block])
            inside = (at >= start) & (at < start + block)
            found[inside] = rows[at[inside] - start, items[inside]]
        return found if self.span is None else found.clamp(*self.span)

    def baseline(self, profile: Matrix) -> Tensor:
        """(n,): mean plus the bias of a profile's owner, which its ratings tell; what is left is the items' bias."""
        left = profile.values - self.mean - self.item_bias[profile.indices]
        return self.mean + row_sums(profile, left) / (DAMPING[1] + profile.counts)

    def residuals(self, profile: Matrix) -> Tensor:
        """(entries,): what biases do not explain of ratings; of events log₂ (1 + weight), which is 1 for one event."""
        if self.span is None:
            return torch.log2(1 + profile.values)
        level = self.baseline(profile)[profile.rows()]
        return profile.values - level - self.item_bias[profile.indices]

    def _fit_biases(self, matrix: Matrix) -> None:
        """Damped least squares of mean + user's bias + item's bias, by turns (Koren 2010, equation 1, by sweeps)."""
        rows, columns = matrix.rows(), matrix.indices
        self.mean.copy_(matrix.values.mean())
        centred = matrix.values - self.mean
        self.user_bias.zero_()
        for _ in range(SWEEPS):
            left = torch.zeros_like(self.item_bias).index_add_(0, columns, centred - self.user_bias[rows])
            self.item_bias.copy_(left / (DAMPING[0] + self.item_count))
            self.user_bias.copy_(self.baseline(matrix) - self.mean)


class Popular(Method):
    """The same items for everybody: those most often rated or bought. Of ratings it predicts the items' damped mean."""

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - everybody is alike
        return self.item_count.expand(profile.shape[0], -1).clone()

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        if self.span is None:
            return super().forward(users, items)
        return (self.mean + self.item_bias[items]).clamp(*self.span)


class UserMean(Method):
    """A user's damped mean rating for every item: what any prediction of ratings has to beat; of events, popularity."""

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - the profile says all
        if self.span is None:
            return self.item_count.expand(profile.shape[0], -1).clone()
        sums = row_sums(profile, profile.values - self.mean)
        return (self.mean + sums / (DAMPING[1] + profile.counts))[:, None].expand(-1, profile.columns).clone()


class Biases(Method):
    """Mean + user's bias + item's bias, damped (Koren 2010, equation 1). Of events it knows popularity only."""

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - the profile says all
        if self.span is None:
            return self.item_count.expand(profile.shape[0], -1).clone()
        return self.baseline(profile)[:, None] + self.item_bias


# ---------------------------------------------------------------- sparse rows


def row_sums(matrix: Matrix, values: Tensor) -> Tensor:
    """(rows,): sums of values (entries,) by row."""
    return torch.zeros(matrix.shape[0], device=values.device, dtype=values.dtype).index_add_(0, matrix.rows(), values)


def spans(counts: Tensor, most: int) -> Iterator[slice]:
    """Slices of (n,) counts, the sums of which are at most so many, or of one count."""
    ends, start, done = counts.cumsum(0), 0, 0
    while start < len(ends):
        stop = max(start + 1, int(torch.searchsorted(ends, done + most, right=True)))
        yield slice(start, stop)
        start, done = stop, int(ends[stop - 1])


def as_matrix(rows: Rows, columns: int) -> Matrix:
    """Padded rows as a matrix."""
    counts = rows.there.sum(1).long()
    there = rows.there.bool()
    return Matrix(torch.cat([counts.new_zeros(1), counts.cumsum(0)]), rows.columns[there], rows.values[there], columns)


def times_dense(matrix: Matrix, values: Tensor, dense: Tensor) -> Tensor:
    """(rows, d): a sparse matrix with values (entries,) in place of its own, times a dense one (columns, d)."""
    return nn.functional.embedding_bag(
        matrix.indices, dense, matrix.indptr, mode="sum", per_sample_weights=values, include_last_offset=True
    )
