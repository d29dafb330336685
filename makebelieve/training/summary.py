"""What a learner says of itself: to people, on its page, and in `config.json`."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from makebelieve.errors import TrainingError
from makebelieve.messages import say

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner


def summary(learn: Learner) -> str:
    """A table of the networks, their players and how they are trained."""
    lines = [say("training.summary_head", recipe=learn.recipe.__name__, device=learn.device, precision=learn.precision)]
    for name, module in learn.nets.items():
        player = learn.game.players.get(name)
        trained = type(player.optimizer).__name__ if player is not None else "-"
        rates = ", ".join(f"{rate:g}" for rate in player.rates) if player is not None else "-"
        count = sum(parameter.numel() for parameter in module.parameters())
        lines.append(f"{name:>12}  {count:>12,}  {trained:>8}  {rates}")
    return "\n".join(lines)


def configuration(learn: Learner) -> dict[str, Any]:
    """What `config.json` keeps, so that the learner and its data can be made again."""
    data = learn._data()
    return {
        **learn.config,
        "data": {"rebuild": data.how_to_rebuild(), "facts": data.describe()},
        "fingerprint": data.fingerprint(),
        "settings": {"batch_size": learn.batch_size, "seed": learn.settings.seed, "precision": learn.precision},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }


def report(learn: Learner) -> Path | None:
    """The page that one of the learner's callbacks writes.

    Raises:
        TrainingError: there is no run's folder yet, or no such callback.
    """
    if not learn.world.leads:
        return None
    if learn.folder is None:
        raise TrainingError("training.no_run_to_report")
    pages = [page for callback in learn.callbacks if (page := callback.on_report(learn)) is not None]
    if not pages:
        raise TrainingError("training.no_page")
    return pages[-1]
