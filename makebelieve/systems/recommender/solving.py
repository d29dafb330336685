"""Steps without gradients in the same loop: a step solves for one side, or fits a method that needs but one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from makebelieve.data.batch import Batch
from makebelieve.training.game import Game
from makebelieve.training.protocols import Batch as AnyBatch


class Solving(Game):
    """A game whose steps are solved in closed form; validation goes through the recipe as everywhere.

    Every process does the same, so that all have the same networks without a word between them.

    Args:
        game: that of the learner, whose networks, players and recipe it takes over.
        solve: does the step of a number and gives its loss, or None.
    """

    def __init__(self, game: Game, solve: Callable[[int], Tensor | None]) -> None:
        super().__init__(game.nets, game.players, game.recipe, game.options, game.run, game.world)
        self._solve = solve

    def play(self, batch: AnyBatch, step: int) -> None:  # noqa: ARG002 - each step sees all ratings
        self.run._enter_step(step, whole=True)
        with torch.no_grad():
            loss = self._solve(step)
        for player in self.players.values():
            player.steps += 1
            if loss is not None:
                self.meter.add(player.name, loss / self.world.size)


class Steps:
    """The stream of steps that need no batches; an epoch has as many as it takes to have solved for everything.

    Args:
        steps_per_epoch: half-sweeps, or 1.
        device: of the empty batches.
    """

    def __init__(self, steps_per_epoch: int, device: torch.device) -> None:
        self.steps_per_epoch, self._step = steps_per_epoch, 0
        nothing = torch.zeros(0, 2, dtype=torch.int64, device=device)
        self._batch = Batch(nothing, nothing[:, 0].float(), nothing[:, 0], 0)

    def __next__(self) -> Batch:
        self._step += 1
        return self._batch

    def state(self) -> dict[str, Any]:
        return {"step": self._step}

    def load_state(self, state: Mapping[str, Any]) -> None:
        self._step = state["step"]


class Solved(Protocol):
    """A network that is solved for."""

    def learn(self, ratings: Any, half: int, seed: int) -> Tensor: ...
