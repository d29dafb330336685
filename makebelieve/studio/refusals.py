"""What is answered where a request can't be: a status, a key, figures; the page makes the sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from makebelieve.errors import MakebelieveError, MissingExtraError
from makebelieve.messages import say

log = logging.getLogger(__name__)


class Refusal(MakebelieveError):  # noqa: N818 - what it is; the room of HTTP calls them so
    """A request that is not done.

    Args:
        status: of HTTP.
        key: of the sentence.
        values: what it restates.
    """

    def __init__(self, status: int, key: str, /, **values: Any) -> None:
        super().__init__(key, **values)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return _refusal, (self.status, self.key, self.values)


def _refusal(status: int, key: str, values: dict[str, Any]) -> Refusal:
    return Refusal(status, key, **values)


def problem(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal as JSON: {"error": {"key", "values"}}."""
    return {"error": {"key": key, "values": json.loads(json.dumps(dict(values), default=str))}}


def answer(status: int, key: str, /, **values: Any) -> JSONResponse:
    """A refusal as it is sent."""
    return JSONResponse(problem(key, values), status)


def refused(error: MakebelieveError) -> JSONResponse:
    """The answer to an error of the library: what was given is at fault, unless it says otherwise."""
    status = error.status if isinstance(error, Refusal) else 503 if isinstance(error, MissingExtraError) else 422
    return JSONResponse(problem(error.key, error.values), status)


def add_handlers(app: FastAPI) -> None:
    """Makes every error of an application such an answer."""
    app.add_exception_handler(MakebelieveError, _of_library)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_anything)


async def _of_library(_request: Request, error: Exception) -> Response:
    return refused(cast(MakebelieveError, error))


async def _of_validation(_request: Request, error: Exception) -> Response:
    first: Mapping[str, Any] = cast(RequestValidationError, error).errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    given = " ".join(repr(first.get("input")).split())
    shown = given if len(given) <= 40 else f"{given[:40]}…"
    return answer(422, "studio.value", place=place, given=shown, why=first["msg"])


async def _of_http(_request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    keys = {404: "studio.no_route", 405: "studio.no_method"}
    return answer(error.status_code, keys.get(error.status_code, "studio.malformed"))


async def _of_anything(_request: Request, error: Exception) -> Response:
    log.error("%s", say("studio.broken_log", kind=type(error).__name__))  # the server logs the traceback itself
    return answer(500, "studio.broken")
