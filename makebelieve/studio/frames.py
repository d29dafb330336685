"""Messages between the server and an explorer over pipes: some bytes that say how long what follows is, then that.

A frame is 4 bytes, the length of its head (big-endian); the head, JSON with "sizes"; and blobs of these sizes.
"""

from __future__ import annotations

import json
import struct
from asyncio import StreamReader
from collections.abc import Sequence
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")


def packed(head: dict[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """A frame: the head, with the sizes of the blobs, and the blobs."""
    content = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    return b"".join([_LENGTH.pack(len(content)), content, *blobs])


def read(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next frame's head and blobs; None where the other side has ended.

    Raises:
        EOFError: it ended within a frame.
    """
    start = stream.read(_LENGTH.size)
    if not start:
        return None
    head: dict[str, Any] = json.loads(_exactly(stream, _LENGTH.unpack(start)[0]))
    return head, [_exactly(stream, size) for size in head["sizes"]]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise EOFError
    return content


async def receive(stream: StreamReader) -> tuple[dict[str, Any], list[bytes]]:
    """The next frame's head and blobs.

    Raises:
        asyncio.IncompleteReadError: the other side has ended.
    """
    length = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))[0]
    head: dict[str, Any] = json.loads(await stream.readexactly(length))
    return head, [await stream.readexactly(size) for size in head["sizes"]]
