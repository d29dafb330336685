"""What one call of `fit` sets out to do, as a checkpoint keeps it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Self

from makebelieve.errors import OptionError, TrainingError
from makebelieve.training import schedule as schedules
from makebelieve.training.schedule import Schedule

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner
    from makebelieve.training.player import Player

MOST_EPOCHS = 100  # of a fit that waits for a condition and has no length


@dataclass
class Stage:
    """A stretch of a fit that has its own frozen groups and its own turn of the schedule.

    Attributes:
        frozen: groups of parameters that do not learn, counted from the input.
        steps: its length.
        scales: factor on the learning rate, one a group of parameters.
    """

    frozen: int
    steps: int
    scales: list[float]


@dataclass
class Patience:
    """Waiting for a better validation loss.

    Attributes:
        epochs: without a better one, that end the fit.
        best: least loss so far; None before the first.
        epoch: whose loss that was.
        waited: epochs since then.
    """

    epochs: int
    best: float | None = None
    epoch: int = 0
    waited: int = 0


@dataclass
class Plan:
    """One call of `fit`.

    Attributes:
        call: its number, from 1.
        start: step at which it began.
        until: step at which it ends, or None where `seconds` bounds it.
        seconds: wall time at which it ends.
        spent: seconds spent on it so far.
        schedule: name in `makebelieve.training.schedule`, or "custom"; each stage goes through it once.
        condition: what ends it before that, or None: see `Check.conditions`.
        reached: whether that has come about, or its patience is at an end.
        recoveries: how often it has gone back after trouble.
        rates: learning rates for this fit by player, instead of the player's own.
        stages: what it is made of, if of several parts; their steps add up to its length.
        patience: whether and how it waits for a better validation loss.
    """

    call: int
    start: int
    until: int | None
    seconds: float | None = None
    spent: float = 0.0
    schedule: str = "constant"
    condition: str | None = None
    reached: bool = False
    recoveries: int = 0
    rates: dict[str, float] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    patience: Patience | None = None

    def part(self, step: int) -> tuple[int, int, int | None]:
        """The stage that a step is in: its number from 0, the step where it begins and that where it ends."""
        if not self.stages:
            return 0, self.start, self.until
        borders = list(accumulate((stage.steps for stage in self.stages), initial=self.start))
        index = min(max(0, bisect_right(borders, step) - 1), len(self.stages) - 1)
        return index, borders[index], borders[index + 1]

    def progress(self, step: int, spent: float) -> float:
        """How far it is, from 0 to 1; of the stage that `step` is in, if it has some."""
        _, start, until = self.part(step)
        if until is not None:
            return max(0.0, (step - start) / max(1, until - start))
        return min(1.0, spent / (self.seconds or 1.0))

    def rates_at(self, step: int, player: Player) -> Sequence[float]:
        """A player's learning rates before the schedule's factor, one a group of parameters."""
        own = player.rates
        if player.name in self.rates:
            own = [self.rates[player.name] for _ in own]
        if not self.stages or len(own) == 1:
            return own
        return [rate * scale for rate, scale in zip(own, self.stages[self.part(step)[0]].scales, strict=True)]

    def over(self, step: int) -> bool:
        """Whether nothing of it is left at `step`."""
        return self.reached or (step >= self.until if self.until is not None else self.spent >= (self.seconds or 0.0))

    def state(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        stages = [Stage(**stage) for stage in state.get("stages", [])]
        patience = state.get("patience")
        return cls(**{**state, "stages": stages, "patience": Patience(**patience) if patience is not None else None})


def plan_fit(
    learn: Learner,
    epochs: float | None,
    steps: int | None = None,
    minutes: float | None = None,
    schedule: Schedule = schedules.constant,
    condition: str | None = None,
) -> Plan:
    """The plan of a call of `fit` with these arguments.

    Raises:
        OptionError: if they can't be followed.
    """
    if condition is not None and condition not in learn.watch.conditions:
        known = ", ".join(f'"{name}"' for name in learn.watch.conditions) or "-"
        raise OptionError("health.unknown_condition", given=condition, known=known)
    given = {"epochs": epochs, "steps": steps, "minutes": minutes}
    said = {name: value for name, value in given.items() if value is not None}
    if condition is not None and not said:
        said = {"epochs": MOST_EPOCHS}
    if len(said) != 1:
        raise OptionError("training.fit_how_long", given=", ".join(f"{k}={v}" for k, v in said.items()) or "-")
    ((name, value),) = said.items()
    positive(name, value)
    if name == "steps" and value != int(value):
        raise OptionError("training.whole_steps", given=value)
    lengths = {"steps": lambda: int(value), "epochs": lambda: steps_of(learn, value)}
    names = [name for name in schedules.__all__ if getattr(schedules, name) is schedule]
    return Plan(
        call=learn.calls + 1,
        start=learn.step,
        until=learn.step + lengths[name]() if name in lengths else None,
        seconds=value * 60 if name == "minutes" else None,
        schedule=names[0] if names else "custom",
        condition=condition,
    )


def positive(name: str, value: object) -> None:
    """Refuses what is no finite number above zero.

    Raises:
        OptionError: naming it.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise OptionError("training.positive", name=name, given=value)


def steps_of(learn: Learner, epochs: float) -> int:
    """Steps in so many epochs, at least one."""
    return max(1, round(epochs * learn.steps_per_epoch))


def rates_for(learn: Learner, rate: float | None) -> dict[str, float]:
    """One learning rate for all players, by name; {} for None, which leaves each its own.

    Raises:
        OptionError: if it is no finite number above zero.
    """
    if rate is None:
        return {}
    positive("rate", rate)
    return dict.fromkeys(learn.game.players, float(rate))


def schedule_by_name(name: str, given: Schedule | None) -> Schedule:
    """A schedule of the library, or the caller's own where the plan says "custom"."""
    if name in schedules.__all__:
        return getattr(schedules, name)  # type: ignore[no-any-return]
    if given is None:
        raise TrainingError("training.custom_schedule")
    return given
