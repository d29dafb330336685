"""The studio's server on a socket of this machine, until it is told to end."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from filelock import FileLock, Timeout

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.serving.sockets import Patient, address_of, ending_quietly, listening
from makebelieve.studio.app import Studio, application

log = logging.getLogger(__name__)

PORT = 8787
GRACE = 2  # seconds that answers under way have at the end; streams of events never end by themselves


class Server(uvicorn.Server):
    """One that tells its streams that the end has come, as uvicorn waits for them."""

    def __init__(self, config: uvicorn.Config, studio: Studio) -> None:
        super().__init__(config)
        self._studio = studio

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._studio.opened()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Ends in order, however often it is asked: in haste, trainers would be left to themselves."""
        if not self.should_exit:
            log.info(say("studio.ending"))
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._studio.ending()
        await super().shutdown(sockets)


def run(folders: Sequence[str | Path], *, runs: str | Path | None, host: str, port: int | None, browser: bool) -> None:
    """See `makebelieve.studio.open_studio`."""
    root = Path(runs if runs is not None else os.environ.get("MAKEBELIEVE_RUNS", "runs"))
    allowed = [Path(folder) for folder in folders]
    for folder in allowed:
        if not folder.is_dir():
            raise OptionError("studio.no_folder", path=folder)
    with _alone(root), _socket(host, port) as sock:
        token = secrets.token_urlsafe(24)
        address = address_of(sock).replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

        def opened() -> None:
            log.info(say("studio.listening", url=f"{address}/?token={token}"))
            if browser:
                webbrowser.open(f"{address}/?token={studio.ticket}")

        studio = Studio(root, allowed, host=host, port=sock.getsockname()[1], token=token, opened=opened)
        config = uvicorn.Config(
            application(studio),
            http=Patient,
            log_config=None,
            log_level=logging.ERROR,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        with ending_quietly():
            Server(config, studio).run([sock])
    log.info(say("studio.ended"))


@contextmanager
def _socket(host: str, port: int | None) -> Iterator[socket.socket]:
    if port is not None:
        with listening(host, port) as sock:
            yield sock
        return
    try:
        chosen = listening(host, PORT)
        sock = chosen.__enter__()
    except OptionError:
        chosen = listening(host, 0)
        sock = chosen.__enter__()
    try:
        yield sock
    finally:
        chosen.__exit__(None, None, None)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """The folder of runs for this studio alone: two would both start what waits in the queue.

    Raises:
        OptionError: a studio is open for it already, or it can't be made.
    """
    state = root / ".studio"
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError("studio.no_runs", path=root, why=str(error)) from error
    told, lock = state / "process", FileLock(state / ".lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        known = told.read_text(encoding="ascii") if told.exists() else "?"
        raise OptionError("studio.open_elsewhere", path=root, pid=known) from None
    try:
        told.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()
