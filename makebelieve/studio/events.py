"""What happens in the runs, as server-sent events for whoever listens; nothing is looked at for nobody."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from makebelieve.errors import MakebelieveError
from makebelieve.messages import say
from makebelieve.studio.tail import JsonFile, Lines, Place, Sample, SampleFolder, Stat, read_lines, samples_of, stat_of

log = logging.getLogger(__name__)

FAST, SLOW = 0.05, 0.5  # seconds between two looks at what trains, and at everything
SHARE = 0.05  # of the time that looking at everything may take, where there are hundreds of runs
PING = 15.0
MOST_WAITING = 4096  # events that a reader may be behind; one that is slower is cut off and reads on from the files
MOST_PLACES = 16  # runs in an event's id
RETRY = 500  # ms until a browser comes again
LIVE = ("waiting", "running")


class WatchedRun(Protocol):
    """A run as the studio knows it.

    Attributes:
        id: opaque.
        path: its folder.
        job: the studio's folder about it, with `job.json` and `pulse.json`; None for a run that was made elsewhere.
    """

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def job(self) -> Path | None: ...


class Runs(Protocol):
    """Who knows the runs."""

    def all(self) -> Iterable[WatchedRun]: ...
    def facts(self, run: str) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        name: "run", "pulse", "history", "clock", "sample" or "rewound".
        run: which it is about.
        data: as JSON.
        place: where the history of the run is after it; None where it does not move.
    """

    name: str
    run: str
    data: str
    place: Place | None = None


def event(name: str, run: str, values: Mapping[str, Any], place: Place | None = None) -> Event:
    """An event whose data are the values and the run's ID."""
    return Event(name, run, json.dumps({"id": run, **values}, ensure_ascii=False, separators=(",", ":")), place)


class Watched:
    """One run that is followed: gives its events as its files change.

    Args:
        run: which.
        anew: whether it was not there before, so that all of it is news.
    """

    def __init__(self, run: WatchedRun, *, anew: bool = False) -> None:
        self.id = run.id
        self.history, self.clock = Lines(run.path / "history.jsonl"), Lines(run.path / "clock.jsonl")
        self.samples = SampleFolder(run.path / "samples")
        self.pulse = JsonFile(run.job / "pulse.json") if run.job is not None else None
        self.newest: Event | None = None
        self.state: Any = None
        if not anew:
            for _ in self.news():  # what is there already is asked for by its routes
                pass

    def news(self) -> Iterator[Event]:
        """What happened since the last call, history first."""
        history = self.history.news()
        if history is not None:
            if history.rewound is not None:
                yield self._rewound(history.rewound)
            for index, (record, place) in enumerate(zip(history.records, history.places, strict=True), history.first):
                yield event("history", self.id, {"index": index, "record": record}, place)
        clock = self.clock.news()
        if clock is not None:
            for record in clock.records:
                yield event("clock", self.id, record)
        for sample in self.samples.news(again=history is not None):
            yield self._sample(sample)
        if self.pulse is not None and (pulse := self.pulse.news()) is not None:
            self.newest, self.state = event("pulse", self.id, pulse), pulse.get("state")
            yield self.newest

    def missed(self, since: Place | None) -> Iterator[Event]:
        """What a reader who was at `since` has missed; all from the beginning where that is not what is there now.

        Samples are all given again. The files are read while they may change: where they do, it ends early, and what
        `news` gives then goes on from there.
        """
        if since is None or not self.history.is_at(since):
            yield self._rewound(0)
            since = Place()
        upto, start, step = self.history.place.lines, max(since.lines - 1, 0), -1
        for index, (record, place) in enumerate(read_lines(self.history.path, start), start):
            if index >= upto or not self.history.is_at(place):
                break
            if index >= since.lines:
                yield event("history", self.id, {"index": index, "record": record}, place)
            elif isinstance(record.get("step"), int):
                step = record["step"]
        for tick, _ in read_lines(self.clock.path):
            if isinstance(tick.get("step"), int) and tick["step"] >= step:
                yield event("clock", self.id, tick)
        for sample in samples_of(self.samples.folder):
            yield self._sample(sample)

    def _rewound(self, index: int) -> Event:
        return event("rewound", self.id, {"index": index}, self.history.after(index))

    def _sample(self, sample: Sample) -> Event:
        return event("sample", self.id, {"step": sample.step, "kind": sample.kind, "url": sample.url(self.id)})


class Reader:
    """One who listens: what waits for it, never more than `MOST_WAITING` events; of pulses and runs only the newest.

    Attributes:
        places: where it is in the history of each run, the least recently moved first.
        cut: whether it was too slow.
    """

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.cut = False
        self._waiting: deque[Event] = deque()
        self._newest: dict[tuple[str, str], Event] = {}
        self._woken = asyncio.Event()

    def put(self, one: Event) -> None:
        """An event for it to read."""
        if self.cut:
            return
        if one.name in ("run", "pulse"):
            self._newest[one.name, one.run] = one
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(one)
        else:
            self.end()
        self._woken.set()

    def end(self) -> None:
        """No more events: it may come again, and reads on from the files."""
        self.cut = True
        self._waiting.clear()
        self._newest.clear()
        self._woken.set()

    def stand(self, run: str, place: Place) -> None:
        """It has read the history of a run up to there."""
        self.places.pop(run, None)
        self.places[run] = place
        while len(self.places) > MOST_PLACES:
            self.places.pop(next(iter(self.places)))

    def text(self, one: Event) -> str:
        """An event as it goes over the wire; the places after it are its id, where it moves one."""
        if one.place is None:
            return f"event: {one.name}\ndata: {one.data}\n\n"
        self.stand(one.run, one.place)
        return f"id: {self.cursor()}\nevent: {one.name}\ndata: {one.data}\n\n"

    def cursor(self) -> str:
        """All its places: `ID:lines-crc,ID:lines-crc`."""
        return ",".join(f"{run}:{place}" for run, place in self.places.items())

    async def wait(self, seconds: float) -> list[Event]:
        """What waits, after at most so long; nothing where nothing came."""
        timer = asyncio.get_running_loop().call_later(seconds, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()
        self._woken.clear()
        found = [*self._waiting, *self._newest.values()]
        self._waiting.clear()
        self._newest.clear()
        return found


def parse_cursor(text: str) -> dict[str, Place]:
    """The places in an id; what is not one is left out."""
    found: dict[str, Place] = {}
    for part in text.split(",")[:MOST_PLACES]:
        run, _, told = part.partition(":")
        if (place := Place.parse(told)) is not None:
            found[run] = place
    return found


class Hub:
    """Follows the runs for as long as someone listens, and tells each who does.

    Args:
        runs: who knows them.
        fast: seconds between two looks at what trains.
        slow: seconds between two looks at all runs.
    """

    def __init__(self, runs: Runs, *, fast: float = FAST, slow: float = SLOW) -> None:
        self._runs, self._fast, self._slow = runs, fast, slow
        self._readers: set[Reader] = set()
        self._watched: dict[str, Watched] = {}
        self._facts: dict[str, Event] = {}
        self._stats: dict[str, tuple[Stat, Stat]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def readers(self) -> int:
        """How many listen."""
        return len(self._readers)

    @property
    def looks(self) -> bool:
        """Whether files are being looked at."""
        return self._looking is not None

    async def stream(self, after: str = "") -> AsyncIterator[str]:
        """Server-sent events, until the reader leaves, is too slow, or the hub is closed.

        Args:
            after: the id of the last event that the reader knows; empty for one that comes anew, and gets what happens
                from now on.
        """
        if self._closed:
            return
        known = parse_cursor(after) if after else None
        reader = Reader()
        self._join(reader, known)
        try:
            yield f"retry: {RETRY}\nid: {after or reader.cursor()}\nevent: open\ndata: {{}}\n\n"
            if known is not None:
                for run in list(self._watched.values()):
                    for some in _by(64, run.missed(known.get(run.id))):
                        yield "".join(map(reader.text, some))
            now = [*self._facts.values(), *(run.newest for run in self._watched.values() if run.newest is not None)]
            yield "".join(map(reader.text, now)) + f"id: {reader.cursor()}\nevent: ping\ndata: {{}}\n\n"
            while not reader.cut:
                waiting = await reader.wait(PING)
                yield "".join(map(reader.text, waiting)) or "event: ping\ndata: {}\n\n"
        finally:
            self._leave(reader)

    def _join(self, reader: Reader, known: Mapping[str, Place] | None) -> None:
        """From now on the reader is told; it stands where it says it is, or at the end of what there is."""
        if self._looking is None:
            self._survey(first=True)
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._ended)
        else:
            self._look_once()
        if known is not None:
            for run in self._runs.all():
                if run.id in known and run.id not in self._watched:
                    self._watched[run.id] = Watched(run)
        for name, watched in self._watched.items():
            place = watched.history.place if known is None else known.get(name)
            if place is not None:
                reader.stand(name, place)
        self._readers.add(reader)

    def _leave(self, reader: Reader) -> None:
        self._readers.discard(reader)
        if not self._readers and self._looking is not None:
            self._looking.cancel()
            self._looking = None
            self._watched.clear()
            self._facts.clear()
            self._stats.clear()

    def close(self) -> None:
        """Ends all streams, so that a server can stop."""
        self._closed = True
        for reader in self._readers:
            reader.end()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody looks any more: who listens comes again, and looking begins again with it."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s", say("studio.events_broken", kind=type(error).__name__), exc_info=error)
            for reader in self._readers:
                reader.end()

    async def _look(self) -> None:
        next_survey = time.monotonic() + self._slow
        while True:
            await asyncio.sleep(self._fast)
            self._look_once()
            if (begun := time.monotonic()) >= next_survey:
                self._survey()
                next_survey = after_survey(begun, time.monotonic(), self._slow)

    def _look_once(self) -> None:
        for run in self._watched.values():
            state = run.state
            for one in run.news():
                self._tell(one)
            if run.state != state:
                self._tell_facts(run.id)

    def _tell(self, one: Event) -> None:
        for reader in self._readers:
            reader.put(one)

    def _tell_facts(self, run: str) -> Any:
        """Tells what a run is by now, where that changed; gives its state."""
        try:
            facts = self._runs.facts(run)
        except MakebelieveError:  # it was taken away meanwhile
            return None
        one = event("run", run, facts)
        if self._facts.get(run) != one:
            self._facts[run] = one
            self._tell(one)
        return facts.get("state")

    def _survey(self, *, first: bool = False) -> None:
        """Looks at all runs: which are new, which live, what changed about any."""
        there = {run.id: run for run in self._runs.all()}
        for name, run in there.items():
            before, now = self._stats.get(name), _signature(run)
            self._stats[name] = now
            if first:
                live = run.job is not None and self._tell_facts(name) in LIVE
            elif live := before != now:
                if before is not None and before[0] == now[0] and run.job is not None and name in self._watched:
                    continue  # it grows: its pulse tells
                self._tell_facts(name)
            if live and name not in self._watched:
                self._watched[name] = Watched(run, anew=before is None and not first)
        for name in set(self._stats) - set(there):
            for kept in (self._stats, self._facts, self._watched):
                kept.pop(name, None)
            self._tell(event("run", name, {"state": "removed"}))


def after_survey(begun: float, end: float, slow: float) -> float:
    """When everything is looked at again: after `slow` seconds, later where looking took long."""
    return end + max(slow, (end - begun) / SHARE)


def _signature(run: WatchedRun) -> tuple[Stat, Stat]:
    return stat_of(run.job / "job.json") if run.job is not None else None, stat_of(run.path / "history.jsonl")


def _by(size: int, events: Iterator[Event]) -> Iterator[list[Event]]:
    while some := list(islice(events, size)):
        yield some
