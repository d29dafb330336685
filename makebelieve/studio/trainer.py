"""What runs in a trainer's process: one job, from where it stands to its end."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

import makebelieve as mb
from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.studio.control import JOB, LOCK, LOG, Control, read_json, write_json
from makebelieve.studio.folders import opaque
from makebelieve.studio.house import newest_checkpoint, serial_of
from makebelieve.studio.remote import Remote, put_back, tell_state
from makebelieve.studio.systems import DOORS, RECIPES, SYSTEMS
from makebelieve.studio.tail import read_lines
from makebelieve.studio.works import work
from makebelieve.training import Learner

log = logging.getLogger(__name__)

NICE = 5  # the page and its explorers go first
TAKING = 10.0  # seconds in which the server may be looking at the lock
SLOWER, CLIP = 0.5, 1.0  # what a run that is led back gets: half of each learning rate, and no gradient above this norm
BROKEN = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, MemoryError, OSError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip


def main(told: Mapping[str, Any]) -> None:
    """Does a job; how it went is told in its folder.

    Args:
        told: {"be": "trainer", "job": folder}.
    """
    folder = Path(told["job"])
    _to_file(folder / LOG)
    os.nice(NICE)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # not so in a shell's background
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
    try:
        with FileLock(folder / LOCK, timeout=TAKING):
            carry_out(folder)
    except Timeout:
        log.warning("another trainer has this job")


def carry_out(folder: Path) -> None:
    """Trains, and writes into ``job.json`` how it ended: "done", "stopped", "interrupted" or "failed"."""
    tell_state(folder, "starting")
    _note(folder, state="running", pid=os.getpid())
    job = read_json(folder / JOB) or {}
    error: dict[str, Any] | None = None
    try:
        state = "done" if _train(folder, job) else "interrupted"
    except KeyboardInterrupt:
        state = "interrupted"
    except MakebelieveError as met:
        state, error = "failed", {"key": met.key, "values": {name: _plain(one) for name, one in met.values.items()}}
        log.exception("%s", met)
    except BROKEN as met:  # a bug, or the machine's limits: the page tells what is known
        why = " ".join(str(met).split())[:300]
        state, error = "failed", {"key": "studio.trainer_broke", "values": {"kind": type(met).__name__, "why": why}}
        log.exception("training broke")
    if state == "interrupted" and Control.read(folder).stop:
        state = "stopped"
    told = {"state": state, "error": error, "pid": None}
    write_json(folder / JOB, {**(read_json(folder / JOB) or job), **told}, flush=True)
    tell_state(folder, "ended")


def _train(folder: Path, job: Mapping[str, Any]) -> bool:
    """Goes on where there is a checkpoint, else begins; false where it was stopped before its end."""
    run, system = _run_of(folder, job), SYSTEMS.get(job["system"])
    remote = Remote(folder)
    tell_state(folder, "loading")
    if system is not None and system.works:
        return not work(job, run, [remote]).learner.interrupted
    if newest_checkpoint(run) is None:
        _clear(run)
        learn = _learner(job, run, remote)
        method, fit = _how(learn, job)
        _note(folder, method=method, fit=fit)
        getattr(learn, method)(**fit)
    else:
        learn = _go_on(folder, job, run, remote)
    return not learn.interrupted


def _run_of(folder: Path, job: Mapping[str, Any]) -> Path:
    """The folder of a job's run, in which files are written and removed.

    Raises:
        OptionError: it isn't the one that the job is called by, or is to be begun outside the folder of runs.
    """
    root = folder.parents[2].resolve()
    run = root / str(job["run"])
    ours = run.parent == root
    if run.resolve() != run or opaque(run) != folder.name or not (ours or newest_checkpoint(run) is not None):
        raise OptionError("studio.no_run")
    if not ours and job.get("options"):  # what was made elsewhere only goes on
        raise OptionError("studio.no_run")
    return run


def _learner(job: Mapping[str, Any], run: Path, remote: Remote) -> Learner:
    """Data and learner through their doors.

    Raises:
        OptionError: the job's file names another door, recipe or option than a page can order.
    """
    door, options, known = job["data"]["door"], dict(job["options"]), SYSTEMS[job["system"]].all_options
    if door not in DOORS.values():
        raise OptionError("studio.data_door", given=door, known=", ".join(DOORS.values()))
    for name in options:
        if name not in known:
            raise OptionError("studio.option", given=name, system=job["system"], known=", ".join(known))
    if options.get("recipe", RECIPES[0]) not in RECIPES:
        raise OptionError("studio.option_value", name="recipe", given=options["recipe"], expected=", ".join(RECIPES))
    data = getattr(mb, door)(**job["data"]["arguments"])
    if "recipe" in options:
        options["recipe"] = getattr(mb.recipes, options["recipe"])
    learn: Learner = getattr(mb, SYSTEMS[job["system"]].door)(data=data, **options, callbacks=[remote], run=run)
    return learn


def _how(learn: Learner, job: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The method that trains and its arguments: the system's usual ones where nothing else is asked for."""
    fit = dict(job.get("fit") or {})
    if not fit and hasattr(learn, "usual_epochs"):
        fit = {"epochs": learn.usual_epochs}
    return (getattr(learn, "usual_fit", "fit") if set(fit) == {"epochs"} else "fit"), fit


def _go_on(folder: Path, job: Mapping[str, Any], run: Path, remote: Remote) -> Learner:
    """From the newest checkpoint: what was under way, what was asked for besides, or back to health."""
    asked = job.get("next") or {}
    if asked.get("do") == "recover" and "serial" not in asked:
        trouble = _last_alarm(run)
        put_back(folder, run)
        newest = newest_checkpoint(run)
        asked = {**asked, "trouble": trouble, "serial": serial_of(newest) if newest is not None else 0}
        _note(folder, next=asked)
    learn: Learner = mb.resume(run)
    learn.callbacks.append(remote)
    newest = newest_checkpoint(run)
    if asked.get("do") == "more" and learn.step == asked["from"]:
        learn.fit(**asked["fit"])
    elif asked.get("do") == "recover" and newest is not None and serial_of(newest) <= asked["serial"]:
        remote.recovered, remote.trouble = True, asked.get("trouble")
        for player in learn.game.players.values():
            player.learn_slower(SLOWER, list(player.rates))
        learn.resume(clip=CLIP)
    else:
        learn.resume()
    if not learn.interrupted:
        _note(folder, next=None)
    return learn


def _last_alarm(run: Path) -> int | None:
    """The step of the newest alarm, which the way back takes out of the history."""
    steps = [record.get("step") for record, _ in read_lines(run / "history.jsonl") if record.get("kind") == "alarm"]
    return steps[-1] if steps and isinstance(steps[-1], int) else None


def _clear(run: Path) -> None:
    """Removes what a run left that was killed before its first checkpoint."""
    for name in ("config.json", "history.jsonl", "clock.jsonl", ".lock"):
        (run / name).unlink(missing_ok=True)
    for folder in ("samples", "checkpoints"):
        for file in (run / folder).glob("*"):
            if file.is_file():
                file.unlink()
        if (run / folder).is_dir() and not any((run / folder).iterdir()):
            (run / folder).rmdir()


def _note(folder: Path, **changes: Any) -> None:
    write_json(folder / JOB, {**(read_json(folder / JOB) or {}), **changes}, flush=True)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _to_file(path: Path) -> None:
    """What is written to stdout and stderr goes to a file, as does the log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
