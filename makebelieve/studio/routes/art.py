"""`/api/works`: what a dream or a style can be made with, and its making as a film."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.responses import FileResponse

from makebelieve.studio.backbones import backbones
from makebelieve.studio.refusals import Refusal

FPS, SIDE = 12, 480  # of a film: frames a second, pixels of the longer side
LAST = 12  # frames for which its end is held


def router(folder_of: Callable[[str], Path]) -> APIRouter:
    """The routes.

    Args:
        folder_of: the folder of a run by its ID; it refuses one that it does not know.
    """
    routes = APIRouter(prefix="/api/works")

    @routes.get("/backbones")
    def here() -> dict[str, Any]:
        return {"backbones": backbones()}

    @routes.get("/{run}/film.gif")
    def film(run: str) -> FileResponse:
        folder = folder_of(run)
        return FileResponse(packed(folder), media_type="image/gif", filename=f"{folder.name}.gif")

    return routes


def packed(folder: Path) -> Path:
    """The samples of a work as one GIF, made anew where there are newer ones.

    Raises:
        Refusal: 404, there are none.
    """
    from PIL import Image

    samples = sorted((folder / "samples").glob("step-*.png"))
    if not samples:
        raise Refusal(404, "studio.work_no_frames", run=folder.name)
    path = folder / "film.gif"
    if path.exists() and path.stat().st_mtime >= samples[-1].stat().st_mtime:
        return path
    with Image.open(samples[-1]) as last:
        w, h = last.size
    scale = min(1.0, SIDE / max(w, h))
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    frames = []
    for file in samples:
        with Image.open(file) as image:
            frames.append(image.convert("RGB").resize(size).quantize(192))
    part = folder / ".film.part"
    tick = round(1000 / FPS)
    lasts = [tick] * (len(frames) - 1) + [tick * LAST]
    frames[0].save(part, "GIF", save_all=True, append_images=frames[1:], duration=lasts, loop=0)
    part.replace(path)
    return path
