"""FD-MNIST for the benchmarks: the library's own `fd_mnist` (see `makebelieve.evaluate`), and which digits are there.

It is not FID: no Inception network is in it, and it compares with itself only.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

import makebelieve as mb
from makebelieve.evaluate.classifier import dataset_features
from makebelieve.evaluate.features import in_levels
from makebelieve.evaluate.frechet import frechet_distance

ROOT = Path(__file__).resolve().parents[1]


@cache
def mnist_data() -> mb.Data:
    """MNIST, its test digits as the validation part, from `MAKEBELIEVE_DATA` or `../shared/data`."""
    os.environ.setdefault("MAKEBELIEVE_DATA", str(ROOT.parent / "shared" / "data"))
    return mb.images("mnist")


def mnist(part: str) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, 28, 28) uint8 and labels (n,) int64 of the part, "train" or "t10k"."""
    chosen = mnist_data().train if part == "train" else mnist_data().valid
    return chosen.x, chosen.y


@dataclass(frozen=True)
class Verdict:
    """How samples compare with real digits.

    Attributes:
        distance: FD-MNIST against the test digits.
        shares: (10,), the share of samples that the classifier takes for each digit.
        sure: share of samples with a class probability above 0.9.
    """

    distance: float
    shares: tuple[float, ...]
    sure: float

    @property
    def classes(self) -> int:
        """Digits that have at least a fifth of their fair share."""
        return sum(share >= 0.02 for share in self.shares)


class Judge:
    """FD-MNIST of n samples against the 10,000 test digits, and the digits they are taken for."""

    def __init__(self, n: int = 10_000) -> None:
        self.n = n
        self.network = dataset_features(mnist_data())
        self.reference = self._look(mnist("t10k")[0])

    def _look(self, pictures: Tensor) -> Tensor:
        return self.network.look(in_levels(part) for part in pictures.split(500))

    def floor(self) -> float:
        """FD-MNIST of n real training digits: what a perfect generator would get."""
        return frechet_distance(self._look(mnist("train")[0][: self.n]), self.reference)

    def judge(self, pictures: Tensor) -> Verdict:
        """The verdict on pictures (n, 1, 28, 28) in [0, 1]."""
        features = self._look(pictures)
        probabilities = self.network.logits(features).softmax(1)
        shares = probabilities.argmax(1).bincount(minlength=10) / len(pictures)
        sure = (probabilities.amax(1) > 0.9).float().mean()
        return Verdict(frechet_distance(features, self.reference), tuple(shares.tolist()), float(sure))

    @torch.no_grad()
    def judge_generator(self, generator: Callable[[Tensor], Tensor], latent: int, seed: int = 1) -> Verdict:
        """The verdict on n samples from Gaussian z of that seed."""
        z = torch.randn(self.n, latent, generator=torch.Generator().manual_seed(seed))
        return self.judge(torch.cat([generator(part) for part in z.split(500)]))
