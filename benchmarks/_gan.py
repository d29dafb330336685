"""The GAN's part of generative.py: equal time against textbook GANs, fifty epochs of every recipe, speed.

    python benchmarks/_gan.py standard [--seconds 120] [--seeds 0,1,2] [--steps OURS,THEIRS]
    python benchmarks/_gan.py ours [--seconds 600] [--seeds 0,1,2] [--steps OURS]
    python benchmarks/_gan.py keras [--seeds 0] [--steps OURS,2000]
    python benchmarks/_gan.py steady [--epochs 50] [--only hinge,wgan]
    python benchmarks/_gan.py wgan
    python benchmarks/_gan.py overhead [--only hinge,wgan]

`standard`: a textbook DCGAN (Radford et al. 2016, as tutorials write it in PyTorch) against `mb.gan(data)`; `ours`: the
latter alone; `keras`: the GAN of `textbook_gan.py` in its fastest form for 2,000 steps against `mb.gan(data)` in the
same seconds. They train on the 60,000 MNIST training digits. Seconds are turned into steps first, by the speed of the
fastest of several short windows, so that a busy moment does not change the figures; `--steps` gives the steps instead.
FD-MNIST is that of `_features.py`.

`steady` trains every recipe with its defaults for so many epochs on 5,000 digits. `wgan` is the speed of a WGAN on
pictures of 32×32×3, `overhead` a recipe's step by the learner against the same recipe in a bare loop.
"""

from __future__ import annotations

import argparse
import logging
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from _features import Judge, Verdict, mnist
from recipes import RECIPES, in_words, steps_in
from textbook_gan import LATENT, Textbook, fastest
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.networks.blocks import ToPicture, ToVector
from makebelieve.training.game import set_memory_format
from makebelieve.training.precision import multiplies_bf16
from makebelieve.training.recipe import Networks, Recipe

DCGAN_BATCH, DCGAN_LATENT, DCGAN_WIDTH = 64, 100, 64


class TextbookDcgan:
    """A DCGAN for 28×28 as tutorials write it: batch norm, Adam 2e-4 with β (0.5, 0.999), float32, no averages.

    Two stages of stride 2, as 28 allows, of 64 and 128 channels, batches of 64: at 32×32 with 64 to 256 channels, or in
    batches of 128, it does half as many steps in the same time and its figure is worse.

    Args:
        pictures: uint8 (n, 1, 28, 28).
        seed: of weights, order and noise.
    """

    def __init__(self, pictures: Tensor, seed: int) -> None:
        torch.manual_seed(seed)
        width = DCGAN_WIDTH
        self.real = pictures.float().div(127.5).sub(1)
        self.generator = nn.Sequential(
            nn.ConvTranspose2d(DCGAN_LATENT, 2 * width, 7, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(True),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(True),
            nn.ConvTranspose2d(width, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )
        self.critic = nn.Sequential(
            nn.Conv2d(1, width, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(2 * width, 1, 7, bias=False),
            nn.Flatten(0),
        )
        for module in [*self.generator.modules(), *self.critic.modules()]:
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.normal_(module.weight, 0.0, 0.02)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, 1.0, 0.02)
        self.adams = [
            torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999)) for net in (self.generator, self.critic)
        ]
        self.batches: list[Tensor] = []

    def train(self, steps: int) -> None:
        """So many steps; whole batches in a new order each time through the pictures."""
        size, bce = DCGAN_BATCH, F.binary_cross_entropy_with_logits
        one, zero = torch.ones(size), torch.zeros(size)
        generators, critics = self.adams
        for _ in range(steps):
            if not self.batches:
                self.batches = list(torch.randperm(len(self.real)).split(size))[: len(self.real) // size]
            self.critic.zero_grad()
            bce(self.critic(self.real[self.batches.pop()]), one).backward()
            fake = self.generator(torch.randn(size, DCGAN_LATENT, 1, 1))
            bce(self.critic(fake.detach()), zero).backward()
            critics.step()
            self.generator.zero_grad()
            bce(self.critic(fake), one).backward()
            generators.step()

    def verdict(self, judge: Judge) -> Verdict:
        self.generator.eval()
        return judge.judge_generator(lambda z: self.generator(z[:, :, None, None]) / 2 + 0.5, DCGAN_LATENT)


def steps_of(seconds: float, train: Callable[[int], None], window: int = 10) -> int:
    """How many steps `train` does in so many seconds of a quiet machine."""
    times = []
    for _ in range(8):
        begun = time.perf_counter()
        train(window)
        times.append(time.perf_counter() - begun)
    return round(seconds / min(times) * window)


def ours(data: mb.Data, seed: int, steps: int, judge: Judge) -> Verdict:
    """The default GAN after so many steps."""
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.gan(data, seed=seed, run=Path(folder) / "gan")
        learn.fit(steps=steps)
        return judge.judge(learn.generate(judge.n, seed=1).tensor)


def row(name: str, seed: int, steps: int, verdict: Verdict, floor: float) -> None:
    """One line of a table of verdicts."""
    print(
        f"| {name} | {seed} | {steps:,} | {verdict.distance:.1f} | {verdict.distance - floor:.1f} "
        f"| {verdict.classes} of 10 | {min(verdict.shares):.1%} | {verdict.sure:.0%} | {in_words(verdict)} |",
        flush=True,
    )


def header(judge: Judge) -> float:
    """The protocol and the head of such a table; gives the floor."""
    floor = judge.floor()
    print(f"FD-MNIST, n = {judge.n:,}, z from seed 1, against the 10,000 test digits, floor {floor:.2f}; ", end="")
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| GAN | seed | steps | FD-MNIST | above the floor | digits present | least share | sure digits | verdict |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    return floor


def equal_time(asked: argparse.Namespace) -> None:
    """Our default beside a textbook GAN, in the same seconds of a quiet machine."""
    pictures, labels = mnist("train")
    data = mb.images(pictures, labels=labels, valid=0)
    judge, keras = Judge(), asked.what == "keras"
    steps: list[int] = asked.steps or []
    if not steps:
        probe = Textbook(fastest(), pictures) if keras else TextbookDcgan(pictures, 0)
        theirs = 2000 if keras else steps_of(asked.seconds, probe.train)
        seconds = theirs * 1000 / steps_of(1000, probe.train) if keras else asked.seconds
        steps = [steps_in(seconds, "hinge", data), theirs]
        print(f"{seconds:.0f} s each: {steps[0]:,} steps of ours, {theirs:,} of theirs\n")
    floor, found = header(judge), ([], [])
    for seed in asked.seeds:
        verdict = ours(data, seed, steps[0], judge)
        row("`mb.gan(data)`", seed, steps[0], verdict, floor)
        found[0].append(verdict.distance)
        if asked.what == "ours":
            continue
        if keras:
            textbook = Textbook(fastest(), pictures, seed)
            textbook.train(steps[1])
            textbook.generator.eval()
            verdict = judge.judge_generator(textbook.generator, LATENT)
        else:
            dcgan = TextbookDcgan(pictures, seed)
            dcgan.train(steps[1])
            verdict = dcgan.verdict(judge)
        row("textbook Keras GAN" if keras else "textbook DCGAN", seed, steps[1], verdict, floor)
        found[1].append(verdict.distance)
    medians = [statistics.median(distances) for distances in found if distances]
    words = f"medians: {', '.join(f'{median:.1f}' for median in medians)}; ours is {medians[0] / floor:.1f}× the floor"
    if len(medians) == 2:
        ratio, excess = medians[0] / medians[1], (medians[0] - floor) / (medians[1] - floor)
        words += f", {ratio:.3f} of the textbook's distance, {excess:.3f} of its excess over the floor"
    print(f"\n{words}")


class Alarms(mb.Callback):
    """What the watch said during a fit."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def on_record(self, learn: mb.Learner, record: dict) -> None:  # noqa: ARG002 - the hook's signature
        if record["kind"] == "alarm":
            self.keys.append(f"{record['key']} at {record['step']}")


def steady(asked: argparse.Namespace) -> None:
    """Every recipe with its defaults for fifty epochs of 5,000 digits."""
    judge = Judge()
    floor = header(judge)
    data = mb.images("mnist-5k", valid=0)
    for name in asked.only:
        alarms = Alarms()
        with tempfile.TemporaryDirectory() as folder:
            learn = mb.gan(data, RECIPES[name], seed=asked.seeds[0], callbacks=[alarms], run=Path(folder) / name)
            learn.fit(asked.epochs)
            finite = all(torch.isfinite(p).all() for net in learn.nets.values() for p in net.parameters())
            records = [r for r in learn.history.records if r["kind"] == "epoch"]
            losses = [r[player] for r in records for player in ("critic", "generator") if player in r]
            finite = finite and all(map(math.isfinite, losses))
            row(f"`{name}`", asked.seeds[0], learn.step, judge.judge(learn.generate(judge.n, seed=1).tensor), floor)
        said = ", ".join(alarms.keys) or "none"
        print(f"  {name}: {'finite' if finite else 'NOT FINITE'}; alarms: {said}", flush=True)


def wgan_networks() -> tuple[nn.Module, nn.Module]:
    """Generator and critic of a well-known library's WGAN lesson: 64 features, one further layer each, z of 100.

    32×32×3. The first and the last layer are in the equal form that is fastest here: a transposed convolution of one
    pixel is a dense layer, as is a convolution to one, and a transposed convolution of stride 2 to few channels is a
    convolution to four times as many and a pixel shuffle.
    """

    def stage(layer: nn.Module, channels: int, activation: nn.Module) -> list[nn.Module]:
        return [layer, nn.BatchNorm2d(channels), activation]

    relu, leaky = nn.ReLU(True), nn.LeakyReLU(0.2, True)
    generator = nn.Sequential(
        *[nn.Linear(100, 256 * 16, bias=False), ToPicture(256, 4), nn.BatchNorm2d(256), relu],
        *stage(nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False), 128, relu),
        *stage(nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), 64, relu),
        *stage(nn.Conv2d(64, 64, 3, padding=1, bias=False), 64, relu),
        *[nn.Conv2d(64, 12, 3, padding=1, bias=False), nn.PixelShuffle(2), nn.Sigmoid()],
    )
    critic = nn.Sequential(
        *[nn.Conv2d(3, 64, 4, 2, 1), leaky],
        *stage(nn.Conv2d(64, 64, 3, padding=1, bias=False), 64, leaky),
        *stage(nn.Conv2d(64, 128, 4, 2, 1, bias=False), 128, leaky),
        *stage(nn.Conv2d(128, 256, 4, 2, 1, bias=False), 256, leaky),
        *[ToVector(), nn.Linear(256 * 16, 1, bias=False), nn.Flatten(0)],
    )
    return generator, critic


def bare(
    nets: dict[str, nn.Module], recipe: Recipe, options: dict[str, int], data: mb.Data, latent: int, size: int
) -> Callable[[int], None]:
    """The recipe in a bare loop: the same arithmetic, number format, fused optimizers and average, and no more."""
    set_memory_format(nets)
    optimizers = {}
    for name, net in nets.items():
        fused = recipe.optimizers[name].func is not torch.optim.RMSprop  # which has no fused form
        optimizers[name] = recipe.optimizers[name](net.parameters(), **({"fused": True} if fused else {}))
    players = {name: list(net.parameters()) for name, net in nets.items()}
    live = [t for t in nets["generator"].state_dict().values() if t.is_floating_point()]
    kept, decay = [t.clone() for t in live], recipe.average["generator"]
    run, bf16, batches = BareRun(latent), multiplies_bf16(torch.device("cpu")), []
    networks = Networks(nets)

    def train(steps: int) -> None:
        for _ in range(steps):
            if not batches:
                batches.extend(torch.randperm(len(data.train.x)).split(size)[: len(data.train.x) // size])
            x = data.train.x.index_select(0, batches.pop()).div(255).contiguous(memory_format=torch.channels_last)
            turns = recipe(networks, BareBatch(x), run, **options)
            while True:
                with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                    turn = next(turns, None)
                if turn is None:
                    break
                player, loss = turn
                optimizers[player].zero_grad(set_to_none=True)
                torch.autograd.backward(loss, inputs=players[player])
                optimizers[player].step()
                if player == "generator":
                    with torch.no_grad():
                        torch._foreach_lerp_(kept, live, 1 - decay)
            run.step += 1

    return train


class BareBatch:
    """Pictures without labels."""

    def __init__(self, x: Tensor) -> None:
        self.x, self.y = x, None

    def __len__(self) -> int:
        return len(self.x)


class BareRun:
    """As much of a run as recipes ask for."""

    def __init__(self, latent: int) -> None:
        self.step, self.training, self.device, self.latent = 0, True, torch.device("cpu"), latent

    def noise(self, n: int) -> Tensor:
        return torch.randn(n, self.latent)

    def uniform(self, n: int) -> Tensor:
        return torch.rand(n)


def in_turns(sides: list[Callable[[int], None]], steps: int, rounds: int) -> list[list[float]]:
    """Seconds a step of each side, round by round; a first round warms up."""
    times: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds + 1):
        for train, found in zip(sides, times, strict=True):
            begun = time.perf_counter()
            train(steps)
            if turn:
                found.append((time.perf_counter() - begun) / steps)
    return times


def compare(
    name: str,
    recipe: Recipe,
    data: mb.Data,
    nets: list[dict[str, nn.Module]],
    latent: int,
    steps: int,
    options: dict[str, int] | None = None,
) -> None:
    """A row: the recipe in a bare loop and by the learner, on two equal pairs of networks."""
    with tempfile.TemporaryDirectory() as folder:
        pair = (nets[1]["generator"], nets[1]["critic"])
        learn = mb.gan(data, recipe, network=pair, latent=latent, options=options, run=Path(folder) / "run")
        loop = bare(nets[0], recipe, options or {}, data, latent, learn.batch_size)
        sides = [loop, lambda n: learn.fit(steps=n)]
        times = in_turns(sides, steps, rounds=5)
    medians = [statistics.median(found) for found in times]
    ratio = statistics.median(ours / theirs for theirs, ours in zip(*times, strict=True))
    rates = " | ".join(f"{learn.batch_size / min(found):.0f}" for found in times)
    print(f"| {name} | {medians[0] * 1e3:.2f} | {medians[1] * 1e3:.2f} | {ratio:.3f} | {rates} |", flush=True)


def speed(asked: argparse.Namespace) -> None:
    """Steps by the learner against a bare loop; images/s are the real ones that the critic sees.

    `wgan`: five turns of the critic to one of the generator.
    """
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads; checkpoints, history and health included\n")
    print("| step | bare, ms | learner, ms | ratio | bare, images/s at best | learner, images/s at best |")
    print("|---|---|---|---|---|---|", flush=True)
    if asked.what == "wgan":
        data = mb.images(torch.randint(0, 256, (2560, 3, 32, 32), dtype=torch.uint8), valid=0)
        pairs = [dict(zip(("generator", "critic"), wgan_networks(), strict=True)) for _ in range(2)]
        compare("WGAN 32×32×3, batch 64", mb.recipes.wgan, data, pairs, 100, asked.window, {"turns": 5})
        return
    data = mb.images("mnist-5k", valid=0)
    for name in asked.only:
        recipe = RECIPES[name]
        pairs = []
        for _ in range(2):
            torch.manual_seed(0)
            built = mb.gan(data, recipe).nets
            pairs.append({player: built[player] for player in ("generator", "critic")})
        compare(f"`{name}`", recipe, data, pairs, 64, asked.window)


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def main() -> None:
    """Prints what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["standard", "ours", "keras", "steady", "wgan", "overhead"])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seeds", type=numbers, default=[0])
    parser.add_argument("--steps", type=numbers, help="of ours and of theirs, instead of a time")
    parser.add_argument("--epochs", type=float, default=50)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(RECIPES))
    parser.add_argument("--window", type=int, default=50, help="steps of each side a round")
    asked = parser.parse_args()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    {"steady": steady, "wgan": speed, "overhead": speed}.get(asked.what, equal_time)(asked)


if __name__ == "__main__":
    main()
