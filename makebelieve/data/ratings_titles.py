"""What items are called: a second table beside that of ratings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from makebelieve.data.ratings_events import ITEM_NAMES, called
from makebelieve.data.text_tables import SUFFIXES, TextTable, frame_table, read_table, stem
from makebelieve.errors import DataError, OptionError

TITLE_NAMES = ("title", "name", "label", "description", "제목", "이름", "영화명", "상품명")
FILES = ("movies", "items", "films", "books", "products", "titles", "songs", "artists", "games", "articles")


def find_titles(titles: Any, ratings: Path | None, item: str) -> dict[str, str] | None:
    """Titles by id as text.

    Args:
        titles: a table as file or data frame, a dict by id, or None: a file beside that of ratings, if there is one.
        ratings: the file of ratings, or None.
        item: what its column of items is called; that of ids in the second table is called alike, or like one of items.

    Raises:
        DataError: the table is missing, or lacks such columns.
        OptionError: it is no table.
    """
    if titles is None:
        return None if ratings is None else _beside(ratings, item)
    if isinstance(titles, Mapping) and not hasattr(titles, "columns"):
        return {str(one): str(title) for one, title in titles.items()}
    if isinstance(titles, (str, os.PathLike)):
        table = read_table(Path(titles).expanduser())
    elif hasattr(titles, "columns"):
        table = frame_table(titles)
    else:
        raise OptionError("ratings.titles", kind=type(titles).__name__)
    found = _titles(table, item)
    if found is None:
        raise DataError("ratings.no_titles", name=table.name, columns=", ".join(table.columns), item=item)
    return found


def _beside(ratings: Path, item: str) -> dict[str, str] | None:
    for name in FILES:
        for path in sorted(ratings.parent.glob(f"{name}.*")):
            if stem(path)[1] in SUFFIXES and path != ratings:
                table = read_table(path)
                if item in table.columns and (found := _titles(table, item)) is not None:
                    return found
    return None


def _titles(table: TextTable, item: str) -> dict[str, str] | None:
    columns = list(table.columns)
    title = called(columns, TITLE_NAMES)
    ids = item if item in columns and item != title else called(columns, (*ITEM_NAMES, "id"), [title or ""])
    if title is None or ids is None:
        return None
    return {_id(one): str(name) for one, name in zip(table.column(ids), table.column(title), strict=True)}


def _id(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
