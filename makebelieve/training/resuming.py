"""A learner and its run's folder: made at the first `fit`, taken over, and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from makebelieve.errors import CheckpointError, TrainingError
from makebelieve.training.checkpoint import load_newest
from makebelieve.training.plan import Plan
from makebelieve.training.run_folder import RunFolder, new_run_folder
from makebelieve.training.settings import Settings
from makebelieve.training.state import unpack
from makebelieve.training.summary import configuration

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner


def open_folder(learn: Learner) -> None:
    """Makes the run's folder, by the process that leads.

    Raises:
        TrainingError: if it can't be had, in all processes.
    """
    refused: TrainingError | None = None
    if learn.world.leads and learn._asked_folder is not False:
        try:
            learn.folder = new_run_folder(learn._asked_folder, learn.name)
        except TrainingError as error:
            refused = error
    if learn.world.decide(refused is not None, learn.device):
        raise refused or TrainingError("training.lead_refused")
    if learn.folder is not None:
        learn.folder.write_config(configuration(learn))
        learn.history.attach(learn.folder.history)


def restore(learn: Learner, run: Path) -> None:
    """Takes over a run's folder; see `Learner.restore`."""
    folder = RunFolder(run)
    config = folder.read_config()
    if learn.data is not None and config.get("fingerprint") != learn.data.fingerprint():
        raise CheckpointError("training.other_data", path=run)
    tensors, state = load_newest(folder.checkpoints)
    learn._plan = unpack(learn, tensors, state)
    learn._opened, learn._failed = True, False
    if learn.world.leads:
        if learn.data is not None or folder.history.exists():  # to be used, a run needs no history
            learn.history.take_up(folder.history, state["history_bytes"])
        learn.folder = folder


def take_up(learn: Learner, run: str | Path | None, learning_rate: float | None, clip: float | None) -> Plan:
    """The plan to go on with, what is to change changed; see `Learner.resume`."""
    if run is None and learn._failed and learn.run is not None:
        run = learn.run
    if run is not None:
        learn.restore(run)
    if learn._plan is None:
        raise TrainingError("training.nothing_to_resume")
    changed = Settings(learning_rate=learning_rate, clip=clip)
    if changed.clip is not None:
        learn.limit(changed.clip)
    if learning_rate is not None:
        learn._plan.rates = {}
        for player in learn.game.players.values():
            player.learn_at(learning_rate)
    return learn._plan
