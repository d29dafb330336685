"""Explorers, as the server sees them: processes with one run's learner each, asked one thing at a time.

At most a few are kept; the one that was not asked for the longest time goes for a new one, and all that nobody asks.
They end with the server, whose pipe they read. One that breaks or takes too long is ended, and the next request starts
another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makebelieve.messages import say
from makebelieve.studio import frames
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.spare import Worker

log = logging.getLogger(__name__)

Start = Callable[[Mapping[str, Any]], Awaitable[Worker]]
MOST, IDLE, SECONDS = 3, 600.0, 120.0
BUSY, WAITING = 2, 64  # times `most` processes while all answer, and requests that wait in all


@dataclass(eq=False)
class Explorer:
    """One process.

    Attributes:
        run: the folder of the run in it.
        process: None until the first request.
        lock: held while it answers.
        asked: when it was asked last, on the monotonic clock.
        waiting: requests that it answers or that wait for it.
    """

    run: Path
    process: Worker | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: float = field(default_factory=time.monotonic)
    waiting: int = 0

    async def exchange(self, start: Start, frame: bytes) -> tuple[int, bytes]:
        """The answer to a frame: status and JSON.

        Raises:
            OSError, asyncio.IncompleteReadError: the process has ended.
        """
        if self.process is None or self.process.returncode is not None:
            self.process = await start({"be": "explorer", "run": str(self.run)})
        self.process.stdin.write(frame)
        await self.process.stdin.drain()
        head, (content,) = await frames.receive(self.process.stdout)
        return int(head["status"]), content

    async def end(self, grace: float = 2.0) -> None:
        """Ends the process: its stdin is closed, and where that is not enough it is killed."""
        process, self.process = self.process, None
        if process is None:
            return
        process.stdin.close()
        try:
            async with asyncio.timeout(grace):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


class Explorers:
    """All explorers of a server.

    Args:
        start: starts a worker, which becomes what it is told: `Spare.start`.
        most: how many are kept.
        idle: seconds after which one that nobody asked is ended.
        seconds: that an answer may take.
    """

    def __init__(self, start: Start, *, most: int = MOST, idle: float = IDLE, seconds: float = SECONDS) -> None:
        self._start, self._most, self._idle, self._seconds = start, most, idle, seconds
        self._explorers: dict[Path, Explorer] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def ask(self, run: Path, act: str, request: Any, files: Sequence[bytes] = ()) -> tuple[int, bytes]:
        """What a run's explorer answers to an act: a status of HTTP, and JSON.

        Args:
            run: its folder.
            act: the act's name.
            request: plain values.
            files: uploads that belong to it.

        Raises:
            Refusal: 429 if too much is asked at once, 503 if the process broke, 504 if it took too long.
        """
        explorer = self._explorers.get(run)
        waiting = [one.waiting for one in self._explorers.values()]
        if sum(waiting) >= WAITING or (explorer is None and sum(map(bool, waiting)) >= BUSY * self._most):
            raise Refusal(429, "studio.busy")
        if explorer is None:
            explorer = self._explorers[run] = Explorer(run)
            if len(self._explorers) == 1:
                self._keep(asyncio.create_task(self._sweep()))
        explorer.waiting += 1
        self._make_room()
        frame = frames.packed({"act": act}, [json.dumps(request).encode(), *files])
        # one whose caller leaves is answered all the same: half an exchange would leave the pipe out of step
        task = asyncio.create_task(self._asked(explorer, frame))
        self._keep(task)
        return await asyncio.shield(task)

    async def _asked(self, explorer: Explorer, frame: bytes) -> tuple[int, bytes]:
        try:
            async with explorer.lock:
                explorer.asked = time.monotonic()
                return await self._exchange(explorer, frame)
        finally:
            explorer.waiting -= 1
            explorer.asked = time.monotonic()
            self._make_room()

    async def _exchange(self, explorer: Explorer, frame: bytes) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._seconds):
                return await explorer.exchange(self._start, frame)
        except TimeoutError as error:
            await explorer.end(0)
            raise Refusal(504, "studio.explorer_slow", seconds=round(self._seconds)) from error
        except (OSError, asyncio.IncompleteReadError) as error:
            await explorer.end(0)
            log.warning(say("studio.explorer_ended", run=explorer.run.name))
            raise Refusal(503, "studio.explorer_ended", run=explorer.run.name) from error

    def _make_room(self) -> None:
        """Ends those that are too many, the longest idle first; those that answer stay until they have."""
        free = sorted((one for one in self._explorers.values() if not one.waiting), key=lambda one: one.asked)
        for explorer in free[: max(0, len(self._explorers) - self._most)]:
            self._let_go(explorer)

    def _let_go(self, explorer: Explorer) -> None:
        del self._explorers[explorer.run]
        self._keep(asyncio.create_task(explorer.end()))

    async def _sweep(self) -> None:
        """Ends those that nobody asks, until none is left."""
        while self._explorers:
            await asyncio.sleep(self._idle / 20)
            before = time.monotonic() - self._idle
            for explorer in [one for one in self._explorers.values() if not one.waiting and one.asked < before]:
                self._let_go(explorer)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def runs(self) -> list[Path]:
        """The runs that have an explorer."""
        return list(self._explorers)

    async def close(self) -> None:
        """Ends all explorers."""
        explorers, self._explorers = list(self._explorers.values()), {}
        await asyncio.gather(*(explorer.end(0.5) for explorer in explorers))
        for task in list(self._tasks):
            task.cancel()
