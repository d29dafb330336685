"""Acts of what makes pictures from noise: GAN, VAE, diffusion."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from makebelieve.film import write_film
from makebelieve.latent.walks import ways
from makebelieve.studio.explorer import asked, points
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import address, addresses, uploaded
from makebelieve.studio.refusals import Refusal
from makebelieve.systems.diffusion.learner import DiffusionLearner
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.systems.vae.learner import VaeLearner

FRAMES, FPS = 64, 12  # of a blend at most, and a second of its film
SHOWN = 24  # points at once
SIGNS = {1: "+", -1: "-"}


def serves(learn: Any) -> bool:
    """Whether it makes pictures from noise."""
    return isinstance(learn, GanLearner | VaeLearner | DiffusionLearner)


def facts(explored: Explored) -> dict[str, Any]:
    """Shape of a picture (c, h, w), classes that can be asked for, numbers in a point, whether data can be had."""
    learn = explored.learn
    told = {"shape": list(learn.shape), "labels": learn.classes, "latent": points.size(learn)}
    return {**told, "data": explored.has_data, "truncates": not isinstance(learn, DiffusionLearner)}


def generate(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"n", "seed", "label"?, "truncation"?, "steps"?, "guidance"?} → {"pictures", "labels"}."""
    learn = explored.learn
    n, seed = asked.whole(request, "n", 1, points.WALL, 16), asked.whole(request, "seed", 0, points.SEED, 0)
    options = {"label": points.label(learn, request), **_how(learn, request)}
    options = {name: value for name, value in options.items() if value is not None}
    made = learn.generate(n, seed=seed, **options)
    code = code_of(explored, f"learn.generate({n}, seed={seed}{_told(options)}).save('wall.png')")
    return {"pictures": addresses(made), "labels": made.captions, "code": code}


def show(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"points": [point…], "label"?} → {"pictures"}; a point may have a label of its own."""
    learn, given = explored.learn, request.get("points")
    if not isinstance(given, list) or not 1 <= len(given) <= SHOWN:
        raise asked.refused("points", f"[1 … {SHOWN}]", given)
    pictures, lines = [], ["import torch"]
    for i, one in enumerate(given):
        z = points.point(learn, one)
        name = points.label(learn, one) or points.needed_label(learn, request)
        pictures.append(address(points.decoded(learn, z, name)[0], learn.made("decode", label=name)))
        lines += points.told(learn, "z", one)
        lines.append(f"mb.Pictures({points.told_decoding(learn, 'z', 1, name)}).save('star-{i + 1}.png')")
    return {"pictures": pictures, "code": code_of(explored, *lines)}


def _how(learn: points.Maker, request: dict[str, Any]) -> dict[str, Any]:
    """Options of a learner's `generate` besides the label."""
    if not isinstance(learn, DiffusionLearner):
        return {"truncation": points.truncation(request)}
    guidance = asked.number(request, "guidance", 0, 10, 1) if learn.classes else 1
    return {"steps": asked.whole(request, "steps", 1, 64, 8), "guidance": None if guidance == 1 else guidance}


def _told(options: dict[str, Any]) -> str:
    return "".join(f", {name}={value!r}" for name, value in options.items())


def blend(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"a": point, "b": point, "frames"} → {"frames": pictures on the way from a to b, both included}.

    Between Gaussian points along the great circle, between uniform ones in a line. The class is b's, else a's.
    """
    frames, code = _way(explored, request)
    return {"frames": [address(one, explored.learn.made("interpolate")) for one in frames], "code": code}


def film(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """The same as a short film, there and back: {"film": data address of a GIF}."""
    frames, code = _way(explored, request)
    there_and_back = [*frames, *frames[1:-1].flip(0)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "blend.gif"
        write_film(path, there_and_back, fps=FPS, made=explored.learn.made("interpolate"))
        content = base64.b64encode(path.read_bytes()).decode()
    return {"film": f"data:image/gif;base64,{content}", "code": code}


def _way(explored: Explored, request: dict[str, Any]) -> tuple[Tensor, str]:
    learn = explored.learn
    n = asked.whole(request, "frames", 2, FRAMES, 17)
    a, b = points.point(learn, request.get("a")), points.point(learn, request.get("b"))
    name = points.label(learn, request["b"]) or points.needed_label(learn, request["a"])
    z = ways(a.flatten(1), b.flatten(1), n, spherical=learn.law == "gaussian").view(n, *a.shape[1:])
    lines = [
        "import torch",
        "from makebelieve.latent.walks import ways",
        "",
        *points.told(learn, "a", request["a"]),
        *points.told(learn, "b", request["b"]),
        f"z = ways(a.flatten(1), b.flatten(1), {n}, spherical={learn.law == 'gaussian'}).view({n}, *a.shape[1:])",
        f"mb.Pictures({points.told_decoding(learn, 'z', n, name)}).save('blend.png')",
    ]
    return points.decoded(learn, z, name), code_of(explored, *lines)


def arithmetic(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"terms": [{"sign": 1 | -1, "points": [point…]}…], "label"?} → {"pictures": of each term, "result", "z"}.

    Each term is the mean of its points (`learn.arithmetic`).
    """
    learn = explored.learn
    if isinstance(learn, DiffusionLearner):
        raise Refusal(404, "studio.unknown_act", act="arithmetic", system=explored.system)
    terms = request.get("terms")
    if not isinstance(terms, list) or not 1 <= len(terms) <= 8 or not all(isinstance(one, dict) for one in terms):
        raise asked.refused("terms", '[{"sign", "points"}]', terms)
    names, expression, groups, lines = "abcdefgh", "", {}, ["import torch", ""]
    for name, term in zip(names, terms, strict=False):
        sign = asked.whole(term, "sign", -1, 1)
        given = term.get("points")
        if sign == 0 or not isinstance(given, list) or not 1 <= len(given) <= points.WALL:
            raise asked.refused("terms", '[{"sign": ±1, "points": […]}]', term)
        expression += f" {SIGNS[sign]} {name}" if expression or sign < 0 else name
        groups[name] = torch.cat([points.point(learn, one) for one in given])
        lines += points.told_group(learn, name, given)
    expression = expression.strip()
    label = points.needed_label(learn, request)
    made = learn.arithmetic(expression, label=label, **groups)
    named = "" if label is None else f", label={label!r}"
    keywords = ", ".join(f"{name}={name}" for name in groups)
    lines.append(f"learn.arithmetic({expression!r}{named}, {keywords}).save('sum.png')")
    signs = [asked.whole(term, "sign", -1, 1) for term in terms]
    z = sum(sign * group.mean(0) for sign, group in zip(signs, groups.values(), strict=True))
    pictures = addresses(made)
    told = [round(value, 5) for value in torch.as_tensor(z).tolist()]
    return {"pictures": pictures[:-1], "result": pictures[-1], "z": told, "code": code_of(explored, *lines)}


def project(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """A picture of one's own → {"z", "original", "picture"}: the GAN's nearest, found by a search of seconds."""
    learn = explored.learn
    if not isinstance(learn, GanLearner):
        raise Refusal(404, "studio.unknown_act", act="project", system=explored.system)
    x = uploaded(asked.files(files, 1, 1), learn.shape)
    label = points.needed_label(learn, request)
    z = learn.project(x, label=label)
    code = code_of(
        explored,
        f"x = mb.images(['my-picture.png'], size={tuple(learn.shape[1:])}, channels={learn.shape[0]}).train.x",
        f"z = learn.project(x{'' if label is None else f', label={label!r}'})",
        f"mb.Pictures({points.told_decoding(learn, 'z', 1, label)}).save('nearest.png')",
    )
    picture = points.decoded(learn, z, label)[0]
    told = [round(value, 5) for value in z[0].tolist()]
    return {"z": told, "original": address(x[0]), "picture": address(picture), "label": label, "code": code}


def way(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"n", "seed", "label"?, "steps", "guidance"?} → {"rows": n lists of moments}, from noise to picture."""
    learn = explored.learn
    if not isinstance(learn, DiffusionLearner):
        raise Refusal(404, "studio.unknown_act", act="way", system=explored.system)
    n, seed = asked.whole(request, "n", 1, 16, 4), asked.whole(request, "seed", 0, points.SEED, 0)
    options = {"label": points.label(learn, request), **_how(learn, request)}
    options = {name: value for name, value in options.items() if value is not None}
    made = learn.show_steps(n, seed=seed, **options)
    columns = made.columns or 1
    pictures = [address(one, learn.made("show_steps", seed=seed, **options)) for one in made.tensor]
    rows = [pictures[start : start + columns] for start in range(0, len(pictures), columns)]
    code = code_of(explored, f"learn.show_steps({n}, seed={seed}{_told(options)}).save('way.png')")
    return {"rows": rows, "code": code}


ACTS: dict[str, Act] = {
    "generate": generate,
    "show": show,
    "blend": blend,
    "film": film,
    "arithmetic": arithmetic,
    "project": project,
    "way": way,
}
