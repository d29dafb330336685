"""Every GAN recipe through the library's public names for the same time, and how good its digits are: a Markdown table.

    python benchmarks/recipes.py [--seconds 120] [--seeds 0] [--only hinge,r3gan] [--pictures FOLDER]

Each recipe trains with its defaults on the 60,000 MNIST training digits. FD-MNIST is that of `_features.py`: 10,000
samples of the moving average of the generator against the 10,000 test digits; the floor is that of 10,000 real training
digits. Time is wall time of `fit`, with history, health and checkpoints on. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
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


def trained(name: str, data: mb.Data, seconds: float, seed: int) -> mb.GanLearner:
    """A learner of the recipe's defaults after so many seconds of `fit`."""
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.gan(data, RECIPES[name], seed=seed, run=Path(folder) / name)
        learn.fit(minutes=seconds / 60)
    return learn


def in_words(verdict: Verdict) -> str:
    """What the digits' shares say."""
    if verdict.classes < 10:
        return f"collapsed: {verdict.classes} of 10 digits"
    if verdict.sure < 0.5:
        return "blurred: fewer than half are sure digits"
    return "healthy"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[0])
    parser.add_argument("--only", default=",".join(RECIPES))
    parser.add_argument("--pictures", type=Path, help="folder for a grid of samples of each recipe")
    arguments = parser.parse_args()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)

    pictures, labels = mnist("train")
    data = mb.images(pictures, labels=labels, valid=0)
    judge = Judge()
    print(
        f"FD-MNIST, n = {judge.n}; floor {judge.floor():.1f}; {arguments.seconds:g} s each, seeds {arguments.seeds}, ",
        end="",
    )
    print(f"seeds {arguments.seeds}, torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| recipe | pictures seen | FD-MNIST | digits present | least share | sure digits | verdict |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in arguments.only.split(","):
        verdicts, seen = [], []
        for seed in arguments.seeds:
            learn = trained(name, data, arguments.seconds, seed)
            samples = learn.generate(judge.n, seed=1)
            verdicts.append(judge.judge(samples.tensor))
            seen.append(learn.step * learn.batch_size)
            if arguments.pictures is not None:
                arguments.pictures.mkdir(parents=True, exist_ok=True)
                mb.Pictures(samples.tensor[:64]).save(arguments.pictures / f"{name}-{seed}.png")
        middle = sorted(verdicts, key=lambda verdict: verdict.distance)[(len(verdicts) - 1) // 2]
        distances = " ".join(f"{verdict.distance:.1f}" for verdict in sorted(verdicts, key=lambda v: v.distance))
        print(
            f"| `{name}` | {statistics.median(seen):,.0f} | {distances} | {middle.classes} of 10 "
            f"| {min(middle.shares):.1%} | {middle.sure:.0%} | {in_words(middle)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
