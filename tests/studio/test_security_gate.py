"""Who gets past the studio's gate: tests from the known holes of pages on localhost.

MLflow CVE-2025-14279: no check of Host or Origin, so a page of someone else's, by DNS rebinding, drove the server.
Jupyter: origins and paths compared by their beginnings, "null" taken for no origin, `//elsewhere` as a redirect.
gradio CVE-2023-51449: `../` and its encodings in the route of files.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from makebelieve.studio.gate import Bodies, Gate, hosts_of
from makebelieve.studio.refusals import add_handlers

TOKEN, PORT = "t" * 32, 8765
OWN = f"http://127.0.0.1:{PORT}"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def build(bodies: Bodies | None = None) -> Gate:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_handlers(app)

    @app.get("/api/secret")
    async def secret() -> dict[str, str]:
        return {"secret": "runs"}

    @app.post("/api/act")
    async def act(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.post("/api/data/uploads")
    async def upload(request: Request) -> dict[str, int]:
        async with request.form() as form:
            return {"parts": len(form)}

    @app.post("/api/careless")
    async def careless(request: Request) -> Response:
        try:
            await request.body()
        except Exception:  # noqa: BLE001 - what a careless route may do
            return PlainTextResponse("fine")
        return PlainTextResponse("fine")

    @app.get("/api/runs/{run}/samples/{name}")
    async def sample(run: str, name: str) -> Response:
        return PlainTextResponse(
            "<script>alert(1)</script>", media_type="text/html" if "html" in name else "text/plain"
        )

    @app.get("/api/broken")
    async def broken() -> Response:
        raise RuntimeError("broken")

    @app.get("/api/open")
    async def wide() -> Response:
        return JSONResponse({}, headers={"Access-Control-Allow-Origin": "*", "Content-Security-Policy": "none"})

    @app.get("/js/app.js")
    async def script() -> Response:
        return Response("export {}", media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @app.get("/{path:path}")
    async def page(path: str) -> Response:
        return HTMLResponse(f"<!doctype html><title>page {path}</title>")

    return Gate(app, TOKEN, hosts_of("127.0.0.1", PORT), PORT, bodies or Bodies())


def ask(
    method: str, path: str, headers: Any = (), *, gate: Gate | None = None, base: str = OWN, **more: Any
) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=gate or build(), raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, headers=headers, **more)

    return asyncio.run(go())


def raw(
    path: bytes, headers: list[tuple[bytes, bytes]], *, method: str = "GET", query: bytes = b"", kind: str = "http"
) -> tuple[int, dict[str, str], bytes]:
    """A request as bytes came over the wire, which a client library would have tidied."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    from urllib.parse import unquote_to_bytes

    scope = {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path, "query_string": query,
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    asyncio.run(build()(scope, receive, send))
    if kind != "http":
        return sent[0]["code"], {}, b""
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def own(*more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"127.0.0.1:8765"), (b"authorization", f"Bearer {TOKEN}".encode()), *more]


# the token


@pytest.mark.parametrize("path", ["/", "/data", "/runs/abc", "/js/app.js", "/style/base.css", "/words/en.json", "/x"])
def test_nothing_but_a_page_that_says_how_is_shown_without_the_token(path: str) -> None:
    answer = ask("GET", path)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "terminal" in answer.text and "터미널" in answer.text
    assert "<script" not in answer.text and TOKEN not in answer.text


def test_without_the_token_the_api_answers_json() -> None:
    answer = ask("GET", "/api/secret")
    assert answer.status_code == 401
    assert answer.json()["error"]["key"] == "studio.gate_token"


def test_the_printed_address_leaves_the_token_in_a_cookie_and_goes_on_without_it() -> None:
    answer = ask("GET", f"/runs/ab?x=1&token={TOKEN}&y=%20")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/runs/ab?x=1&y=+"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"makebelieve-{PORT}={TOKEN}")
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie


def test_the_token_is_never_told_to_another_site() -> None:
    answer = ask("GET", f"/?token={TOKEN}")
    assert "token" not in answer.headers["location"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/js/app.js", "/api/secret"])
def test_cookie_and_bearer_open_everything(path: str) -> None:
    assert ask("GET", path, {"Cookie": f"a=b; makebelieve-{PORT}={TOKEN}"}).status_code == 200
    assert ask("GET", path, BEARER).status_code == 200


@pytest.mark.parametrize(
    "cookie",
    [
        f"makebelieve-8766={TOKEN}",  # of a studio at another port
        f"makebelieve={TOKEN}",
        f"MAKEBELIEVE-{PORT}={TOKEN}",
        f"xmakebelieve-{PORT}={TOKEN}",
        f"makebelieve-{PORT}={TOKEN}x",
        f"makebelieve-{PORT}={TOKEN[:-1]}",
        f"makebelieve-{PORT}=",
        f'a="; makebelieve-{PORT}=x; b={TOKEN}"',
    ],
)
def test_cookies_that_are_not_the_studios(cookie: str) -> None:
    assert ask("GET", "/api/secret", {"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize("given", [TOKEN, f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN} x"])
def test_authorization_that_is_not_the_token(given: str) -> None:
    assert ask("GET", "/api/secret", {"Authorization": given}).status_code == 401


def test_the_token_in_the_address_opens_pages_only() -> None:
    assert ask("GET", f"/api/secret?token={TOKEN}").status_code == 401
    assert ask("POST", f"/?token={TOKEN}").status_code == 401
    assert ask("GET", f"/?token=wrong&token={TOKEN}").status_code == 401
    assert ask("GET", "/?token=wrong").status_code == 401


def test_an_old_address_is_tidied_for_one_who_is_in() -> None:
    answer = ask("GET", "/data?token=of-yesterday", {"Cookie": f"makebelieve-{PORT}={TOKEN}"})
    assert answer.status_code == 303 and answer.headers["location"] == "/data"
    assert "set-cookie" not in answer.headers


# whose address: DNS rebinding


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_own_names(host: str) -> None:
    assert ask("GET", "/api/secret", {**BEARER, "Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/js/app.js", "/api/secret"])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765", "evil.example", "127.0.0.1", "localhost", "127.0.0.1:80", "127.0.0.1:87650",
        "localhost.:8765", "localhost.evil.example:8765", "127.0.0.1.evil.example:8765", "127.0.0.1:8765@evil.example",
        "evil.example#127.0.0.1:8765", "0.0.0.0:8765", "127.1:8765", "127.0.0.1:8765,evil.example", "",
    ],
)  # fmt: skip
def test_other_names_for_this_machine_are_refused_even_with_the_token(host: str, path: str) -> None:
    status, headers, _ = raw(path.encode(), [(b"host", host.encode()), (b"authorization", f"Bearer {TOKEN}".encode())])
    assert status == 421
    assert "content-security-policy" in headers


def test_the_token_page_too_is_refused_under_another_name() -> None:
    answer = ask("GET", f"/?token={TOKEN}", {"Host": "evil.example:8765"})
    assert answer.status_code == 421 and "set-cookie" not in answer.headers


def test_header_tricks() -> None:
    assert raw(b"/api/secret", own((b"host", b"evil.example")))[0] == 400  # which of the two counts?
    assert raw(b"/api/secret", own()[1:])[0] == 421  # none, as of HTTP/1.0
    assert raw(b"/api/secret", own((b"authorization", b"Bearer x")))[0] == 400
    assert (
        raw(b"/api/secret", [(b"host", b"evil.example"), (b"x-forwarded-host", b"127.0.0.1:8765"), *own()[1:]])[0]
        == 421
    )
    assert raw(b"/api/act", own((b"content-length", b"1"), (b"content-length", b"9")), method="POST")[0] == 400
    assert raw(b"/api/act", own((b"content-length", b"-1")), method="POST")[0] == 400
    status = raw(b"/api/secret", own((b"x-http-method-override", b"POST"), (b"x-original-url", b"/api/broken")))[0]
    assert status == 200  # neither is looked at


# whose page asks


@pytest.mark.parametrize("path", ["/", "/js/app.js", "/api/secret"])
@pytest.mark.parametrize(
    "origin",
    [
        "null", "http://evil.example", "http://127.0.0.1:8765.evil.example", "http://127.0.0.1:9999",
        "http://localhost:8765", "https://127.0.0.1:8765", "http://127.0.0.1:8765/", "http://127.0.0.1:8765 http://x",
        "file://", "", "http://127.0.0.1", "HTTP://127.0.0.1:8765x",
    ],
)  # fmt: skip
def test_pages_of_others_are_refused_even_with_the_token(origin: str, path: str) -> None:
    assert ask("GET", path, {**BEARER, "Origin": origin}).status_code == 403


def test_the_own_page_is_answered() -> None:
    answer = ask("POST", "/api/act", {**BEARER, "Origin": OWN, "Sec-Fetch-Site": "same-origin"}, json={})
    assert answer.status_code == 200 and answer.json() == {"bytes": 2}
    assert raw(b"/api/act", own((b"origin", OWN.encode()), (b"origin", b"null")), method="POST")[0] == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "none, cross-site"])
@pytest.mark.parametrize("path", ["/", "/js/app.js", "/api/secret"])
def test_what_a_browser_tells_of_the_asker_counts(site: str, path: str) -> None:
    assert ask("GET", path, {**BEARER, "Sec-Fetch-Site": site}).status_code == 403


def test_a_link_from_elsewhere_with_the_token_goes_on_from_the_studios_own_page() -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = ask("GET", f"/data?token={TOKEN}&a=%22%3E%3Cscript%3E", link)
    assert answer.status_code == 200 and "set-cookie" in answer.headers
    assert 'content="0; url=/data?a=%22%3E%3Cscript%3E"' in answer.text and TOKEN not in answer.text
    assert ask("GET", "/data", {**link, **BEARER}).status_code == 403  # without the token in the address
    assert ask("GET", "/data?token=x", link).status_code == 401
    assert ask("GET", f"/data?token={TOKEN}", {**link, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert ask("GET", f"/data?token={TOKEN}", {**link, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert ask("GET", f"/api/secret?token={TOKEN}", link).status_code == 403


def test_there_is_no_cors_and_no_other_method() -> None:
    asked = {**BEARER, "Access-Control-Request-Method": "POST", "Origin": OWN}
    answer = ask("OPTIONS", "/api/act", asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert not [name for name in ask("GET", "/api/open", BEARER).headers if name.startswith("access-control")]
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT"):
        assert ask(method, "/api/secret", BEARER).status_code == 405


def test_web_sockets_are_closed() -> None:
    assert raw(b"/api/events", own(), kind="websocket")[0] == 1008


# where


@pytest.mark.parametrize(
    "path",
    [
        b"/../etc/passwd", b"/js/../../secret", b"/js/..%2f..%2fsecret", b"/js/%2e%2e/secret", b"/js/..%5csecret",
        b"/js/%252e%252e/secret", b"//evil.example/", b"/js//app.js", b"/./js/app.js", b"/js/app.js%00.png",
        b"/api/runs/..%2F..%2Fx/samples/1.png", b"/js\\app.js", b"/api/../js/app.js", b"/api/runs/a%0d%0ab/samples/x",
    ],
)  # fmt: skip
def test_paths_that_lead_elsewhere(path: bytes) -> None:
    assert raw(path, own())[0] == 400
    assert raw(path, own()[:1])[0] in (400, 401)


def test_the_redirect_stays_here() -> None:
    status, headers, _ = raw(b"//evil.example/x", own()[:1], query=f"token={TOKEN}".encode())
    assert status == 400 and "location" not in headers
    many = "&".join(f"a{i}=1" for i in range(500))
    assert ask("GET", f"/?{many}&token={TOKEN}").status_code == 400


def test_what_begins_like_the_api_is_not_the_api() -> None:
    answer = ask("GET", "/api-evil")
    assert answer.status_code == 401 and answer.headers["content-type"].startswith("text/html")


# what every answer says


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", BEARER, 200), ("/js/app.js", BEARER, 200), ("/api/secret", BEARER, 200), ("/api/nothing/x", BEARER, 200),
        ("/api/broken", BEARER, 500), ("/", {}, 401), ("/api/secret", {}, 401), ("/api/open", BEARER, 200),
        ("/", {**BEARER, "Origin": "null"}, 403), ("/", {"Host": "x"}, 421), (f"/?token={TOKEN}", {}, 303),
        ("/a/%2e%2e/b", BEARER, 400),
    ],
)  # fmt: skip
def test_headers_of_every_answer(path: str, headers: dict[str, str], status: int) -> None:
    answer = ask("GET", path, headers)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"


def test_files_are_saved_not_shown() -> None:
    for name in ("step-1.txt", "step-1.html"):
        answer = ask("GET", f"/api/runs/ab/samples/{name}", BEARER)
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''ab-samples-{name}"
    assert "content-disposition" not in ask("GET", "/api/secret", BEARER).headers
    assert "content-disposition" not in ask("GET", "/js/app.js", BEARER).headers


def test_answers_are_not_kept_unless_they_are_said_to_be() -> None:
    assert ask("GET", "/api/secret", BEARER).headers["cache-control"] == "no-store"
    assert ask("GET", "/js/app.js", BEARER).headers["cache-control"] == "no-cache"


# how much


def test_a_body_that_says_it_is_too_large() -> None:
    gate = build(Bodies(json=100))
    answer = ask("POST", "/api/act", {**BEARER, "Content-Type": "application/json"}, gate=gate, content=b"1" * 101)
    assert answer.status_code == 413 and answer.json()["error"]["key"] == "studio.gate_large"
    fine = ask("POST", "/api/act", {**BEARER, "Content-Type": "application/json"}, gate=gate, content=b"1" * 100)
    assert fine.status_code == 200


@pytest.mark.parametrize("path", ["/api/act", "/api/careless"])
def test_a_body_is_measured_while_it_is_read(path: str) -> None:
    async def flood() -> Any:
        for _ in range(1000):
            yield b"1" * 10

    gate = build(Bodies(json=100))
    answer = ask("POST", path, {**BEARER, "Content-Type": "application/json"}, gate=gate, content=flood())
    assert answer.status_code == 413 and answer.json()["error"]["key"] == "studio.gate_large"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_forms_have_their_own_limits() -> None:
    gate = build(Bodies(json=10, form=2000, uploads=5000))
    files = [("files", ("a.png", b"1" * 3000, "image/png"))]
    assert ask("POST", "/api/data/uploads", BEARER, gate=gate, files=files).status_code == 200
    assert ask("POST", "/api/data/uploads-evil", BEARER, gate=gate, files=files).status_code == 413
    assert ask("POST", "/api/act", BEARER, gate=gate, files=files).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_bodies_that_any_page_may_send_unasked_are_refused(kind: str) -> None:
    answer = ask("POST", "/api/act", {**BEARER, "Content-Type": kind}, content=b"{}")
    assert answer.status_code == 415


def test_hosts_of_an_address() -> None:
    assert hosts_of("0.0.0.0", 1) == ("127.0.0.1:1", "localhost:1", "[::1]:1")
    assert "studio.lan:1" in hosts_of("Studio.lan", 1)
    assert "[fe80::1]:1" in hosts_of("fe80::1", 1)
    assert "box:1" in hosts_of("0.0.0.0", 1, "box")
    assert "localhost" in hosts_of("127.0.0.1", 80) and "localhost" not in hosts_of("127.0.0.1", 81)


def test_the_gate_needs_no_torch() -> None:
    import subprocess

    told = "import sys, makebelieve.studio.gate, makebelieve.studio.sources; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
