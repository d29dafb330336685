"""`/api/explore/ID`: what a run can do, and having it done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from makebelieve.studio.explorers import Explorers
from makebelieve.studio.refusals import Refusal

MIB = 1 << 20
DEEP = 16  # JSON in JSON
JSON_MOST, BODY_MOST, FILES_MOST = 2 * MIB, 32 * MIB, 64


def router(explorers: Explorers, folder_of: Callable[[str], Path]) -> APIRouter:
    """The routes.

    Args:
        explorers: who answers.
        folder_of: the folder of a run by its ID; it refuses one that it does not know.
    """
    routes = APIRouter(prefix="/api/explore")

    @routes.get("/{run}")
    async def facts(run: str) -> Response:
        return _sent(*await explorers.ask(folder_of(run), "facts", {}))

    @routes.post("/{run}/{act}")
    async def act(run: str, act: str, request: Request) -> Response:
        folder = folder_of(run)
        asked, files = await _read(request)
        return _sent(*await explorers.ask(folder, act, asked, files))

    return routes


def _sent(status: int, content: bytes) -> Response:
    return Response(content, status, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _read(request: Request) -> tuple[Any, list[bytes]]:
    """The request and the files that came with it.

    Raises:
        Refusal: it is too long, or can't be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _parsed(await _whole(request)), []
    if kind != "multipart/form-data":
        raise Refusal(415, "studio.asked_type", given=kind[:100] or "-")
    given = request.headers.get("content-length", "")
    if not given.isascii() or not given.isdigit() or int(given) > BODY_MOST:
        raise Refusal(413, "studio.asked_long", most=BODY_MOST // MIB)
    async with request.form(max_files=FILES_MOST, max_fields=1, max_part_size=JSON_MOST) as form:
        told, files = form.get("request"), []
        for part in form.getlist("files"):
            if isinstance(part, str):
                raise Refusal(400, "studio.malformed")
            files.append(await part.read())
    if not isinstance(told, str):
        raise Refusal(400, "studio.malformed")
    return _parsed(told.encode()), files


async def _whole(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > JSON_MOST:
            raise Refusal(413, "studio.asked_long", most=JSON_MOST // MIB)
    return bytes(content)


def _parsed(content: bytes) -> Any:
    try:
        found = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "studio.malformed") from error
    floor = [found]
    for _ in range(DEEP):
        floor = [inner for one in floor if isinstance(one, dict | list) for inner in _inside(one)]
    if floor:
        raise Refusal(400, "studio.malformed")
    return found


def _inside(one: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return one.values() if isinstance(one, dict) else one


def _no_constant(name: str) -> None:
    raise ValueError(name)
