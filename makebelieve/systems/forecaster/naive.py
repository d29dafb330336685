"""Forecasts without a network, which any network must beat; and the season that one of them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from makebelieve.data.times import Floats

LONGEST = 1000  # rows of a season that is looked for
ROWS = 20_000  # of the training part that are looked at
GAIN = 0.1  # share by which a season must lower the error
CHANCE = 3.6  # over the root of the pairs compared: by how much more, so that no noise has a season
ALIKE = 3.0  # over that root: share by which a multiple of a season may seem better than it by chance
MOST = 0.85  # of the greatest gain: what the shortest season must have, as multiples of one fit ever so little better


def find_season(parts: Sequence[Floats], ahead: int) -> int:
    """Rows after which series repeat themselves; 1 where the last value is as good a forecast as any season's.

    That is the lag at which a series, without its linear trend, differs least from itself (the average magnitude
    difference function of Ross et al., 1974, a relative of the autocorrelation).

    Args:
        parts: training rows (n, targets) of each series.
        ahead: rows that are forecast.
    """
    shortest = min(len(part) for part in parts)
    longest = min(LONGEST, shortest // 2)
    if longest < 2:
        return 1
    flat = [_without_trend(part[-ROWS:]) for part in parts]
    differences = np.array([0.0, *(_difference(flat, lag) for lag in range(1, longest + 1))])
    steps = np.arange(1, ahead + 1)
    last = float(np.mean(differences[np.minimum(steps, longest)]))
    lags = np.arange(2, longest + 1)
    reach = np.minimum(lags[:, None] * -(-steps[None] // lags[:, None]), longest)
    costs = differences[reach].mean(1)
    root = np.sqrt(sum(len(part) - lags for part in flat))
    if (costs > (1 - np.maximum(GAIN, CHANCE / root)) * last).all():
        return 1
    best = costs.min()
    good = (costs <= last - MOST * (last - best)) | (costs <= (1 + ALIKE / root) * best)
    first = int(good.argmax())
    near = costs[first : max(first + 1, lags[first] * 3 // 2 - 1)]
    return int(lags[first + int(near.argmin())])


def _without_trend(part: Floats) -> Floats:
    """Rows (n, targets) less their line of least squares, with deviation 1."""
    time = np.linspace(-1, 1, len(part))[:, None]
    rest = part - part.mean(0) - time * (time * part).sum(0) / (time**2).sum()
    return np.asarray(rest / np.maximum(rest.std(0), 1e-12))


def _difference(parts: Sequence[Floats], lag: int) -> float:
    """Mean of |y(t) − y(t − lag)|."""
    sums = sum(float(np.abs(part[lag:] - part[:-lag]).sum()) for part in parts)
    count = sum((len(part) - lag) * part.shape[1] for part in parts)
    return float(sums / count)


def naive(values: Floats, origins: npt.NDArray[np.int64], ahead: int, season: int) -> Mapping[str, Floats]:
    """The naive forecasts by name, (n, ahead, targets) each: "last", "drift", and "seasonal" where there is a season.

    "last" repeats the last value; "seasonal" the last season; "drift" goes on along the line from the first value to
    the last (Hyndman and Athanasopoulos, "Forecasting: principles and practice", section 5.2).

    Args:
        values: (rows, targets) of one series.
        origins: (n,) rows that are known, at least 2 and at least a season.
        ahead: rows to forecast.
        season: rows; 1 for none.
    """
    last = values[origins - 1][:, None]
    steps = np.arange(1, ahead + 1)
    slope = (last - values[0]) / np.maximum(origins - 1, 1)[:, None, None]
    found = {"last": np.repeat(last, ahead, 1)}
    if season > 1:
        back = season * -(-steps // season) - steps  # rows before the last one
        found["seasonal"] = values[np.maximum(origins[:, None] - 1 - back[None], 0)]
    return {**found, "drift": last + steps[None, :, None] * slope}


def naive_error(values: Floats, season: int) -> Floats:
    """(targets,): mean error of the (seasonal) naive forecast of one step in the training rows, by which MASE scales.

    Source:
        Hyndman and Koehler, "Another look at measures of forecast accuracy", International Journal of Forecasting 22,
        2006.
    """
    lag = season if len(values) > season else 1
    errors: Floats = np.abs(values[lag:] - values[:-lag]).mean(0)
    least = 1e-12 * np.maximum(np.abs(values).max(0), 1e-300)  # of a series that repeats itself exactly
    return np.asarray(np.maximum(errors, least))
