"""A network wired by `mb.Model` against the same `torch.nn.Module` by hand: training steps, in turn in one process.

    python benchmarks/wiring.py [--pairs 6] [--rounds 24] [--steps 40] [--threads 1]

Both have the same weights, data (batches of 64), loss and optimizer (SGD). A round trains each for some steps, now this
one first, now that; it prints the median processor time a step of each, the median over all rounds of their
ratio, and how far that of a pair of networks goes. "By hand, by hand" is the same module twice: what chance does.
"Symbols held" is while a value of a wire is still in the program's hands, so that hooks are in place.
"""

from __future__ import annotations

import argparse
import itertools
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
    """Steps to milliseconds of processor time a step, which other programs on the machine disturb less."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def train(steps: int) -> float:
        began = time.process_time()
        for _ in range(steps):
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        return (time.process_time() - began) / steps * 1000

    return train


Pair = Callable[[], tuple[nn.Module, nn.Module]]


def compare(title: str, pair: Pair, shape: tuple[int, ...], options: argparse.Namespace, steps: int) -> None:
    """Prints medians over several pairs, made anew in turn, for where weights lie in memory matters too."""
    found: list[list[float]] = [[], []]
    for number in range(options.pairs):
        torch.manual_seed(number)
        nets = pair()
        nets[1].load_state_dict(dict(zip(nets[1].state_dict(), nets[0].state_dict().values(), strict=True)))
        x, y = torch.rand(64, *shape), torch.randint(10, (64,))
        trainers = [trainer(net, x, y) for net in nets]
        for train in trainers:
            train(steps)
        for turn in range(options.rounds):
            for side in (0, 1) if turn % 2 == 0 else (1, 0):
                found[side].append(trainers[side](steps))
    ratios = [a / b for a, b in zip(*found, strict=True)]
    each = [statistics.median(ratios[i : i + options.rounds]) for i in range(0, len(ratios), options.rounds)]
    ours, theirs = (statistics.median(side) for side in found)
    spread = f"{min(each):.3f} to {max(each):.3f}"
    print(f"{title:46}  {ours:.4f} ms  {theirs:.4f} ms  ratio {statistics.median(ratios):.3f} ({spread})", flush=True)


def pairs_of(wire: Callable[[], tuple[nn.Module, mb.Symbol]], by_hand: Callable[[], nn.Module]) -> Pair:
    """The wired network and the one by hand; which is made first changes from call to call."""
    calls = itertools.count()

    def make() -> tuple[nn.Module, nn.Module]:
        if next(calls) % 2:
            theirs = by_hand()
            return wire()[0], theirs
        return wire()[0], by_hand()

    return make


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dense, convolutions = pairs_of(wired_dense, Dense), pairs_of(wired_convolutions, Convolutions)
    compare("784-64-64-10: wired, by hand", dense, (784,), options, options.steps)
    compare("784-64-64-10: by hand, by hand", lambda: (Dense(), Dense()), (784,), options, options.steps)
    few = max(options.steps // 10, 2)
    compare("three convolutions: wired, by hand", convolutions, (1, 28, 28), options, few)
    held = mb.Input(1)
    compare("784-64-64-10, symbols held: wired, by hand", dense, (784,), options, options.steps)
    del held


if __name__ == "__main__":
    main()
