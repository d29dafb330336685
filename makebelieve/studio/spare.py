"""Worker processes, one of which is always warm, so that a click starts at once. No torch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

COMMAND = (sys.executable, "-m", "makebelieve.studio.worker")
LAST = 19  # the lowest niceness
REST = 4.0  # seconds before the next one is warmed: what was just started goes first


class Spare:
    """Starts workers, and keeps one that has loaded everything and has nothing to do.

    Args:
        command: what a worker is.
        rest: seconds between taking one and warming the next.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND, rest: float = REST) -> None:
        self._command, self._rest = command, rest
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._closed = False

    def warm(self) -> None:
        """Starts one in advance, unless one is there."""
        with self._lock:
            if not self._closed and (self._ready is None or self._ready.poll() is not None):
                self._ready = self._start()
                _let_others_first(self._ready.pid, True)

    def take(self, told: Mapping[str, Any]) -> subprocess.Popen[bytes]:
        """A worker that is told what to be; its stdin and stdout are pipes.

        Args:
            told: see `worker.become`.
        """
        with self._lock:
            process, self._ready = self._ready, None
            if process is not None:
                _let_others_first(process.pid, False)
            if process is None or not _tell(process, told):
                process = self._start()
                _tell(process, told)
            self._warm_later()
        return process

    def close(self) -> None:
        """Ends the one that waits, and warms no more."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            process, self._ready = self._ready, None
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        # its own session: Ctrl-C in the terminal is the server's, and trainers go on when that ends
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )

    def _warm_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._rest, self.warm)
        self._timer.daemon = True
        self._timer.start()

    async def start(self, told: Mapping[str, Any]) -> Worker:
        """`take`, for those that talk with it in an event loop."""
        return await Worker.of(self.take(told))


def _let_others_first(pid: int, others: bool) -> None:
    """Whether a process has only time that no other wants: warming takes seconds, which training would feel. Linux."""
    if sys.platform != "linux":
        return
    policy, nice = (os.SCHED_IDLE, LAST) if others else (os.SCHED_OTHER, 0)
    place = Path(f"/proc/{pid}")
    with contextlib.suppress(OSError):  # it has ended, or its threads have; or this is not allowed here
        for task in (place / "task").iterdir():
            os.sched_setscheduler(int(task.name), policy, os.sched_param(0))
        # sessions share the time before their processes do, where Linux groups them so
        (place / "autogroup").write_text(str(nice), encoding="ascii")


def _tell(process: subprocess.Popen[bytes], told: Mapping[str, Any]) -> bool:
    """Whether the process could be told, which one that has died can't."""
    if process.poll() is not None or process.stdin is None:
        return False
    try:
        process.stdin.write(json.dumps(told).encode() + b"\n")
    except BrokenPipeError:
        return False
    return True


class Worker:
    """A process whose pipes are streams of an event loop; what of `asyncio.subprocess.Process` is needed.

    Attributes:
        stdin: what it reads.
        stdout: what it writes.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader
    ) -> None:
        self._process, self.stdin, self.stdout = process, stdin, stdout

    @classmethod
    async def of(cls, process: subprocess.Popen[bytes]) -> Worker:
        """The worker of a process that was started with pipes."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), cast(Any, process.stdout))
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), cast(Any, process.stdin)
        )
        return cls(process, asyncio.StreamWriter(transport, protocol, None, loop), reader)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()

    async def wait(self) -> int:
        """How it ended, when it has."""
        while (code := self._process.poll()) is None:
            await asyncio.sleep(0.02)
        return code
