"""The estimators pass scikit-learn's own checks and take their place among its tools."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
import torch
from torch import nn

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import MinMaxScaler  # noqa: E402
from sklearn.utils.estimator_checks import check_estimator  # noqa: E402

import makebelieve as mb  # noqa: E402
from makebelieve.sklearn import Classifier, Regressor  # noqa: E402

# A row's product in float32 may differ in its last bit with the number of rows around it; these ask for 1e-7.
EXPECTED = dict.fromkeys(
    ["check_methods_subset_invariance", "check_methods_sample_order_invariance"],
    "float32 products differ in the last bit with the size of the batch",
)
SKIPPED = {"check_array_api_input"}  # wants SCIPY_ARRAY_API in the environment


@pytest.fixture(scope="module")
def blobs():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(120, 4)) + np.repeat([[0], [3], [6]], 40, 0)
    return x * 100, np.repeat(["low", "mid", "high"], 40)


@pytest.mark.parametrize(
    "estimator", [Classifier(epochs=15, learning_rate=0.01), Regressor(epochs=20, learning_rate=0.01)]
)
def test_scikit_learns_checks_pass(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the checks pass odd data on purpose
        found = check_estimator(estimator, expected_failed_checks=EXPECTED, on_fail=None, on_skip=None)
    assert len(found) > 40
    assert {one["check_name"]: one["exception"] for one in found if one["status"] == "failed"} == {}
    assert {one["check_name"] for one in found if one["status"] == "skipped"} <= SKIPPED


def test_a_classifier_in_scikit_learns_tools(blobs):
    x, y = blobs
    model = Classifier(epochs=10, learning_rate=0.01, random_state=0)
    assert cross_val_score(model, x, y, cv=3).mean() > 0.9
    search = GridSearchCV(make_pipeline(MinMaxScaler(), clone(model)), {"classifier__epochs": [1, 10]}, cv=2)
    assert search.fit(x, y).best_params_ == {"classifier__epochs": 10}
    assert list(search.classes_) == ["high", "low", "mid"]


def test_networks_of_ones_own(blobs):
    x, y = blobs
    made = Classifier(
        lambda features, classes: nn.Linear(features, classes), epochs=10, learning_rate=0.05, random_state=0
    )
    assert made.fit(x, y).score(x, y) > 0.9
    assert isinstance(made.module_.net, nn.Linear)
    net = nn.Linear(4, 3)
    before = net.weight.clone()
    taken = Classifier(net, epochs=5, random_state=0).fit(x, y)
    assert torch.equal(net.weight, before)
    assert not torch.equal(taken.module_.net.weight, before)
    convolution = lambda shape, classes: nn.Sequential(nn.Conv2d(shape[0], 4, 3), nn.Flatten(), nn.LazyLinear(classes))  # noqa: E731
    pictures = np.random.default_rng(0).random((40, 1, 6, 6)) + np.repeat([0, 1], 20)[:, None, None, None]
    seen = Classifier(convolution, epochs=15, batch_size=8, random_state=0).fit(pictures, np.repeat([0, 1], 20))
    assert seen.predict_proba(pictures).shape == (40, 2)
    assert seen.score(pictures, np.repeat([0, 1], 20)) > 0.9


def test_the_same_seed_gives_the_same_network_and_a_pickle_the_same_answers(blobs):
    x, y = blobs
    one, other = (Classifier(epochs=2, random_state=3).fit(x, y) for _ in range(2))
    assert np.array_equal(one.predict_proba(x), other.predict_proba(x))
    assert np.array_equal(pickle.loads(pickle.dumps(one)).predict_proba(x), one.predict_proba(x))
    assert one.n_iter_ == 2
    assert [line["epoch"] for line in one.history_] == [1, 2]


def test_numbers_are_said_in_their_own_units():
    x = np.random.default_rng(1).normal(size=(150, 3))
    y = np.stack([1000 + 50 * x[:, 0], -3 + x[:, 1]], 1)
    model = Regressor(epochs=40, learning_rate=0.01, valid=0.2, patience=5, random_state=0).fit(x, y)
    assert model.score(x, y) > 0.9
    assert model.predict(x).shape == (150, 2)
    assert Regressor(epochs=1).fit(x, y[:, 0]).predict(x).shape == (150,)
    assert "valid_model" in model.history_[0]


def test_bad_networks_are_refused(blobs):
    x, y = blobs
    for model in ("resnet", 3, lambda features, classes: "net"):
        with pytest.raises(mb.OptionError, match="function"):
            Classifier(model).fit(x, y)
    with pytest.raises(mb.OptionError, match="did you mean"):
        Classifier(loss="crossentropy").fit(x, y)


def test_without_scikit_learn_one_sentence_says_so(monkeypatch):
    import importlib
    import sys

    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "makebelieve.sklearn")
    with pytest.raises(mb.MissingExtraError, match="scikit-learn"):
        importlib.import_module("makebelieve.sklearn")
