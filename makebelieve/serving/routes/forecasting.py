"""How series go on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, FastAPI, Request
from pydantic import BaseModel, FailFast, Field
from starlette.responses import Response

from makebelieve.messages import say
from makebelieve.serving.answers import as_json
from makebelieve.serving.desk import Desk, at_most, form, of_json, typed
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.worker import Work

COLUMNS = 1000
Number = Annotated[float, Field(allow_inf_nan=False)]
Cell = Number | Annotated[str, Field(max_length=100)] | None


class Forecasts(BaseModel):
    """A table a series: "time", then each target's median under its own name, and its quantiles."""

    forecasts: dict[str, dict[str, list[float | str | None]]]


def serves(learn: Any) -> bool:
    return hasattr(learn, "forecast")


def add(app: FastAPI, desk: Desk) -> None:
    layout, limits = desk.learn.layout, desk.limits
    example = {name: [float(i % 7) for i in range(layout.past)] for name in (*layout.targets, *layout.inputs)}
    column = Annotated[list[Cell], FailFast(), Field(min_length=1)]
    columns = Annotated[dict[Annotated[str, Field(max_length=200)], column], at_most(COLUMNS)]
    asks = form("Forecast", {
        "columns": (columns, Field(min_length=1, max_length=COLUMNS, examples=[example])),
        "n": (int | None, Field(None, ge=1, le=limits.length)),
    })  # fmt: skip

    async def forecast(request: Request, asked: Any) -> Response:
        work = Work("forecast", None, 1, None, lambda _: [_forecast(desk.learn, asked.columns, asked.n)])
        return as_json({"forecasts": await desk.ask(request, work)})

    app.post("/forecast", summary=say("serving.forecast"), response_model=Forecasts, dependencies=of_json)(
        typed(forecast, asked=Annotated[asks, Body()])
    )


def _forecast(learn: Any, columns: dict[str, list[Any]], n: int | None) -> dict[str, Any]:
    if len({len(column) for column in columns.values()}) != 1:
        raise RefusalError(422, "serving.columns")
    try:
        found = learn.predict(columns, n)
    except (ArithmeticError, TypeError, ValueError) as error:
        if hasattr(error, "key"):
            raise
        raise RefusalError(422, "serving.no_series", why=" ".join(str(error).split())[:200]) from error
    by_name = found if isinstance(found, dict) else {found.series: found}
    return {str(name): one.columns() for name, one in by_name.items()}
