"""Recommendations from the command line: for a user of the data, or for a newcomer by a few ratings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError


def recommend_from(
    run: Path, user: str | None, rated: Sequence[str], number: int, *, exclude_seen: bool, as_json: bool
) -> None:
    """Tell the best items.

    Args:
        run: folder of a recommender's run.
        user: an id; or None for a newcomer.
        rated: the newcomer's ratings, `TITLE=NUMBER` each.
        number: of items.
        exclude_seen: leaves out what is in the training data, or in `rated`.
        as_json: write one JSON document.

    Raises:
        OptionError: the run recommends nothing, or a rating can't be read.
    """
    learn = mb.load(run)
    if not hasattr(learn, "recommend"):
        raise OptionError("cli.recommends_nothing", run=run, system=learn.name)
    ratings = dict(_rating(word) for word in rated) or None
    found = learn.recommend(user, number, ratings=ratings, exclude_seen=exclude_seen)
    rows = [{"id": one.id, "title": one.title, "score": one.score} for one in found]
    emit(as_json, {"run": str(run), "user": user, "items": rows, "note": found.note}, repr(found))


def _rating(word: str) -> tuple[str, float]:
    item, _, text = word.rpartition("=")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not item or not math.isfinite(value):
        raise OptionError("cli.rated_form", given=word)
    return item, value
