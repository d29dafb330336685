"""The feature network of a data set: a small classifier, trained on its training part from one seed and then cached."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.data.data import Data
from makebelieve.evaluate.cached import cached, sha256_of
from makebelieve.evaluate.features import FeatureNetwork, identifier, pictures_of
from makebelieve.messages import say
from makebelieve.training.randomness import seeded

log = logging.getLogger(__name__)

VERSION = 1  # of network and training: part of the protocol and of the cached file's name
GREY, COLOUR = 28, 32  # pixels a side that the network sees
WIDTH = 128
BATCH, STEPS = 128, 936  # two epochs of 60,000 pictures
MOST = 60_000  # training pictures that it is trained on; drawn by seed where there are more
THREADS = 2  # always, so that the same weights come out whatever the program's number of threads
ROTATIONS = 4


@dataclass(frozen=True)
class Plan:
    """How the classifier is trained; only tests do it otherwise."""

    steps: int = STEPS
    batch: int = BATCH
    threads: int = THREADS


class Classifier(nn.Module):
    """Pictures (n, c, h, w) in [0, 1] to 128 features, by way of side × side pixels; `head` gives logits of those."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.side = side_of(channels)
        self.body = nn.Sequential(
            nn.Conv2d(channels, 32, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 3, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * (self.side // 4) ** 2, WIDTH),
            nn.ReLU(),
        )
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.body(resized(x, self.side) * 2 - 1)
        return features


def dataset_features(data: Data, plan: Plan | None = None) -> FeatureNetwork:
    """The feature network of labelled or unlabelled pictures: from the cache, or trained and put there.

    It is trained for 936 steps of 128 (Adam, a rate that falls from 2e-3 as a half cosine, pictures moved by up to two
    pixels, dropout of one half before the last layer), on two threads whatever the program has: the same weights on the
    same chip and version of torch. It learns the labels, or without them which of four ways a picture has been turned
    (Gidaris et al. 2018); then the name of the figure says so.

    Raises:
        DataError: the items are no pictures, or the cache can't be written.
    """
    plan = plan or Plan()
    labels = data.train.y if data.classes is not None and len(data.classes) > 1 else None
    name = identifier(data.facts.name) if labels is not None else f"rotations_{identifier(data.facts.name)}"
    classes = ROTATIONS if labels is None or data.classes is None else len(data.classes)
    channels = data.shape[0]
    digest = hashlib.sha256(f"{name} {classes} {plan}".encode())
    data.train.add_to(digest)
    file = f"{name}-{digest.hexdigest()[:16]}-{VERSION}"
    weights = cached(file, lambda: train(data, labels, classes, plan).state_dict())
    net = Classifier(channels, classes)
    net.load_state_dict(weights)
    task = f"{classes} classes" if labels is not None else "which of 4 rotations"
    protocol = {
        "features": f"{WIDTH} before the last layer of a small convolutional classifier, version {VERSION}: {task}",
        "features_trained_on": f"{min(len(data.train), MOST)} training pictures of {data.facts.name}",
        "features_sha256": sha256_of(weights),
        "resize": "none"
        if data.shape[1:] == (net.side, net.side)
        else f"bilinear, antialiased, to {net.side} × {net.side}",
    }
    return FeatureNetwork(name, net, net.head, labels is not None, classes, protocol)


def side_of(channels: int) -> int:
    """Pixels a side that the network sees: as many as MNIST has for grey pictures, as CIFAR has for colour."""
    return GREY if channels == 1 else COLOUR


def resized(x: Tensor, side: int) -> Tensor:
    """Float pictures (n, c, h, w) at side × side, bilinear with antialiasing; as they are where they have that size."""
    if tuple(x.shape[-2:]) == (side, side):
        return x
    return F.interpolate(x, (side, side), mode="bilinear", antialias=True).clamp(0, 1)


def train(data: Data, labels: Tensor | None, classes: int, plan: Plan) -> Classifier:
    """The classifier of data's training pictures, trained from seed 0; by rotations where `labels`, (n,), is None."""
    places = None if len(data.train) <= MOST else data.train.sample(MOST, seed=0)
    log.info(say("evaluate.training_features", name=data.facts.name, n=f"{min(len(data.train), MOST):,}"))
    x = torch.cat([_small(part, side_of(data.shape[0])) for part in pictures_of(data, data.train, places)])
    y = labels if labels is None or places is None else labels[torch.tensor(places)]
    each = min(plan.batch if y is not None else max(1, plan.batch // ROTATIONS), len(x))
    with seeded(0), _threads(plan.threads):
        net = Classifier(data.shape[0], classes)
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, fused=True)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, plan.steps)
        epoch = len(x) // each
        for step in range(plan.steps):
            if step % epoch == 0:
                order = torch.randperm(len(x))
            index = order[step % epoch * each :][:each]
            shift = torch.randint(-2, 3, (2,)).tolist()
            pictures, wanted = _as_floats(x[index]).roll(shift, (2, 3)), y[index] if y is not None else None
            if wanted is None:
                pictures, wanted = _turned(pictures)
            optimizer.zero_grad()
            logits = net.head(F.dropout(net(pictures), 0.5, training=True))
            torch.autograd.backward(F.cross_entropy(logits, wanted))
            optimizer.step()
            schedule.step()
    net.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return net


def _turned(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Each picture in all four ways, and which it is: (4 n, c, side, side) and (4 n,)."""
    turned = torch.cat([pictures.rot90(turns, (2, 3)) for turns in range(ROTATIONS)])
    return turned, torch.arange(ROTATIONS).repeat_interleave(len(pictures))


def _small(part: Tensor, side: int) -> Tensor:
    """Stored pictures at the network's size; as they are stored where they have it, else uint8."""
    if tuple(part.shape[-2:]) == (side, side):
        return part
    return (resized(_as_floats(part), side) * 255).round().to(torch.uint8)


def _as_floats(x: Tensor) -> Tensor:
    return x.float().div(255) if x.dtype == torch.uint8 else x


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
