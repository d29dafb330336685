"""Text, whole or as it is written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from makebelieve.messages import say
from makebelieve.serving.answers import Events, as_json
from makebelieve.serving.desk import Desk, form, of_json, typed
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.worker import Work

USUAL = 400  # tokens
TURN = 0.02  # seconds that one text is written before others have their turn
MOST_SEED = 2**63 - 1
EVENT = {  # the schema of one event
    "type": "object",
    "properties": {"event": {"enum": ["message", "end", "error"]}, "data": {"type": "string"}},
    "required": ["data"],
    "examples": [{"data": '{"text": "the "}'}],
}
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "data, end, error", "content": {"text/event-stream": {"schema": EVENT}}}
}


class Text(BaseModel):
    """What was written."""

    prompt: str
    text: str = Field(description="without the prompt")


def serves(learn: Any) -> bool:
    return hasattr(learn, "stream") and hasattr(learn, "generate")


def add(app: FastAPI, desk: Desk) -> None:
    limits, streams = desk.limits, Streams(desk.limits.streams)
    asks = form("Write", {
        "prompt": (str, Field("", max_length=20_000)),
        "n": (int, Field(min(USUAL, limits.length), ge=1, le=limits.length, examples=[100])),
        "temperature": (float, Field(0.5, ge=0, le=100)),
        "greedy": (bool, Field(False)),
        "top_k": (int | None, Field(None, ge=1, le=1_000_000)),
        "top_p": (float | None, Field(None, ge=1e-9, le=1)),
        "min_p": (float | None, Field(None, ge=0, le=1)),
        "repetition_penalty": (float, Field(1.0, ge=1, le=100)),
        "seed": (int | None, Field(None, ge=0, le=MOST_SEED)),
        "stop": (list[Annotated[str, Field(min_length=1, max_length=100)]], Field([], max_length=8)),
    })  # fmt: skip

    async def write(request: Request, asked: Any) -> Response:
        found = [piece async for piece in _pieces(desk, request, asked)]
        return as_json({"prompt": asked.prompt, "text": "".join(found)})

    async def write_stream(request: Request, asked: Any) -> Response:
        ended = streams.begin()
        try:
            pieces = _pieces(desk, request, asked)
            first = await anext(pieces, "")  # errors of the request come before the stream begins
        except BaseException:
            ended()
            raise
        return Events(_events(first, pieces, desk.limits.seconds), ended)

    body: Any = Annotated[asks, Body(examples=[{"prompt": "", "n": 100, "seed": 3}])]
    app.post("/write", summary=say("serving.write"), response_model=Text, dependencies=of_json)(
        typed(write, asked=body)
    )
    app.post(
        "/write/stream",
        summary=say("serving.write_stream"),
        response_class=Response,
        responses=EVENTS,
        dependencies=of_json,
    )(typed(write_stream, asked=body))


class Streams:
    """How many texts may be streamed at the same time."""

    def __init__(self, most: int) -> None:
        self.most, self.now = most, 0

    def begin(self) -> Callable[[], None]:
        """Counts one more; the function that is given back counts it out, once.

        Raises:
            RefusalError: there are as many as may be.
        """
        if self.now >= self.most:
            raise RefusalError(429, "serving.streams", most=self.most)
        self.now += 1
        ends = iter([None])

        def end() -> None:
            for _ in ends:
                self.now -= 1

        return end


async def _pieces(desk: Desk, request: Request, asked: Any) -> AsyncIterator[str]:
    """A text in turns: between them, others are served."""
    given = asked.model_dump()
    writing = await desk.ask(request, Work("write", None, 1, None, lambda _: [desk.learn.stream(**given)]))
    more = True
    while more:
        piece, more = await desk.ask(request, Work("write", None, 1, None, lambda _: [_turn(writing)]))
        yield piece


def _turn(writing: Iterator[str]) -> tuple[str, bool]:
    """What is written in one turn, and whether there is more."""
    found, end = "", time.monotonic() + TURN
    for piece in writing:
        found += piece
        if time.monotonic() > end:
            return found, True
    return found, False


async def _events(first: str, pieces: AsyncIterator[str], seconds: float) -> AsyncIterator[tuple[str, Any]]:
    end = asyncio.get_running_loop().time() + seconds
    try:
        yield "", {"text": first}
        async for piece in pieces:
            if asyncio.get_running_loop().time() > end:
                late = RefusalError(504, "serving.late", seconds=f"{seconds:g}")
                yield "error", {"key": late.key, "message": str(late)}
                return
            if piece:
                yield "", {"text": piece}
        yield "end", {}
    except RefusalError as error:  # too little memory, or the caller has left and nobody reads this
        yield "error", {"key": error.key, "message": str(error)}
