"""`TextData`: texts as token ids, for classifiers by documents and for language models by streams."""

from __future__ import annotations

import hashlib
from typing import Any

import torch

from makebelieve.data import text_summary
from makebelieve.data.data import Data, Facts
from makebelieve.data.order import Order
from makebelieve.data.part import Part, PartName
from makebelieve.data.reading import reading_state
from makebelieve.data.text_batches import TextBatches
from makebelieve.data.text_part import TextPart
from makebelieve.data.text_reading import TextReading
from makebelieve.data.text_streams import TextStreams
from makebelieve.data.text_summary import TextRows
from makebelieve.data.tokens import Tokens
from makebelieve.errors import DataError, OptionError


class TextData:
    """Training and validation texts, ready to be drawn in batches.

    Attributes:
        train: the part to learn from: ``len``, ``[i] -> (ids, label)``, ``text(i)``.
        valid: the part to judge by, maybe empty.
        classes: names by class index; None where there are no classes.
        tokens: the vocabulary, learnt from the training part.
        continuous: whether it is one continuous text, not documents.
        facts: where all this came from.
        reading: how one new text becomes ids.
        shape: of one x: (), for texts have no common length.
    """

    shape: tuple[int, ...] = ()
    several = False
    labelled = None
    batch_transforms = ()

    def __init__(
        self,
        train: TextPart,
        valid: TextPart,
        *,
        classes: list[str] | None,
        tokens: Tokens,
        continuous: bool,
        facts: Facts,
        reading: TextReading,
    ) -> None:
        self.train, self.valid, self.classes, self.tokens = train, valid, classes, tokens
        self.continuous, self.facts, self.reading = continuous, facts, reading
        self._fingerprint: str | None = None

    def __repr__(self) -> str:
        if self.continuous:
            counts = f"{len(self.train.ids):,} train, {len(self.valid.ids):,} valid tokens"
        else:
            counts = f"{len(self.train):,} train, {len(self.valid):,} valid"
        classes = "" if self.classes is None else f", {len(self.classes)} classes"
        return f"TextData({self.facts.name}: {counts}, {self.tokens!r}{classes})"

    def part(self, part: PartName) -> TextPart:
        """`train` or `valid`.

        Raises:
            OptionError: any other word.
        """
        if part not in ("train", "valid"):
            raise OptionError("data.part", part=part)
        return self.train if part == "train" else self.valid

    def count(self, part: PartName) -> int:
        """Number of documents of a part."""
        return len(self.part(part))

    def batches(
        self,
        part: PartName,
        size: int,
        *,
        device: torch.device | str = "cpu",
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        memory_format: torch.memory_format | None = None,  # noqa: ARG002 - of pictures
        shuffle: bool | None = None,
    ) -> TextBatches:
        """An endless stream of batches of `size` documents over all processes together.

        x is (n, t) int64, filled up with `tokens.pad` at the end, to the same t in all processes. Documents of like
        length come together; a document longer than the data's `length` is cut to it.

        Args:
            part: ``"train"`` is shuffled anew each epoch, ``"valid"`` goes by length; `items` tell the places.
            size: documents in a global batch; process `rank` of `world` gets its contiguous share.
            device: where batches are wanted. Data move there at first use, once.
            seed: of the order.
            rank: which process this is.
            world: how many there are.
            memory_format: no matter.
            shuffle: whether the order is drawn anew each epoch; None means of the training part only.

        Raises:
            OptionError: size, rank or world is out of range.
            DataError: the part is empty.
        """
        chosen = self.part(part)
        shuffled = part == "train" if shuffle is None else shuffle
        return TextBatches(chosen, Order(len(chosen), size, shuffled, seed, rank, world), torch.device(device))

    def streams(self, window: int, *, carry: bool = True) -> TextStreams:
        """The same texts as a language model sees them: in windows of tokens; see `TextStreams`.

        Raises:
            OptionError: `window` is no whole number of at least 1.
            DataError: the training part has no whole window.
        """
        return TextStreams(self, window, carry=carry)

    def windows(self, window: int = 60, step: int = 3) -> Data:
        """The textbook's data: x (n, window) int64 ids from every `step` tokens, y (n,) int64 the token after them.

        Raises:
            OptionError: window or step is no whole number of at least 1.
            DataError: the training part has no whole window.
        """
        for name, value in (("window", window), ("step", step)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise OptionError("text.window" if name == "window" else "text.step", **{name: value})
        parts = []
        for part in (self.train, self.valid):
            ids = part.ids.long()
            if len(ids) <= window:
                if part is self.train:
                    raise DataError("text.short", part="train", n=len(ids), window=window, needed=window + 1)
                parts.append(Part(ids.new_empty(0, window), ids.new_empty(0)))
            else:
                parts.append(Part(ids[:-1].unfold(0, window, step), ids[window::step]))
        return Data(*parts, shape=(window,), classes=list(self.tokens.names), facts=self.facts)

    def as_validation(self, part: PartName) -> TextData:
        """The same data with this part for validation."""
        return TextData(
            self.train, self.part(part), classes=self.classes, tokens=self.tokens, continuous=self.continuous,
            facts=self.facts, reading=self.reading,
        )  # fmt: skip

    def show_batch(self, n: int = 8, part: PartName = "train", seed: int | None = 0) -> TextRows:
        """Up to n documents of a part with the names of their classes, or of a continuous text n places in it.

        Raises:
            DataError: the part is empty.
        """
        return text_summary.show(self, self.part(part), part, n, seed)

    def summary(self) -> str:
        """What there is, as a table in plain text: counts, vocabulary, lengths, split, skipped documents, licence."""
        return text_summary.summary(self)

    def fingerprint(self) -> str:
        """SHA-256 in hex over ids, where documents begin, labels, classes and tokens."""
        if self._fingerprint is None:
            state = {name: value for name, value in self.tokens.state().items() if name != "counts"}
            digest = hashlib.sha256(repr((self.classes, state)).encode("utf-8", "surrogatepass"))
            for part in (self.train, self.valid):
                part.add_to(digest)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def describe(self) -> dict[str, Any]:
        """Facts as plain values for `config.json` and the report."""
        return {
            "name": self.facts.name,
            "shape": list(self.shape),
            "classes": self.classes,
            "count": {"train": len(self.train), "valid": len(self.valid)},
            "tokens_in": {"train": len(self.train.ids), "valid": len(self.valid.ids)},
            "bytes": {"train": self.train.bytes, "valid": self.valid.bytes},
            "characters": {"train": self.train.characters, "valid": self.valid.characters},
            "continuous": self.continuous,
            "split": self.facts.split,
            "labelled": None,
            "licence": self.facts.licence,
            "skipped": len(self.facts.skipped),
            "in_memory": True,
            "batch_transforms": [],
            "augment": [],
            "several": False,
            "length": self.train.length,
            "reading": reading_state(self.reading),
            "fingerprint": self.fingerprint(),
            **self.facts.extra,
        }

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """The door and its arguments as plain values, or None where only the program can make these data again."""
        return self.facts.rebuild
