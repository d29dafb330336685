"""Points that a generator makes pictures from, as the page names them.

A point is {"z": [numbers]}, or one of a wall: {"seed", "n", "i"} and maybe "truncation", the i-th of the n points that
the seed gives; and maybe "label", its class by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from makebelieve.latent.laws import gaussian, points
from makebelieve.studio.explorer import asked
from makebelieve.systems.diffusion.learner import DiffusionLearner
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.systems.vae.learner import VaeLearner

Maker = GanLearner | VaeLearner | DiffusionLearner

WALL = 64  # pictures of a wall at most
SEED = 2**31 - 1


def wall(learn: Maker, n: int, seed: int, truncation: float | None) -> Tensor:
    """The n points that `learn.generate(n, seed=seed, truncation=truncation)` makes its pictures from."""
    if isinstance(learn, GanLearner):
        return learn.latents(n, seed, truncation)
    if isinstance(learn, DiffusionLearner):
        return learn.noises(n, seed)
    return points(gaussian(learn.latent), n, seed, device=learn.device, truncation=truncation)


def size(learn: Maker) -> int:
    """Numbers in a point."""
    return torch.Size(learn.shape).numel() if isinstance(learn, DiffusionLearner) else learn.latent


def point(learn: Maker, given: Any) -> Tensor:
    """(1, …): the point that the page names."""
    if not isinstance(given, Mapping):
        raise asked.refused("point", '{"z"} | {"seed", "n", "i"}', given)
    if "z" in given:
        z = torch.tensor([asked.numbers(given["z"], "z", size(learn))], device=learn.device)
        return z.view(1, *learn.shape) if isinstance(learn, DiffusionLearner) else z
    n = asked.whole(given, "n", 1, WALL)
    i = asked.whole(given, "i", 0, n - 1)
    return wall(learn, n, asked.whole(given, "seed", 0, SEED), truncation(given))[i : i + 1]


def truncation(given: Mapping[str, Any]) -> float | None:
    """From 0 exclusive to 5; None for none."""
    return None if given.get("truncation") is None else asked.number(given, "truncation", 0.05, 5)


def label(learn: Maker, given: Mapping[str, Any]) -> str | None:
    """A class by its name, for those that take one; else None."""
    classes: Sequence[str] | None = learn.classes
    if classes is None or given.get("label") is None:
        return None
    return asked.choice(given, "label", classes)


def needed_label(learn: Maker, given: Mapping[str, Any]) -> str | None:
    """The same; the first class where none is given."""
    return label(learn, given) or (learn.classes[0] if learn.classes else None)


def decoded(learn: Maker, z: Tensor, name: str | None) -> Tensor:
    """Pictures of points z, all of one class: (n, c, h, w) in [0, 1], on the CPU."""
    if isinstance(learn, VaeLearner):
        return learn.decode(z, label=name)
    y = None
    if learn.classes is not None and name is not None:
        y = torch.full((len(z),), learn.classes.index(name), device=learn.device)
    return learn.decode(z, y)


def told(learn: Maker, name: str, given: Mapping[str, Any]) -> list[str]:
    """Lines of Python that make the variable `name` the point, (1, …)."""
    if "z" in given:
        shape = f".view(1, *{tuple(learn.shape)})" if isinstance(learn, DiffusionLearner) else ""
        return [f"{name} = torch.tensor([{list(given['z'])}]){shape}"]
    n, seed, i, squeezed = given["n"], given["seed"], given["i"], given.get("truncation")
    more = "" if squeezed is None else f", truncation={squeezed!r}"
    if isinstance(learn, GanLearner):
        return [f"{name} = learn.latents({n}, {seed}{more})[{i}:{i + 1}]"]
    if isinstance(learn, DiffusionLearner):
        return [f"{name} = learn.noises({n}, {seed})[{i}:{i + 1}]"]
    return [
        "from makebelieve.latent.laws import gaussian, points",
        f"{name} = points(gaussian({learn.latent}), {n}, {seed}{more})[{i}:{i + 1}]",
    ]


def told_group(learn: Maker, name: str, given: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of Python that make the variable `name` the points of a group, (k, …)."""
    if len(given) == 1:
        return told(learn, name, given[0])
    lines = [line for i, one in enumerate(given) for line in told(learn, f"{name}{i}", one)]
    return [*lines, f"{name} = torch.cat([{', '.join(f'{name}{i}' for i in range(len(given)))}])"]


def told_decoding(learn: Maker, z: str, n: int, name: str | None) -> str:
    """Python for the pictures of the n points in the variable `z`, all of one class."""
    if name is None or learn.classes is None:
        return f"learn.decode({z})"
    if isinstance(learn, VaeLearner):
        return f"learn.decode({z}, label={name!r})"
    return f"learn.decode({z}, torch.full(({n},), {learn.classes.index(name)}))"
