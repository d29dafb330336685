"""`DataBlock`: how data come to be, stage by stage. The doors for pictures are presets over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from makebelieve.data.augment import BatchTransform, ToPicture
from makebelieve.data.counter import uniforms
from makebelieve.data.data import Data, Facts
from makebelieve.data.labelled import FewLabels
from makebelieve.data.labels import class_name, encode
from makebelieve.data.load import Memory, Reader, as_tensor, check_all, fits, read_all
from makebelieve.data.part import Part
from makebelieve.data.reading import Reading
from makebelieve.data.split import HeldOut, Split, random_split
from makebelieve.errors import DataError, MakebelieveError
from makebelieve.messages import say


class DataBlock:
    """Five questions, each answered by a function; `data` runs them over a source, `summary` walks one item through.

    Args:
        items: source -> a sequence of items, such as paths or row numbers.
        x: item -> a PIL picture, an array (h, w), (h, w, c) uint8 or float in [0, 1], or a tensor (c, h, w).
        y: item -> its label: text, a whole number, or floats; None where there are no labels.
        split: items -> (training places, validation places); `random_split(0.2, seed=42)` where not given.
        item_transforms: run one after the other on each x as it is read, once for data kept in memory.
        batch_transforms: run on whole training batches on the training device, anew at each batch.
        to_picture: makes pictures (n, c, h, w) in [0, 1] of a whole batch of `x`, on the training device too: for items
            kept as something else, such as sounds. `batch_transforms` follow it.
        raw_transforms: as `batch_transforms`, run before `to_picture`.
    """

    def __init__(
        self,
        items: Callable[[Any], Sequence[Any]],
        x: Callable[[Any], Any],
        y: Callable[[Any], Any] | None = None,
        split: Split | None = None,
        item_transforms: Sequence[Callable[[Any], Any]] = (),
        batch_transforms: Sequence[BatchTransform] = (),
        to_picture: ToPicture | None = None,
        raw_transforms: Sequence[BatchTransform] = (),
    ) -> None:
        self.items, self.x, self.y = items, x, y
        self.split: Split = random_split() if split is None else split
        self.item_transforms, self.batch_transforms = tuple(item_transforms), tuple(batch_transforms)
        self.to_picture, self.raw_transforms = to_picture, tuple(raw_transforms)

    def data(self, source: Any, *, memory: Memory = "auto", workers: int | None = None) -> Data:
        """Run all stages over `source`.

        Args:
            source: whatever `items` understands.
            memory: keep all in memory, or leave on disk and read in worker processes; "auto" keeps up to 1 GiB.
            workers: processes that read what stays on disk; None is one a core, at most 8.

        Raises:
            DataError: there are no items, or too many that can't be read, or they differ in shape.
        """
        return self.assemble(self.items(source), Facts(_short(source)), memory=memory, workers=workers)

    def assemble(
        self,
        items: Sequence[Any],
        facts: Facts,
        *,
        memory: Memory = "auto",
        workers: int | None = None,
        max_broken: float = 0.1,
        order: Sequence[str] = (),
        few: FewLabels | None = None,
        reading: Callable[[tuple[int, ...]], Reading] | None = None,
    ) -> Data:
        """`data` for items already listed.

        `facts` tell of them, `order` is that of the classes, `few` keep labels, `reading` is made from an x's shape.
        """
        if not len(items):
            raise DataError("data.no_items")
        reader = Reader(items, self.x, self.item_transforms)
        x: Tensor | None = None
        if fits(reader, memory):
            x, kept, skipped = read_all(reader, max_broken)
        else:
            kept, skipped = check_all(reader, max_broken)
        if len(kept) < len(items):
            reader = reader.at(kept)
        train, valid = self.split(reader.items)
        if not len(train):
            raise DataError("data.nothing_to_train", n=len(reader))
        y, classes = encode(None if self.y is None else [self.y(item) for item in reader.items], order)
        parts = [_part(reader, x, y, at, self.to_picture) for at in (train, valid)]
        labelled = None
        if few is not None:
            parts[0], labelled = few.split(parts[0], classes)
        rebuild = _with_places(facts.rebuild, reader.items, valid, self.split)
        told = replace(facts, split=str(self.split), skipped=tuple(skipped), rebuild=rebuild)
        stored = reader[0] if x is None else x[0]
        shape = tuple((stored if self.to_picture is None else self.to_picture(stored.unsqueeze(0))[0]).shape)
        return Data(
            *parts, labelled=labelled, shape=shape, classes=classes, facts=told,
            batch_transforms=self.batch_transforms, workers=workers,
            reading=None if reading is None else reading(shape),
            to_picture=self.to_picture, raw_transforms=self.raw_transforms,
        )  # fmt: skip

    def summary(self, source: Any) -> str:
        """One item's way through all stages, a line a stage.

        Raises:
            DataError: a stage failed; the sentence names the stage, the item and what it said.
        """
        lines: list[str] = []

        def stage(name: str, item: Any, work: Callable[..., Any], *given: Any) -> Any:
            try:
                out = work(*given)
            except MakebelieveError as error:
                raise DataError("data.stage", stage=name, item=_short(item), why=str(error)) from error
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
                raise DataError("data.stage", stage=name, item=_short(item), why=why) from error
            lines.append(f"{name:<17} {_words(out)}")
            return out

        items = stage("items", source, lambda: _some(self.items(source)))
        train, _ = stage("split", source, self.split, items)
        item = items[train[0]]
        value = stage("x", item, self.x, item)
        if self.y is not None:
            stage("y", item, self.y, item)
        for i, transform in enumerate(self.item_transforms):
            value = stage(f"item_transforms {i}", item, transform, value)
        tensor = stage("tensor", item, as_tensor, value)
        batch = stage("batch", item, torch.stack, [tensor, tensor])
        batch = batch.float() / 255 if batch.dtype == torch.uint8 else batch
        for i, change in enumerate(self.raw_transforms):
            batch = stage(f"raw_transforms {i}", item, change, batch, uniforms(0, 0, torch.arange(2), change.draws))
        if self.to_picture is not None:
            batch = stage("to_picture", item, self.to_picture, batch)
        for i, change in enumerate(self.batch_transforms):
            batch = stage(f"batch_transforms {i}", item, change, batch, uniforms(0, 0, torch.arange(2), change.draws))
        return "\n".join(lines)


def _some(items: Sequence[Any]) -> Sequence[Any]:
    if not len(items):
        raise DataError("data.no_items")
    return items


def _part(reader: Reader, x: Tensor | None, y: Tensor | None, at: Sequence[int], to_picture: ToPicture | None) -> Part:
    places = torch.tensor(at, dtype=torch.int64)
    return Part(reader.at(at) if x is None else x[places], None if y is None else y[places], to_picture)


def _with_places(
    rebuild: dict[str, Any] | None, items: Sequence[Any], valid: Sequence[int], split: Split
) -> dict[str, Any] | None:
    """Put items, labels and validation places as resolved into arguments that ask for them by ``None``."""
    if rebuild is None:
        return None
    if isinstance(split, HeldOut):
        rebuild = {**rebuild, "arguments": {**rebuild["arguments"], "valid": list(valid)}}
    if rebuild["arguments"].get("source", "") is not None:
        return rebuild
    told = (int, float, list, tuple, type(None))
    labels = [i.label if isinstance(i.label, told) else class_name(i.label) for i in items]
    resolved = {"source": [str(i.where) for i in items], "labels": labels, "valid": list(valid)}
    return {**rebuild, "arguments": {**rebuild["arguments"], **resolved}}


def _words(value: Any) -> str:
    if isinstance(value, Tensor):
        size = " × ".join(map(str, value.shape))
        reach = f", {value.min().item():.3g} … {value.max().item():.3g}" if value.numel() else ""
        return f"{str(value.dtype).removeprefix('torch.')} {size}{reach}"
    if isinstance(value, tuple) and len(value) == 2 and all(hasattr(part, "__len__") for part in value):
        return say("data.summary_counts", train=f"{len(value[0]):,}", valid=f"{len(value[1]):,}")
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return say("data.items_first", n=f"{len(value):,}", first=_short(value[0]))
    return _short(value)


def _short(value: Any) -> str:
    text = str(getattr(value, "where", value)) if isinstance(value, (str, tuple)) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}…"
