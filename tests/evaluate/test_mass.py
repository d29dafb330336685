from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.mass import class_mass, diversity, inception_score


def probabilities(n: int = 60, classes: int = 5) -> torch.Tensor:
    return torch.randn(n, classes, generator=torch.Generator().manual_seed(0)).mul(2).softmax(1)


def test_inception_score_agrees_with_the_definition() -> None:
    p = probabilities().double().numpy()
    expected = []
    for part in np.split(p, 3):
        marginal = part.mean(0)
        expected.append(
            math.exp(np.mean([sum(q * math.log(q / m) for q, m in zip(row, marginal, strict=True)) for row in part]))
        )
    assert inception_score(p, splits=3) == pytest.approx(np.mean(expected), rel=1e-12)


def test_its_bounds() -> None:
    sure = torch.eye(4).repeat(10, 1)
    assert inception_score(sure, splits=1) == pytest.approx(4)
    assert inception_score(sure[:1].repeat(10, 1), splits=1) == pytest.approx(1)  # one class only
    assert inception_score(torch.full((10, 4), 0.25), splits=2) == pytest.approx(1)  # no picture like any


def test_a_class_with_less_than_a_fifth_of_its_share_is_missing() -> None:
    real = torch.tensor([0] * 50 + [1] * 40 + [2] * 10)
    mass = class_mass(torch.tensor([0] * 83 + [1] * 14 + [2] * 3), real, 4)
    assert (mass.found, mass.possible) == (3, 3)  # the fourth is in no real item
    mass = class_mass(torch.tensor([0] * 94 + [1] * 5 + [2] * 1), real, 4)
    assert mass.found == 1
    assert mass.least == pytest.approx(0.01)
    assert mass.entropy == pytest.approx(-sum(p * math.log(p) for p in (0.94, 0.05, 0.01)))


def test_diversity_is_relative_to_the_data_and_within_classes() -> None:
    def made(scale: float, seed: int) -> torch.Tensor:
        centres = torch.tensor([[0.0] * 6, [30.0] * 6]).repeat_interleave(400, 0)
        return centres + scale * torch.randn(800, 6, generator=torch.Generator().manual_seed(seed))

    labels = torch.tensor([0, 1]).repeat_interleave(400)
    assert diversity(made(1, 0), made(1, 1), labels, labels) == pytest.approx(1, abs=0.05)
    assert diversity(made(0.3, 0), made(1, 1), labels, labels) == pytest.approx(0.3, abs=0.02)
    only = labels == 1
    assert diversity(made(0.5, 0)[only], made(1, 1), labels[only], labels) == pytest.approx(0.5, abs=0.04)


def test_a_stray_sample_of_another_class_does_not_count() -> None:
    x = torch.randn(200, 3, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1]).repeat_interleave(100)
    samples, predicted = torch.cat([x[:100], torch.full((2, 3), 9.0)]), torch.tensor([0] * 100 + [1] * 2)
    assert diversity(samples, x, predicted, labels) == pytest.approx(1)


def test_diversity_is_the_root_mean_square_distance_of_pairs() -> None:
    x, y = torch.randn(30, 3), torch.randn(20, 3) * 2
    pairs = [torch.pdist(f.double()).square().mean().sqrt() for f in (x, y)]
    zeros = torch.zeros(30, dtype=torch.int64)
    expected = pytest.approx(float(pairs[0] / pairs[1]), rel=1e-9)
    assert diversity(x, y, zeros, zeros[:20]) == expected == diversity(x, y)


def test_bad_input() -> None:
    with pytest.raises(OptionError, match="splits"):
        inception_score(probabilities(), splits=0)
    with pytest.raises(DataError, match="3 rows"):
        inception_score(probabilities(3), splits=10)
    labels = torch.zeros(3, dtype=torch.int64)
    with pytest.raises(DataError, match="no class"):
        diversity(torch.randn(3, 2), torch.randn(3, 2), labels, labels + 1)
    with pytest.raises(DataError, match="0 samples"):
        class_mass(labels[:0], labels, 2)
