"""Gram matrices and distances against what a hand finds, and against each other."""

from __future__ import annotations

import pytest
import torch

from makebelieve.objectives.perceptual import PARTS, content_distance, gram, style_distance

# two channels on 1 × 3 places: F = [[1, 2, 3], [0, −1, 1]]
MAPS = torch.tensor([[[[1.0, 2.0, 3.0]], [[0.0, -1.0, 1.0]]]])


def test_gram_by_hand() -> None:
    # F Fᵀ = [[1 + 4 + 9, −2 + 3], [−2 + 3, 1 + 1]], over M = 3 places
    assert torch.allclose(gram(MAPS), torch.tensor([[[14 / 3, 1 / 3], [1 / 3, 2 / 3]]]))


def test_gram_of_some_places_by_hand() -> None:
    # places count 1, 0 and ½: [[1 + 9/2, 3/2], [3/2, 1/2]] over 3/2
    weights = torch.tensor([[[[1.0, 0.0, 0.5]]]])
    assert torch.allclose(gram(MAPS, weights), torch.tensor([[[5.5, 1.5], [1.5, 0.5]]]) / 1.5)


def test_places_that_count_the_same_are_all_places() -> None:
    maps = torch.randn(2, 3, 4, 5)
    assert torch.allclose(gram(maps, torch.ones(1, 1, 4, 5)), gram(maps), atol=1e-6)


def test_places_left_out_are_not_there() -> None:
    maps, weights = torch.randn(1, 3, 4, 6), torch.zeros(1, 1, 4, 6)
    weights[..., :2] = 1
    assert torch.allclose(gram(maps, weights), gram(maps[..., :2]), atol=1e-6)


def test_style_distance_by_hand() -> None:
    # Σ (G − 0)² / (4 N²) = ((14/3)² + 2 (1/3)² + (2/3)²) / 16
    expected = ((14 / 3) ** 2 + 2 * (1 / 3) ** 2 + (2 / 3) ** 2) / 16
    assert style_distance(gram(MAPS), torch.zeros(1, 2, 2)).item() == pytest.approx(expected)


def test_style_distance_is_that_of_the_paper() -> None:
    f, s = torch.randn(1, 4, 3, 5), torch.randn(1, 4, 3, 5)
    n, m = 4, 15
    g, a = f.view(n, m) @ f.view(n, m).T, s.view(n, m) @ s.view(n, m).T
    by_equation_4 = (g - a).square().sum() / (4 * n**2 * m**2)
    assert style_distance(gram(f), gram(s)).item() == pytest.approx(by_equation_4.item(), rel=1e-5)


def test_a_picture_repeated_has_the_same_style() -> None:
    maps = torch.randn(1, 3, 4, 4)
    assert style_distance(gram(maps.repeat(1, 1, 2, 3)), gram(maps)).item() < 1e-10


def test_content_distance_by_hand() -> None:
    # (1 + 4 + 9 + 0 + 1 + 1) / 6
    assert content_distance(MAPS, torch.zeros_like(MAPS)).tolist() == pytest.approx([16 / 6])


@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_are_those_of_the_definition(weighted: bool) -> None:
    maps = torch.randn(2, 3, 4, 5, dtype=torch.float64).float().requires_grad_()
    weights = torch.rand(1, 1, 4, 5) if weighted else None
    target = torch.randn(2, 3, 3)
    (found,) = torch.autograd.grad(style_distance(gram(maps, weights), target).sum(), maps)
    places = torch.ones(1, 1, 4, 5) if weights is None else weights
    flat = (maps * places.sqrt()).flatten(2)
    plain = flat @ flat.transpose(1, 2) / places.sum()
    (expected,) = torch.autograd.grad(((plain - target) ** 2).sum() / 36, maps)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_bf16_is_summed_finely() -> None:
    maps = torch.rand(1, 4, 9, PARTS * 7 + 5).bfloat16()  # places that the parts do not divide
    exact = gram(maps.double().float())
    assert gram(maps).dtype == torch.float32
    assert float((gram(maps) - exact).norm() / exact.norm()) < 1.5e-3
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.allclose(gram(maps.float()), exact, rtol=1e-5)


def test_what_is_kept_for_the_way_back_is_not_in_float32() -> None:
    kept: list[torch.Tensor] = []
    maps = torch.rand(1, 4, 8, 8).bfloat16().requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        gram(maps)
    assert kept and all(tensor.dtype == torch.bfloat16 for tensor in kept if tensor.numel() >= maps.numel())
