"""Where texts come from: known names, files, folders, tables, data frames and strings."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makebelieve.data.decode import Item
from makebelieve.data.files import find_folder, find_list, labelled
from makebelieve.data.text_files import exists, read_text, sound, tidy
from makebelieve.data.text_tables import TextTable, as_label, as_text, frame_table, is_table, read_table, stem
from makebelieve.errors import DataError, OptionError

Label = str | Sequence[Any] | None
_LONG = 200  # characters from which on a string is no path, but a text


@dataclass
class FoundTexts:
    """What a source turned out to be.

    Attributes:
        name: for people.
        texts: the documents, or one continuous text, or two, for training and for validation.
        items: one a text, with its place or path, label and part.
        continuous: whether it is one continuous text.
        again: arguments of the door that find the same; None where only the program can.
        licence: of known sets.
        breaks: whether ``<br />`` is a line break.
        skipped: documents without text, which were left out.
        extra: more facts.
        column: the column of texts in a table.
    """

    name: str
    texts: list[str]
    items: list[Item]
    continuous: bool = False
    again: dict[str, Any] | None = field(default_factory=dict)
    licence: str | None = None
    breaks: bool = False
    skipped: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    column: str | None = None


Known = Mapping[str, Callable[[], FoundTexts]]


def find_texts(source: Any, text: str | None, label: Label, encoding: str, known: Known) -> FoundTexts:
    """The texts of a source with their labels and parts; see `text`.

    Raises:
        DataError: it is missing, empty or unfit.
        OptionError: it is nothing of this, or an option doesn't go with it.
    """
    if isinstance(source, str) and source in known:
        return known[source]()
    if isinstance(source, str) and ("\n" in source or len(source) > _LONG):
        return _one(source)
    if isinstance(source, (str, os.PathLike)):
        return _path(Path(source).expanduser(), source, text, label, encoding, known)
    if hasattr(source, "columns"):
        found = from_tables([(frame_table(source), None)], text, label)
        found.again = None
        return found
    if getattr(source, "ndim", 0) == 1 and hasattr(source, "tolist"):  # an array of strings, a data frame's column
        source = source.tolist()
    if isinstance(source, Sequence) and source and all(isinstance(one, (str, os.PathLike)) for one in source):
        if all(isinstance(one, os.PathLike) or _is_path(one) for one in source):
            return _files([Path(one) for one in source], label, encoding)
        return _strings([str(one) for one in source], label)
    if isinstance(source, Sequence) and not source:
        raise DataError("data.no_items")
    raise OptionError("text.source", kind=type(source).__name__)


def clean(found: FoundTexts) -> FoundTexts:
    """Documents without blanks around them; those that have no text are left out and told.

    Raises:
        DataError: none has text, or one has what no file can hold.
    """
    for i, text in enumerate(found.texts):
        sound(text, i)
    if found.continuous:
        if not any(map(str.strip, found.texts)):
            raise DataError("text.all_empty", name=found.name, n=len(found.texts))
        return found
    texts = [tidy(text, breaks=found.breaks) for text in found.texts]
    kept = [i for i, one in enumerate(texts) if one]
    if len(kept) < len(texts):
        empty = (found.items[i].where for i, one in enumerate(texts) if not one)
        found.skipped = [str(where) if isinstance(where, str) else f"row {where}" for where in empty]
        found.items = [found.items[i] for i in kept]
    found.texts = [texts[i] for i in kept]
    if not kept:
        raise DataError("text.all_empty", name=found.name, n=len(texts))
    return found


def from_tables(tables: Sequence[tuple[TextTable, str | None]], text: str | None, label: Label) -> FoundTexts:
    """The texts of tables with their labels; each table is a part ("train" or "valid"), or None."""
    first = tables[0][0]
    named = first.label_column(label) if label is None or isinstance(label, str) else None
    column = first.text_column(text, named)
    texts: list[str] = []
    items: list[Item] = []
    for table, part in tables:
        new = [as_text(value) for value in table.column(column)]
        labels = [None] * len(new) if named is None else [as_label(value) for value in table.column(named)]
        items += [Item(len(texts) + i, one, part) for i, one in enumerate(labels)]
        texts += new
    told: Label = named
    if label is not None and not isinstance(label, str):
        items = labelled(items, label)
        told = [item.label for item in items]
    return FoundTexts(first.name, texts, items, again={"text": column, "label": told}, column=column)


def continuous(name: str, texts: Sequence[str], again: dict[str, Any] | None, licence: str | None = None) -> FoundTexts:
    """One continuous text, or two: for training and for validation."""
    parts = [None] if len(texts) == 1 else ["train", "valid"]
    items = [Item(i, None, part) for i, part in enumerate(parts)]
    return FoundTexts(name, list(texts), items, continuous=True, again=again, licence=licence)


def _one(text: str) -> FoundTexts:
    return continuous(f"text of {len(text):,} characters", [text], None)


def _strings(texts: list[str], label: Label) -> FoundTexts:
    if len(texts) == 1 and label is None:
        return _one(texts[0])
    if isinstance(label, str):
        raise OptionError("text.label_strings", label=label)
    items = labelled([Item(i) for i in range(len(texts))], label)
    return FoundTexts(f"{len(texts):,} texts", texts, items, again=None)


def _path(path: Path, source: Any, text: str | None, label: Label, encoding: str, known: Known) -> FoundTexts:
    if exists(path) and path.is_dir():
        if not (label is None or label == "folder"):
            raise OptionError("text.label_folder", label=label)
        return _folder(path.resolve(), label, encoding)
    if not (exists(path) and path.is_file()):
        near = difflib.get_close_matches(str(source), known, n=2, cutoff=0.4)
        raise DataError("text.missing", source=str(source), near=", ".join(near or known))
    path = path.resolve()
    test = _test_of(path)
    if is_table(path) or text is not None or label is not None:
        tables: list[tuple[TextTable, str | None]] = [(read_table(path, encoding), None if test is None else "train")]
        if test is not None:
            tables.append((read_table(test, encoding), "valid"))
        found = from_tables(tables, text, label)
        found.name = re.sub(r"[_.-]?train$", "", stem(path)[0], flags=re.IGNORECASE) or stem(path)[0]
        found.again = {"source": str(path), **(found.again or {})}
        return found
    texts = [read_text(one, encoding) for one in (path, test) if one is not None]
    return continuous(stem(path)[0], texts, {"source": str(path)})


def _folder(folder: Path, label: Label, encoding: str) -> FoundTexts:
    items = find_folder(folder, label if label is None else "folder", (".txt",))
    texts = [read_text(Path(str(item.where)), encoding) for item in items]
    return FoundTexts(folder.name, texts, items, again={"source": str(folder), "label": label})


def _files(paths: list[Path], label: Label, encoding: str) -> FoundTexts:
    if isinstance(label, str) and label != "folder":
        raise OptionError("text.label_folder", label=label)
    items = find_list(paths, label)
    texts = [read_text(Path(str(item.where)), encoding) for item in items]
    labels = label if label is None or isinstance(label, str) else [item.label for item in items]
    again = {"source": [str(item.where) for item in items], "label": labels}
    return FoundTexts(f"{len(texts):,} files", texts, items, again=again)


def _is_path(text: str) -> bool:
    return "\n" not in text and len(text) <= _LONG and text.lower().endswith((".txt", ".txt.gz"))


def _test_of(path: Path) -> Path | None:
    """The test file beside a training file: ``ratings_test.txt`` beside ``ratings_train.txt``; None without one."""
    name, _ = stem(path)
    if not name.lower().endswith("train"):
        return None
    head, rest = name[: -len("train")], path.name[len(name) :]
    cased = name[-len("train") :]
    for word in ("test", "valid", "val"):
        told = word.upper() if cased.isupper() else word.capitalize() if cased[0].isupper() else word
        if (path.with_name(head + told + rest)).is_file():
            return path.with_name(head + told + rest)
    return None
