"""Forecasts from the command line: how the series of a run go on."""

from __future__ import annotations

from pathlib import Path

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError
from makebelieve.messages import say


def forecast_run(run: Path, number: int | None, series: str | None, out: Path | None, *, as_json: bool) -> None:
    """Tell what comes after the end of a run's data; with `out` also as a table (.csv) or a picture.

    Raises:
        OptionError: the run is no forecaster's.
    """
    learn = mb.resume(run)
    if not hasattr(learn, "forecast"):
        raise OptionError("cli.forecasts_nothing", run=run, system=learn.name)
    found = learn.forecast(number, series=series)
    values = {"run": str(run), "series": found.series, "forecast": found.columns()}
    text = repr(found)
    if out is not None:
        found.save(out)
        values["file"] = str(out)
        text += "\n\n" + say("cli.forecast_kept", out=out)
    emit(as_json, values, text)
