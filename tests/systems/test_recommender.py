"""What a recommender answers: predictions, lists, likeness, reasons, newcomers; and a run that answers without data."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from recommending import ITEMS, USERS, events, stars

import makebelieve as mb
from makebelieve.systems.recommender import Recommender, recommender
from makebelieve.training import Saving

RATED = ("bayesian", "als", "dot", "mlp", "item_neighbours", "user_neighbours", "ease", "biases", "popular", "rules")
EVENTS = ("als", "dot", "mlp", "item_neighbours", "user_neighbours", "ease", "popular", "rules")


@pytest.fixture(autouse=True)
def _runs(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path))
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")


def fitted(kind: str, *, implicit: bool = False, **options) -> Recommender:
    small = {"factors": 3} if kind in ("bayesian", "als", "dot", "mlp") else {}
    learn = recommender(events() if implicit else stars(), kind, device="cpu", **{**small, **options})
    learn.fit(3 if kind in ("dot", "mlp", "als") else 12 if kind == "bayesian" else None)
    return learn


@pytest.mark.parametrize(("kind", "implicit"), [*((k, False) for k in RATED), *((k, True) for k in EVENTS)])
def test_every_network_has_all_verbs(kind, implicit):
    learn = fitted(kind, implicit=implicit)
    seen = set(learn.catalogue.seen.row(3)[0].tolist())
    best = learn.recommend(3, 5)
    assert len(best) == 5
    assert not seen & {learn.catalogue.items.index(one) for one in best.ids}
    assert best.scores == sorted(best.scores, reverse=True)
    of_all = learn.recommend_all(5)
    assert len(of_all) == len(learn.catalogue.users)
    torch.testing.assert_close(torch.tensor(of_all[3].scores), torch.tensor(best.scores))
    assert of_all[3].ids == best.ids or kind in ("popular", "biases")  # ties may fall either way
    some = learn.predict([3, 4], [7, 8])
    assert some.shape == (2,)
    assert learn.predict(4, 8) == pytest.approx(float(some[1]), abs=1e-5)
    newcomer = learn.recommend(ratings={1: 5.0, 2: 1.0, 7: 4.0}, n=4)
    assert len(newcomer) == 4
    assert not {1, 2, 7} & set(newcomer.ids)
    assert len(learn.because(3, best.ids[0])) <= 5
    assert len(learn.similar_items(5, 3)) <= 3
    assert 5 not in learn.similar_items(5, 3).ids
    assert 3 not in learn.similar_users(3, 3).ids
    assert len(learn.popular(4)) == 4
    figures = learn.evaluate(5)
    assert {"ndcg_at_5", "ndcg_at_5_popular", "coverage_at_5"} <= set(figures)
    assert ("rmse" in figures) == (not implicit)
    assert figures.verdict
    assert "system" in repr(figures)


def test_ratings_stay_in_their_range():
    for kind in ("bayesian", "als", "dot", "mlp", "item_neighbours"):
        learn = fitted(kind)
        found = learn.predict_places(torch.arange(USERS), torch.full((USERS,), 3))
        assert 0.5 < float(found.min()) <= float(found.max()) < 5.5
        assert all(1 <= score <= 5 for score in learn.recommend(1, 20).scores)


@pytest.mark.parametrize("kind", ["bayesian", "als", "ease", "item_neighbours"])
def test_a_known_users_ratings_give_nearly_his_recommendations(kind):
    learn = fitted(kind, implicit=kind == "ease")
    shared = 0.0
    for user in range(10):
        items, values = learn.catalogue.seen.row(learn.catalogue.users.index(user))
        ratings = {learn.catalogue.items[i]: v for i, v in zip(items.tolist(), values.tolist(), strict=True)}
        his, new = learn.recommend(user, 10), learn.recommend(ratings=ratings, n=10)
        shared += len(set(his.ids) & set(new.ids)) / 100
    assert shared > 0.8


@pytest.mark.parametrize("kind", ["dot", "mlp"])
def test_networks_by_gradients_place_newcomers_near(kind):
    learn = recommender(stars(), kind, factors=3, decay=0.01, learning_rate=0.02, batch_size=64, device="cpu")
    learn.fit(25)
    users, items = stars().train.users, stars().train.items
    alike = []
    for user in range(10):
        own, values = learn.catalogue.seen.row(user)
        new = learn.folded(own[None], values[None], torch.ones(1, len(own)))[0]
        alike.append(torch.corrcoef(torch.stack([new, learn.on_device(torch.tensor([user]))[0]]))[0, 1])
    assert float(torch.stack(alike).mean()) > 0.9
    assert len(users) == len(items)


def test_reasons_are_the_ratings_that_speak_for_an_item():
    for kind in ("als", "bayesian", "item_neighbours"):
        learn = fitted(kind)
        best = learn.recommend(2, 1)
        reasons = learn.because(2, best.ids[0], 4)
        seen = {learn.catalogue.items[i] for i in learn.catalogue.seen.row(2)[0].tolist()}
        assert 0 < len(reasons) <= 4
        assert set(reasons.ids) <= seen
        assert all(score > 0 for score in reasons.scores)
        items, values = learn.catalogue.seen.row(2)
        ratings = {learn.catalogue.items[i]: v for i, v in zip(items.tolist(), values.tolist(), strict=True)}
        newcomer = learn.reasons(ratings, best.ids, 4)[0]
        assert newcomer.ids == reasons.ids
        assert newcomer.scores == pytest.approx(reasons.scores, abs=1e-4)


def test_a_run_answers_without_its_data(tmp_path):
    for kind in ("bayesian", "als", "dot", "mlp", "item_neighbours", "rules"):
        run = tmp_path / kind
        learn = fitted(kind, run=run)
        again = mb.load(run)
        assert again.data is None
        assert again.recommend(3, 5).titles == learn.recommend(3, 5).titles
        assert again.recommend(ratings={"film 4": 5}, n=3).ids == learn.recommend(ratings={"film 4": 5}, n=3).ids
        assert again.popular(3).titles == learn.popular(3).titles
        with pytest.raises(mb.MakebelieveError, match=r"mb\.resume"):
            again.evaluate()
    (run / "names.json").write_text("{")
    with pytest.raises(mb.CheckpointError, match="names"):
        mb.load(run)


def test_titles_are_understood_and_cold_users_are_told():
    learn = fitted("als")
    assert learn.similar_items("film 5", 2).ids == learn.similar_items(5, 2).ids
    data = stars()
    users, items = data.train.users, data.train.items
    kept = users != 7
    part = type(data.train)(data.train.pairs[kept], data.train.values[kept], None)
    cold = type(data)(
        part, data.valid, users=data.users, items=data.items, implicit=False, range=data.range, facts=data.facts
    )
    assert len(items) == len(users)
    for kind in ("bayesian", "als", "dot", "biases", "item_neighbours"):
        learn = recommender(cold, kind, device="cpu", **({"factors": 3} if kind in ("als", "dot") else {}))
        learn.fit(2)
        found = learn.recommend(7, 3)
        assert len(found) == 3
        assert "no ratings" in found.note
        assert "no ratings" in repr(found)
        assert not learn.recommend(8, 3).note


def test_answers_are_escaped_in_notebooks():
    learn = fitted("als")
    names = learn.catalogue.items
    assert names.titles is not None
    best = learn.recommend(1, 3)
    bad = dataclasses.replace(best, rows=(dataclasses.replace(best[0], title="<b>&</b>"),), note="<i>")
    assert "<b>" not in bad._repr_html_()
    assert "<i>" not in bad._repr_html_()
    assert "&lt;b&gt;" in bad._repr_html_()
    assert "film" in learn.recommend_all(3)._repr_html_()


def test_the_map_has_titles_and_a_picture():
    learn = fitted("als")
    found = learn.embedding_map(8)
    assert len(found.titles) == 8
    assert found.points.shape == (8, 2)
    assert sum(found.shares) <= 1.0001
    assert found.picture.tensor.shape[:2] == (1, 3)
    assert "film" in repr(found)
    assert "data:image/png;base64," in found._repr_html_()
    with pytest.raises(mb.OptionError):
        fitted("popular").embedding_map()


def test_the_feedback_loop_is_seeded_and_told():
    learn = fitted("als", implicit=True)
    one, two = (learn.simulate_feedback(2, n=5, epochs=2, seed=3) for _ in range(2))
    assert one.rounds == two.rounds
    assert len(one.rounds) == 3
    assert all(0 <= value <= 1 for value in one.column("coverage") + one.column("gini"))
    assert "rounds" in repr(one)
    assert "<table>" in one._repr_html_()
    same = fitted("popular", implicit=True).simulate_feedback(1, n=5)
    assert same.rounds[0]["gini"] > one.rounds[0]["gini"]


def test_exact_resume(tmp_path):
    for kind in ("bayesian", "als", "dot", "ease"):
        small = {"factors": 3} if kind != "ease" else {}
        options = {**small, "device": "cpu", "batch_size": 64}
        whole = recommender(stars(), kind, run=tmp_path / f"{kind}-whole", **options)
        whole.fit(steps=7)
        saving = Saving(steps=3)

        class Interrupted(mb.Callback):
            def on_step(self, learn):
                if learn.step == 5:
                    raise RuntimeError("killed")

        run = tmp_path / f"{kind}-cut"
        cut = recommender(stars(), kind, run=run, saving=saving, callbacks=[Interrupted()], **options)
        with pytest.raises(RuntimeError, match="killed"):
            cut.fit(steps=7)
        again = recommender(stars(), kind, **options)
        again.resume(run)
        assert again.step == whole.step == 7
        for name, value in whole.nets["model"].state_dict().items():
            assert torch.equal(again.nets["model"].state_dict()[name], value), (kind, name)
        assert again.history.records == whole.history.records


def test_a_module_of_ones_own():
    class Mine(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.user, self.item = torch.nn.Embedding(USERS, 3), torch.nn.Embedding(ITEMS, 3)

        def forward(self, users, items):
            return (self.user(users) * self.item(items)).sum(1)

    learn = recommender(stars(), Mine(), device="cpu")
    learn.fit(1)
    assert len(learn.recommend(2, 4)) == 4
    assert len(learn.similar_items(2, 4)) == 4  # by what they have in common
    with pytest.raises(mb.OptionError, match="Mine"):
        learn.recommend(ratings={1: 5.0})
    with pytest.raises(mb.OptionError, match="Linear"):
        recommender(stars(), torch.nn.Linear(2, 1), device="cpu")


@pytest.mark.parametrize("kind", ["ease", "als", "item_neighbours", "rules"])
def test_of_events_those_without_any_get_what_is_most_popular(kind):
    users = ["a", "a", "a", "b", "b", "c", "c", "d", "d", "late", "late"]
    items = [5, 6, 7, 6, 7, 6, 8, 5, 6, 5, 9]
    data = mb.ratings({"user": users, "item": items, "time": [*range(9), 100, 101]}, valid="time:0.18")
    learn = recommender(data, kind, device="cpu")
    learn.fit(1)
    cold = learn.recommend("late", 2)
    assert cold.note and cold.ids[0] == 6  # four have it
    assert learn.recommend_all(2)["late"].ids == cold.ids
    assert learn.recommend(ratings=[9], n=1).ids == [6]  # nobody had 9 in training
    nothing = learn.because("a", 9)
    assert len(nothing) == 0 and nothing.note.startswith("None of what user a has")


def test_newcomers_give_numbers_of_any_kind_once_each():
    learn, liked = fitted("ease"), fitted("ease", implicit=True)
    plain = learn.recommend(ratings={3: 5, 4: 1}, n=3)
    assert learn.recommend(ratings={3: np.int64(5), np.int64(4): np.float32(1)}, n=3) == plain
    for given in ({3: 5, "film 3": 4}, {3: float("nan")}, {3: True}):
        with pytest.raises(mb.DataError):
            learn.recommend(ratings=given)
    for given in ({3: 0}, {3: float("inf")}, [[3]]):
        with pytest.raises(mb.DataError):
            liked.recommend(ratings=given)


def test_one_user_or_none_may_be_asked_for():
    learn = fitted("ease")
    assert len(learn.predict([], 3)) == 0
    assert learn.recommend_all(3, users="12").asked.tolist() == [learn.catalogue.users.index(12)]
    assert learn.recommend_all(3, users=12)[12].ids == learn.recommend(12, 3).ids


def test_unfit_networks_and_decays_are_refused():
    with pytest.raises(mb.OptionError, match="network"):
        recommender(stars(), ["als"])  # type: ignore[arg-type]
    with pytest.raises(mb.OptionError, match="above 0"):
        recommender(stars(), "als", decay=0)
