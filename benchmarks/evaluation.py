"""What an evaluation costs on MNIST, and what it says of a perfect generator and of one that makes ones only.

    python benchmarks/evaluation.py [--n 10000] [--train]

`--train` first trains the feature network anew, apart from the cache, and says how long that takes and whether the same
weights come out. Without network: MNIST is read from `MAKEBELIEVE_DATA`, or from `../shared/data`.
"""

from __future__ import annotations

import argparse
import time

import torch
from _features import mnist, mnist_data

from makebelieve.evaluate import classifier
from makebelieve.evaluate.cached import sha256_of
from makebelieve.evaluate.pictures import PictureJudge


def main() -> None:
    """Prints seconds and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--train", action="store_true")
    asked = parser.parse_args()
    data = mnist_data()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    network = classifier.dataset_features(data)
    if asked.train:
        begun = time.perf_counter()
        weights = classifier.train(data, data.train.y, 10, classifier.Plan()).state_dict()
        same = sha256_of(weights) == network.protocol["features_sha256"]
        print(f"feature network: {time.perf_counter() - begun:.1f} s, {'the same' if same else 'other'} weights")
    begun = time.perf_counter()
    judge = PictureJudge(data, n=asked.n)
    print(f"reference, floor and training pictures: {time.perf_counter() - begun:.1f} s")
    tests, labels = mnist("t10k")
    ones = tests[labels == 1]
    samples = {"test digits themselves": tests, "ones only": ones[torch.arange(asked.n) % len(ones)]}
    for name, pictures in samples.items():
        begun = time.perf_counter()
        figures = judge.judge(pictures[: asked.n], subject={"samples": name})
        print(f"\n{name}: judged in {time.perf_counter() - begun:.1f} s\n{figures}")


if __name__ == "__main__":
    main()
