"""Watching a VAE: does its decoder still listen to z?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from torch import Tensor

from makebelieve.systems.vae.learner import VaeLearner
from makebelieve.training import Alarm, Check, Learner

LOOKED_AT = 500  # pictures
USED = 0.01  # nats of KL from which on a unit carries something
FEWEST = 0.1  # of the units
HARDLY_ANY = 1.0  # nats in all units together
YOUNG = 3  # looks that are not judged: at first no unit carries anything
TOLD_AFTER = 3  # bad looks in a row


class PosteriorCollapse(Check):
    """q(z | x) that is the prior whatever the picture is, so that z carries nothing and the decoder ignores it.

    Figures: `used_units`, those with a mean KL(q ‖ p) of 0.01 nats or more, and `kl_of_units`, nats in all of them. A
    model with more units than it needs leaves some unused, which is no alarm: that comes where nearly all are, and all
    together carry less than a nat (Bowman et al. 2016, section 3.1).

    Args:
        units: numbers in z.
    """

    remembers = ("looks", "bad")

    def __init__(self, units: int) -> None:
        self._units = units
        self.looks = self.bad = 0

    def measure(self, learn: Learner) -> dict[str, float]:
        by_unit = cast(VaeLearner, learn).unit_kl(learn.looks.part, LOOKED_AT)
        return {"used_units": float((by_unit >= USED).sum()), "kl_of_units": float(by_unit.sum())}

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        if "used_units" not in figures:
            return []
        self.looks += 1
        used, units, nats = figures["used_units"], self._units, figures["kl_of_units"]
        bad = used <= FEWEST * units and nats < HARDLY_ANY and self.looks > YOUNG
        self.bad = self.bad + 1 if bad else 0
        self.suspects = self.bad > 0
        if self.bad < TOLD_AFTER:
            return []
        values = {"step": step, "unused": units - int(used), "units": units, "nats": f"{nats:.2g}"}
        return [Alarm("health.posterior_collapse", values)]


def draw(learn: VaeLearner, n: int) -> Tensor:
    """The same n points' pictures at each look."""
    return learn.generate(n, seed=learn.looks.seed("samples")).tensor
