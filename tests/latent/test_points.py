"""Tools on points z: laws, labels, walks, arithmetic, the plane, concepts, and back from a picture to its point."""

from __future__ import annotations

import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.latent.arithmetic import combine, terms
from makebelieve.latent.concepts import direction
from makebelieve.latent.labels import class_indices, class_names
from makebelieve.latent.laws import checked_latent, gaussian, points, uniform
from makebelieve.latent.plane import plane
from makebelieve.latent.projection import project
from makebelieve.latent.walks import ways


def test_points_are_of_their_law_and_their_seed():
    z = points(gaussian(3), 20_000, 1)
    assert z.shape == (20_000, 3)
    torch.testing.assert_close(z.mean(0), torch.zeros(3), atol=0.03, rtol=0)
    torch.testing.assert_close(z.std(0), torch.ones(3), atol=0.03, rtol=0)
    assert torch.equal(z, points(gaussian(3), 20_000, 1))
    assert not torch.equal(z, points(gaussian(3), 20_000, 2))
    flat = points(uniform(2), 5000, 0)
    assert -1 <= flat.min() < -0.99
    assert 0.99 < flat.max() <= 1


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "7", 1_000_001])
def test_points_come_in_whole_numbers(n):
    with pytest.raises(OptionError, match="pictures were asked for"):
        points(gaussian(2), n)


@pytest.mark.parametrize("latent", [0, -3, 2.0, None])
def test_z_has_a_whole_size(latent):
    with pytest.raises(OptionError, match=f"latent={latent}"):
        checked_latent(latent)


def test_labels_by_name_by_turn_and_one_each():
    classes = ["cat", "dog", "3"]
    assert class_indices(None, 5, classes).tolist() == [0, 1, 2, 0, 1]
    assert class_indices("dog", 2, classes).tolist() == [1, 1]
    assert class_indices(["dog", 3], 2, classes).tolist() == [1, 2]
    assert class_indices(None, 5, None) is None
    assert class_names(torch.tensor([2, 0]), classes) == ["3", "cat"]
    for label, n, known in (("cow", 1, classes), (["cat"], 2, classes), ("cat", 1, None)):
        with pytest.raises(OptionError):
            class_indices(label, n, known)


def test_ways_begin_and_end_where_they_should_and_keep_their_length():
    a, b = points(gaussian(64), 6, 0).chunk(2)
    for spherical in (True, False):
        found = ways(a, b, 5, spherical=spherical).view(3, 5, 64)
        torch.testing.assert_close(found[:, 0], a)
        torch.testing.assert_close(found[:, -1], b, atol=1e-5, rtol=0)
    lengths = ways(a, b, 5, spherical=True).view(3, 5, 64).norm(dim=2)
    assert (lengths.amin(1) > 0.95 * torch.minimum(a.norm(dim=1), b.norm(dim=1))).all()
    straight = ways(a, b, 5, spherical=False).view(3, 5, 64)[:, 2].norm(dim=1)
    assert (straight < 0.85 * lengths[:, 2]).all()
    with pytest.raises(OptionError):
        ways(a, b, 1, spherical=True)


def test_expressions_are_names_with_signs():
    assert terms("a - b+c") == [(1, "a"), (-1, "b"), (1, "c")]
    assert terms("-a") == [(-1, "a")]
    for wrong in ("", "a b", "a * b", "a - ", "1 + a"):
        with pytest.raises(OptionError, match="expression"):
            terms(wrong)
    means = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([0.5, 0.5])}
    assert combine("a - b - b", means).tolist() == [0.0, 1.0]
    with pytest.raises(OptionError, match='"d"'):
        combine("a - d", means)


def test_the_plane_visits_each_region_as_often_as_the_prior_does():
    z = plane(20, 5, axes=(1, 3))
    assert z.shape == (400, 5)
    assert (z[:, [0, 2, 4]] == 0).all()
    shares = torch.special.ndtr(z[:, 1].view(20, 20))  # back through the CDF: a regular grid
    torch.testing.assert_close(shares[0], (torch.arange(20) + 0.5) / 20)
    assert (z[:20, 3] == z[0, 3]).all()
    assert z[0, 3] > z[-1, 3]  # upwards as in a plot
    for side, axes in ((1, (0, 1)), (4, (0, 5)), (4, (1, 1))):
        with pytest.raises(OptionError):
            plane(side, 5, axes)


def test_a_concept_is_the_difference_of_means():
    having, lacking = torch.tensor([[2.0, 0], [4, 0]]), torch.tensor([[1.0, 1]])
    assert direction(having, lacking).tolist() == [2, -1]
    with pytest.raises(OptionError, match="2 and 0"):
        direction(having, lacking[:0])


def test_projection_finds_the_point_that_made_a_picture():
    torch.manual_seed(0)
    weight = torch.randn(4, 36) * 0.5

    def decode(z):
        return torch.sigmoid(z @ weight).view(-1, 1, 6, 6)

    made_from = points(gaussian(4), 3, 5)
    found, error = project(decode, decode(made_from), points(gaussian(4), 12, 1).view(4, 3, 4), steps=300)
    torch.testing.assert_close(found, made_from, atol=0.05, rtol=0)
    assert (error < 1e-4).all()
