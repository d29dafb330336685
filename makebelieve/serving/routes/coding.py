"""Pictures to z, by way of z and back, and noisy ones cleaned."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Annotated, Any

import torch
from fastapi import FastAPI, File, Query, Request, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response
from torch import Tensor

from makebelieve.data.reading import PictureReading
from makebelieve.messages import say
from makebelieve.pictures import Pictures
from makebelieve.serving import answers
from makebelieve.serving.desk import Desk, form, of_form, typed
from makebelieve.serving.routes.generating import add_decode, label_field
from makebelieve.serving.uploads import contents, read_files
from makebelieve.serving.worker import Work

VERBS = ("encode", "reconstruct", "denoise")
NOISE = 0.55


class Codes(BaseModel):
    """Points z."""

    shape: list[int] = Field(examples=[[1, 2]])
    z: list[Any]


def serves(learn: Any) -> bool:
    return bool(_verbs(learn))


def _verbs(learn: Any) -> list[str]:
    """What it can do; an autoencoder that was trained without noise does not clean."""
    return [
        verb for verb in VERBS if hasattr(learn, verb) and not (verb == "denoise" and getattr(learn, "noise", 1) == 0)
    ]


def add(app: FastAPI, desk: Desk) -> None:
    for verb in _verbs(desk.learn):
        _add_verb(app, desk, verb)
    if hasattr(desk.learn, "encode") and hasattr(desk.learn, "decode"):
        add_decode(app, desk)


def _add_verb(app: FastAPI, desk: Desk, verb: str) -> None:
    learn = desk.learn
    takes, reading = inspect.signature(getattr(learn, verb)).parameters, PictureReading(learn.shape[1:], learn.shape[0])
    fields = label_field(learn) if "label" in takes else {}
    if "noise" in takes:
        fields["noise"] = (float, Field(NOISE, gt=0, le=100))
    if verb != "encode":
        fields["format"] = (answers.Form, Field("png"))
    asks = form(verb.title(), fields)
    told = {"encode": "serving.encode", "reconstruct": "serving.reconstruct", "denoise": "serving.denoise"}

    async def run(request: Request, files: Any, asked: Any) -> Response:
        x = await desk.read(read_files, reading, await contents(files), desk.limits)
        options = {name: getattr(asked, name) for name in fields if name not in ("label", "format")}
        label, work = getattr(asked, "label", None), partial(_done, learn, verb, options)
        key = (verb, label is None, *options.values())
        found = await desk.ask(request, Work(verb, key, len(x), (x, label), work))
        if verb == "encode":
            return await desk.read(_codes, found)
        made = Pictures(found, made=learn.made(verb, changed=True, **options))
        return await desk.read(answers.as_pictures, made, asked.format, desk.limits)

    files = Annotated[list[UploadFile], File(min_length=1, max_length=min(desk.limits.items, desk.limits.n))]
    documented: dict[str, Any] = (
        {"response_model": Codes} if verb == "encode" else {"response_class": Response, "responses": answers.PICTURES}
    )
    app.post(f"/{verb}", summary=say(told[verb]), operation_id=verb, dependencies=of_form, **documented)(
        typed(run, files=files, asked=Annotated[asks, Query()])
    )


def _done(learn: Any, verb: str, options: dict[str, Any], payloads: list[tuple[Tensor, str | None]]) -> list[Tensor]:
    """Pictures of requests that all name a label or all do not, through one call of the verb."""
    labels = [label for x, label in payloads for _ in x]
    named = {"label": labels} if labels[0] is not None else {}
    made = getattr(learn, verb)(torch.cat([x for x, _ in payloads]), **named, **options)
    tensor: Tensor = made.tensor if isinstance(made, Pictures) else made
    return list(torch.split(tensor, [len(x) for x, _ in payloads]))


def _codes(z: Tensor) -> Response:
    return answers.as_json({"shape": list(z.shape), "z": answers.listed(z)})
