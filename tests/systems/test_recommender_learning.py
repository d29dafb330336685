"""What recommenders learn: half-sweeps equal plain solutions, draws and gradients find a law that is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from recommending import ITEMS, USERS, events, law, stars

import makebelieve as mb
from makebelieve.systems.recommender import als, recommender
from makebelieve.systems.recommender.als import ByLength, Side, solve_events, solve_ratings
from makebelieve.systems.recommender.bayes import draw_noise, draw_prior
from makebelieve.systems.recommender.networks import Range, dot


@pytest.fixture(autouse=True)
def _runs(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path))


def other(rows: int, k: int) -> Side:
    generator = torch.Generator().manual_seed(5)
    return Side(torch.randn(rows, k, generator=generator), torch.randn(rows, generator=generator))


@pytest.mark.parametrize("numbers", [8_000_000, 150])
def test_a_half_sweep_of_ratings_equals_plain_solutions(monkeypatch, numbers):
    monkeypatch.setattr(als, "NUMBERS", numbers)
    matrix, held, k, decay = stars().matrix("train"), other(ITEMS, 3), 3, 0.2
    mean = matrix.values.mean()
    found, left = solve_ratings(ByLength(matrix, 2 * k + 2), held, mean, decay)
    errors = []
    for user in range(USERS):
        items, values = (one.numpy() for one in matrix.row(user))
        x = np.concatenate([held.factors.numpy()[items], np.ones((len(items), 1))], 1).astype(np.float64)
        y = values - float(mean) - held.bias.numpy()[items]
        solution = np.linalg.solve(x.T @ x + decay * len(items) * np.eye(k + 1), x.T @ y)
        np.testing.assert_allclose(found.factors[user].numpy(), solution[:k], atol=1e-4)
        np.testing.assert_allclose(float(found.bias[user]), solution[k], atol=1e-4)
        errors += list((x @ solution - y) ** 2)
    assert float(left) == pytest.approx(np.mean(errors), rel=1e-4)


@pytest.mark.parametrize("numbers", [8_000_000, 150])
def test_a_half_sweep_of_events_equals_plain_solutions(monkeypatch, numbers):
    monkeypatch.setattr(als, "NUMBERS", numbers)
    data = events()
    matrix, k, decay, confidence = data.matrix("train"), 3, 0.7, 4.0
    held = other(len(data.items), k).factors
    found, _ = solve_events(ByLength(matrix, 2 * k), held, confidence, decay)
    y = held.double().numpy()
    for user in range(len(data.users)):
        items, values = (one.numpy() for one in matrix.row(user))
        c, p = np.ones(len(y)), np.zeros(len(y))
        c[items], p[items] = 1 + confidence * values, 1
        solution = np.linalg.solve(y.T @ (c[:, None] * y) + decay * np.eye(k), y.T @ (c * p))
        np.testing.assert_allclose(found[user].numpy(), solution if len(items) else 0 * solution, atol=1e-4)


def test_gradients_of_the_dot_product_are_right():
    table = torch.randn(12, 4, dtype=torch.float64, requires_grad=True)
    places = torch.tensor([0, 1, 1, 3, 5, 6, 6, 11])
    for within in (Range((1, 5)), Range(None)):
        assert torch.autograd.gradcheck(lambda rows, r=within: dot(rows, places, r), (table,))


def test_priors_and_noise_are_drawn_around_what_the_rows_say():
    torch.manual_seed(0)
    rows = torch.randn(4000, 2) @ torch.tensor([[2.0, 0.0], [1.0, 0.5]]) + torch.tensor([1.0, -1.0])
    draws = [draw_prior(rows) for _ in range(20)]
    mean = torch.stack([one for one, _ in draws]).mean(0)
    spread = torch.linalg.inv(torch.stack([one for _, one in draws]).mean(0))
    torch.testing.assert_close(mean.float(), rows.mean(0), atol=0.05, rtol=0)
    torch.testing.assert_close(spread.float(), torch.cov(rows.T), atol=0.15, rtol=0)
    noise = torch.stack([draw_noise(torch.tensor(4.0 * 5000), 5000, 1.0) for _ in range(50)])
    assert float(noise.mean()) == pytest.approx(1 / 4.0, rel=0.02)
    assert float(noise.std()) == pytest.approx((2 / 5000) ** 0.5 / 4, rel=0.4)


@pytest.mark.parametrize(
    ("network", "options", "epochs", "most"),
    [
        ("bayesian", {"factors": 3}, 50, 0.3),
        ("als", {"factors": 2, "decay": 0.02}, 16, 0.3),
        ("dot", {"factors": 3, "decay": 0.02, "learning_rate": 0.02, "batch_size": 64}, 40, 0.5),
        ("mlp", {"factors": 4, "decay": 0.02, "learning_rate": 0.01, "batch_size": 64}, 40, 0.8),
    ],
)
def test_a_known_law_of_low_rank_is_learned(network, options, epochs, most):
    learn = recommender(stars(), network, device="cpu", **options)
    learn.fit(epochs)
    figures = learn.evaluate()
    assert figures["rmse"] < most < 0.8 * figures["rmse_user_mean"]
    p, q = law()
    users, items = torch.arange(USERS).repeat_interleave(ITEMS), torch.arange(ITEMS).repeat(USERS)
    truth = (3 + (p[users] * q[items]).sum(1)).clamp(1, 5)
    assert torch.corrcoef(torch.stack([learn.predict_places(users, items), truth]))[0, 1] > 0.85


@pytest.mark.parametrize("loss", ["bpr", "softmax"])
@pytest.mark.parametrize("network", ["dot", "mlp"])
def test_losses_that_rank_beat_the_most_popular(network, loss):
    learn = recommender(
        events(), network, loss=loss, factors=4, decay=0.01, learning_rate=0.02, batch_size=64, device="cpu"
    )
    learn.fit(15)
    figures = learn.evaluate()
    assert figures["ndcg_at_10"] > 1.3 * figures["ndcg_at_10_popular"]
    assert "better" in figures.verdict[0] or "낫습니다" in figures.verdict[0]


def test_the_most_popular_is_no_better_than_itself():
    learn = recommender(events(), "popular", device="cpu")
    learn.fit()
    figures = learn.evaluate()
    assert figures["ndcg_at_10"] == figures["ndcg_at_10_popular"]
    assert "no better" in figures.verdict[0] or "못" in figures.verdict[0] or "않" in figures.verdict[0]


def test_draws_are_better_than_the_last_draw_and_go_on(tmp_path):
    learn = recommender(stars(), "bayesian", factors=3, device="cpu", run=tmp_path / "run")
    learn.fit(20)
    model = learn.nets["model"]
    first = learn.evaluate()["rmse"]
    learn.fit(40)
    assert int(model.kept) == 30
    assert learn.evaluate()["rmse"] <= first + 0.02
    assert len(learn.history) == 60


def test_events_and_ratings_get_what_suits_them():
    assert recommender(stars(), device="cpu").config["arguments"]["network"] == "bayesian"
    assert recommender(events(), device="cpu").config["arguments"]["network"] == "ease"
    assert recommender(stars(), "dot", device="cpu").recipe.__name__ == "squared_error"
    assert recommender(events(), "dot", device="cpu").recipe.__name__ == "sampled_softmax"


def test_bad_input(tmp_path):
    data = stars()
    for wanted, options in (
        ("network", {"network": "svd"}),
        ("bpr", {"network": "als", "loss": "bpr"}),
        ("hinge", {"network": "dot", "loss": "hinge"}),
        ("factors", {"network": "dot", "factors": 0}),
        ("decay", {"network": "dot", "decay": -1.0}),
    ):
        with pytest.raises(mb.OptionError, match=wanted):
            recommender(data, **options)
    with pytest.raises(mb.OptionError, match="bayesian"):
        recommender(events(), "bayesian")
    with pytest.raises(mb.OptionError, match="squared_error"):
        recommender(events(), "dot", loss="squared_error")
    with pytest.raises(mb.DataError, match=r"mb\.ratings"):
        recommender([1, 2])
    learn = recommender(data, "als", factors=2, device="cpu", run=tmp_path / "run")
    learn.fit(1)
    with pytest.raises(mb.OptionError, match="als"):
        learn.find_lr()
    with pytest.raises(mb.DataError, match="film 12"):
        learn.similar_items("flim 12")
    with pytest.raises(mb.DataError, match="9999"):
        learn.recommend(9999)
    for wrong in ({"film 1": 6}, {"film 1": float("nan")}, {"film 1": "good"}, {}, ["film 1"]):
        with pytest.raises(mb.DataError):
            learn.recommend(ratings=wrong)
    with pytest.raises(mb.OptionError):
        learn.recommend(1, ratings={"film 1": 5})
    with pytest.raises(mb.OptionError):
        learn.recommend()
    with pytest.raises(mb.OptionError):
        learn.recommend(1, 0)
    with pytest.raises(mb.OptionError, match="2"):
        learn.predict([1, 2], [1, 2, 3])
    with pytest.raises(mb.OptionError, match="share"):
        learn.simulate_feedback(1, share=2)
