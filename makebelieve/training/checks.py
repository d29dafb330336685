"""Checks for every game: dead units, and for a game with one player over-fitting and under-fitting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from makebelieve.training.health import Alarm, Check, Remedy

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

MOST_DEAD = 0.9  # of a layer's units
FEWEST_UNITS = 8  # of a layer that is looked at
CLEARLY = 0.1  # of the least validation loss: how far above it is no chance any more
EPOCHS = 3  # in a row
EXPLODED = 100.0  # times the norm that a gradient is clipped to
ENOUGH_STEPS = 1000
GAIN = 0.02  # of the first loss: what must be gained by then


def default_checks(players: Mapping[str, Any]) -> list[Check]:
    """What is watched in a game with these players."""
    if len(players) > 1:
        return [DeadUnits()]
    (name,) = players
    return [DeadUnits(), OverFitting(name), UnderFitting(name), ExplodingGradient(name)]


class DeadUnits(Check):
    """ReLU units that give zero for every item of a batch: no gradient reaches them, so they can't come back.

    Figures: `dead_NETWORK`, the share of dead units in that network's worst layer. Alarm: above 0.9 at two looks.
    """

    remembers = ("bad",)

    def __init__(self) -> None:
        self.bad: dict[str, int] = {}

    def measure(self, learn: Learner) -> dict[str, float]:
        owners: dict[nn.Module, str] = {}
        for name, net in learn.nets.items():
            owners.update({part: name for part in net.modules() if isinstance(part, nn.ReLU)})
        if not owners:
            return {}
        noise = torch.Generator(learn.device).manual_seed(learn.looks.seed("dead"))
        batch = learn.looks.batch()
        with _alive(list(owners)) as alive, learn.game.aside(noise), torch.no_grad():
            for _ in learn.game.losses(batch, 0, alone=True):
                pass
        worst: dict[str, float] = {}
        for (part, units), lives in alive.items():
            if units >= FEWEST_UNITS:
                name = owners[part]
                worst[name] = max(worst.get(name, 0.0), 1 - float(lives.float().mean()))
        return {f"dead_{name}": share for name, share in sorted(worst.items())}

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        alarms = []
        for figure, share in figures.items():
            if not figure.startswith("dead_"):
                continue
            name = figure.removeprefix("dead_")
            self.bad[name] = self.bad.get(name, 0) + 1 if share > MOST_DEAD else 0
            if self.bad[name] >= 2:
                values = {"name": name, "step": step, "share": f"{share:.0%}"}
                alarms.append(Alarm("health.dead_units", values, remedy=Remedy({name: 0.5}, clip=1.0)))
        self.suspects = any(self.bad.values())
        return alarms


@contextmanager
def _alive(parts: list[nn.Module]) -> Iterator[dict[tuple[nn.Module, int], Tensor]]:
    """Which units of these modules gave anything above zero meanwhile: (units,) bool by module and number of units."""
    found: dict[tuple[nn.Module, int], Tensor] = {}

    def see(part: nn.Module, _given: Any, out: Tensor) -> None:
        units = -1 if out.dim() in (2, 3) else 1  # (n, units), (n, t, units) or (n, units, h, w)
        lives = (out.detach() > 0).movedim(units, 0).flatten(1).any(1)
        key = part, len(lives)
        found[key] = found[key] | lives if key in found else lives

    handles = [part.register_forward_hook(see) for part in parts]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


class OverFitting(Check):
    """A validation loss that has turned: clearly above its least for three epochs, while the training loss fell on.

    Where the training loss is the higher one, the validation loss may be noisy, but nothing is learned by heart.
    """

    kind = "epoch"
    remembers = ("least", "least_epoch", "train_then", "epochs", "bad")

    def __init__(self, player: str) -> None:
        self._player = player
        self.least: float | None = None
        self.train_then = 0.0
        self.epochs = self.least_epoch = self.bad = 0

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        train, valid = figures.get(self._player), figures.get(f"valid_{self._player}")
        if train is None or valid is None:
            return []
        self.epochs += 1
        if self.least is None or valid < self.least:
            self.least, self.least_epoch, self.train_then = valid, self.epochs, train
        risen = valid > self.least + CLEARLY * abs(self.least)
        turned = risen and train < self.train_then and train < valid
        self.bad = self.bad + 1 if turned else 0
        if self.bad < EPOCHS:
            return []
        values = {
            "name": self._player,
            "step": step,
            "valid": f"{valid:.4g}",
            "least": f"{self.least:.4g}",
            "epoch": self.least_epoch,
            "train": f"{train:.4g}",
        }
        return [Alarm("health.over_fitting", values)]


class ExplodingGradient(Check):
    """A gradient far beyond what it is clipped to, as recurrent networks have it (Pascanu, Mikolov & Bengio 2013).

    Figure, where gradients are clipped: `gradient_norm`, the greatest since the last look. Alarm: above a hundred times
    the norm that it is clipped to, at two looks in a row.
    """

    remembers = ("bad",)

    def __init__(self, player: str) -> None:
        self._player = player
        self._clip: float | None = None
        self.bad = 0

    def measure(self, learn: Learner) -> dict[str, float]:
        player = learn.game.players[self._player]
        self._clip = player.clip
        if player.clip is None:
            return {}
        norm = float(player.norm)
        player.norm.zero_()
        return {"gradient_norm": norm}

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        norm = figures.get("gradient_norm")
        if norm is None or self._clip is None:
            return []
        self.bad = self.bad + 1 if not norm <= EXPLODED * self._clip else 0
        self.suspects = self.bad > 0
        if self.bad < 2:
            return []
        values = {"name": self._player, "step": step, "norm": f"{norm:.3g}", "times": f"{norm / self._clip:.0f}"}
        return [Alarm("health.exploding_gradient", values, remedy=Remedy({self._player: 0.5}))]


class UnderFitting(Check):
    """A loss that is hardly below what it was in the first steps, after so many that something should be learned."""

    kind = "steps"
    remembers = ("first",)

    def __init__(self, player: str) -> None:
        self._player = player
        self.first: float | None = None

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        loss = figures.get(self._player)
        if loss is None:
            return []
        if self.first is None:
            self.first = loss
        if step < ENOUGH_STEPS or self.first - loss > GAIN * abs(self.first):
            return []
        values = {"name": self._player, "step": step, "loss": f"{loss:.4g}", "first": f"{self.first:.4g}"}
        return [Alarm("health.under_fitting", values)]
