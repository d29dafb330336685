"""The network for rows of numbers; those for pictures are in `makebelieve.networks.transfer`."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from makebelieve.networks.blocks import BatchNorm1d

WIDTH = 128


class Standardised(nn.Module):
    """(x − mean) / std, column by column."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.mean) / self.std


class Dense(nn.Module):
    """Rows (n, k) to (n, outputs): standardised, then two layers of 128 units with batch normalisation.

    Args:
        mean: (k,) of the training rows.
        std: (k,) of the training rows; columns that don't vary have 1.
        outputs: how many numbers come out.
    """

    def __init__(self, mean: Tensor, std: Tensor, outputs: int) -> None:
        super().__init__()
        widths = [len(mean), WIDTH, WIDTH]
        layers: list[nn.Module] = [Standardised(mean, std)]
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after, bias=False), BatchNorm1d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(WIDTH, outputs)

    def forward(self, x: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.body(x))
        return outputs

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        return [list(self.body.parameters()), list(self.head.parameters())]


def dense(rows: Tensor | None, columns: int, outputs: int) -> Dense:
    """`Dense` for training rows (n, k); without them, as before weights are loaded, it standardises nothing."""
    if rows is None:
        return Dense(torch.zeros(columns), torch.ones(columns), outputs)
    std = rows.std(0, correction=0)
    return Dense(rows.mean(0), torch.where(std > 0, std, 1.0), outputs)
