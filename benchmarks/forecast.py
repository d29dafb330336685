"""Forecasts against naive ones, on series that are made here: where there is something to learn, and where not.

    python benchmarks/forecast.py quality [--seeds 0,1,2] [--network auto] [--epochs 10] [--threads 1]
    python benchmarks/forecast.py walks [--count 20]       how often a random walk is said to be beaten
    python benchmarks/forecast.py step                     a training step against a bare loop

`quality` is held to: on a sine with noise and on a trend with season the network's MASE is below that of every naive
forecast and the verdict says so; on a random walk the verdict says that it is no better.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import makebelieve as mb
from makebelieve.objectives.quantile import pinball
from makebelieve.systems.forecaster import Forecaster, forecaster

ROWS = 2000


def sine(seed: int) -> np.ndarray:
    """A sine of period 24 and random phase, with noise of deviation 0.3."""
    draws = np.random.default_rng(seed)
    return np.sin(2 * np.pi * np.arange(ROWS) / 24 + draws.uniform(0, 2 * np.pi)) + draws.normal(0, 0.3, ROWS)


def trend_and_season(seed: int) -> np.ndarray:
    """A line that rises by 100, a week's pattern of seven values, and noise of deviation 3."""
    draws, t = np.random.default_rng(seed), np.arange(ROWS)
    return 50 + 100 * t / ROWS + draws.normal(0, 6, 7)[t % 7] + draws.normal(0, 3, ROWS)


def random_walk(seed: int) -> np.ndarray:
    """Steps of deviation 1, which nothing before tells."""
    return 100 + np.random.default_rng(seed).normal(0, 1, ROWS).cumsum()


SERIES: dict[str, Callable[[int], np.ndarray]] = {
    "sine with noise": sine,
    "trend with season": trend_and_season,
    "random walk": random_walk,
}


def made(values: np.ndarray, network: str, seed: int, folder: str, valid: float = 0.2) -> Forecaster:
    data = mb.series(values, past=60, ahead=5, valid=valid)
    return forecaster(data, network, seed=seed, run=Path(folder) / "run", device="cpu")  # type: ignore[arg-type]


def quality(network: str, seeds: list[int], epochs: float) -> None:
    print("| series | seed | MASE | last | seasonal | drift | coverage of 80 % | p | says | seconds |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, make in SERIES.items():
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                learn = made(make(seed), network, seed, folder)
                begun = time.perf_counter()
                learn.fit_one_cycle(epochs)
                seconds = time.perf_counter() - begun
                figures = learn.evaluate()
            keys = ("mase_last", "mase_seasonal", "mase_drift")
            naive = [f"{figures[key]:.3f}" if key in figures else "-" for key in keys]
            found = figures.verdict[0]
            says, p = "no better" if "no better" in found else "better", found.rpartition("p ")[2].split(")")[0]
            print(
                f"| {name} | {seed} | {figures['mase']:.3f} | {' | '.join(naive)} | {figures['coverage']:.2f} | {p} | "
                f"{says} | {seconds:.1f} |",
                flush=True,
            )


def walks(network: str, count: int, epochs: float) -> None:
    wrong = []
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            learn = made(random_walk(1000 + seed), network, seed, folder)
            learn.callbacks.clear()  # pictures of each take longer than the fit
            learn.fit_one_cycle(epochs)
            if "no better" not in learn.evaluate().verdict[0]:
                wrong.append(seed)
    print(f"{len(wrong)} of {count} random walks are said to be beaten (network {network}, {epochs:g} epochs): {wrong}")


def step(network: str, steps: int = 300, rounds: int = 5) -> None:
    """Both train the same network on the same windows; a round times one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        learn = made(sine(0), network, 0, folder, valid=0)
        learn.callbacks.clear()
        learn.fit(steps=steps)
        bare = made(sine(0), network, 0, folder)
        model, optimizer = bare.nets["model"], torch.optim.AdamW(bare.nets["model"].parameters(), lr=2e-3, fused=True)
        batches, quantiles = bare.data.batches("train", 64), torch.tensor(bare.quantiles)
        batch = next(batches)
        xs, ys = batch.x, batch.y
        ours, theirs = [], []
        for _ in range(rounds):
            begun = time.perf_counter()
            for _ in range(steps):
                optimizer.zero_grad()
                pinball(model(xs), ys, quantiles).mean().backward()
                optimizer.step()
            theirs.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            learn.fit(steps=steps)
            ours.append(time.perf_counter() - begun)
    one, other = (statistics.median(seconds) / steps * 1e3 for seconds in (ours, theirs))
    print(
        f"{network}: {one:.2f} ms a step with data, records and checkpoints, {other:.2f} ms for the bare loop on "
        f"one batch in memory: {one / other:.2f}×"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("quality", "walks", "step"))
    parser.add_argument("--network", default="auto")
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    logging.disable(logging.WARNING)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    if arguments.part == "quality":
        quality(arguments.network, [int(seed) for seed in arguments.seeds.split(",")], arguments.epochs)
    elif arguments.part == "walks":
        walks(arguments.network, arguments.count, arguments.epochs)
    else:
        step("lstm" if arguments.network == "auto" else arguments.network)


if __name__ == "__main__":
    main()
