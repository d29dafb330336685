"""Reconstruction losses against torch's own and against the densities they come from."""

from __future__ import annotations

import pytest
import torch
from torch import distributions
from torch.nn import functional as F

from makebelieve.objectives import reconstruction as rec


@pytest.fixture
def pair():
    draws = torch.Generator().manual_seed(0)
    a = torch.randn(5, 3, 4, 4, generator=draws) * 4
    return a, torch.rand(5, 3, 4, 4, generator=draws)


def test_squared_error_is_a_sum_over_pixels(pair):
    a, x = pair
    expected = F.mse_loss(a, x, reduction="none").sum((1, 2, 3))
    torch.testing.assert_close(rec.squared_error(a, x), expected)
    assert rec.squared_error(x, x).eq(0).all()


def test_bernoulli_is_cross_entropy_with_its_gradients(pair):
    a, x = pair
    weights = torch.arange(1.0, 6.0)
    found, expected = [], []
    for loss, kept in ((rec.bernoulli_nll, found), (None, expected)):
        logits, target = a.clone().requires_grad_(), x.clone().requires_grad_()
        if loss is None:
            value = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum((1, 2, 3))
        else:
            value = loss(logits, target)
        (value * weights).sum().backward()
        kept += [value.detach(), logits.grad, target.grad]
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_bernoulli_is_minus_the_log_likelihood_of_binary_pixels(pair):
    a, x = pair[0], (pair[1] > 0.5).float()
    expected = -distributions.Bernoulli(logits=a).log_prob(x).sum((1, 2, 3))
    torch.testing.assert_close(rec.bernoulli_nll(a, x), expected)


@pytest.mark.parametrize("pixels", [1, 7, 49, 64, 256, 784, 1000, 3072])
@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 30.0])
def test_bernoulli_is_exact_for_any_number_of_pixels_and_size_of_logits(pixels, scale):
    draws = torch.Generator().manual_seed(pixels)
    a, x = torch.randn(3, pixels, generator=draws) * scale, torch.rand(3, pixels, generator=draws)
    expected = F.binary_cross_entropy_with_logits(a.double(), x.double(), reduction="none").sum(1)
    torch.testing.assert_close(rec.bernoulli_nll(a, x).double(), expected, rtol=2e-6, atol=2e-6)


def test_bernoulli_of_sure_logits_is_finite():
    logits = torch.tensor([[-200.0, 200.0], [200.0, -200.0]], requires_grad=True)
    loss = rec.bernoulli_nll(logits, torch.tensor([[0.0, 1.0], [0.0, 1.0]]))
    torch.testing.assert_close(loss, torch.tensor([0.0, 400.0]))
    loss.sum().backward()
    torch.testing.assert_close(logits.grad, torch.tensor([[0.0, 0.0], [1.0, -1.0]]))


def test_bernoulli_of_bf16_logits_is_summed_in_float32(pair):
    a = pair[0].bfloat16().requires_grad_()
    loss = rec.bernoulli_nll(a, pair[1])
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, rec.bernoulli_nll(a.float(), pair[1]))
    loss.sum().backward()
    assert a.grad.dtype == torch.bfloat16


def test_bernoulli_does_not_depend_on_the_order_in_memory(pair):
    a, x = pair
    last = rec.bernoulli_nll(a.contiguous(memory_format=torch.channels_last), x)
    torch.testing.assert_close(last, rec.bernoulli_nll(a, x))


@pytest.mark.parametrize("logvar", [-1.5, torch.tensor(0.7), torch.linspace(-2, 2, 5).view(5, 1, 1, 1)])
def test_gaussian_is_minus_the_log_density(pair, logvar):
    mean, x = pair
    deviation = torch.exp(0.5 * torch.as_tensor(logvar))
    expected = -distributions.Normal(mean, deviation).log_prob(x).sum((1, 2, 3))
    torch.testing.assert_close(rec.gaussian_nll(mean, x, logvar), expected)
