"""Watching a recommender: do all users get the same?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch

from makebelieve.systems.recommender.learner import Recommender
from makebelieve.training import Alarm, Check, Learner

USERS, TOP = 64, 10
SAME = 0.95  # share of two users' lists that is the same


class Collapsed(Check):
    """Lists that are the same for everybody: what was learned is popularity, and nothing of tastes.

    Figure: `sameness`, the share of the best ten items that two of 64 users have in common on average, of all items,
    whether seen or not. Alarm: above 0.95 at three looks in a row.
    """

    remembers = ("bad",)

    def __init__(self) -> None:
        self.bad = 0

    def measure(self, learn: Learner) -> dict[str, float]:
        model = cast(Recommender, learn)
        known = model.catalogue
        if len(known.items) < 10 * TOP:
            return {}
        users = torch.linspace(0, len(known.users) - 1, min(USERS, len(known.users))).long()
        best = model.best_places(users, TOP)
        n = len(best)
        counts = torch.bincount(best.flatten(), minlength=len(known.items)).double()
        pairs = n * (n - 1)
        return {"sameness": float((counts * (counts - 1)).sum() / (pairs * TOP))} if pairs else {}

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        if "sameness" not in figures:
            return []
        share = figures["sameness"]
        self.bad = self.bad + 1 if share > SAME else 0
        self.suspects = self.bad > 0
        if self.bad < 3:
            return []
        return [Alarm("recommender.collapsed", {"step": step, "share": f"{share:.0%}"})]
