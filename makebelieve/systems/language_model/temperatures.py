"""The textbook comparison: the same prompt continued at several temperatures, and two figures of each text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from makebelieve.data.text_data import TextData
from makebelieve.messages import say

SPAN = 8  # characters: of what counts as repeated when it comes again
AT_ONCE = 1 << 20  # tokens
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Trial:
    """One text.

    Attributes:
        temperature: at which it was written.
        text: with its prompt.
        repetition: share of its spans of eight characters that were there before, in [0, 1].
        invented: share of its words that the training text has not, in [0, 1]; None where that is not at hand.
    """

    temperature: float
    text: str
    repetition: float
    invented: float | None


class Temperatures(Sequence[Trial]):
    """Texts at several temperatures, in their order. Shows itself."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._trials = tuple(trials)

    def __len__(self) -> int:
        return len(self._trials)

    def __getitem__(self, i):  # type: ignore[no-untyped-def]  # an item, or a part
        return Temperatures(self._trials[i]) if isinstance(i, slice) else self._trials[i]

    def __iter__(self) -> Iterator[Trial]:
        return iter(self._trials)

    def __repr__(self) -> str:
        return "\n\n".join(f"── {_head(trial)}\n{trial.text}" for trial in self._trials)

    def _repr_html_(self) -> str:
        return "".join(
            f"<p><b>{html.escape(_head(trial))}</b></p><pre>{html.escape(trial.text)}</pre>" for trial in self._trials
        )


def _head(trial: Trial) -> str:
    invented = "-" if trial.invented is None else f"{trial.invented:.0%}"
    return say(
        "language.trial", temperature=f"{trial.temperature:g}", repetition=f"{trial.repetition:.0%}", invented=invented
    )


def tried(temperatures: Sequence[float], texts: Sequence[str], prompt: str, known: TextData | None) -> Temperatures:
    """Texts with their figures, which leave the prompt out.

    Args:
        temperatures: of the texts.
        texts: with the prompt.
        prompt: what they begin with.
        known: the data whose training part says which words there are.
    """
    words = None if known is None else words_in(known)
    written = [text[len(prompt) :] for text in texts]
    return Temperatures(
        [
            Trial(temperature, text, repetition(own), None if words is None else invented(own, words))
            for temperature, text, own in zip(temperatures, texts, written, strict=True)
        ]
    )


def words_in(data: TextData) -> set[str]:
    """The words of the training part, read piece by piece: a word may be cut in two where pieces meet."""
    pieces = torch.split(data.train.ids, AT_ONCE)
    return set().union(*(words_of(data.tokens.decode(piece.tolist())) for piece in pieces))


def words_of(text: str) -> set[str]:
    """The words of a text, letter case aside."""
    return set(WORD.findall(text.lower()))


def repetition(text: str, span: int = SPAN) -> float:
    """Share of the spans of `span` characters that were there before; 0 for a text shorter than that."""
    spans = [text[i : i + span] for i in range(len(text) - span + 1)]
    return 1 - len(set(spans)) / len(spans) if spans else 0.0


def invented(text: str, known: set[str]) -> float:
    """Share of a text's words that are not known; its last may be cut off and does not count. 0 without words."""
    words = WORD.findall(text.lower())[:-1]
    return sum(word not in known for word in words) / len(words) if words else 0.0
