"""Several texts to be asked about at once: lists, folders, tables, data frames."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from makebelieve.data.text_files import exists
from makebelieve.data.text_reading import TextReading
from makebelieve.data.text_sources import find_texts
from makebelieve.errors import DataError

TABLES = (".csv", ".tsv", ".jsonl", ".parquet", ".csv.gz", ".tsv.gz", ".jsonl.gz")


def several_texts(given: Any, reading: TextReading) -> Sequence[Any] | None:
    """The texts given, or the paths of their files; None where it is one text.

    Raises:
        DataError: there are none.
    """
    if isinstance(given, (list, tuple)):
        items: Sequence[Any] = given
    elif getattr(given, "ndim", 0) == 1 and hasattr(given, "tolist"):  # an array, a data frame's column
        items = given.tolist()
    elif hasattr(given, "columns"):
        items = _of_table(given, reading)
    elif isinstance(given, (str, os.PathLike)):
        if isinstance(given, str) and ("\n" in given or not exists(given)):
            return None
        path = Path(given).expanduser()
        if path.is_dir():
            items = sorted(path.rglob("*.txt"))
        elif str(path).lower().endswith(TABLES) and path.is_file():
            items = _of_table(path, reading)
        else:
            return None
    else:
        return None
    if not len(items):
        raise DataError("reader.nothing_given")
    return items


def _of_table(table: Any, reading: TextReading) -> list[str]:
    """The texts of a table: of the column that was learnt from where it has one, else found by its name."""
    try:
        return find_texts(table, reading.column, None, reading.encoding, {}).texts
    except DataError as error:
        if reading.column is None or error.key != "text.no_column":
            raise
        return find_texts(table, None, None, reading.encoding, {}).texts
