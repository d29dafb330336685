"""Acts of the forecaster: a series, and what would have been said of it on any day, beside a naive forecast."""

from __future__ import annotations

from typing import Any

import numpy as np

from makebelieve.data.times import shown
from makebelieve.data.windows import SeriesWindows
from makebelieve.errors import MakebelieveError
from makebelieve.studio.explorer import asked
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.systems.forecaster.forecast import Forecast
from makebelieve.systems.forecaster.learner import Forecaster
from makebelieve.systems.forecaster.naive import naive

MOST = 20_000  # rows of a series that are drawn, the last
NAMES = 200  # series that are named
DIGITS = 6


def serves(learn: Any) -> bool:
    return isinstance(learn, Forecaster)


def _data(explored: Explored) -> SeriesWindows | None:
    """The data of the run; None where they can't be had again."""
    if "forecasting.data" not in explored.kept:
        try:
            found = explored.with_data().data
        except (MakebelieveError, OSError):
            found = None
        explored.kept["forecasting.data"] = found if isinstance(found, SeriesWindows) else None
    data: SeriesWindows | None = explored.kept["forecasting.data"]
    return data


def facts(explored: Explored) -> dict[str, Any]:
    data, learn = _data(explored), explored.learn
    layout = learn.layout
    return {
        "series": [] if data is None else list(data.names[:NAMES]), "targets": list(layout.targets),
        "inputs": list(layout.inputs), "cycles": list(layout.cycles), "past": layout.past, "ahead": layout.ahead,
        "quantiles": list(learn.quantiles), "season": learn.season if data is not None else None,
    }  # fmt: skip


def series(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """Times and values of a series' target, from row "first" on, and the row "cut" from which it was not trained on."""
    data, learn = _known(explored), explored.learn
    place, target = _which(learn, data, request)
    history = data.histories[place]
    first = max(0, len(history) - MOST)
    values = history.values[first:, target]
    code = code_of(explored, f"learn.data.histories[{place}].values[:, {target}]", data=True)
    return {
        "first": first, "times": [shown(time) for time in history.times[first:]], "values": _rounded(values),
        "cut": data.cuts[place], "rows": len(history), "code": code,
    }  # fmt: skip


def _known(explored: Explored) -> SeriesWindows:
    data = _data(explored)
    if data is None:
        explored.with_data()  # says why there are none
        raise asked.refused("series", "-", None)
    return data


def _which(learn: Forecaster, data: SeriesWindows, request: dict[str, Any]) -> tuple[int, int]:
    """The places of "series" and "target"; the first of each by default."""
    name = asked.choice(request, "series", data.names, data.names[0])
    targets = learn.layout.targets
    return data.names.index(name), targets.index(asked.choice(request, "target", targets, targets[0]))


def _rounded(values: Any) -> list[float]:
    return [float(f"{one:.{DIGITS}g}") for one in np.asarray(values).tolist()]


def forecast(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """What is said of a "series" after its first "start" rows: quantiles and naive forecasts of "target"."""
    data, learn = _known(explored), explored.learn
    place, target = _which(learn, data, request)
    history = data.histories[place]
    start = asked.whole(request, "start", learn.layout.past, len(history), len(history))
    name = data.names[place]
    told = learn.forecast(series=name, end=start)
    values = history.values[:, : len(learn.layout.targets)]
    simple = naive(values, np.array([start]), learn.layout.ahead, learn.season)
    which = f"series={name!r}, " if len(data.names) > 1 else ""
    code = code_of(explored, f"print(learn.forecast({which}end={start}))", data=True)
    found = {one: _rounded(line[0, :, target]) for one, line in simple.items()}
    truth = _rounded(values[start : start + learn.layout.ahead, target])
    return {**_fan(told, target), "start": start, "naive": found, "truth": truth, "code": code}


def _fan(told: Forecast, target: int) -> dict[str, Any]:
    lines = [_rounded(told.values[:, target, i]) for i in range(len(told.quantiles))]
    return {"times": [shown(time) for time in told.times], "quantiles": list(told.quantiles), "lines": lines}


def given(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """What comes after "values" of one's own, where the network forecasts one column from its own past only."""
    learn: Forecaster = explored.learn
    values = asked.numbers(request.get("values"), "values", size=1e15, most=MOST)
    told = learn.predict(np.array(values)[:, None])
    one = told if isinstance(told, Forecast) else next(iter(told.values()))
    code = code_of(explored, f"print(learn.predict({values!r}))")
    found = naive(np.array(values)[:, None], np.array([len(values)]), learn.layout.ahead, 1)
    simple = {name: _rounded(line[0, :, 0]) for name, line in found.items()}
    return {**_fan(one, 0), "start": len(values), "naive": simple, "truth": [], "code": code}


ACTS: dict[str, Act] = {"series": series, "forecast": forecast, "given": given}
