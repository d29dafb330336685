"""Which words decided: shown in a terminal by signs, in a notebook by colour."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence

from makebelieve.messages import say

SIGNS = 3  # at most, after a word in a terminal
LEAST = 0.1  # share of the greatest weight from which on a word is marked
SHOWN = 10  # words in the table below the text
FOR, AGAINST = "0, 114, 178", "213, 94, 0"  # blue and vermilion, told apart by nearly everybody (Okabe & Ito 2008)


class Words:
    """A text and what each of its words says for a class: how much the log-odds fall when the word is left out.

    Attributes:
        text: as it was read.
        label: the class that is spoken of.
        probability: of that class.
        words: (word, weight) in the text's order; above 0 it speaks for the class, below against it. In nats.
    """

    def __init__(self, text: str, label: str, probability: float, weights: Sequence[float]) -> None:
        self.text, self.label, self.probability = text, label, probability
        self.words = list(zip(words_of(text), map(float, weights), strict=True))

    def strongest(self, n: int = SHOWN) -> list[tuple[str, float]]:
        """The n words of greatest weight, for or against."""
        return sorted(self.words, key=lambda pair: -abs(pair[1]))[:n]

    def __repr__(self) -> str:
        top = self._top()
        marked = " ".join(word + _signs(weight / top) for word, weight in self.words)
        lines = [f"{weight:+.2f}  {word}" for word, weight in self.strongest() if abs(weight) >= LEAST * top]
        return "\n".join([self._head(), marked, "", *lines]).rstrip()

    def _repr_html_(self) -> str:
        top = self._top()
        spans = []
        for word, weight in self.words:
            share = weight / top
            colour = f"rgba({FOR if share > 0 else AGAINST}, {min(1.0, abs(share)) * 0.6:.2f})"
            shown = f'<span title="{weight:+.2f}" style="background: {colour}">{html.escape(word)}</span>'
            spans.append(shown if abs(share) >= LEAST else html.escape(word))
        return f"<p><b>{html.escape(self._head())}</b></p><p>{' '.join(spans)}</p>"

    def _head(self) -> str:
        return say("reader.words", label=self.label, share=f"{self.probability:.1%}")

    def _top(self) -> float:
        return max((abs(weight) for _, weight in self.words), default=0.0) or 1.0


def words_of(text: str) -> list[str]:
    """The words of a text: what stands between blanks."""
    return text.split()


def without_each(text: str) -> list[str]:
    """The text without its first word, without its second, …"""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    return [(text[:start] + text[stop:]).strip() for start, stop in spans]


def _signs(share: float) -> str:
    if abs(share) < LEAST:
        return ""
    return f"({('+' if share > 0 else '-') * max(1, math.ceil(min(1.0, abs(share)) * SIGNS))})"
