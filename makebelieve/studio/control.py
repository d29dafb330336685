"""The files in a job's folder through which server and trainer talk, so that either may be killed and started anew.

``control.json`` is the server's, ``pulse.json`` the trainer's, ``job.json`` the server's until a trainer holds ``lock``
and that trainer's from then on. Each is replaced whole. No torch.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from makebelieve.studio.plain import content_of, figure

JOB, CONTROL, PULSE, LOCK, LOG, LIVE = "job.json", "control.json", "pulse.json", "lock", "log.txt", "live.png"


@dataclass(frozen=True)
class Control:
    """What a trainer is asked to do.

    Attributes:
        n: counts what was asked; the pulse says which of it has been seen.
        paused: it is to wait after the step under way.
        steps: single steps that it may do all the same, counted from the moment it was paused.
        only: players that learn; None for all.
        slow: seconds to wait after each step.
        stop: it is to save and end.
    """

    n: int = 0
    paused: bool = False
    steps: int = 0
    only: tuple[str, ...] | None = None
    slow: float = 0.0
    stop: bool = False

    @classmethod
    def read(cls, job: Path) -> Control:
        """As it stands; where there is none, nothing is asked."""
        found = read_json(job / CONTROL)
        if found is None:
            return cls()
        only, slow = found.get("only"), figure(found.get("slow")) or 0.0
        names = tuple(one for one in only if isinstance(one, str)) if isinstance(only, list) else ()
        n, steps = (int(figure(found.get(name)) or 0) for name in ("n", "steps"))
        return cls(n, found.get("paused") is True, steps, names or None, slow, found.get("stop") is True)

    def asked(self, job: Path, **changes: Any) -> Control:
        """The same with something new asked, which is written."""
        new = replace(self, n=self.n + 1, **changes)
        write_json(job / CONTROL, asdict(new))
        return new


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object; None where there is no such file, or none that can be read."""
    try:
        found = json.loads(content_of(path))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write_json(path: Path, value: dict[str, Any], *, flush: bool = False) -> None:
    """The file has its old content or the new one; with `flush` also after a power cut."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        if flush:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def is_held(job: Path) -> bool:
    """Whether a trainer has this job."""
    try:
        with FileLock(job / LOCK, blocking=False):
            return False
    except Timeout:
        return True
