"""Classifiers of film reviews: how often they are right, beside the linear baseline, and in what time.

    MAKEBELIEVE_DATA=../shared/data python benchmarks/reviews.py PART [--network auto] [--epochs 4] [--threads 2]
        [--seeds 0] [--held 0.1]

parts: nsmc (Korean, characters, 150,000 reviews to learn from, 50,000 to judge by), imdb (English, words, 10,000 each).
With `--held` a share of the training reviews judges instead of the test part: to choose by.

The data are looked for in the folder that MAKEBELIEVE_DATA names, as `../shared/data` has them.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time

import torch

import makebelieve as mb

SETS = {"nsmc": ("nsmc", {}), "imdb": ("imdb-20k", {"level": "word", "lower": True})}
BARS = {"nsmc": 0.880, "imdb": 0.905}
MINUTES = 15


def judge(part: str, network: str, epochs: float | None, seed: int, held: float | None) -> None:
    """Trains one classifier and prints a row; the clock runs from reading the files to the last figure."""
    begun = time.perf_counter()
    name, options = SETS[part]
    data = mb.text(name, valid=held, **options)
    learn = mb.classifier(data, network, seed=seed, run=tempfile.mkdtemp() + "/run")
    made = time.perf_counter()
    learn.fit_one_cycle(epochs or learn.usual_epochs)
    fitted = time.perf_counter()
    figures = learn.evaluate()
    ended = time.perf_counter()
    bar = "held-out training reviews" if held else f"≥ {BARS[part]:.1%} in {MINUTES} minutes"
    print(
        f"| {part}, {learn.config['arguments']['network']}, seed {seed} | {figures['accuracy']:.4f} "
        f"| {figures['accuracy_linear']:.4f} | {figures['nats']:.4f} | {ended - begun:.0f} "
        f"| {made - begun:.0f} + {fitted - made:.0f} + {ended - fitted:.0f} | {bar} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=SETS)
    parser.add_argument("--network", default="auto")
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--held", type=float)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    logging.basicConfig(level=logging.WARNING)
    print("| set, network | accuracy | linear | nats | seconds | data and network + fit + judging | bar |")
    print("|---|---|---|---|---|---|---|")
    for seed in map(int, given.seeds.split(",")):
        judge(given.part, given.network, given.epochs, seed, given.held)


if __name__ == "__main__":
    main()
