"""Old film stills made new: grain and scratches taken away, grey turned to colour, small made large.

    python examples/film_stills.py PHOTOS [--stills FOLDER] [--minutes 10] [--size 128] [--scale 1.0]

PHOTOS is any folder of colour pictures, the more like the stills the better: three translators learn from it, each for
so many minutes. Without stills of your own, held-out photos are made into some, as a worn print of the 1920s would
have them. A sheet shows each still as it was, clean, coloured and large.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch.nn import functional as F

import makebelieve as mb

SHOWN = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--stills", type=Path, help="a folder of grey stills")
    parser.add_argument("--minutes", type=float, default=10, help="of training, each of three times")
    parser.add_argument("--size", type=int, default=128, help="pixels a side of the photos to learn from")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the minutes, to try it out")
    parser.add_argument("--out", type=Path, default=Path("runs/film-stills"))
    arguments = parser.parse_args()
    out, minutes = arguments.out, arguments.minutes * arguments.scale

    colour = mb.images(arguments.photos, size=arguments.size, channels=3, labels=None)
    grey = mb.images(arguments.photos, size=arguments.size, channels=1, labels=None)
    clean = mb.translator(grey, "restore", noise=0.06, scratches=1.0, dust=2.0, run=out / "clean")
    colours = mb.translator(colour, "colourise", run=out / "colours")
    large = mb.translator(colour, "enlarge", run=out / "large")
    for learn in (clean, colours, large):
        learn.fit(minutes=minutes)
        print(learn.evaluate())

    if arguments.stills is not None:
        stills = mb.images(arguments.stills, size=arguments.size, channels=1, valid=0, labels=None)
        worn = stills.show_batch(SHOWN, part="train")
    else:
        worn = clean.spoil(grey.show_batch(SHOWN, part="valid"), seed=1)
    worn.captions = None
    cleaned = clean.translate(worn)
    coloured = colours.translate(cleaned, saturation=1.2)
    enlarged = large.translate(coloured)

    def as_large(pictures: mb.Pictures) -> torch.Tensor:
        size = enlarged.tensor.shape[-2:]
        return F.interpolate(pictures.tensor.expand(-1, 3, -1, -1), size, mode="nearest")

    rows = [as_large(worn), as_large(cleaned), as_large(coloured), enlarged.tensor]
    mb.Pictures(torch.cat(rows), columns=len(worn)).save(out / "stills.png")
    enlarged.save(out / "stills")
    print(f"{out / 'stills.png'}: worn, clean, coloured, large")


if __name__ == "__main__":
    main()
