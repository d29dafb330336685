"""EASE: a linear model of items by items, in closed form (Steck, "Embarrassingly shallow autoencoders", WWW 2019)."""

from __future__ import annotations

import os

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import DataError, OptionError
from makebelieve.systems.recommender.baselines import Method, Span, times_dense

BLOCK = 512  # rows of X'X at a time
COPIES = 3  # of the matrix of items by items that there are at once while it is inverted
SHARE = 0.6  # of the memory there is


class Ease(Method):
    """X ≈ X B with zeros on B's diagonal: B = I - P diag(1 / diag P), P = (X'X + λI)⁻¹ (Steck 2019, equation 8).

    X holds 1 for events, and for ratings what biases leave of them. B is as dense as items by items: the method is for
    catalogues of up to some ten thousand.

    Args:
        users: how many.
        items: how many.
        entries: ratings or events.
        span: lowest and highest rating; None for events.
        decay: λ.

    Raises:
        OptionError: decay is not above 0.
        DataError: the catalogue is too large for the memory there is; the sentence says how much it would take.
    """

    def __init__(self, users: int, items: int, entries: int, span: Span, *, decay: float) -> None:
        super().__init__(users, items, entries, span)
        if isinstance(decay, bool) or not isinstance(decay, (int, float)) or not 0 < decay < float("inf"):
            raise OptionError("ratings.decay", decay=decay)
        needed, there = COPIES * items**2 * 4, memory()
        if needed > SHARE * there:
            told = {"needed": f"{needed / 2**30:.1f}", "there": f"{there / 2**30:.1f}"}
            raise DataError("ratings.too_many_items", items=f"{items:,}", **told)
        self.decay = float(decay)
        self.weight = nn.Buffer(torch.zeros(items, items))

    def work(self, matrix: Matrix) -> None:
        x = self._x(matrix)
        if matrix.shape[0] < matrix.columns:
            _inverse_by_users(matrix, x, self.decay, self.weight)
        else:
            _gram(matrix, x, self.weight)
            self.weight.diagonal().add_(self.decay)
            self.weight.copy_(torch.cholesky_inverse(torch.linalg.cholesky(self.weight)))
        self.weight.div_(-self.weight.diagonal().clone())
        self.weight.diagonal().zero_()

    def asked(self, profile: Matrix, users: Tensor | None) -> Tensor:  # noqa: ARG002 - the profile says all
        found = times_dense(profile, self._x(profile), self.weight)
        return found if self.span is None else found.add_(self.item_bias).add_(self.baseline(profile)[:, None])

    def reasons(self, profile: Matrix, item: int) -> Tensor:
        """(entries,): what each rating of a single profile adds to the score of an item."""
        return self._x(profile) * self.weight[profile.indices, item]

    def similar(self, items: Tensor) -> Tensor:
        """(n, items): what an event with each of all items adds to the scores of some items."""
        return self.weight[:, items].T

    def _x(self, matrix: Matrix) -> Tensor:
        return torch.ones_like(matrix.values) if self.span is None else self.residuals(matrix)


def _gram(matrix: Matrix, values: Tensor, out: Tensor) -> None:
    """X'X into `out` (items, items), some columns at a time: what users rate in common."""
    by_item = matrix._replace(values=values).by_item()
    for rows in torch.split(torch.arange(matrix.columns, device=values.device), BLOCK):
        out[:, rows] = times_dense(by_item, by_item.values, by_item.dense(rows).T.contiguous())


def _inverse_by_users(matrix: Matrix, values: Tensor, decay: float, out: Tensor) -> None:
    """(X'X + λI)⁻¹ into `out`, as (I - X'(XX' + λI)⁻¹ X) / λ: what is inverted is users by users, where they are fewer.

    The identity is Woodbury's.
    """
    x = matrix._replace(values=values).dense(torch.arange(matrix.shape[0], device=values.device))
    square = times_dense(matrix, values, x.T.contiguous())
    square.diagonal().add_(decay)
    half = torch.linalg.solve_triangular(torch.linalg.cholesky(square), x, upper=False)
    torch.mm(half.T, half, out=out)
    out.neg_().diagonal().add_(1)
    out.div_(decay)


def memory() -> float:
    """Bytes of the machine's memory; infinity where the system does not tell."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return float("inf")
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
