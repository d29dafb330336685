"""New pictures, and pictures of points z."""

from __future__ import annotations

import inspect
import secrets
from functools import partial
from typing import Annotated, Any

import torch
from fastapi import Body, FastAPI, Query, Request
from pydantic import Field
from starlette.responses import Response
from torch import Tensor

from makebelieve.latent.labels import class_indices, class_names
from makebelieve.latent.laws import gaussian, points
from makebelieve.messages import say
from makebelieve.pictures import Pictures
from makebelieve.serving import answers
from makebelieve.serving.desk import Desk, form, of_json, typed
from makebelieve.serving.uploads import numbers
from makebelieve.serving.worker import Work
from makebelieve.systems.diffusion.learner import DiffusionLearner
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.systems.vae.learner import VaeLearner

USUAL = 16  # pictures
LEAST = 4  # rows: below it, kernels on a CPU add up in another order, and pictures would depend on their company
MOST_STEPS = 100
MOST_SEED = 2**63 - 1
OPTIONS: dict[str, Any] = {
    "truncation": (float | None, Field(None, gt=0, le=100, examples=[0.7])),
    "steps": (int, Field(8, ge=1, le=MOST_STEPS)),
    "guidance": (float, Field(1.0, ge=0, le=100)),
}


def serves(learn: Any) -> bool:
    return isinstance(learn, GanLearner | VaeLearner | DiffusionLearner)


def add(app: FastAPI, desk: Desk) -> None:
    learn, limits = desk.learn, desk.limits
    takes = inspect.signature(learn.generate).parameters
    options = {name: field for name, field in OPTIONS.items() if name in takes}
    asks = form("Generate", {
        "n": (int, Field(min(USUAL, limits.n), ge=1, le=limits.n)),
        "seed": (int | None, Field(None, ge=0, le=MOST_SEED, examples=[3])),
        **label_field(learn),
        **options,
        "format": (answers.Form, Field("png")),
    })  # fmt: skip

    async def generate(request: Request, asked: Any) -> Response:
        seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
        chosen = {name: getattr(asked, name) for name in options}
        payload = (asked.n, seed, getattr(asked, "label", None))
        run = partial(generated, learn, chosen)
        work = Work("generate", ("generate", *chosen.values()), asked.n, payload, run)
        pictures = await desk.ask(request, work)
        return await desk.read(answers.as_pictures, pictures, asked.format, limits, {answers.SEED: str(seed)})

    app.get("/generate", summary=say("serving.generate"), response_class=Response, responses=answers.PICTURES)(
        typed(generate, asked=Annotated[asks, Query()])
    )


def generated(learn: Any, chosen: dict[str, Any], payloads: list[tuple[int, int, str | None]]) -> list[Pictures]:
    """Pictures for each (n, seed, label), of one pass through the network; noise is drawn for each by itself."""
    rest = dict(chosen)
    truncation = rest.pop("truncation", None)
    z = torch.cat([_points(learn, n, seed, truncation) for n, seed, _ in payloads])
    labels = [class_indices(label, n, learn.classes, learn.device) for n, _, label in payloads]
    y = None if learn.classes is None else torch.cat([one for one in labels if one is not None])
    x = _decoded(learn, _filled(z), None if y is None else _filled(y), rest)
    parts = torch.split(x[: len(z)], [n for n, _, _ in payloads])
    return [
        Pictures(part, class_names(one, learn.classes), made=learn.made("generate", seed=seed, label=label, **chosen))
        for part, one, (_, seed, label) in zip(parts, labels, payloads, strict=True)
    ]


def _points(learn: Any, n: int, seed: int, truncation: float | None) -> Tensor:
    """The points that `learn.generate(n, seed=seed)` begins with."""
    if isinstance(learn, DiffusionLearner):
        return learn.noises(n, seed)
    if isinstance(learn, GanLearner):
        return learn.latents(n, seed, truncation)
    return points(gaussian(learn.latent), n, seed, device=learn.device, truncation=truncation)


def _decoded(learn: Any, z: Tensor, y: Tensor | None, options: dict[str, Any]) -> Tensor:
    if isinstance(learn, VaeLearner):
        return learn.decode(z, label=class_names(y, learn.classes))
    found: Tensor = learn.decode(z, y, **options)
    return found


def _filled(rows: Tensor) -> Tensor:
    """(n, …) with copies of the first row after it, up to `LEAST`."""
    missing = LEAST - len(rows)
    return rows if missing <= 0 else torch.cat([rows, rows[:1].expand(missing, *rows.shape[1:])])


def label_field(learn: Any) -> dict[str, Any]:
    """The field of a label, where the learner takes one."""
    classes = getattr(learn, "classes", None)
    return {} if classes is None else {"label": (str | None, Field(None, max_length=200, examples=[classes[0]]))}


def add_decode(app: FastAPI, desk: Desk) -> None:
    """`/decode`, for learners with an encoder."""
    learn, limits = desk.learn, desk.limits
    shape = tuple(getattr(learn, "code", None) or (learn.latent,))
    asks = form("Decode", {
        "z": (list[Any], Field(min_length=1, max_length=limits.n, examples=[torch.zeros(1, *shape).tolist()])),
        **label_field(learn),
        "format": (answers.Form, Field("png")),
    })  # fmt: skip

    async def decode(request: Request, asked: Any) -> Response:
        z = torch.from_numpy(numbers(asked.z).astype("float32"))
        work = Work(
            "decode", ("decode", z.shape[1:]), len(z), (z, getattr(asked, "label", None)), partial(_made, learn)
        )
        return await desk.read(answers.as_pictures, await desk.ask(request, work), asked.format, limits)

    app.post(
        "/decode",
        summary=say("serving.decode"),
        response_class=Response,
        responses=answers.PICTURES,
        dependencies=of_json,
    )(typed(decode, asked=Annotated[asks, Body()]))


def _made(learn: Any, payloads: list[tuple[Tensor, str | None]]) -> list[Pictures]:
    classes, sizes = getattr(learn, "classes", None), [len(z) for z, _ in payloads]
    z = _filled(torch.cat([one for one, _ in payloads]))
    labels = [class_indices(label, len(one), classes) for one, label in payloads]
    named = [one for one in labels if one is not None]
    made = learn.decode(z, label=class_names(_filled(torch.cat(named)), classes)) if named else learn.decode(z)
    x: Tensor = made.tensor if isinstance(made, Pictures) else made
    return [
        Pictures(part, class_names(one, classes), made=learn.made("decode"))
        for part, one in zip(torch.split(x[: sum(sizes)], sizes), labels, strict=True)
    ]
