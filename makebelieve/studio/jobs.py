"""The queue of jobs: who trains, who waits, and what goes on where the studio was closed or killed. No torch.

What is to be done lies in each job's folder; this holds only the processes that it started itself, so another server
may take up everything at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from makebelieve.messages import say
from makebelieve.studio.control import JOB, PULSE, Control, is_held, read_json, write_json
from makebelieve.studio.folders import opaque
from makebelieve.studio.house import House, Known
from makebelieve.studio.orders import Order
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.spare import Spare
from makebelieve.studio.systems import checked_fit, system_of

log = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks at the trainers
SAVING = 30.0  # seconds that trainers get to save when the studio is closed
SLOWEST = 5.0  # seconds between two steps
MOST_STEPS = 1000  # single steps asked for at once
MOST_WAITING = 100
NEXT = "next.json"  # in a job's folder: what to do when its trainer, whose job.json it is, has ended


class Jobs:
    """Starts trainers for what waits, and sees how they end.

    Args:
        house: where runs are.
        spare: where processes come from.
        at_once: how many jobs train at the same time.
    """

    def __init__(self, house: House, spare: Spare, *, at_once: int = 1) -> None:
        self.house, self.at_once, self._spare = house, at_once, spare
        self._lock = threading.RLock()
        self._trainers: dict[str, subprocess.Popen[bytes]] = {}
        self._running: set[str] = set()
        self._wake = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._watch, name="makebelieve-jobs", daemon=True)

    # ---------------------------------------------------------------- from start to end

    async def begin(self) -> None:
        """`start`, from an event loop."""
        await asyncio.to_thread(self.start)

    async def end(self) -> None:
        """`close`, from an event loop."""
        await asyncio.to_thread(self.close)

    def start(self) -> None:
        """Takes up what the last server left: trainers that go on without it, and jobs that were broken off."""
        for run in self.house.all():
            job = self._job(run.id) if run.job is not None else {}
            if run.job is None or not job:
                continue
            if is_held(run.job):
                self._running.add(run.id)
            elif not self._follow(run.id) and job["state"] in ("running", "interrupted"):
                self._queue(run.id)
        self._thread.start()

    def close(self) -> None:
        """Asks all trainers to save and end, and waits until they have; the next server goes on with them."""
        self._ending = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            for name in self._running:
                self._signal(name)
            until = time.monotonic() + SAVING
            while self._running and time.monotonic() < until:
                self._see()
                time.sleep(0.05)

    def _signal(self, name: str) -> None:
        pid = self._trainers[name].pid if name in self._trainers else self._job(name).get("pid")
        folder = self.house.jobs / name
        if type(pid) is int and pid > 1 and (name in self._trainers or is_held(folder)):  # 0 and below: many at once
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGINT)

    def _watch(self) -> None:
        while not self._ending:
            with self._lock:
                self._see()
                self._begin_next()
            self._wake.wait(LOOK if self._running else 5.0)
            self._wake.clear()

    def _see(self) -> None:
        """Notices which trainers have ended."""
        for name in list(self._running):
            trainer = self._trainers.get(name)
            if trainer.poll() is None if trainer is not None else is_held(self.house.jobs / name):
                continue
            self._running.discard(name)
            self._trainers.pop(name, None)
            self._ended(name)

    def _ended(self, name: str) -> None:
        job = self._job(name)
        if self._follow(name):
            return
        if job.get("state") == "running":  # it was killed, or died of itself
            log.warning(say("studio.trainer_gone", run=job["run"]))
            error = {"key": "studio.trainer_gone", "values": {"run": job["run"]}}
            self._note(name, state="interrupted", pid=None, error=error)
            write_json(self.house.jobs / name / PULSE, {**self._pulse(name), "state": "ended"})

    def _follow(self, name: str) -> bool:
        """Queues a job for what was asked to be done when its trainer has ended, if anything was."""
        place = self.house.jobs / name / NEXT
        following = read_json(place)
        if following is None:
            return False
        self._note(name, next=following)
        self._queue(name)
        place.unlink()
        return True

    def _begin_next(self) -> None:
        free = self.at_once - len(self._running)
        if free <= 0:  # reading all jobs five times a second would be felt
            return
        waiting = [(self._job(run.id).get("queued", 0.0), run.id) for run in self.house.all() if self._waits(run)]
        for _, name in [one for one in sorted(waiting) if one[1] not in self._running][:free]:
            self._note(name, state="running", error=None)
            trainer = self._spare.take({"be": "trainer", "job": str(self.house.jobs / name)})
            for pipe in (trainer.stdin, trainer.stdout):
                if pipe is not None:
                    pipe.close()
            self._trainers[name] = trainer
            self._running.add(name)

    def _waits(self, run: Known) -> bool:
        return run.job is not None and self._job(run.id).get("state") == "waiting"

    # ---------------------------------------------------------------- what a page asks

    def create(self, order: Order) -> str:
        """A new job at the end of the queue; the ID of its run.

        Raises:
            Refusal: 429, too many wait already.
        """
        with self._lock:
            if sum(self._waits(run) for run in self.house.all()) >= MOST_WAITING:
                raise Refusal(429, "studio.queue_full", most=MOST_WAITING)
            name = self._file(_new_folder(self.house.root, order.system), asdict(order))
        self._wake.set()
        return name

    def _file(self, run: Path, told: Mapping[str, Any]) -> str:
        """Writes a job's folder, and puts it into the queue."""
        name = opaque(run)
        folder = self.house.jobs / name
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "control.json").exists():
            Control().asked(folder)
        now = time.time()
        path = run.name if run.parent == self.house.root else str(run)
        fresh = {"id": name, **told, "run": path, "state": "waiting", "created": now, "queued": now, "error": None}
        write_json(folder / JOB, fresh, flush=True)
        return name

    def ask(self, name: str, do: Any, **values: Any) -> int:
        """Does what a page asks of a run; the number of the control file by which its trainer will say that it has.

        Args:
            name: the run's ID.
            do: "pause", "go", "step", "stop", "only", "slow", "recover", "resume", "more" or "remove".
            values: "steps" of a step, "players" of only, "seconds" of slow, "epochs", "steps" or "minutes" of more.

        Raises:
            Refusal: that can't be asked, or not now.
        """
        acts: dict[str, Callable[[Known, dict[str, Any]], None]] = {
            "pause": lambda run, _: self._steer(run, paused=True, steps=0),
            "go": lambda run, _: self._steer(run, paused=False, steps=0),
            "step": self._step,
            "stop": self._stop,
            "only": self._only,
            "slow": self._slow,
            "recover": self._recover,
            "resume": self._resume,
            "more": self._more,
            "remove": self._remove,
        }
        if not isinstance(do, str) or do not in acts:
            raise Refusal(422, "studio.do", given=str(do)[:60], known=", ".join(acts))
        run = self.house.known(name)
        with self._lock:
            acts[do](run, values)
            n = Control.read(self.house.jobs / name).n
        self._wake.set()
        return n

    def _steer(self, run: Known, **changes: Any) -> None:
        """Asks something of a trainer, or of the one to come."""
        state = self._state(run)
        if run.job is None or state not in ("running", "waiting"):
            raise Refusal(409, "studio.not_now", state=state)
        Control.read(run.job).asked(run.job, **changes)

    def _step(self, run: Known, values: dict[str, Any]) -> None:
        steps = values.get("steps", 1)
        if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            raise Refusal(422, "studio.value", place="steps", given=str(steps)[:40], why=f"1 … {MOST_STEPS}")
        control = self.house.control(run)
        self._steer(run, paused=True, steps=(control.steps if control.paused else 0) + steps)

    def _stop(self, run: Known, _values: dict[str, Any]) -> None:
        if self._state(run) == "waiting":
            self._note(run.id, state="stopped", next=None)
        else:
            self._steer(run, stop=True)

    def _only(self, run: Known, values: dict[str, Any]) -> None:
        given, known = values.get("players"), self.house.pulse(run).get("players") or []
        players = [] if given is None else given
        if not isinstance(players, list) or any(player not in known for player in players):
            raise Refusal(422, "studio.players", given=str(given)[:60], known=", ".join(known))
        self._steer(run, only=None if not players or set(players) == set(known) else sorted(players))

    def _slow(self, run: Known, values: dict[str, Any]) -> None:
        seconds = values.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= SLOWEST:
            raise Refusal(422, "studio.value", place="seconds", given=str(seconds)[:40], why=f"0 … {SLOWEST:g}")
        self._steer(run, slow=float(seconds))

    def _recover(self, run: Known, _values: dict[str, Any]) -> None:
        """Back to the checkpoint from before the first alarm, with half the learning rates and gradients clipped."""
        state = self._state(run)
        if not self.house.can(run)["recover"]:
            raise Refusal(409, "studio.not_now", state=state)
        if state == "running":  # it saves and ends, and is led back when it has
            self._steer(run, stop=True)
            write_json(self.house.jobs / run.id / NEXT, {"do": "recover"})
        else:
            self._again(run, {"do": "recover"})

    def _resume(self, run: Known, _values: dict[str, Any]) -> None:
        if not self.house.can(run)["resume"]:
            raise Refusal(409, "studio.not_now", state=self._state(run))
        self._again(run, self.house.job(run).get("next"))

    def _more(self, run: Known, values: dict[str, Any]) -> None:
        job = self.house.job(run)
        kind = system_of(job.get("system") or self.house.config(run).get("system"))
        fit = checked_fit(kind, {name: one for name, one in values.items() if name in ("epochs", "steps", "minutes")})
        if not fit or not self.house.can(run)["more"]:
            raise Refusal(409, "studio.not_now", state=self._state(run))
        self._again(run, {"do": "more", "fit": fit, "from": self.house.plan(run)[1]}, fit)

    def _again(self, run: Known, following: Any, fit: Mapping[str, Any] | None = None) -> None:
        """Puts a run into the queue once more; one that was made elsewhere becomes a job."""
        if run.job is None:
            config = self.house.config(run)
            rebuild = (config.get("data") or {}).get("rebuild")
            order = Order(str(config.get("system")), rebuild, {}, {})
            self._file(run.path, {**asdict(order), "elsewhere": True})
        job = self._job(run.id)
        self._note(run.id, next=following, more=[*job.get("more", []), *([fit] if fit else [])])
        self._queue(run.id)

    def _remove(self, run: Known, _values: dict[str, Any]) -> None:
        """Out of the list; what was trained is not deleted but put aside, among the studio's own files."""
        if self._state(run) == "running" or run.path.parent != self.house.root:
            raise Refusal(409, "studio.not_now", state=self._state(run))
        aside = self.house.state / "removed" / f"{run.path.name}-{time.time_ns()}"
        aside.mkdir(parents=True)
        if run.path.exists():
            run.path.rename(aside / "run")
        if run.job is not None:
            run.job.rename(aside / "job")
        if not any((aside / "run").rglob("*")):
            shutil.rmtree(aside)

    # ---------------------------------------------------------------- files

    def _queue(self, name: str) -> None:
        folder = self.house.jobs / name
        control = Control.read(folder)
        if control.stop or control.paused:
            control.asked(folder, stop=False, paused=control.paused and not control.stop, steps=0)
        self._note(name, state="waiting", queued=time.time(), error=None)

    def _state(self, run: Known) -> str:
        return str(self.house.facts(run.id)["state"])

    def _job(self, name: str) -> dict[str, Any]:
        return read_json(self.house.jobs / name / JOB) or {}

    def _pulse(self, name: str) -> dict[str, Any]:
        return read_json(self.house.jobs / name / PULSE) or {}

    def _note(self, name: str, **changes: Any) -> None:
        """Changes a job's file, which is the server's while no trainer has the job."""
        write_json(self.house.jobs / name / JOB, {**self._job(name), **changes}, flush=True)


def _new_folder(root: Path, name: str) -> Path:
    """The next free `NAME-001`, made and empty."""
    number = 1
    while True:
        path = root / f"{name}-{number:03d}"
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path
