"""The thread that owns the networks: requests wait for it, and those that can go together do."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from makebelieve.errors import MakebelieveError
from makebelieve.serving.limits import Limits
from makebelieve.serving.metrics import Metrics
from makebelieve.serving.refusals import RefusalError

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Work:
    """What a request wants of the networks.

    Attributes:
        kind: for the metrics.
        key: requests of equal keys may go together; None goes alone.
        rows: of the batch that it takes up.
        payload: its part of what `run` is given.
        run: payloads to results, one each and in their order; a result is the same whatever it came with.
    """

    kind: str
    key: Hashable | None
    rows: int
    payload: Any
    run: Callable[[list[Any]], Sequence[Any]]


@dataclass(eq=False)
class Job:
    """Work that waits, and where its result is told."""

    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    arrived: float = field(default_factory=time.monotonic)
    dropped: bool = False  # nobody waits for it any more


class Worker:
    """Does jobs in the order of their arrival, each with all that wait and have its key.

    Args:
        limits: `batch` rows go together, and a job waits `wait` seconds for others while there are any.
        metrics: where batches are counted.
        warm: called once in the thread before any job.
    """

    def __init__(self, limits: Limits, metrics: Metrics, warm: Callable[[], None]) -> None:
        self._limits, self._metrics, self._warm = limits, metrics, warm
        self._jobs: list[Job] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._warmed = False
        metrics.gauges["makebelieve_queue"] = ("Jobs that wait for the networks.", lambda: len(self._jobs))

    @property
    def ready(self) -> bool:
        """Whether it takes jobs and has been warmed."""
        return self._warmed and self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begins; does nothing where it has begun."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, args=(), name="makebelieve-networks", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends after the batch under way: a thread that is still inside torch when Python ends would abort it."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify()
        if thread is not None:
            thread.join()

    def put(self, work: Work) -> Job:
        """Hands in work from an event loop; `job.future` will have the result, `job.dropped = True` gives it up."""
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        self.start()
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()
        return job

    # ---------------------------------------------------------------- in the thread

    def _work(self) -> None:
        try:
            self._warm()
            self._warmed = True
        except (MakebelieveError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
            log.exception("warming")
        while (batch := self._next()) is not None:
            self._do(batch)

    def _next(self) -> list[Job] | None:
        """The oldest job and those that go with it; None when it is time to end."""
        with self._changed:
            while self._thread is threading.current_thread():
                self._forget_dropped()
                if not self._jobs:
                    self._changed.wait()
                    continue
                first = self._jobs[0]
                batch = self._going_with(first)
                left = first.arrived + self._limits.wait - time.monotonic()
                full = first.work.key is None or sum(job.work.rows for job in batch) >= self._limits.batch
                if full or left <= 0 or len(self._jobs) >= self._metrics.crowd.inside:  # nobody else could come
                    self._jobs = [job for job in self._jobs if job not in batch]
                    return batch
                self._changed.wait(left)
        return None

    def _forget_dropped(self) -> None:
        kept = [job for job in self._jobs if not job.dropped]
        for _ in range(len(self._jobs) - len(kept)):
            self._metrics.dropped.add()
        self._jobs = kept

    def _going_with(self, first: Job) -> list[Job]:
        batch, rows = [first], first.work.rows
        if first.work.key is None:
            return batch
        for job in self._jobs[1:]:
            if job.work.key == first.work.key and rows + job.work.rows <= self._limits.batch:
                batch.append(job)
                rows += job.work.rows
        return batch

    def _do(self, batch: list[Job]) -> None:
        work, start = batch[0].work, time.perf_counter()
        try:
            results: Sequence[Any] = work.run([job.work.payload for job in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            if len(batch) > 1:  # it may be the fault of one of them
                for job in batch:
                    self._do([job])
                return
            results = [_as_refusal(error)]
        self._metrics.model.observe(time.perf_counter() - start, kind=work.kind)
        self._metrics.batches.observe(float(sum(job.work.rows for job in batch)), kind=work.kind)
        _tell(zip(batch, results, strict=True))


def _as_refusal(error: Exception) -> Exception:
    """Too little memory as what it is: torch's CPU allocator raises a RuntimeError without a class of its own."""
    told = str(error)
    if isinstance(error, MemoryError) or "out of memory" in told or "DefaultCPUAllocator" in told:
        return RefusalError(503, "serving.memory")
    return error


def _tell(pairs: Iterable[tuple[Job, Any]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Job, Any]]] = {}
    for job, result in pairs:
        by_loop.setdefault(job.loop, []).append((job, result))
    for loop, told in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop has been closed, and nobody waits
            loop.call_soon_threadsafe(_settle, told)


def _settle(pairs: list[tuple[Job, Any]]) -> None:
    for job, result in pairs:
        if job.dropped or job.future.done():
            continue
        if isinstance(result, Exception):
            job.future.set_exception(result)
        else:
            job.future.set_result(result)
