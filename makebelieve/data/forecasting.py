"""The form of `mb.series` whose series go on: what was measured, to what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from makebelieve.data.columns import Columns, read_columns
from makebelieve.data.data import Facts
from makebelieve.data.history import Gaps, read_histories, time_column
from makebelieve.data.times import cycles_of
from makebelieve.data.windows import Layout, SeriesWindows
from makebelieve.errors import DataError, OptionError

PAST, AHEAD = 60, 5  # rows, where nobody says how many
VALID = 0.2
MOST = 100_000  # rows of a window


def forecasting(
    x: Any,
    *,
    target: str | Sequence[str] | None,
    past: int | None,
    ahead: int | None,
    time: str | None,
    by: str | None,
    inputs: str | Sequence[str] | None,
    calendar: bool,
    gaps: Gaps,
    valid: float | None,
) -> SeriesWindows:
    """Windows of series that go on; arguments and errors are those of `series`."""
    past = _rows("past", PAST if past is None else past)
    ahead = _rows("ahead", AHEAD if ahead is None else ahead)
    share = VALID if valid is None else valid
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share < 1:
        raise OptionError("forecast.valid", given=share)
    if gaps not in get_args(Gaps):
        raise OptionError("forecast.gaps_option", given=gaps, known=", ".join(get_args(Gaps)))
    table = read_columns(x)
    time = time_column(table, time)
    if by is not None:
        table.column(by)
    targets = _targets(table, target, time, by)
    others = _inputs(table, inputs, [*targets, *([time] if time else []), *([by] if by else [])])
    histories = read_histories(table, [*targets, *others], time=time, by=by, gaps=gaps)
    first = max(histories, key=len)
    learned = first.times[: max(2, round((1 - share) * len(first)))]
    cycles = cycles_of(learned, first.step) if calendar else ()
    layout = Layout(tuple(targets), tuple(others), cycles, past, ahead, time, by, gaps)
    arguments = {
        "x": str(table.path), "target": targets, "past": past, "ahead": ahead, "time": time, "by": by,
        "inputs": others or None, "calendar": calendar, "gaps": gaps, "valid": share,
    }  # fmt: skip
    rebuild = {"door": "series", "arguments": arguments} if table.path is not None else None
    facts = Facts(table.name, split=f"{share:g}", rebuild=rebuild, extra={"kind": "series"})
    return SeriesWindows(histories, layout, facts, share)


def _rows(name: str, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or not 1 <= given <= MOST:
        raise OptionError("forecast.rows", name=name, given=given, most=MOST)
    return int(given)


def _targets(table: Columns, target: Any, time: str | None, by: str | None) -> list[str]:
    """The columns to forecast: as asked; of a table without names all, and the only one of numbers in another."""
    if target is not None:
        names = [str(name) for name in ([target] if isinstance(target, (str, int)) else target)]
        for name in names:
            table.numbers(name)
            if name in (time, by):
                raise DataError("forecast.target_is_time", column=name)
        if not names or len(set(names)) < len(names):
            raise OptionError("forecast.no_target", columns=", ".join(table.columns))
        return names
    names = [name for name in table.columns if name not in (time, by) and table.is_numbers(name)]
    if table.name == "array" or len(names) == 1:
        return names
    raise OptionError("forecast.no_target", columns=", ".join(names or table.columns))


def _inputs(table: Columns, inputs: str | Sequence[str] | None, taken: list[str]) -> list[str]:
    if inputs is None:
        return []
    if inputs == "all":
        return [name for name in table.columns if name not in taken and table.is_numbers(name)]
    names = [inputs] if isinstance(inputs, str) else [str(name) for name in inputs]
    for name in names:
        table.numbers(name)
        if name in taken or names.count(name) > 1:
            raise OptionError("forecast.input_taken", column=name)
    return names
