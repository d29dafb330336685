"""Tiny data, networks and recipes for the training tests; everything here is importable from a fresh process."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from makebelieve.objectives import adversarial as adv
from makebelieve.training import Learner, Saving, Settings, recipe, supervised


class ToyBatch:
    labelled = None
    each = 1

    def __init__(self, x, y, items, total):
        self.x, self.y, self.items, self.total = x, y, items, total

    def __len__(self):
        return len(self.x)

    def chunk(self, k):
        pieces = zip(self.x.chunk(k), self.y.chunk(k), self.items.chunk(k), strict=True)
        return [ToyBatch(x, y, items, self.total) for x, y, items in pieces]


class ToyBatches:
    def __init__(self, x, y, size, seed, rank, world, shuffle):
        self.x, self.y, self.size, self.seed, self.rank, self.world, self.shuffle = (
            x,
            y,
            size,
            seed,
            rank,
            world,
            shuffle,
        )
        self.epoch = self.index = 0
        self.steps_per_epoch = len(x) // size if shuffle else -(-len(x) // size)

    def __next__(self):
        if self.index == self.steps_per_epoch:
            self.epoch, self.index = self.epoch + 1, 0
        order = torch.arange(len(self.x))
        if self.shuffle:
            order = torch.randperm(len(self.x), generator=torch.Generator().manual_seed(self.seed * 1000 + self.epoch))
        whole = order[self.index * self.size : (self.index + 1) * self.size]
        self.index += 1
        share = whole[self.rank * len(whole) // self.world : (self.rank + 1) * len(whole) // self.world]
        return ToyBatch(self.x[share], self.y[share], share, len(whole))

    def state(self):
        return {"epoch": self.epoch, "index": self.index}

    def load_state(self, state):
        self.epoch, self.index = state["epoch"], state["index"]


class ToyData:
    """64 points on a line in 6 dimensions, in two classes."""

    classes = ("left", "right")
    shape = (6,)

    def __init__(self, n: int = 64, valid: int = 16) -> None:
        generator = torch.Generator().manual_seed(7)
        self.x = torch.rand(n + valid, 6, generator=generator)
        self.y = (self.x.sum(1) > 3).long()
        self.n = n

    def count(self, part):
        return self.n if part == "train" else len(self.x) - self.n

    def batches(self, part, size, *, device="cpu", seed=0, rank=0, world=1, memory_format=None, shuffle=None):
        rows = slice(0, self.n) if part == "train" else slice(self.n, None)
        return ToyBatches(self.x[rows], self.y[rows], size, seed, rank, world, part == "train")

    def fingerprint(self):
        return hashlib.sha256(self.x.numpy().tobytes()).hexdigest()

    def describe(self):
        return {"name": "toy"}

    def how_to_rebuild(self):
        return None


def gaussian(n, generator):
    return torch.randn(n, 3, generator=generator)


@recipe(
    optimizers={
        "critic": partial(torch.optim.RMSprop, lr=1e-3),
        "generator": partial(torch.optim.Adam, lr=1e-3, betas=(0.0, 0.9)),
    },
    period=3,
    average={"generator": 0.9},
    batch_size=8,
)
def toy_wgan(nets, batch, run):
    with torch.no_grad():
        fake = nets.generator(run.noise(len(batch)))
    noisy = batch.x + 0.01 * run.uniform(len(batch))[:, None]
    yield "critic", adv.wasserstein_critic(nets.critic(noisy), nets.critic(fake)), {"drift": fake.mean()}
    if run.training:
        adv.clip_weights_(nets.critic, 0.05)
        run.state["count"] = run.state.get("count", torch.zeros(())) + 1
    if run.step % 3 == 2 or not run.training:
        yield "generator", adv.wasserstein_generator(nets.critic(nets.generator(run.noise(len(batch)))))


@recipe(optimizers={name: partial(torch.optim.Adam, lr=1e-3) for name in ("critic", "generator")}, batch_size=8)
def toy_gan(nets, batch, run):
    fake = nets.generator(run.noise(len(batch)))
    yield "critic", adv.minimax_critic(nets.critic(batch.x), nets.critic(fake.detach()))
    yield "generator", adv.minimax_generator(nets.critic(fake))


def toy_networks(dropout: float = 0.0) -> dict[str, nn.Module]:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        critic = nn.Sequential(nn.Linear(6, 8), nn.LeakyReLU(0.2), nn.Dropout(dropout), nn.Linear(8, 1), nn.Flatten(0))
        return {"generator": nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 6), nn.Sigmoid()), "critic": critic}


def wgan_learner(run: Path | None = None, data: Any = None, dropout: float = 0.3, **settings: Any) -> Learner:
    settings = {"device": "cpu", "saving": Saving(steps=7), **settings}
    return Learner(
        data or ToyData(),
        toy_networks(dropout),
        toy_wgan,
        noise=gaussian,
        settings=Settings(**settings),
        run=run,
        name="toy",
    )


def gan_learner(run: Path | None = None, **settings: Any) -> Learner:
    settings = {"device": "cpu", **settings}
    return Learner(
        ToyData(), toy_networks(), toy_gan, noise=gaussian, settings=Settings(**settings), run=run, name="toy"
    )


class Tuned(nn.Module):
    """A body in two parts and a head, as transfer learning has them."""

    def __init__(self, norm: bool, dropout: float) -> None:
        super().__init__()
        still = nn.BatchNorm1d(8) if norm else nn.Identity()
        self.early = nn.Sequential(nn.Linear(6, 8), still, nn.ReLU(), nn.Dropout(dropout))
        self.late = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Dropout(dropout))
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(8, 2))

    def forward(self, x):
        return self.head(self.late(self.early(x)))

    def parameter_groups(self):
        return [list(part.parameters()) for part in (self.early, self.late, self.head)]


def tuned_learner(
    run: Path | None = None,
    data: Any = None,
    norm: bool = True,
    dropout: float = 0.2,
    optimizer: Any = torch.optim.AdamW,
    average: float | None = None,
    make: type[Learner] = Learner,
    **settings: Any,
) -> Learner:
    settings = {"device": "cpu", "batch_size": 8, "saving": Saving(seconds=1e9), **settings}
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = Tuned(norm, dropout)
    return make(
        data or ToyData(),
        {"model": model},
        supervised(F.cross_entropy),
        optimizers={"model": partial(optimizer, lr=1e-2, weight_decay=0.1)},
        average={"model": average} if average else {},
        settings=Settings(**settings),
        run=run,
        name="toy",
    )


def all_of(learn: Learner) -> dict[str, Any]:
    """Everything that must be equal where two runs are said to be."""
    found: dict[str, Any] = {}
    for name, player in learn.game.players.items():
        tensors, numbers = player.state()
        found.update({f"{name}.{key}": value.clone() for key, value in tensors.items()})
        found[f"{name}.numbers"] = repr(numbers)
    for name, net in learn.nets.items():
        found.update({f"{name}.{key}": value.clone() for key, value in net.state_dict().items()})
        found[f"{name}.modes"] = [part.training for part in net.modules()]
    found.update(learn.randomness.state(active=False))
    found["data"] = learn.batches.state()
    found["history"] = list(learn.history.records)
    found["step"] = learn.step
    found["meter"] = repr(learn.game.meter.state())
    return found


def differences(a: dict[str, Any], b: dict[str, Any]) -> list[str]:
    """Names of what is not the same bit for bit."""
    names = set(a) ^ set(b)
    for name in set(a) & set(b):
        same = torch.equal(a[name], b[name]) if isinstance(a[name], torch.Tensor) else a[name] == b[name]
        names |= set() if same else {name}
    return sorted(names)


def at_every_step(whole: Path, folder: Path) -> Iterator[tuple[int, Path]]:
    """Copies of a run, that has a checkpoint of each step, as if it had been killed after each."""
    for source in sorted((whole / "checkpoints").glob("step-*"), key=lambda path: path.name[-6:])[:-1]:
        run = folder / f"from-{source.name}"
        (run / "checkpoints").mkdir(parents=True)
        for name in ("config.json", "history.jsonl", "clock.jsonl"):
            if (whole / name).exists():
                (run / name).write_bytes((whole / name).read_bytes())
        shutil.copytree(source, run / "checkpoints" / source.name)
        yield int(source.name.split("-")[1]), run


def classifier_learner(run: Path | None = None, **settings: Any) -> Learner:
    settings = {"device": "cpu", "batch_size": 8, **settings}
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
    accuracy = supervised(F.cross_entropy, accuracy=lambda found, y: (found.argmax(1) == y).float().mean())
    return Learner(ToyData(), {"model": model}, accuracy, settings=Settings(**settings), run=run, name="toy")
