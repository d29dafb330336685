"""The diffusion model: its step against a bare loop, and how good its digits are as seconds of training go by.

    python benchmarks/_diffusion.py --speed [--rounds 5] [--steps 100]
    python benchmarks/_diffusion.py [--seconds 60,120,180] [--seed 0] [--n 10000] [--pictures FOLDER]

FD-MNIST is that of `_features.py`: n samples of the moving average against the 10,000 test digits.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from _features import Judge, mnist

import makebelieve as mb
from makebelieve.systems.diffusion.door import diffusion
from makebelieve.systems.diffusion.networks import UNet, unet
from makebelieve.systems.diffusion.recipes import flow_matching
from makebelieve.training import Settings
from makebelieve.training.precision import multiplies_bf16

Trainer = Callable[[int], None]
WIDTH = 64


def network() -> UNet:
    """The default network for MNIST."""
    torch.manual_seed(0)
    return unet((1, 28, 28), WIDTH).to(memory_format=torch.channels_last)


def bare(data: mb.Data) -> Trainer:
    """An index a batch, fused Adam, moving average: the same arithmetic in a plain loop."""
    model, average = network(), network()
    kept = [t for t in average.state_dict().values() if t.is_floating_point()]
    live = [t for t in model.state_dict().values() if t.is_floating_point()]
    optimizer = flow_matching.optimizers["model"](model.parameters(), fused=True)
    x, size, bf16 = data.train.x, flow_matching.batch_size, multiplies_bf16(torch.device("cpu"))
    steps_per_epoch = len(x) // size

    def train(steps: int) -> None:
        for step in range(steps):
            if step % steps_per_epoch == 0:
                order = torch.randperm(len(x)).split(size)
            real = torch.div(x.index_select(0, order[step % steps_per_epoch]), 255).contiguous(
                memory_format=torch.channels_last
            )
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                real = real * 2 - 1
                noise, t = torch.randn(size, 1, 28, 28), torch.rand(size)
                at = t.view(-1, 1, 1, 1)
                velocity = model((1 - at) * noise + at * real, t)
                loss = (velocity - (real - noise)).square().sum((1, 2, 3)).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                torch._foreach_lerp_(kept, live, 1 - flow_matching.average["model"])

    return train


def learner(data: mb.Data, folder: Path) -> Trainer:
    """The learner, with history, health and checkpoints."""
    learn = mb.Learner(
        data,
        {"model": network()},
        flow_matching,
        noise=lambda n, draws: torch.randn(n, 1, 28, 28, generator=draws),
        settings=Settings(),
        run=folder,
    )
    return lambda steps: learn.fit(steps=steps)


def speed(steps: int, rounds: int) -> None:
    """Prints the median ratio of the learner's step to the bare loop's."""
    from overhead import compare

    data = mb.images("mnist-5k", valid=0)
    print("| step | bare, ms | learner, ms | ratio | at most |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        compare(
            f"U-Net {WIDTH}, batch {flow_matching.batch_size}",
            bare(data),
            learner(data, Path(folder) / "run"),
            steps,
            rounds,
            1.05,
        )


def over_time(seconds: Sequence[float], seed: int = 0, n: int = 10_000, pictures: Path | None = None) -> None:
    """Prints FD-MNIST after so many seconds of training."""
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    x, y = mnist("train")
    judge = Judge(n)
    print(f"FD-MNIST, n = {n:,}, floor {judge.floor():.1f}; torch {torch.__version__}, ", end="")
    print(f"{torch.get_num_threads()} threads\n\n| seconds | pictures seen | FD-MNIST | least share | sure digits |")
    print("|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        learn = diffusion(mb.images(x, labels=y, valid=0), seed=seed, run=Path(folder) / "run")
        spent = 0.0
        for mark in seconds:
            begun = time.perf_counter()
            learn.fit(minutes=(mark - spent) / 60)
            spent += time.perf_counter() - begun
            samples = learn.generate(n, seed=1)
            verdict = judge.judge(samples.tensor)
            seen = learn.step * learn.batch_size
            print(
                f"| {mark:g} | {seen:,} | {verdict.distance:.1f} | {min(verdict.shares):.1%} | {verdict.sure:.0%} |",
                flush=True,
            )
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                samples[:64].save(pictures / f"diffusion-{mark:g}.png")


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", action="store_true", help="only the step against a bare loop")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--steps", type=int, default=100, help="of a round: enough that its two checkpoints do not weigh"
    )
    parser.add_argument("--seconds", type=lambda text: [float(part) for part in text.split(",")], default=[60, 120])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--pictures", type=Path, help="folder for a sheet of samples at each time")
    asked = parser.parse_args()
    if asked.speed:
        speed(asked.steps, asked.rounds)
    else:
        over_time(asked.seconds, asked.seed, asked.n, asked.pictures)


if __name__ == "__main__":
    main()
