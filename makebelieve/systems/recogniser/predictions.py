"""What `predict` answers: one item's prediction, or many as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from makebelieve.messages import say

SHOWN = 3  # most probable classes
ROWS = 40


@dataclass(frozen=True)
class Prediction:
    """What is said of one item.

    Attributes:
        label: the most probable class; of several at once the tuple of those at 0.5 or more; else the number, or the
            tuple of numbers; None where the item could not be read.
        probability: of that class; None where there is no one class.
        probabilities: of all classes by name, in their order.
        item: the item in words, such as its path.
        error: why the item could not be read.
    """

    label: Any
    probability: float | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    item: str = ""
    error: str | None = None

    def __str__(self) -> str:
        if self.error is not None:
            return say("recogniser.not_read", why=self.error)
        if self.probabilities:
            best = sorted(self.probabilities.items(), key=lambda pair: -pair[1])[:SHOWN]
            shown = ", ".join(f"{name} {share:.1%}" for name, share in best)
            return shown if self.probability is not None else f"{', '.join(self.label) or '-'} ({shown})"
        values = self.label if isinstance(self.label, tuple) else (self.label,)
        return ", ".join(f"{value:.4g}" for value in values)

    def state(self) -> dict[str, Any]:
        """Plain values for JSON."""
        told = {"item": self.item, "label": self.label, "probability": self.probability, "error": self.error}
        return {**told, "probabilities": dict(self.probabilities)}


class Predictions(Sequence[Prediction]):
    """Predictions of many items, in their order. Shows itself as a table."""

    def __init__(self, all_: Sequence[Prediction]) -> None:
        self._all = list(all_)

    @overload
    def __getitem__(self, i: int) -> Prediction: ...
    @overload
    def __getitem__(self, i: slice) -> Predictions: ...
    def __getitem__(self, i: int | slice) -> Prediction | Predictions:
        return Predictions(self._all[i]) if isinstance(i, slice) else self._all[i]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Prediction]:
        return iter(self._all)

    def lines(self) -> list[str]:
        """A line for each item: its name, and what is said of it."""
        width = max((len(one.item) for one in self._all), default=0)
        return [f"{one.item.ljust(width)}  {one}" for one in self._all]

    def __repr__(self) -> str:
        more = [f"… {len(self._all) - ROWS:,}"] if len(self._all) > ROWS else []
        return "\n".join([*self[:ROWS].lines(), *more])
