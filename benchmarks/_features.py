"""Features of MNIST digits for Fréchet distances: a small classifier, trained from one seed and then cached.

Its figure is written FD-MNIST. It is not FID: no Inception network is in it, and it compares with itself only.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.evaluate.frechet import frechet_distance

ROOT = Path(__file__).resolve().parents[1]
VERSION = 1  # of this file's network and training: part of the cached file's name


def mnist(part: str) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, 28, 28) uint8 and labels (n,) int64 of the part, "train" or "t10k".

    They are read from `MAKEBELIEVE_DATA/mnist`, or from `../shared/data/mnist`.
    """
    folder = Path(os.environ.get("MAKEBELIEVE_DATA", ROOT.parent / "shared" / "data")) / "mnist"
    pictures = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    x = torch.from_numpy(np.frombuffer(pictures, np.uint8, offset=16).copy()).view(-1, 1, 28, 28)
    y = torch.from_numpy(np.frombuffer(labels, np.uint8, offset=8).copy()).long()
    return x, y


class Classifier(nn.Module):
    """Pictures (n, 1, 28, 28) in [0, 1] to logits (n, 10); `features` gives the 128 numbers before them."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 32, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 3, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * 7 * 7, 128),
            nn.ReLU(),
        )
        self.head = nn.Linear(128, 10)

    def features(self, x: Tensor) -> Tensor:
        return self.body(x * 2 - 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.dropout(self.features(x), 0.5, self.training))


def train(epochs: int = 2, batch: int = 128) -> Classifier:
    """Adam with a learning rate that falls from 2e-3 to 0 as a cosine; pictures moved by up to two pixels."""
    x, y = mnist("train")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = Classifier().to(memory_format=torch.channels_last)
        optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, fused=True)
        steps = epochs * (len(x) // batch)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for step in range(steps):
            if step % (len(x) // batch) == 0:
                order = torch.randperm(len(x))
            index = order[step % (len(x) // batch) * batch :][:batch]
            shift = torch.randint(-2, 3, (2,)).tolist()
            pictures = x[index].float().div(255).roll(shift, (2, 3))
            optimizer.zero_grad()
            F.cross_entropy(net(pictures), y[index]).backward()
            optimizer.step()
            schedule.step()
    return net.to(memory_format=torch.contiguous_format).eval()


def classifier() -> Classifier:
    """The classifier from the cache (`XDG_CACHE_HOME`, else `~/.cache`), trained and put there the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "makebelieve" / "features"
    path = cache / f"mnist-classifier-{VERSION}.safetensors"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        save_file(train().state_dict(), path)
    net = Classifier()
    net.load_state_dict(load_file(path))
    return net.eval()


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
        self.net = classifier()
        self.reference, _ = self._look(mnist("t10k")[0])

    @torch.no_grad()
    def _look(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = [
            self.net.features(part.float() / (255 if part.dtype == torch.uint8 else 1)) for part in pictures.split(500)
        ]
        joined = torch.cat(features)
        return joined, self.net.head(joined).softmax(1)

    def floor(self) -> float:
        """FD-MNIST of n real training digits: what a perfect generator would get."""
        return frechet_distance(self._look(mnist("train")[0][: self.n])[0], self.reference)

    def judge(self, pictures: Tensor) -> Verdict:
        """The verdict on pictures (n, 1, 28, 28) in [0, 1]."""
        features, probabilities = self._look(pictures)
        shares = probabilities.argmax(1).bincount(minlength=10) / len(pictures)
        sure = (probabilities.amax(1) > 0.9).float().mean()
        return Verdict(frechet_distance(features, self.reference), tuple(shares.tolist()), float(sure))

    @torch.no_grad()
    def judge_generator(self, generator: Callable[[Tensor], Tensor], latent: int, seed: int = 1) -> Verdict:
        """The verdict on n samples from Gaussian z of that seed."""
        z = torch.randn(self.n, latent, generator=torch.Generator().manual_seed(seed))
        return self.judge(torch.cat([generator(part) for part in z.split(500)]))
