"""Health: judges the figures of a run as they come, and says in plain words what goes wrong and what would help."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

Kind = Literal["steps", "epoch", "health"]

HUGE = 1e6
LEAP = 30.0  # times the greatest mean loss of all windows before, in one window, and ...
LOUD = 1.0  # ... below this nothing is called an explosion


@dataclass(frozen=True)
class Remedy:
    """What `on_trouble="recover"` changes when it has gone back.

    Attributes:
        rates: factors on learning rates, by player.
        clip: greatest norm of a player's gradient from then on; None leaves it.
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    clip: float | None = None


@dataclass(frozen=True)
class Alarm:
    """Something is wrong: a key of the catalogue and the figures of its sentence.

    Attributes:
        key: of a sentence with the figure, a reason and a remedy.
        values: what the sentence restates; plain values, as they go into the history.
        fatal: going on can't help.
        remedy: what to change after going back; None where that would not help.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fatal: bool = False
    remedy: Remedy | None = None


class Check:
    """One thing that is watched: judges figures of one kind of record, and may measure some of its own.

    A subclass keeps what it must remember in attributes that it names in `remembers`, plain values as JSON has them, so
    that a resumed run judges as an unbroken one. It is told figures in order, each step once.

    Attributes:
        kind: the records whose figures it judges: "steps" (mean losses of the last steps), "epoch" (with `valid_…`), or
            "health" (what all checks measured at a look).
        remembers: names of its attributes that belong to the run.
        conditions: what `fit(until=…)` may wait for, by name.
        suspects: whether the last figures were bad, also where that is no alarm yet: nobody goes back to such a moment.
    """

    kind: ClassVar[Kind] = "health"
    remembers: ClassVar[tuple[str, ...]] = ()
    conditions: ClassVar[tuple[str, ...]] = ()
    suspects: bool = False

    def measure(self, learn: Learner) -> dict[str, float]:  # noqa: ARG002 - for subclasses
        """Figures of this moment. Random states are set aside; networks must be left as they were, modes included.

        Every process calls this, and must wait for no other; what the first one finds holds for all.
        """
        return {}

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:  # noqa: ARG002 - for subclasses
        """Alarms that these figures at `step` give rise to; one that lasts may be given again and again."""
        return []

    def reached(self, condition: str) -> bool:  # noqa: ARG002 - for subclasses
        """Whether one of `conditions` holds by now."""
        return False

    def state(self) -> dict[str, Any]:
        return {"suspects": self.suspects, **{name: getattr(self, name) for name in self.remembers}}

    def load_state(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


class Watch:
    """Watches a run: losses for not-a-number and explosion, the rest by its checks. Each alarm is given once.

    Args:
        players: names of the players, whose losses have those names.
        checks: what else is watched.

    Attributes:
        clean: by kind of record: the step of the last one at which nothing was suspected.
    """

    def __init__(self, players: Sequence[str] = (), checks: Sequence[Check] = ()) -> None:
        self.checks = list(checks)
        self.clean: dict[str, int] = {"steps": 0, "health": 0}
        self.given: list[str] = []
        self._players = tuple(players)
        self._greatest: dict[str, float] = {}

    def lost(self, step: int, means: Mapping[str, float]) -> list[Alarm]:
        """Losses that are no number any more: nothing mends that but going back."""
        return [
            Alarm("training.not_a_number", {"name": name, "step": step, "value": value}, True, self._calm(name))
            for name, value in means.items()
            if not math.isfinite(value)
        ]

    def look(self, kind: Kind, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        """New alarms that the figures of a record give rise to."""
        alarms = [*self.lost(step, figures), *self._exploded(step, figures)] if kind == "steps" else []
        judging = [check for check in self.checks if check.kind == kind]
        for check in judging:
            alarms += check.judge(step, figures)
        if kind in self.clean and not alarms and not any(check.suspects for check in judging):
            self.clean[kind] = step
        new = [alarm for alarm in alarms if alarm.fatal or self._mark(alarm) not in self.given]
        self.given += [self._mark(alarm) for alarm in new if not alarm.fatal]
        return new

    def _mark(self, alarm: Alarm) -> str:
        return f"{alarm.key}/{alarm.values.get('name', '')}"

    def _exploded(self, step: int, means: Mapping[str, float]) -> list[Alarm]:
        alarms = []
        for name, value in means.items():
            size, greatest = abs(value), max(self._greatest.get(name, math.inf), LOUD)
            if math.isfinite(value) and (size > HUGE or size > LEAP * greatest):
                values = {"name": name, "step": step, "value": f"{value:.3g}"}
                alarms.append(Alarm("training.explosion", values, remedy=self._calm(name)))
            elif math.isfinite(value):
                self._greatest[name] = max(self._greatest.get(name, 0.0), size)
        return alarms

    def _calm(self, name: str) -> Remedy:
        """Half the rate of the player that a loss belongs to, of all for a figure of nobody's; gradients clipped."""
        return Remedy(dict.fromkeys([name] if name in self._players else self._players, 0.5), clip=1.0)

    def reached(self, condition: str | None) -> bool:
        return any(check.reached(condition) for check in self.checks if condition in check.conditions)

    @property
    def conditions(self) -> list[str]:
        """All that `fit(until=…)` may wait for."""
        return [name for check in self.checks for name in check.conditions]

    def state(self) -> dict[str, Any]:
        checks = [{"check": type(check).__name__, **check.state()} for check in self.checks]
        return {"given": self.given, "clean": self.clean, "greatest": self._greatest, "checks": checks}

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.given = list(state["given"])
        self.clean = dict(state.get("clean", {"steps": 0, "health": 0}))
        self._greatest = dict(state.get("greatest", {}))
        for check, saved in zip(self.checks, state.get("checks", []), strict=False):
            if saved["check"] == type(check).__name__:
                check.load_state({name: value for name, value in saved.items() if name != "check"})
