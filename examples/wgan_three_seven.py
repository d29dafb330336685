"""The classic lesson, and it does not collapse: a WGAN on threes and sevens, fitted 10, 10 and 30 epochs.

    python examples/wgan_three_seven.py [--scale 1.0]

12,396 pictures from MNIST at 32×32 in three channels, batch 64, the critic five times as often as the generator, its
weights clipped. Samples, curves and checkpoints lie in runs/three-seven; the losses after each part are printed.
"""

from __future__ import annotations

import argparse
import time

import makebelieve as mb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the epochs, to try it out")
    parser.add_argument("--run", default="runs/three-seven")
    arguments = parser.parse_args()

    data = mb.images("mnist", classes=[3, 7], size=32, channels=3, valid=0)
    learn = mb.gan(data, mb.recipes.wgan, options={"turns": 5}, batch_size=64, run=arguments.run)
    for epochs in (10, 10, 30):
        begun, before = time.perf_counter(), learn.step
        learn.fit(epochs * arguments.scale)
        rate = (learn.step - before) * learn.batch_size / (time.perf_counter() - begun)
        last = learn.history.records[-1]
        print(
            f"step {learn.step:6d}  critic {last['critic']:.4f}  generator {last['generator']:.4f}  {rate:.0f} images/s"
        )
        learn.generate(64, seed=0).save(f"{arguments.run}/step-{learn.step}.png")


if __name__ == "__main__":
    main()
