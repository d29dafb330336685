"""`mb.text`: texts, as characters, words or byte pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.data import Facts
from makebelieve.data.labels import encode
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.data.text_data import TextData
from makebelieve.data.text_known import KNOWN_TEXTS
from makebelieve.data.text_part import TextPart
from makebelieve.data.text_reading import TextReading
from makebelieve.data.text_sources import FoundTexts, Label, clean, find_texts
from makebelieve.data.tokens import Hangul, Level, Tokens, counted, learn_rules, tokens_of
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say

_LAST = 0.1  # share of a continuous text that is held back where nobody says how much


def text(
    source: Any,
    *,
    text: str | None = None,
    label: Label = None,
    level: Level = "char",
    hangul: Hangul = "syllable",
    vocabulary: int | None = None,
    floor: int = 1,
    lower: bool = False,
    encoding: str = "utf-8",
    valid: Valid = None,
    seed: int = 42,
    length: int | None = None,
    tokens: Tokens | Mapping[str, Any] | None = None,
) -> TextData:
    """Texts to learn writing from, or to tell apart: documents, or one continuous text.

    The vocabulary is learnt from the training part only.

    Args:
        source: one continuous text: a known name (``"nietzsche"``, ``"tinyshakespeare"``, ``"python-docs"``), a file
            ``.txt``, or the text itself. Or documents: a known name (``"nsmc"``, ``"imdb"``), a table ``.tsv``,
            ``.csv``, ``.jsonl`` or ``.parquet``, a data frame, a folder of ``.txt`` files, or a list of files or of
            strings. Files may be ``.gz``. A file called ``…test`` beside one called ``…train`` is its validation part.
        text: the column of texts in a table; None is the one called text, document, review, … or the only one.
        label: the column of labels in a table, None is one called label or class; of a folder ``"folder"``: the first
            folder below it; of a list, labels in its order.
        level: ``"char"``, ``"word"`` or ``"bpe"``, byte pairs.
        hangul: by ``"syllable"``, or by ``"jamo"``: of few signs any syllable can be written.
        vocabulary: tokens at most; None is all characters, 30,000 words, or 8,000 byte pairs.
        floor: how often a token must come in the training part to be kept.
        lower: turns text to lower case.
        encoding: of files.
        valid: share held back for validation: of documents drawn, of a continuous text its last; or places of
            documents; or a pattern of file paths. None is the source's own validation part where it has one, else 0.2
            of the documents, or the last 0.1 of a continuous text.
        seed: of that draw.
        length: tokens of a document that are kept in batches, its first; None keeps all.
        tokens: those of other data or of a trained learner, in place of a vocabulary of its own; then `level`,
            `hangul`, `vocabulary`, `floor` and `lower` are theirs.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: the source is missing, empty, in another encoding, or lacks a column; the sentence says which.
        DownloadError: a known set can't be fetched.
        MissingExtraError: words and byte pairs need the package tokenizers (extra ``text``).
    """
    if length is not None and (isinstance(length, bool) or not isinstance(length, int) or length < 1):
        raise OptionError("text.length", length=length)
    given = tokens if tokens is None or isinstance(tokens, Tokens) else tokens_of(tokens)
    found = clean(find_texts(source, text, label, encoding, KNOWN_TEXTS))
    y, classes = encode([item.label for item in found.items])
    if y is not None and y.ndim == 2:
        raise DataError("text.several_labels")
    (train, valid_texts), (at, held), told = _split(found, valid, seed)
    if not any(train):
        raise DataError("data.nothing_to_train", n=len(found.texts))
    made, encoded = given, None
    if made is None:
        rules = learn_rules(
            train, level, size=vocabulary, floor=floor, hangul=hangul, lower=lower, documents=not found.continuous
        )
        encoded = rules.encode_many(train)
        made = counted(rules, encoded[0], len(train))
    again = {
        "level": level, "hangul": hangul, "vocabulary": vocabulary, "floor": floor, "lower": lower,
        "encoding": encoding, "valid": held if _by_path(valid) else as_places(valid), "seed": seed, "length": length,
        "tokens": None if given is None else given.state(),
    }  # fmt: skip
    facts = Facts(
        found.name, split=told, licence=found.licence, skipped=tuple(found.skipped),
        rebuild=None if found.again is None else {"door": "text", "arguments": {**found.again, **again}},
        extra={"kind": "texts", **found.extra},
    )  # fmt: skip
    return TextData(
        TextPart(train, _at(y, at), made, length, encoded), TextPart(valid_texts, _at(y, held), made, length),
        classes=classes, tokens=made, continuous=found.continuous, facts=facts,
        reading=TextReading(made, length, found.breaks, encoding, found.column),
    )  # fmt: skip


def _split(
    found: FoundTexts, valid: Valid, seed: int
) -> tuple[tuple[list[str], list[str]], tuple[list[int], list[int]], str]:
    """Texts for training and for validation, their places among the items, and how they were told apart."""
    if found.continuous:
        one, two, told = _cut(found.texts, valid)
        return ([one], [two]), ([], []), told
    own = any(item.part == "valid" for item in found.items)
    if own and isinstance(valid, (int, float)):  # a share is asked for: the part of its own is left aside
        kept = [i for i, item in enumerate(found.items) if item.part != "valid"]
    else:
        kept = list(range(len(found.items)))
    split = choose(valid, seed, own)
    train, held = ([kept[i] for i in at] for at in split([found.items[i] for i in kept]))
    return ([found.texts[i] for i in train], [found.texts[i] for i in held]), (train, held), str(split)


def _cut(texts: Sequence[str], valid: Valid) -> tuple[str, str, str]:
    """A continuous text's training part, its validation part, and how they were told apart."""
    if valid is None and len(texts) == 2:
        return texts[0], texts[1], say("data.split_own")
    share = _LAST if valid is None else valid
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share < 1:
        raise OptionError("text.valid_share", valid=valid)
    cut = int(len(texts[0]) * (1 - share))
    return texts[0][:cut], texts[0][cut:], say("text.split_last", percent=f"{100 * share:g}")


def _by_path(valid: Valid) -> bool:
    return isinstance(valid, (str, re.Pattern)) or callable(valid)


def _at(y: Tensor | None, places: list[int]) -> Tensor | None:
    return None if y is None else y[torch.tensor(places, dtype=torch.int64)]
