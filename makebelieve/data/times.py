"""Times of a series: read from what people write, their step, those that come after, and the cycles of the calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from makebelieve.errors import DataError

Floats: TypeAlias = npt.NDArray[np.float64]
Times: TypeAlias = npt.NDArray[Any]  # (n,) datetime64[us], or float64 where times are numbers
Unit = Literal["time", "months", "weekdays", "numbers"]
Cycle = Literal["hour", "weekday", "year"]

DAY = 86_400_000_000  # microseconds
HOLIDAYS = 10  # weekdays in a row that may be missing where a series has weekdays only
DAYS_OFF = 5  # days at a month's beginning or end among which its first or last trading day is
NEAR = 0.02  # of a step: how far from a whole number of steps a time may be

_LENGTHS: dict[Cycle, int] = {"hour": DAY, "weekday": 7 * DAY, "year": 365 * DAY}
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2}))?\s*[.월일]?(?:[T\s]\s*(.+))?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?:[T\s]\s*(.+))?")
_TOGETHER = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)(?:\.0)?")


@dataclass(frozen=True)
class Step:
    """What lies between two rows.

    Attributes:
        unit: "time" in microseconds, "months", "weekdays" (Monday to Friday), or "numbers".
        size: how many of these.
        ends: of months, whether a last day is followed by last days; else 28 February by 28 March.
    """

    unit: Unit
    size: float
    ends: bool = False


# ---------------------------------------------------------------- reading


def read_times(values: Sequence[Any] | npt.NDArray[Any], column: str) -> Times:
    """Times as datetime64[us] without a zone (those with one become UTC), or as floats where they are numbers.

    Text is read as ISO 8601 has it, with ``-``, ``/`` or ``.`` between, as ``20240131``, or in Korean. Where the year
    comes last, a number above 12 somewhere in the column must tell day from month. Other numbers, such as years, are
    numbers as text too.

    Raises:
        DataError: a value is no time; the sentence names its row.
    """
    array = np.asarray(values)
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            raise DataError("forecast.no_time", column=column, row=int(np.isnat(array).argmax()) + 1, text="NaT")
        return array.astype("datetime64[us]")
    if array.dtype.kind in "iuf" and not _like_dates(array):
        floats = array.astype(np.float64)
        if not np.isfinite(floats).all():
            raise DataError("forecast.no_time", column=column, row=int((~np.isfinite(floats)).argmax()) + 1, text="NaN")
        return floats
    words = [_plain(value) for value in array.tolist()]
    if array.dtype.kind in "OUT" and (numbers := _as_numbers(words)) is not None:
        return numbers
    day_first = _day_first([word for word in words if isinstance(word, str)], column)
    return np.array([_time(word, day_first, column, i) for i, word in enumerate(words)], dtype="datetime64[us]")


def _like_dates(numbers: npt.NDArray[Any]) -> bool:
    """Whether whole numbers such as 20240131 are meant as dates."""
    return len(numbers) > 0 and all(_TOGETHER.fullmatch(str(number)) for number in (numbers[0], numbers[-1]))


def _as_numbers(words: Sequence[Any]) -> Floats | None:
    """Text that is finite numbers, some of which can't be dates, such as years: (n,); else None."""
    if not all(isinstance(word, str) for word in words):
        return None
    if all(_TOGETHER.fullmatch(word) or _YEAR_FIRST.fullmatch(word) for word in words):
        return None
    try:
        numbers = np.array([float(word) for word in words])
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else value


def _day_first(words: Sequence[str], column: str) -> bool:
    """Of dates such as 31/01/2024: whether the first number is the day.

    Raises:
        DataError: no number above 12 tells.
    """
    pairs = [(int(m[1]), int(m[2])) for m in map(_YEAR_LAST.fullmatch, words) if m]
    if any(first > 12 for first, _ in pairs):
        return True
    if pairs and not any(second > 12 for _, second in pairs):
        raise DataError("forecast.day_or_month", column=column, text=words[0])
    return False


def _time(word: Any, day_first: bool, column: str, row: int) -> dt.datetime:
    try:
        if isinstance(word, dt.datetime) and isinstance(word.year, int):  # of NaT it is a float
            return _without_zone(word)
        if isinstance(word, dt.date):
            return dt.datetime(word.year, word.month, word.day)  # noqa: DTZ001 - times have no zone here
        if match := _TOGETHER.fullmatch(word):
            return dt.datetime(*map(int, match.groups()))  # type: ignore[arg-type] # noqa: DTZ001
        if match := _YEAR_FIRST.fullmatch(word):
            return _moment(int(match[1]), int(match[2]), int(match[3] or 1), match[4])
        if match := _YEAR_LAST.fullmatch(word):
            first, second = int(match[1]), int(match[2])
            month, day = (second, first) if day_first else (first, second)
            return _moment(int(match[3]), month, day, match[4])
    except (TypeError, ValueError):
        pass
    raise DataError("forecast.no_time", column=column, row=row + 1, text=str(word))


def _moment(year: int, month: int, day: int, clock: str | None) -> dt.datetime:
    time = dt.time.fromisoformat(clock) if clock else dt.time()
    return _without_zone(dt.datetime.combine(dt.date(year, month, day), time))


def _without_zone(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


# ---------------------------------------------------------------- steps


def step_of(times: Times) -> Step:
    """The step of rising times: months or weekdays where they fit, else the most common difference."""
    if times.dtype.kind != "M":
        size = float(np.median(np.diff(times)))
        return Step("numbers", float((times[-1] - times[0]) / max(round(float(times[-1] - times[0]) / size), 1)))
    differences: npt.NDArray[np.int64] = np.asarray(np.diff(times.astype(np.int64)), dtype=np.int64)
    if differences.min() >= 25 * DAY and _in_months(times):
        return Step("months", float(_most_common(np.diff(_months(times)))), ends=bool((_days_left(times) == 1).all()))
    common = _most_common(differences)
    if common == DAY and len(times) >= 10 and not (differences % DAY).any() and (_weekday(times) < 5).all():
        return Step("weekdays", 1.0)
    return Step("time", float(common))


def _most_common(values: npt.NDArray[np.int64]) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])


def _months(times: Times) -> npt.NDArray[np.int64]:
    return times.astype("datetime64[M]").astype(np.int64)


def _in_months(times: Times) -> bool:
    """Whether no month has two, and all are on one day of it, or on its first or its last days, as trading days are."""
    since = times - times.astype("datetime64[M]")
    near = (since < np.timedelta64(DAYS_OFF, "D")).all() or (_days_left(times) <= DAYS_OFF).all()
    return bool((np.diff(_months(times)) > 0).all() and ((since == since[0]).all() or near))


def _days_left(times: Times) -> npt.NDArray[np.int64]:
    """(n,): days to the next month, 1 on a month's last day."""
    month = times.astype("datetime64[M]")
    left: npt.NDArray[np.int64] = ((month + 1).astype("datetime64[D]") - times.astype("datetime64[D]")).astype(np.int64)
    return left


def _weekday(times: Times) -> npt.NDArray[np.int64]:
    """0 for Monday to 6; 1970-01-01 was a Thursday."""
    return (times.astype("datetime64[D]").astype(np.int64) + 3) % 7


def places(times: Times, step: Step) -> Floats:
    """(n,): how many steps each time is after the first."""
    first = times[0]
    if step.unit == "months":
        return (_months(times) - _months(times[:1])) / step.size
    if step.unit == "weekdays":
        days = times.astype("datetime64[D]")
        return np.asarray(np.busday_count(days[0], days), dtype=np.float64)
    return np.asarray((times - first).astype(np.float64) / step.size)


def at(first: Any, step: Step, count: npt.NDArray[np.int64]) -> Times:
    """Times `count` steps after `first`, (n,): a month's last day leads to months' last days, weekends are passed."""
    if step.unit == "numbers":
        return np.asarray(first + count * step.size, dtype=np.float64)
    first = np.datetime64(first, "us")
    if step.unit == "time":
        return np.asarray(first + (count * int(step.size)).astype("timedelta64[us]"))
    if step.unit == "weekdays":
        day = first.astype("datetime64[D]")
        return np.asarray(np.busday_offset(day, count, roll="backward").astype("datetime64[us]") + (first - day))
    month = first.astype("datetime64[M]")
    into = first - month
    months = month + (count * int(step.size)).astype("timedelta64[M]")
    last_day = (months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    if step.ends and _days_left(first) == 1:
        return np.asarray(last_day.astype("datetime64[us]") + (first - first.astype("datetime64[D]")))
    found = months.astype("datetime64[us]") + into
    too_far = found.astype("datetime64[M]") > months
    return np.asarray(np.where(too_far, last_day.astype("datetime64[us]"), found))


def shown(time: Any) -> str:
    """A time for people: a date where it has no hour, a whole number where it is one."""
    if isinstance(time, np.datetime64):
        text = str(time.astype("datetime64[s]"))
        return text.removesuffix("T00:00:00").removesuffix(":00").replace("T", " ")
    return f"{float(time):g}" if abs(float(time)) < 1e6 else f"{float(time):.0f}"


# ---------------------------------------------------------------- the calendar


def cycles_of(times: Times, step: Step) -> tuple[Cycle, ...]:
    """The cycles that a network can learn from these times: longer than a step, and gone through at least twice."""
    if step.unit == "numbers":
        return ()
    usual = {"time": step.size, "weekdays": DAY, "months": 30 * DAY * step.size}[step.unit]
    span = float((times[-1] - times[0]).astype(np.int64))
    return tuple(name for name, length in _LENGTHS.items() if usual < length and span >= 2 * length)


def calendar(times: Times, cycles: Sequence[Cycle]) -> Floats:
    """(n, 2 * cycles): sine and cosine of how far each cycle has gone."""
    if not cycles:
        return np.zeros((len(times), 0))
    shares = {
        "hour": ((times - times.astype("datetime64[D]")).astype(np.int64) / DAY),
        "weekday": _weekday(times) / 7,
        "year": (times - times.astype("datetime64[Y]")).astype(np.int64) / (365.25 * DAY),
    }
    turns = 2 * np.pi * np.stack([shares[name] for name in cycles], 1)
    return np.stack([np.sin(turns), np.cos(turns)], 2).reshape(len(times), -1)
