"""Two ways to p(y | x): a generator turned round by Bayes, and a classifier; on the same pictures, for the same time.

    python examples/bayes_from_a_generator.py [--data mnist-5k] [--minutes 0.5] [--test 500]

The generator is a conditional VAE: it learns p(x | y), each digit's own pictures, and never to tell digits apart; asked
for p(y | x), it weighs how probable it finds the picture as a 0, as a 1, … (`learn.probabilities`). The classifier has
the VAE's encoder as its body and learns p(y | x) at once. Both see all training pictures, then a tenth, then 100.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb

LATENT = 16


def some(data: mb.Data, count: int) -> mb.Data:
    """As many training pictures, alike from all classes, and nothing to validate on."""
    x, y = data.train.x, data.train.y
    shuffled = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    each = count // len(data.classes) if count < len(x) else count
    chosen = torch.cat([shuffled[y[shuffled] == index][:each] for index in range(len(data.classes))])
    return mb.images(x[chosen], labels=[data.classes[i] for i in y[chosen]], valid=0)


def body(data: mb.Data) -> nn.Module:
    """The hidden layers of the VAE's dense encoder, and a unit a class."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(data.shape[0] * data.shape[1] * data.shape[2], 512),
        nn.ReLU(),
        nn.Linear(512, 256),
        nn.ReLU(),
        nn.Linear(256, len(data.classes)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--minutes", type=float, default=0.5, help="of training, for each of the two, each time")
    parser.add_argument("--test", type=int, default=500, help="validation pictures that are classified")
    parser.add_argument("--k", type=int, default=20, help="samples of z for each picture and class")
    arguments = parser.parse_args()

    data = mb.images(arguments.data)
    test = next(data.batches("valid", min(arguments.test, data.count("valid")), shuffle=True))
    print(f"{len(test)} test pictures, {arguments.minutes:g} minutes of training each\n")
    print("| training pictures | p(x, y) by Bayes | classifier | classifier, sure and wrong | Bayes, sure and wrong |")
    print("|---|---|---|---|---|")
    for count in (len(data.train), len(data.train) // 10, 100):
        part = some(data, count)
        with tempfile.TemporaryDirectory() as folder:
            generator = mb.vae(
                part, latent=LATENT, network="dense", conditional=True, batch_size=100, run=Path(folder) / "vae"
            )
            generator.fit(minutes=arguments.minutes)
            classifier = mb.Learner(
                part,
                {"model": body(data)},
                mb.supervised(F.cross_entropy),
                settings=mb.Settings(batch_size=100),
                run=Path(folder) / "classifier",
            )
            classifier.fit(minutes=arguments.minutes)
        # names of the part's classes are those of the data, maybe in another order
        order = [generator.classes.index(name) for name in data.classes]
        by_bayes = generator.probabilities(test.x, k=arguments.k)[:, order]
        with torch.no_grad():
            at_once = torch.softmax(classifier.network("model").eval()(test.x), 1)[:, order]
        told = [f"{(p.argmax(1) == test.y).float().mean():.1%}" for p in (by_bayes, at_once)]
        told += [
            f"{((p.max(1).values > 0.99) & (p.argmax(1) != test.y)).float().mean():.1%}" for p in (at_once, by_bayes)
        ]
        print(f"| {len(part.train):,} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
