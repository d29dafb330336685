"""Few labels: the error on MNIST's 10,000 test digits after training with 100 labels, for several draws of them.

    python benchmarks/_semi_supervised.py [--consistency 1] [--labels 100] [--draws 0,1,2] [--steps 20000]
    python benchmarks/_semi_supervised.py --alone      # the same critic on the labelled pictures alone
    python benchmarks/_semi_supervised.py --speed      # seconds a step

MNIST is read from `MAKEBELIEVE_DATA/mnist`, or from `../shared/data/mnist`. All test digits are held out: nothing is
chosen by them. A draw is a seed: of which digits keep their label, and of the training.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.systems.gan import networks
from makebelieve.systems.gan.semi_supervised import classification
from makebelieve.training.randomness import seeded
from makebelieve.training.schedule import linear

os.environ.setdefault("MAKEBELIEVE_DATA", str(Path(__file__).resolve().parents[2] / "shared" / "data"))

STEPS = 20_000
SHIFT = 2  # pixels that training digits are moved by at most


def digits(labels: int, draw: int) -> mb.Data:
    """MNIST in its own parts, so many training digits with a label."""
    return mb.images("mnist", labelled=labels, seed=draw, augment=[mb.random_crop(SHIFT)])


def semi_supervised(
    labels: int, draw: int, steps: int, options: Mapping[str, Any], pictures: Path | None = None
) -> float:
    """Error in percent of the recipe on all digits."""
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.gan(
            digits(labels, draw), mb.recipes.semi_supervised, seed=draw, options=options, run=Path(folder) / "run"
        )
        learn.fit(steps=steps, schedule=linear)
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            learn.generate(64, seed=1).save(pictures / f"semi-supervised-{draw}.png")
        return 100 * learn.evaluate(features=None)["error_rate"]


def alone(labels: int, draw: int, steps: int) -> float:
    """Error in percent of the same critic, its softmax trained on the labelled digits alone, moved as above."""
    every = digits(labels, draw)
    pictures, names = every.labelled.x, every.labelled.y.tolist()
    few = mb.images(pictures, labels=names, valid=0, augment=[mb.random_crop(SHIFT)])
    with seeded(draw), tempfile.TemporaryDirectory() as folder:
        _, critic = networks.dcgan((1, 28, 28), 64, told_apart=10, critic_norm="weight")
        learn = mb.Learner(
            few,
            {"model": critic},
            mb.supervised(F.cross_entropy),
            optimizers={"model": partial(torch.optim.Adam, lr=1e-3)},
            settings=mb.Settings(batch_size=50, seed=draw),
            run=Path(folder) / "run",
        )
        learn.fit(steps=steps, schedule=linear)
        return 100 * classification(learn.network("model"), every, learn.device)["error_rate"]


def speed(options: Mapping[str, Any], steps: int = 100) -> float:
    """Seconds of the process a step, without the first ones."""
    with tempfile.TemporaryDirectory() as folder:
        learn = mb.gan(digits(100, 0), mb.recipes.semi_supervised, options=options, run=Path(folder) / "run")
        learn.fit(steps=10)
        begun = time.process_time()
        learn.fit(steps=steps)
        return (time.process_time() - begun) / steps


def table(rows: Mapping[str, Sequence[float]]) -> None:
    """Errors by draw and their median."""
    print("| trained on | error on test digits by draw, % | median, % |\n|---|---|---|")
    for name, errors in rows.items():
        print(f"| {name} | {', '.join(f'{error:.2f}' for error in errors)} | {statistics.median(errors):.2f} |")


def main() -> None:
    """Prints what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--draws", type=lambda text: [int(one) for one in text.split(",")], default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--consistency", type=float, default=0.0, help="weight of the recipe's extra")
    parser.add_argument("--alone", action="store_true", help="only the labelled digits, 1,000 steps")
    parser.add_argument("--speed", action="store_true", help="only seconds a step")
    parser.add_argument("--pictures", type=Path, help="folder for a sheet of samples of each draw")
    asked = parser.parse_args()
    logging.getLogger("makebelieve").setLevel(logging.ERROR)
    options = {"consistency": asked.consistency}
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    if asked.speed:
        print(f"{1000 * speed(options):.1f} ms of processor time a step")
    elif asked.alone:
        table({f"{asked.labels} digits": [alone(asked.labels, draw, 1000) for draw in asked.draws]})
    else:
        name = f"60,000 digits, {asked.labels} labels, {asked.steps:,} steps, consistency {asked.consistency:g}"
        table({name: [semi_supervised(asked.labels, n, asked.steps, options, asked.pictures) for n in asked.draws]})


if __name__ == "__main__":
    main()
