"""Acts on points z of what has an encoder: VAE, autoencoder.

The page moves in a frame: an origin and some axes in z, with ticks along each, the inverse Gaussian distribution at
equal steps: a map over two axes shows each region as often as points fall there (Kingma & Welling 2014, figure 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from makebelieve.ops import grid
from makebelieve.studio.explorer import asked, points
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import address, addresses, uploaded
from makebelieve.studio.refusals import Refusal
from makebelieve.systems.autoencoder.learner import AutoencoderLearner
from makebelieve.systems.vae.learner import VaeLearner

LOOKED_AT = 2000  # pictures of the data whose z the main axes are of
SLIDERS = 12
TICKS = 101
MAP = 24  # pictures a side of a map at most
SHOWN = 48  # pictures of the data at once
DOTS = 1000


@dataclass(frozen=True)
class Frame:
    """Where the page moves.

    Attributes:
        kind: "entries", those of z itself, or "main", the directions in which the data vary most.
        origin: (d,).
        axes: (k, d), orthonormal.
        spread: (k,), standard deviation along each.
        shares: of the data's variance along each; None for entries.
    """

    kind: str
    origin: Tensor
    axes: Tensor
    spread: Tensor
    shares: list[float] | None


def serves(learn: Any) -> bool:
    """Whether it encodes and decodes pictures by way of numbers in a row."""
    return isinstance(learn, VaeLearner) or (isinstance(learn, AutoencoderLearner) and len(learn.code) == 1)


def facts(explored: Explored) -> dict[str, Any]:
    """Shape of a picture, size of z, classes of pictures and those that are asked for, whether it cleans pictures."""
    learn = explored.learn
    told = explored.config.get("data")
    about = told.get("facts") if isinstance(told, dict) else None
    classes = about.get("classes") if isinstance(about, dict) else None
    return {
        "shape": list(learn.shape),
        "latent": _size(learn),
        "labels": getattr(learn, "classes", None),
        "classes": classes if isinstance(classes, list) else None,
        "data": explored.has_data,
        "denoises": bool(getattr(learn, "noise", 0)),
    }


def _size(learn: Any) -> int:
    return int(learn.latent if isinstance(learn, VaeLearner) else learn.code[0])


# ---------------------------------------------------------------- where the page moves


def frame(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"kind": "entries" | "main"} → {"kind", "origin", "axes", "ticks", "shares"}."""
    found = _frame(explored, request)
    return {
        "kind": found.kind,
        "origin": found.origin.tolist(),
        "axes": found.axes.tolist(),
        "ticks": (found.spread[:, None] * _ticks(TICKS)).tolist(),
        "shares": found.shares,
        "code": code_of(
            explored, *_tiles_lines(explored, _plane(found, found.origin, 0, min(1, len(found.axes) - 1)), 20)
        ),
    }


def _is_vae(explored: Explored) -> bool:
    return isinstance(explored.learn, VaeLearner)


def _frame(explored: Explored, request: dict[str, Any]) -> Frame:
    """Entries of z for a VAE of up to two; else the main directions, where the data can be had."""
    d = _size(explored.learn)
    kind = asked.choice(request, "kind", ("entries", "main"), _usual(explored, d))
    kept: Frame | None = explored.kept.get(f"latent.{kind}")
    if kept is None:
        kept = explored.kept[f"latent.{kind}"] = _main(explored) if kind == "main" else _entries(d)
    return kept


def _usual(explored: Explored, d: int) -> str:
    return "main" if explored.has_data and (d > 2 or not _is_vae(explored)) else "entries"


def _entries(d: int) -> Frame:
    k = min(d, SLIDERS)
    return Frame("entries", torch.zeros(d), torch.eye(d)[:k], torch.ones(k), None)


def _main(explored: Explored) -> Frame:
    """Principal components of the z of pictures of the data (Hotelling 1933), the greatest entry of each positive."""
    z = _encoded(explored)[0]
    origin = z.mean(0)
    centred = (z - origin).double()
    values, vectors = torch.linalg.eigh(centred.T @ centred / max(1, len(z) - 1))  # in rising order
    k = min(len(origin), SLIDERS)
    axes = vectors.flip(1).T[:k]
    axes = axes * axes.gather(1, axes.abs().argmax(1, keepdim=True)).sign()
    values = values.flip(0).clamp(min=0)
    shares = (values[:k] / values.sum().clamp(min=1e-12)).tolist()
    return Frame("main", origin, axes.float(), values[:k].sqrt().float().clamp(min=1e-6), shares)


def _encoded(explored: Explored) -> tuple[Tensor, Tensor | None]:
    """z (n, d) and class indices (n,) of pictures of the data."""
    if "latent.encoded" not in explored.kept:
        learn = explored.with_data()
        part = _part(learn)
        n = min(LOOKED_AT, learn.data.count(part))
        y = learn.data.part(part).y
        labels = None if y is None or y.ndim != 1 else y[:n]
        z = _encode(learn, learn.data.xs(part, range(n)), _names(learn, labels))
        explored.kept["latent.encoded"] = z, labels
    found: tuple[Tensor, Tensor | None] = explored.kept["latent.encoded"]
    return found


def _part(learn: Any) -> str:
    return "valid" if learn.data.count("valid") else "train"


def _names(learn: Any, y: Tensor | None) -> list[str] | None:
    classes = getattr(learn, "classes", None)
    return None if classes is None or y is None else [classes[i] for i in y.tolist()]


def _encode(learn: Any, x: Tensor, label: Any) -> Tensor:
    found: Tensor = learn.encode(x, label=label) if isinstance(learn, VaeLearner) else learn.encode(x)
    return found


def _ticks(n: int) -> Tensor:
    """n standard Gaussian quantiles at equal steps."""
    found: Tensor = torch.special.ndtri((torch.arange(n, dtype=torch.float64) + 0.5) / n)
    return found.float()


# ---------------------------------------------------------------- pictures


def decode(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"z", "label"?} → {"picture"}."""
    learn = explored.learn
    z = asked.numbers(request.get("z"), "z", _size(learn))
    told = _label(explored, request)
    picture = _decoded(learn, torch.tensor([z]), told)[0]
    short = [round(value, 4) for value in z]
    named = "" if told is None else f", label={told!r}"
    end = f"mb.Pictures(learn.decode(z{named})).save('z.png')" if _is_vae(explored) else "learn.decode(z).save('z.png')"
    code = code_of(explored, "import torch", "", f"z = torch.tensor([{short}])", end)
    return {"picture": address(picture, learn.made("decode", z=short)), "code": code}


def _label(explored: Explored, request: dict[str, Any]) -> str | None:
    """The class, for what takes one: the first where none is given."""
    learn = explored.learn
    return points.needed_label(learn, request) if isinstance(learn, VaeLearner) else None


def _decoded(learn: Any, z: Tensor, label: str | None) -> Tensor:
    found: Tensor = learn.decode(z, label=label) if isinstance(learn, VaeLearner) else learn.decode(z).tensor
    return found


def tiles(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"kind", "x", "y": axes, "side", "z"?, "label"?} → {"picture"}: the plane of two axes through z, as one sheet.

    The axis x grows to the right, y upwards; all that is not along them is as in z, or as in the origin.
    """
    learn, where = explored.learn, _frame(explored, request)
    side = asked.whole(request, "side", 2, MAP, 20)
    k = len(where.axes)
    x, y = asked.whole(request, "x", 0, k - 1, 0), asked.whole(request, "y", 0, k - 1, min(1, k - 1))
    label = _label(explored, request)
    base = where.origin
    if request.get("z") is not None:
        base = torch.tensor(asked.numbers(request["z"], "z", _size(learn)))
        for axis in {x, y}:
            base = base - ((base - where.origin) @ where.axes[axis]) * where.axes[axis]
    at = _plane(where, base, x, y)
    ticks = _ticks(side)
    z = at[0] + ticks[None, :, None] * at[1] + ticks.flip(0)[:, None, None] * at[2]
    sheet = grid(_decoded(learn, z.reshape(side * side, -1), label), columns=side, padding=0)
    code = code_of(explored, *_tiles_lines(explored, at, side, label))
    return {"picture": address(sheet, learn.made("grid", side=side)), "side": side, "code": code}


def _plane(where: Frame, base: Tensor, x: int, y: int) -> Tensor:
    """(3, d): the middle of the plane of two axes, one deviation to the right and one upwards; of one axis a line."""
    right, up = where.spread[[x, y], None] * where.axes[[x, y]]
    return torch.stack([base, right, torch.zeros_like(up) if x == y else up])


def _tiles_lines(explored: Explored, at: Tensor, side: int, label: str | None = None) -> list[str]:
    d = at.shape[1]
    usual = torch.cat([torch.zeros(1, d), torch.eye(max(2, d))[:2, :d]])  # the first two entries, all others 0
    if _is_vae(explored) and torch.equal(at, usual):
        named = "" if label is None else f", label={label!r}"
        return [f"learn.grid({side}{named}).save('map.png')"]
    middle, right, up = ([round(value, 5) for value in row] for row in at.tolist())
    decoded = "learn.decode(z)" if label is None else f"learn.decode(z, label={label!r})"
    return [
        "import torch",
        "from makebelieve.ops import grid",
        f"middle = torch.tensor({middle})",
        f"right = torch.tensor({right})",
        f"up = torch.tensor({up})",
        f"ticks = torch.special.ndtri((torch.arange({side}) + 0.5) / {side})",
        "z = middle + ticks[:, None] * right + ticks.flip(0)[:, None, None] * up",
        f"z = z.view(-1, {d})",
        f"pictures = {decoded if _is_vae(explored) else 'learn.decode(z).tensor'}",
        f"mb.Pictures(grid(pictures, {side}, 0)).save('map.png')",
    ]


def concept(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"attribute": class} → {"direction"}: from the mean of all others to that of its pictures (`learn.concept`)."""
    name = asked.text(request, "attribute", 200)
    if not _is_vae(explored):
        raise Refusal(404, "studio.unknown_act", act="concept", system=explored.system)
    kept = explored.kept.setdefault("latent.concepts", {})
    if name not in kept:
        kept[name] = explored.with_data().concept(name).direction.tolist()
    code = code_of(
        explored,
        f"concept = learn.concept({name!r})",
        "concept.apply(learn.generate(8, seed=0), [-1.0, 0.0, 1.0]).save('concept.png')",
        data=True,
    )
    return {"attribute": name, "direction": kept[name], "code": code}


def reconstruct(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """Pictures of one's own, or {"places": [numbers of pictures of the data]} → {"originals", "pictures", "z"}."""
    learn = explored.learn
    label: Any = _label(explored, request)
    if files:
        x = uploaded(asked.files(files, 1, 16), learn.shape)
        read = f"x = mb.images(['my-picture.png'], size={tuple(learn.shape[1:])}, channels={learn.shape[0]}).train.x"
    else:
        learn = explored.with_data()
        part = _part(learn)
        places = asked.wholes(request.get("places"), "places", 0, learn.data.count(part) - 1, count=16)
        x, read = learn.data.xs(part, places), f"x = learn.data.xs({part!r}, {places})"
        y = learn.data.part(part).y
        label = _names(learn, None if y is None else y[places]) or label
    back = learn.reconstruct(x, label=label) if isinstance(learn, VaeLearner) else learn.reconstruct(x)
    z = _encode(learn, x, label)
    told = "" if label is None else f", label={label!r}"
    code = code_of(explored, read, f"learn.reconstruct(x{told}).save('back.png')", data=not files)
    return {
        "originals": [address(one) for one in x],
        "pictures": addresses(back),
        "z": [[round(value, 5) for value in row] for row in z.tolist()],
        "labels": label,
        "code": code,
    }


def some(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"n", "first"} → pictures of the data that were not trained on, if there are, with their z and class."""
    learn = explored.with_data()
    part = _part(learn)
    count = learn.data.count(part)
    first = asked.whole(request, "first", 0, 10**9, 0) % count
    n = min(asked.whole(request, "n", 1, SHOWN, 12), count)
    places = [(first + i) % count for i in range(n)]
    x, y = learn.data.xs(part, places), learn.data.part(part).y
    labels = (
        None
        if y is None or y.ndim != 1 or not learn.data.classes
        else [learn.data.classes[i] for i in y[places].tolist()]
    )
    z = _encode(learn, x, labels if getattr(learn, "classes", None) is not None else None)
    return {
        "pictures": [address(one) for one in x],
        "labels": labels,
        "places": places,
        "z": [[round(value, 5) for value in row] for row in z.tolist()],
        "code": code_of(explored, f"learn.data.show_batch({n}, {part!r}).save('batch.png')", data=True),
    }


def scatter(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"kind", "x", "y"} → {"dots": [[along x, along y]…], "classes": index of each, "names"}: data on the plane."""
    where = _frame(explored, request)
    k = len(where.axes)
    x, y = asked.whole(request, "x", 0, k - 1, 0), asked.whole(request, "y", 0, k - 1, min(1, k - 1))
    z, labels = _encoded(explored)
    along = (z[:DOTS] - where.origin) @ where.axes[[x, y]].T
    learn = explored.with_data()
    return {
        "dots": [[round(a, 3), round(b, 3)] for a, b in along.tolist()],
        "classes": None if labels is None else labels[:DOTS].tolist(),
        "names": learn.data.classes,
        "code": code_of(explored, "learn.show_latents().save('latents.png')", data=True),
    }


ACTS: dict[str, Act] = {
    "frame": frame,
    "tiles": tiles,
    "decode": decode,
    "concept": concept,
    "reconstruct": reconstruct,
    "some": some,
    "scatter": scatter,
}
