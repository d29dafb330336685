"""`/api/events`: what happens in the runs, as server-sent events."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from makebelieve.studio.events import Hub
from makebelieve.studio.refusals import Refusal

MOST = 2000  # characters of a cursor, which becomes one line of the stream
READERS = 128  # streams at once


def router(hub: Hub) -> APIRouter:
    """The route.

    Args:
        hub: who follows the runs.
    """
    routes = APIRouter()

    @routes.get("/api/events")
    async def events(request: Request, after: str = "") -> StreamingResponse:
        """One stream for all runs, going on after the event `Last-Event-ID`, or `after` where a page says so."""
        if hub.readers >= READERS:
            raise Refusal(429, "studio.busy")
        known = "".join(letter for letter in request.headers.get("last-event-id", after)[:MOST] if letter.isprintable())
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(hub.stream(known), media_type="text/event-stream", headers=headers)

    return routes
