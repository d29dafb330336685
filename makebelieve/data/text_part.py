"""A part of text data: token ids of all documents in one row, where each begins, and their labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.tokens import Tokens
from makebelieve.errors import DataError


class TextPart:
    """Documents as ids: ``len(part)``, ``part[i]`` gives (ids, label); one continuous text is one document.

    Args:
        texts: the documents.
        y: (documents,) class indices or targets, or None.
        tokens: what they are encoded by.
        length: tokens of a document that ``part[i]`` and batches keep, its first; None keeps all.

    Attributes:
        ids: (total,) int32, the documents one after the other, each closed by ``<end>`` where `tokens` has it.
        starts: (documents + 1,) int64, where each begins in `ids`, and where the last ends.
        lengths: (documents,) int64, tokens without ``<end>``, and at most `length`.
        y: (documents,) int64 class indices, or float32 targets, or None.
        bytes: of the texts in UTF-8, a line break after each document.
        characters: of the texts, counted likewise.
    """

    def __init__(
        self,
        texts: Sequence[str],
        y: Tensor | None,
        tokens: Tokens,
        length: int | None,
        encoded: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None = None,
    ) -> None:
        ids, lengths = tokens.encode_many(texts) if encoded is None else encoded
        ends = 1 if tokens.end is not None else 0
        starts = np.concatenate([[0], np.cumsum(lengths + ends)])
        if tokens.end is not None:
            whole = np.full(len(ids) + len(texts), tokens.end, np.int32)
            whole[np.arange(len(ids)) + np.repeat(np.arange(len(texts)), lengths)] = ids
            ids = whole
        self.ids, self.starts = torch.from_numpy(ids), torch.from_numpy(starts)
        self.lengths = torch.from_numpy(lengths)
        if length is not None:
            self.lengths = self.lengths.clamp_max(length)
        self.y, self.tokens, self.length = y, tokens, length
        self._raw, self._places = _kept(texts)
        self.bytes = len(self._raw) + ends * len(texts)
        self.characters = sum(map(len, texts)) + ends * len(texts)
        self._copies: dict[str, tuple[Tensor, Tensor, Tensor, Tensor | None]] = {}

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, i: int) -> tuple[Tensor, Any]:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        start, n = int(self.starts[i % len(self)]), int(self.lengths[i])
        return self.ids[start : start + n].long(), None if self.y is None else self.y[i].tolist()

    def __iter__(self) -> Iterator[tuple[Tensor, Any]]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"TextPart({len(self):,} documents, {len(self.ids):,} tokens)"

    def __getstate__(self) -> dict[str, Any]:  # copies on devices stay behind
        return {**self.__dict__, "_copies": {}}

    def text(self, i: int) -> str:
        """Document i as it was read, whole."""
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        i %= len(self)
        return self._raw[self._places[i] : self._places[i + 1]].decode()

    def texts(self) -> list[str]:
        """All documents as they were read."""
        return [self.text(i) for i in range(len(self))]

    def on(self, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """`ids`, `starts` without the last, `lengths` and `y` on a device, copied there at first use."""
        key = str(device)
        if key not in self._copies:
            y = None if self.y is None else self.y.to(device)
            self._copies[key] = self.ids.to(device), self.starts[:-1].to(device), self.lengths.to(device), y
        return self._copies[key]

    def sample(self, n: int, seed: int | None) -> list[int]:
        """Up to n places: drawn without repeats by `seed`, or the first n where it is None."""
        if seed is None:
            return list(range(min(n, len(self))))
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))
        return [int(i) for i in order[:n]]

    def add_to(self, digest: hashlib._Hash) -> None:
        """Feed ids, starts and labels into a hash."""
        for values in (self.ids, self.starts, self.lengths, self.y):
            if values is None:
                continue
            digest.update(f"{tuple(values.shape)} {values.dtype}".encode())
            if values.numel():
                digest.update(values.contiguous().numpy().data)


def _kept(texts: Sequence[str]) -> tuple[bytes, np.ndarray[Any, np.dtype[np.int64]]]:
    """All texts as one row of bytes, and where each begins: a fraction of what as many strings take."""
    rows = []
    for i, text in enumerate(texts):
        try:
            rows.append(text.encode())
        except UnicodeEncodeError as error:
            raise DataError("text.surrogate", document=i, position=error.start) from error
    places = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)), out=places[1:])
    return b"".join(rows), places
