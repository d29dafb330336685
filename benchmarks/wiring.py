"""A network wired by `mb.Model` against the same `torch.nn.Module` by hand: training steps, in turn in one process.

    python benchmarks/wiring.py [--rounds 60] [--steps 40] [--threads 1]

Both have the same weights, data, loss and optimizer (SGD). A round trains each for some steps, the first one being now
this, now that; it prints the median milliseconds a step of each and the median over rounds of their ratio. "Symbols
held" is the same while a value of the wire is still in the program's hands, so that hooks are in place.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks import wiring as mb


class Dense(nn.Module):
    """784-64-64-10."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.three = nn.Linear(784, 64), nn.Linear(64, 64), nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.three(torch.relu(self.two(torch.relu(self.one(x)))))


def wired_dense() -> tuple[nn.Module, mb.Symbol]:
    x = mb.Input(784)
    h = mb.Dense(64, "relu")(x)
    h = mb.Dense(64, "relu")(h)
    return mb.Model(x, mb.Dense(10)(h)), x


class Convolutions(nn.Module):
    """Three convolutions with a residual, batch normalisation, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
        self.three, self.norm = nn.Conv2d(32, 32, 3, padding=1), nn.BatchNorm2d(32, eps=1e-3, momentum=0.01)
        self.pool, self.pool_again, self.head = nn.MaxPool2d(2), nn.MaxPool2d(2), nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = self.pool(torch.relu(self.one(x)))
        h = self.pool_again(torch.relu(self.two(h)))
        h = torch.relu(h + self.norm(self.three(h)))
        return self.head(h.mean((2, 3)))


def wired_convolutions() -> tuple[nn.Module, mb.Symbol]:
    x = mb.Input((1, 28, 28))
    h = mb.MaxPooling2D()(mb.Conv2D(16, 3, padding="same", activation="relu")(x))
    h = mb.MaxPooling2D()(mb.Conv2D(32, 3, padding="same", activation="relu")(h))
    h = torch.relu(h + mb.BatchNormalization()(mb.Conv2D(32, 3, padding="same")(h)))
    return mb.Model(x, mb.Dense(10)(mb.GlobalAveragePooling2D()(h))), x


def trainer(net: nn.Module, x: Tensor, y: Tensor) -> Callable[[int], float]:
    """Steps to milliseconds a step."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def train(steps: int) -> float:
        began = time.perf_counter()
        for _ in range(steps):
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        return (time.perf_counter() - began) / steps * 1000

    return train


def compare(title: str, ours: nn.Module, theirs: nn.Module, shape: tuple[int, ...], rounds: int, steps: int) -> None:
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    torch.manual_seed(1)
    x, y = torch.rand(64, *shape), torch.randint(10, (64,))
    trainers = [trainer(ours, x, y), trainer(theirs, x, y)]
    found: list[list[float]] = [[], []]
    for train in trainers:
        train(steps)
    for turn in range(rounds):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            found[side].append(trainers[side](steps))
    ratio = statistics.median(a / b for a, b in zip(*found, strict=True))
    medians = [statistics.median(side) for side in found]
    print(f"{title:32}  wired {medians[0]:.4f} ms  by hand {medians[1]:.4f} ms  ratio {ratio:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for name, wire, by_hand, shape, share in (
        ("784-64-64-10, batch 64", wired_dense, Dense, (784,), 1),
        ("three convolutions, batch 64", wired_convolutions, Convolutions, (1, 28, 28), 10),
    ):
        torch.manual_seed(0)
        ours, held = wire()
        steps = max(options.steps // share, 2)
        if share == 1:
            compare(f"{name}, symbols held", ours, by_hand(), shape, options.rounds, steps)
        del held
        compare(name, ours, by_hand(), shape, options.rounds, steps)


if __name__ == "__main__":
    main()
