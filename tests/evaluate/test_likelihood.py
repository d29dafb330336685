"""A linear-Gaussian model, whose likelihood is known exactly: x = W z + b + s ε, so x ~ N(b, W Wᵀ + s² I)."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.likelihood import (
    active_units,
    binarised,
    bits_per_dimension,
    elbo,
    evaluate_likelihood,
    importance_weighted,
    kl_divergence,
)

LATENT, SIDE, NOISE = 3, 2, 0.7


class LinearGaussian(nn.Module):
    """`off` moves the posterior's mean from the true one, `wide` widens it."""

    def __init__(self, off: float = 0.0, wide: float = 1.0) -> None:
        super().__init__()
        drawn = torch.Generator().manual_seed(0)
        self.w = torch.randn(SIDE * SIDE, LATENT, generator=drawn)
        self.b = torch.randn(SIDE * SIDE, generator=drawn)
        self.off, self.wide, self.seen = off, wide, 0
        self.dropout = nn.Dropout(0.5)  # must be out of use

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean-field: the true mean, and the variances that are best for a diagonal posterior."""
        precision = torch.eye(LATENT) + self.w.T @ self.w / NOISE**2
        mean = (self.dropout(x.flatten(1)) - self.b) @ self.w @ torch.linalg.inv(precision) / NOISE**2
        log_variance = -precision.diagonal().log() + 2 * math.log(self.wide)
        return mean + self.off, log_variance.expand_as(mean)

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        assert len(x) == len(z)
        self.seen = max(self.seen, len(x))
        error = x.flatten(1) - z @ self.w.T - self.b
        return (-0.5 * (error / NOISE) ** 2 - math.log(NOISE) - 0.5 * math.log(2 * math.pi)).sum(1)

    def exact(self, x: Tensor) -> Tensor:
        covariance = self.w @ self.w.T + NOISE**2 * torch.eye(SIDE * SIDE)
        return torch.distributions.MultivariateNormal(self.b.double(), covariance.double()).log_prob(
            x.flatten(1).double()
        )


def pictures(n: int = 20) -> Tensor:
    return torch.randn(n, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def test_the_bound_agrees_with_the_exact_likelihood() -> None:
    model = LinearGaussian(wide=2.0)
    bound = importance_weighted(model, pictures(), 4000)
    assert bound.dtype == torch.float64
    torch.testing.assert_close(bound, model.exact(pictures()), atol=0.1, rtol=0)
    assert abs(float((bound - model.exact(pictures())).mean())) < 0.02


def test_it_rises_from_the_elbo_to_the_likelihood_with_k() -> None:
    model, x = LinearGaussian(off=0.5), pictures(60)
    rising = [float(importance_weighted(model, x, k).mean()) for k in (1, 10, 300)]
    lower, exact = float(elbo(model, x, samples=20).bound.mean()), float(model.exact(x).mean())
    assert lower < rising[1] < rising[2] < exact + 0.02
    assert rising[0] == pytest.approx(lower, abs=0.6)


def test_the_gap_of_the_elbo_is_the_divergence_of_the_posterior() -> None:
    model, x = LinearGaussian(off=0.4), pictures(40)
    precision = torch.eye(LATENT) + model.w.T @ model.w / NOISE**2
    mean, log_variance = model.eval().posterior(x)
    true = torch.distributions.MultivariateNormal((mean - 0.4).double(), precision_matrix=precision.double())
    used = torch.distributions.MultivariateNormal(mean.double(), torch.diag_embed(log_variance.exp().double()))
    gap = torch.distributions.kl_divergence(used, true)
    found = model.exact(x) - elbo(model, x, samples=2000).bound
    assert float(found.mean()) == pytest.approx(float(gap.mean()), rel=0.02)


def test_rows_change_memory_alone() -> None:
    model = LinearGaussian()
    whole = importance_weighted(model, pictures(5), 30, rows=1000)
    assert model.seen == 150
    model.seen = 0
    for rows in (7, 64):
        torch.testing.assert_close(importance_weighted(model, pictures(5), 30, rows=rows), whole)
    assert model.seen <= 64
    assert not torch.equal(importance_weighted(model, pictures(5), 30, seed=1), whole)


def test_a_module_is_in_eval_mode_meanwhile_and_as_it_was_afterwards() -> None:
    model = LinearGaussian()
    first, second = (importance_weighted(model, pictures(3), 5) for _ in range(2))
    assert torch.equal(first, second)  # no dropout
    assert model.training


def test_kl_agrees_with_torch() -> None:
    mean, log_variance = torch.randn(6, 4), torch.randn(6, 4)
    normal = torch.distributions.Normal
    expected = torch.distributions.kl_divergence(normal(mean, (log_variance / 2).exp()), normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(kl_divergence(mean, log_variance), expected.double(), rtol=1e-5, atol=1e-5)


def test_active_units() -> None:
    spread = torch.randn(500, 4, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 0.5, 0.05, 0.0])
    assert active_units(spread) == 2


def test_bits_per_dimension() -> None:
    assert bits_per_dimension(-784 * math.log(2), 784) == pytest.approx(1.0)
    assert bits_per_dimension(0.0, 784, levels=256) == 8.0  # uniform over [0, 1]


def test_binarised_pixels_have_the_mean_asked_for() -> None:
    x = torch.full((1, 1, 100, 100), 0.3)
    drawn = binarised(x)
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    assert float(drawn.mean()) == pytest.approx(0.3, abs=0.03)
    assert torch.equal(drawn, binarised(x))
    assert not torch.equal(drawn, binarised(x, seed=1))


def test_figures_state_how_they_were_measured() -> None:
    model = LinearGaussian()
    figures = evaluate_likelihood(model, pictures(30), pixels="as they are", n=10, k=200)
    assert figures["log_likelihood"] == pytest.approx(float(model.exact(pictures(30)[:10]).mean()), abs=0.1)
    assert figures["elbo"] == pytest.approx(-figures["reconstruction"] - figures["kl"])
    assert figures["active_units"] == LATENT
    assert (figures.protocol["n_log_likelihood"], figures.protocol["n_elbo"], figures.protocol["k"]) == (10, 30, 200)


def test_bad_input() -> None:
    with pytest.raises(OptionError, match="k was given 0"):
        importance_weighted(LinearGaussian(), pictures(), 0)
    with pytest.raises(DataError, match="20 pictures were given and 50 are needed"):
        evaluate_likelihood(LinearGaussian(), pictures(20), pixels="", n=50)
