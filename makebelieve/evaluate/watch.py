"""Watching the samples of a generator while it trains: are they varied, do they cover the data, are they copies?

Features here come from a small convolutional network with fixed random weights: no training, the same on every machine,
and cheap enough for a look every few hundred steps. They serve to compare a run with its own data and past, never as a
figure to publish.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.training import Alarm, Check, Learner, Remedy
from makebelieve.training.protocols import Part

Draw = Callable[[Any, int], Tensor]  # (learner, n) to n pictures (n, c, h, w) in [0, 1], the same points at each call

NEIGHBOUR = 5  # coverage asks for a sample nearer than a real picture's fifth real neighbour
TOLD_AFTER = 3  # bad looks in a row
YOUNG = 3  # looks that are not judged: an untrained generator makes one picture
LEAST_DIVERSITY = 0.3  # of the data's
KEPT = 0.4  # of the best coverage so far
WORTH = 0.2  # coverage that must have been reached before a loss of it means anything
COMPARED = 1024  # pictures of each part that samples are compared with
MOST_COPIES = 0.2  # share of samples


class RandomFeatures(nn.Module):
    """Three strided convolutions with ReLUs and fixed random weights: (n, c, h, w) in [0, 1] to (n, at most 1024).

    Args:
        channels: c.
        seed: of the weights.
    """

    def __init__(self, channels: int, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.weights = []
        for here, there in ((channels, 16), (16, 32), (32, 64)):
            deviation = (2 / (9 * here)) ** 0.5  # He et al. 2015, eq. 10
            self.weights.append(torch.randn(there, here, 3, 3, generator=generator) * deviation)

    def forward(self, x: Tensor) -> Tensor:
        """Float32 features on the pictures' device."""
        x = x.float() - 0.5
        for weight in self.weights:
            x = F.relu(F.conv2d(x, weight.to(x.device), stride=2, padding=1))
        if x.shape[-1] > 4 or x.shape[-2] > 4:
            x = F.adaptive_avg_pool2d(x, 4)
        return x.flatten(1)


def diversity(features: Tensor) -> float:
    """Mean distance between two rows of features (n, d)."""
    n = len(features)
    return float(torch.cdist(features, features).sum()) / max(1, n * (n - 1))


def coverage(real: Tensor, made: Tensor, k: int = NEIGHBOUR) -> float:
    """Share of real rows with a made one nearer than their k-th real neighbour (Naeem et al. 2020, eq. 8)."""
    k = min(k, len(real) - 1)
    radius = torch.cdist(real, real).kthvalue(k + 1).values  # the nearest is the row itself
    return float((torch.cdist(real, made).amin(1) < radius).float().mean())


def copies(made: Tensor, train: Tensor, held_out: Tensor, near: float) -> float:
    """Share of made rows that are copies of training rows.

    Such a row lies nearer to a training row than `near`, and less than half as far from it as from every held-out row:
    a blurred picture is near to many, a copy to one.
    """
    to_train, to_held_out = (torch.cdist(made, rows).amin(1) for rows in (train, held_out))
    return float(((to_train < near) & (to_train < 0.5 * to_held_out)).float().mean())


class Samples(Check):
    """Mode collapse and memorised samples.

    Figures: `diversity` of samples, as a share of the data's; `coverage` of held-out pictures by samples; `copied`, the
    share of samples that are copies of training pictures.

    Args:
        draw: (learner, n) to n samples of the same points at each call.
        n: samples a look; fewer where they are dear.
        players: whose learning rates a collapse is mended by.
    """

    remembers = ("looks", "best", "narrow", "lost", "copied", "before")

    def __init__(self, draw: Draw, n: int = 256, players: Sequence[str] = ()) -> None:
        self._draw, self._n, self._players = draw, n, tuple(players)
        self._known: dict[str, Any] = {}
        self.looks = self.narrow = self.lost = self.copied = 0
        self.best = self.before = 0.0

    def measure(self, learn: Learner) -> dict[str, float]:
        known = self._known or self._learn_data(learn)
        if len(known["real"]) < 2 * NEIGHBOUR:
            return {}
        made = known["network"](self._draw(learn, self._n))
        figures = {
            "diversity": diversity(made) / max(known["diversity"], 1e-12),
            "coverage": coverage(known["real"], made),
        }
        if known["held_out"] is not None:
            figures["copied"] = copies(made, known["train"], known["held_out"], known["near"])
        return figures

    def _learn_data(self, learn: Learner) -> dict[str, Any]:
        """Features of the data, once; and how near to the training pictures a held-out one seldom comes."""
        network = RandomFeatures(next(learn.looks.each(1))[0].shape[1])

        def features(n: int, part: Part | None = None) -> Tensor:
            return torch.cat([network(x.cpu()) for x, _ in learn.looks.each(n, part)])

        real = features(self._n)
        known = {"network": network, "real": real, "diversity": diversity(real), "held_out": None}
        if learn.looks.part == "valid":
            train, held_out = features(COMPARED, "train"), features(COMPARED, "valid")
            near = float(torch.cdist(held_out[: self._n], train).amin(1).quantile(0.01))
            known |= {"train": train, "held_out": held_out, "near": near}
        self._known = known
        return known

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        if "diversity" not in figures:
            return []
        varied, covered, copied = figures["diversity"], figures["coverage"], figures.get("copied", 0.0)
        self.looks += 1
        grows = varied > max(1.2 * self.before, self.before + 0.002)
        narrow = varied < LEAST_DIVERSITY and not grows and self.looks > YOUNG
        lost = self.best > WORTH and covered < KEPT * self.best
        self.narrow = self.narrow + 1 if narrow else 0
        self.lost = self.lost + 1 if lost else 0
        self.copied = self.copied + 1 if copied > MOST_COPIES else 0
        self.best, self.before = max(self.best, covered), varied
        self.suspects = bool(self.narrow or self.lost)
        alarms = []
        if max(self.narrow, self.lost) >= TOLD_AFTER:
            remedy = Remedy(dict.fromkeys(self._players, 0.5)) if self._players else None
            values = {
                "step": step,
                "diversity": f"{varied:.0%}",
                "coverage": f"{covered:.0%}",
                "best": f"{self.best:.0%}",
            }
            alarms.append(Alarm("health.mode_collapse", values, remedy=remedy))
        if self.copied >= TOLD_AFTER:
            alarms.append(Alarm("health.memorised", {"step": step, "share": f"{copied:.0%}"}))
        return alarms
