from __future__ import annotations

import numpy as np
import pytest
import torch

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.kernel import kernel_distance


def features(n: int, move: float = 0.0, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 6, generator=torch.Generator().manual_seed(seed)) + move


def by_loops(x: np.ndarray, y: np.ndarray) -> float:
    def k(a: np.ndarray, b: np.ndarray) -> float:
        return (float(a @ b) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(k(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return xx + yy - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


def test_it_agrees_with_the_definition() -> None:
    x, y = features(25), features(25, 0.5, seed=1)
    expected = by_loops(x.double().numpy(), y.double().numpy())
    assert kernel_distance(x, y, subsets=1) == pytest.approx(expected, rel=1e-12)
    assert kernel_distance(x.numpy(), y.numpy(), subsets=3) == pytest.approx(expected, rel=1e-12)


def test_it_is_unbiased() -> None:
    found = [kernel_distance(features(60, seed=2 * i), features(60, seed=2 * i + 1), subsets=1) for i in range(60)]
    assert abs(float(np.mean(found))) < 3 * float(np.std(found)) / 60**0.5
    assert min(found) < 0 < max(found)


def test_subsets_estimate_the_same() -> None:
    x, y = features(400), features(500, 0.3, seed=1)
    whole, parts = (kernel_distance(x, y, subsets=s, size=size) for s, size in ((1, 400), (60, 100)))
    assert parts == pytest.approx(whole, rel=0.15)
    assert kernel_distance(x, y, subsets=2, size=50) == kernel_distance(x, y, subsets=2, size=50)
    assert kernel_distance(x, y, subsets=2, size=50) != kernel_distance(x, y, subsets=2, size=50, seed=1)


def test_bad_input() -> None:
    with pytest.raises(OptionError, match="subsets"):
        kernel_distance(features(5), features(5), subsets=0)
    with pytest.raises(DataError, match="two rows"):
        kernel_distance(features(1), features(5))
