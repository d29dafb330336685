"""Figures of ranked lists against plain Python, user by user."""

from __future__ import annotations

import math

import pytest
import torch

from makebelieve.data.ratings_part import Matrix, matrix
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate import ranking
from makebelieve.evaluate.ranking import evaluate_ranking, rating_errors, top_k

USERS, ITEMS = 23, 31


def drawn(seed: int, share: float) -> Matrix:
    generator = torch.Generator().manual_seed(seed)
    rows, columns = (torch.rand(USERS, ITEMS, generator=generator) < share).nonzero().T
    values = torch.randint(1, 11, (len(rows),), generator=generator) / 2
    return matrix(rows, columns, values, (USERS, ITEMS))


def without(held: Matrix, seen: Matrix) -> Matrix:
    """What is held out of what has not been seen."""
    both = {(u, i) for u in range(USERS) for i in seen.row(u)[0].tolist()}
    kept = [(u, i, v) for u in range(USERS) for i, v in zip(*map(torch.Tensor.tolist, held.row(u)), strict=True)]
    u, i, v = zip(*[one for one in kept if one[:2] not in both], strict=True)
    return matrix(torch.tensor(u), torch.tensor(i), torch.tensor(v), (USERS, ITEMS))


SEEN = drawn(0, 0.2)
HELD = without(drawn(1, 0.15), SEEN)
SCORES = torch.rand(USERS, ITEMS, generator=torch.Generator().manual_seed(2))


def block(users: torch.Tensor) -> torch.Tensor:
    return SCORES[users].clone()


def reference(k: int, liked: float) -> dict[str, float]:
    """All figures by their definitions, one user after the other."""
    counts = [sum(i in SEEN.row(u)[0].tolist() for u in range(USERS)) for i in range(ITEMS)]
    rows: list[dict[str, float]] = []
    shown: list[int] = []
    for user in range(USERS):
        seen = SEEN.row(user)[0].tolist()
        good = {i for i, v in zip(*map(torch.Tensor.tolist, HELD.row(user)), strict=True) if v >= liked}
        if not good:
            continue
        order = sorted((i for i in range(ITEMS) if i not in seen), key=lambda i: -float(SCORES[user, i]))[:k]
        shown += order
        hits = [i in good for i in order]
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(good), k) + 1))
        gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit)
        precisions = [sum(hits[:rank]) / rank for rank, hit in enumerate(hits, 1) if hit]
        rows.append({
            "precision": sum(hits) / k, "recall": sum(hits) / len(good), "ndcg": gained / ideal,
            "map": sum(precisions) / min(len(good), k),
            "mrr": 1 / (1 + hits.index(True)) if any(hits) else 0.0,
            "listed": sum(counts[i] for i in order) / len(order),
            "own": sum(counts[i] for i in seen) / max(1, len(seen)), "activity": len(seen),
        })  # fmt: skip
    mean = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
    found = {f"{name}_at_{k}": mean[name] for name in ("precision", "recall", "ndcg", "map", "mrr")}
    found[f"coverage_at_{k}"] = len(set(shown)) / ITEMS
    found[f"novelty_at_{k}"] = sum(-math.log2((counts[i] + 1) / (USERS + 1)) for i in shown) / len(shown)
    found[f"popularity_bias_at_{k}"] = mean["listed"] / mean["own"]
    rows.sort(key=lambda row: row["activity"])
    third = -(-len(rows) // 3)
    found[f"ndcg_at_{k}_light"] = sum(row["ndcg"] for row in rows[:third]) / third
    return found


@pytest.mark.parametrize(("k", "liked"), [(1, 0.0), (5, 0.0), (10, 0.0), (5, 4.0), (31, 0.0)])
def test_figures_agree_with_their_definitions(k: int, liked: float) -> None:
    figures = evaluate_ranking(block, SEEN, HELD, k=k, liked=liked or None, block=4)
    for name, value in reference(k, liked).items():
        if k < ITEMS or "light" in name or name.startswith(("ndcg", "recall", "mrr", "coverage", "map", "precision")):
            assert figures[name] == pytest.approx(value, abs=1e-9), name
    assert figures.protocol["relevant"] == ("all held-out items" if not liked else "held-out items rated 4 or more")
    assert "none sampled" in figures.protocol["ranked"]


def test_a_perfect_order_gets_one_and_blocks_change_nothing() -> None:
    dense = torch.zeros(USERS, ITEMS)
    for user in range(USERS):
        dense[user, HELD.row(user)[0]] = 1
    figures = evaluate_ranking(lambda users: dense[users] + 0.0, SEEN, HELD, k=5)
    assert figures["ndcg_at_5"] == figures["mrr_at_5"] == figures["map_at_5"] == 1
    assert evaluate_ranking(lambda users: -dense[users], SEEN, HELD, k=3)["recall_at_3"] == 0
    users = torch.arange(USERS)
    one = top_k(block, users, SEEN, 7, block=1)
    for size in (2, 5, 100, None):
        many = top_k(block, users, SEEN, 7, block=size)
        assert torch.equal(one[0], many[0]) and torch.equal(one[1], many[1])


def test_what_was_seen_never_comes_and_gaps_are_told() -> None:
    items, scores = top_k(block, torch.arange(USERS), SEEN, ITEMS)
    for user in range(USERS):
        left = [i for i in items[user].tolist() if i >= 0]
        assert sorted(left + SEEN.row(user)[0].tolist()) == list(range(ITEMS))
        assert (items[user] < 0).sum() == len(SEEN.row(user)[0])
    assert torch.equal(items < 0, scores == -torch.inf)
    every, _ = top_k(block, torch.tensor([3, 3]), None, 4)
    assert torch.equal(every[0], SCORES[3].topk(4).indices) and torch.equal(every[0], every[1])


@pytest.mark.parametrize(("m", "k"), [(5, 5), (4000, 10), (4032, 1), (900, 3), (10_000, 100)])
def test_the_largest_are_those_of_topk(m: int, k: int) -> None:
    scores = torch.rand(7, m, generator=torch.Generator().manual_seed(m))
    scores[0] = -torch.inf
    scores[1, 7:] = -torch.inf
    scores[2] = scores[2].sort().values
    values, places = ranking.largest(scores, k)
    assert torch.equal(values, scores.topk(k, dim=1).values)
    assert torch.equal(scores.gather(1, places), values)
    assert all(len(row.unique()) == k for row in places)


def test_memory_is_bounded_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted(users: torch.Tensor) -> torch.Tensor:
        asked.append(len(users))
        return block(users)

    monkeypatch.setattr(ranking, "NUMBERS", 4 * ITEMS)
    top_k(noted, torch.arange(USERS), SEEN, 3)
    assert max(asked) == 4 and sum(asked) == USERS
    asked.clear()
    monkeypatch.setattr(ranking, "NUMBERS", 1)
    top_k(noted, torch.arange(USERS), SEEN, 3)
    assert max(asked) == 1


def test_users_without_training_items_are_counted_and_answered() -> None:
    seen = matrix(torch.tensor([0, 0]), torch.tensor([1, 2]), torch.ones(2), (3, 4))
    held = matrix(torch.tensor([0, 2]), torch.tensor([3, 0]), torch.ones(2), (3, 4))
    figures = evaluate_ranking(lambda users: torch.tensor([[4.0, 3, 2, 1]]).repeat(len(users), 1), seen, held, k=2)
    assert figures.protocol["users"] == 2 and figures.protocol["users_without_ratings"] == 1
    assert figures.protocol["relevant_never_seen"] == 2
    assert figures["recall_at_2"] == 1


def test_unfit_scores_and_options_are_refused() -> None:
    with pytest.raises(OptionError, match="k"):
        top_k(block, torch.arange(2), SEEN, 0)
    with pytest.raises(DataError, match=r"shape \(2, 31\), not \(2, 5\)"):
        top_k(lambda users: torch.zeros(len(users), 5), torch.arange(2), SEEN, 3)
    with pytest.raises(DataError, match="62 of the scores .* are NaN"):
        top_k(lambda users: torch.full((len(users), ITEMS), torch.nan), torch.arange(2), SEEN, 3)
    with pytest.raises(DataError, match="rated 9 or more"):
        evaluate_ranking(block, SEEN, HELD, liked=9)


def test_errors_of_ratings() -> None:
    found = rating_errors(torch.tensor([1.0, 2, 5]), torch.tensor([2.0, 2, 3]))
    assert found["rmse"] == pytest.approx(math.sqrt(5 / 3)) and found["mae"] == pytest.approx(1.0)
