"""How far has a digit been turned? A regressor learns angles from pictures; no label but the number that was drawn.

python examples/angles.py [--epochs 10] [--most 45]
"""

from __future__ import annotations

import argparse

import numpy as np
from PIL import Image

import makebelieve as mb


def turned(pictures: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w) uint8, each turned by its angle in degrees against the clock."""
    images = (Image.fromarray(picture) for picture in pictures)
    return np.stack([np.asarray(i.rotate(a, Image.Resampling.BILINEAR)) for i, a in zip(images, angles, strict=True)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--most", type=float, default=45, help="degrees, either way")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/angles")
    arguments = parser.parse_args()

    upright = mb.images("mnist-5k", valid=0).train.x[:, 0].numpy()
    angles = np.random.default_rng(arguments.seed).uniform(-arguments.most, arguments.most, len(upright))
    data = mb.images(turned(upright, angles), labels=angles.tolist(), valid=0.2)
    learn = mb.regressor(data, seed=arguments.seed, run=arguments.run)
    learn.fit_one_cycle(arguments.epochs)
    print(learn.evaluate())
    learn.show_results(16).save(f"{arguments.run}/results.png")
    learn.top_losses(9).save(f"{arguments.run}/top_losses.png")
    print("turned by 30 degrees:", learn.predict(turned(upright[:1], np.array([30.0]))[0]))


if __name__ == "__main__":
    main()
