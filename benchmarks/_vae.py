"""VAEs on real MNIST: how probable they find test pictures, and how fast the textbook VAE trains.

    python benchmarks/_vae.py plane        # latent 2: test ELBO                              (target: above −150 nats)
    python benchmarks/_vae.py likelihood   # latent 32: importance-weighted likelihood, k = 1,000    (above −90 nats)
    python benchmarks/_vae.py pace         # seconds that these two take on this machine, from a few hundred steps
    python benchmarks/_vae.py speed        # the textbook convolutional VAE, a measure at a time, batches of 128 and 16

All likelihoods are of dynamically binarised pixels: each drawn once as 0 or 1, with its grey value as the chance of 1;
in training it is drawn anew at each step. They are in nats a picture and natural logarithms.

The textbook VAE: 3×3 convolutions 32, 64 (stride 2), 64, 64, a dense layer of 32, two numbers z; a dense layer to
14·14·64, a transposed convolution of stride 2 to 32, a convolution to 1. 135 MFLOP a picture and step. Each row of its
table adds one measure to those above it; the last is `mb.vae` with these networks, timed from its 50th to its 100th
step of a `fit`: with moving average, metrics, history and health, without sheets of samples and the ends of a `fit`.
All variants are set up at once and timed in turns, so that a busy moment meets them all.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.networks.blocks import ToPicture, ToVector
from makebelieve.networks.thin import DoublingConv2d, ThinConv2d
from makebelieve.objectives.divergence import gaussian_kl
from makebelieve.objectives.reconstruction import bernoulli_nll
from makebelieve.training.fitting import WINDOW
from makebelieve.training.schedule import one_cycle

PLANE: dict[str, Any] = {"latent": 2, "network": "dense", "binarise": True}
LIKELIHOOD: dict[str, Any] = {
    "latent": 32, "network": "dense", "binarise": True, "batch_size": 256, "learning_rate": 2e-3
}  # fmt: skip
EPOCHS = {"plane": 15, "likelihood": 60}


def quality(which: str, epochs: float | None, *, n: int, k: int, seed: int = 42) -> mb.Figures:
    """Trains one of the two and prints its figures."""
    options = PLANE if which == "plane" else LIKELIHOOD
    data = mb.images("mnist")
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.vae(data, **options, seed=seed, run=Path(folder) / "run")
        begun = time.perf_counter()
        learn.fit(epochs or EPOCHS[which], schedule=one_cycle)
        seconds = time.perf_counter() - begun
        print(
            f"{which}: {options}, {learn.step:,} steps of {learn.batch_size} in {seconds:.0f} s of wall time on "
            f"{torch.get_num_threads()} thread(s), {learn.step * learn.batch_size / seconds:,.0f} images/s\n",
            flush=True,
        )
        begun = time.perf_counter()
        figures = learn.evaluate(n=n, k=k)
        print(figures, f"\n\nmeasured in {time.perf_counter() - begun:.0f} s", flush=True)
    return figures


def pace(steps: int = 400) -> None:
    """How long the two would train here, from a few hundred steps of each."""
    data = mb.images("mnist")
    for which, options in (("plane", PLANE), ("likelihood", LIKELIHOOD)):
        with tempfile.TemporaryDirectory() as folder:
            learn = mb.vae(data, **options, run=Path(folder) / "run")
            learn.fit(steps=20)
            begun = time.perf_counter()
            learn.fit(steps=steps)
            rate = steps * learn.batch_size / (time.perf_counter() - begun)
            whole = EPOCHS[which] * learn.steps_per_epoch * learn.batch_size / rate
        print(
            f"{which}: {rate:,.0f} images/s on {torch.get_num_threads()} threads; "
            f"{EPOCHS[which]} epochs are {whole / 60:.1f} minutes, validation not counted",
            flush=True,
        )


@dataclass(frozen=True)
class Measures:
    """What is done beyond the code as the textbooks have it."""

    fused_adam: bool = False
    logits: bool = False
    channels_last: bool = False
    bf16: bool = False
    relu_in_place: bool = False
    bias_apart: bool = False
    thin_output: bool = False


STEPS_UP: tuple[tuple[str, dict[str, bool]], ...] = (
    ("eager float32, as written", {}),
    ("fused Adam", {"fused_adam": True}),
    ("the loss from logits, in one pass", {"logits": True}),
    ("channels-last memory", {"channels_last": True}),
    ("bf16 autocast", {"bf16": True}),
    ("ReLU in place", {"relu_in_place": True}),
    ("the transposed convolution's bias apart", {"bias_apart": True}),
    ("the last convolution as a product and shifts", {"thin_output": True}),
)


def networks(measures: Measures) -> tuple[nn.Module, nn.Module]:
    """The textbook's encoder, to means and log variances, and its decoder, to logits."""

    def relu() -> nn.Module:
        return nn.ReLU(inplace=measures.relu_in_place)

    down: list[nn.Module] = []
    for here, there, stride in ((1, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1)):
        down += [nn.Conv2d(here, there, 3, stride=stride, padding=1), relu()]
    flat = ToVector() if measures.channels_last else nn.Flatten()
    side = ToPicture(64, 14) if measures.channels_last else nn.Unflatten(1, (64, 14, 14))
    double = DoublingConv2d(64, 32, 3)
    if not measures.bias_apart:
        double = nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1)
    out = ThinConv2d(32, 1, 3) if measures.thin_output else nn.Conv2d(32, 1, 3, padding=1)
    encoder = nn.Sequential(*down, flat, nn.Linear(14 * 14 * 64, 32), nn.ReLU(), nn.Linear(32, 4))
    return encoder, nn.Sequential(nn.Linear(2, 14 * 14 * 64), relu(), side, double, relu(), out)


def bare(measures: Measures, pictures: Tensor, size: int) -> Callable[[int], float]:
    """A plain loop: a function that does so many steps and gives the seconds of one."""
    torch.manual_seed(0)
    encoder, decoder = networks(measures)
    layout = torch.channels_last if measures.channels_last else torch.contiguous_format
    encoder.to(memory_format=layout)
    decoder.to(memory_format=layout)
    optimizer = torch.optim.Adam(
        [*encoder.parameters(), *decoder.parameters()], 1e-3, fused=True if measures.fused_adam else None
    )
    order = torch.randperm(len(pictures)).split(size)
    done = 0

    def step() -> None:
        nonlocal done
        x = torch.div(pictures.index_select(0, order[done % len(order)]), 255).contiguous(memory_format=layout)
        done += 1
        with torch.autocast("cpu", torch.bfloat16, enabled=measures.bf16):
            mean, log_variance = encoder(x).float().chunk(2, 1)
            a = decoder(mean + (0.5 * log_variance).exp() * torch.randn_like(mean))
            if measures.logits:
                loss = bernoulli_nll(a, x).mean() + gaussian_kl(mean, log_variance).sum(1).mean()
            else:
                kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1).mean()
                loss = F.binary_cross_entropy(torch.sigmoid(a), x, reduction="none").sum((1, 2, 3)).mean() + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def train(steps: int) -> float:
        start = time.perf_counter()
        for _ in range(steps):
            step()
        return (time.perf_counter() - start) / steps

    return train


class Clock(mb.Callback):
    """When each window of steps ended."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_record(self, _learn: mb.Learner, record: dict[str, Any]) -> None:
        if record["kind"] == "steps":
            self.times.append(time.perf_counter())


def by_learner(measures: Measures, data: mb.Data, size: int, folder: Path) -> Callable[[int], float]:
    """The same by `mb.vae`: 100 steps at each call, however many were asked for."""
    torch.manual_seed(0)
    clock = Clock()
    learn = mb.vae(data, latent=2, network=networks(measures), batch_size=size, run=folder / f"run-{size}")
    learn.callbacks = [clock]  # sheets of samples come ever more seldom, and would weigh in so few steps

    def train(_steps: int) -> float:
        learn.fit(steps=2 * WINDOW)
        return (clock.times[-1] - clock.times[-2]) / WINDOW

    return train


def speed(rounds: int, last: int) -> None:
    """Two tables: batches of 128, and of 16."""
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    pictures = torch.randint(0, 256, (4096, 1, 28, 28), dtype=torch.uint8)
    data = mb.images(pictures, valid=0)
    for size, steps in ((128, 10), (16, WINDOW)):
        measures, variants = Measures(), {}
        for name, added in STEPS_UP:
            measures = replace(measures, **added)
            variants[name] = bare(measures, pictures, size)
        variants = dict(list(variants.items())[-last:])
        with tempfile.TemporaryDirectory() as folder:
            variants["all of it by `mb.vae`"] = by_learner(measures, data, size, Path(folder))
            seconds = timed(variants, rounds, steps)
        medians = {name: statistics.median(times) for name, times in seconds.items()}
        print(f"\nbatch {size}, torch {torch.__version__}, {torch.get_num_threads()} threads, {rounds} rounds\n")
        print("| measure, on top of those above | images/s | against the row above | against the first |")
        print("|---|---|---|---|")
        first = previous = next(iter(medians.values()))
        for name, median in medians.items():
            print(f"| {name} | {size / median:,.0f} | {previous / median:.2f}× | {first / median:.2f}× |", flush=True)
            previous = median
        (*_, bare_loop, learner) = seconds.values()
        ratio = statistics.median(b / a for a, b in zip(bare_loop, learner, strict=True))
        print(f"\na step of `mb.vae` against the bare loop, median of rounds: {ratio:.3f}×", flush=True)


def timed(variants: dict[str, Callable[[int], float]], rounds: int, steps: int) -> dict[str, list[float]]:
    """Seconds a step of each variant, round by round."""
    for train in variants.values():
        train(2)
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, train in variants.items():
            seconds[name].append(train(steps))
    return seconds


def main() -> None:
    """Runs one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["plane", "likelihood", "pace", "speed"])
    parser.add_argument("--epochs", type=float, help="of plane and likelihood, instead of their own")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument(
        "--n", type=int, default=2000, help="test pictures, the first, for the importance-weighted bound"
    )
    parser.add_argument("--k", type=int, default=1000, help="samples of z for each")
    parser.add_argument("--rounds", type=int, default=7, help="of speed")
    parser.add_argument("--last", type=int, default=len(STEPS_UP), help="of speed: only so many of the last bare loops")
    arguments = parser.parse_args()
    if arguments.what == "pace":
        pace()
    elif arguments.what == "speed":
        speed(arguments.rounds, arguments.last)
    else:
        quality(arguments.what, arguments.epochs, n=arguments.n, k=arguments.k, seed=arguments.seed)


if __name__ == "__main__":
    main()
