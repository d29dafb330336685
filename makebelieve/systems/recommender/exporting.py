"""The recommender's program form, users and items to scores, and what an exported folder keeps of who and what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_names import Names
from makebelieve.data.ratings_part import Matrix
from makebelieve.export import Held, Port, Program
from makebelieve.systems.recommender.baselines import Biases, Method, Popular, UserMean
from makebelieve.systems.recommender.catalogue import Catalogue
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.factors import Draws, clamped
from makebelieve.systems.recommender.neighbours import LEAN, ItemNeighbours, UserNeighbours
from makebelieve.systems.recommender.networks import DotProduct
from makebelieve.systems.recommender.rules import Rules

if TYPE_CHECKING:
    from makebelieve.systems.recommender.learner import Recommender

Parts = tuple[Tensor, Tensor]  # (n,) sums and weights


class _Rows(nn.Module):
    """Rows of a sparse matrix, filled up to the longest: (n,) to columns, values and whether they stand, (n, most)."""

    def __init__(self, matrix: Matrix, values: Tensor) -> None:
        super().__init__()
        self.first, self.counts = nn.Buffer(matrix.indptr[:-1]), nn.Buffer(matrix.counts)
        self.columns, self.values = nn.Buffer(matrix.indices), nn.Buffer(values)
        self.most = max(1, int(matrix.counts.max()))

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        step = torch.arange(self.most)
        there = step < self.counts[rows][:, None]
        at = (self.first[rows][:, None] + step).clamp_max(len(self.values) - 1)
        return self.columns[at], self.values[at] * there, there


class _Counted(nn.Module):
    """One number an item for everybody, or a level of the user plus it."""

    def __init__(self, of_items: Tensor, of_users: Tensor | None = None) -> None:
        super().__init__()
        self.of_items = nn.Buffer(of_items)
        self.of_users = None if of_users is None else nn.Buffer(of_users)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        found = self.of_items[items]
        return found if self.of_users is None else found + self.of_users[users]


class _Ease(nn.Module):
    """Σ x_j B_ji over what the user has."""

    def __init__(self, model: Ease) -> None:
        super().__init__()
        self.rows, self.weight = _Rows(model.matrix, model._x(model.matrix)), nn.Buffer(model.weight)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        columns, x, _ = self.rows(users)
        found: Tensor = (self.weight[columns, items[:, None]] * x).sum(1)
        return found


class _Rules(nn.Module):
    """Sums of the confidences of rules from what the user has to an item."""

    def __init__(self, model: Rules) -> None:
        super().__init__()
        matrix = model.matrix
        self.rows, self.then = _Rows(matrix, torch.ones_like(matrix.values)), nn.Buffer(model.then)
        self.confidence = nn.Buffer(model.confidence(torch.arange(len(model.then), device=model.then.device)))

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        columns, one, _ = self.rows(users)
        hit = self.then[columns] == items[:, None, None]
        found: Tensor = ((hit * self.confidence[columns]).sum(2) * one).sum(1)
        return found


class _Neighbours(nn.Module):
    """Σ s · residual over neighbours, those of the item that the user rated, or of the user that rated the item.

    Args:
        model: fitted.
    """

    def __init__(self, model: ItemNeighbours | UserNeighbours) -> None:
        super().__init__()
        matrix, self.rates = model.matrix, model.span is not None
        self.by_user = isinstance(model, ItemNeighbours)
        if isinstance(model, ItemNeighbours):
            self.rows = _Rows(matrix, model.residuals(matrix))
        else:
            left = model._left(matrix.rows(), torch.arange(len(matrix.values), device=matrix.values.device))
            turned = matrix._replace(values=left).by_item()
            self.rows = _Rows(turned, turned.values)
        self.near, self.weight = nn.Buffer(model.near), nn.Buffer(model.weight)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        of, whose = (users, items) if self.by_user else (items, users)
        columns, left, there = self.rows(of)
        same = columns[:, :, None] == self.near[whose][:, None, :]
        s = (same * self.weight[whose][:, None, :]).sum(2) * there
        found: Tensor = (s * left).sum(1)
        return found / (s.sum(1) + LEAN) if self.rates else found


class _Method(nn.Module):
    """A method that is fitted in one step, for pairs: ratings around their level within the range, or preferences.

    Args:
        model: fitted.
    """

    def __init__(self, model: Method) -> None:
        super().__init__()
        self.span = model.span
        level = None
        if self.span is not None:
            of_users = model.asked(model.matrix, None)[:, 0] if isinstance(model, UserMean) else None
            of_items = torch.zeros_like(model.item_bias) if isinstance(model, UserMean) else model.item_bias
            if isinstance(model, Popular):
                of_items = of_items + model.mean
            elif of_users is None:
                of_users = model.baseline(model.matrix)
            level = _Counted(of_items.detach(), None if of_users is None else of_users.detach())
        elif isinstance(model, Popular | UserMean | Biases):
            level = _Counted(model.item_count)
        self.level, self.more = level, _more(model)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        parts = [part(users, items) for part in (self.level, self.more) if part is not None]
        return clamped(torch.stack(parts).sum(0), self.span)


def _more(model: Method) -> nn.Module | None:
    """What a method knows besides levels."""
    if isinstance(model, Ease):
        return _Ease(model)
    if isinstance(model, Rules) and model.span is None:
        return _Rules(model)
    return _Neighbours(model) if isinstance(model, ItemNeighbours | UserNeighbours) else None


class _Draws(nn.Module):
    """`Draws` with as many draws as there are."""

    def __init__(self, model: Draws) -> None:
        super().__init__()
        self.users, self.items = (nn.Buffer(kept[:, : model._n]) for kept in (model.kept_users, model.kept_items))
        self.mean, self.span = nn.Buffer(model.mean), model.span

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        p, q = self.users[users], self.items[items]
        found = (p[..., :-1] * q[..., :-1]).sum(2) + p[..., -1] + q[..., -1]
        return clamped(found.mean(1) + self.mean, self.span)


class _Dot(nn.Module):
    """`DotProduct` without the gradient that it has of its own."""

    def __init__(self, model: DotProduct) -> None:
        super().__init__()
        self.model = model

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        p, q = self.model.table[users], self.model.table[items + self.model.count]
        found: Tensor = self.model.range((p[:, :-1] * q[:, :-1]).sum(1) + p[:, -1] + q[:, -1])
        return found


def programs(learn: Recommender) -> dict[str, Program]:
    """`model`: places of users and of items to ratings, or to scores that only order items."""
    model, known = learn.network("model"), learn.catalogue
    forms = {Method: _Method, Draws: _Draws, DotProduct: _Dot}
    with torch.no_grad():
        form = next((make(model) for kind, make in forms.items() if isinstance(model, kind)), model)
    inputs = [
        Port("users", ("n",), "int64", "export.users", (0, len(known.users) - 1)),
        Port("items", ("n",), "int64", "export.items", (0, len(known.items) - 1)),
    ]
    if learn.rates:
        return {"model": Program(form, inputs, [Port("ratings", ("n",), "float32", "export.ratings", known.span)])}
    return {"model": Program(form, inputs, [Port("scores", ("n",), "float32", "export.preferences")])}


def held(known: Catalogue) -> Held:
    """The catalogue."""
    tensors = {"indptr": known.seen.indptr, "indices": known.seen.indices, "values": known.seen.values}
    names = {"users": known.users.state(), "items": known.items.state()}
    return Held(tensors, {**names, "implicit": known.implicit, "range": list(known.span)})


def catalogue(given: Held, model: nn.Module) -> Catalogue:
    """What `held` gave, once it is sure that no place in it or in the network lies outside.

    Raises:
        ValueError: one does, or something is not of its kind.
    """
    users, items = (_names(given.state[side], side[:-1]) for side in ("users", "items"))
    low, high = (float(one) for one in given.state["range"])
    seen = Matrix(given.tensors["indptr"], given.tensors["indices"], given.tensors["values"], len(items))
    _check_rows(seen, len(users), len(items))
    implicit = given.state["implicit"]
    if not isinstance(implicit, bool) or not low <= high:
        raise ValueError("implicit, range")
    if isinstance(model, Method):
        _check_rows(model.matrix, len(users), len(items))
        others = {"near": len(model.near) if isinstance(model, ItemNeighbours | UserNeighbours) else 0}
        others |= {"then": len(items), "whose": len(items)}
        for name, most in others.items():
            if hasattr(model, name):
                _check_places(name, getattr(model, name), most)
        if isinstance(model, ItemNeighbours):
            _check_starts("starts", model.starts, len(model.whose))
    return Catalogue(users, items, seen, implicit, (low, high))


def _names(state: dict[str, object], side: str) -> Names:
    ids, titles = state["ids"], state["titles"]
    whole = isinstance(ids, list) and all(isinstance(one, int | str) and not isinstance(one, bool) for one in ids)
    told = titles is None or (isinstance(titles, list) and all(isinstance(one, str) for one in titles))
    if state["side"] != side or not whole or not told or (titles is not None and len(titles) != len(ids)):  # type: ignore[arg-type]
        raise ValueError(side)
    return Names.from_state(state)


def _check_rows(matrix: Matrix, users: int, items: int) -> None:
    if tuple(matrix.indptr.shape) != (users + 1,) or matrix.indices.shape != matrix.values.shape:
        raise ValueError("indptr")
    kinds = matrix.indptr.dtype, matrix.indices.dtype, matrix.values.dtype
    if kinds != (torch.int64, torch.int64, torch.float32):
        raise ValueError(str(kinds))
    _check_starts("indptr", matrix.indptr, len(matrix.indices))
    _check_places("indices", matrix.indices, items)


def _check_starts(name: str, starts: Tensor, count: int) -> None:
    """Rising from 0 to `count`."""
    if not len(starts) or int(starts[0]) or int(starts[-1]) != count or bool((starts.diff() < 0).any()):
        raise ValueError(name)


def _check_places(name: str, places: Tensor, most: int) -> None:
    """From 0 to below `most`."""
    if places.numel() and not 0 <= int(places.min()) <= int(places.max()) < most:
        raise ValueError(name)
