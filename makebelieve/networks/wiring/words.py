"""How shapes, layers and torch's own complaints are put into sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from torch import nn

from makebelieve.messages import say

LONGEST = 90  # characters of a module's own text, or of what torch says


def shape_text(shape: Sequence[int | None]) -> str:
    """(batch, 784): sizes that depend on the batch are called so."""
    sizes = [say("wiring.batch") if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def shapes_text(shapes: Sequence[Sequence[int | None]]) -> str:
    """Several, with commas; a number has no shape."""
    return ", ".join(shape_text(shape) if shape else say("wiring.one_number") for shape in shapes)


def layer_text(target: Any, label: str, name: str | None) -> str:
    """A layer as a sentence has it: `Dense "head"`, `Linear(in_features=784, …)`, `cat`."""
    if name is not None:
        return f'{label} "{name}"'
    if isinstance(target, nn.Module):
        own = repr(target)
        if type(target).__name__ == label and "\n" not in own and len(own) <= LONGEST:
            return own
    return label


def wide(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def given_text(given: Any) -> str:
    """What was given, in a sentence: short values as they are written, of modules and all else the kind."""
    if isinstance(given, nn.Module):  # whose options may hold a Symbol, as those of nn.ReLU(x) do
        return type(given).__name__
    text = repr(given)
    return text if len(text) <= LONGEST and "\n" not in text else type(given).__name__


def first_sentence(error: Exception) -> str:
    """The first line of what torch says, without its end."""
    lines = str(error).strip().splitlines()
    line = lines[0].strip() if lines else type(error).__name__
    return (line if len(line) <= 2 * LONGEST else line[: 2 * LONGEST] + "…").rstrip(".")
