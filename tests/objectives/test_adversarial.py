"""Adversarial losses against their formulas written out, and what their gradients do."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from makebelieve.objectives import adversarial as adv

REAL, FAKE = torch.tensor([1.5, -0.3, 0.2]), torch.tensor([-2.0, 0.7, 0.1])


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def test_minimax_is_equation_1():
    expected = -mean(math.log(sigmoid(a)) for a in REAL) - mean(math.log(1 - sigmoid(b)) for b in FAKE)
    assert adv.minimax_critic(REAL, FAKE).item() == pytest.approx(expected, rel=1e-5)
    assert adv.minimax_generator(FAKE).item() == pytest.approx(-mean(math.log(sigmoid(b)) for b in FAKE), rel=1e-5)
    saturating = mean(math.log(1 - sigmoid(b)) for b in FAKE)
    assert adv.minimax_generator_saturating(FAKE).item() == pytest.approx(saturating, rel=1e-5)


def test_smoothed_targets_are_cross_entropy():
    targets = torch.tensor([0.9, 0.9, 0.0])
    expected = nn.functional.binary_cross_entropy_with_logits(REAL, targets)
    expected += nn.functional.binary_cross_entropy_with_logits(FAKE, torch.full((3,), 0.1))
    assert adv.minimax_critic(REAL, FAKE, targets, 0.1).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_saturating_gradient_fades_where_the_critic_wins_and_the_other_does_not():
    sure = torch.tensor([-20.0], requires_grad=True)
    (fades,) = torch.autograd.grad(adv.minimax_generator_saturating(sure), sure)
    (stays,) = torch.autograd.grad(adv.minimax_generator(sure), sure)
    assert abs(fades.item()) < 1e-8
    assert stays.item() == pytest.approx(-1, abs=1e-6)


def test_least_squares_wasserstein_hinge_and_relativistic():
    assert adv.lsgan_critic(REAL, FAKE).item() == pytest.approx(
        0.5 * mean((a - 1) ** 2 for a in REAL.tolist()) + 0.5 * mean(b**2 for b in FAKE.tolist()), rel=1e-5
    )
    assert adv.lsgan_generator(FAKE).item() == pytest.approx(0.5 * mean((b - 1) ** 2 for b in FAKE.tolist()), rel=1e-5)
    assert adv.wasserstein_critic(REAL, FAKE).item() == pytest.approx(
        mean(FAKE.tolist()) - mean(REAL.tolist()), rel=1e-5
    )
    assert adv.wasserstein_generator(FAKE).item() == pytest.approx(-mean(FAKE.tolist()), rel=1e-5)
    assert adv.hinge_critic(REAL, FAKE).item() == pytest.approx(
        mean(max(0, 1 - a) for a in REAL.tolist()) + mean(max(0, 1 + b) for b in FAKE.tolist()), rel=1e-5
    )
    pairs = zip(REAL.tolist(), FAKE.tolist(), strict=True)
    assert adv.relativistic_critic(REAL, FAKE).item() == pytest.approx(
        mean(math.log(1 + math.exp(-(a - b))) for a, b in pairs), rel=1e-5
    )
    assert adv.relativistic_generator(REAL, FAKE).item() == pytest.approx(
        adv.relativistic_critic(FAKE, REAL).item(), rel=1e-6
    )


def test_every_critic_loss_prefers_the_better_critic():
    good, bad = (torch.tensor([2.0]), torch.tensor([-2.0])), (torch.tensor([-2.0]), torch.tensor([2.0]))
    for loss in (
        adv.minimax_critic,
        adv.lsgan_critic,
        adv.wasserstein_critic,
        adv.hinge_critic,
        adv.relativistic_critic,
    ):
        assert loss(*good) < loss(*bad)


def test_penalties_know_the_slope_of_a_linear_critic():
    weight = torch.tensor([3.0, 4.0])  # ‖w‖ = 5 everywhere

    def critic(x):
        return x @ weight

    x, fake = torch.rand(6, 2), torch.rand(6, 2)
    assert torch.allclose(adv.squared_gradient_norm(critic, x), torch.full((6,), 25.0))
    assert adv.gradient_penalty(critic, x, fake, torch.rand(6)).item() == pytest.approx(16.0, rel=1e-5)
    assert adv.zero_centred_penalty(critic, x).item() == pytest.approx(12.5, rel=1e-5)


def test_the_penalty_is_taken_between_real_and_fake():
    seen = []

    def critic(x):
        seen.append(x.detach().clone())
        return x.square().sum((1, 2, 3))

    real, fake, share = torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2), torch.tensor([0.0, 0.25, 1.0])
    adv.gradient_penalty(critic, real, fake, share)
    assert torch.allclose(seen[0][:, 0, 0, 0], share)


def test_penalties_are_differentiable_once_more_and_flat_critics_do_no_harm():
    critic = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Flatten(0))
    adv.zero_centred_penalty(critic, torch.rand(5, 2)).backward()
    assert critic[0].weight.grad.abs().sum() > 0
    flat = nn.Linear(2, 1)
    nn.init.zeros_(flat.weight)
    adv.gradient_penalty(lambda x: flat(x)[:, 0], torch.rand(5, 2), torch.rand(5, 2), torch.rand(5)).backward()
    assert torch.isfinite(flat.weight.grad).all()


def test_penalties_run_in_float32_under_autocast():
    critic = nn.Linear(2, 1, bias=False)
    x = torch.rand(5, 2)
    exact = adv.zero_centred_penalty(lambda x: critic(x)[:, 0], x)
    with torch.autocast("cpu", torch.bfloat16):
        cast = adv.zero_centred_penalty(lambda x: critic(x)[:, 0], x)
    assert torch.equal(exact, cast)


def test_clipping_bounds_every_weight_in_place():
    net = nn.Linear(20, 20)
    before = net.weight.data_ptr()
    adv.clip_weights_(net, 0.01)
    assert net.weight.abs().max() <= 0.01
    assert net.weight.data_ptr() == before
