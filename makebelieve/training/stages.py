"""Who learns when: in fine-tuning first the head alone, then everything, the nearer to the input the slower."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.training.plan import Plan, Stage, plan_fit, positive, rates_for, steps_of
from makebelieve.training.schedule import one_cycle

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner
    from makebelieve.training.player import Player

log = logging.getLogger(__name__)

SPREAD = 100.0  # the head's learning rate over that of the first group
CALMER = 0.5  # the rate of the stage in which all learn, over that of the head alone


def player_in_groups(learn: Learner) -> Player:
    """The player whose network has two groups of parameters or more.

    Raises:
        OptionError: if there is none, or more than one.
    """
    players = learn.game.players
    found = [player for player in players.values() if len(player.groups) > 1]
    if len(found) != 1:
        raise OptionError("training.no_groups", known=", ".join(players))
    return found[0]


def freeze(learn: Learner, groups: int) -> None:
    """The first `groups` groups of parameters learn no more; a negative number counts those that still do.

    Raises:
        OptionError: if no network has groups, or there are not so many before the last one.
    """
    player = player_in_groups(learn)
    most = len(player.groups) - 1
    if isinstance(groups, bool) or not isinstance(groups, int) or not -most - 1 <= groups <= most:
        raise OptionError("training.freeze_groups", given=groups, most=most)
    set_frozen(learn, player, groups if groups >= 0 else most + 1 + groups)


def set_frozen(learn: Learner, player: Player, count: int) -> None:
    """Freezes the first `count` groups of a player and no others, and tells the learner."""
    player.freeze(count)
    learn._frozen_changed()


def only(learn: Learner, names: Sequence[str]) -> None:
    """Lets these players learn and the others rest; none named, all learn. A change is a record of kind "turns".

    Raises:
        OptionError: if there is no such player.
    """
    players = learn.game.players
    for name in names:
        if name not in players:
            raise OptionError("training.no_player", given=name, known=", ".join(players))
    rests = {name: bool(names) and name not in names for name in players}
    if rests != {name: player.rests for name, player in players.items()}:
        for name, player in players.items():
            player.rests = rests[name]
        learn.history.add("turns", step=learn.step, learning=[name for name in players if not rests[name]])


def discriminative(groups: int) -> list[float]:
    """Factors on the learning rate from the first group to the head: 1/100 to 1, in geometric steps.

    That groups near the input learn more slowly is discriminative fine-tuning (Howard & Ruder 2018, section 3.2); a
    constant ratio between neighbours is theirs, a spread of a hundred is common practice.
    """
    return [SPREAD ** (index / max(1, groups - 1) - 1) for index in range(groups)]


def plan_fine_tune(learn: Learner, epochs: float, frozen_epochs: float, rate: float | None) -> Plan:
    """The plan of a call of `fine_tune` with these arguments.

    Raises:
        OptionError: if they can't be followed, or no network has groups of parameters.
    """
    groups = len(player_in_groups(learn).groups)
    plan = plan_fit(learn, epochs, schedule=one_cycle)
    plan.rates = rates_for(learn, rate)
    if frozen_epochs != 0:
        positive("frozen_epochs", frozen_epochs)
        plan.stages.append(Stage(groups - 1, steps_of(learn, frozen_epochs), [1.0] * groups))
    plan.stages.append(
        Stage(0, steps_of(learn, epochs), [CALMER * factor for factor in discriminative(groups)]),
    )
    plan.until = plan.start + sum(stage.steps for stage in plan.stages)
    return plan


def enter(learn: Learner, plan: Plan) -> None:
    """Freezes what the stage of this step wants frozen, if it has stages."""
    if not plan.stages:
        return
    player = player_in_groups(learn)
    index, start, _ = plan.part(learn.step)
    count = plan.stages[index].frozen
    if player.frozen != count:
        set_frozen(learn, player, count)
    if learn.step == start and learn.world.leads:
        values = {"frozen": count, "groups": len(player.groups), "rate": f"{plan.rates_at(start, player)[-1]:g}"}
        log.info(say("training.stage", number=index + 1, stages=len(plan.stages), **values))
