"""A folder of tiny runs, one of every system, made in seconds in one process; `python tests/studio/tiny.py FOLDER`."""

from __future__ import annotations

import csv
import math
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import torch
from PIL import Image

import makebelieve as mb

SMALL: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 32}
TEXT = "the cat sat on the mat. a dog ran to the door. the sun is hot and high. we sing and we play. "


class Eyes(torch.nn.Module):
    """Two layers of random convolutions, for those that need to see but not to know."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.features = torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(4, 4, 3, padding=1), torch.nn.ReLU()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.features(x).mean((2, 3))
        return found


def photo(side: int, seed: int) -> Image.Image:
    """Soft colours with a bright disc."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.linspace(0, 1, side), torch.linspace(0, 1, side), indexing="ij")
    a, b, c, y, x = torch.rand(5, generator=generator).tolist()
    disc = ((rows - y).square() + (columns - x).square() < 0.05).float()
    colour = torch.stack([a * rows + disc * (1 - a), b * columns + disc * 0.2, c * (1 - rows) * columns + disc * 0.4])
    return Image.fromarray((colour.clamp(0, 1) * 255).byte().permute(1, 2, 0).numpy())


def sources(folder: Path) -> Path:
    """Files to learn from: `photos/` in two classes, `sales.csv`, `ratings.csv`, `book.txt`."""
    for number in range(24):
        place = folder / "photos" / ("dawn" if number % 2 else "dusk")
        place.mkdir(parents=True, exist_ok=True)
        photo(24, number).save(place / f"{number:02d}.png")
    _table(
        folder / "sales.csv",
        ["day", "sold", "rain"],
        [
            [
                (date(2024, 1, 1) + timedelta(day)).isoformat(),
                round(20 + 5 * math.sin(day * math.tau / 7) + day / 30, 2),
                day % 5,
            ]
            for day in range(280)
        ],
    )
    _table(
        folder / "ratings.csv",
        ["user", "item", "rating"],
        [
            [user, item, 1 + (user * item + user) % 9 / 2]
            for user in range(14)
            for item in range(16)
            if (user + 2 * item) % 3
        ],
    )
    (folder / "book.txt").write_text(TEXT * 40, encoding="utf-8")
    return folder


def _table(file: Path, head: list[str], rows: list[list[Any]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([head, *rows])


def make(runs: Path, files: Path) -> dict[str, Path]:
    """Runs by name, each in a folder of that name, which ends in -001 as folders of runs do."""
    digits = mb.images("digits")
    photos = mb.images(str(files / "photos"))
    titles = {str(item): f"Film {item} (19{60 + item})" for item in range(16)}
    made = {
        "gan": lambda **o: mb.gan(digits, network="mlp", latent=8, **SMALL, **o),
        "vae": lambda **o: mb.vae(digits, network="dense", latent=2, **SMALL, **o),
        "diffusion": lambda **o: mb.diffusion(digits, width=8, **SMALL, **o),
        "autoencoder": lambda **o: mb.autoencoder(digits, noise=0.5, latent=8, **SMALL, **o),
        "classifier": lambda **o: mb.classifier(digits, **SMALL, **o),
        "language_model": lambda **o: mb.language_model(
            mb.text(str(files / "book.txt")), hidden=24, window=16, **SMALL, **o
        ),
        "forecaster": lambda **o: mb.forecaster(
            mb.series(str(files / "sales.csv"), target="sold", past=14, ahead=7), "linear", **SMALL, **o
        ),
        "recommender": lambda **o: mb.recommender(
            mb.ratings(str(files / "ratings.csv"), titles=titles), "als", factors=3, device="cpu", **o
        ),
        "translator": lambda **o: mb.translator(
            photos, "enlarge", width=4, device="cpu", precision="float32", batch_size=8, **o
        ),
        "stylizer": lambda **o: mb.stylizer(
            photo(24, 99), photos, backbone=Eyes(), style_layers={"features.1": 1.0, "features.3": 1.0},
            content_layer="features.3", style_size=24, width=4, blocks=1, device="cpu", precision="float32",
            batch_size=4, **o,
        ),
    }  # fmt: skip
    epochs = {"classifier": 4, "vae": 3, "autoencoder": 2, "gan": 2, "language_model": 4, "forecaster": 3}
    found = {}
    for name, door in made.items():
        learn = door(run=runs / f"{name}-001")
        if name in epochs:
            learn.fit(epochs[name])
        else:
            learn.fit(steps=3)
        found[name] = runs / f"{name}-001"
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    make(place / "runs", sources(place / "files"))
