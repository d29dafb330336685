from __future__ import annotations

import numpy as np
import pytest
import torch

from makebelieve.errors import DataError
from makebelieve.evaluate.frechet import frechet_distance


def features(seed, n=300, d=8, scale=1.0):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, d)) @ random.normal(size=(d, d)) * scale + random.normal(size=d)


def independent(a, b):
    """The formula with a general matrix root, as published."""
    linalg = pytest.importorskip("scipy.linalg")
    sa, sb = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(sa + sb - 2 * linalg.sqrtm(sa @ sb).real)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_an_independent_computation(seed):
    a, b = features(seed), features(seed + 10, n=200)
    assert frechet_distance(a, b) == pytest.approx(independent(a, b), rel=1e-8)


def test_of_a_set_with_itself_is_zero_and_of_a_moved_set_the_squared_way():
    a = features(0)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a + 2) == pytest.approx(4 * a.shape[1], rel=1e-9)


def test_of_a_stretched_set_in_one_dimension_is_the_squared_difference_of_deviations():
    a = features(1, d=1)
    stretched = (a - a.mean()) * 3 + a.mean()
    assert frechet_distance(a, stretched) == pytest.approx((2 * a.std(ddof=1)) ** 2, rel=1e-9)


def test_is_symmetric_and_does_not_change_when_both_are_turned_and_moved():
    a, b = features(2), features(3)
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))
    assert frechet_distance(b, a) == pytest.approx(frechet_distance(a, b), rel=1e-9)
    assert frechet_distance(a @ turn + 5, b @ turn + 5) == pytest.approx(frechet_distance(a, b), rel=1e-9)


def test_more_features_than_rows_and_dead_features_are_no_trouble():
    a, b = features(4, n=5), features(5, n=5)
    a[:, 3] = b[:, 3] = 0
    # with centred data A, B (n, d), tr(Σₐ Σ_b)^½ is the sum of the singular values of A Bᵀ / (n − 1)
    crossed = np.linalg.svd((a - a.mean(0)) @ (b - b.mean(0)).T / 4, compute_uv=False).sum()
    traces = np.trace(np.cov(a, rowvar=False)) + np.trace(np.cov(b, rowvar=False))
    expected = np.sum((a.mean(0) - b.mean(0)) ** 2) + traces - 2 * crossed
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)


def test_takes_tensors_and_computes_in_float64():
    a, b = features(6), features(7)
    told = frechet_distance(torch.from_numpy(a).float(), torch.from_numpy(b).float())
    assert told == pytest.approx(frechet_distance(a, b), rel=1e-5)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (np.zeros(5), np.zeros((5, 2)), "(5,)"),
        (np.zeros((1, 2)), np.zeros((5, 2)), "(1, 2)"),
        (np.zeros((5, 3)), np.zeros((5, 2)), "3 and 2"),
        (np.full((5, 2), np.nan), np.zeros((5, 2)), "10 of the features"),
    ],
)
def test_unfit_features_are_refused_in_a_sentence(monkeypatch, a, b, words):
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    with pytest.raises(DataError) as caught:
        frechet_distance(a, b)
    assert words in str(caught.value)
