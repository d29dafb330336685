"""One learner's application: the routes of all its verbs behind one gate."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import torch
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import Response
from starlette.routing import Route

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.serving.answers import PictureArrays, as_json
from makebelieve.serving.desk import Desk
from makebelieve.serving.gate import Gate
from makebelieve.serving.limits import Limits
from makebelieve.serving.metrics import TYPE, Metrics
from makebelieve.serving.refusals import add_handlers, answer, documented
from makebelieve.serving.routes import (
    calling,
    coding,
    forecasting,
    generating,
    predicting,
    recommending,
    transforming,
    writing,
)
from makebelieve.serving.worker import Worker

ROUTES = (predicting, calling, generating, coding, recommending, forecasting, writing, transforming)


class Health(BaseModel):
    """That the process answers."""

    status: str


class Told(BaseModel):
    """What is served."""

    system: str
    step: int
    shape: list[int] | None
    classes: list[str] | None
    routes: list[str]


def build(learn: Any, limits: Limits, *, token: str | None, hosts: Sequence[str] | None) -> FastAPI:
    """See `makebelieve.serving.application`."""
    served = [module for module in ROUTES if module.serves(learn)]
    if not served:
        raise OptionError("serving.no_verb", system=learn.name)
    metrics = Metrics()
    worker = Worker(limits, metrics, partial(_warm, learn))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        worker.stop()

    app = FastAPI(
        title=say("serving.title", system=learn.name),
        version=str(learn.step),
        lifespan=lifespan,
        docs_url=None,  # these pages would load programs from elsewhere
        redoc_url=None,
        responses=documented(token=token is not None),
    )
    add_handlers(app)
    app.add_middleware(Gate, limits=limits, metrics=metrics, token=token, hosts=hosts)
    desk = Desk(learn, limits, worker)
    for module in served:
        module.add(app, desk)
    _add_common(app, learn, worker, metrics)
    _complete_schema(app, token=token is not None)
    app.state.metrics = metrics
    return app


def _add_common(app: FastAPI, learn: Any, worker: Worker, metrics: Metrics) -> None:
    async def health() -> Response:
        return as_json({"status": "ok"})

    async def ready() -> Response:
        if not worker.ready:
            return answer(503, "serving.not_ready", say("serving.not_ready"))
        return as_json({"status": "ready"})

    async def told() -> Response:
        shape, classes = getattr(learn, "shape", None), getattr(learn, "classes", None)
        return as_json({
            "system": learn.name,
            "step": learn.step,
            "shape": None if shape is None else list(shape),
            "classes": None if classes is None else list(classes),
            "routes": sorted({route.path for route in app.routes if isinstance(route, Route)}),
        })  # fmt: skip

    async def prometheus() -> Response:
        return Response(metrics.text(), media_type=TYPE)

    text: dict[int | str, dict[str, Any]] = {200: {"content": {TYPE: {"schema": {"type": "string"}}}}}
    app.get("/health", summary=say("serving.health"), response_model=Health)(health)
    app.get("/ready", summary=say("serving.ready"), response_model=Health)(ready)
    app.get("/model", summary=say("serving.model"), response_model=Told)(told)
    app.get("/metrics", summary=say("serving.metrics"), response_class=Response, responses=text)(prometheus)


def _complete_schema(app: FastAPI, *, token: bool) -> None:
    """What FastAPI can't see: the form of pictures as numbers, and that a token is asked for in front of all routes."""
    schema = app.openapi()
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["PictureArrays"] = PictureArrays.model_json_schema()
    if token:
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        for path in ("/health", "/ready"):
            schema["paths"][path]["get"]["security"] = []


def _warm(learn: Any) -> None:
    """One small pass, so that the first caller does not wait for what torch sets up."""
    shape = getattr(learn, "shape", None)
    if generating.serves(learn):
        learn.generate(generating.LEAST, seed=0)
    elif hasattr(learn, "predict_each") and shape is not None and math.prod(shape) > 0:
        learn.scores(torch.zeros(1, *shape))
