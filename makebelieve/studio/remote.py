"""The trainer's ear and mouth: a callback that does what ``control.json`` asks, and tells how it goes."""

from __future__ import annotations

import math
import os
import shutil
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from makebelieve.art.learner import ArtLearner
from makebelieve.pictures import Pictures
from makebelieve.report.callbacks import AlongTheWay
from makebelieve.report.records import read_run
from makebelieve.studio.control import CONTROL, LIVE, PULSE, Control, read_json, write_json
from makebelieve.studio.house import newest_checkpoint, serial_of, step_of
from makebelieve.training import Callback, Learner

EVERY = 0.25  # seconds between two pulses at least
WAIT = 0.02  # seconds between two looks at the control file while paused
DRAW, DRAW_WORK = 2.0, 0.4  # seconds between two live pictures at least, of a learner and of a work
SHARE, SHARE_WORK = 0.01, 0.1  # of the time that drawing them may take
AT_ONCE = 0.5  # seconds that a picture may take which is drawn after each single step
RATE_OVER = 5.0  # seconds over which the rate is measured
FRAMES = 100  # of a work, kept along the way
HEALTHY = "healthy"  # in the job's folder: the checkpoint from before the first alarm


class Remote(Callback):
    """Follows what a job's folder asks for, and tells the pulse there.

    It draws nothing from the run's random numbers and changes no network: a run that nobody touched is, bit for bit,
    one without it. Time that it waits is added to `learn.waited`.

    Args:
        job: the job's folder.

    Attributes:
        recovered: whether the run was led back just before, which becomes a record of its history.
        trouble: the step at which it was in trouble, where that is known.
    """

    def __init__(self, job: Path) -> None:
        self.recovered = False
        self.trouble: int | None = None
        self._job, self._file = job, job / CONTROL
        self._control, self._stamp = Control(), (0, 0)
        self._done = self._steps = 0  # single steps since the pause began, and how many were allowed when last looked
        self._asked = 0  # the number of the control acted upon
        self._was_paused = self._interrupted = False
        self._plan: dict[str, Any] = {}
        self._losses: dict[str, float] = {}
        self._next_pulse = self._next_live = 0.0
        self._wall, self._cost = 0, 0.0
        self._begun = self._seconds = self._waited = 0.0
        self._rate_from = (0.0, 0)
        self._rate: float | None = None

    # ---------------------------------------------------------------- hooks

    def on_fit_start(self, learn: Learner) -> None:
        self._listen()
        self._plan = read_run(learn.run).plan if learn.run is not None else {}
        if self.recovered:
            self._tell_recovery(learn)
        self._begun, self._seconds, self._waited = time.perf_counter(), learn.seconds_before, learn.waited
        self._rate_from, self._rate = (self._clock(learn), learn.step), None
        self._next_live = time.perf_counter() + (0.0 if isinstance(learn, ArtLearner) else DRAW)
        self._look()
        self._done = self._steps = self._control.steps  # what was asked before this process was there has been done
        self._was_paused = self._control.paused
        self._tell(learn, "training")
        self._heed(learn)

    def on_step(self, learn: Learner) -> None:
        now = time.perf_counter()
        changed = self._look()
        if changed or self._control.paused or self._control.slow:
            self._heed(learn)
            now = time.perf_counter()
        if now >= self._next_pulse:
            self._tell(learn, "training")
        if now >= self._next_live:
            self._draw(learn)
        if isinstance(learn, ArtLearner):
            self._keep_frame(learn)

    def on_record(self, learn: Learner, record: dict[str, Any]) -> None:
        if record["kind"] == "alarm" and learn.run is not None:
            keep_healthy(self._job, learn.run)

    def on_fit_end(self, learn: Learner) -> None:
        if isinstance(learn, ArtLearner):
            self._keep_frame(learn, last=True)
        self._tell(learn, "saving")

    # ---------------------------------------------------------------- what is asked

    def _look(self) -> bool:
        """Reads the control file where it has changed; whether it has."""
        try:
            about = os.stat(self._file)  # noqa: PTH116 - at every step
        except FileNotFoundError:
            return False
        stamp = about.st_mtime_ns, about.st_ino
        if stamp == self._stamp:
            return False
        self._stamp, self._control = stamp, Control.read(self._job)
        return True

    def _heed(self, learn: Learner) -> None:
        """Acts upon the control, and waits where it says so."""
        self._obey(learn)
        if self._control.stop:
            return
        if self._control.paused:
            self._pause(learn)
        elif self._control.slow:
            self._wait_slowly(learn)

    def _obey(self, learn: Learner) -> None:
        """Takes up what is new: who learns, whether to end."""
        control = self._control
        if control.n == self._asked:
            return
        self._asked = control.n
        if (control.paused and not self._was_paused) or control.steps < self._steps:  # a pause is begun, maybe unseen
            self._done = 0
        self._was_paused, self._steps = control.paused, control.steps
        names = set(learn.game.players)
        learn.only(*(name for name in control.only or () if name in names))
        if control.stop:
            self._tell(learn, "saving")
            signal.raise_signal(signal.SIGINT)  # as Ctrl-C: the fit ends after this step, and saves
        else:
            self._tell(learn, "paused" if control.paused else "training")

    def _pause(self, learn: Learner) -> None:
        """Waits until it is let go on, may do a step, or is to end."""
        if self._take_step():
            return
        begun = time.perf_counter()
        self._tell(learn, "paused")
        if self._cost < AT_ONCE and learn.step:
            self._draw(learn)
            self._tell(learn, "paused")
        while self._control.paused and not self._control.stop and not self._interrupted:
            if self._take_step():
                break
            time.sleep(WAIT)
            if self._look():
                self._obey(learn)
        learn.waited += time.perf_counter() - begun

    def _take_step(self) -> bool:
        if self._done >= self._control.steps:
            return False
        self._done += 1
        return True

    def _wait_slowly(self, learn: Learner) -> None:
        """Waits between two steps, ready for anything else."""
        begun = time.perf_counter()
        self._tell(learn, "training")
        if self._cost < AT_ONCE:
            self._draw(learn)
        while time.perf_counter() - begun < self._control.slow and not self._interrupted:
            time.sleep(min(WAIT, self._control.slow))
            if self._look():
                self._obey(learn)
                if self._control.stop or self._control.paused:
                    break
        learn.waited += time.perf_counter() - begun
        if self._control.paused and not self._control.stop:
            self._pause(learn)

    def _listen(self) -> None:
        """From now on a signal that ends the fit, which puts its own handler back at its end, ends the waiting too."""
        self._interrupted, before = False, signal.getsignal(signal.SIGINT)

        def hear(number: int, frame: FrameType | None) -> None:
            self._interrupted = True
            if callable(before):
                before(number, frame)

        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, hear)

    # ---------------------------------------------------------------- what is told

    def _clock(self, learn: Learner) -> float:
        """Seconds of training in all fits; waiting is none."""
        return self._seconds + time.perf_counter() - self._begun - (learn.waited - self._waited)

    def _tell(self, learn: Learner, state: str) -> None:
        seconds = self._clock(learn)
        new = learn.game.meter.read()
        self._losses.update({name: sum(values) / len(values) for name, values in new.items() if values})
        self._losses.update({n: value for n, value in learn.game.meter.window_means().items() if n not in new})
        since, step = self._rate_from
        if learn.step > step and seconds > since:
            self._rate = (learn.step - step) / (seconds - since)
        if seconds - since > RATE_OVER:
            self._rate_from = (seconds, learn.step)
        until = self._plan.get("until")
        left = (until - learn.step) / self._rate if until is not None and self._rate else None
        if self._plan.get("seconds"):
            left = max(0.0, self._plan["seconds"] - self._plan.get("spent", 0.0) - (seconds - self._seconds))
        players = learn.game.players
        pulse = {
            "n": self._asked,
            "pid": os.getpid(),
            "state": state,
            "step": learn.step,
            "total": until,
            "seconds": round(seconds, 3),
            "rate": self._rate,
            "left": left,
            "losses": {name: value for name, value in self._losses.items() if math.isfinite(value)},
            "players": list(players),
            "learning": [name for name, player in players.items() if not player.rests],
            "slow": self._control.slow,
            "wall": self._wall,
        }
        write_json(self._job / PULSE, pulse)
        self._next_pulse = time.perf_counter() + EVERY

    def _draw(self, learn: Learner) -> None:
        """A new live picture, or text; the next one is due when this one's cost is a small share of the time."""
        begun = time.perf_counter()
        work = isinstance(learn, ArtLearner)
        place = self._job / ".live"
        if isinstance(learn, ArtLearner):
            Pictures(learn.whole[None]).save(place.with_suffix(".png"))
        else:
            drawer = next((one for one in learn.callbacks if isinstance(one, AlongTheWay)), None)
            if drawer is None:
                self._next_live = math.inf
                return
            drawer.write(learn, place)
        for suffix in (".png", ".txt"):
            if (self._job / f".live{suffix}").exists():
                (self._job / f".live{suffix}").replace((self._job / LIVE).with_suffix(suffix))
        self._wall += 1
        end = time.perf_counter()
        self._cost = end - begun
        least, share = (DRAW_WORK, SHARE_WORK) if work else (DRAW, SHARE)
        self._next_live = end + max(least, self._cost / share)

    def _keep_frame(self, learn: ArtLearner, *, last: bool = False) -> None:
        """The steps of a work as samples of its run, some hundred."""
        every = max(1, (self._plan.get("until") or FRAMES) // FRAMES)
        if learn.folder is not None and (last or learn.step % every == 0 or learn.step == 1):
            learn.folder.samples.mkdir(parents=True, exist_ok=True)
            Pictures(learn.whole[None]).save(learn.folder.samples / f"step-{learn.step:08d}.png")

    def _tell_recovery(self, learn: Learner) -> None:
        """That the run was led back, as a record like those of `on_trouble="recover"`."""
        self.recovered = False
        alarms = learn.history.alarms
        values = {
            "trouble": self.trouble if self.trouble is not None else alarms[-1]["step"] if alarms else learn.step,
            "step": learn.step,
            "rates": ", ".join(f"{name} {player.rates[-1]:g}" for name, player in learn.game.players.items()),
            "clip": "-" if learn.clip is None else f"{learn.clip:g}",
        }
        learn.history.add("recovery", step=learn.step, key="health.recovered", values=values)


def tell_state(job: Path, state: str) -> None:
    """The state in the pulse, the rest as it was."""
    write_json(job / PULSE, {**(read_json(job / PULSE) or {"n": 0}), "state": state, "pid": os.getpid()})


def keep_healthy(job: Path, run: Path) -> None:
    """Keeps the newest checkpoint at a first alarm, as checkpoints come and go: the last from before it."""
    newest, kept = newest_checkpoint(run), job / HEALTHY
    if newest is not None and not kept.exists():
        beside = job / f".{HEALTHY}"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(newest, beside / newest.name)
        beside.rename(kept)


def put_back(job: Path, run: Path) -> None:
    """Makes the checkpoint from before the first alarm the newest of the run; where none was kept, nothing changes."""
    kept = sorted((job / HEALTHY).glob("step-*"))
    newest = newest_checkpoint(run)
    if not kept or newest is None:
        return
    number = serial_of(newest) + 1
    beside = newest.with_name(f".writing-step-{step_of(kept[-1]):010d}-{number:06d}")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(kept[-1], beside)
    beside.rename(newest.with_name(beside.name.removeprefix(".writing-")))
    shutil.rmtree(job / HEALTHY)
