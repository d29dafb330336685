"""Who and what is alike: by the angle between vectors, or by what they have in common."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.data.ratings_part import Matrix
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.neighbours import ItemNeighbours, UserNeighbours
from makebelieve.systems.recommender.networks import Side
from makebelieve.systems.recommender.rules import Rules

SHRINKAGE = 10.0  # ratings at which a likeness counts for half


def alike(model: nn.Module, matrix: Matrix, side: Side, place: int, n: int) -> tuple[Tensor, Tensor]:
    """The n users or items most like one, on the CPU: places and likeness.

    By the likeness that a method goes by itself where it has one, those above 0; else as `nearest`.

    Args:
        model: a network of a recommender.
        matrix: ratings by user or by item, whichever is asked for.
        side: "user" or "item".
        place: the one.
        n: how many.
    """
    found: Tensor | None = None
    if side == "item" and isinstance(model, ItemNeighbours | Ease | Rules):
        found = model.similar(torch.tensor([place], device=model.mean.device))[0]
    elif side == "user" and isinstance(model, UserNeighbours):
        found = model.similar_users(torch.tensor([place], device=model.mean.device))[0]
    if found is None:
        return nearest(cast(Any, model).vectors(side), matrix, place, n)
    likeness = found.detach().cpu().clone()
    likeness[place] = 0
    values, places = likeness.topk(min(n, len(likeness)))
    return places[values > 0], values[values > 0]


def nearest(
    vectors: Tensor | None, matrix: Matrix, place: int, n: int, among: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The n rows most like one: places and likeness, 1 for the same; its own is left out.

    Cosines of vectors, times c / (c + 10) with c the lower number of ratings of both, as angles of rows that few
    ratings have shaped mean little (after Koren 2008, equation 2).

    Args:
        vectors: (rows, d), or None, which takes the rows of the matrix.
        matrix: ratings of these rows.
        place: the one.
        n: how many.
        among: (m,) the only places that count; None means all.
    """
    likeness = _of_rows(matrix, place) if vectors is None else _of_vectors(vectors, place)
    counts = matrix.counts.float()
    lower = counts.minimum(counts[place])
    likeness = likeness * lower / (lower + SHRINKAGE)
    kept = torch.full_like(likeness, -torch.inf)
    chosen = torch.arange(len(likeness)) if among is None else among
    kept[chosen] = likeness[chosen]
    kept[place] = -torch.inf
    values, places = kept.topk(min(n, len(kept)))
    there = torch.isfinite(values)
    return places[there], values[there]


def _of_vectors(vectors: Tensor, place: int) -> Tensor:
    rows = vectors.detach().float().cpu()
    return F.cosine_similarity(rows, rows[place], dim=1)


def _of_rows(matrix: Matrix, place: int) -> Tensor:
    """Cosines of a sparse matrix's rows with one of them."""
    columns, values = matrix.row(place)
    one = torch.zeros(matrix.columns)
    one[columns] = values
    rows, n = matrix.rows(), matrix.shape[0]
    inner = torch.zeros(n).index_add_(0, rows, matrix.values * one[matrix.indices])
    norms = torch.zeros(n).index_add_(0, rows, matrix.values**2).sqrt()
    found: Tensor = inner / (norms * norms[place]).clamp(min=1e-12)
    return found
