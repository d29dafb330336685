"""Health: looks at the figures as they are read back, and says in plain words what goes wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HUGE = 1e6


@dataclass
class Alarm:
    """Something is wrong: a key of the catalogue and its figures; `fatal` where going on can't help."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    fatal: bool = False


class Watch:
    """Watches the losses for not-a-number and explosion; each alarm is given once a player."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def lost(self, step: int, means: Mapping[str, float]) -> list[Alarm]:
        """Losses that are no number any more: nothing mends that but going back."""
        return [
            Alarm("training.not_a_number", {"name": name, "step": step, "value": value}, fatal=True)
            for name, value in means.items()
            if not math.isfinite(value)
        ]

    def look(self, step: int, means: Mapping[str, float]) -> list[Alarm]:
        """Alarms that the mean losses since the last record give rise to at `step`."""
        alarms = self.lost(step, means)
        for name, value in means.items():
            if math.isfinite(value) and abs(value) > HUGE and f"explosion/{name}" not in self.given:
                self.given.append(f"explosion/{name}")
                alarms.append(Alarm("training.explosion", {"name": name, "step": step, "value": f"{value:.3g}"}))
        return alarms

    def state(self) -> dict[str, Any]:
        return {"given": self.given}

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.given = list(state["given"])
