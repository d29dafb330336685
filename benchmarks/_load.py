"""A server in a process of its own, and clients of it: well-behaved ones that check every answer, and all others."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SERVER = """
import json, logging, sys
from makebelieve.serving import Limits, serve
logging.basicConfig(format="%(message)s", level=logging.WARNING)
logging.getLogger("makebelieve").setLevel(logging.INFO)
serve(sys.argv[1], port=0, limits=Limits(**json.loads(sys.argv[2])))
"""
PATIENCE = 60.0  # seconds until an answer counts as lost
LEFT = (ConnectionError, asyncio.IncompleteReadError, TimeoutError)


class Server:
    """A run, served."""

    def __init__(self, run: Path, **limits: float) -> None:
        env = {**os.environ, "MAKEBELIEVE_LANG": "en"}
        words = [sys.executable, "-c", SERVER, str(run), json.dumps(limits)]
        self.log = (run / f"server-{time.time_ns()}.log").open("w+")
        self.process = subprocess.Popen(words, stderr=self.log, env=env)
        self.port = self._port()

    def _port(self) -> int:
        for _ in range(1200):
            found = re.search(r"http://127\.0\.0\.1:(\d+)", Path(self.log.name).read_text())
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f"the server did not start:\n{Path(self.log.name).read_text()}")

    def end(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.terminate()
        return self.process.wait(60)

    def last_words(self) -> str:
        """The last line of its log."""
        return Path(self.log.name).read_text().strip().rpartition("\n")[2]

    def memory(self) -> float:
        """Resident MiB."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096 / 2**20


@dataclass
class Answer:
    status: int
    body: bytes
    closes: bool  # the connection


def request(path: str, body: bytes | None = None, kind: str = "application/json", *, close: bool = False) -> bytes:
    """A whole request as bytes."""
    end = "Connection: close\r\n" if close else ""
    if body is None:
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{end}\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{end}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def upload(path: str, *files: bytes, name: str = "files") -> bytes:
    """A request with files."""
    parts = [
        f'--X\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n\r\n'.encode() + file + b"\r\n"
        for file in files
    ]
    return request(path, b"".join(parts) + b"--X--\r\n", "multipart/form-data; boundary=X")


async def read_answer(reader: asyncio.StreamReader, first: bytes = b"") -> Answer:
    """One answer, whole, of which the first bytes may have been read."""
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    closes = "connection: close" in head
    status = int(head.split(" ", 2)[1])
    if "transfer-encoding: chunked" in head:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return Answer(status, body, closes)
    found = re.search(r"content-length: (\d+)", head)
    return Answer(status, await reader.readexactly(int(found[1])) if found else await reader.read(), closes)


class Connection:
    """A connection that stays open from request to request."""

    def __init__(self, port: int) -> None:
        self.port, self.streams, self.began = port, None, False

    async def ask(self, content: bytes) -> Answer:
        self.began = False  # whether an answer has begun to come
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        try:
            writer.write(content)
            await writer.drain()
            first = await asyncio.wait_for(reader.readexactly(1), PATIENCE)
            self.began = True
            answer = await asyncio.wait_for(read_answer(reader, first), PATIENCE)
            if answer.closes:
                self.close()
            return answer
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


@dataclass
class Tally:
    """What happened."""

    right: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    after_end: int = 0  # requests of which the closing server took no notice


@dataclass
class Good:
    """A request whose answer is known."""

    kind: str
    content: bytes
    check: Callable[[Answer], bool]


async def behave(port: int, wanted: list[Good], tally: Tally, ending: asyncio.Event, seed: int) -> None:
    """A well-behaved client: every answer must be right, or a 429."""
    draw, connection = random.Random(seed), Connection(port)
    while True:
        good = draw.choice(wanted)
        start = time.perf_counter()
        try:
            answer = await connection.ask(good.content)
        except LEFT as error:
            if ending.is_set() and not connection.began:
                tally.after_end += 1
                return
            tally.wrong.append(f"{good.kind}: no answer ({error!r})")
            continue
        if answer.status == 429:
            tally.refused["429"] += 1
            await asyncio.sleep(0.05)
        elif answer.status != 200 or not good.check(answer):
            tally.wrong.append(f"{good.kind}: {answer.status} {answer.body[:200]!r}")
        else:
            tally.right[good.kind] += 1
            tally.seconds.setdefault(good.kind, []).append(time.perf_counter() - start)
        if draw.random() < 0.02:
            connection.close()


def bad_requests(good: bytes, draw: random.Random) -> bytes:
    """A request that can't be done."""
    noise = draw.randbytes(draw.randrange(1, 400))
    return draw.choice([
        noise,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /generate?n=-1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        request("/generate?n=1000000000&seed=x"),
        request("/nowhere/../../etc/passwd"),
        request("/generate").replace(b"localhost", b"evil.example"),
        request("/decode", noise),
        request("/write", noise),
        request("/decode", b"[" * 5000),
        request("/decode", json.dumps({"z": [[1e30] * 3] * 70}).encode()),
        request("/decode", json.dumps({"z": "/etc/passwd"}).encode(), "text/plain"),
        request("/write", json.dumps({"prompt": "/etc/passwd\u0000\ud800", "n": 10**9}).encode()),
        upload("/encode", noise),
        upload("/encode", b"\x89PNG\r\n\x1a\n" + noise),
        upload("/encode", *[b""] * 100),
        request("/encode", noise, "multipart/form-data; boundary=X"),
        good.replace(b"Content-Length: ", b"Content-Length: 9"),  # says more than it sends
    ])  # fmt: skip


async def misbehave(port: int, wanted: list[Good], tally: Tally, ending: asyncio.Event, seed: int) -> None:
    """Malformed, huge, cut-off requests, and callers who leave: never an answer of 500 or more."""
    draw = random.Random(seed)
    while not ending.is_set():
        good = draw.choice(wanted).content
        what = draw.choice(["malformed", "malformed", "huge", "endless", "cut", "left", "left", "read a little"])
        with suppress(*LEFT, OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await _misdo(what, good, draw, reader, writer, tally)
            finally:
                writer.close()
        await asyncio.sleep(0.01)


async def _misdo(
    what: str,
    good: bytes,
    draw: random.Random,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    tally: Tally,
) -> None:
    if what == "malformed":
        writer.write(bad_requests(good, draw))
        if writer.can_write_eof():
            writer.write_eof()
    elif what == "huge":
        writer.write(request("/encode", b"x").replace(b"Content-Length: 1", b"Content-Length: 99999999999"))
    elif what == "endless":
        head = b"POST /encode HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        part = b'--X\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        writer.write(head + b"Content-Type: multipart/form-data; boundary=X\r\n\r\n%x\r\n%s\r\n" % (len(part), part))
        part = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        for _ in range(64):
            writer.write(part)
            await writer.drain()
    elif what == "cut":
        writer.write(good[: draw.randrange(1, len(good))])
        await writer.drain()
        await asyncio.sleep(draw.random() * 0.05)
        return
    else:
        writer.write(good)
        await writer.drain()
        await asyncio.sleep(draw.random() * 0.02)
        if what == "read a little":
            await asyncio.wait_for(reader.read(draw.randrange(1, 200)), 2)
        return
    answer = await asyncio.wait_for(read_answer(reader), 10)
    tally.refused[f"{what} {answer.status}"] += 1
    if answer.status >= 500:
        tally.wrong.append(f"{what}: {answer.status} {answer.body[:200]!r}")
