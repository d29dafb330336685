"""What a checkpoint holds of a learner, and how it goes back in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from makebelieve.errors import CheckpointError
from makebelieve.training.plan import Plan

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner


def pack(learn: Learner, plan: Plan, *, active: bool, seconds: float) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors by name, and the rest for JSON; every process takes part."""
    tensors: dict[str, Tensor] = {}
    players: dict[str, Any] = {}
    for name, module in learn.nets.items():
        tensors.update({f"nets.{name}.{key}": value for key, value in module.state_dict().items()})
    for name, player in learn.game.players.items():
        held, players[name] = player.state()
        tensors.update({f"players.{name}.{key}": value for key, value in held.items()})
    for name, value in sorted(learn.randomness.state(active=active).items()):  # in one order in all processes
        for rank, one in enumerate(learn.world.gather(value, learn.device)):
            tensors[f"random.{rank}.{name}"] = one
    tensors.update({f"best.{name}": value for name, value in learn._best.items()})
    tensors.update({f"state.{name}": value for name, value in learn.game.run.state.items()})
    for name, value in sorted(learn.game.run.rows.items()):
        tensors[f"rows.{name}"] = learn.world.join(value, learn.device)
    return tensors, {
        "step": learn.step,
        "calls": learn.calls,
        "plan": plan.state(),
        "data": dict(learn.batches.state()),
        "meter": learn.game.meter.state(),
        "watch": learn.watch.state(),
        "players": players,
        "resting": [name for name, player in learn.game.players.items() if player.rests],
        "history_bytes": learn.history.length(),
        "seconds": seconds,
        "choices": choices(learn),
    }


def choices(learn: Learner) -> dict[str, Any]:
    """What must be the same for a run to go on as if it had not stopped."""
    return {
        "recipe": learn.recipe.__name__,
        "options": {name: str(value) for name, value in learn.game.options.items()},
        "batch_size": learn.batch_size,
        "accumulate": learn.settings.accumulate,
        "clip": learn.clip,
        "noise": learn.law,
        "optimizers": {name: type(player.optimizer).__name__ for name, player in learn.game.players.items()},
        "precision": learn.precision,
        "compile": learn.compiled,
        "seed": learn.settings.seed,
    }


def unpack(learn: Learner, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> Plan:
    """Puts a checkpoint's state into a learner that was made alike; gives the plan that was under way.

    What the checkpoint says of clipping holds, as of learning rates.

    Raises:
        CheckpointError: if the learner was made otherwise, naming what differs.
    """
    if learn.data is not None:
        here, there = choices(learn), state["choices"]
        for name in here:
            if name != "clip" and here[name] != there.get(name):
                raise CheckpointError("training.other_choice", name=name, here=here[name], there=there.get(name))
    load_networks(learn, tensors, state)
    learn._frozen_changed()
    if learn.data is not None:
        load_position(learn, tensors, state)
        learn.watch.load_state(state["watch"])
        for name, player in learn.game.players.items():
            player.rests = name in state.get("resting", ())
        learn._best = {name: value.to(learn.device) for name, value in _under(tensors, "best.").items()}
    return Plan.from_state(state["plan"])


def load_networks(learn: Learner, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Networks with all that trains them, and how far they are."""
    try:
        for name, module in learn.nets.items():
            module.load_state_dict(_under(tensors, f"nets.{name}."))
        for name, player in learn.game.players.items():
            player.load_state(_under(tensors, f"players.{name}."), state["players"][name])
    except (RuntimeError, KeyError, ValueError) as error:
        raise CheckpointError("training.other_networks", reason=str(error).splitlines()[0]) from error
    learn.limit(state["choices"]["clip"])
    learn.step, learn.calls, learn.seconds_before = state["step"], state["calls"], state["seconds"]


def load_position(learn: Learner, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Random states, the place in the data, and what was collected since the last records."""
    own = _under(tensors, f"random.{learn.world.rank}.") or _under(tensors, "random.0.")
    learn.randomness.load_state(own)
    learn.batches.load_state(state["data"])
    learn.game.meter.load_state(state["meter"])
    learn.game.run.state = {k: v.to(learn.device) for k, v in _under(tensors, "state.").items()}
    learn.game.run.rows = {k: learn.world.part(v).to(learn.device) for k, v in _under(tensors, "rows.").items()}


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}
