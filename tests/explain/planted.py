"""Small networks of which the truth is known."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CROSS = torch.tensor([[-1.0, 1, -1], [1, 1, 1], [-1, 1, -1]])


class Detector(nn.Module):
    """Output 1 answers to a cross of 3 × 3, output 0 to its negative, wherever it is; grey pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.see = nn.Conv2d(1, 2, 3, padding=1)
        self.act = nn.ReLU(inplace=True)
        self.mix = nn.Conv2d(2, 2, 1)
        self.drop = nn.Dropout(0.5)
        with torch.no_grad():
            self.see.weight.copy_(torch.stack([-CROSS, CROSS])[:, None])
            self.see.bias.fill_(-3.0)
            self.mix.weight.copy_(torch.eye(2)[:, :, None, None])
            self.mix.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(self.mix(self.act(self.see(x)))).amax((2, 3))


class Residual(nn.Module):
    """A block of two 3 × 3 convolutions with stride 2 and a 1 × 1 shortcut; functional rectifiers, batch norm."""

    def __init__(self, c: int, k: int) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(c, k, 3, 2, 1, bias=False), nn.Conv2d(k, k, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(k)
        self.short = nn.Conv2d(c, k, 1, 2)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.b(F.relu(self.a(x)))) + self.short(x))


class Gate(nn.Module):
    """Squeeze-and-excitation."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(c, c, 3, padding=1), nn.Linear(c, c)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return x * torch.sigmoid(self.fc(x.mean((2, 3))))[:, :, None, None]


def residual_net(k: int = 3, channels: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, 4, 5, stride=1, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        Residual(4, 6),
        Residual(6, 6),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, k),
    )


def crossed(at: tuple[int, int], side: int = 16, negative: bool = False) -> Tensor:
    """(1, side, side): a grey picture with a cross whose centre is there."""
    x = torch.full((1, side, side), 0.5)
    row, column = at
    x[0, row - 1 : row + 2, column - 1 : column + 2] = (CROSS if not negative else -CROSS) / 2 + 0.5
    return x
