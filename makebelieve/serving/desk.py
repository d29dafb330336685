"""What routes share: the learner, the limits, the way to the networks, and forms whose fields depend on the learner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model, model_validator
from pydantic_core import PydanticCustomError

from makebelieve.serving.limits import Limits
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.worker import Work, Worker

READERS = 2
FIELDS = 100  # named in a form: pydantic would list every one that is unknown
JSON, FORM = "application/json", "multipart/form-data"

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Desk:
    """Where requests are taken.

    Attributes:
        learn: the learner.
        limits: of requests.
        worker: the thread that owns its networks.
        readers: threads that decode and encode.
    """

    learn: Any
    limits: Limits
    worker: Worker
    readers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(READERS, "makebelieve-reading"))

    async def ask(self, request: Request, work: Work) -> Any:
        """The result of work; given up when the caller leaves.

        Raises:
            RefusalError: the caller has left.
        """
        job = self.worker.put(work)
        gone = asyncio.ensure_future(_left(request))
        try:
            await asyncio.wait({job.future, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not job.future.done():
                raise RefusalError(499, "serving.gone")
            return job.future.result()
        finally:
            job.dropped = True
            if job.future.done():
                job.future.exception()  # else asyncio would complain that nobody has looked
            gone.cancel()

    async def read(self, function: Callable[..., _T], *given: Any) -> _T:
        """`function(*given)` in a thread, for what would hold up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, partial(function, *given))


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def at_most(most: int) -> BeforeValidator:
    """Refuses longer lists and objects as they come: each of their parts that is wrong would be told by itself."""

    def check(given: Any) -> Any:
        if isinstance(given, list | dict) and len(given) > most:
            raise PydanticCustomError("too_many", "at most {most} are taken, not {n}", {"most": most, "n": len(given)})
        return given

    return BeforeValidator(check)


class Form(BaseModel):
    """What it does not know is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _few(cls, given: Any) -> Any:
        return at_most(FIELDS).func(given)  # type: ignore[call-arg]


def form(name: str, fields: dict[str, Any]) -> type[BaseModel]:
    """A form whose fields depend on the learner and the limits."""
    found: type[BaseModel] = create_model(name, __base__=Form, **fields)
    return found


def typed(function: Callable[..., Any], **types: Any) -> Callable[..., Any]:
    """The function with these annotations: FastAPI reads them, and these types exist only once the learner is known."""
    function.__annotations__ |= types
    return function


def _of_type(expected: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    async def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given != expected:
            raise RefusalError(415, "serving.type", given=given[:100] or "-", expected=expected)

    return check


of_json, of_form = [Depends(_of_type(JSON))], [Depends(_of_type(FORM))]  # what bodies of a route must be
