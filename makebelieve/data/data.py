"""`Data`: step 1 done. What every door gives and every learner takes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from makebelieve.data import table
from makebelieve.data.augment import BatchTransform, ToPicture
from makebelieve.data.clusters import Clusters, clusters
from makebelieve.data.counter import mix
from makebelieve.data.labelled import LabelledBatches
from makebelieve.data.memory import Finish, MemoryBatches
from makebelieve.data.order import Order
from makebelieve.data.part import Part, PartName
from makebelieve.data.reading import Reading, reading_state
from makebelieve.data.signals import as_json
from makebelieve.data.stream import StreamBatches
from makebelieve.errors import DataError, OptionError
from makebelieve.pictures import Pictures


@dataclass(frozen=True)
class Facts:
    """Where the data came from: told by the summary, kept in the run's `config.json`."""

    name: str
    split: str = ""
    licence: str | None = None
    skipped: tuple[str, ...] = ()
    rebuild: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Data:
    """Training and validation items, ready to be drawn in batches.

    Attributes:
        train: the part to learn from: ``len``, ``[i] -> (x, label)``; without labels where only few have one.
        valid: the part to judge by, maybe empty.
        labelled: the few training items that have a label, where `labelled=` hid those of the others; else None.
        classes: names by class index; None where there are no classes.
        shape: of one x; (c, h, w) for pictures.
        facts: where all this came from.
        reading: how one new item becomes an x; None where the door can't tell.
    """

    def __init__(
        self,
        train: Part,
        valid: Part,
        *,
        labelled: Part | None = None,
        shape: tuple[int, ...],
        classes: list[str] | None,
        facts: Facts,
        batch_transforms: Sequence[BatchTransform] = (),
        workers: int | None = None,
        reading: Reading | None = None,
        to_picture: ToPicture | None = None,
        raw_transforms: Sequence[BatchTransform] = (),
    ) -> None:
        self.train, self.valid, self.labelled = train, valid, labelled
        self.shape, self.classes, self.facts = shape, classes, facts
        self.batch_transforms = tuple(batch_transforms)
        self.to_picture, self.raw_transforms = to_picture, tuple(raw_transforms)
        self.reading = reading
        self._workers = workers
        self._fingerprint: str | None = None

    def __repr__(self) -> str:
        size = " × ".join(str(n) for n in self.shape)
        classes = "" if self.classes is None else f", {len(self.classes)} classes"
        return f"Data({self.facts.name}: {len(self.train):,} train, {len(self.valid):,} valid, {size}{classes})"

    def part(self, part: PartName) -> Part:
        """`train` or `valid`.

        Raises:
            OptionError: any other word.
        """
        if part not in ("train", "valid"):
            raise OptionError("data.part", part=part)
        return self.train if part == "train" else self.valid

    def count(self, part: PartName) -> int:
        """Number of items of a part."""
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
        memory_format: torch.memory_format | None = None,
        shuffle: bool | None = None,
    ) -> MemoryBatches | StreamBatches | LabelledBatches:
        """An endless stream of batches of `size` items over all processes together.

        Where few items have labels, a training batch's `y` is None and its `labelled` is the next batch of those items,
        of `size` too, or all of them where they are fewer: a stream of its own, with its own order and position.

        Args:
            part: ``"train"`` is shuffled anew each epoch and augmented; ``"valid"`` neither.
            size: items in a global batch; process `rank` of `world` gets its contiguous share.
            device: where batches are wanted. Data in memory move there at first use, once.
            seed: of order and augmentation.
            rank: which process this is.
            world: how many there are.
            memory_format: ``torch.channels_last`` for pictures laid out that way.
            shuffle: whether the order is drawn anew each epoch; None means of the training part only.

        Raises:
            OptionError: size, rank or world is out of range.
            DataError: the part is empty.
        """
        shuffled, device = part == "train" if shuffle is None else shuffle, torch.device(device)
        last = memory_format == torch.channels_last and len(self.shape) == 3
        transforms, raw = (self.batch_transforms, self.raw_transforms) if part == "train" else ((), ())

        def stream(chosen: Part, shuffled: bool, seed: int) -> MemoryBatches | StreamBatches:
            order = Order(len(chosen), size, shuffled, seed, rank, world)
            finish = Finish(transforms, seed, last, self.to_picture, raw)
            if isinstance(chosen.x, Tensor):
                x, y = chosen.on(device, finish.stored_last)
                return MemoryBatches(x, y, order, finish)
            return StreamBatches(chosen.x, chosen.y, order, finish, device=device, workers=self._workers)

        every = stream(self.part(part), shuffled, seed)
        if part == "valid" or self.labelled is None:
            return every
        return LabelledBatches(every, stream(self.labelled, True, mix(seed, 1) >> 1))

    def as_validation(self, part: PartName) -> Data:
        """The same data with this part for validation: what to draw it from in its order and not augmented."""
        return Data(
            self.train, self.part(part), shape=self.shape, classes=self.classes, facts=self.facts,
            workers=self._workers, reading=self.reading, to_picture=self.to_picture,
        )  # fmt: skip

    def as_numbers(self) -> Data:
        """The same data with targets in place of classes that are called by numbers, such as "3" or "-12.5".

        Raises:
            DataError: there are no classes, or an item has several, or a class is called otherwise.
        """
        try:
            values = torch.tensor([float(name) for name in self.classes or ["no classes"]])
        except ValueError as error:
            raise DataError("data.no_numbers", classes=", ".join((self.classes or ["-"])[:5])) from error
        if self.several or not values.isfinite().all():
            raise DataError("data.no_numbers", classes=", ".join((self.classes or ["-"])[:5]))
        parts = [
            Part(one.x, None if one.y is None else values[one.y], one.to_picture) for one in (self.train, self.valid)
        ]
        return Data(
            *parts, shape=self.shape, classes=None, facts=self.facts, batch_transforms=self.batch_transforms,
            workers=self._workers, reading=self.reading, to_picture=self.to_picture, raw_transforms=self.raw_transforms,
        )  # fmt: skip

    def xs(self, part: PartName, places: Sequence[int]) -> Tensor:
        """x of some items of a part as a network gets them, not augmented: (n, ...) float32 on the CPU."""
        chosen = self.part(part)
        x = torch.stack([chosen[i][0] for i in places])
        return x.float() / 255 if x.dtype == torch.uint8 else x

    def clusters(self, k: int, *, part: PartName = "train", n: int = 2000, seed: int = 0) -> Clusters:
        """k groups of items that are alike value by value (pixels, numbers), found without looking at labels.

        A network's features group by what there is to see: `learn.clusters(k)`.

        Args:
            k: groups.
            part: "train" or "valid".
            n: items at most, drawn by `seed`.
            seed: of that draw and of the search.

        Raises:
            OptionError: k is out of range.
            DataError: the part is empty.
            MissingExtraError: scikit-learn is not installed.
        """
        chosen = self.part(part)
        if not len(chosen):
            raise DataError("data.empty_part", part=part)
        places = sorted(chosen.sample(max(n, 0), seed))
        if not places:
            raise OptionError("data.clusters", given=k, n=0)
        y = None if chosen.y is None else chosen.y[torch.tensor(places)]
        some = lambda at: self.xs(part, [places[i] for i in at])  # noqa: E731
        return clusters(self.xs(part, places), k, pictures=some, y=y, seed=seed)

    def show_batch(self, n: int = 16, part: PartName = "train", seed: int | None = 0) -> Pictures:
        """Up to n pictures of a part, not augmented, with the names of their classes; `seed` picks which.

        Pictures of neither 1 nor 3 channels are shown with their channels side by side, in grey.

        Raises:
            DataError: the items aren't pictures, or the part is empty.
        """
        chosen = self.part(part)
        if len(self.shape) != 3:
            raise DataError("data.not_pictures", shape=self.shape)
        if not len(chosen):
            raise DataError("data.empty_part", part=part)
        drawn = [chosen[i] for i in chosen.sample(n, seed)]
        captions = None if chosen.y is None else [self._caption(label) for _, label in drawn]
        xs = torch.stack([x for x, _ in drawn])
        if xs.shape[1] not in (1, 3):
            xs = xs.permute(0, 2, 1, 3).reshape(len(xs), 1, self.shape[1], -1)  # (n, 1, h, c w)
        return Pictures(xs.float().div(255) if xs.dtype == torch.uint8 else xs, captions)

    @property
    def several(self) -> bool:
        """Whether an item may have several classes at once: then labels are (n, classes) of 0 and 1."""
        return self.classes is not None and self.train.y is not None and self.train.y.ndim == 2

    def _caption(self, label: Any) -> str:
        if self.classes is not None:
            if isinstance(label, list):
                return ", ".join(name for name, here in zip(self.classes, label, strict=True) if here)
            return self.classes[int(label)]
        return ", ".join(f"{v:.3g}" for v in label) if isinstance(label, list) else f"{label:.3g}"

    def summary(self) -> str:
        """What there is, as a table in plain text: counts by part and class, size, split, skipped files, licence."""
        return table.summary(self)

    def fingerprint(self) -> str:
        """SHA-256 in hex over contents, labels, classes, split and which items are labelled.

        Of data that stay on disk it takes names and file sizes instead of contents.
        """
        if self._fingerprint is None:
            made = () if self.to_picture is None else (self.to_picture,)
            digest = hashlib.sha256(repr((self.shape, self.classes, *made)).encode())
            for part in (self.train, self.valid, self.labelled):
                if part is not None:
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
            "split": self.facts.split,
            "labelled": None if self.labelled is None else len(self.labelled),
            "licence": self.facts.licence,
            "skipped": len(self.facts.skipped),
            "in_memory": isinstance(self.train.x, Tensor),
            "batch_transforms": [repr(t) for t in (*self.raw_transforms, *self.batch_transforms)],
            "augment": as_json(self.batch_transforms),
            "several": self.several,
            "reading": reading_state(self.reading),
            "fingerprint": self.fingerprint(),
            **self.facts.extra,
        }

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """The door and its arguments as plain values, or None where only the program can make these data again."""
        return self.facts.rebuild
