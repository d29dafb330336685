"""Routes of data, what a look answers, and that the literals of the light rooms agree with the library."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image

import makebelieve as mb
from makebelieve.data import KNOWN as PICTURES
from makebelieve.data import KNOWN_RATINGS, KNOWN_TEXTS
from makebelieve.studio import frames
from makebelieve.studio.folders import Folders
from makebelieve.studio.looker import DOORS, answered
from makebelieve.studio.lookers import Lookers
from makebelieve.studio.refusals import Refusal, add_handlers
from makebelieve.studio.routes import data as routes
from makebelieve.studio.sources import ARGUMENTS, AT_HAND, KNOWN, SOURCES, called
from makebelieve.studio.uploads import Limits, Uploads


def png(grey: int = 100, size: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("L", (size, size), grey).save(out, "PNG")
    return out.getvalue()


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.sin(np.arange(4000) / 5) * 9000).astype("<i2").tobytes())
    return out.getvalue()


class Inside:
    """A worker that is this process: what it is asked it answers at once."""

    def __init__(self) -> None:
        self.stdout = asyncio.StreamReader()
        self.returncode: int | None = None
        self.stdin = self

    def write(self, frame: bytes) -> None:
        found = frames.read(io.BytesIO(frame))
        assert found is not None
        status, answer = answered(json.loads(found[1][0]))
        self.stdout.feed_data(frames.packed({"status": status}, [json.dumps(answer).encode()]))

    async def drain(self) -> None: ...

    def close(self) -> None:
        self.returncode = 0

    async def wait(self) -> int:
        return 0

    def kill(self) -> None: ...


class Spare:
    def __init__(self, worker: type = Inside) -> None:
        self.worker, self.started = worker, 0

    async def start(self, told: Any) -> Any:
        assert told == {"be": "looker"}
        self.started += 1
        return self.worker()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    (tmp_path / "mine" / "pets").mkdir(parents=True)
    (tmp_path / "mine" / "pets" / "1.png").write_bytes(png())
    app = FastAPI()
    add_handlers(app)
    uploads = Uploads(tmp_path / "uploads", Limits(parts=5))
    app.include_router(routes.router(uploads, Folders([tmp_path / "mine"]), Spare()))
    return app


def ask(app: FastAPI, method: str, path: str, **more: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
            return await client.request(method, path, **more)

    return asyncio.run(go())


def form(*files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    return {"files": [("files", (name, content, "x/x")) for name, content in files], "data": fields}


def test_sets_and_folders(app: FastAPI) -> None:
    sets = ask(app, "GET", "/api/data/sets").json()
    assert {"door": "images", "name": "mnist-5k", "at_hand": True} in sets
    places = ask(app, "GET", "/api/data/folders").json()
    assert [(place["name"], place["kind"]) for place in places] == [("mine", "folder"), ("mine/pets", "folder")]
    assert set(places[0]) == {"id", "name", "kind"}  # no path


def test_an_archive_becomes_data_that_can_be_looked_at(app: FastAPI) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for i in range(10):
            file.writestr(f"pets/{'고양이' if i % 2 else 'dog'}/{i}.png", png(20 * i))
        file.writestr("pets/evil.svg", "<svg/>")
    kept = ask(app, "POST", "/api/data/uploads", **form(("pets.zip", out.getvalue()))).json()
    assert kept["kind"] == "pictures" and kept["files"] == 10 and kept["classes"] == {"dog": 5, "고양이": 5}
    assert [(one["name"], one["why"]) for one in kept["skipped"]] == [("evil.svg", "studio.skip_kind")]
    assert ask(app, "GET", "/api/data/uploads").json()[0]["id"] == kept["id"]
    look = {"door": "images", "arguments": {"source": {"upload": kept["id"]}, "size": 8}}
    seen = ask(app, "POST", "/api/data/look", json=look).json()
    assert seen["batch"].startswith("data:image/png;base64,")
    assert {one["caption"] for one in seen["pictures"]} == {"dog", "고양이"}
    assert seen["n"] == [8, 2] and seen["classes"] == ["dog", "고양이"]
    assert sum(train for train, _ in seen["counts"].values()) == 8
    assert seen["skipped"] == [] and "mb.images(" in seen["code"] and "size=8" in seen["code"]
    scope: dict[str, Any] = {}
    exec(compile(seen["code"], "code", "exec"), scope)
    assert scope["data"].count("train") == 8


def test_recordings_become_sounds(app: FastAPI) -> None:
    pytest.importorskip("soundfile")
    files = [(f"{name}/{i}.wav", wav()) for name in ("yes", "no") for i in range(2)]
    kept = ask(app, "POST", "/api/data/recordings", **form(*files)).json()
    assert kept["kind"] == "sounds" and kept["classes"] == {"no": 2, "yes": 2}
    more = ask(app, "POST", "/api/data/recordings", **form(("yes/9.wav", wav()), into=kept["id"])).json()
    assert more["id"] == kept["id"] and more["classes"]["yes"] == 3
    look = {"door": "audio", "arguments": {"source": {"upload": kept["id"]}, "mels": 16}}
    seen = ask(app, "POST", "/api/data/look", json=look).json()
    assert seen["classes"] == ["no", "yes"] and seen["pictures"] and seen["facts"]["kind"] == "audio"
    refused = ask(app, "POST", "/api/data/recordings", **form(("yes/1.png", png()))).json()
    assert refused["id"] is None and refused["skipped"][0]["why"] == "studio.skip_unwanted"


def test_tables_and_texts(app: FastAPI) -> None:
    rows = "day,sales\n" + "\n".join(f"2020-01-{day:02d},{day % 7}" for day in range(1, 31))
    kept = ask(app, "POST", "/api/data/uploads", **form(("sales.csv", rows.encode()))).json()
    assert kept["doors"][0] == "series" and kept["columns"] == ["day", "sales"] and kept["numbers"] == ["sales"]
    asked = {"x": {"upload": kept["id"]}, "past": 7, "ahead": 2, "time": "day"}
    seen = ask(app, "POST", "/api/data/look", json={"door": "series", "arguments": asked}).json()
    assert len(seen["lines"][0]["values"]) == 30 and seen["lines"][0]["valid_from"] == 24
    kept = ask(app, "POST", "/api/data/uploads", **form(("글.txt", ("가나다라 " * 100).encode("cp949")))).json()
    seen = ask(
        app, "POST", "/api/data/look", json={"door": "text", "arguments": {"source": {"upload": kept["id"]}}}
    ).json()
    assert seen["n"] == [450, 50] and "가나다라" in seen["rows"]["rows"][0][-1]


@pytest.mark.parametrize(
    ("door", "source"), [("ratings", "synthetic"), ("traces", "synthetic"), ("text", "python-docs")]
)
def test_known_sets_can_be_looked_at(app: FastAPI, door: str, source: str) -> None:
    data = {"door": door, "arguments": {"source": source}}
    seen = ask(app, "POST", "/api/data/look", json=data)
    assert seen.status_code == 200 and (seen.json()["rows"] or seen.json()["pictures"])


def test_what_a_door_refuses_comes_with_its_key(app: FastAPI) -> None:
    kept = ask(app, "POST", "/api/data/uploads", **form(("a.png", png(size=8)), ("b.png", png(size=9)))).json()
    look = {"door": "images", "arguments": {"source": {"upload": kept["id"]}}}
    answer = ask(app, "POST", "/api/data/look", json=look)
    assert answer.status_code == 422 and answer.json()["error"]["key"] == "data.sizes_differ"
    answer = ask(app, "POST", "/api/data/look", json={"door": "images", "arguments": {"source": "/etc"}})
    assert answer.status_code == 422 and answer.json()["error"]["key"] == "studio.data_source"
    assert ask(app, "POST", "/api/data/look", content=b"{").status_code == 422
    assert ask(app, "POST", "/api/data/look", content=b"[" * 100_000).status_code == 422


def test_too_many_parts_and_odd_forms(app: FastAPI) -> None:
    many = ask(app, "POST", "/api/data/uploads", **form(*[(f"{i}.png", png()) for i in range(6)]))
    assert many.status_code == 413 and many.json()["error"]["key"] == "studio.upload_parts"
    fields = ask(
        app, "POST", "/api/data/uploads", files=[("files", ("a.png", png()))], data={f"f{i}": "x" for i in range(9)}
    )
    assert fields.status_code == 413
    long = ask(app, "POST", "/api/data/uploads", files=[("files", ("a.png", png()))], data={"into": "x" * 2000})
    assert long.status_code == 413
    assert ask(app, "POST", "/api/data/uploads", data={"into": "x"}).status_code == 422
    assert ask(app, "POST", "/api/data/uploads", json={}).status_code == 422
    assert ask(app, "POST", "/api/data/uploads", **form(("a.png", png()), into="../..")).status_code == 404
    assert (
        ask(app, "POST", "/api/data/uploads", files=[("into", ("x", b"x")), ("files", ("a.png", png()))]).status_code
        == 422
    )
    torn = ask(
        app, "POST", "/api/data/uploads", content=b"--x\r\n\r\n", headers={"Content-Type": "multipart/form-data"}
    )
    assert torn.status_code in (413, 422)
    escape = ask(app, "POST", "/api/data/uploads", **form(("../../evil.png", png())))
    assert escape.status_code == 422 and escape.json()["error"]["key"] == "studio.upload_path"


class Broken(Inside):
    """A worker that dies over its answer."""

    def write(self, frame: bytes) -> None:
        self.stdout.feed_eof()


class Slow(Inside):
    """A worker that never answers."""

    def write(self, frame: bytes) -> None: ...


def test_workers_that_break_or_take_too_long_are_replaced() -> None:
    async def go(worker: type, key: str) -> None:
        spare = Spare(worker)
        lookers = Lookers(spare, seconds=0.05)
        with pytest.raises(Refusal) as error:
            await lookers.look({"door": "images", "arguments": {"source": "digits"}})
        assert error.value.key == key
        spare.worker, lookers._seconds = Inside, 60.0
        assert (await lookers.look({"door": "ratings", "arguments": {"source": "synthetic"}}))[0] == 200
        assert (await lookers.look({"door": "ratings", "arguments": {"source": "none"}}))[0] == 422
        assert spare.started == 2
        await lookers.close()

    asyncio.run(go(Broken, "studio.look_ended"))
    asyncio.run(go(Slow, "studio.look_slow"))


def test_a_worker_that_nobody_asks_is_let_go() -> None:
    async def go() -> None:
        spare = Spare()
        lookers = Lookers(spare, idle=0.02)
        for _ in range(2):
            await lookers.look({"door": "ratings", "arguments": {"source": "synthetic"}})
            while lookers._process is not None:
                await asyncio.sleep(0.005)
        assert spare.started == 2

    asyncio.run(go())


def test_known_names_are_those_of_the_library() -> None:
    assert set(KNOWN["images"]) == set(PICTURES)
    assert set(KNOWN["text"]) == set(KNOWN_TEXTS)
    assert set(KNOWN["ratings"]) == set(KNOWN_RATINGS)
    assert set(AT_HAND) <= {name for names in KNOWN.values() for name in names}


def test_arguments_are_those_of_the_doors() -> None:
    assert set(SOURCES) == set(ARGUMENTS) == set(DOORS)
    for name, door in DOORS.items():
        given = inspect.signature(inspect.unwrap(door)).parameters
        assert set(ARGUMENTS[name]) | set(SOURCES[name]) <= set(given), name
        assert door is getattr(mb, name)


def test_the_page_has_words_for_all_it_names() -> None:
    static = Path(routes.__file__).parents[1] / "static"
    words = json.loads((static / "words/data.json").read_text("utf-8"))
    for door, names in KNOWN.items():
        assert {f"data.set.{door}.{name}" for name in names} <= set(words)
    assert {f"data.door.{door}" for door in DOORS} <= set(words)


def test_calls() -> None:
    assert called("images", {"source": "digits", "size": [8, 8]}) == "mb.images('digits', size=[8, 8])"
    assert called("series", {"x": "a.csv", "past": 3}) == "mb.series('a.csv', past=3)"
    assert called("pairs", {"inputs": "a", "targets": "b'c"}) == "mb.pairs('a', \"b'c\")"
