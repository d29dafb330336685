"""Methods without gradients against their definitions in plain Python, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from makebelieve.data import ratings
from makebelieve.data.ratings_part import Matrix, matrix
from makebelieve.errors import DataError, OptionError
from makebelieve.systems.recommender import ease, neighbours
from makebelieve.systems.recommender.als import Rows
from makebelieve.systems.recommender.baselines import DAMPING, Biases, Method, Popular, UserMean
from makebelieve.systems.recommender.ease import Ease
from makebelieve.systems.recommender.neighbours import LEAN, ItemNeighbours, Pairs, UserNeighbours
from makebelieve.systems.recommender.rules import Rules

USERS, ITEMS = 14, 11
SPAN = (0.5, 5.0)


def table() -> Matrix:
    generator = torch.Generator().manual_seed(3)
    rows, columns = (torch.rand(USERS, ITEMS, generator=generator) < 0.5).nonzero().T
    values = torch.randint(1, 11, (len(rows),), generator=generator) / 2
    return matrix(rows, columns, values, (USERS, ITEMS))


TABLE = table()
EVENTS = TABLE._replace(values=torch.ones_like(TABLE.values))


@pytest.fixture(autouse=True)
def _without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


Make = Callable[[tuple[float, float] | None], Method]
SIZE = (USERS, ITEMS, len(TABLE.values))
MAKES: dict[str, Make] = {
    "popular": lambda span: Popular(*SIZE, span),
    "user mean": lambda span: UserMean(*SIZE, span),
    "biases": lambda span: Biases(*SIZE, span),
    "items": lambda span: ItemNeighbours(*SIZE, span, k=4, likeness="cosine", shrinkage=2),
    "items adjusted": lambda span: ItemNeighbours(*SIZE, span, k=4, likeness="adjusted_cosine", shrinkage=0),
    "users": lambda span: UserNeighbours(*SIZE, span, k=5, likeness="pearson", shrinkage=1),
    "ease": lambda span: Ease(*SIZE, span, decay=3.0),
    "rules": lambda span: Rules(*SIZE, span, k=4, fewest=2),
}


def fitted(make: Make, span: tuple[float, float] | None) -> Method:
    method = make(span)
    method.fit(TABLE if span else EVENTS)
    return method


def row(values: Matrix, i: int) -> dict[int, float]:
    return dict(zip(*map(torch.Tensor.tolist, values.row(i)), strict=True))


def as_rows(profile: dict[int, float]) -> Rows:
    columns = torch.tensor([list(profile)])
    return Rows(torch.tensor([0]), columns, torch.tensor([list(profile.values())]), torch.ones(columns.shape))


# what they share


@pytest.mark.parametrize("span", [SPAN, None])
@pytest.mark.parametrize("name", MAKES)
def test_methods_are_saved_as_tensors_and_come_back(name: str, span: tuple[float, float] | None) -> None:
    one, other = fitted(MAKES[name], span), MAKES[name](span)
    other.load_state_dict(one.state_dict())
    users, items = torch.arange(USERS).repeat_interleave(ITEMS), torch.arange(ITEMS).repeat(USERS)
    assert torch.equal(one(users, items), other(users, items))
    assert torch.equal(one.scores(torch.tensor([3, 0, 3])), other.scores(torch.arange(USERS))[[3, 0, 3]])
    predicted = one(users, items)
    assert predicted.isfinite().all()
    if span:
        assert predicted.min() >= span[0] and predicted.max() <= span[1]
        assert (predicted.view(USERS, ITEMS).std(0) > 0).any() or name == "popular"


@pytest.mark.parametrize("span", [SPAN, None])
@pytest.mark.parametrize("name", [name for name in MAKES if name != "users"])
def test_a_newcomer_is_answered_as_a_user_of_the_same_ratings(name: str, span: tuple[float, float] | None) -> None:
    method = fitted(MAKES[name], span)
    found = method.fold_in(as_rows(row(method.matrix, 4)))
    assert torch.allclose(found[0], method.scores(torch.tensor([4]))[0], atol=1e-5)


def test_a_newcomer_has_its_twin_for_nearest_user() -> None:
    method = UserNeighbours(*SIZE, None, k=1, likeness="cosine", shrinkage=0)
    method.fit(EVENTS)
    found = method.fold_in(as_rows(row(EVENTS, 4)))[0]
    assert torch.equal(found > 0, EVENTS.dense(torch.tensor([4]))[0] > 0)


@pytest.mark.parametrize("name", ["items", "items adjusted", "ease", "rules"])
def test_reasons_add_up_to_the_score(name: str) -> None:
    for span in (SPAN, None):
        method: Any = fitted(MAKES[name], span)
        profile = method.matrix.some(torch.tensor([2]))
        scores = method.scores(torch.tensor([2]))[0]
        for item in range(ITEMS):
            parts = method.reasons(profile, item)
            base = 0.0
            if span and name != "rules":
                base = float(method.baseline(profile)[0] + method.item_bias[item])
            assert float(parts.sum()) + base == pytest.approx(float(scores[item]), abs=1e-5)


def test_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    users, items = torch.tensor([5, 1, 5, 0, 9]), torch.tensor([0, 3, 2, 10, 3])
    for name in ("items", "items adjusted", "users", "rules", "ease"):
        whole = fitted(MAKES[name], SPAN)(users, items)
        with monkeypatch.context() as patch:
            patch.setattr(neighbours, "NUMBERS", 1)
            patch.setattr(ease, "BLOCK", 2)
            patch.setattr("makebelieve.systems.recommender.rules.ENTRIES", 2)
            patch.setattr("makebelieve.systems.recommender.baselines.NUMBERS", 1)
            assert torch.allclose(fitted(MAKES[name], SPAN)(users, items), whole, atol=1e-5)


# each by its definition


def test_biases_are_damped_least_squares() -> None:
    method = fitted(MAKES["biases"], SPAN)
    mean = float(TABLE.values.mean())
    assert float(method.mean) == pytest.approx(mean)
    for user in range(USERS):
        left = [value - mean - float(method.item_bias[item]) for item, value in row(TABLE, user).items()]
        bias = sum(left) / (DAMPING[1] + len(left))
        expected = mean + bias + float(method.item_bias[6])
        assert float(method.scores(torch.tensor([user]))[0, 6]) == pytest.approx(expected, abs=1e-5)
    often = torch.zeros(ITEMS).index_add_(0, TABLE.indices, torch.ones(len(TABLE.values)))
    assert torch.equal(fitted(MAKES["popular"], None).scores(torch.tensor([0]))[0], often)


def alike(a: dict[int, float], b: dict[int, float], kind: str, shrinkage: float) -> float:
    both = sorted(a.keys() & b.keys())
    if not both:
        return 0.0
    if kind == "cosine":
        top = sum(a[i] * b[i] for i in both)
        found = top / math.sqrt(sum(x * x for x in a.values()) * sum(x * x for x in b.values()))
    else:
        x, y = [a[i] for i in both], [b[i] for i in both]
        if kind == "pearson":
            x, y = [v - sum(x) / len(x) for v in x], [v - sum(y) / len(y) for v in y]
        norm = math.sqrt(sum(v * v for v in x) * sum(v * v for v in y))
        found = sum(v * w for v, w in zip(x, y, strict=True)) / norm if norm > 1e-4 else 0.0
    return found * len(both) / (len(both) + shrinkage)


@pytest.mark.parametrize("shrinkage", [0.0, 3.0])
@pytest.mark.parametrize("kind", ["cosine", "pearson", "adjusted_cosine"])
def test_similarities_agree_with_their_definitions(kind: Any, shrinkage: float) -> None:
    values = TABLE.values - 2.75 if kind == "adjusted_cosine" else TABLE.values
    pairs = Pairs(TABLE, values)
    found = pairs.similarities(torch.tensor([4, 0, 13]), kind, shrinkage)
    rows = [row(TABLE._replace(values=values), user) for user in range(USERS)]
    expected = [[alike(rows[a], rows[b], kind, shrinkage) for b in range(USERS)] for a in (4, 0, 13)]
    assert torch.allclose(found, torch.tensor(expected), atol=1e-4)


def test_item_neighbours_predict_as_koren_says() -> None:
    k, shrinkage = 4, 2.0
    method = fitted(MAKES["items"], SPAN)
    columns = [row(TABLE.by_item(), item) for item in range(ITEMS)]
    base = fitted(MAKES["biases"], SPAN).scores(torch.arange(USERS))
    found = method.scores(torch.arange(USERS))
    for item in range(ITEMS):
        near = sorted(
            ((alike(columns[item], columns[j], "cosine", shrinkage), j) for j in range(ITEMS) if j != item),
            reverse=True,
        )
        for user in range(USERS):
            rated = row(TABLE, user)
            some = [(s, rated[j] - float(base[user, j])) for s, j in near[:k] if j in rated]
            expected = float(base[user, item]) + sum(s * r for s, r in some) / (sum(s for s, _ in some) + LEAN)
            assert float(found[user, item]) == pytest.approx(expected, abs=1e-4)


def test_user_neighbours_of_events_add_similarities() -> None:
    method = UserNeighbours(*SIZE, None, k=3, likeness="cosine", shrinkage=0)
    method.fit(EVENTS)
    users = [row(EVENTS, user) for user in range(USERS)]
    found = method.scores(torch.arange(USERS))
    for user in range(USERS):
        near = sorted(((alike(users[user], users[v], "cosine", 0), v) for v in range(USERS) if v != user), reverse=True)
        if near[2][0] - near[3][0] < 1e-6:  # a tie: either neighbour would do
            continue
        for item in range(ITEMS):
            expected = sum(s for s, v in near[:3] if item in users[v])
            assert float(found[user, item]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("events", [EVENTS, EVENTS.by_item()])  # more users than items, and fewer
def test_ease_is_the_least_squares_solution_without_a_diagonal(events: Matrix) -> None:
    users, items = events.shape
    method = Ease(users, items, len(events.values), None, decay=3.0)
    method.fit(events)
    x = events.dense(torch.arange(users)).double()
    for item in range(items):
        rest = [j for j in range(items) if j != item]
        one = x[:, rest]
        solved = torch.linalg.solve(one.T @ one + 3 * torch.eye(items - 1).double(), one.T @ x[:, item])
        assert torch.allclose(method.weight[rest, item].double(), solved, atol=1e-4)
        assert method.weight[item, item] == 0
    assert torch.allclose(method.scores(torch.arange(users)).double(), x @ method.weight.double(), atol=1e-5)


def test_rules_count_what_goes_together() -> None:
    method = Rules(*SIZE, None, k=ITEMS, fewest=2)
    method.fit(EVENTS)
    having = [set(row(EVENTS.by_item(), item)) for item in range(ITEMS)]
    found = method.rules(1000)
    pairs = {(rule.given, rule.then): rule for rule in found}
    for a in range(ITEMS):
        for b in range(ITEMS):
            both = len(having[a] & having[b])
            if a == b or both < 2:
                assert (a, b) not in pairs
                continue
            rule = pairs[a, b]
            assert rule.support == pytest.approx(both / USERS)
            assert rule.confidence == pytest.approx(both / len(having[a]))
            assert rule.lift == pytest.approx(both * USERS / (len(having[a]) * len(having[b])), rel=1e-5)
    assert [rule.lift for rule in found] == sorted((rule.lift for rule in found), reverse=True)
    assert {rule.given for rule in method.rules(5, item=3)} == {3}
    scores = method.scores(torch.tensor([1]))[0]
    for item in range(ITEMS):
        sums = sum(pairs[j, item].confidence for j in row(EVENTS, 1) if (j, item) in pairs)
        assert float(scores[item]) == pytest.approx(sums, abs=1e-5)


def test_nobody_and_nothing_known_gets_the_baseline() -> None:
    few = matrix(torch.tensor([0, 0, 1]), torch.tensor([0, 1, 1]), torch.tensor([5.0, 1, 2]), (3, 4))
    for make in (
        lambda: ItemNeighbours(3, 4, 3, SPAN, k=10, likeness="pearson", shrinkage=0),
        lambda: UserNeighbours(3, 4, 3, SPAN, k=10, likeness="adjusted_cosine", shrinkage=0),
        lambda: Ease(3, 4, 3, SPAN, decay=1.0),
    ):
        method = make()
        method.fit(few)
        assert method(torch.tensor([2]), torch.tensor([3])).tolist() == pytest.approx([8 / 3])


def test_methods_recover_part_of_the_truth() -> None:
    data = ratings("synthetic", seed=0)
    assert data.truth is not None
    table, v = data.matrix(), data.valid
    size = (*table.shape, len(table.values))
    makes = {
        "mean": UserMean(*size, data.range), "biases": Biases(*size, data.range),
        "items": ItemNeighbours(*size, data.range, k=40, likeness="adjusted_cosine", shrinkage=10),
        "users": UserNeighbours(*size, data.range, k=60, likeness="adjusted_cosine", shrinkage=10),
        "ease": Ease(*size, data.range, decay=30.0),
    }  # fmt: skip
    truth = data.truth.scores(v.users, v.items).clamp(*data.range)
    away = {}
    for name, method in makes.items():
        method.fit(table)
        away[name] = float((method(v.users, v.items) - truth).square().mean().sqrt())
    assert away["biases"] < 0.9 * away["mean"]
    assert max(away["items"], away["users"], away["ease"]) < 0.95 * away["biases"]


# what may be wrong


def test_bad_options_and_catalogues_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="k must"):
        ItemNeighbours(*SIZE, None, k=0, likeness="cosine", shrinkage=0)
    with pytest.raises(OptionError, match="cosine, pearson, adjusted_cosine, not 'jaccard'"):
        UserNeighbours(*SIZE, None, k=3, likeness="jaccard", shrinkage=0)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="shrinkage"):
        UserNeighbours(*SIZE, None, k=3, likeness="cosine", shrinkage=-1)
    with pytest.raises(OptionError, match="decay"):
        Ease(*SIZE, None, decay=0)
    with pytest.raises(OptionError, match="fewest"):
        Rules(*SIZE, None, fewest=0)
    monkeypatch.setattr(ease, "memory", lambda: 2.0**30)
    with pytest.raises(DataError, match=r"60,000 items .* 40\.2 GiB, and this machine has 1\.0 GiB"):
        Ease(10, 60_000, 5, None, decay=1.0)
