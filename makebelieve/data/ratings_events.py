"""From columns of a table to events: who, what, how much and when, as numbers."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from makebelieve.data.ratings_split import Floats, Ints
from makebelieve.data.ratings_tables import RatingsTable
from makebelieve.data.times import read_times
from makebelieve.errors import DataError, OptionError

USER_NAMES = (
    "user", "userid", "uid", "customer", "customerid", "member", "memberid", "reviewer", "reviewerid", "account",
    "accountid", "사용자", "사용자id", "유저", "회원", "회원id", "고객", "고객id",
)  # fmt: skip
ITEM_NAMES = (
    "item", "itemid", "iid", "movie", "movieid", "film", "filmid", "product", "productid", "asin", "sku", "book",
    "bookid", "isbn", "artist", "artistid", "song", "songid", "track", "trackid", "game", "gameid", "article",
    "articleid", "title", "name", "항목", "상품", "상품id", "영화", "영화id", "책", "곡", "제목",
)  # fmt: skip
RATING_NAMES = ("rating", "ratings", "star", "stars", "score", "value", "overall", "평점", "별점", "점수")
TIME_NAMES = ("timestamp", "time", "date", "datetime", "ts", "createdat", "시각", "시간", "일시", "날짜")
WEIGHT_NAMES = ("weight", "weights", "count", "counts", "plays", "listens", "clicks", "quantity", "횟수", "수량")


@dataclass(frozen=True)
class Roles:
    """Which column is what; None where there is none."""

    user: str
    item: str
    rating: str | None
    time: str | None
    weight: str | None

    def wanted(self) -> list[str]:
        """The columns there are."""
        return [name for name in (self.user, self.item, self.rating, self.time, self.weight) if name is not None]


@dataclass
class Events:
    """Events as numbers.

    Attributes:
        users: (n,) int32, places in `user_ids`.
        items: (n,) int32, places in `item_ids`.
        values: (n,) float32: ratings, or what events weigh.
        times: (n,) int64 or float64, or None.
        user_ids: whole numbers or text, ascending.
        item_ids: likewise.
    """

    users: Ints
    items: Ints
    values: Floats
    times: Ints | None
    user_ids: list[int | str]
    item_ids: list[int | str]


def find_roles(table: RatingsTable, given: dict[str, str | None], implicit: bool | None) -> Roles:
    """Which column is what: as given, else by the usual names.

    Raises:
        DataError: a column isn't there, or can't be told.
        OptionError: weights are given of ratings, which have none.
    """
    for role, name in given.items():
        if name is not None and name not in table.columns:
            near = difflib.get_close_matches(str(name), table.columns, n=1, cutoff=0)
            told = {"role": role, "column": name, "near": near[0] if near else "-"}
            raise DataError("ratings.no_column", name=table.name, columns=", ".join(table.columns), **told)
    taken = [name for name in given.values() if name is not None]
    roles: dict[str, str | None] = {}
    known = {"user": USER_NAMES, "item": ITEM_NAMES, "rating": RATING_NAMES, "time": TIME_NAMES, "weight": WEIGHT_NAMES}
    for role, names in known.items():
        roles[role] = given.get(role) or called(table.columns, names, taken)
        taken += [roles[role] or ""]
    if implicit:
        roles["rating"] = None
    if roles["rating"] is not None:
        if given.get("weight") is not None:
            raise OptionError("ratings.weight_of_ratings", weight=given["weight"], rating=roles["rating"])
        roles["weight"] = None
    user, item = roles["user"], roles["item"]
    if user is None or item is None:
        missing = "user" if user is None else "item"
        raise DataError("ratings.which_column", name=table.name, role=missing, columns=", ".join(table.columns))
    if implicit is False and roles["rating"] is None:
        raise DataError("ratings.which_column", name=table.name, role="rating", columns=", ".join(table.columns))
    return Roles(user, item, roles["rating"], roles["time"], roles["weight"])


def called(columns: Sequence[str], names: Sequence[str], taken: Sequence[str] = ()) -> str | None:
    """The first column that goes by one of these names, whatever its capitals, blanks and lines."""
    plain = {re.sub(r"[\s_.-]", "", column).lower(): column for column in reversed(columns) if column not in taken}
    return next((plain[name] for name in names if name in plain), None)


def read_events(table: RatingsTable, roles: Roles, bounds: tuple[float, float] | None) -> Events:
    """All events of a table.

    Args:
        table: the table.
        roles: which column is what.
        bounds: lowest and highest rating that there may be, or None.

    Raises:
        DataError: an id is missing, or a rating is no number, not finite or out of bounds; the row is named, from 1.
    """
    users, items = _Codes(roles.user), _Codes(roles.item)
    values: list[Floats] = []
    times: list[Ints] = []
    row = 1
    for piece in table.pieces(roles.wanted(), (roles.user, roles.item)):
        n = len(piece[roles.user])
        users.add(piece[roles.user], row)
        items.add(piece[roles.item], row)
        if roles.rating is not None:
            values.append(_ratings(piece[roles.rating], roles.rating, row, bounds))
        elif roles.weight is not None:
            values.append(_weights(piece[roles.weight], roles.weight, row))
        else:
            values.append(np.ones(n, np.float32))
        if roles.time is not None:
            times.append(_times(piece[roles.time], roles.time, row))
        row += n
    (user_codes, user_ids), (item_codes, item_ids) = users.finish(), items.finish()
    whole = np.concatenate(times) if times else None
    return Events(user_codes, item_codes, np.concatenate(values), whole, user_ids, item_ids)


class _Codes:
    """Ids to places as they come by."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._known: dict[Any, int] = {}
        self._codes: list[Ints] = []

    def add(self, values: Any, row: int) -> None:
        """Some more ids, the first of which stands in this row."""
        array = values if isinstance(values, np.ndarray) else None
        before = len(self._known)
        if array is not None and array.dtype.kind in "biuf":
            if array.dtype.kind == "f":
                array = self._as_whole(array, row)
            unique, places = np.unique(array, return_inverse=True)
            self._codes.append(self._places(unique.tolist())[places])
        else:
            words = values.tolist() if hasattr(values, "tolist") else list(values)
            self._codes.append(self._places([_id(word) for word in words]))
        wrong = next((key for key in islice(self._known, before, None) if key is None), row)
        if wrong is None:
            at = int((self._codes[-1] == self._known[None]).argmax())
            raise DataError("ratings.no_id", column=self._column, row=row + at)

    def finish(self) -> tuple[Ints, list[int | str]]:
        """(n,) int32 places among the ids, and those in ascending order: by value, or as text where one is text."""
        keys = list(self._known)
        if any(isinstance(key, str) for key in keys):
            keys = [str(key) for key in keys]
        ids = sorted(set(keys))
        place = {key: i for i, key in enumerate(ids)}
        final = np.array([place[key] for key in keys], dtype=np.int32)
        codes = final[np.concatenate(self._codes)]
        self._codes.clear()
        return codes, ids

    def _places(self, keys: list[Any]) -> Ints:
        known = self._known
        return np.fromiter((known.setdefault(key, len(known)) for key in keys), np.int32, len(keys))

    def _as_whole(self, array: Ints, row: int) -> Ints:
        if not np.isfinite(array).all():
            at = int((~np.isfinite(array)).argmax())
            raise DataError("ratings.no_id", column=self._column, row=row + at)
        whole: Ints = array.astype(np.int64)
        return whole if (whole == array).all() else array


def _id(word: Any) -> Any:
    """An id as a whole number or text; None where there is none."""
    if isinstance(word, str):
        return word.strip() or None
    if word is None or isinstance(word, int):
        return word
    return None if (word != word) is not False else str(word)  # NaN isn't itself; pandas' NA doesn't say


def _numbers(values: Any, column: str, row: int) -> Any:
    array = values if isinstance(values, np.ndarray) else None
    if array is not None and array.dtype.kind in "biuf":
        return array.astype(np.float64)
    words = values.tolist() if hasattr(values, "tolist") else list(values)
    try:
        return np.array(words, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(word, column, row + at) for at, word in enumerate(words)])


def _number(word: Any, column: str, row: int) -> float:
    try:
        return float(word)
    except (TypeError, ValueError) as error:
        raise DataError("ratings.text", column=column, row=f"{row:,}", text=str(word)) from error


def _ratings(values: Any, column: str, row: int, bounds: tuple[float, float] | None) -> Floats:
    found = _numbers(values, column, row)
    wrong = ~np.isfinite(found)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError("ratings.nan", column=column, row=f"{row + at:,}", value=found[at], n=int(wrong.sum()))
    low, high = bounds or (-math.inf, math.inf)
    wrong = (found < low) | (found > high)
    if wrong.any():
        at = int(wrong.argmax())
        told = {"row": f"{row + at:,}", "value": f"{found[at]:g}", "low": f"{low:g}", "high": f"{high:g}"}
        raise DataError("ratings.out_of_range", column=column, n=int(wrong.sum()), **told)
    return np.asarray(found, dtype=np.float32)


def _weights(values: Any, column: str, row: int) -> Floats:
    found = _numbers(values, column, row)
    wrong = ~(np.isfinite(found) & (found > 0))
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError("ratings.weight", column=column, row=f"{row + at:,}", value=f"{found[at]:g}")
    return np.asarray(found, dtype=np.float32)


def _times(values: Any, column: str, row: int) -> Ints:
    """Whole numbers as they are, others as float64, dates as seconds since 1970."""
    array = values if isinstance(values, np.ndarray) else np.array(values)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    if array.dtype.kind in "OUT":
        for kind in (np.int64, np.float64):
            try:
                array = np.array(array.tolist(), dtype=kind)
                break
            except (TypeError, ValueError, OverflowError):
                continue
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    try:
        times = read_times(array, column)
    except DataError as error:
        place = error.values.get("row")
        raise DataError(error.key, **{**error.values, "row": place and place + row - 1}) from error
    if times.dtype.kind == "M":
        times = times.astype("datetime64[s]")
    whole: Ints = times.astype(np.int64)
    return whole if times.dtype.kind == "M" or (whole == times).all() else times
