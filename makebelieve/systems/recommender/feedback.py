"""The feedback loop: what recommending only what it recommends does to a catalogue."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_part import RatingsPart
from makebelieve.data.table import aligned
from makebelieve.evaluate.ranking import top_k
from makebelieve.figures import number
from makebelieve.messages import say
from makebelieve.systems.recommender.answers import table_html
from makebelieve.training.randomness import derive

if TYPE_CHECKING:
    from makebelieve.systems.recommender.learner import Recommender

Refit = Callable[[RatingsData, Path], "Recommender"]

NAMES = ("coverage", "gini", "entropy", "popularity")


@dataclass(frozen=True)
class Feedback:
    """Figures of the lists of each round; shows itself as a table.

    Attributes:
        rounds: by round, 0 being before anybody took anything: `coverage` (share of the catalogue in some list), `gini`
            (of how often items are in lists: 0 is equally often, 1 the same one for all), `entropy` (bits, of the same
            shares), `popularity` (mean number of training ratings, before it all began, of what is recommended).
    """

    rounds: tuple[dict[str, float], ...]

    def column(self, name: str) -> list[float]:
        """One figure by round."""
        return [one[name] for one in self.rounds]

    def _cells(self) -> list[list[str]]:
        head = [say("recommender.round"), *NAMES, ""]
        rows = [[str(i), *(number(one[name]) for name in NAMES), ""] for i, one in enumerate(self.rounds)]
        return [head, *rows]

    def _verdict(self) -> str:
        first, last = self.rounds[0], self.rounds[-1]
        key = "recommender.narrower" if last["entropy"] < first["entropy"] else "recommender.not_narrower"
        return say(
            key, rounds=len(self.rounds) - 1, before=f"{first['entropy']:.3g}", after=f"{last['entropy']:.3g}",
            first=f"{first['coverage']:.1%}", last=f"{last['coverage']:.1%}",
        )  # fmt: skip

    def __repr__(self) -> str:
        return "\n".join([*(line.rstrip() for line in aligned(self._cells())), "", self._verdict()])

    def _repr_html_(self) -> str:
        return table_html([row[:-1] for row in self._cells()]) + f"<p>{self._verdict()}</p>"


def simulate(
    learn: Recommender,
    data: RatingsData,
    refit: Refit,
    *,
    rounds: int,
    n: int,
    share: float,
    epochs: float | None,
    seed: int,
) -> Feedback:
    """The loop of `Recommender.simulate_feedback`."""
    generator = torch.Generator().manual_seed(derive(seed, "feedback"))
    users, items = len(data.users), len(data.items)
    taking = torch.randperm(users, generator=generator)[: max(1, math.ceil(share * users))]
    before = torch.bincount(data.train.items, minlength=items).float()
    found, current = [], learn
    for number_ in range(rounds + 1):
        seen = data.matrix("train").to(current.device)
        places = top_k(current.on_device, taking.to(current.device), seen, min(n, items))[0].cpu()
        found.append(_figures(places, before))
        if number_ == rounds:
            break
        data = _grown(data, taking, _taken(places, generator), current)
        with tempfile.TemporaryDirectory() as folder:
            current = refit(data, Path(folder) / "run")
            current.fit(epochs)
    return Feedback(tuple(found))


def _taken(places: Tensor, generator: torch.Generator) -> Tensor:
    """The item that each user takes, (users,); −1 where nothing was left."""
    chances = (1 / torch.log2(torch.arange(places.shape[1]) + 2.0)) * (places >= 0)
    some = chances.sum(1) > 0
    drawn = torch.multinomial(chances + 1e-9 * ~some[:, None], 1, generator=generator)
    return places.gather(1, drawn)[:, 0]


def _grown(data: RatingsData, users: Tensor, items: Tensor, learn: Recommender) -> RatingsData:
    """The data with what was taken in their training part."""
    users, items = users[items >= 0], items[items >= 0]
    values = torch.ones(len(users)) if data.implicit else learn.predict_places(users, items).clamp(*data.range)
    pairs = torch.cat([data.train.pairs, torch.stack([users, items], 1).to(data.train.pairs.dtype)])
    train = RatingsPart(pairs, torch.cat([data.train.values, values]), None)
    return RatingsData(
        train, data.valid, users=data.users, items=data.items, implicit=data.implicit, range=data.range,
        facts=data.facts,
    )  # fmt: skip


def _figures(places: Tensor, before: Tensor) -> dict[str, float]:
    shown = places[places >= 0]
    counts = torch.bincount(shown, minlength=len(before)).double()
    shares = counts / counts.sum().clamp(min=1)
    rising = shares.sort().values
    m = len(rising)
    ranks = torch.arange(1, m + 1, dtype=torch.float64)
    gini = float(((2 * ranks - m - 1) * rising).sum() / m) if m else 0.0
    return {
        "coverage": float((counts > 0).double().mean()),
        "gini": gini,
        "entropy": float(-(shares * shares.clamp(min=1e-300).log2()).sum()),
        "popularity": float(before[shown].mean()) if len(shown) else 0.0,
    }
