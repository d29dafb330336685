"""Sources that are files: a folder, a list of paths, or a data frame with a column of paths; and their labels."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makebelieve.data.decode import Item
from makebelieve.data.files import find_folder, find_list
from makebelieve.data.labels import Labels, class_name, only_classes, plain
from makebelieve.errors import DataError, OptionError


@dataclass
class Found:
    """What a source turned out to be.

    Attributes:
        name: for people.
        items: with labels, in a settled order.
        rows: what the items' row numbers are of, where they are no files.
        again: arguments of the door that make these items again, where `source` None asks for items and labels as
            resolved; None where only the program can.
    """

    name: str
    items: list[Item]
    rows: Sequence[Any] | None = None
    again: dict[str, Any] | None = field(default_factory=dict)


def is_files(source: Any) -> bool:
    """Whether a source is what `find_files` takes."""
    if isinstance(source, (str, os.PathLike)) or hasattr(source, "columns"):
        return True
    return isinstance(source, Sequence) and all(isinstance(path, (str, os.PathLike)) for path in source)


def find_files(source: Any, labels: Labels, suffixes: tuple[str, ...], door: str) -> Found:
    """Files with their labels.

    Args:
        source: a folder, a list of paths or a data frame with a column of paths.
        labels: as of `images`.
        suffixes: of the files wanted in a folder; none means every file.
        door: the caller's name, for the sentence where the source is nothing of this.

    Raises:
        DataError: it is missing or empty.
        OptionError: it is something else, or the labels do not fit.
    """
    if isinstance(source, (str, os.PathLike)):
        return _folder(Path(source).expanduser(), labels, suffixes)
    if hasattr(source, "columns"):
        return _frame(source, labels)
    if is_files(source):
        items = find_list(source, labels)
        return Found(f"{len(items):,} files", items, again={"source": None})
    raise OptionError("sources.kind", door=door, kind=type(source).__name__)


def _folder(folder: Path, labels: Labels, suffixes: tuple[str, ...]) -> Found:
    if folder.is_file():
        raise DataError("data.file_not_folder", path=str(folder))
    if not folder.is_dir():
        raise DataError("data.folder_missing", folder=str(folder))
    folder = folder.resolve()
    items = find_folder(folder, labels, suffixes)
    again: dict[str, Any] = {"source": str(folder), "labels": labels}
    if isinstance(labels, re.Pattern) and labels.flags == re.compile("").flags:
        again["labels"] = labels.pattern
    elif not (labels is None or isinstance(labels, str)):
        again = {"source": None}
    return Found(folder.name, items, again=again)


def _frame(frame: Any, labels: Labels) -> Found:
    columns = [str(column) for column in frame.columns]
    given: Labels = labels
    if isinstance(labels, str):
        wanted = next((c for c in columns if c in ("label", "labels", "class")), None) if labels == "auto" else labels
        if wanted is not None and wanted not in columns:
            raise DataError("data.no_column", column=wanted, columns=", ".join(columns))
        given = None if wanted is None else plain(frame[wanted])
        columns = [column for column in columns if column != wanted]
    paths = next((c for c in columns if all(isinstance(v, (str, os.PathLike)) for v in plain(frame[c]))), None)
    if paths is None or not len(frame):
        raise DataError("data.no_path_column", columns=", ".join(map(str, frame.columns)))
    items = find_list(plain(frame[paths]), given)
    return Found(f"data frame of {len(items):,} files", items, again={"source": None})


def only(found: Found, classes: Sequence[Any] | None) -> None:
    """Keep the items of some classes; None keeps all.

    Raises:
        DataError: there are no classes, or one that is wanted isn't there.
    """
    if classes is None:
        return
    found.items = [found.items[i] for i in only_classes([item.label for item in found.items], classes)]
    if found.again is not None and found.again.get("source", "") is not None:
        found.again["classes"] = [c if isinstance(c, (str, int)) else class_name(c) for c in classes]


def own_part(found: Found, valid: Any) -> bool:
    """Whether the source has a validation part of its own; where a share is asked for, that part is left aside."""
    own = any(item.part == "valid" for item in found.items)
    if own and isinstance(valid, (int, float)):
        found.items = [item for item in found.items if item.part != "valid"]
    return own


def rebuilding(door: str, found: Found, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """`Facts.rebuild`: the door and its arguments, or None where only the program can make the data again."""
    if found.again is None or arguments.get("augment", ()) is None:
        return None
    return {"door": door, "arguments": {**arguments, **found.again}}
