"""`/api/works`: what a dream or a style can be made with, and its making as a film."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from PIL import Image
from starlette.responses import FileResponse

from makebelieve.studio.backbones import backbones
from makebelieve.studio.checking import PIXELS
from makebelieve.studio.refusals import Refusal

FRAMES = 240  # of a film at most
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
    """The samples of a work as one GIF, made anew where there are newer ones; of very many some, the last among them.

    Raises:
        Refusal: 404, there are none that can be read.
    """
    samples = sorted(
        file for file in (folder / "samples").glob("step-*.png") if file.is_file() and file.resolve() == file
    )
    every = max(1, -(-len(samples) // FRAMES))
    samples = samples[::-1][::every][::-1]
    if not samples:
        raise Refusal(404, "studio.work_no_frames", run=folder.name)
    path = folder / "film.gif"
    if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= samples[-1].stat().st_mtime:
        return path
    try:
        frames = _frames(samples)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refusal(404, "studio.work_no_frames", run=folder.name) from error
    tick = round(1000 / FPS)
    lasts = [tick] * (len(frames) - 1) + [tick * LAST]
    number, part = tempfile.mkstemp(".part", ".film-", folder)  # a new file: no link that lies there is followed
    with os.fdopen(number, "wb") as file:
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=lasts, loop=0)
    Path(part).replace(path)
    return path


def _frames(samples: Sequence[Path]) -> list[Image.Image]:
    """Pictures of one size. They are PNG: for some of the forms that Pillow knows it starts other programs.

    Raises:
        OSError, SyntaxError, ValueError, Image.DecompressionBombError: one is no such picture, or is too large.
    """
    found: list[Image.Image] = []
    for place in reversed(samples):
        with Image.open(place, formats=["PNG"]) as image:
            w, h = image.size
            if w * h > PIXELS:
                raise ValueError(place)
            scale = min(1.0, SIDE / max(w, h))
            size = found[0].size if found else (max(1, round(w * scale)), max(1, round(h * scale)))
            found.append(image.convert("RGB").resize(size).quantize(192))
    return found[::-1]
