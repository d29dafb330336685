"""Results as they are sent: JSON, PNG, NumPy's format, server-sent events."""

from __future__ import annotations

import io
import json
import math
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from torch import Tensor

from makebelieve.origin import stamp
from makebelieve.pictures import Pictures
from makebelieve.serving.limits import Limits
from makebelieve.serving.refusals import RefusalError

Form = Literal["png", "json", "npy"]
NPY = "application/octet-stream"
SEED = "Makebelieve-Seed"


class PictureArrays(BaseModel):
    """Pictures as numbers."""

    shape: list[int] = Field(description="n, c, h, w", examples=[[1, 1, 28, 28]])
    pictures: list[Any] = Field(description="[0, 1]")
    labels: list[str] | None = None


PICTURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "PNG, JSON, NPY",
        "content": {
            "image/png": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"$ref": "#/components/schemas/PictureArrays"}},
            NPY: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
PNG: dict[int | str, dict[str, Any]] = {
    200: {"description": "PNG", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}


def plain(value: Any) -> Any:
    """The same for JSON, which has no infinity and no NaN: null stands for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def as_json(value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON."""
    content = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(content, media_type="application/json", headers=headers)


def as_pictures(pictures: Pictures, how: Form, limits: Limits, headers: Mapping[str, str] | None = None) -> Response:
    """Pictures: one as a PNG of its own pixels, several as a sheet with captions; or all as numbers.

    Raises:
        RefusalError: 413 for more numbers than JSON may have here.
    """
    if how == "json":
        if pictures.tensor.numel() > limits.numbers:
            raise RefusalError(413, "serving.numbers", n=pictures.tensor.numel(), limit=limits.numbers)
        found = {"shape": list(pictures.tensor.shape), "pictures": listed(pictures.tensor), "labels": pictures.captions}
        return as_json(found, headers)
    if how == "npy":
        return Response(npy(pictures.tensor), media_type=NPY, headers=headers)
    return Response(png(pictures), media_type="image/png", headers=headers)


def png(pictures: Pictures) -> bytes:
    """One picture's own pixels, or the sheet of several; the file says where they come from."""
    out = io.BytesIO()
    image = pictures[0] if len(pictures) == 1 else pictures.grid()
    image.save(out, "PNG", **({} if pictures.made is None else stamp(pictures.made, "PNG")))
    return out.getvalue()


def npy(tensor: Tensor) -> bytes:
    """float32 in NumPy's format."""
    out = io.BytesIO()
    np.save(out, tensor.numpy(), allow_pickle=False)
    return out.getvalue()


def listed(tensor: Tensor) -> list[Any]:
    """Nested lists, rounded to what float32 can tell."""
    found: list[Any] = np.round(tensor.double().numpy(), 7).tolist()
    return found


class Events(Response):
    """Server-sent events: `data: {…}` lines as they come.

    Args:
        events: name and content of each; the name "" is left out.
        ended: called when the last is sent or the caller has left.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[tuple[str, Any]], ended: Callable[[], None]) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._events, self._ended = events, ended

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for name, content in self._events:
                told = f"event: {name}\n" if name else ""
                line = f"{told}data: {json.dumps(plain(content), ensure_ascii=False)}\n\n"
                await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._ended()
