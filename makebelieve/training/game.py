"""One step of a recipe: advance it turn by turn, and do for each turn what the learner owes the player."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.errors import RecipeError
from makebelieve.training.history import Meter
from makebelieve.training.parallel import World
from makebelieve.training.player import Player
from makebelieve.training.protocols import Batch, Batches
from makebelieve.training.recipe import Networks, Recipe, Run, Turn, Turns


class Game:
    """Networks, players and the recipe that says whose turn it is.

    Args:
        autocast: bf16 or fp16 where the recipe is to run in mixed precision, else None.
        accumulate: parts that each batch is computed in, in lockstep, player by player.
    """

    def __init__(
        self,
        nets: Networks,
        players: Mapping[str, Player],
        recipe: Recipe,
        options: Mapping[str, Any],
        run: Run,
        world: World,
        *,
        autocast: torch.dtype | None = None,
        accumulate: int = 1,
    ) -> None:
        self.nets, self.players, self.recipe, self.options = nets, players, recipe, dict(options)
        self.run, self.world, self.accumulate = run, world, accumulate
        self.meter = Meter(world)
        self._autocast = autocast
        self._kind = run.device.type
        self._whole = world.size == 1 and accumulate == 1
        learns = [p for module in nets.by_name.values() for p in module.parameters() if p.requires_grad]
        for player in players.values():
            player.alone = len(players) == 1 and {id(p) for p in learns} == {id(p) for p in player.parameters}

    def to_training(self) -> None:
        """Networks in training mode, but for what is frozen."""
        for module in self.nets.by_name.values():
            module.train()
        for player in self.players.values():
            player.keep_still()

    def play(self, batch: Batch, step: int) -> None:
        """One step of training on one batch."""
        self.run._enter_step(step, self._whole)
        if self._whole:
            turns = self.recipe(self.nets, batch, self.run, **self.options)
            while (turn := self._advance(turns)) is not None:
                self._take(turn)
        else:
            self._play_in_parts(batch)

    def _advance(self, turns: Turns) -> Turn | None:
        """The recipe up to its next `yield`; None at its end."""
        if self._autocast is None:
            turn = next(turns, None)
            leaked = torch.is_autocast_enabled(self._kind)
        else:
            with torch.autocast(self._kind, self._autocast):
                turn = next(turns, None)
                now = torch.get_autocast_dtype(self._kind) if torch.is_autocast_enabled(self._kind) else None
                leaked = now != self._autocast
                if leaked:
                    turns.close()  # leaves the recipe's own blocks, innermost first
        if leaked or not torch.is_grad_enabled():
            turns.close()
            raise RecipeError("training.leaked_autocast" if leaked else "training.leaked_no_grad")
        return turn

    def _player(self, turn: Turn) -> Player:
        try:
            return self.players[turn[0]]
        except (KeyError, TypeError, IndexError):
            given = turn[0] if isinstance(turn, tuple) and turn else turn
            raise RecipeError("training.unknown_player", given=repr(given), known=", ".join(self.players)) from None

    def _take(self, turn: Turn) -> None:
        player, loss = self._player(turn), turn[1]
        if player.rests:
            self.meter.add(player.name, (loss if isinstance(loss, Tensor) else self._in_autocast(loss)()).detach())
        elif isinstance(loss, Tensor):
            if player.needs_a_callable(loss):
                raise RecipeError("training.needs_callable", player=player.name)
            for parameter in player.parameters:
                parameter.grad = None
            player.backward(loss)
            player.step()
            self.meter.add(player.name, loss.detach())
        else:
            with self._others_frozen(player):
                self.meter.add(player.name, player.step_again(self._in_autocast(loss)))
        if len(turn) == 3:
            for name, value in turn[2].items():
                self.meter.add(name, value.detach())

    def _play_in_parts(self, batch: Batch) -> None:
        run, total = self.run, batch.total
        parts: Sequence[Batch] = batch.chunk(self.accumulate) if self.accumulate > 1 else [batch]
        games = [self.recipe(self.nets, part, run, **self.options) for part in parts]
        calls = [0] * len(parts)
        first = self.world.rank * total // self.world.size
        run._enter_batch(first, len(batch))
        while True:
            start, taking, ended = first, None, 0
            for i, (part, turns) in enumerate(zip(parts, games, strict=True)):
                run._enter_share(start, len(part), total, calls[i])
                turn = self._advance(turns)
                calls[i], start = run._calls, start + len(part)
                if turn is None:
                    ended += 1
                    continue
                player = self._player(turn)
                if (taking is not None and taking is not player) or ended:
                    raise RecipeError("training.out_of_step", player=player.name)
                if taking is None:
                    player.zero()
                taking = player
                self._take_part(player, turn, len(part) / total)
            if ended not in (0, len(parts)):
                raise RecipeError("training.out_of_step", player=taking.name if taking else "")
            if taking is None:
                return
            self.meter.close_parts()
            if not taking.rests:
                taking.step()

    def _take_part(self, player: Player, turn: Turn, share: float) -> None:
        """Adds the gradient of one part, `share` of the global batch.

        The loss is weighted before it goes back, as batch statistics carry gradients from process to process.
        """
        loss = turn[1]
        if player.rests:
            loss = loss if isinstance(loss, Tensor) else self._in_autocast(loss)()
        elif not isinstance(loss, Tensor):
            if player.needs_a_callable(torch.empty(0)):
                raise RecipeError("training.needs_whole_batch", player=player.name)
            with self._others_frozen(player):
                loss = self._in_autocast(loss)()
                player.backward(loss, share)
        else:
            player.backward(loss, share)
        values = {player.name: loss, **(turn[2] if len(turn) == 3 else {})}
        for name, value in values.items():
            self.meter.add_part(name, value.detach() * share)

    def _in_autocast(self, loss: Callable[[], Tensor]) -> Callable[[], Tensor]:
        def evaluate() -> Tensor:
            with torch.autocast(self._kind, self._autocast, enabled=self._autocast is not None):
                return loss()

        return evaluate

    @contextmanager
    def _others_frozen(self, player: Player) -> Iterator[None]:
        own = {id(parameter) for parameter in player.parameters}
        frozen = [
            parameter
            for module in self.nets.by_name.values()
            for parameter in module.parameters()
            if parameter.requires_grad and id(parameter) not in own
        ]
        for parameter in frozen:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in frozen:
                parameter.requires_grad_(True)

    def validate(self, batches: Batches, count: int, noise: torch.Generator) -> dict[str, float]:
        """The recipe on validation data, nothing updated: mean losses by player, weighted by the batches' sizes."""
        sums: dict[str, Tensor] = {}
        weights: dict[str, float] = {}
        with self.aside(noise), torch.no_grad():
            for index in range(count):
                batch = next(batches)
                if not len(batch):  # a process may get nothing of a last batch that is smaller than their number
                    weights = {name: weight + batch.total * batch.each for name, weight in weights.items()}
                    continue
                for name, value in self.losses(batch, index):
                    total = sums.get(name, torch.zeros((), device=self.run.device))
                    sums[name] = total + value.detach() * (len(batch) * batch.each)
                    weights[name] = weights.get(name, 0.0) + batch.total * batch.each
        return {name: float(self.world.sum(total)) / weights[name] for name, total in sums.items()}

    @contextmanager
    def aside(self, noise: torch.Generator) -> Iterator[None]:
        """For a while: networks in eval mode, the recipe told that this is no training, `noise` for the run's own."""
        run, modules = self.run, list(self.nets.by_name.values())
        modes = [(part, part.training) for module in modules for part in module.modules()]
        before = run._generator, run.state, run.rows, run.step
        run.training, run._generator, run.state, run.rows = False, noise, dict(run.state), {}
        try:
            for module in modules:
                module.eval()
            yield
        finally:
            run.training = True
            run._generator, run.state, run.rows, run.step = before
            for part, mode in modes:
                part.training = mode

    def losses(self, batch: Batch, index: int, *, alone: bool = False) -> Iterator[tuple[str, Tensor]]:
        """Losses and metrics of the recipe on a batch by name, nothing updated; to be used inside `aside`.

        Args:
            batch: this process's share of a global batch, or with `alone` a whole one of its own.
            index: what the recipe sees as `run.step`.
            alone: whether this process goes through the recipe without the others.
        """
        run, rank, size = (self.run, 0, 1) if alone else (self.run, self.world.rank, self.world.size)
        run._enter_step(index, size == 1)
        run._enter_batch(rank * batch.total // size, len(batch))
        run._enter_share(rank * batch.total // size, len(batch), batch.total, 0)
        turns = self.recipe(self.nets, batch, run, **self.options)
        while True:
            with torch.autocast(self._kind, self._autocast, enabled=self._autocast is not None):
                turn = next(turns, None)
                if turn is None:
                    return
                loss = turn[1] if isinstance(turn[1], Tensor) else turn[1]()
            yield self._player(turn).name, loss
            if len(turn) == 3:
                yield from turn[2].items()


def set_memory_format(modules: Mapping[str, nn.Module]) -> torch.memory_format | None:
    """Networks with convolutions go to channels-last, in place, and want their pictures so."""
    found: torch.memory_format | None = None
    for module in modules.values():
        if any(isinstance(part, nn.Conv2d | nn.ConvTranspose2d) for part in module.modules()):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            found = torch.channels_last
    return found
