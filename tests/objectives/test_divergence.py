"""The KL of diagonal Gaussians agrees with an independent one; free bits leave small units alone."""

from __future__ import annotations

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from makebelieve.objectives.divergence import gaussian_kl, with_free_bits


def test_kl_agrees_with_torchs_distributions():
    mean, log_variance = torch.randn(7, 3), torch.randn(7, 3)
    reference = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(gaussian_kl(mean, log_variance), reference)


def test_kl_is_zero_at_the_prior_and_positive_elsewhere():
    zero = torch.zeros(2, 4)
    assert torch.equal(gaussian_kl(zero, zero), zero)
    assert (gaussian_kl(torch.randn(100, 4), torch.randn(100, 4)) > 0).all()


def test_kl_of_half_precision_is_computed_in_float32():
    mean, log_variance = torch.randn(5, 2), torch.randn(5, 2)
    found = gaussian_kl(mean.bfloat16(), log_variance.bfloat16())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, gaussian_kl(mean.bfloat16().float(), log_variance.bfloat16().float()))


def test_free_bits_floor_each_units_mean():
    kl = torch.tensor([[0.1, 2.0], [0.3, 4.0]])  # means 0.2 and 3
    assert with_free_bits(kl, 0.0).item() == pytest.approx(3.2)
    assert with_free_bits(kl, 0.5).item() == pytest.approx(3.5)
    assert with_free_bits(kl, 5.0).item() == pytest.approx(10.0)


def test_a_unit_within_its_free_bits_gets_no_gradient():
    mean = torch.tensor([[0.1, 2.0], [0.2, 1.0]], requires_grad=True)
    with_free_bits(gaussian_kl(mean, torch.zeros(2, 2)), 0.5).backward()
    assert torch.equal(mean.grad[:, 0], torch.zeros(2))
    torch.testing.assert_close(mean.grad[:, 1], mean[:, 1].detach() / 2)
