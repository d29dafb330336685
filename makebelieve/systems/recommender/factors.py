"""Networks that are solved or drawn, not trained by gradients: alternating least squares, and its Bayesian form."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.systems.recommender.als import ByLength, Rows, Side, solve_events, solve_ratings
from makebelieve.systems.recommender.bayes import draw_noise, draw_prior, draw_side
from makebelieve.training.randomness import derive, seeded

SPREAD = 0.1  # deviation of the first factors


def clamped(x: Tensor, span: tuple[float, float] | None) -> Tensor:
    """Ratings within their range."""
    return x if span is None else x.clamp(*span)


class Ratings:
    """Ratings or events by user and by item, on the device that solves.

    Args:
        matrix: users by items.
        width: numbers that an entry is turned into.
    """

    def __init__(self, matrix: Matrix, width: int) -> None:
        self.values = matrix.values
        self.sides = ByLength(matrix, width), ByLength(matrix.by_item(), width)


class Factors(nn.Module):
    """Factors of users and items found by alternating least squares: a half-sweep for users, then one for items.

    Args:
        users: how many.
        items: how many.
        factors: k.
        decay: λ, times the number of ratings for ratings, alone for events.
        confidence: α of an event; None for ratings.
        span: range of the ratings; None for events.
    """

    def __init__(
        self,
        users: int,
        items: int,
        factors: int,
        *,
        decay: float,
        confidence: float | None,
        span: tuple[float, float] | None,
    ) -> None:
        super().__init__()
        self.decay, self.confidence, self.span = decay, confidence, span
        self.users = nn.Parameter(torch.zeros(users, factors))
        self.items = nn.Parameter(torch.randn(items, factors) * SPREAD)
        self.user_bias = nn.Parameter(torch.zeros(users))
        self.item_bias = nn.Parameter(torch.zeros(items))
        self.mean = nn.Buffer(torch.zeros(()))

    @property
    def width(self) -> int:
        """Numbers that a rating is turned into while it is solved."""
        return 2 * self.users.shape[1] + 2

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        found = (self.users[users] * self.items[items]).sum(1) + self.user_bias[users] + self.item_bias[items]
        return clamped(found + self.mean, self.span)

    def scores(self, users: Tensor) -> Tensor:
        """(n, items), not yet within the range, so that the best of the best can be told apart."""
        return self._of(Side(self.users[users], self.user_bias[users]))

    def _of(self, side: Side) -> Tensor:
        found = torch.addmm(self.item_bias + self.mean, side.factors, self.items.T)
        return found.add_(side.bias[:, None])

    def vectors(self, side: Literal["user", "item"]) -> Tensor:
        """(n, factors) of users or items, without their biases."""
        return self.users if side == "user" else self.items

    def learn(self, ratings: Ratings, half: int, seed: int) -> Tensor:  # noqa: ARG002 - draws nothing
        """A half-sweep, for users where `half` is even; gives the mean squared error that is left."""
        if not half:
            self.mean.copy_(ratings.values.mean() if self.confidence is None else torch.zeros(()))
        rows, second = ratings.sides[half % 2], half % 2
        held = Side(self.users, self.user_bias) if second else Side(self.items, self.item_bias)
        if self.confidence is None:
            found, left = solve_ratings(rows, held, self.mean, self.decay)
        else:
            factors, left = solve_events(rows, held.factors, self.confidence, self.decay)
            found = Side(factors, torch.zeros_like(factors[:, 0]))
        (self.items if second else self.users).copy_(found.factors)
        (self.item_bias if second else self.user_bias).copy_(found.bias)
        return left

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) scores of newcomers, whose factors are solved for as in a half-sweep."""
        matrix = _as_matrix(rows, len(self.items))
        by_length, held = ByLength(matrix, self.width), Side(self.items, self.item_bias)
        if self.confidence is None:
            found, _ = solve_ratings(by_length, held, self.mean, self.decay)
        else:
            factors, _ = solve_events(by_length, held.factors, self.confidence, self.decay)
            found = Side(factors, torch.zeros_like(factors[:, 0]))
        return self._of(found)


class Draws(nn.Module):
    """Bayesian matrix factorisation: sweeps draw factors from their posterior law, and the last draws are averaged.

    Over-fitting is no concern, as all factors that explain the ratings have a say: no strength of a penalty is to be
    chosen. As an average of products, the model is one long dot product of all kept draws side by side.

    Args:
        users: how many.
        items: how many.
        factors: k of a draw.
        draws: how many of the last sweeps are kept.
        every: sweeps from one that is kept to the next.
        span: range of the ratings.

    Source:
        Salakhutdinov & Mnih, "Bayesian probabilistic matrix factorization using Markov chain Monte Carlo", ICML 2008;
        with biases, and with the precision of ratings drawn as well.
    """

    def __init__(
        self, users: int, items: int, factors: int, *, draws: int, every: int, span: tuple[float, float] | None
    ) -> None:
        super().__init__()
        self.every, self.draws, self.span, d = every, draws, span, factors + 1
        self.users = nn.Parameter(torch.zeros(users, d))
        self.items = nn.Parameter(torch.cat([torch.randn(items, factors) * SPREAD, torch.zeros(items, 1)], 1))
        self.mean, self.noise = nn.Buffer(torch.zeros(())), nn.Buffer(torch.ones(()))
        self.kept_users = nn.Buffer(torch.zeros(users, draws, d))
        self.kept_items = nn.Buffer(torch.zeros(items, draws, d))
        self.kept_mean = nn.Buffer(torch.zeros(draws, d))
        self.kept_precision = nn.Buffer(torch.eye(d).repeat(draws, 1, 1))
        self.kept_noise = nn.Buffer(torch.ones(draws))
        self.kept = nn.Buffer(torch.zeros((), dtype=torch.int64))

    @property
    def width(self) -> int:
        return 2 * self.users.shape[1]

    @property
    def _n(self) -> int:
        return max(1, min(int(self.kept), self.draws))

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        n = self._n
        p, q = self.kept_users[users, :n], self.kept_items[items, :n]
        found = (p[..., :-1] * q[..., :-1]).sum((1, 2)) + p[..., -1].sum(1) + q[..., -1].sum(1)
        return clamped(found / n + self.mean, self.span)

    def scores(self, users: Tensor) -> Tensor:
        """(n, items), not yet within the range."""
        return self._of(self.kept_users[users, : self._n])

    def _of(self, p: Tensor) -> Tensor:
        n = self._n
        q = self.kept_items[:, :n]
        bias = q[..., -1].mean(1) + self.mean
        found = torch.addmm(bias, p[..., :-1].flatten(1) / n, q[..., :-1].flatten(1).T)
        return found.add_(p[..., -1].mean(1, keepdim=True))

    def vectors(self, side: Literal["user", "item"]) -> Tensor:
        """(n, draws · factors) of users or items, without their biases: all kept draws side by side."""
        kept = self.kept_users if side == "user" else self.kept_items
        return kept[:, : self._n, :-1].flatten(1)

    def learn(self, ratings: Ratings, half: int, seed: int) -> Tensor:
        """A half-sweep: draws users' factors where `half` is even, else items', and what the laws of these need.

        What is drawn depends on `seed` and `half` alone. Gives the mean squared error of the draw.
        """
        if not half:
            self.mean.copy_(ratings.values.mean())
            self.noise.copy_(2 / ratings.values.var(correction=0).clamp(min=1e-6))
        rows, second = ratings.sides[half % 2], half % 2
        own, held = (self.items, self.users) if second else (self.users, self.items)
        with seeded(derive(seed, "gibbs", half)):
            prior = draw_prior(own)
            side = Side(held[:, :-1], held[:, -1])
            found, squares = draw_side(rows, side, self.noise, self.mean, prior)
            own.copy_(found)
            if second:
                self.noise.copy_(draw_noise(squares, len(ratings.values), float(ratings.values.var(correction=0))))
        if second and (half // 2) % self.every == 0:
            self._keep((half // 2) // self.every)
        return squares / len(ratings.values)

    def _keep(self, number: int) -> None:
        slot = number % self.draws
        self.kept_users[:, slot], self.kept_items[:, slot] = self.users, self.items
        self.kept_noise[slot] = self.noise
        mean, spread = self.users.mean(0), torch.cov(self.users.T)
        eye = torch.eye(len(spread), device=spread.device)
        self.kept_mean[slot], self.kept_precision[slot] = mean, torch.linalg.inv(spread + 1e-4 * eye)
        self.kept.fill_(number + 1)

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) scores of newcomers: in each kept draw the posterior mean of their factors, given its items."""
        found = []
        for s in range(self._n):
            items, precision = self.kept_items[:, s], self.kept_precision[s]
            x = items[rows.columns]
            y = (rows.values - self.mean - x[..., -1]) * rows.there
            x = torch.cat([x[..., :-1], torch.ones_like(x[..., -1:])], -1) * rows.there[..., None]
            root = torch.linalg.cholesky(self.kept_noise[s] * (x.mT @ x) + precision)
            b = self.kept_noise[s] * (x.mT @ y[..., None]) + (precision @ self.kept_mean[s])[:, None]
            found.append(torch.cholesky_solve(b, root)[..., 0])
        return self._of(torch.stack(found, 1))


def _as_matrix(rows: Rows, columns: int) -> Matrix:
    counts = rows.there.sum(1).long()
    indptr = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    there = rows.there.bool()
    return Matrix(indptr, rows.columns[there], rows.values[there], columns)
