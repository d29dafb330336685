"""Why an item is recommended: what each of a user's ratings adds to its score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import DataError
from makebelieve.messages import say
from makebelieve.systems.recommender.answers import Ranked, Row
from makebelieve.systems.recommender.catalogue import Catalogue
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.nearness import nearest
from makebelieve.systems.recommender.neighbours import ItemNeighbours
from makebelieve.systems.recommender.rules import Rules

FoldIn = Callable[[Tensor, Tensor, Tensor], Tensor]

LEFT_OUT = 200  # ratings of a user that are tried, at most


def reasons_for(
    model: nn.Module, known: Catalogue, user: int | str, item: int | str, n: int, fold_in: FoldIn
) -> Ranked:
    """The answer of `Recommender.because`."""
    wanted = known.items.index(item)
    items, values = known.seen.row(known.users.index(user))
    kept = items != wanted
    items, values = items[kept], values[kept]
    if not len(items):
        raise DataError("recommender.no_reasons", user=user)
    effects = effects_of(model, known, items, values, wanted, fold_in)
    return told(known, items, values, effects, n, known.items.title(wanted), user)


def told(
    known: Catalogue, items: Tensor, values: Tensor, effects: Tensor, n: int, item: str, user: int | str
) -> Ranked:
    """The n ratings (m,) of greatest effect (m,) above 0 on an item's score, as an answer."""
    order = effects.argsort(descending=True, stable=True)[:n]
    found = zip(items[order].tolist(), effects[order].tolist(), values[order].tolist(), strict=True)
    column = say("ratings.weight_of" if known.implicit else "recommender.rated")
    rows = [
        Row(known.items[place], known.items.title(place), effect, {column: value})
        for place, effect, value in found
        if effect > 0
    ]
    key = "recommender.because" if rows else "recommender.nothing_speaks"
    return Ranked(tuple(rows), say("recommender.adds"), say(key, item=item, user=user))


def effects_of(
    model: nn.Module,
    known: Catalogue,
    items: Tensor,
    values: Tensor,
    wanted: int,
    fold_in: FoldIn,
) -> Tensor:
    """(m,): what each of a user's ratings adds to the score of an item; 0 for those that were not tried.

    Args:
        model: a network of a recommender.
        known: the training ratings.
        items: (m,) places of what the user rated.
        values: (m,) the ratings.
        wanted: place of the item.
        fold_in: items, values and which of these are there, (n, m) each, to scores (n, items).
    """
    if isinstance(model, ItemNeighbours | Ease | Rules):
        profile = Matrix(torch.tensor([0, len(items)]), items, values, len(known.items))
        return model.reasons(profile.to(model.mean.device), wanted).detach().cpu()
    tried = torch.arange(len(items))
    if len(items) > LEFT_OUT:
        places, _ = nearest(cast(Any, model).vectors("item"), known.by_item, wanted, LEFT_OUT, among=items)
        tried = torch.isin(items, places).nonzero()[:, 0]
    there = torch.ones(len(tried) + 1, len(items))
    there[torch.arange(len(tried)) + 1, tried] = 0
    found = fold_in(items.expand(len(there), -1), values.expand(len(there), -1), there)[:, wanted]
    effects = torch.zeros(len(items))
    effects[tried] = found[0] - found[1:]
    return effects
