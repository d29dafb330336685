"""Word and byte-pair rules, by the `tokenizers` library.

Source:
    Byte pairs: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", ACL 2016;
    on bytes: Radford et al., "Language models are unsupervised multitask learners", 2019.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numpy as np

from makebelieve.errors import MissingExtraError

Ids = np.ndarray[Any, np.dtype[np.int32]]
Lengths = np.ndarray[Any, np.dtype[np.int64]]
Merge = tuple[str, str]

WORD = r"\w+(?:['’]\w+)*|\n|[^\w\s]+"  # a word with its apostrophes, a line's end, or a run of punctuation
_SWITCH = "TOKENIZERS_PARALLELISM"
_PIECE = 1 << 16  # characters; a longer text is encoded in pieces of about that, cut at ends of lines
_AT_ONCE = 1 << 23  # characters, so that what the library keeps beside the ids stays small
_HOME = os.getpid()
_CHOSEN = _SWITCH in os.environ


def library() -> Any:
    """The package, imported at first use.

    Raises:
        MissingExtraError: it isn't installed.
    """
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtraError("text.extra_missing") from error
    return tokenizers


@contextmanager
def _threads() -> Iterator[None]:
    """Threads for one call; afterwards the library is told not to use any, so that a fork neither hangs nor warns.

    A process that was forked has lost them, and whoever set the library's own switch is left alone.
    """
    if _CHOSEN:
        yield
        return
    os.environ[_SWITCH] = "true" if os.getpid() == _HOME else "false"
    try:
        yield
    finally:
        os.environ[_SWITCH] = "false"


def learn_words(texts: Sequence[str], most: int, floor: int) -> list[str]:
    """The most frequent words that come `floor` times or more, the most frequent first, then by the alphabet."""
    tool = library()
    made = tool.Tokenizer(tool.models.WordLevel())
    made.pre_tokenizer = _words(tool)
    trainer = tool.trainers.WordLevelTrainer(vocab_size=most, min_frequency=floor, show_progress=False)
    with _threads():
        made.train_from_iterator(chain.from_iterable(map(_pieces, texts)), trainer)
    vocabulary = made.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def learn_pairs(texts: Sequence[str], most: int, floor: int) -> tuple[list[str], list[Merge]]:
    """The 256 bytes and what is merged of them, at most `most`, in the library's spelling; and the merges in order."""
    tool = library()
    made = tool.Tokenizer(tool.models.BPE())
    made.pre_tokenizer = tool.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tool.trainers.BpeTrainer(
        vocab_size=most, min_frequency=max(floor, 2), show_progress=False, initial_alphabet=sorted(byte_of())
    )
    with _threads():
        made.train_from_iterator(chain.from_iterable(map(_pieces, texts)), trainer)
    vocabulary = made.get_vocab()
    merges = json.loads(made.to_str())["model"]["merges"]
    return sorted(vocabulary, key=vocabulary.__getitem__), [(one, two) for one, two in merges]


class Encoder:
    """Texts to ids by the library's rules.

    Args:
        made: the library's tokenizer.
        shift: added to its ids.
    """

    def __init__(self, made: Any, shift: int) -> None:
        self._made, self._shift = made, shift

    def split(self, text: str) -> list[str]:
        """The words of a text, as they are before they are looked up."""
        return [word for word, _ in self._made.pre_tokenizer.pre_tokenize_str(text)]

    def __call__(self, texts: Sequence[str]) -> tuple[Ids, Lengths]:
        """All ids one after the other, (total,), and how many each text has, (texts,)."""
        pieces = [list(_pieces(text)) for text in texts]
        flat = chain.from_iterable(pieces)
        found, counts = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        for some in _batches(flat):
            with _threads():
                encoded = self._made.encode_batch_fast(some, add_special_tokens=False)
            each = [one.ids for one in encoded]
            counts.append(np.fromiter(map(len, each), np.int64, len(each)))
            found.append(np.fromiter(chain.from_iterable(each), np.int32, int(counts[-1].sum())))
        ends = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        last = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
        return np.concatenate(found) + np.int32(self._shift), np.diff(ends[last], prepend=0)


def word_encoder(names: Sequence[str], unknown: str) -> Encoder:
    """Of words; ids are the places in `names`."""
    tool = library()
    made = tool.Tokenizer(tool.models.WordLevel({name: i for i, name in enumerate(names)}, unk_token=unknown))
    made.pre_tokenizer = _words(tool)
    return Encoder(made, 0)


def pair_encoder(pieces: Sequence[str], merges: Sequence[Merge], shift: int) -> Encoder:
    """Of bytes merged by `merges`; ids are the places in `pieces`, plus `shift`."""
    tool = library()
    made = tool.Tokenizer(tool.models.BPE({piece: i for i, piece in enumerate(pieces)}, list(merges)))
    made.pre_tokenizer = tool.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return Encoder(made, shift)


def byte_of() -> dict[str, int]:
    """The byte that each of the library's 256 letters stands for.

    Bytes that are printable in Latin-1 are spelled as themselves, the others by letters from U+0100 on, in order.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(0x100 + i): byte for i, byte in enumerate(others)}


def _words(tool: Any) -> Any:
    return tool.pre_tokenizers.Split(tool.Regex(WORD), "removed", invert=True)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    room = _AT_ONCE
    for text in texts:
        some.append(text)
        room -= len(text) + 1
        if room <= 0:
            yield some
            some, room = [], _AT_ONCE
    if some:
        yield some


def _pieces(text: str) -> Iterator[str]:
    """A long text in pieces, each up to the end of a line where there is one."""
    start = 0
    while len(text) - start > _PIECE:
        line = text.find("\n", start + _PIECE, start + 2 * _PIECE)
        stop = line + 1 if line >= 0 else start + _PIECE
        yield text[start:stop]
        start = stop
    yield text[start:]
