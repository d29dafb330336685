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
        self.weight.copy_(_gram(matrix, self._x(matrix)))
        self.weight.diagonal().add_(self.decay)
        inverse = torch.cholesky_inverse(torch.linalg.cholesky(self.weight))
        self.weight.copy_(inverse / -inverse.diagonal())
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


def _gram(matrix: Matrix, values: Tensor) -> Tensor:
    """X'X (items, items), some columns at a time: what users rate in common."""
    by_item = Matrix(matrix.indptr, matrix.indices, values, matrix.columns).by_item()
    out = values.new_empty(matrix.columns, matrix.columns)
    for rows in torch.split(torch.arange(matrix.columns, device=values.device), BLOCK):
        at, places = by_item.places(rows)
        dense = values.new_zeros(matrix.shape[0], len(rows))
        dense[by_item.indices[places], at] = by_item.values[places]
        out[:, rows] = times_dense(by_item, by_item.values, dense)
    return out


def memory() -> float:
    """Bytes of the machine's memory; infinity where the system does not tell."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return float("inf")
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
