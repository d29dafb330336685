"""The studio's application: what it consists of, its routes behind one gate, and the page's files."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp

import makebelieve as mb
from makebelieve.messages import language
from makebelieve.studio.events import Hub
from makebelieve.studio.explorers import Explorers
from makebelieve.studio.folders import Folders
from makebelieve.studio.gate import Gate, hosts_of
from makebelieve.studio.house import House
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.refusals import Refusal, add_handlers
from makebelieve.studio.routes import art, compare, data, events, explore, runs
from makebelieve.studio.spare import Spare
from makebelieve.studio.statics import Served, page_files
from makebelieve.studio.systems import SYSTEMS
from makebelieve.studio.uploads import Uploads

PAGES = ("/", "/data", "/compare")
PAGES_OF_RUNS = ("/runs/", "/explore/", "/layers/")


class Studio:
    """What a studio consists of.

    Args:
        root: the folder of runs.
        folders: whose files may be trained on.
        host: that the server listens at.
        port: likewise.
        token: that a visitor must know.
        opened: called when the server answers.
    """

    def __init__(
        self,
        root: Path,
        folders: Sequence[Path] = (),
        *,
        host: str = "127.0.0.1",
        port: int,
        token: str,
        opened: Callable[[], Any] = lambda: None,
    ) -> None:
        self.host, self.port, self.token, self.opened = host, port, token, opened
        self.ticket = secrets.token_urlsafe(24)  # for the browser that is started
        self.house, self.folders = House(root, folders), Folders(folders)
        self.uploads = Uploads(self.house.state / "uploads")
        self.spare = Spare()
        self.jobs = Jobs(self.house, self.spare)
        self.explorers = Explorers(self.spare.start)
        self.hub = Hub(self.house)

    async def begin(self) -> None:
        """Goes on with what was under way, and warms a worker."""
        self.spare.warm()
        await asyncio.to_thread(self.jobs.start)

    def ending(self) -> None:
        """Ends the streams, which the server would wait for."""
        self.hub.close()

    async def end(self) -> None:
        """Has trainers save and stop; what they did goes on at the next start."""
        await asyncio.gather(asyncio.to_thread(self.jobs.close), self.explorers.close())
        self.spare.close()


def application(studio: Studio) -> ASGIApp:
    """The studio as an ASGI application, its gate the outermost layer."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await studio.begin()
        yield
        await studio.end()

    app = FastAPI(title="makebelieve studio", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    add_handlers(app)
    app.include_router(runs.router(studio.house, studio.jobs, studio.uploads, studio.folders))
    app.include_router(events.router(studio.hub))
    app.include_router(explore.router(studio.explorers, studio.house.folder))
    app.include_router(data.router(studio.uploads, studio.folders, studio.spare))
    app.include_router(compare.router(studio.house.folder))
    app.include_router(art.router(studio.house.folder))
    _add_about(app)
    _add_page(app, page_files())
    more = () if studio.host in ("127.0.0.1", "localhost", "::1") else (socket.gethostname(), socket.getfqdn())
    hosts = hosts_of(studio.host, studio.port, *more)
    return Gate(app, token=studio.token, hosts=hosts, port=studio.port, tickets={studio.ticket})


def _add_about(app: FastAPI) -> None:
    @app.get("/api/studio")
    def about() -> dict[str, Any]:
        return {"version": mb.__version__, "language": language(), "systems": list(SYSTEMS)}

    @app.get("/api/systems")
    def systems() -> list[dict[str, Any]]:
        return [system.state() for system in SYSTEMS.values()]


def _add_page(app: FastAPI, files: dict[str, Served]) -> None:
    """The page and its files; addresses of pages all give the one page, which looks at its address itself."""
    page = files.pop("/index.html")

    @app.api_route("/{path:path}", methods=["GET", "HEAD"])
    def file(path: str, request: Request) -> Response:
        address = f"/{path}"
        found = files.get(address)
        if found is None and (address in PAGES or address.startswith(PAGES_OF_RUNS)):
            found = page
        if found is None:
            raise Refusal(404, "studio.no_route")
        headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.kind, headers=headers)
