"""Time series told apart by looking: each becomes a picture of how its moments relate, and a small network learns.

    python examples/series_as_pictures.py [--data FOLDER] [--how gasf,recurrence,line] [--size 48] [--epochs 60]

FOLDER holds a pair NAME_TRAIN and NAME_TEST (.txt, .tsv, .ts), as the UCR archive and sktime have them. Without it
three kinds of waves are made up, of differing lengths: a sine, a square and a sawtooth, each under noise.
"""

from __future__ import annotations

import argparse

import numpy as np

import makebelieve as mb


def waves(n: int, seed: int = 0) -> tuple[list[np.ndarray], list[str]]:
    """n series of 60 to 100 moments, and what each is."""
    random = np.random.default_rng(seed)
    series, kinds = [], []
    for i in range(n):
        kind = ("sine", "square", "sawtooth")[i % 3]
        turns = random.uniform(2, 4) * np.linspace(0, 1, random.integers(60, 101)) + random.random()
        wave = {
            "sine": np.sin(2 * np.pi * turns),
            "square": np.sign(np.sin(2 * np.pi * turns)),
            "sawtooth": 2 * (turns % 1) - 1,
        }
        series.append(wave[kind] + random.normal(0, 0.6, len(turns)))
        kinds.append(kind)
    return series, kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of a pair NAME_TRAIN and NAME_TEST")
    parser.add_argument("--how", default="gasf,recurrence,line", help="fields with commas between")
    parser.add_argument("--size", type=int, help="pixels a side")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/series")
    arguments = parser.parse_args()
    source = (arguments.data,) if arguments.data else waves(240)

    data = mb.series(*source, how=arguments.how.split(","), size=arguments.size)
    learn = mb.classifier(data, batch_size=16, seed=arguments.seed, run=arguments.run)
    learn.fit_one_cycle(arguments.epochs)
    print(learn.evaluate())

    print(data.summary())
    data.show_batch(9).save(f"{arguments.run}/series.png")
    new = waves(1, seed=1)[0][0] if not arguments.data else data.train.x[0].numpy()
    print("one more:", learn.predict(new))


if __name__ == "__main__":
    main()
