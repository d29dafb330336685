"""From labels as people give them to class indices and names, or to numeric targets."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError


def class_name(label: Any) -> str:
    """One spelling of a label: text in composed form (NFC), so that Hangul from any file system is one class."""
    return unicodedata.normalize("NFC", str(label))


def plain(labels: Any) -> list[Any]:
    """Labels out of a list, an array, a tensor or a column of a data frame, as plain Python values."""
    return [plain_label(label) for label in (labels.tolist() if hasattr(labels, "tolist") else labels)]


def plain_label(label: Any) -> Any:
    """One label as a plain Python value: NumPy's and torch's numbers and rows, and sets of names as sorted lists."""
    if isinstance(label, (set, frozenset)):
        return sorted(class_name(name) for name in label)
    return label.tolist() if hasattr(label, "tolist") else label


def encode(labels: Sequence[Any] | None, order: Sequence[str] = ()) -> tuple[Tensor | None, list[str] | None]:
    """Labels to numbers.

    Args:
        labels: text, whole numbers or booleans are classes; lists of text are several classes at once, maybe none;
            floats, or lists of numbers of one length, are targets; None, or None for every item, is no labels.
        order: class names in the order wanted, kept even where no item has them; others follow, numbers by value and
            text by the alphabet.

    Returns:
        (n,) int64 indices and the classes' names; or, of several at once, (n, classes) float32 of 0 and 1, and names;
        or (n,) or (n, k) float32 targets and None; or None and None.

    Raises:
        DataError: some items have a label and some not, or targets are of different lengths or not finite.
    """
    if labels is None or all(label is None for label in labels):
        return None, None
    labels = plain(labels)
    # NaN, a data frame's "no value", isn't itself; pandas' NA doesn't say whether it is
    missing = sum(label is None or (label != label) is not False for label in labels)
    if missing:
        raise DataError("data.labels_missing", missing=missing, n=len(labels))
    if _several(labels):
        classes = [*order, *sort_classes({class_name(name) for names in labels for name in names}.difference(order))]
        index = {name: i for i, name in enumerate(classes)}
        y = torch.zeros(len(labels), len(classes))
        for row, names in zip(y, labels, strict=True):
            row[[index[class_name(name)] for name in names]] = 1
        return y, classes
    if any(isinstance(label, (float, list, tuple)) for label in labels):
        return _targets(labels), None
    names = [class_name(label) for label in labels]
    classes = [*order, *sort_classes(set(names).difference(order))]
    index = {name: i for i, name in enumerate(classes)}
    return torch.tensor([index[name] for name in names], dtype=torch.int64), classes


def _several(labels: Sequence[Any]) -> bool:
    """Whether these are lists of class names."""
    lists = all(isinstance(label, (list, tuple)) for label in labels)
    return lists and any(labels) and all(isinstance(name, str) for label in labels for name in label)


def _targets(labels: Sequence[Any]) -> Tensor:
    try:
        y = torch.tensor(labels, dtype=torch.float32)
    except (ValueError, TypeError) as error:
        raise DataError("data.targets_ragged", why=str(error)) from error
    if not y.isfinite().all():
        raise DataError("data.targets_nan")
    return y


def sort_classes(names: Iterable[str], order: Sequence[str] = ()) -> list[str]:
    """Names in the order of `order`, else numbers by value, else text by the alphabet."""
    known = {name: i for i, name in enumerate(order)}
    names = set(names)
    if all(re.fullmatch(r"-?\d+", name) for name in names):
        return sorted(names, key=lambda name: (int(name), name))  # "1" and "01" are two
    return sorted(names, key=lambda name: (known.get(name, len(known)), name))


def only_classes(labels: Sequence[Any], wanted: Sequence[Any], order: Sequence[str] = ()) -> list[int]:
    """Places of the items whose class is among `wanted`.

    Raises:
        DataError: there are no classes, or one of `wanted` isn't there; the sentence says which are.
    """
    names = [None if label is None else class_name(label) for label in labels]
    there = {name for name in names if name is not None}
    wish = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
    if not there:
        raise DataError("data.classes_without_labels", classes=wish)
    chosen = {class_name(name) for name in wish}
    unknown = [name for name in wish if class_name(name) not in there]
    if unknown or not chosen:
        known = sort_classes(there, order)
        some = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
        raise DataError("data.unknown_class", unknown=", ".join(map(str, unknown)) or "[]", classes=some)
    return [i for i, name in enumerate(names) if name in chosen]


# folder names that are parts, not classes
PARTS = {"train": "train", "training": "train"} | dict.fromkeys(("valid", "validation", "val", "test"), "valid")


@dataclass(frozen=True)
class FolderLabel:
    """The first folder below `root` (below its part, such as ``train``, where there are parts); None at the top."""

    root: str | None
    parts: bool = False

    def __call__(self, path: str | os.PathLike[str]) -> str | None:
        if self.root is None:
            return Path(path).parent.name or None
        folders = PurePath(path).relative_to(self.root).parts[:-1]
        if self.parts:
            folders = folders[1:]
        return folders[0] if folders else None


@dataclass(frozen=True)
class PatternLabel:
    """The one group of a regular expression, searched for in the path written with ``/`` and composed Hangul."""

    pattern: re.Pattern[str]

    def __call__(self, path: str | os.PathLike[str]) -> str:
        text = class_name(Path(path).as_posix())
        found = self.pattern.search(text)
        if found is None:
            raise DataError("data.pattern_misses", pattern=self.pattern.pattern, path=text)
        return found.group(1)


def pattern_label(pattern: str | re.Pattern[str]) -> PatternLabel:
    """A function from path to label.

    Raises:
        OptionError: the expression is wrong or has no group, or more than one.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise OptionError("data.pattern_wrong", pattern=pattern, why=str(error)) from error
    if compiled.groups != 1:
        raise OptionError("data.pattern_groups", pattern=compiled.pattern, groups=compiled.groups)
    return PatternLabel(compiled)


Labels = str | re.Pattern[str] | Callable[[Path], Any] | Sequence[Any] | None
