"""Colour frogs: a DCGAN on one class of CIFAR-10.

    python examples/frogs.py [--data cifar10] [--minutes 10]

`--data cifar10` fetches the set (170 MB) unless it is in the cache; `--data cifar10-jpeg` takes a JPEG copy from there.
"""

from __future__ import annotations

import argparse

import makebelieve as mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="cifar10")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--run", default="runs/frogs")
    arguments = parser.parse_args()

    data = mb.images(arguments.data, classes=["frog"], augment=[mb.random_flip()])
    learn = mb.gan(data, latent=64, run=arguments.run)
    learn.fit(minutes=arguments.minutes)
    print(learn.history)
    learn.generate(64, seed=0).save(f"{arguments.run}/frogs.png")
    learn.interpolate(8, rows=4, seed=1).save(f"{arguments.run}/between.png")


if __name__ == "__main__":
    main()
