"""The losses of a critic of K classes and fake: against the probabilities of K + 1 classes written out."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from makebelieve.objectives import adversarial as adv
from makebelieve.objectives import semi_supervised as semi


@pytest.fixture
def logits():
    return 3 * torch.randn(40, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def with_fake(logits):
    """Probabilities (n, K + 1) of all classes, the last one fake."""
    return F.pad(logits, (0, 1)).softmax(1)


def test_the_real_logit_is_that_of_not_being_fake(logits):
    torch.testing.assert_close(semi.real_logit(logits).sigmoid(), 1 - with_fake(logits)[:, -1])


def test_the_unsupervised_loss_is_the_papers(logits):
    real, fake = logits[:20], logits[20:]
    paper = -(1 - with_fake(real)[:, -1]).log().mean() - with_fake(fake)[:, -1].log().mean()
    torch.testing.assert_close(adv.minimax_critic(semi.real_logit(real), semi.real_logit(fake)), paper)


def test_the_supervised_loss_is_the_probability_of_the_label_given_that_it_is_real(logits):
    y = torch.arange(40) % 5
    p = with_fake(logits)
    given_real = p[torch.arange(40), y] / (1 - p[:, -1])
    torch.testing.assert_close(semi.labelled_critic(logits, y), -given_real.log().mean())
    torch.testing.assert_close(semi.labelled_critic(logits + 7, y), semi.labelled_critic(logits, y))


def test_huge_logits_stay_finite():
    logits = torch.tensor([[1e4, -1e4], [-1e4, -1e4]], requires_grad=True)
    loss = adv.minimax_critic(semi.real_logit(logits), semi.real_logit(logits))
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


def test_feature_matching_is_the_squared_distance_of_means():
    real, fake = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 0.0, 6.0], requires_grad=True)
    loss = semi.feature_matching(real, fake)
    assert loss.item() == 13
    loss.backward()
    assert fake.grad.tolist() == [0, -4, 6]


def test_consistency_counts_sure_pictures_only_and_lets_no_gradient_through_them():
    sure, unsure = [5.0, 0.0, 0.0], [0.2, 0.0, 0.0]
    logits = torch.tensor([sure, unsure], requires_grad=True)
    changed = torch.tensor([[1.0, 2.0, 0.0], [3.0, 0.0, 1.0]], requires_grad=True)
    loss = semi.consistency(logits, changed)
    torch.testing.assert_close(loss, -changed[0].log_softmax(0)[0] / 2)
    loss.backward()
    assert logits.grad is None
    assert changed.grad[1].abs().sum() == 0
    every = -changed.log_softmax(1)[:, 0].mean()
    torch.testing.assert_close(semi.consistency(logits, changed, sure=0.0), every)


def test_error_rate_is_a_share():
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [3.0, 0.0], [0.0, 9.0]])
    assert semi.error_rate(logits, torch.tensor([0, 1, 1, 1])).item() == 0.25
