"""Cat or dog: photos whose file name begins with a capital are cats. A pretrained ResNet-34, one epoch of fine-tuning.

    python examples/pets.py [--epochs 1] [--photo cat.jpg]

The Oxford-IIIT Pet photos (7,390, 792 MB) and the weights (84 MB) are fetched once and checked by their checksums.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import makebelieve as mb


def is_cat(path: Path) -> bool:
    return path.name[0].isupper()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="oxford-pets", help="a folder of photos named that way, instead")
    parser.add_argument("--network", default="resnet34")
    parser.add_argument("--weights", help="a safetensors file, instead of fetching the published weights")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--photo", help="one to recognise at the end")
    arguments = parser.parse_args()

    data = mb.images(arguments.data, size=arguments.size, labels=is_cat, valid=0.2, seed=42)
    learn = mb.classifier(data, arguments.network, pretrained=arguments.weights, metrics=mb.error_rate)
    learn.fine_tune(arguments.epochs)
    print(learn.evaluate())
    print(learn.confusion())
    learn.top_losses(9).save("top_losses.png")
    if arguments.photo:
        print(learn.predict(arguments.photo))


if __name__ == "__main__":
    main()
