"""Acts of what makes pictures from noise: GAN, VAE, diffusion."""

from __future__ import annotations

from typing import Any

from makebelieve.studio.explorer import asked, points
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import addresses
from makebelieve.systems.diffusion.learner import DiffusionLearner
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.systems.vae.learner import VaeLearner


def serves(learn: Any) -> bool:
    """Whether it makes pictures from noise."""
    return isinstance(learn, GanLearner | VaeLearner | DiffusionLearner)


def facts(explored: Explored) -> dict[str, Any]:
    """Shape of a picture (c, h, w), classes that can be asked for, numbers in a point."""
    learn = explored.learn
    return {"shape": list(learn.shape), "labels": learn.classes, "latent": points.size(learn), "data": explored.has_data}


def generate(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"n", "seed", "label"?, "truncation"?} → {"pictures", "labels"}."""
    learn = explored.learn
    n, seed = asked.whole(request, "n", 1, points.WALL, 16), asked.whole(request, "seed", 0, points.SEED, 0)
    options: dict[str, Any] = {"label": points.label(learn, request), "truncation": points.truncation(request)}
    options = {name: value for name, value in options.items() if value is not None}
    made = learn.generate(n, seed=seed, **options)
    told = "".join(f", {name}={value!r}" for name, value in options.items())
    code = code_of(explored, f"learn.generate({n}, seed={seed}{told}).save('wall.png')")
    return {"pictures": addresses(made), "labels": made.captions, "code": code}


ACTS: dict[str, Act] = {"generate": generate}
