"""People told from bots by how they move a mouse: path, speed and clicks as the colours of a picture.

    python examples/traces.py [--data FOLDER] [--epochs 12]

FOLDER holds a folder for each class, with a csv or jsonl file (t, x, y, click) for each track. Without it the library's
synthetic tracks are used: minimum-jerk reaches with overshoot and tremor against straight, eased, curved and jumping
programs. They show how it works, and are no evidence about real people.
"""

from __future__ import annotations

import argparse

import numpy as np

import makebelieve as mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="synthetic", help="folder of folders of tracks")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/traces")
    arguments = parser.parse_args()

    data = mb.traces(arguments.data, size=arguments.size, augment=[mb.random_flip()])
    learn = mb.classifier(data, seed=arguments.seed, run=arguments.run)
    learn.fit_one_cycle(arguments.epochs)
    print(learn.evaluate())

    data.show_batch(16).save(f"{arguments.run}/tracks.png")
    straight = np.array([(0.01 * i, 10.0 * i, 5.0 * i) for i in range(40)])
    print("a straight line at one speed:", learn.predict(straight))


if __name__ == "__main__":
    main()
