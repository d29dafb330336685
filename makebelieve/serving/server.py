"""A run served over a socket of its own, until it is told to end."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.runs import load
from makebelieve.serving.app import build
from makebelieve.serving.limits import Limits

log = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SHORTEST = 16  # letters of a token
BACKLOG = 256
HEAD = 10.0  # seconds until the head of a request is there


class Patient(H11Protocol):
    """Closes connections over which no whole head of a request comes: some hundreds would shut all others out."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if not self._idle():
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD, self._close)

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._late = None
        if self._idle():
            self.transport.close()


def serve_run(run: str | Path, *, host: str, port: int, token_file: str | Path | None, limits: Limits) -> None:
    """See `makebelieve.serving.serve`."""
    token = None if token_file is None else read_token(Path(token_file))
    if token is None and not is_loopback(host):
        raise OptionError("serving.token_needed", host=host)
    app = build(load(run), limits, token=token, hosts=served_names(host))
    with listening(host, port) as sock:
        config = uvicorn.Config(
            app,
            http=Patient,
            log_config=None,
            log_level=logging.ERROR,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=4 * limits.queue + 64,  # sockets; requests have a limit of their own
            timeout_graceful_shutdown=max(1, round(limits.grace)),
        )
        where, at = sock.getsockname()[:2]
        log.info(say("serving.listening", run=run, url=f"http://{f'[{where}]' if ':' in where else where}:{at}"))
        with ending_quietly():
            uvicorn.Server(config).run([sock])
    crowd = app.state.metrics.crowd
    log.info(say("serving.ended", n=f"{crowd.answered:,}", cut=crowd.cut))


def read_token(path: Path) -> str:
    """The token that a file holds.

    Raises:
        OptionError: there is no such file, or what it holds is no token.
    """
    try:
        token = path.expanduser().read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError("serving.token_file", path=path, why=str(error)) from error
    if len(token) < SHORTEST or not token.isprintable() or " " in token:
        raise OptionError("serving.token_short", path=path, least=SHORTEST)
    return token


def served_names(host: str) -> tuple[str, ...] | None:
    """What the Host header may name; None is anything, as a machine has more names than its address."""
    if not is_loopback(host):
        return None
    name = (f"[{host}]" if ":" in host else host).lower()
    return LOOPBACK if name in LOOPBACK else (*LOOPBACK, name)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens.

    Raises:
        OptionError: the address can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # told the protocol, asyncio sends small answers at once; else they wait 40 ms for the caller's acknowledgement
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as sock:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(BACKLOG)
        except (OSError, OverflowError) as error:
            raise OptionError("serving.address", host=host, port=port, why=str(error)) from error
        yield sock


@contextmanager
def ending_quietly() -> Iterator[None]:
    """SIGTERM and Ctrl-C are the usual ends; uvicorn raises them once more when it is done, to no effect here."""

    def nothing(_signal: int, _frame: FrameType | None) -> None: ...

    try:
        before = {sig: signal.signal(sig, nothing) for sig in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: signals are somebody else's
        before = {}
    try:
        yield
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)
