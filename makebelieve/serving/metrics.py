"""Counts and times in Prometheus' text form.

A page of code rather than the package prometheus_client: no further dependency, and no registry that a second
application in the same process would share.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
ROWS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
_STATM = Path("/proc/self/statm")
_PAGE = 4096

Label = tuple[tuple[str, str], ...]


class Counter:
    """Sums by labels."""

    def __init__(self, name: str, told: str) -> None:
        self.name, self.told = name, told
        self._sums: dict[Label, float] = defaultdict(float)
        self._lock = threading.Lock()

    def add(self, amount: float = 1.0, **labels: str) -> None:
        with self._lock:
            self._sums[tuple(labels.items())] += amount

    def total(self, **labels: str) -> float:
        """The sum over all labels that have these among them."""
        with self._lock:
            return sum(value for key, value in self._sums.items() if set(labels.items()) <= set(key))

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.told, "counter")
        with self._lock:
            sums = list(self._sums.items())
        yield from (f"{self.name}{_labels(key)} {value:g}" for key, value in sums)


class Histogram:
    """How often values fall below bounds, by labels."""

    def __init__(self, name: str, told: str, bounds: Sequence[float]) -> None:
        self.name, self.told, self.bounds = name, told, bounds
        self._counts: dict[Label, list[int]] = {}
        self._sums: dict[Label, float] = defaultdict(float)
        self._lock = threading.Lock()

    def observe(self, value: float, **labels: str) -> None:
        key = tuple(labels.items())
        with self._lock:
            counts = self._counts.setdefault(key, [0] * (len(self.bounds) + 1))
            counts[bisect_left(self.bounds, value)] += 1
            self._sums[key] += value

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.told, "histogram")
        with self._lock:
            found = [(key, list(counts), self._sums[key]) for key, counts in self._counts.items()]
        for key, counts, total in found:
            below = 0
            for bound, count in zip((*self.bounds, float("inf")), counts, strict=True):
                below += count
                shown = "+Inf" if bound == float("inf") else f"{bound:g}"
                yield f"{self.name}_bucket{_labels((*key, ('le', shown)))} {below}"
            yield f"{self.name}_sum{_labels(key)} {total:.9g}"
            yield f"{self.name}_count{_labels(key)} {below}"


@dataclass
class Crowd:
    """The requests of an application.

    Attributes:
        inside: being answered, or waiting.
        answered: since it began.
        cut: given up before their answer was whole, though the caller had not left.
    """

    inside: int = 0
    answered: int = 0
    cut: int = 0


class Metrics:
    """All that is counted of one application."""

    def __init__(self) -> None:
        self.requests = Counter("makebelieve_requests_total", "Requests answered, by route and status.")
        self.seconds = Histogram("makebelieve_request_seconds", "Time to the end of the answer.", SECONDS)
        self.batches = Histogram("makebelieve_batch_rows", "Rows that went through the networks together.", ROWS)
        self.model = Histogram("makebelieve_model_seconds", "Time of the networks for one batch.", SECONDS)
        self.crowd, self.began = Crowd(), time.time()
        self.dropped = Counter("makebelieve_dropped_total", "Requests given up before the networks saw them.")
        self.gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "makebelieve_requests": ("Requests being answered.", lambda: self.crowd.inside),
            "process_start_time_seconds": ("When it began, in seconds since 1970.", lambda: self.began),
        }
        if _STATM.exists():
            self.gauges["process_resident_memory_bytes"] = ("Memory that the process holds.", resident)

    def text(self) -> str:
        """All of it, as Prometheus reads it."""
        lines: list[str] = []
        for family in (self.requests, self.seconds, self.batches, self.model, self.dropped):
            lines += family.lines()
        for name, (told, value) in self.gauges.items():
            lines += [*_head(name, told, "gauge"), f"{name} {value():.15g}"]
        return "\n".join(lines) + "\n"


def resident() -> float:
    """Bytes of memory that this process holds, as Linux tells."""
    return float(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE


def _head(name: str, told: str, kind: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]


def _labels(key: Label) -> str:
    if not key:
        return ""
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in key)
    return "{" + told + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
