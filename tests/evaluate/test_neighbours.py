from __future__ import annotations

import pytest
import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate import neighbours
from makebelieve.evaluate.neighbours import copied_share, nearest, precision_recall_density_coverage


def features(n: int, move: float = 0.0, seed: int = 0, d: int = 4) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed)) + move


def by_loops(real: Tensor, made: Tensor, k: int) -> tuple[float, float, float, float]:
    def distance(a: Tensor, b: Tensor) -> float:
        return float((a.double() - b.double()).norm())

    def radii(points: Tensor) -> list[float]:
        return [sorted(distance(p, q) for j, q in enumerate(points) if j != i)[k - 1] for i, p in enumerate(points)]

    real_radius, made_radius = radii(real), radii(made)
    inside = [[distance(s, r) <= real_radius[i] for i, r in enumerate(real)] for s in made]
    reached = [any(distance(s, r) <= made_radius[j] for j, s in enumerate(made)) for r in real]
    precision = sum(any(row) for row in inside) / len(made)
    density = sum(sum(row) for row in inside) / (k * len(made))
    coverage = sum(any(row[i] for row in inside) for i in range(len(real))) / len(real)
    return precision, sum(reached) / len(real), density, coverage


@pytest.mark.parametrize("k", [1, 3, 5])
def test_it_agrees_with_loops(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "ENTRIES", 7 * 40)
    real, made = features(40), features(25, 0.7, seed=1)
    found = precision_recall_density_coverage(real, made, k=k)
    assert tuple(found) == pytest.approx(by_loops(real, made, k))
    assert precision_recall_density_coverage(real.numpy(), made.numpy(), k=k) == found


def test_real_against_real_and_far_away() -> None:
    same = precision_recall_density_coverage(features(300), features(300, seed=1))
    assert min(same) > 0.85
    assert same.density == pytest.approx(1, abs=0.15)
    assert precision_recall_density_coverage(features(300), features(300, 50.0)) == (0, 0, 0, 0)


def test_precision_does_not_see_a_collapse_that_coverage_sees() -> None:
    real = torch.cat([features(100, 20.0 * i, seed=i) for i in range(5)])
    collapsed = features(500, 20.0, seed=9)
    found = precision_recall_density_coverage(real, collapsed)
    assert found.precision > 0.9
    assert found.coverage < 0.25


def test_a_point_far_from_the_origin_loses_no_digits() -> None:
    moved = precision_recall_density_coverage(features(60, 1e5).double(), features(60, 1e5, seed=1).double())
    assert moved.coverage > 0.8


def test_the_nearest_training_items() -> None:
    training, points = features(200), features(30, seed=1)
    distance = torch.cdist(points.double(), training.double())
    found = nearest(points, training)
    assert torch.equal(found.place, distance.argmin(1))
    two = distance.topk(2, largest=False).values
    torch.testing.assert_close(found.distance, two[:, 0])
    torch.testing.assert_close(found.ratio, two[:, 0] / two[:, 1])


def test_copies_are_found_and_what_is_new_is_not() -> None:
    training, held = features(2000, d=8), nearest(features(1000, seed=1, d=8), features(2000, d=8))
    new = copied_share(nearest(features(1000, seed=2, d=8), training), held)
    assert new < 0.03
    half = torch.cat([training[:500] + 1e-3, features(500, seed=3, d=8)])
    assert copied_share(nearest(half, training), held) == pytest.approx(0.5, abs=0.03)
    assert copied_share(nearest(training[:50], training), held) == 1


def test_a_dense_region_alone_is_not_taken_for_copies() -> None:
    tight, wide = features(500, seed=1, d=8) * 0.01, features(500, seed=2, d=8) * 5
    training = torch.cat([tight, wide])
    held = nearest(torch.cat([features(500, seed=3, d=8) * 0.01, features(500, seed=4, d=8) * 5]), training)
    only_tight = nearest(features(500, seed=5, d=8) * 0.01, training)
    assert float((only_tight.distance < held.distance.quantile(0.5)).double().mean()) > 0.9
    assert copied_share(only_tight, held) < 0.05


def test_bad_input() -> None:
    with pytest.raises(OptionError, match="k was given 0"):
        precision_recall_density_coverage(features(9), features(9), k=0)
    with pytest.raises(DataError, match="6 rows"):
        precision_recall_density_coverage(features(9), features(5), k=5)
    with pytest.raises(DataError, match="different widths, 4 and 3"):
        nearest(features(9), features(9, d=3))
