"""The runs that the studio knows: folders, each under an opaque name, and what their files tell of them. No torch."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.studio.control import JOB, LIVE, PULSE, Control, read_json
from makebelieve.studio.folders import opaque
from makebelieve.studio.plain import figure, is_sound, mapping, word
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.tail import samples_of

STATE = ".studio"  # in the folder of runs: what the studio keeps for itself
WORKS = ("dream", "style")
CHECKPOINT = re.compile(r"step-(\d{10})-(\d{6,})")


@dataclass(frozen=True)
class Known:
    """A run.

    Attributes:
        id: opaque, of the folder.
        path: its folder.
        job: the studio's folder about it; None for a run that was made elsewhere.
    """

    id: str
    path: Path
    job: Path | None


class House:
    """Runs by name: those in a folder of runs, those that are still to be made there, and those in other folders.

    Args:
        root: the folder of runs, made where it is not there.
        folders: others, in which runs are looked for, one floor deep.
    """

    def __init__(self, root: str | os.PathLike[str], folders: Sequence[str | os.PathLike[str]] = ()) -> None:
        self.root = Path(root).expanduser().resolve()
        self.state = self.root / STATE
        self.jobs = self.state / "jobs"
        self.jobs.mkdir(parents=True, exist_ok=True)
        self._folders = [self.root, *(Path(folder).expanduser().resolve() for folder in folders)]
        self._known: dict[str, Known] = {}
        self._ids: dict[Path, str] = {}
        self._read: dict[Path, tuple[tuple[int, int], dict[str, Any]]] = {}

    # ---------------------------------------------------------------- which there are

    def all(self) -> list[Known]:
        """Every run, in no order."""
        jobs = {entry.name for entry in _entries(self.jobs)}
        found: dict[str, Known] = {}
        for folder in self._folders:
            for path in [folder, *(Path(entry.path) for entry in _entries(folder))]:
                name = self._id(path)
                if (name in jobs or (path / "config.json").is_file()) and is_sound(path):
                    found[name] = Known(name, path, self.jobs / name if name in jobs else None)
        for name in jobs - found.keys():
            told = self._told_path(name)
            if told is not None and is_sound(told):
                found[name] = Known(name, told, self.jobs / name)
        self._known = found
        return list(found.values())

    def _id(self, path: Path) -> str:
        if path not in self._ids:
            self._ids[path] = opaque(path)
        return self._ids[path]

    def _told_path(self, name: str) -> Path | None:
        """The folder of a job's run, which may not be there any more; None where it would lie elsewhere."""
        run = word((self._json(self.jobs / name / JOB) or {}).get("run"))
        if run is None or "\0" in run:
            return None
        path = self.root / run
        inside = path.parent in self._folders and not path.name.startswith(".") and path.resolve() == path
        return path if inside and self._id(path) == name else None

    def known(self, name: str) -> Known:
        """A run by its name.

        Raises:
            Refusal: 404, there is none.
        """
        run = self._known.get(name)
        if run is None or not (run.path / "config.json").exists():
            self.all()
            run = self._known.get(name)
        if run is None:
            raise Refusal(404, "studio.no_run")
        return run

    def folder(self, name: str) -> Path:
        """A run's folder by its name.

        Raises:
            Refusal: 404, there is none.
        """
        return self.known(name).path

    # ---------------------------------------------------------------- what is known of them

    def job(self, run: Known) -> dict[str, Any]:
        """What the studio is to do about a run; {} for one that was made elsewhere."""
        return (self._json(run.job / JOB) or {}) if run.job is not None else {}

    def pulse(self, run: Known) -> dict[str, Any]:
        """What its trainer last said; {} where it said nothing."""
        return (self._json(run.job / PULSE) or {}) if run.job is not None else {}

    def control(self, run: Known) -> Control:
        """What its trainer is asked to do."""
        return Control.read(run.job) if run.job is not None else Control()

    def config(self, run: Known) -> dict[str, Any]:
        """Its `config.json`; {} before it trains."""
        return self._json(run.path / "config.json") or {}

    def facts(self, name: str) -> dict[str, Any]:
        """A run in short.

        Returns:
            {"id", "name", "system", "recipe", "data", "state", "step", "total", "rate", "left", "created",
            "steps_done", "wall", "error"}; what is not known is None.

        Raises:
            Refusal: 404, there is none.
        """
        return self._facts(self.known(name))

    def _facts(self, run: Known) -> dict[str, Any]:
        job, pulse, config = self.job(run), self.pulse(run), self.config(run)
        plan, step = self.plan(run)
        state = word(job.get("state")) or ("done" if _over(plan, step) else "stopped")
        if state == "running":
            step = figure(pulse.get("step")) or step
        live = pulse if state == "running" else {}
        options = mapping(job.get("options"))
        return {
            "id": run.id,
            "name": run.path.name,
            "system": word(job.get("system")) or word(config.get("system")),
            "recipe": word(config.get("recipe")) or word(options.get("recipe")),
            "data": _data_name(config, job),
            "state": state,
            "step": step,
            "total": figure(live.get("total")) or plan.get("until"),
            "rate": figure(live.get("rate")),
            "left": figure(live.get("left")),
            "created": figure(job.get("created")) or _modified(run.path / "config.json"),
            "steps_done": step,
            "wall": self.wall(run),
            "error": _error(job.get("error")),
        }

    def listing(self) -> list[dict[str, Any]]:
        """All runs in short, the newest first."""
        return sorted((self._facts(run) for run in self.all()), key=lambda one: -(one["created"] or 0))

    def wall(self, run: Known) -> str | None:
        """The address of the newest picture that the run drew; None where it drew none."""
        pictures = [sample for sample in samples_of(run.path / "samples") if sample.kind == "png"]
        newest = max(pictures, key=lambda sample: sample.version, default=None)
        live = _stamp(run.job / LIVE) if run.job is not None else None
        if live is not None and (newest is None or live[0] > newest.version):
            return f"/api/runs/{run.id}/live.png?v={live[0]:x}"
        return newest.url(run.id) if newest is not None else None

    def plan(self, run: Known) -> tuple[dict[str, Any], int]:
        """What its last `fit` set out to do, by the newest checkpoint ({} without one), and the step of that."""
        newest = newest_checkpoint(run.path)
        if newest is None:
            return {}, 0
        plan = mapping(mapping((self._json(newest / "state.json", run.path) or {}).get("state")).get("plan"))
        numbers: dict[str, Any] = {name: figure(plan[name]) for name in ("until", "seconds", "spent") if name in plan}
        return {**plan, **numbers}, step_of(newest)

    def alarmed(self, run: Known) -> bool:
        """Whether there has been an alarm since the run began or was last led back."""
        alarm = False
        for line in _lines(run.path / "history.jsonl"):
            if b'"alarm"' in line or b'"recovery"' in line:
                try:
                    kind = json.loads(line).get("kind")
                except (ValueError, AttributeError, RecursionError):
                    continue
                alarm = kind == "alarm" if kind in ("alarm", "recovery") else alarm
        return alarm

    def can(self, run: Known) -> dict[str, bool]:
        """What may be asked of a run now."""
        job, config = self.job(run), self.config(run)
        plan, step = self.plan(run)
        state, over = job.get("state"), _over(plan, step)
        work = (job.get("system") or config.get("system")) in WORKS
        again = bool(job) or mapping(config.get("data")).get("rebuild") is not None or work
        idle = state not in ("waiting", "running")
        made = bool(config) and bool(plan)
        return {
            "explore": made,
            "layers": made and not work,
            "resume": idle and again and not over and (made or bool(job)),
            "more": idle and again and made and over and not work,
            "recover": again and made and not work and state != "waiting" and self.alarmed(run),
        }

    def _json(self, path: Path, place: Path | None = None) -> dict[str, Any] | None:
        """A JSON object, read again where the file has changed; kept by its path, or in the place of the last one."""
        place, stamp = place or path, _stamp(path)
        if stamp is None:
            self._read.pop(place, None)
            return None
        kept = self._read.get(place)
        if kept is None or kept[0] != stamp:
            found = read_json(path)
            if found is None:
                return None
            kept = self._read[place] = stamp, found
        return kept[1]


def newest_checkpoint(run: Path) -> Path | None:
    """The folder of a run's newest checkpoint, by when it was written; None where there is none."""
    found = [Path(entry.path) for entry in _entries(run / "checkpoints") if CHECKPOINT.fullmatch(entry.name)]
    return max(found, key=serial_of, default=None)


def step_of(checkpoint: Path) -> int:
    """The step at which a checkpoint was written."""
    return int(checkpoint.name.split("-")[1])


def serial_of(checkpoint: Path) -> int:
    """The how manieth checkpoint of its run it is."""
    return int(checkpoint.name.rsplit("-", 1)[1])


def _over(plan: Mapping[str, Any], step: int) -> bool:
    """Whether nothing of a plan is left."""
    if not plan:
        return False
    if plan.get("until") is not None:
        return bool(plan.get("reached")) or step >= plan["until"]
    return bool(plan.get("reached")) or (plan.get("spent") or 0.0) >= (plan.get("seconds") or math.inf)


def _data_name(config: Mapping[str, Any], job: Mapping[str, Any]) -> str | None:
    name = word(mapping(mapping(config.get("data")).get("facts")).get("name"))
    if name is not None:
        return name
    first = next(iter(mapping(mapping(job.get("data")).get("arguments")).values()), None)
    return Path(first).name if isinstance(first, str) else None


def _error(told: Any) -> dict[str, Any] | None:
    """An error as a job's file has it: the key of a sentence, and what it restates."""
    key = word(mapping(told).get("key"))
    if key is None:
        return None
    values = mapping(mapping(told).get("values"))
    return {"key": key, "values": {name: one for name, one in values.items() if isinstance(one, str | int | float)}}


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """The folders in a folder, neither hidden nor links; none where it can't be read."""
    try:
        with os.scandir(folder) as entries:
            return [e for e in entries if not e.name.startswith(".") and e.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ino


def _modified(path: Path) -> float | None:
    stamp = _stamp(path)
    return None if stamp is None else stamp[0] / 1e9


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError:
        return
