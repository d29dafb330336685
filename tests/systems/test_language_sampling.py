"""Drawing tokens: the law is the softmax, and the filters leave out what the literature says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from torch import tensor
from torch.nn import functional as F

from makebelieve.systems.language_model.sampling import Chooser, Sampling, filtered

SCORES = np.array([[2.0, 1.0, 0.0, -1.0]], np.float32)


def shares(sampling, n=20_000):
    choose = Chooser(sampling, n, 4, seed=0)
    return np.bincount(choose(np.repeat(SCORES, n, 0)), minlength=4) / n


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_are_drawn_by_the_softmax(temperature):
    expected = F.softmax(tensor(SCORES[0]) / temperature, 0).numpy()
    np.testing.assert_allclose(shares(Sampling(temperature)), expected, atol=0.012)  # 3.4 deviations of a share of 0.5


def test_draws_of_several_steps_are_independent():
    choose = Chooser(Sampling(1.0), 1, 4, seed=0)
    drawn = [int(choose(SCORES)[0]) for _ in range(4000)]
    expected = F.softmax(tensor(SCORES[0]), 0).numpy()
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 4000, expected, atol=0.03)
    after = [b for a, b in pairwise(drawn) if a == 0]
    np.testing.assert_allclose(np.bincount(after, minlength=4) / len(after), expected, atol=0.04)


@pytest.mark.parametrize("sampling", [Sampling(0.0), Sampling(1.0, greedy=True), Sampling(1.0, top_k=1)])
def test_greedy_takes_the_likeliest(sampling):
    assert shares(sampling, 100)[0] == 1


def test_top_k_keeps_the_k_likeliest():
    assert np.isfinite(filtered(SCORES, Sampling(1.0, top_k=2))).tolist() == [[True, True, False, False]]
    assert np.isfinite(filtered(SCORES, Sampling(1.0, top_k=9))).all()


@pytest.mark.parametrize(("p", "kept"), [(0.1, 1), (0.64, 1), (0.65, 2), (0.9, 3), (0.98, 4), (1.0, 4)])
def test_top_p_keeps_the_fewest_that_add_up_to_p(p, kept):
    """Probabilities 0.644, 0.237, 0.087, 0.032."""
    assert np.isfinite(filtered(SCORES[:, ::-1], Sampling(1.0, top_p=p))).sum() == kept


@pytest.mark.parametrize(("share", "kept"), [(0.0, 4), (0.04, 4), (0.05, 3), (0.2, 2), (1.0, 1)])
def test_min_p_keeps_those_near_the_likeliest(share, kept):
    """Shares of the likeliest: 1, 0.368, 0.135, 0.0498."""
    assert np.isfinite(filtered(SCORES, Sampling(1.0, min_p=share))).sum() == kept


def test_a_repeated_token_becomes_less_likely():
    choose = Chooser(Sampling(0.0, repetition_penalty=3.0), 1, 4, seed=0)
    assert choose(SCORES)[0] == 0
    assert choose(SCORES)[0] == 1  # 2 / 3 is less than 1
    fresh = Chooser(Sampling(0.0, repetition_penalty=3.0), 2, 4, seed=0)
    fresh.see(np.array([[0, 2], [3, 3]]))
    assert fresh(np.repeat(SCORES, 2, 0)).tolist() == [1, 0]


def test_a_penalty_makes_negative_scores_more_negative():
    choose = Chooser(Sampling(0.0, repetition_penalty=2.0), 1, 3, seed=0)
    choose.see(np.array([[0]]))
    assert choose(np.array([[-1.0, -1.5, -9.0]], np.float32))[0] == 1


def test_banned_tokens_never_come_and_scores_are_left_alone():
    choose, scores = Chooser(Sampling(5.0), 1, 4, seed=0, banned=[0]), SCORES.copy()
    assert 0 not in {int(choose(scores)[0]) for _ in range(200)}
    assert np.array_equal(scores, SCORES)
