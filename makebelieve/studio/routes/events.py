"""`/api/events`: what happens in the runs, as server-sent events."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from makebelieve.studio.events import Hub

MOST = 2000  # characters of a cursor


def router(hub: Hub) -> APIRouter:
    """The route.

    Args:
        hub: who follows the runs.
    """
    routes = APIRouter()

    @routes.get("/api/events")
    async def events(request: Request, after: str = "") -> StreamingResponse:
        """One stream for all runs, going on after the event `Last-Event-ID`, or `after` where a page says so."""
        known = request.headers.get("last-event-id", after)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(hub.stream(known[:MOST]), media_type="text/event-stream", headers=headers)

    return routes
