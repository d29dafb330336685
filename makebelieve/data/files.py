"""Listing picture files and giving each its label."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from makebelieve.data.decode import Item
from makebelieve.data.labels import PARTS, FolderLabel, Labels, class_name, pattern_label, plain, plain_label
from makebelieve.errors import DataError, OptionError

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")


def is_picture(name: str) -> bool:
    """Whether a file is called like a picture."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def walk(folder: Path, suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[Path]:
    """All files below `folder` with one of `suffixes`, in lower case; no suffixes means all files.

    Files whose name starts with a dot, and folders whose name starts with a dot or two underscores, are left out.
    """
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        yield from (
            Path(here, name)
            for name in files
            if not name.startswith(".") and (not suffixes or name.lower().endswith(suffixes))
        )


def find_folder(folder: Path, labels: Labels, suffixes: tuple[str, ...] = SUFFIXES) -> list[Item]:
    """The pictures of a folder with label and part, in the order of their paths (composed, so on any file system).

    With other `suffixes` it finds other files; none means every file.

    Raises:
        DataError: there are none, or ``labels="folder"`` and some lie outside folders.
    """
    paths = sorted(walk(folder, suffixes), key=lambda path: class_name(path.relative_to(folder).as_posix()))
    if not paths and suffixes != SUFFIXES:
        raise DataError("data.no_such_files", folder=str(folder), suffixes=", ".join(suffixes) or "*")
    if not paths:
        raise DataError("data.empty_folder", folder=str(folder), suffixes=", ".join(s[1:] for s in SUFFIXES))
    tops = {path.relative_to(folder).parts[0] for path in paths}
    parts = {top: PARTS[top.lower()] for top in tops if top.lower() in PARTS}
    own = set(parts) == tops and set(parts.values()) == {"train", "valid"}
    items = [Item(str(path), None, parts[path.relative_to(folder).parts[0]] if own else None) for path in paths]
    if labels not in ("auto", "folder"):
        return labelled(items, labels)
    by_folder = FolderLabel(str(folder), own)
    found = [by_folder(str(item.where)) for item in items]
    if labels == "folder" and None in found:
        raise DataError("data.outside_folders", path=items[found.index(None)].where, folder=str(folder))
    if labels == "auto" and (None in found or len({class_name(label) for label in found}) < 2):
        return items
    return [item._replace(label=class_name(label)) for item, label in zip(items, found, strict=True)]


def find_list(paths: Sequence[str | os.PathLike[str]], labels: Labels) -> list[Item]:
    """The files of a list, in its order; "auto" gives no labels."""
    if not len(paths):
        raise DataError("data.no_items")
    return labelled([Item(str(Path(path).expanduser().absolute())) for path in paths], labels)


def labelled(items: list[Item], labels: Labels) -> list[Item]:
    """Items with labels by a function or pattern of the path, or out of a sequence; "auto" and None are none.

    Raises:
        DataError: the sequence is not as long as the items.
        OptionError: `labels` is nothing of all this, or asks for paths where there are none.
    """
    if labels is None or (isinstance(labels, str) and labels == "auto"):
        return [item._replace(label=None) for item in items]
    if callable(labels) or isinstance(labels, (str, re.Pattern)):
        if any(isinstance(item.where, int) for item in items[:1]):
            raise OptionError("data.labels_need_paths", labels=labels)
        if labels == "folder":
            labels = FolderLabel(None)
        by = pattern_label(labels) if isinstance(labels, (str, re.Pattern)) else labels
        return [item._replace(label=_plain(by(Path(str(item.where))))) for item in items]
    given = plain(labels)
    if len(given) != len(items):
        raise DataError("data.labels_length", labels=len(given), items=len(items))
    return [item._replace(label=_plain(label)) for item, label in zip(items, given, strict=True)]


def _plain(label: object) -> object:
    value = plain_label(label)
    return class_name(value) if isinstance(value, str) else value
