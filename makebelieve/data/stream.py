"""Batches of a part that stays on disk: read by worker processes, in the very order of `MemoryBatches`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from makebelieve.data.batch import Batch
from makebelieve.data.load import UNREADABLE, Reader, cores
from makebelieve.data.memory import Finish, laid_out
from makebelieve.data.order import Order
from makebelieve.errors import DataError, MakebelieveError


class _Items(Dataset[Tensor | MakebelieveError]):
    """What a worker process gets: the reader alone. Errors are given as values: a `DataLoader` rewrites raised ones."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __getitem__(self, i: int) -> Tensor | MakebelieveError:
        try:
            return self.reader[i]
        except MakebelieveError as error:
            return error
        except UNREADABLE as error:
            return DataError("data.broken_later", name=self.reader.name(i), why=str(error))


class _From(Sampler[list[int]]):
    """This process's share of every batch from (epoch, index) on, for ever."""

    def __init__(self, order: Order, epoch: int, index: int) -> None:
        self.order, self.epoch, self.index = order, epoch, index

    def __iter__(self) -> Iterator[list[int]]:
        epoch, index = self.epoch, self.index
        while True:
            items = self.order.epoch(epoch).tolist()
            for i in range(index, self.order.steps):
                start, stop, _ = self.order.share(i)
                yield items[start:stop]
            epoch, index = epoch + 1, 0


def _stack(read: list[Tensor | MakebelieveError]) -> Tensor | MakebelieveError:
    """(n, …), or the first error; pictures with channels last in memory stay so, which is a plain copy."""
    pictures = [one for one in read if isinstance(one, Tensor)]
    if len(pictures) < len(read):
        return next(one for one in read if isinstance(one, MakebelieveError))
    if not pictures:
        return torch.empty(0, dtype=torch.uint8)
    if all(one.ndim == 3 and one.permute(1, 2, 0).is_contiguous() for one in pictures):
        return torch.stack([one.permute(1, 2, 0) for one in pictures]).permute(0, 3, 1, 2)
    return torch.stack(pictures)


class StreamBatches:
    """An endless stream of batches read from disk ahead of need; the position counts those consumed.

    Args:
        reader: gives item i as stored: (c, h, w) uint8 or float32, or what `finish.to_picture` takes.
        y: labels of all items, in memory, or None.
        order: which items make up which batch.
        finish: conversion and augmentation, run on whole batches on `device`.
        device: where batches are wanted.
        workers: processes that read; 0 reads in this one; None is one a core, at most 8.
        start_method: how worker processes start, where it isn't the platform's own choice.
    """

    def __init__(
        self,
        reader: Reader,
        y: Tensor | None,
        order: Order,
        finish: Finish,
        *,
        device: torch.device,
        workers: int | None = None,
        start_method: str | None = None,
    ) -> None:
        self._reader, self._y, self._order, self._finish = reader, y, order, finish
        self._device = device
        self._workers = min(cores(), 8) if workers is None else workers
        self._start_method = start_method if self._workers else None
        self.steps_per_epoch = order.steps
        self._epoch, self._index = 0, 0
        self._items: Tensor | None = None
        self._xs: Iterator[Tensor | MakebelieveError] | None = None

    def __iter__(self) -> StreamBatches:
        return self

    def __next__(self) -> Batch:
        if self._xs is None:
            self._xs = self._read()
        if self._items is None:
            self._items = self._order.epoch(self._epoch)
        x = next(self._xs)
        if isinstance(x, MakebelieveError):
            self._xs = None  # asked again, it reads this batch again
            raise x
        start, stop, total = self._order.share(self._index)
        items = self._items[start:stop]
        y = None if self._y is None else self._y.index_select(0, items).to(self._device, non_blocking=True)
        items = items.to(self._device, non_blocking=True)
        x = x.to(self._device, non_blocking=True)
        if len(x):
            x = laid_out(x, self._finish.stored_last)
        x = self._finish(x, items, self._epoch)
        self._index += 1
        if self._index == self.steps_per_epoch:
            self._epoch, self._index, self._items = self._epoch + 1, 0, None
        return Batch(x, y, items, total)

    def state(self) -> dict[str, Any]:
        """Where the stream is: the next batch, by epoch and index, and what the order depends on."""
        return self._order.state(self._epoch, self._index)

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batch that `state` names; what was read ahead is thrown away.

        Raises:
            DataError: the state is of another part, seed or batch size.
        """
        self._epoch, self._index = self._order.position(state)
        self._items = self._xs = None

    def _read(self) -> Iterator[Tensor | MakebelieveError]:
        loader = DataLoader(
            _Items(self._reader),
            batch_sampler=_From(self._order, self._epoch, self._index),
            num_workers=self._workers,
            collate_fn=_stack,
            pin_memory=self._device.type == "cuda",
            multiprocessing_context=self._start_method,
            prefetch_factor=4 if self._workers else None,
            generator=torch.Generator().manual_seed(self._finish.seed),  # leaves the program's own generator alone
        )
        return iter(loader)
