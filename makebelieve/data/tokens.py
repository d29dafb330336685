"""Text as numbers: a vocabulary of characters, words or byte pairs, and the way back from numbers to text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.tokens_hangul import Codes, Composer, codes_of, put_together, take_apart, text_of
from makebelieve.data.tokens_rules import (
    Encoder,
    Ids,
    Lengths,
    Merge,
    byte_of,
    learn_pairs,
    learn_words,
    pair_encoder,
    word_encoder,
)
from makebelieve.errors import DataError, OptionError

Level = Literal["char", "word", "bpe"]
Hangul = Literal["syllable", "jamo"]

PAD, UNKNOWN, END = "<pad>", "<unk>", "<end>"
USUAL = {"char": None, "word": 30_000, "bpe": 8_000}  # tokens where nobody says how many
_SHOWN = 8
_EVERY = 0x110000  # code points
_AT_ONCE = 1 << 22  # characters

Widths = np.ndarray[Any, np.dtype[np.uint8]]
_CLOSING, _OPENING = tuple(".,;:!?%)]}…’'\"”"), tuple("([{‘“")


@dataclass(frozen=True, repr=False)
class Tokens:
    """A vocabulary and its rules. It never changes: data, learner and checkpoint have the same one.

    Attributes:
        level: ``"char"``, ``"word"`` or ``"bpe"``, byte pairs.
        names: token by id. First ``<pad>``, which fills up shorter texts; then ``<unk>`` where the level has unknowns
            (byte pairs have none); then ``<end>`` where the texts are documents. Byte pairs are in the spelling of
            the `tokenizers` library, a letter a byte.
        counts: how often each is in the training text.
        hangul: whether Hangul is by ``"syllable"`` or by ``"jamo"``.
        lower: whether text is turned to lower case first.
        merges: of byte pairs, in order.
        documents: whether the texts are documents, each closed by ``<end>``, or one continuous text.
    """

    level: Level
    names: tuple[str, ...]
    counts: tuple[int, ...]
    hangul: Hangul = "syllable"
    lower: bool = False
    merges: tuple[Merge, ...] = ()
    documents: bool = False

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        jamo = ", jamo" if self.hangul == "jamo" else ""
        return f"Tokens({len(self):,}, {self.level}{jamo}{', lower' if self.lower else ''})"

    @property
    def pad(self) -> int:
        """What shorter texts are filled up with; stands for nothing."""
        return 0

    @property
    def unknown(self) -> int | None:
        """What stands for all that the vocabulary lacks; None where it lacks nothing."""
        return None if self.level == "bpe" else 1

    @property
    def end(self) -> int | None:
        """What closes a document; None where there is one continuous text."""
        return self.special[-1] if self.documents else None

    @property
    def special(self) -> tuple[int, ...]:
        """Ids of padding, unknown and end: those that no text is written with."""
        return tuple(range(len(_special(self.level, self.documents))))

    def encode(self, text: str, *, strict: bool = False) -> Tensor:
        """(n,) int64 on the CPU; what the vocabulary lacks becomes `unknown`.

        Raises:
            DataError: with `strict`, if it lacks something; the sentence says what.
            MissingExtraError: words and byte pairs need the package tokenizers.
        """
        ids, _ = self.encode_many([text])
        if strict and self.unknown is not None and (ids == self.unknown).any():
            missing = ", ".join(repr(name) for name in self.missing(text)[:_SHOWN])
            raise DataError("text.unknown", missing=missing, count=len(self) - len(self.special))
        return torch.from_numpy(ids.astype(np.int64))

    def encode_many(self, texts: Sequence[str]) -> tuple[Ids, Lengths]:
        """The ids of many texts one after the other, (total,) int32, and how many each has, (texts,) int64."""
        if self.lower:
            texts = [text.lower() for text in texts]
        if self.level == "char":
            found, widths = [np.empty(0, np.int32)], []
            for codes, width in _codes(texts, self.hangul):
                found.append(self._places[codes])
                widths.append(width)
            return np.concatenate(found), _lengths(texts, widths)
        return self._rules([put_apart(text) for text in texts] if self.hangul == "jamo" else texts)

    def missing(self, text: str) -> list[str]:
        """What the vocabulary lacks of a text: characters or words, each once, in the text's order."""
        if self.level == "bpe":
            return []
        if self.level == "char":
            pieces = (codes for codes, _ in _codes([text.lower() if self.lower else text], self.hangul))
            lacking = (codes[self._places[codes] == 1] for codes in pieces)
            found = [put_together(chr(code)) for codes in lacking for code in codes.tolist()]
            return list(dict.fromkeys(found))
        words = self._rules.split(text.lower() if self.lower else text)
        known = set(self.names)
        return list(dict.fromkeys(word for word in words if word not in known))

    def decode(self, ids: Iterable[int]) -> str:
        """The text: the very one that was encoded, for characters and byte pairs.

        Unknown ones are U+FFFD, or ``<unk>`` among words; the end of a document is a line break; padding is nothing.
        Words are joined by blanks, which is near to the text and no more.
        """
        decoder = self.decoder()
        return decoder.feed_many(_plain(ids)) + decoder.flush()

    def decoder(self) -> Decoder:
        """For tokens that come one by one; see `Decoder`."""
        return Decoder(self)

    def bytes_of(self, ids: Iterable[int]) -> int:
        """UTF-8 bytes of the text that these stand for: of what `decode` gives."""
        return len(self.decode(ids).encode("utf-8", "surrogatepass"))

    def characters_of(self, ids: Iterable[int]) -> int:
        """Characters of the text that these stand for: of what `decode` gives."""
        return len(self.decode(ids))

    def state(self) -> dict[str, Any]:
        """All of it as plain values for JSON; `tokens_of` makes it again."""
        return {
            "level": self.level,
            "names": list(self.names),
            "counts": list(self.counts),
            "hangul": self.hangul,
            "lower": self.lower,
            "merges": [list(merge) for merge in self.merges],
            "documents": self.documents,
        }

    @cached_property
    def _places(self) -> Ids:
        """(0x110000,) the id of every code point."""
        places = np.full(_EVERY, 1, np.int32)
        first = len(self.special)
        places[[ord(name) for name in self.names[first:]]] = np.arange(first, len(self), dtype=np.int32)
        return places

    @cached_property
    def _rules(self) -> Encoder:
        if self.level == "word":
            return word_encoder(self.names, UNKNOWN)
        first = len(self.special)
        return pair_encoder(self.names[first:], self.merges, first)

    @cached_property
    def spelled(self) -> tuple[bytes, ...]:
        """The UTF-8 bytes of every token; of words without blanks."""
        first = len(self.special)
        words: list[bytes]
        if self.level == "bpe":
            letters = byte_of()
            words = [bytes(letters[letter] for letter in name) for name in self.names[first:]]
        else:
            words = [name.encode() for name in self.names[first:]]
        told = {PAD: b"", UNKNOWN: UNKNOWN.encode() if self.level == "word" else "\ufffd".encode(), END: b"\n"}
        return (*(told[name] for name in self.names[:first]), *words)


class Decoder:
    """Text out of tokens that come one by one: what is certain comes out at once, half a character waits."""

    def __init__(self, tokens: Tokens) -> None:
        self._spelled = tokens.spelled
        self._bytes = codecs.getincrementaldecoder("utf-8")("replace")
        self._composer = Composer() if tokens.hangul == "jamo" else None
        self._words = tokens.level == "word"
        self._tight = True  # no blank before the next word

    def feed(self, token: int) -> str:
        """The text that is certain now; "" while a byte sequence or a syllable is open.

        Raises:
            IndexError: there is no such token.
        """
        return self.feed_many([token])

    def feed_many(self, tokens: Sequence[int]) -> str:
        """The same for several tokens."""
        if self._words:
            return "".join(self._word(self._spelled[token].decode()) for token in tokens)
        text = self._bytes.decode(b"".join([self._spelled[token] for token in tokens]))
        return text if self._composer is None else self._composer.feed(text)

    def flush(self) -> str:
        """What is still open, at the end; bytes that make no character are U+FFFD."""
        text = self._bytes.decode(b"", final=True)
        self._bytes.reset()
        self._tight = True
        return text if self._composer is None else self._composer.feed(text) + self._composer.flush()

    def _word(self, word: str) -> str:
        blank = "" if self._tight or not word or word == "\n" or word.startswith(_CLOSING) else " "
        if word:
            self._tight = word == "\n" or word.startswith(_OPENING)
        return blank + word


def learn_tokens(
    texts: Iterable[str],
    level: Level = "char",
    *,
    size: int | None = None,
    floor: int = 1,
    hangul: Hangul = "syllable",
    lower: bool = False,
    documents: bool = False,
) -> Tokens:
    """The vocabulary of texts, which must be the training part only.

    Args:
        texts: of which it is learnt.
        level: "char", "word" or "bpe".
        size: tokens at most, special ones included: the most frequent are kept; None is all characters, 30,000 words,
            or 8,000 byte pairs.
        floor: how often a token must come to be kept.
        hangul: by "syllable" or by "jamo" (not with words).
        lower: whether text is turned to lower case first.
        documents: whether the texts are documents, each to be closed by ``<end>``.

    Raises:
        OptionError: an option has a value that can't be used.
        DataError: no token is left.
        MissingExtraError: words and byte pairs need the package tokenizers.
    """
    kept = list(texts)
    tokens = learn_rules(kept, level, size=size, floor=floor, hangul=hangul, lower=lower, documents=documents)
    ids, _ = tokens.encode_many(kept)
    return counted(tokens, ids, len(kept))


def learn_rules(
    texts: Sequence[str],
    level: Level,
    *,
    size: int | None,
    floor: int,
    hangul: Hangul,
    lower: bool,
    documents: bool,
) -> Tokens:
    """What `learn_tokens` gives, before anything is counted."""
    _check(level, size, floor, hangul)
    special = _special(level, documents)
    size = USUAL[level] if size is None else size
    most = _EVERY if size is None else size - len(special)
    if lower:
        texts = [text.lower() for text in texts]
    merges: Sequence[Merge] = ()
    if level == "char":
        names = _characters(texts, most, floor, hangul)
    elif level == "word":
        names = learn_words(texts, most, floor)
    else:
        if most < 256:
            raise OptionError("text.bytes", size=size, least=256 + len(special))
        names, merges = learn_pairs([put_apart(t) for t in texts] if hangul == "jamo" else texts, most, floor)
    if not names:
        raise DataError("text.no_tokens", floor=floor)
    every = (*special, *names)
    return Tokens(level, every, (0,) * len(every), hangul, lower, tuple(merges), documents)


def counted(tokens: Tokens, ids: Ids, documents: int) -> Tokens:
    """The same tokens with how often each comes in `ids`, the texts' ids without ends."""
    counts = np.bincount(ids, minlength=len(tokens)).tolist()
    if tokens.end is not None:
        counts[tokens.end] = documents
    return replace(tokens, counts=tuple(counts))


def tokens_of(state: Mapping[str, Any]) -> Tokens:
    """From what `state` gave."""
    return Tokens(
        state["level"], tuple(state["names"]), tuple(state["counts"]), state["hangul"], state["lower"],
        tuple((one, two) for one, two in state["merges"]), state["documents"],
    )  # fmt: skip


def put_apart(text: str) -> str:
    """A text with its syllables as jamo."""
    return text_of(take_apart(codes_of(text))[0])


def _special(level: Level, documents: bool) -> tuple[str, ...]:
    return (PAD, *(() if level == "bpe" else (UNKNOWN,)), *((END,) if documents else ()))


def _check(level: Any, size: Any, floor: Any, hangul: Any) -> None:
    if level not in get_args(Level):
        raise OptionError("text.level", level=level)
    if hangul not in get_args(Hangul):
        raise OptionError("text.hangul", hangul=hangul)
    if hangul == "jamo" and level == "word":
        raise OptionError("text.hangul_words")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 4):
        raise OptionError("text.vocabulary", vocabulary=size)
    if isinstance(floor, bool) or not isinstance(floor, int) or floor < 1:
        raise OptionError("text.floor", floor=floor)


def _codes(texts: Sequence[str], hangul: Hangul) -> Iterator[tuple[Codes, Widths | None]]:
    """Code points of all texts, some millions at once; of jamo also how many each character became."""
    whole = "".join(texts)
    for start in range(0, len(whole), _AT_ONCE):
        codes = codes_of(whole[start : start + _AT_ONCE])
        if hangul == "syllable":
            yield codes, None
        else:
            codes, widths = take_apart(codes)
            yield codes, widths.astype(np.uint8)


def _lengths(texts: Sequence[str], widths: Sequence[Widths | None]) -> Lengths:
    """How many codes each text has."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    told = [width for width in widths if width is not None]
    some = lengths > 0
    if told:  # of texts that are not empty, which reduceat can't tell
        starts = (np.cumsum(lengths) - lengths)[some]
        lengths[some] = np.add.reduceat(np.concatenate(told), starts, dtype=np.int64)
    return lengths


def _characters(texts: Sequence[str], most: int, floor: int, hangul: Hangul) -> list[str]:
    """Characters by code point, the most frequent `most` of them."""
    counts = np.zeros(_EVERY, np.int64)
    for codes, _ in _codes(texts, hangul):
        counts += np.bincount(codes, minlength=_EVERY)
    found = np.flatnonzero(counts >= floor)
    by_count = found[np.argsort(-counts[found], kind="stable")]
    return [chr(code) for code in np.sort(by_count[:most])]


def _plain(ids: Iterable[int]) -> Sequence[int]:
    if isinstance(ids, Tensor | np.ndarray):
        listed: list[int] = ids.tolist()
        return listed
    return [int(token) for token in ids]
