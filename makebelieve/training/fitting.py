"""Carrying out one `fit`: steps, and what happens between them (records, validation, health, checkpoints, stops)."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from makebelieve.errors import TrainingError
from makebelieve.messages import say
from makebelieve.training import patience
from makebelieve.training import schedule as schedules
from makebelieve.training.callbacks import Callback
from makebelieve.training.health import Alarm, Kind
from makebelieve.training.plan import Plan
from makebelieve.training.progress import ProgressBar
from makebelieve.training.randomness import derive
from makebelieve.training.schedule import Schedule

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

log = logging.getLogger(__name__)

TICK = 0.25  # seconds between two looks at the clock
TOGETHER = 10  # steps between two common decisions where several processes train
MOST_RECOVERIES = 3  # in one fit


class Trouble(Exception):  # noqa: N818 - control flow inside the room, never seen outside
    """Trouble that a fit is to go back from."""

    def __init__(self, kind: Kind, step: int, alarm: Alarm) -> None:
        super().__init__(alarm.key)
        self.kind, self.step, self.alarm = kind, step, alarm


class Stop:
    """Whether someone asked to stop (Ctrl-C). The first time the step under way is finished; the second time, not."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)

        def ask(_number: int, _frame: FrameType | None) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True

        signal.signal(signal.SIGINT, ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


class Fitting:
    """The loop over the steps of one plan, or of the stage that it is in.

    Attributes:
        finished: whether the plan is at its end.
        passed: whether only its stage is.
    """

    def __init__(self, learn: Learner, plan: Plan, schedule: Schedule, bar: ProgressBar, stop: Stop) -> None:
        self.learn, self.plan, self.schedule, self.bar, self.stop = learn, plan, schedule, bar, stop
        self.finished = self.passed = False
        index, _, self._until = plan.part(learn.step)
        self._stage = {"stage": index + 1} if plan.stages else {}
        self._epoch = learn.steps_per_epoch
        self._leads = learn.world.leads
        self._waited = learn.waited
        self._entered = self._clock()
        self._begun = self._entered - plan.spent
        self._saved = self._clock()
        self._rate_from = (self._clock(), learn.step)
        self._shown: dict[str, float] = {}

    def run(self) -> None:
        learn, plan, play, batches = self.learn, self.plan, self.learn.game.play, self.learn.batches
        stepped = [c for c in learn.callbacks if type(c).on_step is not Callback.on_step] if self._leads else []
        scheduled = self.schedule is not schedules.constant
        together = learn.world.size > 1
        clock = self._clock
        self._set_rates()  # an earlier fit's schedule may have left them anywhere
        next_tick = clock() + TICK
        next_event = self._next_event()
        while self._until is None or learn.step < self._until:
            if scheduled:
                self._set_rates()
            play(next(batches), learn.step)
            learn.step = step = learn.step + 1
            for callback in stepped:
                callback.on_step(learn)
            if step == next_event:
                self._event(step)
                next_event = self._next_event()
                if plan.reached or step == self._until:
                    break
            if (step % TOGETHER == 0) if together else (clock() >= next_tick or self.stop.asked):
                if self._tick(step):
                    break
                next_tick = clock() + TICK
        self.finished = self.finished or learn.step == plan.until or plan.reached
        self.passed = not self.finished and learn.step == self._until
        if self.finished:
            patience.put_back(learn, plan, self._record)

    def _clock(self) -> float:
        """Seconds that stand still while a callback holds the training up."""
        return time.perf_counter() - (self.learn.waited - self._waited)

    def _set_rates(self) -> None:
        plan, step = self.plan, self.learn.step
        factor = self.schedule(plan.progress(step, self._clock() - self._begun))
        for player in self.learn.game.players.values():
            player.rate(factor, plan.rates_at(step, player))

    def _next_event(self) -> int:
        """The next step after which something is due whatever the clock says."""
        step, periods = self.learn.step, [self.learn.window, self._epoch]
        if self.learn.settings.saving.steps:
            periods.append(self.learn.settings.saving.steps)
        due = min(self.learn.looks.after(step), *((step // period + 1) * period for period in periods))
        return due if self._until is None else min(due, max(self._until, step + 1))

    def _event(self, step: int) -> None:
        saving, looks = self.learn.settings.saving, self.learn.looks
        self.learn.game.meter.read()
        last = step == self._until
        if step == looks.after(step - 1):
            self._look(step)
        if step % self.learn.window == 0 or last:
            self._close_window(step)
        if step % self._epoch == 0:
            self._close_epoch(step)
        if saving.steps and step % saving.steps == 0 and not last and not self.plan.reached:
            self.save()

    def _close_window(self, step: int) -> None:
        learn = self.learn
        means = learn.game.meter.close_window()
        if not means:
            return
        self._record("steps", step=step, epoch=(step - 1) // self._epoch, **self._stage, **means)
        if self._leads and learn.folder is not None:
            learn.folder.tick(step, learn.seconds_before + self._clock() - self._entered)
        self._heed("steps", step, learn.watch.look("steps", step, means))

    def _close_epoch(self, step: int) -> None:
        learn = self.learn
        means = learn.game.meter.close_epoch()
        valid = {f"valid_{name}": value for name, value in learn.validate().items()}
        self._record("epoch", epoch=step // self._epoch, step=step, **self._stage, **means, **valid)
        patience.after_epoch(learn, self.plan, step // self._epoch, valid)
        self._heed("epoch", step, learn.watch.look("epoch", step, {**means, **valid}))

    def _look(self, step: int) -> None:
        learn, condition = self.learn, self.plan.condition
        figures = learn.looks.measure()
        if figures:
            self._record("health", step=step, **figures)
        self._heed("health", step, learn.watch.look("health", step, figures))
        if condition is not None and learn.watch.reached(condition):
            self.plan.reached = True
            self._record("reached", step=step, condition=condition)
            log.info(say("health.reached", condition=condition, step=step))

    def _record(self, kind: str, **values: Any) -> None:
        record(self.learn, self.bar, kind, **values)

    def _heed(self, kind: Kind, step: int, alarms: Sequence[Alarm]) -> None:
        """Tells the alarms, or ends the fit by the one that is to be gone back from or can't be lived with."""
        learn = self.learn
        if learn.settings.on_trouble == "recover" and self.plan.recoveries < MOST_RECOVERIES:
            for alarm in alarms:
                if alarm.fatal or alarm.remedy is not None:
                    raise Trouble(kind, step, alarm)
        for alarm in alarms:
            self._record("alarm", step=step, key=alarm.key, values=dict(alarm.values))
            if not alarm.fatal:
                log.warning(say(alarm.key, **alarm.values))
        for alarm in alarms:
            if alarm.fatal:
                raise TrainingError(alarm.key, **alarm.values)

    def _tick(self, step: int) -> bool:
        """A look at the clock: shows progress, saves where due; true where the fit ends here."""
        learn, plan = self.learn, self.plan
        now = self._clock()
        self._show(step, now, learn.game.meter.read())
        over = plan.seconds is not None and now - self._begun >= plan.seconds
        if learn.world.decide(over, learn.device):
            self.finished = True
            return True
        if learn.world.decide(self.stop.asked, learn.device):
            return True
        due = now - self._saved >= learn.settings.saving.seconds
        if learn.world.decide(due, learn.device):
            self.save()
        return False

    def _show(self, step: int, now: float, new: Mapping[str, list[float]]) -> None:
        self._shown.update({name: values[-1] for name, values in new.items() if values})
        then, before = self._rate_from
        rate = (step - before) / max(now - then, 1e-9)
        if now - then > 5:
            self._rate_from = (now, step)
        plan = self.plan
        done = step - plan.start if plan.until is not None else now - self._begun
        self.bar.update(done, self._shown, rate)

    def save(self) -> None:
        """A checkpoint of this moment, unless a loss is lost already: the last healthy one must stay the newest."""
        self.learn.game.meter.read()
        sizes = {name: player.largest() for name, player in self.learn.game.players.items()}
        for values in (self.learn.game.meter.window_means(), sizes):
            self._heed("steps", self.learn.step, self.learn.watch.lost(self.learn.step, values))
        self.learn.save_checkpoint(self.plan, active=True, seconds=self.learn.seconds_before + self.spend())
        self._saved = self._clock()

    def spend(self) -> float:
        """Tells the plan the time that it has taken; gives the seconds since this loop was entered."""
        now = self._clock()
        self.plan.spent = now - self._begun
        return now - self._entered


def record(learn: Learner, bar: ProgressBar, kind: str, **values: Any) -> None:
    """A new line of history, shown and told to the callbacks."""
    line = learn.history.add(kind, **values)
    bar.record(line)
    for callback in learn.callbacks if learn.world.leads else ():
        callback.on_record(learn, line)


def validation_seed(seed: int) -> int:
    """One for all epochs, so that figures of different epochs differ by the networks alone."""
    return derive(seed, "validation")
