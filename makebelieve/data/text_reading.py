"""How a new text becomes ids: what `predict` and `generate` need of the data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import Tensor

from makebelieve.data.reading import found
from makebelieve.data.text_files import read_text, sound, tidy
from makebelieve.data.tokens import Tokens, tokens_of
from makebelieve.errors import DataError


@dataclass(frozen=True)
class TextReading:
    """Texts: a string is the text itself; a path (`pathlib.Path`, or a string that ends in .txt and is a file) is read.

    Args:
        tokens: the vocabulary.
        length: tokens that are kept, the first ones; None keeps all.
        breaks: whether ``<br />`` is a line break.
        encoding: of files.
        column: of the texts in the table that they were learnt from; None where it was no table.
    """

    tokens: Tokens
    length: int | None = None
    breaks: bool = False
    encoding: str = "utf-8"
    column: str | None = None
    kind: ClassVar[str] = "texts"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    def __call__(self, given: Any) -> Tensor:
        """(n,) int64 ids.

        Raises:
            DataError: there is no text in it, or it isn't one.
        """
        return self.tokens.encode(self.text(given))[: self.length]

    def text(self, given: Any) -> str:
        """The text that is encoded: blanks around it left out.

        Raises:
            DataError: there is no text in it, or it isn't one.
        """
        if isinstance(given, os.PathLike) or (isinstance(given, str) and _is_file(given)):
            given = read_text(found(given), self.encoding)
        if not isinstance(given, str):
            raise DataError("text.no_text", kind=type(given).__name__)
        text = tidy(given, breaks=self.breaks)
        if not text:
            raise DataError("text.empty", given=given[:20])
        return sound(text)

    def state(self) -> dict[str, Any]:
        return {
            "tokens": self.tokens.state(), "length": self.length, "breaks": self.breaks, "encoding": self.encoding,
            "column": self.column,
        }  # fmt: skip


def text_reading(state: Mapping[str, Any]) -> TextReading:
    """From what `state` gave."""
    return TextReading(
        tokens_of(state["tokens"]), state["length"], state["breaks"], state["encoding"], state.get("column")
    )


def _is_file(text: str) -> bool:
    return len(text) < 1000 and "\n" not in text and text.endswith(".txt") and os.path.isfile(text)  # noqa: PTH113
