"""How good a recommender is, beside what needs no learning, and in a sentence whether that is any better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import DataError
from makebelieve.evaluate.ranking import evaluate_ranking, rating_errors
from makebelieve.figures import Figures
from makebelieve.messages import say
from makebelieve.networks.using import evaluating
from makebelieve.systems.recommender.baselines import Method, Popular, UserMean

if TYPE_CHECKING:
    from makebelieve.systems.recommender.learner import Recommender

AT_ONCE = 100_000  # pairs
LIKED = 0.75  # of the way from the lowest to the highest rating: from there on an item counts as liked


def evaluate(learn: Recommender, data: RatingsData, k: int) -> Figures:
    """The figures of `Recommender.evaluate`."""
    if not data.count("valid"):
        raise DataError("recommender.nothing_held_back")
    seen = learn.catalogue.seen.to(learn.device)
    values: dict[str, float] = {}
    protocol: dict[str, Any] = {"part": "valid", "n": data.count("valid"), "data": data.fingerprint()}
    verdict = []
    if learn.rates:
        values |= _errors(learn, data, _fitted(UserMean, data, seen))
        verdict.append(_compared("rmse", values["rmse"], values["rmse_user_mean"]))
    low, high = data.range
    liked = None if data.implicit else low + LIKED * (high - low)
    held = data.matrix("valid").to(learn.device)
    try:
        own = evaluate_ranking(learn.on_device, seen, held, k=k, liked=liked)
    except DataError as error:
        if error.key != "ratings.none_relevant" or not values:
            raise
        verdict.append(str(error))
    else:
        popular = _fitted(Popular, data, seen)
        with evaluating(popular):
            other = evaluate_ranking(popular.scores, seen, held, k=k, liked=liked)
        name = f"ndcg_at_{k}"
        values |= {**own, f"{name}_popular": other[name]}
        protocol |= own.protocol
        verdict.append(_compared(name, own[name], other[name]))
    subject = {"system": learn.name, "network": learn.config["arguments"]["network"], "step": learn.step}
    return Figures(values, protocol, subject=subject, verdict=verdict)


def _errors(learn: Recommender, data: RatingsData, user_mean: Method) -> dict[str, float]:
    users, items, truth = data.valid.users, data.valid.items, data.valid.values
    own = rating_errors(learn.predict_places(users, items).clamp(*data.range), truth)
    with evaluating(user_mean):
        parts = zip(torch.split(users, AT_ONCE), torch.split(items, AT_ONCE), strict=True)
        said = [user_mean(u.to(learn.device), i.to(learn.device)).cpu() for u, i in parts]
    other = rating_errors(torch.cat(said), truth)
    return {**own, **{f"{name}_user_mean": value for name, value in other.items()}}


def _fitted(method: type[Popular | UserMean], data: RatingsData, seen: Matrix) -> Method:
    span = None if data.implicit else data.range
    found = method(len(data.users), len(data.items), len(seen.values), span).to(seen.values.device)
    found.fit(seen)
    return found


def _compared(name: str, own: float, other: float) -> str:
    """A sentence: of errors the lower is better, of rankings the higher."""
    errors = name == "rmse"
    better = own < other if errors else own > other
    told = {"own": f"{own:.4f}", "other": f"{other:.4f}", "name": name}
    if not better:
        return say("recommender.no_better_errors" if errors else "recommender.no_better_ranking", **told)
    share = f"{abs(1 - own / other):.0%}" if other else "-"
    return say("recommender.better_errors" if errors else "recommender.better_ranking", share=share, **told)
