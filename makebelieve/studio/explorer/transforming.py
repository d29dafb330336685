"""Acts of systems that make one picture of another: translators, stylizers, and autoencoders that clean."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from makebelieve.art.reading import bounded, read_picture, resized
from makebelieve.data.decode import fit_tensor
from makebelieve.errors import OptionError
from makebelieve.evaluate.quality import psnr
from makebelieve.explain.pictures import shown
from makebelieve.serving.uploads import check_picture
from makebelieve.studio.explorer.asked import files, number, whole, yes
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import LIMITS, address, uploaded
from makebelieve.studio.explorer.views import data_lines, items_of
from makebelieve.systems.autoencoder import AutoencoderLearner
from makebelieve.systems.stylizer import Stylizer
from makebelieve.systems.translator import Translator

USUAL, LARGEST = 512, 1536  # pixels of the longer side of what is given, and at most
SCRATCHED = 256  # pixels of the longer side of a picture to scratch


def serves(learn: Any) -> bool:
    """Translators, stylizers and autoencoders."""
    return isinstance(learn, Translator | Stylizer | AutoencoderLearner)


def facts(explored: Explored) -> dict[str, Any]:
    """What the run makes of a picture."""
    learn = explored.learn
    told: dict[str, Any] = {"has_data": explored.has_data, "shape": list(getattr(learn, "shape", ()))}
    if isinstance(learn, Translator):
        told |= {"task": learn.task.name, "factor": learn.task.factor, "given": learn.task.given}
        told["spoils"] = learn.task.name != "pairs"
    if isinstance(learn, Stylizer):
        told["style"] = address(learn.style.tensor[0], learn.style.made)
    if isinstance(learn, AutoencoderLearner):
        told["cleans"] = bool(learn.noise)
    return {"transforming": told}


def translate(explored: Explored, request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """A picture, or {"item"} of the data, with {"size", "saturation", "spoil"} → without a network, and by it."""
    learn = _translator(explored)
    saturation = number(request, "saturation", 0, 4, 1.0)
    size, spoil = _size(request), yes(request, "spoil")
    if given:
        x, truth = _opened(files(given, 1, 1)[0], size), None
        if spoil:
            x, truth = learn.pairs_of(fit_tensor(x, None, learn.task.made), 0)
        else:
            x = learn.task.accept(fit_tensor(x, None, learn.task.read))
        lines = [
            "from makebelieve.art.reading import read_picture",
            f'x = read_picture("photo.jpg", {size}).unsqueeze(0)',
            f"made = learn.translate({'learn.spoil(x)' if spoil else 'x'}{_saturated(saturation)})",
            'made.save("made.png")',
        ]
    else:
        item, part, data = _item(explored, request)
        x, truth = learn.pairs_of(data, 0)
        lines = [
            f"x = learn.data.xs({part!r}, [{item}])",
            f"made = learn.translate(learn.spoil(x){_saturated(saturation)})",
            'made.save("made.png")',
        ]
    before = learn.task.plain(x)
    began = time.perf_counter()
    after = learn.make(x, saturation=saturation)
    told: dict[str, Any] = {"seconds": time.perf_counter() - began, "truth": None, "psnr": None}
    if truth is not None and truth.shape == after.shape:
        told["truth"] = address(shown(truth)[0])
        told["psnr"] = [float(psnr(one, truth)) for one in (before.clamp(0, 1), after)]
    pictures = {
        "before": address(shown(before)[0].clamp(0, 1)),
        "after": address(shown(after)[0], learn.made("translate")),
    }
    return {**told, **pictures, "side": list(after.shape[-2:]), "code": code_of(explored, *lines, data=not given)}


def stylise(explored: Explored, request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """A picture, or {"item"} of the data, with {"size"} → as it is, and painted."""
    learn = explored.learn
    if not isinstance(learn, Stylizer):
        raise OptionError("studio.not_for", act="stylise", system=explored.system)
    size = _size(request)
    if given:
        x = _opened(files(given, 1, 1)[0], size)
        lines = [f'painted = learn.stylise("photo.jpg", size={size})', 'painted.save("painted.png")']
    else:
        item, part, data = _item(explored, request)
        x = fit_tensor(data, None, 3)
        lines, name = data_lines(explored)
        lines += [f"painted = learn.stylise({name}.xs({part!r}, [{item}]))", 'painted.save("painted.png")']
    began = time.perf_counter()
    painted = learn.stylise(x)
    figures = {"seconds": time.perf_counter() - began, "before": address(x[0]), "truth": None, "psnr": None}
    after = {"after": address(painted.tensor[0], painted.made), "side": list(painted.tensor.shape[-2:])}
    return {**figures, **after, "code": code_of(explored, *lines)}


def example(explored: Explored, request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """A picture, or {"item"} of the data → the clean picture to scratch, as the network takes it."""
    learn = explored.learn
    if isinstance(learn, Translator):
        x = _opened(files(given, 1, 1)[0], SCRATCHED) if given else _item(explored, request)[2]
        x = fit_tensor(x, None, learn.task.made)
        x = resized(x[0], bounded((x.shape[-2], x.shape[-1]), SCRATCHED))[None]
    elif isinstance(learn, AutoencoderLearner):
        x = uploaded(files(given, 1, 1), learn.shape) if given else _item(explored, request)[2]
    else:
        raise OptionError("studio.not_for", act="example", system=explored.system)
    found = items_of(explored)
    count = 0 if found is None else found[0].count(found[1])
    return {"picture": address(shown(x)[0]), "side": list(x.shape[-2:]), "items": count, "code": ""}


def clean(explored: Explored, _request: dict[str, Any], given: list[bytes]) -> dict[str, Any]:
    """A scratched picture → cleaned."""
    learn = explored.learn
    file = files(given, 1, 1)
    if isinstance(learn, AutoencoderLearner):
        found = learn.reconstruct(uploaded(file, learn.shape))
        lines = [
            f"x = mb.images(['scratched.png'], size={tuple(learn.shape[1:])}, channels={learn.shape[0]}).train.x",
            f"learn.{'denoise' if learn.noise else 'reconstruct'}(x).save('cleaned.png')",
        ]
        return {"picture": address(shown(found.tensor)[0]), "code": code_of(explored, *lines)}
    learn = _translator(explored)
    x = learn.task.accept(fit_tensor(_opened(file[0], SCRATCHED), None, learn.task.read))
    code = code_of(explored, 'learn.translate("scratched.png", "cleaned.png")')
    return {"picture": address(shown(learn.make(x))[0]), "code": code}


ACTS: dict[str, Act] = {"translate": translate, "stylise": stylise, "example": example, "clean": clean}


def _translator(explored: Explored) -> Translator:
    learn = explored.learn
    if not isinstance(learn, Translator):
        raise OptionError("studio.not_for", act="translate", system=explored.system)
    return learn


def _size(request: Mapping[str, Any]) -> int:
    return whole(request, "size", 16, LARGEST, USUAL)


def _saturated(saturation: float) -> str:
    return "" if saturation == 1 else f", saturation={saturation:g}"


def _opened(file: bytes, size: int) -> Tensor:
    """An upload as (1, 3, h, w) in [0, 1], its longer side `size` at most."""
    check_picture(file, LIMITS)
    return read_picture(file, size).unsqueeze(0)


def _item(explored: Explored, request: Mapping[str, Any]) -> tuple[int, str, Tensor]:
    """An item of the run's data: its place, the part, and x (1, c, h, w).

    Raises:
        OptionError: the run's data can't be had.
    """
    found = items_of(explored)
    if found is None:
        raise OptionError("studio.no_items", run=explored.run.name)
    data, part = found
    item = whole(request, "item", 0, 2**31 - 1, 0) % data.count(part)  # after the last comes the first
    return item, part, torch.as_tensor(data.xs(part, [item]))
