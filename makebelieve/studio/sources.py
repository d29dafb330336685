"""What data may be asked for by a page: doors, their arguments, and sources that are names, uploads or folders.

No argument is a path: a string that a door would open as one never reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from makebelieve.studio.folders import Folders
from makebelieve.studio.refusals import Refusal

# what `makebelieve.data` knows, by door; a test holds them together, as that room imports torch
KNOWN: dict[str, tuple[str, ...]] = {
    "images": ("digits", "mnist-5k", "mnist", "fashion-mnist", "cifar10", "cifar10-jpeg", "oxford-pets"),
    "text": ("python-docs", "nietzsche", "tinyshakespeare", "nsmc", "imdb", "imdb-20k"),
    "ratings": ("synthetic", "movielens-latest-small", "movielens-100k", "movielens-1m", "movielens-25m"),
    "traces": ("synthetic",),
    "series": ("synthetic",),  # to forecast
}
AT_HAND = ("digits", "mnist-5k", "python-docs", "synthetic")  # need no network
SOURCES: dict[str, tuple[str, ...]] = {
    "images": ("source",), "audio": ("source",), "text": ("source",), "ratings": ("source",), "traces": ("source",),
    "binaries": ("source",), "series": ("x",), "pairs": ("inputs", "targets"),
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-16", "cp949", "euc-kr", "cp1252", "latin-1")
_LONG = 200  # characters of a word, and entries of a list

Check = Callable[[Any], bool]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 53


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1 << 53  # nor NaN


def _up_to(most: int) -> Check:
    """A whole number by which memory grows."""
    return lambda value: _whole(value) and abs(value) <= most


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONG


def _of(*known: str) -> Check:
    return lambda value: isinstance(value, str) and value in known


def _list(check: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= _LONG and all(check(one) for one in value)


def _either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def _plain(value: Any) -> bool:
    """A transform as JSON: its kind and numbers."""
    if not isinstance(value, dict) or len(value) > 8 or not all(_word(name) for name in value):
        return False
    return all(_either(_number, _flag, _word, _list(_number))(one) or one is None for one in value.values())


_TRANSFORMS, _CLASSES = _list(_plain), _list(_either(_whole, _word))
_SIDE, _MANY = _up_to(4096), _up_to(1 << 20)
_SIZE = _either(_SIDE, _list(_SIDE))
_LOOKS: dict[str, Check] = {  # of the doors to pictures of things
    "classes": _CLASSES, "labels": _of("auto", "folder"), "valid": _number, "seed": _whole, "augment": _TRANSFORMS,
    "max_broken": _number,
}  # fmt: skip
ARGUMENTS: dict[str, dict[str, Check]] = {
    "images": {**_LOOKS, "size": _SIZE, "channels": _up_to(4), "labelled": _whole},
    "audio": {
        **_LOOKS, "rate": _MANY, "seconds": lambda value: _number(value) and abs(value) <= 3600, "mels": _SIDE,
        "window": _number, "hop": _number, "reach": _number,
    },
    "traces": {**_LOOKS, "size": _SIDE, "screen": _list(_whole)},
    "binaries": {**_LOOKS, "how": _either(_word, _list(_word)), "size": _SIDE, "most": _whole},
    "pairs": {
        "size": _SIZE, "channels": _list(_either(_whole, lambda value: value is None)), "valid": _number,
        "seed": _whole, "max_broken": _number,
    },
    "series": {
        "how": _either(_word, _list(_word)), "size": _SIDE, "bins": _SIDE, "threshold": _number,
        "classes": _CLASSES, "valid": _number, "seed": _whole, "augment": _TRANSFORMS,
        "target": _either(_word, _list(_word)), "past": _MANY, "ahead": _MANY, "time": _word, "by": _word,
        "inputs": _either(_word, _list(_word)), "calendar": _flag, "gaps": _of("refuse", "fill", "ignore"),
    },
    "text": {
        "text": _word, "label": _word, "level": _of("char", "word", "bpe"), "hangul": _of("syllable", "jamo"),
        "vocabulary": _MANY, "floor": _whole, "lower": _flag, "encoding": _of(*ENCODINGS), "valid": _number,
        "seed": _whole, "length": _MANY,
    },
    "ratings": {
        "user": _word, "item": _word, "rating": _word, "time": _word, "weight": _word, "implicit": _flag,
        "range": _list(_number), "valid": _either(_number, _word), "fewest_user": _whole, "fewest_item": _whole,
        "encoding": _of(*ENCODINGS), "seed": _whole,
    },
}  # fmt: skip


class Shelf(Protocol):
    """Where uploads lie."""

    def path(self, name: str, /) -> Any: ...


def resolve(data: Any, uploads: Shelf, folders: Folders) -> dict[str, Any]:
    """A door and its arguments as a worker can be told them: sources that were named by id have become paths.

    Args:
        data: {"door": …, "arguments": {…}} as a page sends it. A source is a known name, {"upload": id} or
            {"folder": id}; other arguments are those of the door that are plain values; null stands for the default.
        uploads: where uploads lie.
        folders: that the studio was started for.

    Returns:
        {"door", "arguments"}; how the learner's `mb.DOOR(**arguments)` is called.

    Raises:
        Refusal: 422 for what no door takes, 404 for an id that names nothing, each with what was given.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("arguments"), Mapping) or len(data) != 2:
        raise Refusal(422, "studio.data_form")
    door, given = data.get("door"), data["arguments"]
    if not isinstance(door, str) or door not in SOURCES:
        raise Refusal(422, "studio.data_door", given=_short(door), known=", ".join(SOURCES))
    arguments: dict[str, Any] = {}
    for name in SOURCES[door]:
        if name not in given:
            raise Refusal(422, "studio.data_source_missing", door=door, name=name)
        arguments[name] = _source(door, given[name], uploads, folders)
    for name, value in given.items():
        if name in arguments:
            continue
        check = ARGUMENTS[door].get(name)
        if check is None:
            raise Refusal(422, "studio.data_argument", door=door, name=_short(name), known=", ".join(ARGUMENTS[door]))
        if value is not None and not check(value):
            raise Refusal(422, "studio.data_value", door=door, name=name, given=_short(value))
        if value is not None or name == "labels":  # labels=None means none
            arguments[name] = value
    return {"door": door, "arguments": arguments}


def _source(door: str, given: Any, uploads: Shelf, folders: Folders) -> str:
    if isinstance(given, str):
        if given not in KNOWN.get(door, ()):
            known = ", ".join(KNOWN.get(door, ())) or "–"
            raise Refusal(422, "studio.data_source", door=door, given=_short(given), known=known)
        return given
    if isinstance(given, Mapping) and len(given) == 1:
        (where, name), *_ = given.items()
        if isinstance(name, str) and where == "upload":
            return str(uploads.path(name))
        if isinstance(name, str) and where == "folder":
            return str(folders.path(name))
    raise Refusal(
        422, "studio.data_source", door=door, given=_short(given), known=", ".join(KNOWN.get(door, ())) or "–"
    )


def called(door: str, arguments: Mapping[str, Any]) -> str:
    """The call of a door in Python, such as ``mb.images('mnist-5k', size=32)``; arguments are resolved."""
    first = [repr(arguments[name]) for name in SOURCES[door]]
    rest = [f"{name}={value!r}" for name, value in arguments.items() if name not in SOURCES[door]]
    return f"mb.{door}({', '.join(first + rest)})"


def _short(given: Any) -> str:
    text = " ".join(str(given).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
