"""Alternating least squares: the rows of one side solved in closed form, all others held, in batches of like length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from makebelieve.data.ratings_part import Matrix

NUMBERS = 8_000_000  # float32 numbers gathered at once: bounds the memory of a half-sweep


class Rows(NamedTuple):
    """Some rows of a sparse matrix, padded to one length.

    Attributes:
        places: (n,) int64, which rows.
        columns: (n, most) int64, 0 beyond a row's end.
        values: (n, most) float32, 0 beyond a row's end.
        there: (n, most) float32, 1 where an entry stands.
    """

    places: Tensor
    columns: Tensor
    values: Tensor
    there: Tensor


class ByLength:
    """A sparse matrix's rows that have entries, batch by batch: padded rows are at most twice as long as they were.

    Args:
        matrix: rows to be solved for.
        width: numbers that an entry is turned into, which sets how many rows are taken at once.
    """

    def __init__(self, matrix: Matrix, width: int) -> None:
        self.matrix, most = matrix, max(1, NUMBERS // width)
        counts = matrix.counts
        self._order = torch.argsort(counts, descending=True, stable=True)
        sizes, start = counts[self._order].tolist(), 0
        self._spans: list[tuple[int, int, int]] = []
        filled = sum(size > 0 for size in sizes)
        while start < filled:
            length = sizes[start]
            stop = min(start + max(1, most // length), filled)
            while sizes[stop - 1] * 2 < length:  # sorted, so that bisection in halves finds the end soon
                stop = start + max(1, (stop - start) // 2)
            self._spans.append((start, stop, length))
            start = stop

    def __iter__(self) -> Iterator[Rows]:
        matrix = self.matrix
        for start, stop, length in self._spans:
            places = self._order[start:stop]
            first, counts = matrix.indptr[places], matrix.counts[places]
            step = torch.arange(length, device=first.device)
            there = step < counts[:, None]
            at = (first[:, None] + step).clamp_(max=len(matrix.values) - 1)
            yield Rows(places, matrix.indices[at] * there, matrix.values[at] * there, there.float())


@dataclass(frozen=True)
class Side:
    """What is known of one side while the other is solved for.

    Attributes:
        factors: (n, k).
        bias: (n,).
    """

    factors: Tensor
    bias: Tensor

    def with_one(self) -> Tensor:
        """(n, k + 1): factors and a 1, which the other side's bias is multiplied by."""
        return torch.cat([self.factors, self.factors.new_ones(len(self.factors), 1)], 1)


def solve_ratings(rows: ByLength, other: Side, mean: Tensor, decay: float) -> tuple[Side, Tensor]:
    """Factors and biases of all rows of ratings r = mean + bias + other's bias + factors · other's factors.

    Each row's solution minimises its squared errors plus `decay` times its number of ratings times the squared length
    of its factors and bias (Zhou, Wilkinson, Schreiber & Pan 2008, equation 1, with biases solved for too).

    Args:
        rows: ratings by row.
        other: the side that is held.
        mean: () of all ratings.
        decay: λ.

    Returns:
        The side solved for, zeros for rows without ratings; and the mean squared error that is left.
    """
    basis, k = other.with_one(), other.factors.shape[1]
    found, left = basis.new_zeros(rows.matrix.shape[0], k + 1), basis.new_zeros(())
    for part in rows:
        x = basis[part.columns] * part.there[..., None]  # (n, most, k + 1)
        y = (part.values - mean - other.bias[part.columns]) * part.there
        a = x.mT @ x
        a.diagonal(dim1=1, dim2=2).add_(decay * part.there.sum(1, keepdim=True))
        solved = solve(a, (x.mT @ y[..., None])[..., 0])
        found[part.places] = solved
        left += ((x @ solved[..., None])[..., 0] - y).square().sum()
    return Side(found[:, :k].contiguous(), found[:, k].contiguous()), left / len(rows.matrix.values)


def solve_events(rows: ByLength, other: Tensor, confidence: float, decay: float) -> tuple[Tensor, Tensor]:
    """Factors of all rows of events: x with (Y'CY + λI) x = Y'Cp (Hu, Koren & Volinsky 2008, equation 4).

    Preference p is 1 where there are events and 0 elsewhere; confidence C is 1 + `confidence` times their weight. What
    all rows share, Y'Y, is computed once, so that a row costs only its own events.

    Args:
        rows: weights of events by row.
        other: (n, k), the side that is held.
        confidence: α.
        decay: λ.

    Returns:
        (rows, k), zeros for those without events; and the mean squared difference to 1 at the events.
    """
    shared = other.T @ other
    shared.diagonal().add_(decay)
    found, left = other.new_zeros(rows.matrix.shape[0], other.shape[1]), other.new_zeros(())
    for part in rows:
        x = other[part.columns]
        more = confidence * part.values  # 0 beyond a row's end
        a = shared + (x * more[..., None]).mT @ x
        solved = solve(a, (x.mT @ (part.there + more)[..., None])[..., 0])
        found[part.places] = solved
        left += (((x @ solved[..., None])[..., 0] - 1) * part.there).square().sum()
    return found, left / len(rows.matrix.values)


def solve(a: Tensor, b: Tensor) -> Tensor:
    """x (n, k) of a x = b, for positive definite a (n, k, k), by Cholesky's decomposition."""
    return torch.cholesky_solve(b[..., None], torch.linalg.cholesky(a))[..., 0]
