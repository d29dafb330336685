"""How good forecasts are: errors beside those of naive forecasts, and whether the difference is more than chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from makebelieve.data.times import Floats, Times
from makebelieve.messages import say

FEWEST = 8  # forecasts that do not overlap, below which nothing is said of chance
SURE = 0.025  # probability of such a difference by chance, below which the better one is called better
COVERAGE_OFF = 0.1  # share by which a band may miss what it promises before it is told


@dataclass(frozen=True)
class Errors:
    """Forecasts of one series beside what came.

    Attributes:
        times: (n,) of the last known row of each.
        y: (n, ahead, targets), in the targets' units.
        said: (n, ahead, targets, quantiles).
        naive: by name, (n, ahead, targets).
        unit: (targets,): the naive error of the training part, by which MASE scales.
        apart: (n,) whether it is one of those that do not overlap.
    """

    times: Times
    y: Floats
    said: Floats
    naive: Mapping[str, Floats]
    unit: Floats
    apart: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Comparison:
    """The network against the best naive forecast.

    Attributes:
        name: of that forecast.
        n: forecasts that do not overlap.
        p: probability of so much a gain by chance (one-sided); None where there are too few.
    """

    name: str
    n: int
    p: float | None


@dataclass
class Evidence:
    """Errors of all series together.

    Attributes:
        errors: of each series, maybe of each fold too.
        quantiles: that were forecast, rising.
        targets: names of the columns.
        figures: mae, rmse, mase and so on by name, as `Forecaster.evaluate` gives.
    """

    errors: Sequence[Errors]
    quantiles: Sequence[float]
    targets: Sequence[str]
    figures: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self._middle = list(self.quantiles).index(0.5)
        self._names = [name for name in self.errors[0].naive if all(name in one.naive for one in self.errors)]
        self.figures = self._figures()

    def _figures(self) -> dict[str, float]:
        off = [one.said[..., self._middle] - one.y for one in self.errors]
        mean = self._mean
        figures = {"mae": mean([np.abs(e) for e in off]), "rmse": math.sqrt(mean([e**2 for e in off]))}
        scaled = [np.abs(e) / one.unit for e, one in zip(off, self.errors, strict=True)]
        figures["mase"] = mean(scaled)
        for name in self._names:
            figures[f"mase_{name}"] = mean([self._naive(one, name) for one in self.errors])
        if len(self.targets) > 1:
            figures |= {f"mase_of_{name}": mean([e[..., i] for e in scaled]) for i, name in enumerate(self.targets)}
        q = np.array(self.quantiles)
        losses = []
        for one in self.errors:
            error = one.y[..., None] - one.said
            losses.append(np.maximum(q * error, (q - 1) * error))
        figures["pinball"] = mean(losses)
        if len(self.quantiles) > 1:
            pairs = [(one, one.said[..., 0], one.said[..., -1]) for one in self.errors]
            figures["coverage"] = mean([(low <= one.y) & (one.y <= high) for one, low, high in pairs])
            figures["width"] = mean([high - low for _, low, high in pairs])
        return figures

    @staticmethod
    def _mean(parts: Sequence[Any]) -> float:
        return float(sum(part.sum() for part in parts) / max(sum(part.size for part in parts), 1))

    @staticmethod
    def _naive(one: Errors, name: str) -> Floats:
        scaled: Floats = np.abs(one.naive[name] - one.y) / one.unit
        return scaled

    @property
    def n(self) -> int:
        """Forecasts in all."""
        return sum(len(one.y) for one in self.errors)

    def comparison(self) -> Comparison:
        """The network against that naive forecast which has the lowest MASE.

        Over forecasts that do not overlap, those of several series at one time taken together.
        """
        best = min(self._names, key=lambda name: self.figures[f"mase_{name}"])
        gains: dict[Any, list[float]] = {}
        for one in self.errors:
            own = (np.abs(one.said[..., self._middle] - one.y) / one.unit).mean((1, 2))
            gain = self._naive(one, best).mean((1, 2)) - own
            for time, value in zip(one.times[one.apart].tolist(), gain[one.apart].tolist(), strict=True):
                gains.setdefault(time, []).append(value)
        means = np.array([np.mean(gains[time]) for time in sorted(gains)])
        return Comparison(best, len(means), diebold_mariano(means) if len(means) >= FEWEST else None)

    def verdict(self, *, trained_on: bool = False) -> list[str]:
        """What the figures say, in sentences.

        Args:
            trained_on: whether these rows were learned from.
        """
        if trained_on:
            return [say("forecaster.on_training")]
        found, figures = self.comparison(), self.figures
        mase, naive = figures["mase"], figures[f"mase_{found.name}"]
        told = {"mase": f"{mase:.3f}", "naive": f"{naive:.3f}", "name": say(_WORDS[found.name]), "n": f"{found.n:,}"}
        share = f"{abs(1 - mase / naive):.0%}" if naive else "-"
        if found.p is None:
            sentences = [say("forecaster.too_few", fewest=FEWEST, **told)]
        elif found.p < SURE and mase < naive:
            sentences = [say("forecaster.better", share=share, p=_p(found.p), **told)]
        else:
            worse = found.p > 1 - SURE
            sentences = [say("forecaster.worse" if worse else "forecaster.no_better", p=_p(found.p), **told)]
        promised = self.quantiles[-1] - self.quantiles[0]
        held = figures.get("coverage")
        if held is not None and abs(held - promised) > COVERAGE_OFF:
            key = "forecaster.band_narrow" if held < promised else "forecaster.band_wide"
            sentences.append(say(key, promised=f"{promised:.0%}", held=f"{held:.0%}"))
        return sentences


_WORDS = {"last": "forecaster.naive_last", "seasonal": "forecaster.naive_seasonal", "drift": "forecaster.naive_drift"}


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def diebold_mariano(gains: Floats) -> float:
    """Probability that gains (n,) in the order of time have such a mean by chance where the true one is 0; one-sided.

    The variance of the mean has the gains' own correlation in time in it (Newey and West 1987, cube root of n lags),
    and the statistic is held against Student's t with n − 1 degrees of freedom.

    Source:
        Diebold and Mariano, "Comparing predictive accuracy", Journal of Business & Economic Statistics 13, 1995;
        Harvey, Leybourne and Newbold, "Testing the equality of prediction mean squared errors", International Journal
        of Forecasting 13, 1997, for Student's t.
    """
    n = len(gains)
    centred = gains - gains.mean()
    white = variance = float(centred @ centred) / n
    lags = int(n ** (1 / 3))
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(centred[lag:] @ centred[:-lag]) / n
    variance = max(variance, white)  # negative correlation is no ground for more trust
    if variance == 0:
        return float(0.5 - 0.5 * np.sign(gains.mean()))  # all gains are one: sure, or nothing at all
    return 1 - student(float(gains.mean()) / math.sqrt(variance / (n - 1)), n - 1)


def student(t: float, freedom: int) -> float:
    """The distribution function of Student's t.

    Source:
        Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    term = total = cosine if freedom % 2 else 1.0
    for k in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= cosine**2 * (k - 1) / k
        total += term
    total = total if freedom > 1 else 0.0
    inside = 2 / math.pi * (angle + sine * total) if freedom % 2 else sine * total
    return (1 + inside) / 2
