"""`mb.ratings`: who rated, bought, played or read what."""

from __future__ import annotations

import difflib
import logging
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from makebelieve.data.data import Facts
from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_events import Events, find_roles, read_events
from makebelieve.data.ratings_known import KNOWN_RATINGS, KnownRatings
from makebelieve.data.ratings_names import Names
from makebelieve.data.ratings_part import RatingsPart
from makebelieve.data.ratings_split import held_out, merged, thick
from makebelieve.data.ratings_tables import RatingsTable, read_ratings
from makebelieve.data.ratings_titles import find_titles
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

log = logging.getLogger(__name__)

Bounds = tuple[float, float]


def ratings(
    source: Any,
    *,
    user: str | None = None,
    item: str | None = None,
    rating: str | None = None,
    time: str | None = None,
    weight: str | None = None,
    titles: Any = None,
    implicit: bool | None = None,
    range: Bounds | None = None,  # noqa: A002 - the word for it
    valid: float | str = 0.2,
    fewest_user: int = 1,
    fewest_item: int = 1,
    encoding: str = "utf-8",
    seed: int = 42,
) -> RatingsData:
    """Ratings, or events without ratings, to learn a recommender from.

    Args:
        source: a known name (``"synthetic"``, ``"movielens-latest-small"``, ``"movielens-100k"``, ``"movielens-1m"``,
            ``"movielens-25m"``); a file ``.csv``, ``.tsv``, ``.dat`` or ``.parquet`` (text may be ``.gz``), or a folder
            with a file ``ratings`` in it; a data frame or a dict of columns; a tuple of arrays (users, items[,
            ratings[, times]]), an array of these columns, or a sparse matrix of SciPy.
        user: column of users; None finds user_id, userId, uid, customer, … The same goes for the others.
        item: column of items.
        rating: column of ratings. Without any, what there is are events.
        time: column of times: numbers, or dates.
        weight: column of what an event weighs, such as plays; None and no column called so is 1 each.
        titles: names of items: a table (a file or a data frame) with a column of the items' ids and one of titles, or
            a dict. None looks for ``movies.csv`` and the like beside the file.
        implicit: True takes rows as events and their ratings for nothing; False insists on ratings; None: ratings
            where there is such a column.
        range: lowest and highest rating there may be; None takes those there are.
        valid: what is held back for validation: a share drawn at random; ``"time"`` the last fifth by time,
            ``"time:0.1"`` the last tenth; ``"last"`` each user's last, ``"last:3"`` the last three, of users who have
            more than that.
        fewest_user: ratings that a user must have to stay.
        fewest_item: ratings that an item must have to stay.
        encoding: of files of text.
        seed: of the draw.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty or lacks a column; a rating is no number or out of range; there is but
            one user or item; nothing is left to learn or to judge by.
        DownloadError: a known set can't be fetched.
    """
    _check(range, implicit, fewest_user, fewest_item)
    known, table, place = _source(source, encoding)
    given = {"user": user, "item": item, "rating": rating, "time": time, "weight": weight}
    roles = find_roles(table, given, implicit)
    events_only = roles.rating is None
    limits = range if range is not None or known is None else known.bounds
    events = read_events(table, roles, limits)
    named = known.titles if known is not None and titles is None else find_titles(titles, table.path, roles.item)
    told, extra = _tidy(events, fewest_user, fewest_item, add=events_only)
    bounds = _bounds(events, limits, events_only)
    held, split = held_out(valid, events.users, events.times, seed)
    again = {
        **given, "titles": _path(titles), "implicit": implicit, "range": None if range is None else list(range),
        "valid": valid, "fewest_user": fewest_user, "fewest_item": fewest_item, "encoding": encoding, "seed": seed,
    }  # fmt: skip
    rebuild = place is not None and (titles is None or again["titles"] is not None)
    facts = Facts(
        known.name if known is not None else table.name, split, known.licence if known is not None else None,
        tuple(told), {"door": "ratings", "arguments": {"source": place, **again}} if rebuild else None,
        {"kind": "ratings", **extra},
    )  # fmt: skip
    names = [str(one) for one in events.item_ids]
    if named and not any(one in named for one in names):
        log.warning(say("ratings.titles_apart", item=names[0], title=next(iter(named))))
    return RatingsData(
        _part(events, ~held), _part(events, held),
        users=Names("user", events.user_ids),
        items=Names("item", events.item_ids, None if not named else [named.get(one, one) for one in names]),
        implicit=events_only, range=bounds, facts=facts, truth=None if known is None else known.truth,
    )  # fmt: skip


def _check(bounds: Bounds | None, implicit: bool | None, fewest_user: int, fewest_item: int) -> None:
    if bounds is not None:
        try:
            low, high = (float(bound) for bound in bounds)
        except (TypeError, ValueError) as error:
            raise OptionError("ratings.range", range=bounds) from error
        if not -math.inf < low < high < math.inf:
            raise OptionError("ratings.range", range=bounds)
    if implicit not in (None, True, False):
        raise OptionError("ratings.implicit", implicit=implicit)
    for name, value in (("fewest_user", fewest_user), ("fewest_item", fewest_item)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise OptionError("ratings.fewest", name=name, value=value)


def _source(source: Any, encoding: str) -> tuple[KnownRatings | None, RatingsTable, str | None]:
    """A known set or None, the table, and what to call the source by when it is wanted again."""
    if isinstance(source, str) and source in KNOWN_RATINGS:
        known = KNOWN_RATINGS[source]()
        return known, known.table, source
    if not isinstance(source, (str, os.PathLike)):
        return None, read_ratings(source), None
    path = Path(source).expanduser().resolve()
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if one.name.lower().startswith("ratings."))
        if not inside:
            raise DataError("ratings.folder", path=str(path))
        path = inside[0]
    if not path.is_file():
        near = difflib.get_close_matches(str(source), KNOWN_RATINGS, n=2, cutoff=0.4)
        raise DataError("ratings.missing", source=str(source), near=", ".join(near or KNOWN_RATINGS))
    return None, read_ratings(path, encoding), str(path)


def _path(titles: Any) -> str | None:
    return str(Path(titles).expanduser().resolve()) if isinstance(titles, (str, os.PathLike)) else None


def _tidy(events: Events, fewest_user: int, fewest_item: int, *, add: bool) -> tuple[list[str], dict[str, Any]]:
    """Leaves out what comes twice and what is too thin; sentences and counts of that.

    Raises:
        DataError: fewer than two users or items are left.
    """
    told, extra = [], {"duplicates": 0, "thin": 0}
    key = events.users.astype(np.int64) * len(events.item_ids) + events.items
    kept, events.values = merged(key, events.values, events.times, add)
    del key
    if kept is not None:
        extra["duplicates"] = len(events.users) - len(kept)
        told.append(say("ratings.added" if add else "ratings.repeated", n=f"{extra['duplicates']:,}"))
        _keep(events, kept)
    if max(fewest_user, fewest_item) > 1:
        stay = thick(events.users, events.items, fewest_user, fewest_item)
        if not stay.all():
            before = len(events.user_ids), len(events.item_ids), len(events.users)
            _keep(events, np.flatnonzero(stay))
            gone = [
                n - m
                for n, m in zip(before, (len(events.user_ids), len(events.item_ids), len(events.users)), strict=True)
            ]
            extra["thin"] = gone[2]
            told.append(
                say("ratings.thin", users=f"{gone[0]:,}", items=f"{gone[1]:,}", n=f"{gone[2]:,}",
                    fewest_user=fewest_user, fewest_item=fewest_item)
            )  # fmt: skip
            if not len(events.users):
                raise DataError("ratings.all_thin", fewest_user=fewest_user, fewest_item=fewest_item, n=before[2])
    for sentence in told:
        log.warning(sentence)
    for key_told, ids in (("ratings.one_user", events.user_ids), ("ratings.one_item", events.item_ids)):
        if len(ids) < 2:
            raise DataError(key_told, name=ids[0], n=len(events.users))
    return told, extra


def _keep(events: Events, places: Any) -> None:
    events.users, events.items, events.values = events.users[places], events.items[places], events.values[places]
    events.times = None if events.times is None else events.times[places]
    events.users, events.user_ids = _again(events.users, events.user_ids)
    events.items, events.item_ids = _again(events.items, events.item_ids)


def _again(codes: Any, ids: list[int | str]) -> tuple[Any, list[int | str]]:
    """Codes and ids of those that are left."""
    left = np.flatnonzero(np.bincount(codes, minlength=len(ids)))
    places = np.full(len(ids), -1, dtype=np.int32)
    places[left] = np.arange(len(left), dtype=np.int32)
    return places[codes], [ids[i] for i in left]


def _bounds(events: Events, bounds: Bounds | None, events_only: bool) -> Bounds:
    if events_only:
        return 0.0, 1.0
    if bounds is not None:
        return float(bounds[0]), float(bounds[1])
    low, high = float(events.values.min()), float(events.values.max())
    if low == high:
        raise DataError("ratings.constant", value=f"{low:g}", n=f"{len(events.values):,}")
    return low, high


def _part(events: Events, chosen: Any) -> RatingsPart:
    pairs = np.stack([events.users[chosen], events.items[chosen]], 1)
    times = None if events.times is None else torch.from_numpy(events.times[chosen])
    return RatingsPart(torch.from_numpy(pairs), torch.from_numpy(events.values[chosen]), times)
