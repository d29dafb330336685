"""`/api/compare`: runs side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from makebelieve.studio.comparing import compared


def router(folder_of: Callable[[str], Path]) -> APIRouter:
    """The route.

    Args:
        folder_of: the folder of a run by its ID; it refuses one that it does not know.
    """
    routes = APIRouter(prefix="/api/compare")

    @routes.get("")
    def side_by_side(ids: str = "") -> dict[str, Any]:
        asked = dict.fromkeys(name for name in ids.split(",") if name)
        return compared({name: folder_of(name) for name in asked})

    return routes
