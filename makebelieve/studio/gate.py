"""What every request to the studio passes before anything reads it, and what every answer says to the browser.

The studio runs programs for whoever reaches it, so a page of someone else's in the same browser must not: the address
must be the studio's own, name and port (a name that was made to point here is another, known as DNS rebinding), the
page that asks must be the studio's own, and the asker must know the token.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from makebelieve.messages import CATALOGUE
from makebelieve.studio.refusals import Refusal, refused

MIB = 1 << 20
METHODS = ("GET", "HEAD", "POST")
BODIES = ("application/json", "multipart/form-data")
SHOWN = ("application/json", "text/event-stream")  # by the page itself; all else under /api is a file
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
}


@dataclass(frozen=True)
class Bodies:
    """Bytes that the body of a request may have.

    Args:
        json: of JSON.
        form: of a form with files.
        uploads: of a form with files under `long`.
        long: beginnings of paths where much is uploaded.
    """

    json: int = 2 * MIB
    form: int = 32 * MIB
    uploads: int = 1024 * MIB
    long: tuple[str, ...] = ("/api/data/uploads", "/api/data/recordings")

    def largest(self, path: str, kind: str) -> int:
        if not kind.startswith("multipart/"):
            return self.json
        return self.uploads if path in self.long else self.form


class TooLarge(HTTPException):
    """A body that grew past its limit while it was read; of this class, as FastAPI makes others a 400."""

    def __init__(self) -> None:
        super().__init__(413)


def hosts_of(host: str, port: int, *more: str) -> tuple[str, ...]:
    """What the Host header may be: names of this machine for itself, and the one that was given, each with the port.

    Args:
        host: that the server listens at.
        port: likewise.
        more: further names, such as the one that a machine has in its network.
    """
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    names = dict.fromkeys(("127.0.0.1", "localhost", "::1", *(() if everywhere else (host,)), *more))
    shown = [f"[{name}]" if ":" in name else name.lower() for name in names]
    return tuple(f"{name}:{port}" for name in shown) + (tuple(shown) if port == 80 else ())


@dataclass
class Gate:
    """The outermost layer of the studio's application.

    Args:
        app: what is behind it.
        token: that a visitor must know.
        hosts: that the Host header may be, as `hosts_of` gives them: exactly, with the port.
        port: of the server; names the cookie, so that studios on several ports do not take each other's.
        bodies: how large requests may be.
        tickets: each in the place of the token in an address, once: what a browser is started with is seen by every
            user of the machine, in the list of processes.
    """

    app: ASGIApp
    token: str
    hosts: Sequence[str]
    port: int
    bodies: Bodies = Bodies()
    tickets: set[str] = field(default_factory=set)

    @property
    def cookie(self) -> str:
        return f"makebelieve-{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no web sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        passing = Passing(self, scope, receive, send)
        try:
            entered = self._entered(scope, headers)
        except Refusal as error:
            page = not _is_api(scope["path"]) and error.status in (401, 403, 421)
            await (_page(error) if page else refused(error))(scope, receive, passing.send)
            return
        if entered is not None:
            await entered(scope, receive, passing.send)
        else:
            await passing.through()

    def _entered(self, scope: Scope, headers: Headers) -> Response | None:
        """Checks a request; what to answer where it came with the token in its address, else None."""
        path = str(scope["path"])
        own = _one(headers, "host").lower()
        if own not in self.hosts and own != _listening(scope):
            raise Refusal(421, "studio.gate_host", host=own[:100] or "–", known=", ".join(self.hosts))
        asked = self._asked(scope, path)
        self._check_origin(headers, f"http://{own}", arriving=asked is not None and _arrives(headers))
        _check_address(scope)
        if scope["method"] not in METHODS:
            raise Refusal(405, "studio.no_method")
        known = self._known(headers)
        if asked is not None and ((fresh := same(asked, self.token) or self._takes(asked)) or known):
            return self._welcome(scope, headers, fresh=fresh)
        if not known:
            raise Refusal(401, "studio.gate_token")
        self._check_body(scope["method"], path, headers)
        return None

    def _takes(self, asked: str) -> bool:
        """Whether it is a ticket, which is one no more."""
        found = {ticket for ticket in self.tickets if same(ticket, asked)}
        self.tickets -= found
        return bool(found)

    def _asked(self, scope: Scope, path: str) -> str | None:
        """The token in the address of a page; None where there is none, or several."""
        if scope["method"] != "GET" or _is_api(path):
            return None
        named = [value for name, value in _query(scope) if name == "token"]
        return named[0] if len(named) == 1 else None

    def _check_origin(self, headers: Headers, own: str, *, arriving: bool) -> None:
        """Whether the page that asks is the studio's own; `arriving`: someone follows the printed address."""
        origins = headers.getlist("origin")
        if origins and origins != [own]:  # "null", that of a file or of a frame in a sandbox, is another as well
            raise Refusal(403, "studio.gate_origin", origin=", ".join(origins)[:100])
        sites = headers.getlist("sec-fetch-site")
        if sites and not arriving and sites[0] not in ("same-origin", "none"):
            raise Refusal(403, "studio.gate_origin", origin=sites[0][:100])
        if len(sites) > 1:
            raise Refusal(400, "studio.malformed")

    def _known(self, headers: Headers) -> bool:
        """Whether the token comes with the request, as a cookie or in Authorization."""
        shown = [value for line in headers.getlist("cookie") for value in _cookies(line, self.cookie)]
        scheme, _, bearer = _one(headers, "authorization").partition(" ")
        if scheme.lower() == "bearer":
            shown.append(bearer.strip())
        return any([same(value, self.token) for value in shown])  # noqa: C419 - all are compared, at the same cost

    def _welcome(self, scope: Scope, headers: Headers, *, fresh: bool) -> Response:
        """Goes on to the same address without the token, which stays in a cookie."""
        rest = urlencode([(name, value) for name, value in _query(scope) if name != "token"])
        place = "/" + quote(scope["path"].lstrip("/\\"), safe="/~") + (f"?{rest}" if rest else "")
        response: Response = RedirectResponse(place, 303)
        if _arrives(headers):  # a cookie of SameSite=Strict does not follow a redirect that began elsewhere
            response = HTMLResponse(_refreshing(place))
        if fresh:
            response.set_cookie(self.cookie, self.token, path="/", httponly=True, samesite="strict")
        return response

    def _check_body(self, method: str, path: str, headers: Headers) -> None:
        size = headers.getlist("content-length")
        if len(size) > 1 or any(not one.isdecimal() or len(one) > 15 for one in size):
            raise Refusal(400, "studio.malformed")
        given = int(size[0]) if size else 0
        _one(headers, "content-type")
        kind = _kind(headers)
        if method == "POST" and kind not in BODIES and (given or kind or "transfer-encoding" in headers):
            raise Refusal(415, "studio.gate_body", given=kind[:60] or "–", known=", ".join(BODIES))
        if given > (most := self.bodies.largest(path, kind)):
            raise Refusal(413, "studio.gate_large", most=most // MIB)


class Passing:
    """One request on its way: its body is measured while it is read; its answer gets the headers of all answers."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._scope, self._receive, self._send = gate, scope, receive, send
        headers = Headers(scope=scope)
        self._most, self._read = gate.bodies.largest(scope["path"], _kind(headers)), 0
        self._over = self._begun = self._said = False

    async def through(self) -> None:
        try:
            await self._gate.app(self._scope, self.receive, self.send)
        except TooLarge:
            await self._tell()

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._most:
                self._over = True
                raise TooLarge
        return message

    async def send(self, message: Message) -> None:
        if self._said or (self._over and not self._begun):  # whatever the application makes of it, this is what is said
            await self._tell()
        else:
            await self._out(message)

    async def _tell(self) -> None:
        if self._said or self._begun:
            return
        self._said = True
        answer = refused(Refusal(413, "studio.gate_large", most=self._most // MIB))
        answer.headers["Connection"] = "close"  # the rest is not read
        await answer(self._scope, self._receive, self._out)

    async def _out(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            self._dress(MutableHeaders(scope=message))
        await self._send(message)

    def _dress(self, headers: MutableHeaders) -> None:
        """The headers of every answer; of files under /api also that they are to be saved, not shown."""
        for name in [name for name in headers if name.lower().startswith("access-control-")]:
            del headers[name]
        headers.update(HEADERS)
        headers.setdefault("Cache-Control", "no-store")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        path = str(self._scope["path"])
        if _is_api(path) and kind and kind not in SHOWN:
            headers.setdefault("Content-Disposition", f"attachment; filename*=UTF-8''{_file_name(path)}")


def same(one: str, other: str) -> bool:
    """Whether two tokens are equal, in a time that tells nothing of them, their lengths included."""
    digests = (hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (one, other))
    return hmac.compare_digest(*digests)


def _is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def _one(headers: Headers, name: str) -> str:
    """The value of a header that may come once."""
    values = headers.getlist(name)
    if len(values) > 1:
        raise Refusal(400, "studio.malformed")
    return values[0].strip() if values else ""


def _kind(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _listening(scope: Scope) -> str | None:
    """The number that this machine was reached at, with the port: no name of someone else's is one."""
    host, port = scope.get("server") or (None, None)
    try:
        number = ipaddress.ip_address(str(host))
    except ValueError:
        return None
    return f"[{number}]:{port}" if number.version == 6 else f"{number}:{port}"


def _cookies(line: str, name: str) -> list[str]:
    """Values that a Cookie header gives for a name, which must be exactly that."""
    pairs = (part.strip().partition("=") for part in line.split(";"))
    return [value for key, _, value in pairs if key == name]


def _query(scope: Scope) -> list[tuple[str, str]]:
    try:
        return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise Refusal(400, "studio.gate_address") from error


def _arrives(headers: Headers) -> bool:
    """Whether a browser follows a link from elsewhere in a window of its own."""
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return False
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _check_address(scope: Scope) -> None:
    """Refuses paths that mean another place to one reader than to the next: "..", "//", encoded slashes."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    asked = raw.partition(b"?")[0].lower()
    path = str(scope["path"])
    odd = any(mark in asked for mark in (b"%2f", b"%5c", b"%2e", b"%00", b"%25"))
    parts = path.split("/")
    if odd or "\\" in path or ".." in parts or "." in parts or "" in parts[1:-1] or not path.isprintable():
        raise Refusal(400, "studio.gate_address")


def _file_name(path: str) -> str:
    """What is left of the end of an address as a file's name."""
    parts = [part for part in path.split("/") if part]
    return quote("-".join(parts[-3:]) if parts else "file", safe="")


def _page(error: Refusal) -> Response:
    """A refusal as a page that anyone can read, in both languages, for those who come without the token."""
    english, korean = (html.escape(text.format(**error.values)) for text in CATALOGUE[error.key])
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>makebelieve</title>'
        f'<meta name="viewport" content="width=device-width"></head><body><h1>makebelieve</h1>'
        f'<p>{english}</p><p lang="ko">{korean}</p></body></html>',
        error.status,
    )


def _refreshing(place: str) -> str:
    """A page that goes on by itself, so that it is the studio's own page that asks for the next."""
    shown = html.escape(place, quote=True)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>makebelieve</title>'
        f'<meta http-equiv="refresh" content="0; url={shown}"></head>'
        f'<body><p><a href="{shown}">makebelieve</a></p></body></html>'
    )
