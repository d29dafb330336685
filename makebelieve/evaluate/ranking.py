"""How good lists of recommendations are: ranked over the full catalogue, what the user has seen left out.

Sampled negatives are never used: figures on a sample order recommenders otherwise than those on the full catalogue do
(Krichene & Rendle, "On sampled metrics for item recommendation", KDD 2020).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.ratings_part import Matrix
from makebelieve.errors import DataError, OptionError
from makebelieve.figures import Figures

NUMBERS = 16_000_000  # scores at once, in float32: 64 MB
GROUP = 96  # scores whose maximum is taken first
GROUPS = ("light", "medium", "heavy")  # thirds of users by how many items they have

Scores = Callable[[Tensor], Tensor]


def top_k(
    score_block: Scores, users: Tensor, seen: Matrix | None, k: int, block: int | None = None
) -> tuple[Tensor, Tensor]:
    """The k items of highest score of each user, what they have seen left out; some users at a time.

    Args:
        score_block: users (b,) int64 to scores (b, items), which may be overwritten.
        users: (n,) int64.
        seen: all users by items, on the device of the scores; None leaves nothing out.
        k: items wanted; at most all are given.
        block: users at a time; None is as many as make 16 million scores.

    Returns:
        (n, k) int64 items, best first, −1 where none is left; and (n, k) float32 scores, minus infinity there. Which of
        items of equal score come first is not said.

    Raises:
        OptionError: `k` or `block` is below 1.
        DataError: scores have another shape, or are NaN.
    """
    for name, value in (("k", k), ("block", 1 if block is None else block)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise OptionError("evaluate.at_least_one", name=name, given=value)
    items: list[Tensor] = []
    values: list[Tensor] = []
    start, size = 0, block or (64 if seen is None else max(1, NUMBERS // max(1, seen.columns)))
    while start < len(users):
        some = users[start : start + size]
        scores = score_block(some)
        scores = scores.contiguous()
        _check(scores, len(some), None if seen is None else seen.columns)
        if block is None:
            size = max(1, NUMBERS // max(1, scores.shape[1]))
        if seen is not None:
            at, places = seen.places(some)
            scores.view(-1).index_fill_(0, at * scores.shape[1] + seen.indices[places], -torch.inf)
        best, places = largest(scores, min(k, scores.shape[1]))
        items.append(torch.where(best > -torch.inf, places, -1))
        values.append(best)
        start += len(some)
    if not items:
        return users.new_zeros(0, k), torch.zeros(0, k)
    return torch.cat(items), torch.cat(values)


def largest(scores: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of each row (n, m), in descending order, and their places: what `torch.topk` gives.

    Of long rows it takes the maxima of groups first, for the k largest lie in the k groups of largest maximum: a third
    of the time on a CPU.
    """
    n, m = scores.shape
    groups = m // GROUP
    if groups < 4 * k:
        return scores.topk(k, dim=1)
    parts = scores[:, : groups * GROUP].view(n, groups, GROUP)
    best = parts.amax(2).topk(k, dim=1).indices[..., None]  # (n, k, 1)
    inside = parts.gather(1, best.expand(-1, -1, GROUP)).flatten(1)
    places = (best * GROUP + torch.arange(GROUP, device=scores.device)).flatten(1)
    rest = torch.arange(groups * GROUP, m, device=scores.device).expand(n, -1)
    inside, places = torch.cat([inside, scores[:, groups * GROUP :]], 1), torch.cat([places, rest], 1)
    top = inside.topk(k, dim=1)
    return top.values, places.gather(1, top.indices)


def _check(scores: Tensor, users: int, items: int | None) -> None:
    if scores.ndim != 2 or scores.shape != (users, scores.shape[1] if items is None else items):
        raise DataError("ratings.scores_shape", users=users, items=items or "?", shape=tuple(scores.shape))
    if bool(scores.sum().isnan()) and bool(scores.isnan().any()):  # infinities of both signs add up to NaN too
        raise DataError("ratings.scores_nan", n=int(scores.isnan().sum()))


def evaluate_ranking(
    score_block: Scores,
    seen: Matrix,
    held: Matrix,
    *,
    k: int = 10,
    liked: float | None = None,
    block: int | None = None,
) -> Figures:
    """Figures of the top k of all users who have something relevant among what was held out.

    Per user with m relevant items, and hits among the k recommended:

    - ``precision_at_k`` is hits / k, ``recall_at_k`` hits / m.
    - ``ndcg_at_k`` is Σ 1 / log₂(rank + 1) over hits, over that of the best order (Järvelin & Kekäläinen 2002, gains
      of 0 and 1).
    - ``map_at_k`` is the mean over hits' ranks of the precision there, Σ / min(m, k).
    - ``mrr_at_k`` is 1 / the first hit's rank, 0 without one.

    Over all lists: ``coverage_at_k`` is the share of the catalogue that is in one; ``novelty_at_k`` the mean of
    −log₂((c + 1) / (users + 1)) in bits, for an item that c users have seen (Zhou et al. 2010, smoothed);
    ``popularity_bias_at_k`` how many users have seen what is recommended, over how many have seen what its users have
    seen themselves, both as means by user and then over users: 1 is no bias (as Abdollahpouri et al. 2019 compare
    them). ``ndcg_at_k_light`` and so on are those of the third of users with the fewest seen items, and so on.

    Args:
        score_block: users (b,) int64 to scores (b, items).
        seen: training ratings, users by items, on the device of the scores; never recommended.
        held: held-out ratings, users by items.
        k: length of the lists.
        liked: the lowest held-out rating that counts as relevant; None: whatever was held out does.
        block: users at a time.

    Raises:
        OptionError: `k` or `block` is below 1.
        DataError: nothing held out is relevant, or scores are unfit.
    """
    rule = "all held-out items" if liked is None else f"held-out items rated {liked:g} or more"
    relevant = held if liked is None else _at_least(held, liked)
    users = (relevant.counts > 0).nonzero()[:, 0]
    if not len(users):
        raise DataError("ratings.none_relevant", n=len(held.values), rule=rule)
    items, _ = top_k(score_block, users, seen, k, block)
    by_user = of_lists(items, users, relevant)
    values = {f"{name}_at_{k}": one.mean() for name, one in by_user.items()}
    values.update({f"{name}_at_{k}": one for name, one in of_catalogue(items, users, seen).items()})
    activity = seen.counts[users]
    for name, group in zip(GROUPS, torch.argsort(activity, stable=True).tensor_split(len(GROUPS)), strict=True):
        if len(group):
            values[f"ndcg_at_{k}_{name}"] = by_user["ndcg"][group].mean()
    known = torch.bincount(seen.indices, minlength=seen.columns) > 0
    protocol: dict[str, Any] = {
        "ranked": f"all {seen.columns:,} items, none sampled; seen ones left out",
        "relevant": rule,
        "users": len(users),
        "users_without_ratings": int((activity == 0).sum()),
        "relevant_items": len(relevant.values),
        "relevant_never_seen": int((~known[relevant.indices]).sum()),
        "mean": "over users",
        "groups": "thirds of users by seen items",
    }
    return Figures(values, protocol)


def of_lists(items: Tensor, users: Tensor, relevant: Matrix) -> dict[str, Tensor]:
    """Precision, recall, NDCG, average precision and reciprocal rank of each list, (n,) float64.

    Args:
        items: (n, k) int64, best first, −1 where there is none.
        users: (n,) int64, whose lists they are; each has something relevant.
        relevant: all users by items.
    """
    k, keys = items.shape[1], relevant.rows() * relevant.columns + relevant.indices  # ascending
    wanted = users[:, None] * relevant.columns + items
    at = torch.searchsorted(keys, wanted).clamp_(max=len(keys) - 1)
    hits = ((keys[at] == wanted) & (items >= 0)).double()
    ranks = torch.arange(1, k + 1, dtype=torch.float64, device=items.device)
    m = relevant.counts[users].double()
    gains = 1 / torch.log2(ranks + 1)
    best = torch.cumsum(gains, 0)[m.clamp(max=k).long() - 1]
    found = hits.sum(1)
    return {
        "precision": found / k,
        "recall": found / m,
        "ndcg": (hits * gains).sum(1) / best,
        "map": (hits * hits.cumsum(1) / ranks).sum(1) / m.clamp(max=k),
        "mrr": (hits / ranks).amax(1),
    }


def of_catalogue(items: Tensor, users: Tensor, seen: Matrix) -> dict[str, Tensor]:
    """Coverage, novelty and popularity bias of lists (n, k), as `evaluate_ranking` has them; () float64 each."""
    counts = torch.bincount(seen.indices, minlength=seen.columns).double()
    there = items >= 0
    shown = items.clamp(min=0)
    share = (counts + 1) / (seen.shape[0] + 1)
    each = there.sum(1).clamp(min=1)
    listed = (counts[shown] * there).sum(1) / each
    at, places = seen.places(users)
    own = torch.zeros(len(users), dtype=torch.float64, device=items.device)
    own.index_add_(0, at, counts[seen.indices[places]]).div_(seen.counts[users].clamp(min=1))
    return {
        "coverage": torch.tensor(len(torch.unique(items[there])) / seen.columns, dtype=torch.float64),
        "novelty": -(share.log2()[shown] * there).sum() / there.sum().clamp(min=1),
        "popularity_bias": listed.mean() / own.mean().clamp(min=1e-12),
    }


def rating_errors(predicted: Tensor, values: Tensor) -> dict[str, float]:
    """RMSE and MAE of predicted ratings (n,) against those given (n,)."""
    errors = predicted.double() - values.double()
    return {"rmse": float(errors.square().mean().sqrt()), "mae": float(errors.abs().mean())}


def _at_least(matrix: Matrix, low: float) -> Matrix:
    """Entries of at least a value."""
    kept = matrix.values >= low
    counts = torch.bincount(matrix.rows()[kept], minlength=matrix.shape[0])
    indptr = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    return Matrix(indptr, matrix.indices[kept], matrix.values[kept], matrix.columns)
