"""Batches of documents, those of like length together, filled up to the longest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.batch import Batch
from makebelieve.data.counter import mix, permutation
from makebelieve.data.order import Order
from makebelieve.data.text_part import TextPart

POOL = 50  # batches whose documents are sorted by length together: little is filled up, and batches stay mixed


def by_length(order: Order, lengths: Tensor, epoch: int) -> Tensor:
    """The documents in the order in which an epoch's batches take them: (count,), or less where one is left over.

    Unshuffled they are sorted by length. Shuffled they are drawn, sorted within pools of `POOL` batches, cut to
    batches, and the batches are shuffled. It depends on (seed, epoch) and the lengths alone.
    """
    if not order.shuffle:
        return torch.sort(lengths, stable=True).indices
    drawn = order.epoch(epoch)
    size = min(order.size, order.count)
    drawn = drawn[: order.steps * size]
    pool = torch.arange(len(drawn)) // (POOL * size)
    at = torch.sort(pool * (int(lengths.max()) + 1) + lengths[drawn], stable=True).indices
    batches = drawn[at].view(order.steps, size)
    return batches[permutation(mix(order.seed, 1), epoch, order.steps)].view(-1)


class TextBatches:
    """An endless stream of batches of documents.

    A batch has x (n, t) int64, ended by padding up to the longest document of the global batch, y (n,), and `items`,
    the documents' places in the part.

    Args:
        part: the documents.
        order: how many there are and how they are shared out.
        device: where batches are wanted.
    """

    def __init__(self, part: TextPart, order: Order, device: torch.device) -> None:
        self._part, self._order, self._device = part, order, device
        self.steps_per_epoch = order.steps
        self._epoch, self._index = 0, 0
        self._items: Tensor | None = None

    def __iter__(self) -> TextBatches:
        return self

    def __next__(self) -> Batch:
        if self._items is None:
            self._items = by_length(self._order, self._part.lengths, self._epoch)
        start, stop, total = self._order.share(self._index)
        first = self._index * self._order.size
        t = int(self._part.lengths[self._items[first : first + total]].max())
        items = self._items[start:stop].to(self._device)
        self._index += 1
        if self._index == self.steps_per_epoch:
            self._epoch, self._index, self._items = self._epoch + 1, 0, None
        ids, starts, lengths, y = self._part.on(self._device)
        x = padded(ids, starts[items], lengths[items], t, self._part.tokens.pad)
        return Batch(x, None if y is None else y[items], items, total)

    def state(self) -> dict[str, Any]:
        """Where the stream is: the next batch, by epoch and index, and what the order depends on."""
        return self._order.state(self._epoch, self._index)

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batch that `state` names.

        Raises:
            DataError: the state is of another part, seed or batch size.
        """
        self._epoch, self._index = self._order.position(state)
        self._items = None


def padded(ids: Tensor, starts: Tensor, lengths: Tensor, t: int, pad: int) -> Tensor:
    """(n, t) int64: from each of `starts` (n,) the next `lengths` (n,) of `ids`, then `pad`."""
    column = torch.arange(t, device=ids.device)
    inside = column < lengths.unsqueeze(1)
    place = (starts.unsqueeze(1) + column).masked_fill_(~inside, 0)
    return ids[place].long().masked_fill_(~inside, pad)
