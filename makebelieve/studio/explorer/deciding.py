"""Acts of classifiers and regressors: what is recognised in something, what decided it, an item of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError, MakebelieveError, OptionError
from makebelieve.explain.pictures import shown
from makebelieve.explain.saliency import grad_cam, occlusion
from makebelieve.serving.uploads import read_arrays, read_files
from makebelieve.studio.explorer import asked
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import LIMITS, address, of_image
from makebelieve.systems.recogniser.learner import Recogniser
from makebelieve.systems.recogniser.texts.learner import TextClassifier
from makebelieve.training.protocols import Part

LONGEST = 20_000  # characters of a text
COVERS = 400  # rectangles that are erased
SMALL = 64  # pixels a side
GRID = 14  # places a side of the heat as numbers
HEAT = (255, 96, 0)  # colour of the evidence over a picture
OF_FILES = {"pictures": "picture.png", "audio": "sound.wav", "binaries": "program.bin"}


def serves(learn: Any) -> bool:
    return isinstance(learn, Recogniser | TextClassifier)


def _kind(learn: Any) -> str:
    if isinstance(learn, TextClassifier):
        return "texts"
    return "numbers" if learn.reading is None else str(learn.reading.kind)


def facts(explored: Explored) -> dict[str, Any]:
    learn = explored.learn
    kind, task = _kind(learn), learn.task
    found: dict[str, Any] = {
        "kind": kind, "task": task.kind, "classes": None if task.classes is None else list(task.classes),
        "outputs": task.outputs, "examples": explored.has_data,
    }  # fmt: skip
    if task.kind == "numbers":
        found["typical"] = {"mean": list(task.mean), "std": list(task.std)}
    if isinstance(learn, TextClassifier):
        return found
    found["shape"] = list(learn.shape)
    if len(learn.shape) == 3:  # the last maps of a small picture have next to no places
        found["how"] = "occlusion" if max(learn.shape[1:]) <= SMALL else "grad_cam"
    if kind == "audio":
        found |= {"rate": learn.reading.mel.rate, "seconds": learn.reading.samples / learn.reading.mel.rate}
    if kind == "pictures":
        found["light_on_dark"] = _light_on_dark(explored)
    if kind == "numbers" and len(learn.shape) == 1:
        found["columns"] = _columns(explored)
    return found


def _light_on_dark(explored: Explored) -> bool:
    """Whether the data's grey pictures are light on a dark ground, as written digits are; True where nobody knows."""
    learn = explored.learn
    if learn.shape[0] != 1 or not explored.has_data:
        return True
    data = _with_data(explored)
    if data is None:
        return True
    x: Tensor = data.xs("train", list(range(min(64, len(data.train)))))
    edge = torch.cat([x[..., 0, :].flatten(), x[..., -1, :].flatten(), x[..., 0].flatten(), x[..., -1].flatten()])
    return bool(edge.mean() < x.new_tensor(0.5))


def _columns(explored: Explored) -> list[dict[str, float]] | None:
    """The least, middle and greatest value of each number in the training items; None where these can't be had."""
    data = _with_data(explored) if explored.has_data else None
    if data is None:
        return None
    x: Tensor = data.xs("train", list(range(min(2000, len(data.train)))))
    told = zip(x.amin(0).tolist(), x.median(0).values.tolist(), x.amax(0).tolist(), strict=True)
    return [{"least": least, "middle": middle, "most": most} for least, middle, most in told]


def _with_data(explored: Explored) -> Any:
    """The data, or None where they can't be had again."""
    if "deciding.data" not in explored.kept:
        try:
            found = explored.with_data().data
        except (MakebelieveError, OSError):
            found = None
        explored.kept["deciding.data"] = found
    return explored.kept["deciding.data"]


def _part(learn: Any) -> Part:
    return "valid" if learn.count("valid") else "train"


# ---------------------------------------------------------------- what is given


def _given(explored: Explored, request: dict[str, Any], files: Sequence[bytes]) -> tuple[Tensor, str, list[str]]:
    """What is to be recognised as the network gets it, (1, …), with what "covers" erases.

    And how Python writes one such item, with lines that come before.
    """
    learn = explored.learn
    kind = _kind(learn)
    if "example" in request:
        data = _data(explored)
        learn = explored.learn
        part = _part(learn)
        place = asked.whole(request, "example", 0, learn.count(part) - 1)
        x, told = data.xs(part, [place]), f"learn.data.xs({part!r}, [{place}])[0]"
    elif kind in OF_FILES:
        x = read_files(learn.reading, asked.files(files, 1, 1), LIMITS)
        told = repr(OF_FILES[kind])
    else:
        values = request.get("numbers")
        if not isinstance(values, list):
            raise asked.refused("numbers", "[…]", values)
        x, told = read_arrays(learn.reading, tuple(learn.shape), [values], LIMITS), repr(values)
    places = _places(x, request.get("covers") or [])
    if not places:
        return x, told, []
    item = told if "example" in request else f"learn.read({told})"
    lines = [
        f"x = {item}.clone()",
        "colour = x.mean((1, 2))[:, None, None]",
        f"for top, bottom, left, right in {places}:",
        "    x[:, top:bottom, left:right] = colour",
    ]
    return _covered(x, places), "x", lines


def _data(explored: Explored) -> Any:
    data = _with_data(explored)
    if data is None:
        explored.with_data()  # says why there are none
        raise DataError("recogniser.nothing_given")
    return data


def _covered(x: Tensor, places: list[list[int]]) -> Tensor:
    """x (1, c, h, w) with rectangles (top, bottom, left, right) in its mean colour."""
    x, colour = x.clone(), x.mean((2, 3)).view(-1, 1, 1)
    for top, bottom, left, right in places:
        x[0, :, top:bottom, left:right] = colour
    return x


def _places(x: Tensor, covers: Any) -> list[list[int]]:
    """Rectangles (left, top, width, height), shares of the sides of x, as (top, bottom, left, right) in pixels."""
    if not covers:
        return []
    if x.ndim != 4 or not isinstance(covers, list) or len(covers) > COVERS:
        raise asked.refused("covers", f"[[x, y, w, h], …] (≤ {COVERS})", covers)
    h, w = x.shape[-2:]
    found = []
    for cover in covers:
        left, top, wide, high = asked.numbers(cover, "covers", 4, size=2)
        edges = (top * h, (top + high) * h, left * w, (left + wide) * w)
        found.append([max(0, round(edge)) for edge in edges])
    return found


def _text(request: dict[str, Any]) -> str:
    """The text with a blank at its end, so that it is never taken for the path of a file."""
    return asked.text(request, "text", LONGEST) + " "


# ---------------------------------------------------------------- acts


def predict(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """What is recognised: of classes "bars" (name, share) in their order, of numbers "values"; and what was seen."""
    learn = explored.learn
    if isinstance(learn, TextClassifier):
        text = _text(request)
        lines: list[str] = []
        scores, told, seen = learn.scores([learn.read(text)])[0], repr(text), {}
        tokens, ids = learn.tokens, learn.read(text)
        if tokens.unknown is not None:
            seen = {"unknown": int((ids == tokens.unknown).sum()), "tokens": len(ids)}
    else:
        x, told, lines = _given(explored, request, files)
        learn = explored.learn
        scores, seen = learn.scores(x)[0], _seen(learn, x)
    code = code_of(explored, *lines, f"print(learn.predict({told}))", data="example" in request)
    return {**_said(learn, scores), **seen, "code": code}


def _said(learn: Any, scores: Tensor) -> dict[str, Any]:
    said = learn.task.prediction(scores, "")
    if learn.task.kind == "numbers":
        return {"values": scores.tolist(), "label": None}
    label = said.label if isinstance(said.label, str) else list(said.label)
    return {"bars": [[name, share] for name, share in said.probabilities.items()], "label": label}


def _seen(learn: Recogniser, x: Tensor) -> dict[str, Any]:
    """The picture that the network gets, where it is one."""
    return {} if x.ndim != 4 else {"picture": address(_visible(learn, x[0]))}


def _visible(learn: Recogniser, x: Tensor) -> Tensor:
    """x (c, h, w) as a picture: as it is, but from darkest to lightest where it holds no brightness."""
    picture = shown(x.float().cpu())
    if _kind(learn) in ("pictures", "traces", "binaries"):
        return picture
    low, high = picture.min(), picture.max()
    return (picture - low) / (high - low).clamp(min=1e-12)


def explain(explored: Explored, request: dict[str, Any], files: list[bytes]) -> dict[str, Any]:
    """What decided: of pictures "heat" (a picture to lay over) and "grid"; of texts "words"; of rows "columns".

    "target" names the class whose evidence it is; by default the one recognised.
    """
    learn = explored.learn
    if isinstance(learn, TextClassifier):
        text = _text(request)
        target = _target(learn, request)
        found = learn.explain(text, target=None if target is None else learn.classes[target])
        code = code_of(explored, f"print(learn.explain({text!r}, target={found.label!r}))")
        return {"label": found.label, "words": [[word, round(weight, 4)] for word, weight in found.words], "code": code}
    x, told, lines = _given(explored, request, files)
    learn = explored.learn
    scores = learn.scores(x)[0]
    target = _target(learn, request)
    place = int(scores.argmax()) if target is None else target
    label = learn.classes[place] if learn.classes is not None else str(place)
    head = {"label": label, "target": place}
    if x.ndim == 2:
        return {
            **head,
            "columns": _without_each(explored, x, place),
            "code": code_of(explored, f"print(learn.predict({told}))", data="example" in request),
        }
    if x.ndim != 4:
        raise DataError("data.not_pictures", shape=tuple(learn.shape))
    heat, how = _heat(learn, x, place, request)
    code = code_of(
        explored,
        *lines,
        f"learn.explain({told}, target={label if learn.classes is None else repr(label)}).save('decided.png')",
        data="example" in request,
    )
    return {**head, "heat": _tinted(heat), "grid": _grid(heat), "how": how, "code": code}


def _target(learn: Any, request: dict[str, Any]) -> int | None:
    if request.get("target") is None:
        return None
    if learn.classes is None:
        return asked.whole(request, "target", 0, learn.task.outputs - 1)
    return list(learn.classes).index(asked.choice(request, "target", learn.classes))


def _heat(learn: Recogniser, x: Tensor, place: int, request: dict[str, Any]) -> tuple[Tensor, str]:
    """(h, w) in [0, 1] and how it was found: by occlusion where it is asked for or the network has no convolution."""
    model, picture = learn.network("model"), x.to(learn.device)
    how = asked.choice(request, "how", ("grad_cam", "occlusion"), "grad_cam")
    if how == "grad_cam":
        try:
            return grad_cam(model, picture, place), how
        except OptionError:
            how = "occlusion"
    return occlusion(model, picture, place), how


def _tinted(heat: Tensor) -> str:
    """Heat (h, w) as a picture of one colour, opaque where it is greatest."""
    h, w = heat.shape
    pixels = np.empty((h, w, 4), np.uint8)
    pixels[..., :3] = HEAT
    pixels[..., 3] = (heat.clamp(0, 1) * 200).round().byte().numpy()
    return of_image(Image.fromarray(pixels))


def _grid(heat: Tensor) -> list[list[float]]:
    h, w = heat.shape
    pooled = F.adaptive_avg_pool2d(heat[None, None].float(), (min(GRID, h), min(GRID, w)))[0, 0]
    return [[round(one, 3) for one in row] for row in pooled.tolist()]


def _without_each(explored: Explored, x: Tensor, place: int) -> list[float]:
    """By how much the output falls when each number of x (1, k) is the middle of the training items instead."""
    columns = _columns(explored)
    if columns is None:
        raise DataError("recogniser.nothing_given")
    middle = torch.tensor([column["middle"] for column in columns])
    rows = torch.cat([x, torch.where(torch.eye(x.shape[1], dtype=torch.bool), middle, x)])
    scores = explored.learn.scores(rows)[:, place]
    return [round(one, 5) for one in (scores[0] - scores[1:]).tolist()]


def example(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """Item "n" of the validation data, counted round and round: what it is, and what it was called."""
    data = _data(explored)
    learn = explored.learn
    part = _part(learn)
    place = asked.whole(request, "n", 0, 2**31, 0) % learn.count(part)
    truth = learn.task.truth(learn.labels(part)[place])
    if isinstance(learn, TextClassifier):
        code = code_of(explored, f"learn.captioned({part!r}, [{place}])", data=True)
        return {"text": data.part(part).text(place), "truth": truth, "n": place, "code": code}
    x: Tensor = data.xs(part, [place])
    code = code_of(explored, f"x = learn.data.xs({part!r}, [{place}])", "print(learn.predict(x))", data=True)
    found = {"truth": truth, "n": place, "code": code, **_seen(learn, x)}
    return found if x.ndim == 4 else {**found, "numbers": x[0].tolist()}


ACTS: dict[str, Act] = {"predict": predict, "explain": explain, "example": example}
