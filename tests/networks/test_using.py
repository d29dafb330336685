"""Using networks: modes come back as they were, parts join to the whole."""

from __future__ import annotations

import torch
from torch import nn

from makebelieve.networks.using import evaluating, in_parts


def test_modes_come_back_part_by_part():
    net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    net[0].eval()
    with evaluating(net):
        assert not any(part.training for part in net.modules())
        assert not torch.is_grad_enabled()
    assert [part.training for part in net.modules()] == [True, False, True]
    assert torch.is_grad_enabled()


def test_parts_join_to_the_whole():
    x, y = torch.randn(11, 3), torch.arange(11)
    calls = []

    def function(a, b):
        calls.append(len(a))
        return (a * b[:, None]).double()

    found = in_parts(function, x, y, size=4)
    assert calls == [4, 4, 3]
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, x * y[:, None])
