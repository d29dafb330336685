"""Batches of a part that lives as one tensor: an index, then conversion and augmentation of all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.augment import BatchTransform, ToPicture, apply
from makebelieve.data.batch import Batch
from makebelieve.data.counter import uniforms
from makebelieve.data.order import Order

# Small batches are gathered several at a time, in blocks that stay below the 32,768 elements from which on torch would
# share one such step among threads: on a busy machine waiting for those costs more than the work.
BLOCK_BYTES = 4 * 32_767


def laid_out(x: Tensor, last: bool) -> Tensor:
    """x (n, c, h, w) in memory with channels last or first; the strides are those of that layout even where c is 1."""
    if last:
        n, c, h, w = x.shape
        return x.permute(0, 2, 3, 1).reshape(-1).view(n, h, w, c).permute(0, 3, 1, 2)
    return x.reshape(-1).view(x.shape)


class Finish:
    """From stored values to what a recipe sees: float32 in [0, 1], augmented, with channels last where asked.

    Args:
        transforms: of pictures.
        seed: of their random numbers.
        last: whether pictures have their channels last in memory.
        to_picture: makes pictures of what is stored, such as sounds; None where pictures are stored.
        raw_transforms: of what is stored, run before `to_picture`.

    Attributes:
        stored_last: whether what is stored has its channels last.
        draws: random numbers an item needs.
    """

    def __init__(
        self,
        transforms: Sequence[BatchTransform],
        seed: int,
        last: bool = False,
        to_picture: ToPicture | None = None,
        raw_transforms: Sequence[BatchTransform] = (),
    ) -> None:
        self.transforms, self.raw_transforms = tuple(transforms), tuple(raw_transforms)
        self.seed, self.last, self.to_picture = seed, last, to_picture
        self.stored_last = last and to_picture is None
        self._raw_draws = sum(transform.draws for transform in self.raw_transforms)
        self.draws = self._raw_draws + sum(transform.draws for transform in self.transforms)

    def __call__(self, x: Tensor, items: Tensor, epoch: int) -> Tensor:
        """x (n, c, h, w) uint8 or (n, ...) float32, items (n,) int64, both on the training device."""
        if x.dtype == torch.uint8:
            x = x.to(torch.float32).div_(255)  # half the time of one division for large batches, the same bits
        if not len(x) or not (self.transforms or self.raw_transforms or self.to_picture):
            return x
        u = uniforms(self.seed, epoch, items, self.draws)
        x = apply(self.raw_transforms, x, u)
        if self.to_picture is not None:
            x = self.to_picture(x)
        x = apply(self.transforms, x, u[:, self._raw_draws :])
        return laid_out(x, self.last)


class MemoryBatches:
    """An endless stream of batches out of tensors on the training device.

    Args:
        x: (count, c, h, w) or, with `finish.stored_last`, (count, h, w, c); uint8 or float32. Or (count, ...) float32.
        y: (count, ...) or None.
        order: which items make up which batch.
        finish: conversion and augmentation.
    """

    def __init__(self, x: Tensor, y: Tensor | None, order: Order, finish: Finish) -> None:
        self._x, self._y, self._order, self._finish = x, y, order, finish
        self.steps_per_epoch = order.steps
        start, stop, _ = order.share(0)
        one = (stop - start) * x[0].numel() * 4
        # Every batch of a block starts at a multiple of 64 bytes, as one alone would: results don't hang on blocks.
        even = one % 64 == 0 and finish.to_picture is None
        self._block = max(1, BLOCK_BYTES // max(one, 1)) if even else 1
        self._epoch, self._stop = 0, 0  # batches before _stop of epoch _epoch are consumed or in _ready
        self._ready: list[Batch] = []  # last one first
        self._items: Tensor | None = None

    def __iter__(self) -> MemoryBatches:
        return self

    def __next__(self) -> Batch:
        if not self._ready:
            self._fill()
        return self._ready.pop()

    def state(self) -> dict[str, Any]:
        """Where the stream is: the next batch, by epoch and index, and what the order depends on."""
        return self._order.state(self._epoch, self._stop - len(self._ready))

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batch that `state` names.

        Raises:
            DataError: the state is of another part, seed or batch size.
        """
        self._epoch, index = self._order.position(state)
        self._ready, self._items = [], None
        self._stop = index - index % self._block
        if index > self._stop:
            past = index - self._stop
            self._fill()
            del self._ready[-past:]

    def _fill(self) -> None:
        if self._stop >= self.steps_per_epoch:
            self._epoch, self._stop, self._items = self._epoch + 1, 0, None
        if self._items is None:
            self._items = self._order.epoch(self._epoch).to(self._x.device)
        first, self._stop = self._stop, min(self._stop + self._block, self.steps_per_epoch)
        shares = [self._order.share(index) for index in range(first, self._stop)]
        if self._order.world == 1:
            items = self._items[shares[0][0] : shares[-1][1]]
        else:
            items = torch.cat([self._items[start:stop] for start, stop, _ in shares])
        x = self._x.index_select(0, items)
        if self._finish.stored_last:
            x = x.permute(0, 3, 1, 2)
        x = self._finish(x, items, self._epoch)
        y = None if self._y is None else self._y.index_select(0, items)
        if len(shares) == 1:
            self._ready = [Batch(x, y, items, shares[0][2])]
            return
        sizes = [stop - start for start, stop, _ in shares]
        xs, its = torch.split(x, sizes), torch.split(items, sizes)
        ys: Sequence[Tensor | None] = [None] * len(sizes) if y is None else torch.split(y, sizes)
        self._ready = [Batch(x, y, i, share[2]) for x, y, i, share in zip(xs, ys, its, shares, strict=True)]
        self._ready.reverse()
