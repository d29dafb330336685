"""What class an item is of, or what numbers belong to it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Annotated, Any

import torch
from fastapi import Body, FastAPI, File, Request, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response
from torch import Tensor

from makebelieve.data.reading import PictureReading, Reading
from makebelieve.data.text_files import sound, tidy
from makebelieve.errors import DataError
from makebelieve.messages import say
from makebelieve.serving.answers import as_json
from makebelieve.serving.desk import Desk, form, of_form, of_json, typed
from makebelieve.serving.limits import Limits
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.uploads import contents, read_arrays, read_files
from makebelieve.serving.worker import Work
from makebelieve.systems.gan.learner import GanLearner

OF_FILES = ("pictures", "audio", "binaries")
ALONE = 4096  # tokens of a text
OF_ARRAYS = ("pictures", "numbers", "series", "traces")


class Said(BaseModel):
    """What is said of one item."""

    label: str | float | list[str] | list[float | None] | None
    probability: float | None = None
    probabilities: dict[str, float | None] = Field(default_factory=dict)


class Predictions(BaseModel):
    """What is said of all items, in their order."""

    predictions: list[Said]


def serves(learn: Any) -> bool:
    return hasattr(learn, "predict_each") or (isinstance(learn, GanLearner) and learn.told_apart is not None)


def add(app: FastAPI, desk: Desk) -> None:
    learn = desk.learn
    if hasattr(learn, "tokens"):
        _add_texts(app, desk)
        return
    reading: Reading | None = PictureReading(learn.shape[1:], learn.shape[0]) if _is_gan(learn) else learn.reading
    kind = None if reading is None else reading.kind
    if reading is not None and kind in OF_FILES:
        _add_files(app, desk, reading)
    if kind is None or kind in OF_ARRAYS:
        _add_arrays(app, desk, reading, "/predict/array" if kind in OF_FILES else "/predict")


def _is_gan(learn: Any) -> bool:
    return isinstance(learn, GanLearner)


def _add_files(app: FastAPI, desk: Desk, reading: Reading) -> None:
    async def predict(request: Request, files: Any) -> Response:
        content = await contents(files)
        return await _answer(desk, request, await desk.read(read_files, reading, content, desk.limits))

    files = Annotated[list[UploadFile], File(min_length=1, max_length=desk.limits.items)]
    app.post(
        "/predict",
        summary=say("serving.predict_files", kind=reading.kind),
        response_model=Predictions,
        dependencies=of_form,
    )(typed(predict, files=files))


def _add_arrays(app: FastAPI, desk: Desk, reading: Reading | None, path: str) -> None:
    shape = tuple(desk.learn.shape)
    example = torch.zeros(shape).tolist() if len(shape) == 1 and shape[0] <= 16 else [[0, 0], [0, 0]]
    items = (list[list[Any]], Field(min_length=1, max_length=desk.limits.items, examples=[[example]]))
    asks = form("PredictArrays", {"items": items})

    async def predict_array(request: Request, asked: Any) -> Response:
        x = await desk.read(read_arrays, reading, shape, asked.items, desk.limits)
        return await _answer(desk, request, x)

    app.post(path, summary=say("serving.predict_arrays"), response_model=Predictions, dependencies=of_json)(
        typed(predict_array, asked=Annotated[asks, Body()])
    )


def _add_texts(app: FastAPI, desk: Desk) -> None:
    texts = (list[str], Field(min_length=1, max_length=desk.limits.items, examples=[["a fine film"]]))
    asks = form("PredictTexts", {"texts": texts})

    async def predict_texts(request: Request, asked: Any) -> Response:
        ids = await desk.read(_encoded, desk.learn.reading, asked.texts, desk.limits)
        return await _answer(desk, request, ids)

    app.post("/predict", summary=say("serving.predict_texts"), response_model=Predictions, dependencies=of_json)(
        typed(predict_texts, asked=Annotated[asks, Body()])
    )


def _encoded(reading: Any, texts: Sequence[str], limits: Limits) -> list[Tensor]:
    """As the reading itself does it, save that a text is never taken for the name of a file.

    Raises:
        RefusalError: 413 for more tokens than go through the networks, shorter texts being padded to the longest.
    """
    found = []
    for given in texts:
        text = tidy(given, breaks=reading.breaks)
        if not text:
            raise DataError("text.empty", given=given[:20])
        found.append(reading.tokens.encode(sound(text))[: reading.length])
    count = len(found) * max(map(len, found))
    if count > limits.tokens:
        raise RefusalError(413, "serving.tokens", n=count, limit=limits.tokens)
    return found


async def _answer(desk: Desk, request: Request, x: Any) -> Response:
    learn = desk.learn
    key = ("predict", tuple(x.shape[1:])) if isinstance(x, Tensor) else _alike(x)
    scores = await desk.ask(request, Work("predict", key, len(x), x, partial(_scored, learn)))
    return await desk.read(_said, learn, scores)


def _alike(ids: list[Tensor]) -> Hashable | None:
    """Texts go with those of at most twice their length, as all are padded to the longest, and long ones alone."""
    longest = max(map(len, ids))
    return None if longest > ALONE else ("predict", longest.bit_length())


def _scored(learn: Any, payloads: list[Any]) -> Sequence[Tensor]:
    whole = isinstance(payloads[0], Tensor)
    together: Any = torch.cat(payloads) if whole else [one for part in payloads for one in part]
    scores: Tensor = learn.predict(together).probabilities if _is_gan(learn) else learn.scores(together)
    return torch.split(scores, [len(part) for part in payloads])


def _said(learn: Any, scores: Tensor) -> Response:
    if _is_gan(learn):
        names = learn.told_apart
        found = [
            {"label": names[int(row.argmax())], "probability": float(row.max()),
             "probabilities": dict(zip(names, row.tolist(), strict=True))}
            for row in scores
        ]  # fmt: skip
    else:
        found = [learn.task.prediction(row, "").state() for row in scores]
    return as_json({"predictions": [{name: one[name] for name in Said.model_fields} for one in found]})
