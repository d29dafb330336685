"""What every request passes before it is read: host, token, how many there are, how large, how long."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from makebelieve.serving.limits import Limits
from makebelieve.serving.metrics import Metrics
from makebelieve.serving.refusals import RefusalError, TooLarge, refused

OPEN = ("/health", "/ready")  # asked without a token
UNCOUNTED = (*OPEN, "/metrics")  # answered however many requests there are
FORM = "multipart/form-data"


@dataclass
class Gate:
    """The outermost layer of an application.

    Attributes:
        app: what is behind it.
        limits: of requests.
        metrics: where answers are counted.
        token: that callers must name; None for none.
        hosts: that the Host header may name; None for any.
    """

    app: ASGIApp
    limits: Limits
    metrics: Metrics
    token: str | None
    hosts: Sequence[str] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        passing = Passing(self, scope, receive, send)
        counted = scope["path"] not in UNCOUNTED
        try:
            self._check(Headers(scope=scope), scope["path"])
        except RefusalError as error:
            await refused(error)(scope, receive, passing.send)
            passing.count()
            return
        crowd = self.metrics.crowd
        crowd.inside += counted
        try:
            await passing.through()
        except asyncio.CancelledError:  # the server ends and waits no longer
            crowd.cut += 1
            raise
        finally:
            crowd.inside -= counted
            crowd.answered += counted
            passing.count()

    def _check(self, headers: Headers, path: str) -> None:
        if self.hosts is not None:
            names = [headers.get("host", "")]
            if "origin" in headers:  # a page in a browser asks; "null" is one of no place
                names.append(headers["origin"].partition("://")[2])
            for name in names:
                if _without_port(name) not in self.hosts:
                    raise RefusalError(421, "serving.host", host=name[:100] or "-", known=", ".join(self.hosts))
        if self.token is not None and path not in OPEN and not _same(_named(headers), self.token):
            raise RefusalError(401, "serving.token_wrong")
        if path not in UNCOUNTED and self.metrics.crowd.inside >= self.limits.queue:
            raise RefusalError(429, "serving.full", queue=self.limits.queue)
        size = headers.get("content-length", "")
        if size.isdecimal() and len(size) < 20 and int(size) > self.largest(headers):
            raise RefusalError(413, "serving.large", limit=self.largest(headers))

    def largest(self, headers: Headers) -> int:
        """Bytes that the body of a request may have."""
        return self.limits.body if headers.get("content-type", "").lower().startswith(FORM) else self.limits.json


class Passing:
    """One request on its way: its body is measured while it is read, its time while it is answered."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._scope, self._receive, self._send = gate, scope, receive, send
        self._largest, self._read = gate.largest(Headers(scope=scope)), 0
        self._status, self._start = 0, time.perf_counter()
        self._clock: asyncio.Timeout | None = None

    async def through(self) -> None:
        try:
            async with asyncio.timeout(self._gate.limits.seconds) as clock:
                self._clock = clock
                await self._gate.app(self._scope, self.receive, self.send)
        except TimeoutError:
            if self._clock is None or not self._clock.expired():
                raise
            if not self._status:
                late = RefusalError(504, "serving.late", seconds=f"{self._gate.limits.seconds:g}")
                await refused(late)(self._scope, self._receive, self.send)

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._largest:
                raise TooLarge(self._largest)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Cache-Control"] = "no-store"
            if self._status == 401:
                headers["WWW-Authenticate"] = "Bearer"
            if self._clock is not None and not self._clock.expired():  # a slow reader has its time too
                self._clock.reschedule(asyncio.get_running_loop().time() + 2 * self._gate.limits.seconds)
        await self._send(message)

    def count(self) -> None:
        """Tell the metrics how it ended; 499 stands for callers who left, 500 for what broke."""
        route = getattr(self._scope.get("route"), "path", "other")
        self._gate.metrics.requests.add(route=route, status=str(self._status or 500))
        self._gate.metrics.seconds.observe(time.perf_counter() - self._start, route=route)


def _without_port(host: str) -> str:
    """The name alone: of "localhost:8000", of "[::1]:8000"."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdecimal() else host).lower()


def _named(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same(one: str, other: str) -> bool:
    """Whether two tokens are equal, in a time that tells nothing of them, their lengths included."""
    digests = (hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (one, other))
    return hmac.compare_digest(*digests)
