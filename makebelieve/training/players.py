"""Who plays: one player for each network that the recipe or its optimizers name, else for each that can learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from makebelieve.errors import OptionError
from makebelieve.training.game import Game
from makebelieve.training.parallel import World
from makebelieve.training.player import Player
from makebelieve.training.precision import FORMATS
from makebelieve.training.recipe import Networks, NoiseLaw, OptimizerFactory, Run
from makebelieve.training.settings import Settings

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner


def default_optimizer(parameters: Iterable[Any]) -> torch.optim.Optimizer:
    """Adam at 1e-3, for players whose recipe says nothing."""
    return torch.optim.Adam(parameters, lr=1e-3)


def make_players(
    nets: Mapping[str, nn.Module],
    factories: Mapping[str, OptimizerFactory],
    averages: Mapping[str, float],
    settings: Settings,
    world: World,
    *,
    scale: bool,
) -> dict[str, Player]:
    """The players by name.

    Args:
        nets: all networks by name.
        factories: optimizers by player.
        averages: decay of the moving average of weights by player.
        settings: learning rates and clipping.
        world: the processes that train together.
        scale: whether losses are scaled against underflow.

    Raises:
        OptionError: if something is said of a player that is not there.
    """
    names = list(factories) or [name for name, net in nets.items() if any(p.requires_grad for p in net.parameters())]
    rates = settings.learning_rate
    by_name = rates if isinstance(rates, Mapping) else dict.fromkeys(names, rates)
    for name in {*names, *averages}:
        if name not in nets:
            raise OptionError("training.player_without_network", player=name, known=", ".join(nets))
    for name in {*by_name, *averages}:
        if name not in names:
            raise OptionError("training.no_such_player", given=name, known=", ".join(names))
    players = {}
    for name in names:
        factory = factories.get(name, default_optimizer)
        average = averages.get(name)
        player = Player(name, nets[name], factory, world, clip=settings.clip, scale=scale, average=average)
        rate = by_name.get(name)
        if rate is not None:
            player.learn_at(rate)
        players[name] = player
    return players


def make_game(
    learn: Learner,
    options: Mapping[str, Any],
    optimizers: Mapping[str, OptimizerFactory],
    average: Mapping[str, float] | None,
    noise: NoiseLaw | None,
) -> Game:
    """The game of a learner's networks and recipe; `optimizers` and `average` go before the recipe's."""
    factories = {**learn.recipe.optimizers, **optimizers}
    averages = learn.recipe.average if average is None else average
    players = make_players(
        learn.nets, factories, averages, learn.settings, learn.world, scale=learn.precision == "fp16"
    )
    called: dict[str, Any] = learn.nets
    if learn.compiled:
        called = {name: torch.compile(net) for name, net in learn.nets.items()}
    return Game(
        Networks(called),
        players,
        learn.recipe,
        options,
        Run(learn.device, learn.randomness.noise, noise),
        learn.world,
        autocast=FORMATS[learn.precision] if learn.precision != "float32" else None,
        accumulate=learn.settings.accumulate,
    )
