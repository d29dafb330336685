"""Carrying out a plan from its first step to its last, and back to a healthy moment where trouble is to be mended."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import torch

from makebelieve.messages import say
from makebelieve.training.checkpoint import load_newest
from makebelieve.training.fitting import Fitting, Stop, Trouble, record
from makebelieve.training.plan import Patience, Plan
from makebelieve.training.progress import ProgressBar
from makebelieve.training.run_folder import RunFolder
from makebelieve.training.schedule import Schedule
from makebelieve.training.stages import enter
from makebelieve.training.state import unpack

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

log = logging.getLogger(__name__)


def train(learn: Learner, plan: Plan, schedule: Schedule) -> bool:
    """Trains by the plan; false where someone stopped it before its end."""
    stop = Stop()
    bar = ProgressBar(plan.until - plan.start if plan.until is not None else plan.seconds or 0.0, learn.world.leads)
    leading = learn.callbacks if learn.world.leads else []
    with stop.listening(), bar, contextlib.ExitStack() as after:
        if learn.settings.deterministic and not torch.are_deterministic_algorithms_enabled():
            torch.use_deterministic_algorithms(True)
            after.callback(torch.use_deterministic_algorithms, False)
        learn.game.to_training()
        with learn.randomness.active():
            for callback in leading:
                callback.on_fit_start(learn)
        while True:
            enter(learn, plan)
            trouble = _try(fitting := Fitting(learn, plan, schedule, bar, stop))
            if trouble is not None:
                go_back(learn, plan, trouble, bar)
            elif not fitting.passed or learn.world.decide(stop.asked, learn.device):
                break
    for callback in leading:
        callback.on_fit_end(learn)
    learn.world.wait()
    return fitting.finished


def _try(fitting: Fitting) -> Trouble | None:
    """Trains as far as it goes; gives the trouble that stood in the way, if any."""
    learn, trouble = fitting.learn, None
    with learn.randomness.active():
        try:
            fitting.run()
            if fitting.finished:
                learn.calls = fitting.plan.call
            fitting.save()
        except Trouble as met:
            trouble = met
    learn.seconds_before += fitting.spend()
    return trouble


def go_back(learn: Learner, plan: Plan, trouble: Trouble, bar: ProgressBar) -> None:
    """The learner as it was at its newest healthy checkpoint, with the remedy applied.

    Healthy is one that is not after the last record of the trouble's kind at which nothing was suspected. What the
    history has since then is taken back; that there was trouble, and what was changed, is told instead, and saved.
    """
    alarm, seconds = trouble.alarm, learn.seconds_before
    remedy = alarm.remedy
    rates = {name: list(player.rates) for name, player in learn.game.players.items()}
    clip = learn.clip
    folder = RunFolder(learn.told_folder())
    tensors, state = load_newest(folder.checkpoints, until=learn.watch.clean.get(trouble.kind, learn.step))
    then = unpack(learn, tensors, state)
    learn.calls, learn.seconds_before = plan.call - 1, seconds
    learn.watch.clean[trouble.kind] = max(learn.watch.clean.get(trouble.kind, 0), learn.step)
    for name, player in learn.game.players.items():
        factor = remedy.rates.get(name, 1.0) if remedy is not None else 1.0
        player.learn_slower(factor, rates[name])
        if name in plan.rates:
            plan.rates[name] *= factor
    if remedy is not None and remedy.clip is not None:
        clip = min(clip, remedy.clip) if clip is not None else remedy.clip
    learn.limit(clip)
    if learn.world.leads:
        learn.history.take_up(folder.history, state["history_bytes"])
        learn.history.cut()
        folder.cut_clock(learn.step)
    plan.recoveries += 1
    plan.reached = False
    if plan.patience is not None:
        plan.patience = then.patience if then.call == plan.call else Patience(plan.patience.epochs)
    values = {
        "trouble": trouble.step,
        "step": learn.step,
        "rates": ", ".join(f"{name} {plan.rates_at(learn.step, p)[-1]:g}" for name, p in learn.game.players.items()),
        "clip": "-" if clip is None else f"{clip:g}",
    }
    told = (
        ("alarm", trouble.step, alarm.key, dict(alarm.values)),
        ("recovery", learn.step, "health.recovered", values),
    )
    for kind, step, key, given in told:
        record(learn, bar, kind, step=step, key=key, values=given)
        log.warning(say(key, **given))
    learn.save_checkpoint(plan, active=False, seconds=learn.seconds_before)
