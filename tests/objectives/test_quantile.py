"""The pinball loss."""

from __future__ import annotations

import torch

from makebelieve.objectives.quantile import pinball


def test_of_the_median_it_is_half_the_absolute_error():
    said, y = torch.randn(5, 3), torch.randn(5, 3)
    torch.testing.assert_close(pinball(said[..., None], y, torch.tensor([0.5]))[..., 0], (y - said).abs() / 2)


def test_too_low_and_too_high_cost_what_the_quantile_says():
    q = torch.tensor([0.1, 0.9])
    torch.testing.assert_close(pinball(torch.zeros(1, 2), torch.tensor([2.0]), q), torch.tensor([[0.2, 1.8]]))
    torch.testing.assert_close(pinball(torch.zeros(1, 2), torch.tensor([-2.0]), q), torch.tensor([[1.8, 0.2]]))


def test_it_is_least_at_the_quantile():
    y = torch.randn(4001, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    grid = torch.linspace(-2, 2, 801, dtype=torch.float64)
    for q in (0.1, 0.5, 0.8):
        losses = pinball(grid[:, None, None].expand(-1, len(y), 1), y.expand(801, -1), torch.tensor([q]).double())
        assert (grid[losses.mean((1, 2)).argmin()] - y.quantile(q)).abs() < 0.006
