"""A picture made of another: in a style, enlarged, coloured, mended."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from fastapi import FastAPI, File, Query, Request, UploadFile
from PIL import Image
from pydantic import Field
from starlette.responses import Response

from makebelieve.data.decode import read_image
from makebelieve.data.load import UNREADABLE
from makebelieve.data.reading import named, why
from makebelieve.errors import DataError
from makebelieve.messages import say
from makebelieve.serving import answers
from makebelieve.serving.desk import Desk, form, of_form, typed
from makebelieve.serving.limits import Limits
from makebelieve.serving.uploads import check_picture, contents
from makebelieve.serving.worker import Work

VERBS = ("stylise", "translate")
OPTIONS: dict[str, Any] = {"saturation": (float, Field(1.0, ge=0, le=4))}


def serves(learn: Any) -> bool:
    return any(hasattr(learn, verb) for verb in VERBS)


def add(app: FastAPI, desk: Desk) -> None:
    for verb in VERBS:
        if hasattr(desk.learn, verb):
            _add(app, desk, verb)


def _add(app: FastAPI, desk: Desk, verb: str) -> None:
    learn = desk.learn
    factor = int(getattr(getattr(learn, "task", None), "factor", 1))  # sides of the output over those of the input
    takes = inspect.signature(getattr(learn, verb)).parameters
    options = {name: field for name, field in OPTIONS.items() if name in takes}
    asks = form(verb.title(), {**options, "format": (answers.Form, Field("png"))})

    async def run(request: Request, file: Any, asked: Any) -> Response:
        (content,) = await contents([file])
        picture = await desk.read(_decoded, content, desk.limits, factor)
        given = {name: getattr(asked, name) for name in options}
        work = Work(verb, None, 1, None, lambda _: [getattr(learn, verb)(picture, **given)])
        return await desk.read(answers.as_pictures, await desk.ask(request, work), asked.format, desk.limits)

    told = {"stylise": "serving.stylise", "translate": "serving.translate"}
    app.post(
        f"/{verb}",
        summary=say(told[verb]),
        operation_id=verb,
        response_class=Response,
        responses=answers.PICTURES,
        dependencies=of_form,
    )(typed(run, file=Annotated[UploadFile, File()], asked=Annotated[asks, Query()]))


def _decoded(content: bytes, limits: Limits, factor: int) -> Image.Image:
    """A picture of any size, RGB and upright."""
    check_picture(content, limits, factor=factor)
    try:
        return read_image(content, None, 3)
    except UNREADABLE as error:
        raise DataError("data.unreadable", name=named(content), why=why(error)) from error
