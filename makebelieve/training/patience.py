"""Early stopping: a fit ends when validation does not get better, and the weights of its best epoch are put back.

Stopping by the validation loss, with a number of epochs to wait, is described by Prechelt (1998), "Early stopping - but
when?". The weights of the best epoch are part of every checkpoint meanwhile.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.training.plan import Patience, Plan

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

log = logging.getLogger(__name__)


def only_player(learn: Learner, asked: str) -> str:
    """The name of the player of a game that has just one.

    Raises:
        OptionError: if there are more, naming what was asked for.
    """
    names = list(learn.game.players)
    if len(names) > 1:
        raise OptionError("training.one_player", asked=asked, known=", ".join(names))
    return names[0]


def begin(learn: Learner, epochs: int) -> Patience:
    """The patience of a fit that begins.

    Raises:
        OptionError: if it is no whole number of epochs, or there is no validation loss or more than one.
    """
    if isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 1:
        raise OptionError("training.positive", name="patience", given=epochs)
    only_player(learn, f"patience={epochs}")
    if learn._data().count("valid") < learn.world.size:
        raise OptionError("training.patience_data", given=epochs)
    learn._best = {}
    return Patience(epochs)


def after_epoch(learn: Learner, plan: Plan, epoch: int, valid: Mapping[str, float]) -> None:
    """Judges an epoch's validation losses, keeps the weights if they are the best; may end the fit."""
    patience = plan.patience
    if patience is None:
        return
    loss = valid[f"valid_{only_player(learn, 'patience')}"]
    if math.isfinite(loss) and (patience.best is None or loss < patience.best):
        patience.best, patience.epoch, patience.waited = loss, epoch, 0
        learn._best = {name: tensor.detach().clone() for name, tensor in _live(learn).items()}
    else:
        patience.waited += 1
        plan.reached = plan.reached or patience.waited >= patience.epochs


@torch.no_grad()
def put_back(learn: Learner, plan: Plan, record: Callable[..., Any]) -> None:
    """At a fit's end: the weights of its best epoch in place of the last ones; `record` tells the history."""
    patience = plan.patience
    if patience is None or patience.best is None:
        return
    live = _live(learn)
    for name, tensor in learn._best.items():
        live[name].copy_(tensor)
    learn._best = {}
    values = {"epoch": patience.epoch, "loss": patience.best, "waited": patience.waited}
    record("best", step=learn.step, **values)
    log.info(say("training.best", **{**values, "loss": f"{patience.best:.4g}"}))


def _live(learn: Learner) -> dict[str, Tensor]:
    """Weights and buffers of all networks and moving averages, as they are held."""
    found = {f"nets.{name}.{key}": value for name, net in learn.nets.items() for key, value in net.state_dict().items()}
    for name, player in learn.game.players.items():
        if player.average is not None:
            held = player.average.module.state_dict()
            found.update({f"average.{name}.{key}": value for key, value in held.items()})
    return found
