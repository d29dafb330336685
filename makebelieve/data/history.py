"""One series as it was measured: rows in the order of time, at equal steps, and nothing missing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from makebelieve.data.columns import Columns
from makebelieve.data.times import HOLIDAYS, NEAR, Floats, Step, Times, at, places, read_times, shown, step_of
from makebelieve.errors import DataError
from makebelieve.messages import say

log = logging.getLogger(__name__)

Gaps = Literal["refuse", "fill", "ignore"]
Flags: TypeAlias = npt.NDArray[np.bool_]

_TIME_NAMES = frozenset((
    "time", "times", "date", "dates", "datetime", "timestamp", "ds", "day", "month",
    "날짜", "일자", "일시", "시각", "시간", "연월", "년월", "기준일", "기준일자", "거래일",
))  # fmt: skip
_NUMBER_NAMES = frozenset(("time", "times", "timestamp", "ds", "시각", "시간"))  # of these, numbers are times too
_FEWEST = 3  # rows from which a step can be told


@dataclass(frozen=True)
class History:
    """One series.

    Attributes:
        name: of the series; "" where there is only one.
        times: (n,), as `read_times` gives; whole numbers from 0 where none are known.
        values: (n, columns) float64.
        filled: (n,) whether a value of the row was made up.
        step: between rows.
    """

    name: str
    times: Times
    values: Floats
    filled: Flags
    step: Step

    def __len__(self) -> int:
        return len(self.values)

    def until(self, end: int) -> History:
        """The first `end` rows."""
        return History(self.name, self.times[:end], self.values[:end], self.filled[:end], self.step)

    def after(self, n: int) -> Times:
        """The times of the n rows that come next."""
        return at(self.times[-1], self.step, np.arange(1, n + 1))


def time_column(table: Columns, asked: str | None) -> str | None:
    """The column of times: as asked, else by its name, by its type, or because its text can be read as dates.

    Raises:
        DataError: there is no such column.
    """
    if asked is not None:
        table.column(asked)
        return asked
    if table.index is not None:
        return None
    for name, column in table.columns.items():
        values = np.asarray(column)
        if values.dtype.kind == "M" or (name.strip().lower() in _TIME_NAMES and _can_be_times(name, values)):
            return name
    for name, column in table.columns.items():
        values = np.asarray(column)
        if values.dtype.kind in "OU" and not table.is_numbers(name) and _can_be_times(name, values):
            return name
    return None


def _can_be_times(name: str, values: npt.NDArray[Any]) -> bool:
    try:
        times = read_times(values[[0, -1]], name)
    except DataError as error:
        return error.key == "forecast.day_or_month"
    return times.dtype.kind == "M" or name.strip().lower() in _NUMBER_NAMES


def read_histories(
    table: Columns, columns: list[str], *, time: str | None, by: str | None, gaps: Gaps
) -> list[History]:
    """The series of a table, each in the order of its times.

    Args:
        table: the table.
        columns: those of numbers, in the order of `History.values`.
        time: column of times; None takes the index of the data frame, or counts the rows.
        by: column that names the series, where there are several.
        gaps: what is done about rows and values that are missing.

    Raises:
        DataError: times are repeated or missing, or a value is.
    """
    values = np.stack([table.numbers(name) for name in columns], 1)
    told = time or "index"
    if time is not None:
        times = read_times(table.column(time), time)
    else:
        times = np.arange(float(len(table))) if table.index is None else read_times(table.index, told)
    if by is None:
        return [_history("", times, values, columns, told, gaps)]
    names = np.array([str(name) for name in np.asarray(table.column(by)).tolist()])
    found = []
    for name in dict.fromkeys(names.tolist()):
        its = names == name
        own = times[its] if time is not None or table.index is not None else np.arange(float(its.sum()))
        found.append(_history(name, own, values[its], columns, told, gaps))
    return found


def _history(name: str, times: Times, values: Floats, columns: list[str], told: str, gaps: Gaps) -> History:
    where = say("forecast.of_series", name=name) if name else ""
    if len(times) < _FEWEST:
        raise DataError("forecast.few_rows", where=where, n=len(times), needed=_FEWEST)
    order = np.argsort(times, kind="stable")
    if (np.diff(order) < 0).any():
        log.warning(say("forecast.sorted", where=where, column=told))
        times, values = times[order], values[order]
    same = times[1:] == times[:-1]
    if same.any():
        first = shown(times[1:][same][0])
        raise DataError("forecast.repeated", where=where, column=told, n=int(same.sum()), first=first)
    step = step_of(times)
    if gaps == "refuse":
        _refuse_missing(times, values, columns, where)
        _refuse_gaps(times, step, where)
    if gaps == "fill":
        return _filled(name, times, values, step)
    if not np.isfinite(values).all():  # "ignore" concerns times alone
        _refuse_missing(times, values, columns, where)
    return History(name, times, values, np.zeros(len(values), dtype=bool), step)


def _refuse_missing(times: Times, values: Floats, columns: list[str], where: str) -> None:
    missing = ~np.isfinite(values)
    if missing.any():
        row, column = np.argwhere(missing)[0]
        values_told = {"column": columns[column], "time": shown(times[row]), "n": int(missing.sum())}
        raise DataError("forecast.missing_values", where=where, **values_told)


def _steps_between(times: Times, step: Step) -> Floats:
    """(n - 1,): steps from each row to the next; holidays of a series of weekdays count for nothing."""
    between = np.diff(places(times, step))
    return np.where(between <= HOLIDAYS + 1, 1.0, between) if step.unit == "weekdays" else between


def _refuse_gaps(times: Times, step: Step, where: str) -> None:
    between = _steps_between(times, step)
    whole = np.round(between)
    odd = (np.abs(between - whole) > NEAR) | (whole < 1)
    if odd.any():
        first = int(odd.argmax())
        told = {"first": shown(times[first]), "second": shown(times[first + 1]), "n": int(odd.sum())}
        raise DataError("forecast.irregular", where=where, step=_words(step), **told)
    if (whole > 1).any():
        first, gaps = int((whole > 1).argmax()), int((whole > 1).sum())
        told = {"after": shown(times[first]), "before": shown(times[first + 1]), "n": int((whole - 1).sum())}
        raise DataError("forecast.gaps", where=where, step=_words(step), gaps=gaps, **told)


def _words(step: Step) -> str:
    """A step for people."""
    if step.unit == "numbers":
        return f"{step.size:g}"
    if step.unit == "months":
        return say("forecast.step_months", n=f"{step.size:g}")
    if step.unit == "weekdays":
        return say("forecast.step_weekday")
    return str(np.timedelta64(int(step.size), "us").astype(object))


def _filled(name: str, times: Times, values: Floats, step: Step) -> History:
    """On a grid of equal steps, by straight lines between what is known; ends where a value is missing are cut off.

    A row of the grid is marked as filled where no whole row was measured within half a step of it.
    """
    known: Flags = np.asarray(np.isfinite(values).all(axis=1))
    if known.sum() < _FEWEST:
        where = say("forecast.of_series", name=name) if name else ""
        raise DataError("forecast.few_rows", where=where, n=int(known.sum()), needed=_FEWEST)
    first, last = int(known.argmax()), len(known) - int(known[::-1].argmax())
    times, values, known = times[first:last], values[first:last], known[first:last]
    holidays = step.unit == "weekdays" and (_steps_between(times, step) == 1).all()
    place = np.arange(float(len(times))) if holidays else places(times, step)
    grid = np.arange(round(float(place[-1])) + 1)
    lines = [np.interp(grid, place[np.isfinite(c)], c[np.isfinite(c)]) for c in values.T]
    measured = place[known]
    nearest = measured[np.clip(np.searchsorted(measured, grid - 0.5), 0, len(measured) - 1)]
    made_up: Flags = np.asarray(np.abs(nearest - grid) > 0.5)
    return History(name, times if holidays else at(times[0], step, grid), np.stack(lines, 1), made_up, step)
