"""A shop's sales, which can be forecast, and a share price, which can't: the learner says which is which.

    python examples/forecast.py [--epochs 10] [--run runs/forecast]

Both series are made up here, and nothing is fetched: three years of daily sales with a trend, a weekly pattern and the
time of the year, and a "share price" of weekdays whose every step is chance (a random walk).
"""

from __future__ import annotations

import argparse

import numpy as np

import makebelieve as mb


def shop(seed: int) -> dict[str, np.ndarray]:
    """Daily sales from 2021 to 2023."""
    days = np.arange("2021-01-01", "2024-01-01", dtype="datetime64[D]")
    t, draws = np.arange(len(days)), np.random.default_rng(seed)
    week = np.array([0, 2, 4, 9, 30, 45, 12])[t % 7]  # 2021-01-01 was a Friday
    year = 15 * np.sin(2 * np.pi * (t - 100) / 365.25)
    return {"date": days, "sales": (120 + 0.03 * t + week + year + draws.normal(0, 6, len(t))).round()}


def share(seed: int) -> dict[str, np.ndarray]:
    """Closing prices of weekdays: each is the one before, one per cent up or down."""
    days = np.arange("2020-01-01", "2024-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    steps = np.random.default_rng(seed).normal(0, 0.01, len(days))
    return {"date": days, "close": 50_000 * np.exp(steps.cumsum())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/forecast")
    arguments = parser.parse_args()

    for name, table, target in (("shop", shop(arguments.seed), "sales"), ("share", share(arguments.seed), "close")):
        data = mb.series(table, target=target, past=60, ahead=5)
        learn = mb.forecaster(data, seed=arguments.seed, run=f"{arguments.run}/{name}")
        learn.fit_one_cycle(arguments.epochs)
        print(f"\n=== {name}\n{learn.evaluate()}\n\n{learn.forecast(10)}")
        learn.forecast(10).save(f"{arguments.run}/{name}.png")
        learn.show_results(4).save(f"{arguments.run}/{name}_results.png")


if __name__ == "__main__":
    main()
