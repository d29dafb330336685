"""A tiny learner behind every door, trained for a few steps or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

import makebelieve as mb

SMALL: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 8}
TEXTS = ("the cat sat on the mat", "a dog ran in the park", "cats and dogs", "no rain today")


@cache
def pictures() -> Any:
    generator = torch.Generator().manual_seed(0)
    return mb.arrays(torch.rand(40, 1, 8, 8, generator=generator), [f"kind {i % 3}" for i in range(40)])


@cache
def colours() -> Any:
    return mb.arrays(torch.rand(12, 3, 16, 16, generator=torch.Generator().manual_seed(1)))


def rows(numbers: bool) -> Any:
    x = torch.rand(40, 5, generator=torch.Generator().manual_seed(2))
    return mb.arrays(x, (x.sum(1) * 100).tolist() if numbers else [["a", "b"][i % 2] for i in range(40)])


def labelled_texts(folder: Path) -> Any:
    table = folder / "texts.csv"
    lines = [f"{text} {i},{'good' if i % 2 else 'bad'}" for i, text in enumerate(TEXTS * 8)]
    table.write_text("text,label\n" + "\n".join(lines), encoding="utf-8")
    return mb.text(str(table))


def series(by: bool = False) -> Any:
    values = {"sold": 20 + 3 * np.sin(np.arange(90) / 3), "rain": np.arange(90.0) % 7}
    days = np.datetime64("2024-01-01") + np.arange(90)
    if not by:
        return mb.series({"day": days, **values}, target="sold", past=12, ahead=3)
    shop = np.repeat(["a", "b"], 45)
    return mb.series({"day": np.tile(days[:45], 2), "shop": shop, **values}, target="sold", by="shop", past=12, ahead=3)


@cache
def ratings(implicit: bool = False) -> Any:
    generator = np.random.default_rng(0)
    users, items = np.nonzero(generator.random((12, 15)) < 0.5)
    stars = 1 + (users * items + users) % 9 / 2
    titles = {str(i): f"Film {i} (19{50 + i})" for i in range(15)}
    if implicit:
        return mb.ratings((users, items), titles=titles)
    return mb.ratings((users, items, stars), titles=titles, range=(1, 5))


def recommender(kind: str, implicit: bool = False) -> Any:
    factors = {"factors": 3} if kind in ("bayesian", "als", "dot", "mlp") else {}
    learn = mb.recommender(ratings(implicit), kind, device="cpu", **factors)  # type: ignore[arg-type]
    learn.fit(3 if factors else 1)
    return learn


class Eyes(torch.nn.Module):
    """What looks at paintings: two layers of random convolutions."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.features = torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(4, 4, 3, padding=1), torch.nn.ReLU()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.features(x).mean((2, 3))
        return found


def stylizer() -> Any:
    """Sees by a network of the program's own, which its use does not need."""
    painting = torch.rand(3, 24, 24, generator=torch.Generator().manual_seed(4))
    layers = {"features.1": 1.0, "features.3": 1.0}
    return mb.stylizer(
        painting, colours(), backbone=Eyes(), style_layers=layers, content_layer="features.3", style_size=24, width=4,
        blocks=1, device="cpu", precision="float32", batch_size=4,
    )  # fmt: skip


def doors(folder: Path) -> Mapping[str, Callable[[], Any]]:
    """By name: makes the learner."""
    made: dict[str, Callable[[], Any]] = {
        "gan": lambda: mb.gan(pictures(), network="mlp", latent=4, conditional=True, **SMALL),
        "gan of classes": lambda: mb.gan(
            pictures(), mb.recipes.semi_supervised, network="mlp", latent=4, noise="uniform", **SMALL
        ),
        "vae": lambda: mb.vae(pictures(), network="dense", latent=3, likelihood="gaussian", conditional=True, **SMALL),
        "autoencoder": lambda: mb.autoencoder(pictures(), **SMALL),
        "diffusion": lambda: mb.diffusion(pictures(), width=8, conditional=True, **SMALL),
        "enlarger": lambda: mb.translator(colours(), "enlarge", width=4, device="cpu", precision="float32"),
        "colouriser": lambda: mb.translator(
            colours(), "colourise", width=4, crop=16, device="cpu", precision="float32"
        ),
        "stylizer": lambda: stylizer(),
        "classifier": lambda: mb.classifier(pictures(), **SMALL),
        "classifier of rows": lambda: mb.classifier(rows(numbers=False), **SMALL),
        "regressor": lambda: mb.regressor(rows(numbers=True), **SMALL),
        "linear texts": lambda: mb.classifier(labelled_texts(folder), "linear", **SMALL),
        "conv texts": lambda: mb.classifier(labelled_texts(folder), "linear+conv", **SMALL),
        "lstm texts": lambda: mb.classifier(labelled_texts(folder), "lstm", **SMALL),
        "lstm": lambda: mb.language_model(mb.text(" ".join(TEXTS) * 4), hidden=8, window=8, **SMALL),
        "gru": lambda: mb.language_model(mb.text(" ".join(TEXTS) * 4), "gru", hidden=8, window=8, **SMALL),
        "gpt": lambda: mb.language_model(mb.text(" ".join(TEXTS) * 4), "gpt", hidden=16, layers=1, window=8, **SMALL),
        "forecaster": lambda: mb.forecaster(series(), "linear", **SMALL),
        "forecaster of several": lambda: mb.forecaster(series(by=True), "gru", hidden=4, **SMALL),
    }
    for kind in ("bayesian", "als", "dot", "mlp", "item_neighbours", "user_neighbours", "ease", "biases", "popular"):
        made[f"{kind}, ratings"] = lambda kind=kind: recommender(kind)  # type: ignore[misc]
    for kind in ("als", "item_neighbours", "user_neighbours", "ease", "rules", "popular"):
        made[f"{kind}, events"] = lambda kind=kind: recommender(kind, implicit=True)  # type: ignore[misc]
    return made


NAMES = tuple(doors(Path()))


def shaken(learn: Any) -> Any:
    """Networks that begin at zero say something."""
    generator = torch.Generator().manual_seed(3)
    for net in learn.nets.values():
        for parameter in net.parameters():
            if parameter.is_floating_point() and parameter.numel() > 1 and not parameter.any():
                parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return learn
