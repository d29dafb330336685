"""What is answered where a request can't be: a status, a key, one sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from makebelieve.errors import MakebelieveError, MissingExtraError
from makebelieve.messages import say

log = logging.getLogger(__name__)

AGAIN = {"Retry-After": "1"}  # seconds


class Problem(BaseModel):
    """What every refusal says."""

    key: str = Field(examples=["serving.value"])
    message: str = Field(examples=["n can't be 1000: Input should be less than or equal to 64."])


class RefusalError(MakebelieveError):
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


def _refusal(status: int, key: str, values: dict[str, Any]) -> RefusalError:
    return RefusalError(status, key, **values)


class TooLarge(HTTPException):
    """A body that grew past its limit while it was read; of this class, as FastAPI makes others a 400."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


def answer(status: int, key: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal as it is sent."""
    again = AGAIN if status in (429, 503) else {}
    return JSONResponse({"key": key, "message": message}, status, {**again, **(headers or {})})


def refused(error: MakebelieveError) -> JSONResponse:
    """The answer to an error of the library: what the caller gave is at fault, unless it says otherwise."""
    status = error.status if isinstance(error, RefusalError) else 503 if isinstance(error, MissingExtraError) else 422
    return answer(status, error.key, str(error))


def documented(*, token: bool) -> dict[int | str, dict[str, Any]]:
    """The refusals that any route may give, for OpenAPI."""
    told = {
        400: say("serving.malformed"),
        413: say("serving.told_413"),
        415: say("serving.told_415"),
        421: say("serving.told_421"),
        422: say("serving.told_422"),
        429: say("serving.told_429"),
        500: say("serving.broken"),
        503: say("serving.told_503"),
        504: say("serving.told_504"),
        **({401: say("serving.token_wrong")} if token else {}),
    }
    return {status: {"model": Problem, "description": sentence} for status, sentence in told.items()}


def add_handlers(app: FastAPI) -> None:
    """Makes every error of an application a `Problem`."""
    app.add_exception_handler(MakebelieveError, _of_library)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_anything)


async def _of_library(_request: Request, error: Exception) -> Response:
    return refused(cast(MakebelieveError, error))


async def _of_validation(_request: Request, error: Exception) -> Response:
    first: Mapping[str, Any] = cast(RequestValidationError, error).errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    if first["type"] == "json_invalid":
        return answer(422, "serving.no_json", say("serving.no_json"))
    if first["type"] == "missing":
        return answer(422, "serving.missing", say("serving.missing", place=place))
    if first["type"] == "extra_forbidden":
        return answer(422, "serving.unknown", say("serving.unknown", place=place))
    given = " ".join(repr(first.get("input")).split())
    shown = given if len(given) <= 40 else f"{given[:40]}…"
    return answer(422, "serving.value", say("serving.value", place=place, given=shown, why=first["msg"]))


async def _of_http(_request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    if isinstance(error, TooLarge):
        return refused(RefusalError(413, "serving.large", limit=error.limit))
    keys = {404: "serving.no_route", 405: "serving.no_method"}
    key = keys.get(error.status_code, "serving.malformed")
    return answer(error.status_code, key, say(key), error.headers)


async def _of_anything(_request: Request, error: Exception) -> Response:
    log.error("%s", say("serving.broken_log", kind=type(error).__name__))  # the server logs the traceback itself
    return answer(500, "serving.broken", say("serving.broken"))
