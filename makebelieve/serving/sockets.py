"""Sockets that listen, and how a server on one ends: what servers of every kind share; nothing here loads torch."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from uvicorn.protocols.http.h11_impl import H11Protocol

from makebelieve.errors import OptionError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
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


def address_of(sock: socket.socket) -> str:
    """Where a socket listens, as the beginning of addresses: `http://127.0.0.1:8000`."""
    where, at = sock.getsockname()[:2]
    return f"http://{f'[{where}]' if ':' in where else where}:{at}"
