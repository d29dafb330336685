"""How fast the textbook Keras GAN for MNIST trains here, one measure at a time.

    python benchmarks/textbook_gan.py [--rounds 3] [--steps 20]

The critic: three 5×5 convolutions of stride 2 (64, 256, 256) with LeakyReLU and dropout 0.4, one dense unit. The
generator: dense to 7·7·64, batch normalisation, ReLU, dropout 0.4; upsampling, 5×5 transposed convolution to 32,
batch normalisation, ReLU; the same to 16; a 5×5 transposed convolution to 1, sigmoid. z has 100 numbers. A step: the
critic on 128 real and 128 fake pictures, then the generator on 128 of new noise. Adam, 4e-4. Random pictures, so that
no loading is in the figures.

Every row adds one measure to those above it; the last is the library's learner with all of them, its history, health
and a checkpoint each round included, which weighs when a round has few steps. All variants are set up at once and
timed in turns, round by round, so that a busy moment meets them all; the table gives medians over rounds.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.networks.blocks import Dropout, ToPicture, ToVector, UpsampleConv2d
from makebelieve.objectives import adversarial as adv

BATCH = 128
LATENT = 100


@dataclass(frozen=True)
class Measures:
    """What is done beyond the code as the textbooks have it."""

    channels_last: bool = False
    bf16: bool = False
    flat_in_order: bool = False
    shared_fake: bool = False
    frozen_critic: bool = False
    upsample_conv: bool = False
    cheap_dropout: bool = False
    one_batch: bool = False
    fused_adam: bool = False


STEPS_UP = (
    ("eager float32, as written", {}),
    ("channels-last memory", {"channels_last": True}),
    ("bf16 autocast", {"bf16": True}),
    ("to and from dense layers in channels-last order", {"flat_in_order": True}),
    ("one fake for both turns", {"shared_fake": True}),
    ("no gradients of the critic in the generator's turn", {"frozen_critic": True}),
    ("upsampling and convolution in one", {"upsample_conv": True}),
    ("dropout with cheap bits", {"cheap_dropout": True}),
    ("real and fake in one batch of the critic", {"one_batch": True}),
    ("fused Adam", {"fused_adam": True}),
)


def upsampled(here: int, there: int, measures: Measures) -> list[nn.Module]:
    """×2, then a 5×5 transposed convolution of stride 1: a convolution with the kernel turned round."""
    if measures.upsample_conv:
        return [UpsampleConv2d(here, there, 5)]
    return [nn.Upsample(scale_factor=2), nn.ConvTranspose2d(here, there, 5, padding=2)]


def networks(measures: Measures) -> tuple[nn.Module, nn.Module]:
    """The textbook's generator and critic."""
    dropout = Dropout if measures.cheap_dropout else nn.Dropout
    generator = nn.Sequential(
        nn.Linear(LATENT, 7 * 7 * 64),
        nn.BatchNorm1d(7 * 7 * 64),
        nn.ReLU(),
        ToPicture(64, 7) if measures.flat_in_order else nn.Unflatten(1, (64, 7, 7)),
        dropout(0.4),
        *upsampled(64, 32, measures),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        *upsampled(32, 16, measures),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 5, padding=2),
        nn.Sigmoid(),
    )
    critic: list[nn.Module] = []
    for here, there in ((1, 64), (64, 256), (256, 256)):
        critic += [nn.Conv2d(here, there, 5, stride=2, padding=2), nn.LeakyReLU(0.2), dropout(0.4)]
    flat = ToVector() if measures.flat_in_order else nn.Flatten()
    return generator, nn.Sequential(*critic, flat, nn.Linear(256 * 4 * 4, 1))


class Textbook:
    """That GAN and its training loop.

    Args:
        measures: what is done beyond the textbook.
        pictures: uint8 (n, 1, 28, 28), n at least 128; random ones by default.
        seed: of weights, order and noise.
    """

    def __init__(self, measures: Measures, pictures: Tensor | None = None, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.measures = measures
        self.pictures = (
            torch.randint(0, 256, (8 * BATCH, 1, 28, 28), dtype=torch.uint8) if pictures is None else pictures
        )
        self.generator, self.critic = networks(measures)
        self.layout = torch.channels_last if measures.channels_last else torch.contiguous_format
        self.adams = []
        for net in (self.generator, self.critic):
            net.to(memory_format=self.layout)
            self.adams.append(torch.optim.Adam(net.parameters(), 4e-4, fused=measures.fused_adam))
        self.batches: list[Tensor] = []

    def train(self, steps: int) -> None:
        """So many steps; whole batches in a new order each time through the pictures."""
        for _ in range(steps):
            if not self.batches:
                self.batches = list(torch.randperm(len(self.pictures)).split(BATCH))[: len(self.pictures) // BATCH]
            self._step(self.pictures[self.batches.pop()].div(255).contiguous(memory_format=self.layout))

    def _step(self, real: Tensor) -> None:
        measures, (generators, critics) = self.measures, self.adams
        with self._autocast(), torch.set_grad_enabled(measures.shared_fake):
            fake = self.generator(torch.randn(BATCH, LATENT))
        with self._autocast():
            loss = self._critics_loss(real, fake.detach())
        critics.zero_grad()
        loss.backward()
        critics.step()
        with self._autocast():
            if not measures.shared_fake:
                fake = self.generator(torch.randn(BATCH, LATENT))
            loss = _bce(self.critic(fake), 1.0)
        generators.zero_grad()
        loss.backward(inputs=list(self.generator.parameters()) if measures.frozen_critic else None)
        generators.step()

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.measures.bf16)

    def _critics_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        if self.measures.one_batch:
            on_real, on_fake = self.critic(torch.cat([real, fake])).chunk(2)
            return _bce(on_real, 1.0) + _bce(on_fake, 0.0)
        return _bce(self.critic(real), 1.0) + _bce(self.critic(fake), 0.0)


def _bce(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits.float(), torch.full_like(logits, target, dtype=torch.float32))


def fastest() -> Measures:
    """All measures together: the same arithmetic, in its fastest form."""
    measures = Measures()
    for _, added in STEPS_UP:
        measures = replace(measures, **added)
    return measures


def learner(measures: Measures, folder: Path) -> Callable[[int], None]:
    """The same by the library's learner, on pictures in memory."""
    torch.manual_seed(0)
    generator, critic = networks(measures)
    adam = partial(torch.optim.Adam, lr=4e-4)

    @mb.recipe(optimizers={"generator": adam, "critic": adam}, batch_size=BATCH)
    def textbook(nets, batch, run):
        fake = nets.generator(run.noise(len(batch)))
        on_real, on_fake = nets.critic(torch.cat([batch.x, fake.detach()])).float().chunk(2)
        yield "critic", adv.minimax_critic(on_real, on_fake)
        yield "generator", adv.minimax_generator(nets.critic(fake).float())

    learn = mb.Learner(
        mb.images(torch.randint(0, 256, (8 * BATCH, 1, 28, 28), dtype=torch.uint8), valid=0),
        {"generator": generator, "critic": critic},
        textbook,
        noise=lambda n, generator: torch.randn(n, LATENT, generator=generator),
        run=folder / "run",
    )
    return lambda steps: learn.fit(steps=steps)


def timed(variants: dict[str, Callable[[int], None]], rounds: int, steps: int) -> dict[str, float]:
    """Median seconds a step of each variant."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for train in variants.values():
        train(1)
    for _ in range(rounds):
        for name, train in variants.items():
            start = time.perf_counter()
            train(steps)
            seconds[name].append((time.perf_counter() - start) / steps)
    return {name: statistics.median(times) for name, times in seconds.items()}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20, help="steps of each variant a round")
    parser.add_argument("--last", type=int, default=len(STEPS_UP) + 1, help="only so many of the last rows")
    arguments = parser.parse_args()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)

    measures, variants = Measures(), {}
    for name, added in STEPS_UP:
        measures = replace(measures, **added)
        variants[name] = Textbook(measures).train
    with tempfile.TemporaryDirectory() as folder:
        variants["all of it by `mb.Learner`"] = learner(measures, Path(folder))
        variants = dict(list(variants.items())[-arguments.last :])
        medians = timed(variants, arguments.rounds, arguments.steps)
    first = previous = next(iter(medians.values()))
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, median of {arguments.rounds} rounds\n")
    print("| measure, on top of those above | steps/s | against the row above | against the first |")
    print("|---|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {1 / median:.2f} | {previous / median:.2f}× | {first / median:.2f}× |")
        previous = median


if __name__ == "__main__":
    main()
