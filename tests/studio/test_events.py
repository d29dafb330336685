"""The stream of events: what a reader knows at the end is what the files say, however the connection was cut."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from makebelieve.studio import events
from makebelieve.studio.events import Hub, Reader, event, parse_cursor
from makebelieve.studio.routes.events import router
from makebelieve.studio.tail import Place

ID = "0123456789abcdef"


@dataclass(frozen=True)
class Run:
    id: str
    path: Path
    job: Path | None


@dataclass
class Runs:
    known: dict[str, Run] = field(default_factory=dict)
    asked: int = 0

    def add(self, folder: Path, run: str = ID, state: str = "running") -> Run:
        one = Run(run, folder / run, folder / "jobs" / run)
        one.path.mkdir(parents=True)
        (folder / "jobs" / run).mkdir(parents=True)
        self.known[run] = one
        tell(one, state)
        return one

    def all(self) -> Iterable[Run]:
        self.asked += 1
        return list(self.known.values())

    def facts(self, run: str) -> Mapping[str, Any]:
        job = self.known[run].job
        assert job is not None
        return {"id": run, **json.loads((job / "job.json").read_text())}


def tell(run: Run, state: str) -> None:
    assert run.job is not None
    (run.job / "job.json").write_text(json.dumps({"state": state}))


def write(run: Run, *steps: int, mode: str = "a") -> None:
    with (run.path / "history.jsonl").open(mode) as file:
        file.writelines(json.dumps({"kind": "steps", "step": step, "model": step / 7}) + "\n" for step in steps)
    with (run.path / "clock.jsonl").open(mode) as file:
        file.writelines(json.dumps({"step": step, "seconds": step / 10}) + "\n" for step in steps)


def cut(run: Run, length: int, step: int) -> None:
    with (run.path / "history.jsonl").open("r+b") as file:
        file.truncate(length)
    clock = run.path / "clock.jsonl"
    kept = [line for line in clock.read_text().splitlines(keepends=True) if json.loads(line)["step"] <= step]
    clock.with_suffix(".new").write_text("".join(kept))
    clock.with_suffix(".new").replace(clock)


class Page:
    """What a page does with the events: the rule of static/js/stream.js and js/run/records.js."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.clock: dict[int, float] = {}
        self.samples: set[int] = set()
        self.last = ""
        self.seen: list[tuple[str, dict[str, Any]]] = []

    def take(self, text: str) -> None:
        for block in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            self.last = lines.get("id", self.last)
            if "data" in lines:
                self._heed(lines["event"], json.loads(lines["data"]))

    def _heed(self, name: str, data: dict[str, Any]) -> None:
        self.seen.append((name, data))
        if name == "rewound":
            del self.records[data["index"] :]
        elif name == "history":
            assert data["index"] <= len(self.records), "a gap"
            if data["index"] == len(self.records):
                self.records.append(data["record"])
        elif name == "clock":
            self.clock = {step: at for step, at in self.clock.items() if step < data["step"]}
            self.clock[data["step"]] = data["seconds"]
        elif name == "sample":
            self.samples.add(data["step"])


async def listen(stream: AsyncIterator[str], page: Page, until: Any) -> None:
    try:
        async for text in stream:
            page.take(text)
            if until(page):
                return
    finally:
        await stream.aclose()  # type: ignore[attr-defined]


def lines_of(run: Run) -> list[Any]:
    return [json.loads(line) for line in (run.path / "history.jsonl").read_text().splitlines()]


def hub_of(runs: Runs) -> Hub:
    return Hub(runs, fast=0.002, slow=0.005)


def test_a_reader_gets_what_happens_from_now_on(tmp_path: Path) -> None:
    async def play() -> None:
        runs = Runs()
        run = runs.add(tmp_path)
        write(run, 50)
        page = Page()
        page.records = lines_of(run)
        task = asyncio.create_task(listen(hub_of(runs).stream(), page, lambda p: len(p.records) == 3 and p.clock))
        await asyncio.sleep(0.02)
        (run.path / "samples").mkdir()
        (run.path / "samples" / "step-00000100.png").write_bytes(b"x")
        write(run, 100, 150)
        await task
        assert page.records == lines_of(run)
        assert page.clock == {100: 10.0, 150: 15.0}
        indices = [data["index"] for name, data in page.seen if name == "history"]
        assert indices == [1, 2]

    asyncio.run(play())


@pytest.mark.parametrize("seed", range(6))
def test_cut_connections_lose_nothing(tmp_path: Path, seed: int) -> None:
    """A page that is thrown out again and again, in a run that goes back now and then, ends where the files are."""

    def done(page: Page) -> bool:
        return bool(page.records) and page.records[-1].get("step") == 999

    async def play() -> None:
        dice = random.Random(seed)
        runs, page, unbroken = Runs(), Page(), Page()
        run = runs.add(tmp_path)
        write(run, 0)
        hub = hub_of(runs)
        page.last = unbroken.last = f"{ID}:{Place()}"
        whole = asyncio.create_task(listen(hub.stream(unbroken.last), unbroken, done))
        step, lengths = 0, [(0, 0)]
        for _ in range(12):
            heard = dice.randrange(1, 6)
            task = asyncio.create_task(listen(hub.stream(page.last), page, lambda p, n=[heard]: count_down(n)))
            for _ in range(dice.randrange(4)):
                if dice.random() < 0.3:
                    length, back = dice.choice(lengths)
                    lengths = [pair for pair in lengths if pair[0] <= length]
                    cut(run, length, back)
                    step = back
                else:
                    lengths.append(((run.path / "history.jsonl").stat().st_size, step))
                    write(run, *range(step + 1, step + 1 + dice.randrange(1, 9)), mode="a")
                    step += 9
                await asyncio.sleep(dice.choice([0, 0, 0.004]))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        write(run, 999)
        await listen(hub.stream(page.last), page, done)
        await whole
        assert page.records == unbroken.records == lines_of(run)
        steps = [json.loads(line)["step"] for line in (run.path / "clock.jsonl").read_text().splitlines()]
        await asyncio.sleep(0)
        assert sorted(page.clock)[-1] == steps[-1] == 999

    def count_down(left: list[int]) -> bool:
        left[0] -= 1
        return left[0] < 0

    asyncio.run(play())


def test_a_restarted_server_goes_on_from_the_files(tmp_path: Path) -> None:
    async def play() -> None:
        runs, page = Runs(), Page()
        run = runs.add(tmp_path)
        write(run, 1, 2, 3)
        (run.path / "samples").mkdir()
        (run.path / "samples" / "step-00000000.png").write_bytes(b"x")
        page.last = f"{ID}:{Place()}"
        await listen(hub_of(runs).stream(page.last), page, lambda p: len(p.records) == 3)
        write(run, 4)
        tell(run, "done")  # nobody trains it any more, and nobody listened
        page.seen.clear()
        await listen(hub_of(runs).stream(page.last), page, lambda p: p.seen[-1][0] == "ping")
        assert page.records == lines_of(run)
        assert [data["index"] for name, data in page.seen if name == "history"] == [3]
        assert page.samples == {0}
        assert page.clock == {1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4}

    asyncio.run(play())


def test_other_lines_of_the_same_number_are_told_from_those_known(tmp_path: Path) -> None:
    async def play() -> None:
        runs, page = Runs(), Page()
        run = runs.add(tmp_path)
        write(run, 1, 2, 3)
        page.last = f"{ID}:{Place()}"
        await listen(hub_of(runs).stream(page.last), page, lambda p: len(p.records) == 3)
        write(run, 1, 2, 8, mode="w")
        await listen(hub_of(runs).stream(page.last), page, lambda p: p.seen[-1][0] == "ping" and len(p.seen) > 9)
        assert ("rewound", {"id": ID, "index": 0}) in page.seen
        assert page.records == lines_of(run)

    asyncio.run(play())


def test_a_new_run_is_told_whole_and_a_removed_one_is_told(tmp_path: Path) -> None:
    async def play() -> None:
        runs, page = Runs(), Page()
        hub = hub_of(runs)
        task = asyncio.create_task(listen(hub.stream(), page, lambda p: p.seen[-1][1].get("state") == "removed"))
        await asyncio.sleep(0.01)
        run = runs.add(tmp_path, state="waiting")
        write(run, 1)
        await asyncio.sleep(0.05)
        tell(run, "running and then some")
        await asyncio.sleep(0.05)
        runs.known.clear()
        await task
        assert page.records == [{"kind": "steps", "step": 1, "model": 1 / 7}]
        states = [data["state"] for name, data in page.seen if name == "run"]
        assert states == ["waiting", "running and then some", "removed"]

    asyncio.run(play())


def test_nothing_is_looked_at_for_nobody(tmp_path: Path) -> None:
    async def play() -> None:
        runs, page = Runs(), Page()
        write(runs.add(tmp_path), 1)
        hub = hub_of(runs)
        await asyncio.sleep(0.02)
        assert not hub.looks
        assert runs.asked == 0
        await listen(hub.stream(), page, lambda p: p.seen[-1][0] == "ping")
        assert (hub.readers, hub.looks) == (0, False)
        before = runs.asked
        await asyncio.sleep(0.03)
        assert runs.asked == before
        assert not hub._watched
        assert not hub._facts

    asyncio.run(play())


def test_of_pulses_only_the_newest_waits_and_a_slow_reader_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_WAITING", 10)

    async def play() -> None:
        reader = Reader()
        for step in range(1000):
            reader.put(event("pulse", ID, {"step": step}))
        assert [json.loads(one.data)["step"] for one in await reader.wait(1)] == [999]
        for step in range(10):
            reader.put(event("history", ID, {"index": step}))
        assert not reader.cut
        reader.put(event("history", ID, {"index": 10}))
        assert reader.cut
        assert await reader.wait(1) == []

    asyncio.run(play())


def test_a_reader_that_was_cut_off_reads_on_from_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_WAITING", 10)

    async def play() -> None:
        runs, page = Runs(), Page()
        run = runs.add(tmp_path)
        page.last = f"{ID}:{Place()}"
        hub = hub_of(runs)
        stream = hub.stream(page.last)
        page.take(await anext(stream))  # and then it does not read
        write(run, *range(100))
        await asyncio.sleep(0.03)
        async for text in stream:
            page.take(text)
        assert hub.readers == 0
        await listen(hub.stream(page.last), page, lambda p: len(p.records) == 100)
        assert page.records == lines_of(run)

    asyncio.run(play())


def test_a_closed_hub_ends_its_streams(tmp_path: Path) -> None:
    async def play() -> None:
        runs, page = Runs(), Page()
        runs.add(tmp_path)
        hub = hub_of(runs)
        task = asyncio.create_task(listen(hub.stream(), page, lambda p: False))
        await asyncio.sleep(0.01)
        hub.close()
        await asyncio.wait_for(task, 1)
        assert [text async for text in hub.stream()] == []

    asyncio.run(play())


def test_an_hour_of_pulses_and_of_history_grows_little(tmp_path: Path) -> None:
    """What is kept is four bytes a line; no content."""

    async def play() -> None:
        runs = Runs()
        run = runs.add(tmp_path)
        hub = hub_of(runs)
        stream = hub.stream()
        await anext(stream)
        write(run, *range(5000))
        for _ in range(3):
            hub._look_once()
            assert run.job is not None
            (run.job / "pulse.json").write_text(json.dumps({"step": 1}))
        kept = hub._watched[ID].history._chains
        assert len(kept) == 5000
        assert len(kept) * kept.itemsize == 20000
        await stream.aclose()  # type: ignore[attr-defined]

    asyncio.run(play())


def test_the_places_in_an_id_come_back() -> None:
    reader = Reader()
    for index in range(40):
        reader.stand(f"{index:016x}", Place(index, index * 7))
    assert parse_cursor(reader.cursor()) == reader.places
    assert len(reader.places) == events.MOST_PLACES
    assert parse_cursor("x:1,:,a:1-zzzzzzzz,b:1-0000000g,,\n") == {}


def test_the_route_goes_on_after_the_id_that_the_browser_knows(tmp_path: Path) -> None:
    async def play() -> None:
        runs = Runs()
        run = runs.add(tmp_path)
        write(run, 1, 2)
        hub = hub_of(runs)
        app = FastAPI()
        app.include_router(router(hub))
        page = Page()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            asyncio.get_running_loop().call_later(0.1, hub.close)
            answer = await client.get("/api/events", headers={"Last-Event-ID": f"{ID}:{Place()}"})
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        page.take(answer.text)
        assert page.records == lines_of(run)
        assert page.last.startswith(f"{ID}:2-")

    asyncio.run(play())


def test_many_runs_are_looked_at_less_often() -> None:
    assert events.after_survey(10.0, 10.001, 0.5) == pytest.approx(10.501)
    assert events.after_survey(10.0, 10.1, 0.5) == pytest.approx(12.1)
