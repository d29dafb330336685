"""What a table seems to be, by what its columns are called and hold. No torch."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LONG = 20_000  # characters of a line that are looked at
USERS, ITEMS = {"user", "userid", "uid", "customer"}, {"item", "itemid", "movieid", "product", "isbn"}
TEXTS = {"text", "document", "review", "sentence", "comment"}
TABLE_DOORS = ("series", "ratings", "text", "traces")


def table_facts(path: Path, names: Sequence[str]) -> dict[str, Any]:
    """{"doors": those that may read it, the likeliest first, "columns": names, "numbers": those that hold numbers}.

    Args:
        path: of a text with a head, or of time series as sktime has them.
        names: stems of all tables of an upload, in lower case.
    """
    if path.suffix == ".ts":
        return {"doors": ["series"], "columns": [], "numbers": []}
    with path.open(encoding="utf-8") as file:
        lines = [line for _ in range(2) if (line := file.readline(LONG))]
    apart = max(",\t;", key=lines[0].count)
    head, *rows = csv.reader(lines, delimiter=apart)
    plain = {re.sub(r"\W|_", "", name.lower()) for name in head}
    fits = {
        "ratings": "ratings" in names or bool(plain & USERS and plain & ITEMS),
        "text": bool(plain & TEXTS),
        "traces": {"t", "x", "y"} <= plain,
    }
    doors = sorted(TABLE_DOORS, key=lambda door: not fits.get(door, False))
    numbers = [name for name, value in zip(head, rows[0] if rows else [], strict=False) if _is_number(value)]
    return {"doors": doors, "columns": head[:200], "numbers": numbers[:200]}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
