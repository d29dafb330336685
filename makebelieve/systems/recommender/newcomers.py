"""Why items are recommended to a newcomer: each rating left out in turn, for all items at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from makebelieve.data.ratings_part import Matrix
from makebelieve.messages import say
from makebelieve.systems.recommender.answers import Ranked
from makebelieve.systems.recommender.catalogue import Catalogue, Newcomer, profile_of
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.neighbours import ItemNeighbours
from makebelieve.systems.recommender.reasons import LEFT_OUT, FoldIn, told
from makebelieve.systems.recommender.rules import Rules


def reasons_of_newcomer(
    model: nn.Module, known: Catalogue, ratings: Newcomer, items: Sequence[int | str], n: int, fold_in: FoldIn
) -> list[Ranked]:
    """The answer of `Recommender.reasons`."""
    wanted = known.items.indices(items)
    places, values = profile_of(known, ratings)
    effects = newcomer_effects(model, known, places, values, wanted, fold_in)
    you = say("recommender.you")
    titles = [known.items.title(one) for one in wanted.tolist()]
    return [told(known, places, values, effects[:, i], n, title, you) for i, title in enumerate(titles)]


def newcomer_effects(
    model: nn.Module, known: Catalogue, places: Tensor, values: Tensor, wanted: Tensor, fold_in: FoldIn
) -> Tensor:
    """(m, w): what each of a newcomer's ratings adds to the score of each item; 0 beyond the first 200 ratings.

    Args:
        model: a network of a recommender.
        known: the training ratings.
        places: (m,) what was rated.
        values: (m,) the ratings.
        wanted: (w,) places of items.
        fold_in: items, values and which of these are there, (n, m) each, to scores (n, items).
    """
    if isinstance(model, ItemNeighbours | Ease | Rules):  # the score is a sum over ratings
        profile = Matrix(torch.tensor([0, len(places)]), places, values, len(known.items)).to(model.mean.device)
        return torch.stack([model.reasons(profile, one).detach().cpu() for one in wanted.tolist()], 1)
    tried = min(len(places), LEFT_OUT)
    there = torch.ones(tried + 1, len(places))
    there[torch.arange(tried) + 1, torch.arange(tried)] = 0
    found = fold_in(places.expand(len(there), -1), values.expand(len(there), -1), there)[:, wanted]
    return torch.cat([found[0] - found[1:], torch.zeros(len(places) - tried, len(wanted))])
