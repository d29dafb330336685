"""What text data show of themselves: a table of texts, and the summary."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from makebelieve.data.part import PartName
from makebelieve.data.table import aligned, per_class, right
from makebelieve.errors import DataError
from makebelieve.messages import say

if TYPE_CHECKING:
    from makebelieve.data.text_data import TextData
    from makebelieve.data.text_part import TextPart

_SHOWN = 400  # characters of a text
_COMMON = 12  # tokens in the summary
_CLASSES = 20
_LEVELS = {"char": "text.level_char", "word": "text.level_word", "bpe": "text.level_bpe"}


@dataclass(frozen=True)
class TextRows:
    """Texts in a table: shows itself in a terminal and in a notebook.

    Attributes:
        head: names of the columns.
        rows: their cells; the last column is the text, which is shortened where it is shown.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        short = [(*row[:-1], _short(row[-1])) for row in self.rows]
        return "\n".join(aligned([self.head, *short]))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.head)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in (*row[:-1], _short(row[-1]))) + "</tr>"
            for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def show(data: TextData, part: TextPart, name: PartName, n: int, seed: int | None) -> TextRows:
    """Documents with their classes, or places of a continuous text."""
    if not len(part.ids):
        raise DataError("data.empty_part", part=name)
    if data.continuous:
        generator = torch.Generator().manual_seed(seed or 0)
        starts = torch.randint(max(1, len(part.ids) - _SHOWN), (n,), generator=generator).tolist()
        pieces = [data.tokens.decode(part.ids[start : start + _SHOWN]) for start in starts]
        rows = tuple((f"{start:,}", piece) for start, piece in zip(starts, pieces, strict=True))
        return TextRows((say("text.column_place"), say("text.column_text")), rows)
    places = part.sample(n, seed)
    texts = [part.text(i) for i in places]
    if part.y is None:
        return TextRows((say("text.column_text"),), tuple((text,) for text in texts))
    labels = [_label(data, part.y[i].tolist()) for i in places]
    return TextRows((say("data.row_class"), say("text.column_text")), tuple(zip(labels, texts, strict=True)))


def summary(data: TextData) -> str:
    """Facts line by line, then counts by class."""
    facts, train, valid, tokens = data.facts, data.train, data.valid, data.tokens
    rows = [("data.row_what", facts.name)]
    if not data.continuous:
        counts = say("data.summary_counts", train=f"{len(train):,}", valid=f"{len(valid):,}")
        rows.append(("text.row_documents", counts))
    counts = say("data.summary_counts", train=f"{train.characters:,}", valid=f"{valid.characters:,}")
    rows.append(("text.row_characters", counts))
    counts = say("data.summary_counts", train=f"{len(train.ids):,}", valid=f"{len(valid.ids):,}")
    rows.append(("text.row_tokens", counts))
    rows.append(("text.row_vocabulary", f"{len(tokens):,} ({_words(data)})"))
    rows.append(("text.row_common", " ".join(_common(data))))
    if not data.continuous:
        rows.append(("text.row_lengths", _lengths(train)))
    rows.append(("data.row_split", facts.split or say("data.none")))
    if facts.skipped:
        rows.append(("text.row_skipped", f"{len(facts.skipped):,}: {', '.join(facts.skipped[:3])}"))
    if facts.licence:
        rows.append(("data.row_licence", facts.licence))
    return "\n".join([*aligned([(say(key), value) for key, value in rows]), *_classes(data)])


def _words(data: TextData) -> str:
    tokens = data.tokens
    told = say(_LEVELS[tokens.level])
    return ", ".join([told, *([say("text.jamo")] if tokens.hangul == "jamo" else [])])


def _common(data: TextData) -> list[str]:
    """The most frequent tokens as text, blanks made visible."""
    tokens = data.tokens
    counts = torch.tensor(tokens.counts)
    counts[list(tokens.special)] = -1
    top = counts.argsort(descending=True, stable=True)[:_COMMON].tolist()
    return [repr(tokens.decode([i]))[1:-1].replace(" ", "␣") for i in top if counts[i] > 0]


def _lengths(part: TextPart) -> str:
    lengths = part.lengths.double()
    middle, long = (round(lengths.quantile(q).item()) if len(lengths) < 10_000_000 else 0 for q in (0.5, 0.95))
    return say("text.lengths", median=f"{middle:,}", long=f"{long:,}", longest=f"{int(lengths.max()):,}")


def _classes(data: TextData) -> Sequence[str]:
    if data.train.y is None:
        return [] if data.continuous else [say("data.no_labels")]
    if data.classes is None:
        low, high = data.train.y.min().item(), data.train.y.max().item()
        return [say("data.targets", low=f"{low:.4g}", high=f"{high:.4g}")]
    counts = [per_class(part.y, len(data.classes)) for part in (data.train, data.valid)]
    head = (say("data.row_class"), right(say("data.column_train")) + right(say("data.column_valid")))
    rows = zip(data.classes[:_CLASSES], *counts, strict=False)
    return ["", *aligned([head, *((name, right(f"{t:,}") + right(f"{v:,}")) for name, t, v in rows)])]


def _label(data: TextData, label: Any) -> str:
    return f"{label:.3g}" if data.classes is None else data.classes[int(label)]


def _short(text: str) -> str:
    return textwrap.shorten(text, 100, placeholder=" …")
