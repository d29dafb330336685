"""Every GAN recipe through the library's public names for the same time, and how good its digits are: a Markdown table.

    python benchmarks/recipes.py [--seconds 120] [--seeds 0] [--only hinge,r3gan] [--pictures FOLDER]
    python benchmarks/recipes.py --only hinge --steps 1000 --precision bf16,float32 --seeds 0,1,2
    python benchmarks/recipes.py --speed

Each recipe trains with its defaults on the 60,000 MNIST training digits. FD-MNIST is that of `_features.py`: 10,000
samples of the moving average of the generator against the 10,000 test digits; the floor is that of 10,000 real training
digits. The time is turned into steps first, by the recipe's speed in `fit` (the fastest of several short windows, with
history and health on), so that a busy moment does not change the figures; `--speed` prints those steps only.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from pathlib import Path

import torch
from _features import Judge, Verdict, mnist

import makebelieve as mb

RECIPES = {
    recipe.__name__: recipe
    for recipe in (
        mb.recipes.hinge,
        mb.recipes.r3gan,
        mb.recipes.minimax,
        mb.recipes.minimax_saturating,
        mb.recipes.lsgan,
        mb.recipes.wgan,
        mb.recipes.wgan_gp,
    )
}


class Clock(mb.Callback):
    """The moments at which steps ended."""

    def __init__(self) -> None:
        self.moments: list[float] = []

    def on_step(self, learn: mb.Learner) -> None:  # noqa: ARG002 - the hook's signature
        self.moments.append(time.perf_counter())


def steps_in(seconds: float, name: str, data: mb.Data, window: int = 20) -> int:
    """How many steps the recipe does in so many seconds of a quiet machine."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        mb.gan(data, RECIPES[name], seed=0, callbacks=[clock], run=Path(folder) / name).fit(steps=8 * window)
    ends = clock.moments
    fastest = min(after - before for before, after in zip(ends, ends[window:], strict=False))
    return round(seconds / fastest * window)


def trained(name: str, data: mb.Data, seed: int, precision: str, steps: int) -> mb.GanLearner:
    """A learner of the recipe's defaults after so many steps."""
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.gan(data, RECIPES[name], seed=seed, precision=precision, run=Path(folder) / name)
        learn.fit(steps=steps)
    return learn


def in_words(verdict: Verdict) -> str:
    """What the digits' shares say."""
    if verdict.classes < 10:
        return f"collapsed: {verdict.classes} of 10 digits"
    if verdict.sure < 0.5:
        return "blurred: fewer than half are sure digits"
    return "healthy"


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--speed", action="store_true", help="only say how many steps that is for each recipe")
    parser.add_argument("--steps", type=int, help="so many steps for each, instead of a time")
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[0])
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(RECIPES))
    parser.add_argument("--precision", type=lambda text: text.split(","), default=["auto"])
    parser.add_argument("--pictures", type=Path, help="folder for a grid of samples of each")
    return parser.parse_args()


def main() -> None:
    """Prints the table."""
    asked = options()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    pictures, labels = mnist("train")
    data = mb.images(pictures, labels=labels, valid=0)
    if asked.speed:
        for name in asked.only:
            print(f"{name}: {steps_in(asked.seconds, name, data)} steps in {asked.seconds:g} s", flush=True)
        return
    judge = Judge()
    each = f"{asked.seconds:g} s" if asked.steps is None else f"{asked.steps} steps"
    print(f"FD-MNIST, n = {judge.n:,}, floor {judge.floor():.1f}; {each} each, seeds {asked.seeds}; ", end="")
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| recipe | numbers | pictures seen | FD-MNIST | digits present | least share | sure digits | verdict |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name, precision in ((name, precision) for name in asked.only for precision in asked.precision):
        verdicts, seen = [], []
        steps = steps_in(asked.seconds, name, data) if asked.steps is None else asked.steps
        for seed in asked.seeds:
            learn = trained(name, data, seed, precision, steps)
            samples = learn.generate(judge.n, seed=1).tensor
            verdicts.append(judge.judge(samples))
            seen.append(learn.step * learn.batch_size)
            if asked.pictures is not None:
                asked.pictures.mkdir(parents=True, exist_ok=True)
                mb.Pictures(samples[:64]).save(asked.pictures / f"{name}-{learn.precision}-{seed}.png")
        verdicts.sort(key=lambda verdict: verdict.distance)
        middle = verdicts[(len(verdicts) - 1) // 2]
        distances = ", ".join(f"{verdict.distance:.1f}" for verdict in verdicts)
        print(
            f"| `{name}` | {learn.precision} | {statistics.median(seen):,.0f} | {distances} | {middle.classes} of 10 "
            f"| {min(middle.shares):.1%} | {middle.sure:.0%} | {in_words(middle)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
