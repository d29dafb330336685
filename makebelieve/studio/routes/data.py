"""Routes of data: known sets, folders, uploads, recordings, and a look at what a door makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from makebelieve.studio.checking import Kind
from makebelieve.studio.folders import Folders
from makebelieve.studio.lookers import Lookers, Starts
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.sources import AT_HAND, KNOWN, resolve
from makebelieve.studio.uploads import Uploads

SOUNDS: tuple[Kind, ...] = ("sounds",)
FIELDS = 8  # of a form, besides files
FIELD = 1000  # bytes of one


def router(uploads: Uploads, folders: Folders, spare: Starts) -> APIRouter:
    """All routes under /api/data.

    Args:
        uploads: where they are kept.
        folders: that the studio was started for.
        spare: starts the worker that makes data and looks at them.
    """
    lookers = Lookers(spare)

    @asynccontextmanager
    async def lifespan(_routes: Any) -> AsyncIterator[None]:
        yield
        await lookers.close()

    routes = APIRouter(prefix="/api/data", lifespan=lifespan)
    turn = asyncio.Semaphore(1)  # decoding takes processor time, of which training has need

    @routes.get("/sets")
    async def sets() -> list[dict[str, Any]]:
        return [
            {"door": door, "name": name, "at_hand": name in AT_HAND} for door, names in KNOWN.items() for name in names
        ]

    @routes.get("/folders")
    async def places() -> list[dict[str, Any]]:
        found = await run_in_threadpool(folders.listed)
        return [{"id": place.id, "name": place.name, "kind": place.kind} for place in found]

    @routes.get("/uploads")
    async def listed() -> list[dict[str, Any]]:
        return await run_in_threadpool(uploads.listed)

    @routes.get("/uploads/{name}")
    async def one(name: str) -> dict[str, Any]:
        return uploads.facts(name)

    @routes.post("/uploads")
    async def upload(request: Request) -> dict[str, Any]:
        return await _taken(request, uploads, turn, None)

    @routes.post("/recordings")
    async def record(request: Request) -> dict[str, Any]:
        return await _taken(request, uploads, turn, SOUNDS)

    @routes.post("/look")
    async def look(request: Request) -> Response:
        data = await asked(request)
        resolved = await run_in_threadpool(resolve, data, uploads, folders)
        status, content = await lookers.look(resolved)
        return Response(content, status, media_type="application/json")

    return routes


async def asked(request: Request) -> Any:
    """The body of a request as JSON.

    Raises:
        Refusal: 422 where it is none.
    """
    try:
        return await request.json()
    except (ValueError, RecursionError) as error:
        raise Refusal(422, "studio.malformed") from error


async def _taken(
    request: Request, uploads: Uploads, turn: asyncio.Semaphore, only: Collection[Kind] | None
) -> dict[str, Any]:
    """Keeps the files of a form; its field `into` names an upload to which they are added."""
    most = uploads.limits.parts
    form: FormData | None = None
    try:
        form = await request.form(max_files=most, max_fields=FIELDS, max_part_size=FIELD)
        files = [(file.filename or "", file.file) for _, file in form.multi_items() if isinstance(file, UploadFile)]
        into = form.get("into")
        if not files or isinstance(into, UploadFile):
            raise Refusal(422, "studio.upload_parts", most=most)
        async with turn:
            return await run_in_threadpool(uploads.add, files, into=into or None, only=only)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise Refusal(413, "studio.upload_parts", most=most) from error
    finally:
        if form is not None:
            await form.close()
