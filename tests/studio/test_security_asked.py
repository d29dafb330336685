"""What a request may make the studio and its workers do: numbers, counts, depth; and how a browser is let in."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse, Response

from makebelieve.studio import server, worker
from makebelieve.studio.events import Hub
from makebelieve.studio.explorer import asked
from makebelieve.studio.explorer.recommending import similar
from makebelieve.studio.explorers import BUSY, WAITING, Explorers
from makebelieve.studio.folders import Folders
from makebelieve.studio.gate import Gate, hosts_of
from makebelieve.studio.refusals import Refusal, add_handlers
from makebelieve.studio.routes import events, explore
from makebelieve.studio.sources import resolve
from makebelieve.studio.systems import MOST_OF, SYSTEMS, checked_options
from makebelieve.studio.uploads import Limits, Uploads

HUGE = 10**4000  # JSON may have it; a float can't


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("odd", [HUGE, -HUGE, float("nan"), float("inf"), True, "1"])
def test_numbers_that_are_none_end_nothing(odd: Any) -> None:
    with pytest.raises(Refusal):
        asked.numbers([0, odd], "z", 2)
    with pytest.raises(Refusal):
        checked_options(SYSTEMS["vae"], {"beta": odd})
    with pytest.raises(Refusal):
        resolve({"door": "images", "arguments": {"source": "digits", "valid": odd}}, Uploads(Path("u")), Folders())
    with pytest.raises(Refusal):
        similar(Explored(), {"item": odd if odd != "1" else "1" * 9999}, [])


class Explored:
    learn = None


@pytest.mark.parametrize("name", sorted(MOST_OF))
def test_no_option_takes_all_memory(name: str) -> None:
    named = [system for system in SYSTEMS.values() if name in system.all_options]
    taking = [system for system in named if system.all_options[name].type == "int"]
    assert taking
    for system in taking:
        assert not system.all_options[name].takes(MOST_OF[name] + 1)
        with pytest.raises(Refusal, match=f"≤ {MOST_OF[name]}"):
            checked_options(system, {name: MOST_OF[name] + 1})  # told before what is missing
        default = system.all_options[name].default
        assert default is None or system.all_options[name].takes(default)


@pytest.mark.parametrize(
    ("door", "name"),
    [("images", "size"), ("audio", "mels"), ("binaries", "size"), ("series", "past"), ("text", "length")],
)
def test_no_argument_of_data_takes_all_memory(door: str, name: str, tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    source = {"series": "synthetic", "images": "digits", "text": "python-docs"}.get(door)
    if source is None:
        source = {"upload": uploads.add([("a.txt", io.BytesIO(b"words"))])["id"]}
    key = "x" if door == "series" else "source"
    for most in (1 << 50, [1 << 30, 1 << 30]):
        with pytest.raises(Refusal) as error:
            resolve({"door": door, "arguments": {key: source, name: most}}, uploads, Folders())
        assert error.value.key == "studio.data_value"


# ---------------------------------------------------------------- explorers and streams


def test_explorers_are_not_started_without_end() -> None:
    async def main() -> None:
        started = []

        async def start(told: Any) -> Any:
            started.append(told)
            await asyncio.sleep(60)

        explorers = Explorers(start, most=2)
        tasks = [asyncio.create_task(explorers.ask(Path(f"run-{i}"), "x", {})) for i in range(9)]
        await asyncio.sleep(0.01)
        assert len(started) == BUSY * 2
        refused = [task.exception() for task in tasks if task.done()]
        assert len(refused) == 9 - BUSY * 2 and all(isinstance(one, Refusal) and one.status == 429 for one in refused)
        more = [asyncio.create_task(explorers.ask(Path("run-0"), "x", {})) for _ in range(WAITING + 3)]
        await asyncio.sleep(0.01)
        assert sum(task.done() and task.exception() is not None for task in more) == 3 + BUSY * 2
        for task in (*tasks, *more):
            task.cancel()
        for task in list(explorers._tasks):
            task.cancel()
        await asyncio.gather(*tasks, *more, *explorers._tasks, return_exceptions=True)

    asyncio.run(main())


def test_json_that_is_too_deep_reaches_no_explorer() -> None:
    seen: list[Any] = []

    class Echo:
        async def ask(self, _run: Path, _act: str, request: Any, _files: Any = ()) -> tuple[int, bytes]:
            seen.append(request)
            return 200, b"{}"

    app = FastAPI()
    add_handlers(app)
    app.include_router(explore.router(Echo(), Path))  # type: ignore[arg-type]
    with TestClient(app) as client:
        head = {"Content-Type": "application/json"}
        assert client.post("/api/explore/a/b", content='{"a": [[1]]}', headers=head).status_code == 200
        for deep in ("[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200):
            assert client.post("/api/explore/a/b", content=deep, headers=head).status_code == 400
    assert seen == [{"a": [[1]]}]


class NoRuns:
    def all(self) -> list[Any]:
        return []

    def facts(self, _run: str) -> dict[str, Any]:
        return {}


def test_a_cursor_puts_nothing_into_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Told(Hub):
        async def stream(self, after: str = "") -> Any:
            told.append(after)
            yield "retry: 1\n\n"

    app = FastAPI()
    add_handlers(app)
    hub = Told(NoRuns())
    app.include_router(events.router(hub))
    with TestClient(app) as client:
        client.get("/api/events", params={"after": "x:1\n\nevent: run\rdata: {}\u2028"})
        client.get("/api/events", headers={"Last-Event-ID": "a:1-00000000," * 9000})
        assert told[0] == "x:1event: rundata: {}" and len(told[1]) == events.MOST
        monkeypatch.setattr(Hub, "readers", events.READERS)
        assert client.get("/api/events").status_code == 429


# ---------------------------------------------------------------- archives


def test_the_directory_of_an_archive_is_counted_before_it_is_read(tmp_path: Path, monkeypatch: Any) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for i in range(30):
            file.writestr(f"{i}.txt", "words")
    monkeypatch.setattr(zipfile, "ZipFile", None)  # it would hold the whole directory in memory
    with pytest.raises(Refusal) as error:
        Uploads(tmp_path, Limits(files=10)).add([("a.zip", io.BytesIO(out.getvalue()))])
    assert error.value.key == "studio.upload_many"


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_archives_are_packed_in_the_usual_way(tmp_path: Path, how: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "words", how)
        file.writestr("b.txt", "words")
    facts = Uploads(tmp_path).add([("a.zip", io.BytesIO(out.getvalue()))])
    assert facts["files"] == 1 and [one["name"] for one in facts["skipped"]] == ["a.txt"]


# ---------------------------------------------------------------- letting in

PORT, TOKEN = 8765, "t" * 32


def asking(gate: Gate, base: str, path: str, headers: Any = ()) -> httpx.Response:
    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=gate), base_url=base) as client:  # type: ignore[arg-type]
            return await client.get(path, headers=headers)

    return asyncio.run(go())


async def fine(scope: Any, receive: Any, send: Any) -> None:
    answer: Response = PlainTextResponse("fine")
    await answer(scope, receive, send)


def test_a_ticket_lets_in_once() -> None:
    """What a browser is started with stands in the list of processes, which other users of the machine can read."""
    gate = Gate(fine, TOKEN, hosts_of("127.0.0.1", PORT), PORT, tickets={"once"})
    base = f"http://127.0.0.1:{PORT}"
    first = asking(gate, base, "/?token=once")
    assert first.status_code == 303 and f"={TOKEN};" in first.headers["set-cookie"]
    assert asking(gate, base, "/?token=once").status_code == 401
    assert asking(gate, base, "/", {"Authorization": "Bearer once"}).status_code == 401


def test_the_browser_is_started_with_the_ticket_alone(tmp_path: Path, monkeypatch: Any, caplog: Any) -> None:
    opened: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    monkeypatch.setattr(server.Server, "run", lambda self, _sockets: self._studio.opened())
    caplog.set_level("INFO")
    server.run([], runs=tmp_path, host="0.0.0.0", port=0, browser=True)
    told = re.search(r"http://(\S+?)/\?token=(\S+)", caplog.text)
    assert told and told[1].startswith("127.0.0.1:")  # the studio does not answer at 0.0.0.0
    assert len(opened) == 1 and told[2] not in opened[0] and opened[0].startswith(f"http://{told[1]}/?token=")


@pytest.mark.parametrize("host", ["192.168.1.5", "fe80::1"])
def test_the_number_that_a_machine_is_reached_at_is_its_own(host: str) -> None:
    gate = Gate(fine, TOKEN, hosts_of("0.0.0.0", PORT), PORT)

    def status(server: Any, named: str) -> int:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "client": ("10.0.0.1", 1),
            "headers": [(b"host", named.encode()), (b"authorization", f"Bearer {TOKEN}".encode())], "server": server,
        }  # fmt: skip
        asyncio.run(gate(scope, receive, send))
        return int(sent[0]["status"])

    shown = f"[{host}]" if ":" in host else host
    assert status((host, PORT), f"{shown}:{PORT}") == 200
    assert status((host, PORT), f"{shown}:{PORT + 1}") == 421
    assert status(("10.0.0.7", PORT), f"{shown}:{PORT}") == 421
    assert status(("evil.example", PORT), f"evil.example:{PORT}") == 421  # a name is none
    assert status(None, f"{shown}:{PORT}") == 421


def test_workers_go_before_the_server_where_memory_runs_out(monkeypatch: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(worker.Path, "write_text", lambda self, text, **_: told.append(f"{self} {text}"))
    with pytest.raises(ValueError, match="nothing"):
        worker.become({"be": "nothing"})
    assert told == ["/proc/self/oom_score_adj 0"]
    assert json.dumps(worker.OOM) and all(0 < score <= 1000 for score in worker.OOM.values())
