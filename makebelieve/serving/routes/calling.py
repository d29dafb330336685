"""A network of the program's own: numbers in, numbers out."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import torch
from fastapi import Body, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response
from torch import Tensor

from makebelieve.messages import say
from makebelieve.serving.answers import as_json, listed
from makebelieve.serving.desk import Desk, form, of_json, typed
from makebelieve.serving.uploads import numbers
from makebelieve.serving.worker import Work
from makebelieve.systems.own.learner import SupervisedLearner


class Outputs(BaseModel):
    """What the network gives, rows in the order of those given; several outputs as a list, or by name."""

    y: list[Any] | dict[str, list[Any]]


def serves(learn: Any) -> bool:
    return isinstance(learn, SupervisedLearner)


def add(app: FastAPI, desk: Desk) -> None:
    most = desk.limits.items
    rows = Annotated[list[Any], Field(min_length=1, max_length=most)]
    x = (rows | dict[str, rows], Field(examples=[[[0.0, 1.0]]]))
    asks = form("Call", {"x": x})

    async def predict(request: Request, asked: Any) -> Response:
        given = await desk.read(_tensors, asked.x)
        work = Work("predict", None, 1, None, lambda _: [desk.learn.predict(given)])
        return await desk.read(_told, await desk.ask(request, work))

    app.post("/predict", summary=say("serving.call"), response_model=Outputs, dependencies=of_json)(
        typed(predict, asked=Annotated[asks, Body()])
    )


def _tensors(x: list[Any] | dict[str, list[Any]]) -> Tensor | dict[str, Tensor]:
    """Whole numbers stay such, so that they may be tokens or classes; others become float32."""
    if isinstance(x, dict):
        return {name: _tensor(values) for name, values in x.items()}
    return _tensor(x)


def _tensor(values: list[Any]) -> Tensor:
    array = numbers(values)
    return torch.from_numpy(array.astype(np.int64 if array.dtype.kind in "bi" else np.float32))


def _told(found: Any) -> Response:
    if isinstance(found, dict):
        return as_json({"y": {name: listed(tensor) for name, tensor in found.items()}})
    return as_json({"y": listed(found) if isinstance(found, Tensor) else [listed(one) for one in found]})
