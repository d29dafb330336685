"""Several processes of this host that train together: the same command once for each, told apart by their rank."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

from makebelieve.data.load import cores

LONELY = 5.0  # seconds that the others get once one has failed
GLANCE = 0.1  # seconds between two looks at who has ended


def words_of(given: Mapping[str, Any]) -> list[str]:
    """Options as they were given, as words of a command line; those that were not given are None."""
    words: list[str] = []
    for name, value in given.items():
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(flag if value else f"--no-{name.replace('_', '-')}")
        elif isinstance(value, (list, tuple)):
            words += [f"{flag}={one}" for one in value]
        elif value is not None:
            words.append(f"{flag}={value}")
    return words


def together(words: Sequence[str], count: int) -> int:
    """Run ``makebelieve WORDS`` in `count` processes and return the first one's exit status.

    Only the first speaks; what another says is passed on where that one failed alone. Ctrl-C reaches all of them, and
    each ends in its own order; where one fails the others are ended.
    """
    command = [sys.executable, "-m", "makebelieve", *words]
    port = str(_free_port())
    with tempfile.TemporaryFile("w+") as said:
        running = [
            subprocess.Popen(
                command,
                env=_environment(rank, count, port),
                stdout=None if rank == 0 else said,
                stderr=None if rank == 0 else said,
            )
            for rank in range(count)
        ]
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # theirs to answer
        try:
            _wait(running)
        finally:
            signal.signal(signal.SIGINT, before)
        return _status(running, said)


def _environment(rank: int, count: int, port: str) -> dict[str, str]:
    """As ``torchrun`` sets it; the cores are shared out where nobody said how many threads there are to be."""
    threads = str(max(1, cores() // count))
    told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count}
    own = {name: str(value) for name, value in told.items()}
    return {"OMP_NUM_THREADS": threads, **os.environ, **own, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Until all have ended, by themselves or, once one has failed, in a while by us."""
    failed_at: float | None = None
    while any(one.poll() is None for one in running):
        time.sleep(GLANCE)
        if failed_at is None and any(one.poll() not in (None, 0) for one in running):
            failed_at = time.monotonic()
        if failed_at is not None and time.monotonic() - failed_at > LONELY:
            for one in running:
                if one.poll() is None:
                    one.kill()


def _status(running: Sequence[subprocess.Popen[bytes]], said: IO[str]) -> int:
    """The first process's exit status, or that of another that failed and ended it."""
    first = running[0].returncode
    if first >= 0:  # it ended by itself, and has said why
        return first
    said.seek(0)
    sys.stderr.write(said.read())
    return next((one.returncode for one in running[1:] if one.returncode > 0), 1)
