"""Which ratings are for training and which for validation; repeated ones and thin users and items."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from makebelieve.data.counter import mix
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

Ints: TypeAlias = npt.NDArray[Any]
Flags: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float32]

_SHARE = 0.2  # held back by time where nobody says how much


def held_out(valid: float | str, users: Ints, times: Ints | None, seed: int) -> tuple[Flags, str]:
    """Which ratings are held back for validation, and how they were chosen.

    Args:
        valid: a share drawn at random; "time" or "time:0.1", the last share by time; "last" or "last:3", the last so
            many of each user who has more than that.
        users: (n,) of each rating.
        times: (n,) or None: then "last" goes by row.
        seed: of the draw, and of the order of a user's ratings of one time.

    Raises:
        OptionError: `valid` is none of these.
        DataError: there are no times to split by, nothing would be held back, or nothing would be left to learn.
    """
    kind, amount = _read(valid)
    held = np.zeros(len(users), dtype=bool)
    if kind == "random":
        if not amount:
            return held, ""
        held[np.random.default_rng(mix(seed)).permutation(len(users))[: round(len(users) * amount)]] = True
        told = say("data.split_random", percent=f"{100 * amount:g}", seed=seed)
    elif kind == "time":
        if times is None:
            raise DataError("ratings.no_times", valid=valid)
        order = _by_time(times, seed)
        held[order[len(users) - round(len(users) * amount) :]] = True
        told = say("ratings.split_time", percent=f"{100 * amount:g}")
    else:
        held = _last(int(amount), users, times, seed)
        told = say("ratings.split_last" if times is not None else "ratings.split_last_row", n=int(amount), seed=seed)
    if not held.any():
        raise DataError("ratings.nothing_held", valid=valid, n=f"{len(users):,}")
    if held.all():
        raise DataError("data.nothing_to_train", n=len(users))
    return held, told


def _read(valid: float | str) -> tuple[str, float]:
    kind, _, amount = valid.partition(":") if isinstance(valid, str) else ("random", "", "")
    try:
        if kind == "last" and int(amount or 1) >= 1:
            return kind, int(amount or 1)
        if kind == "time" and 0 < float(amount or _SHARE) < 1:
            return kind, float(amount or _SHARE)
        share = float(valid)
    except (TypeError, ValueError) as error:
        raise OptionError("ratings.valid", valid=valid) from error
    if isinstance(valid, bool) or not 0 <= share < 1:
        raise OptionError("ratings.valid", valid=valid)
    return "random", share


def _by_time(times: Ints, seed: int) -> Ints:
    """Places in the order of time; those of one time in an order drawn by `seed`, for files are sorted by item."""
    drawn = np.random.default_rng(mix(seed, 1)).permutation(len(times))
    return drawn[np.argsort(times[drawn], kind="stable")]


def _last(n: int, users: Ints, times: Ints | None, seed: int) -> Flags:
    order = np.arange(len(users)) if times is None else _by_time(times, seed)
    order = order[np.argsort(users[order], kind="stable")]  # by user, then by time
    counts = np.bincount(users)
    left = np.repeat(np.cumsum(counts), counts) - np.arange(len(users))  # 1 for the last one of a user
    held = np.zeros(len(users), dtype=bool)
    held[order[(left <= n) & (np.repeat(counts, counts) > n)]] = True
    return held


def merged(key: Ints, values: Floats, times: Ints | None, add: bool) -> tuple[Ints | None, Floats]:
    """Places to keep where a user rated an item more than once, or None where nobody did; and all values.

    The latest rating is kept, the last row among those of one time. With `add`, its value becomes the sum: events.
    """
    some = np.sort(key)
    twice = np.unique(some[1:][some[1:] == some[:-1]])
    del some
    if not len(twice):
        return None, values
    at = np.flatnonzero(np.isin(key, twice))
    if times is not None:
        at = at[np.argsort(times[at], kind="stable")]
    order = at[np.argsort(key[at], kind="stable")]
    last = np.append(key[order][1:] != key[order][:-1], True)
    if add:
        groups = np.concatenate([[0], np.cumsum(last)[:-1]])
        values = values.copy()
        values[order[last]] = np.bincount(groups, weights=values[order])
    kept = np.ones(len(key), dtype=bool)
    kept[order[~last]] = False
    return np.flatnonzero(kept), values


def thick(users: Ints, items: Ints, fewest_user: int, fewest_item: int) -> Flags:
    """Which ratings stay where each user must have `fewest_user` and each item `fewest_item`: until all have."""
    kept = np.ones(len(users), dtype=bool)
    while True:
        of_user = np.bincount(users[kept], minlength=1 + users.max(initial=0))
        of_item = np.bincount(items[kept], minlength=1 + items.max(initial=0))
        still = kept & (of_user[users] >= fewest_user) & (of_item[items] >= fewest_item)
        if still.sum() == kept.sum():
            return kept
        kept = still
