"""Steppers give the scores of the module that they were made from, token by token."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from makebelieve.networks.language import language_network
from makebelieve.networks.stepping import stepper

NETWORKS = [
    ("lstm", {"hidden": 16}),
    ("lstm", {"hidden": 16, "layers": 3, "embedding": 16}),
    ("gru", {"hidden": 16, "layers": 2}),
    ("gpt", {"hidden": 16, "heads": 2, "layers": 2}),
]


def made(network, options, n, dropout=0.3):
    net = language_network(network, 11, window=12, dropout=dropout, **options)
    with torch.no_grad():
        for parameter in net.parameters():  # far from where they begin, where all scores are alike
            parameter.add_(torch.randn_like(parameter) * 0.3)
    ids = torch.randint(11, (n, 12))
    net.eval()
    with torch.no_grad():
        return net, ids.numpy(), net(ids)[0].numpy()


@pytest.mark.parametrize(("network", "options"), NETWORKS)
@pytest.mark.parametrize("n", [1, 5])
def test_scores_are_the_modules(network, options, n):
    net, ids, expected = made(network, options, n)
    net.train()  # a stepper writes, whatever mode the module is in
    steps = stepper(net, n)
    np.testing.assert_allclose(steps.feed_many(ids[:, :4]), expected[:, 3], atol=1e-4)
    for t in range(4, 10):
        np.testing.assert_allclose(steps.feed(ids[:, t]), expected[:, t], atol=1e-4)
    np.testing.assert_allclose(steps.feed_many(ids[:, 10:]), expected[:, 11], atol=1e-4)
    assert net.training


@pytest.mark.parametrize(("network", "options"), NETWORKS)
def test_weights_are_those_of_when_it_was_made(network, options):
    net, ids, expected = made(network, options, 2)
    steps = stepper(net, 2)
    nn.init.zeros_(net.encoder.embedding.weight)
    np.testing.assert_allclose(steps.feed_many(ids), expected[:, -1], atol=1e-4)


def test_beyond_its_context_the_transformer_forgets_the_oldest():
    net, ids, _ = made("gpt", {"hidden": 16, "heads": 2, "layers": 1}, 2)
    long = np.concatenate([ids, ids[:, ::-1]], 1)
    steps = stepper(net, 2)
    for t in range(long.shape[1]):
        scores = steps.feed(long[:, t])
    with torch.no_grad():
        expected = net(torch.as_tensor(long[:, -12:].copy()))[0][:, -1]
    np.testing.assert_allclose(scores, expected, atol=1e-4)  # with one block what is kept saw one token each
    again = stepper(net, 2)
    np.testing.assert_allclose(again.feed_many(long), expected, atol=1e-4)


class Counting(nn.Module):
    """Scores that tell how many tokens were seen."""

    def __init__(self, *, carries):
        super().__init__()
        self.carries = carries
        self.dropout = nn.Dropout(0.5)

    def forward(self, ids, state=None):
        seen = torch.ones(ids.shape).cumsum(1) + (0 if state is None else state["seen"])
        scores = self.dropout(seen.unsqueeze(2).expand(-1, -1, 3))
        return (scores, {"seen": seen[:, -1:]}) if self.carries else scores


@pytest.mark.parametrize(("carries", "limit"), [(True, 100), (False, 4)])
def test_a_module_of_ones_own_is_called_with_its_state_or_with_all_that_was_fed(carries, limit):
    net = Counting(carries=carries)
    steps = stepper(net, 2, context=4)
    assert steps.feed_many(np.zeros((2, 3), np.int64)).tolist() == [[3.0] * 3] * 2
    for count in range(4, 8):
        scores = steps.feed(np.zeros(2, np.int64))
        assert scores.dtype == np.float32
        assert scores[0, 0] == min(count, limit)
    assert net.training


def test_a_module_with_a_state_takes_prompts_beyond_the_context_whole():
    fed = np.zeros((2, 11), np.int64)
    assert stepper(Counting(carries=True), 2, context=4).feed_many(fed)[0, 0] == 11
    steps = stepper(Counting(carries=False), 2, context=4)
    assert steps.feed_many(fed)[0, 0] == 4
    assert steps.feed(fed[:, 0])[0, 0] == 4
