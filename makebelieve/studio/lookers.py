"""The process that looks at data for the server: one, asked one thing at a time, gone when nobody asks. No torch."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from makebelieve.studio import frames
from makebelieve.studio.refusals import Refusal

IDLE, SECONDS = 120.0, 300.0


class Starts(Protocol):
    """What starts workers: `start` gives one with `stdin`, `stdout`, `returncode`, `kill` and `wait`."""

    async def start(self, told: Mapping[str, Any], /) -> Any: ...


class Lookers:
    """Looks at data in a worker.

    Args:
        spare: starts it.
        idle: seconds after which a worker that nobody asks is ended; what it looked at is in memory until then.
        seconds: that a look may take; known sets may have to be fetched.
    """

    def __init__(self, spare: Starts, *, idle: float = IDLE, seconds: float = SECONDS) -> None:
        self._spare, self._idle, self._seconds = spare, idle, seconds
        self._lock = asyncio.Lock()
        self._process: Any = None
        self._asked = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def look(self, data: Mapping[str, Any]) -> tuple[int, bytes]:
        """A status of HTTP and JSON, see `looker.look`.

        Args:
            data: {"door", "arguments"}, resolved.

        Raises:
            Refusal: 503 if the process broke, 504 if it took too long.
        """
        # one whose caller leaves is answered all the same: half an exchange would leave the pipe out of step
        task = asyncio.create_task(self._looked(dict(data)))
        self._keep(task)
        return await asyncio.shield(task)

    async def _looked(self, data: dict[str, Any]) -> tuple[int, bytes]:
        async with self._lock:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._exchange(data)
            except TimeoutError as error:
                await self._end(0)
                raise Refusal(504, "studio.look_slow", seconds=round(self._seconds)) from error
            except (OSError, asyncio.IncompleteReadError) as error:
                await self._end(0)
                raise Refusal(503, "studio.look_ended") from error
            finally:
                self._asked = time.monotonic()

    async def _exchange(self, data: dict[str, Any]) -> tuple[int, bytes]:
        if self._process is None or self._process.returncode is not None:
            self._process = await self._spare.start({"be": "looker"})
            self._keep(asyncio.create_task(self._leave(self._process)))
        self._process.stdin.write(frames.packed({"act": "look"}, [json.dumps(data).encode()]))
        await self._process.stdin.drain()
        head, (content,) = await frames.receive(self._process.stdout)
        return int(head["status"]), content

    async def _leave(self, process: Any) -> None:
        """Ends a process that nobody asks any more."""
        self._asked = time.monotonic()
        while self._process is process:
            await asyncio.sleep(self._idle / 10)
            if not self._lock.locked() and time.monotonic() - self._asked > self._idle:
                await self._end(2.0)

    async def _end(self, grace: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.stdin.close()
        try:
            async with asyncio.timeout(grace):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ends the process."""
        await self._end(0.5)
        for task in list(self._tasks):
            task.cancel()
