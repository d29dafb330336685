"""`mb.images`: pictures from a known set, a folder, a list, arrays, a data frame or a torch Dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset

from makebelieve.data.augment import BatchTransform, as_json, from_json
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.decode import (
    Item,
    PictureFile,
    PictureRows,
    Size,
    check_channels,
    check_size,
    fit_tensor,
    label_of,
    pixels,
    probe,
)  # fmt: skip
from makebelieve.data.files import SUFFIXES
from makebelieve.data.files import labelled as with_labels
from makebelieve.data.known import KNOWN, known_set
from makebelieve.data.labelled import Labelled, few_labels
from makebelieve.data.labels import Labels, class_name, only_classes, plain
from makebelieve.data.load import UNREADABLE, Memory, as_tensor, in_threads
from makebelieve.data.reading import PictureReading
from makebelieve.data.sources import find_files, is_files
from makebelieve.data.split import Valid, choose
from makebelieve.data.split import as_json as as_places
from makebelieve.errors import DataError, OptionError

Read = Callable[[Size | None, int], Callable[[Item], Any]]


@dataclass
class _Found:
    """What a source turned out to be."""

    name: str
    items: list[Item]
    read: Read  # (size, channels) -> x of the block
    channels: int | None = None  # None: look at the files
    licence: str | None = None
    order: Sequence[str] = ()  # of the classes
    # Arguments of `images` that make these items again; source None asks for items and labels as resolved.
    again: dict[str, Any] | None = field(default_factory=dict)


def images(
    source: Any,
    *,
    size: int | Sequence[int] | None = None,
    channels: int | None = None,
    classes: Sequence[Any] | None = None,
    labels: Labels = "auto",
    valid: Valid = None,
    seed: int = 42,
    labelled: Labelled | None = None,
    augment: Sequence[BatchTransform | Mapping[str, Any]] = (),
    memory: Memory = "auto",
    workers: int | None = None,
    max_broken: float = 0.1,
) -> Data:
    """Pictures, ready to learn from: x is (c, h, w), in [0, 1] once drawn as a batch.

    Args:
        source: a known name (``"digits"``, ``"mnist-5k"``, ``"mnist"``, ``"fashion-mnist"``, ``"cifar10"``,
            ``"cifar10-jpeg"``, ``"oxford-pets"``); a folder, searched through all its folders; a list of paths; an
            array or tensor (n, h, w), (n, h, w, c) or (n, c, h, w) of uint8, or of floats in [0, 1]; a torch `Dataset`
            of (picture, label); or a data frame with a column of paths.
        size: pixels a side, or (height, width): pictures are scaled in proportion, antialiased, then cut to their
            centre. Without it all must have one size already.
        channels: 1 for grey, 3 for colour; without it, colour where any picture has it.
        classes: keep these only, such as ``["frog"]`` or ``[3, 7]``.
        labels: ``"auto"`` (the set's own; for a folder the names of its folders if there are two or more),
            ``"folder"``, a function of the path, a regular expression with one group searched for in the path, the
            name of a data frame's column, a sequence with a label an item, or None. Text and whole numbers are
            classes, a list of text is several classes at once, floats are targets.
        valid: share held back for validation, in [0, 1); or places of the items to hold back; or a function of the
            path, or a regular expression searched for in it, that picks the files to hold back; or None: the set's own
            test part (or a folder's ``train`` and ``valid`` or ``test``) where it has one, else 0.2. A share is drawn
            from the training part.
        seed: of that draw, and of that of `labelled`.
        labelled: hides the labels of all training items but so many, drawn alike from all classes; or but those at
            these places in the training part. Then `data.labelled` holds these items, and every batch of training
            items, which has no `y`, brings some of them as `batch.labelled`.
        augment: transforms of training batches, such as ``[random_flip(), random_crop(4)]``.
        memory: keep all in memory as one tensor, or leave on disk and read in worker processes; "auto": up to 1 GiB.
        workers: processes that read what stays on disk; None is one a core, at most 8.
        max_broken: share of files that may be unreadable; they are skipped, named in a warning and counted.

    Raises:
        OptionError: an option has a value that can't be used, or the name is unknown.
        DataError: the source is missing, empty or unfit; too many files are broken; sizes differ without `size`.
        DownloadError: a known set can't be fetched.
        MissingExtraError: the package that carries a known set isn't installed.
    """
    given = check_size(size), check_channels(channels)
    few = few_labels(labelled, seed)
    transforms = [from_json(transform) for transform in augment]
    found = _find(source, labels)
    if classes is not None:
        places = only_classes([item.label for item in found.items], classes, found.order)
        found.items = [found.items[i] for i in places]
        found.order = [name for name in found.order if name in {class_name(i.label) for i in found.items}]
    own = any(item.part == "valid" for item in found.items)
    if own and isinstance(valid, (int, float)):
        found.items = [item for item in found.items if item.part != "valid"]
    size_, channels_ = _shape(found, *given)
    split = choose(valid, seed, own)
    has_labels = any(item.label is not None for item in found.items)
    block = DataBlock(
        items=list, x=found.read(size_, channels_), y=label_of if has_labels else None, split=split,
        batch_transforms=transforms,
    )  # fmt: skip
    rebuild = None
    told = as_json(transforms)
    if found.again is not None and told is not None:
        arguments: dict[str, Any] = {"size": size_ and list(size_), "channels": channels_, "valid": as_places(valid)}
        arguments |= {"seed": seed, "augment": told, "memory": memory, "max_broken": max_broken}
        if few is not None:
            arguments["labelled"] = few.state()
        if classes is not None and found.again.get("source", "") is not None:
            arguments["classes"] = [c if isinstance(c, (str, int)) else str(c) for c in classes]
        rebuild = {"door": "images", "arguments": {**arguments, **found.again}}
    facts = Facts(found.name, licence=found.licence, rebuild=rebuild, extra={"kind": "pictures"})
    return block.assemble(
        found.items, facts, memory=memory, workers=workers, max_broken=max_broken, order=found.order, few=few,
        reading=lambda shape: PictureReading((shape[1], shape[2]), shape[0]),
    )  # fmt: skip


def _find(source: Any, labels: Labels) -> _Found:
    """Recognise the kind of source and list its items with their labels."""
    if isinstance(source, Mapping):
        raise OptionError("data.source_kind", kind=type(source).__name__)
    if isinstance(source, str) and (source in KNOWN or not _looks_like_path(source)):
        return _find_known(source, labels)
    if isinstance(source, Dataset):
        return _find_dataset(source, labels)
    if isinstance(source, (Tensor, np.ndarray)):
        x = pixels(source)
        items = with_labels([Item(i) for i in range(len(x))], labels)
        shape = " × ".join(map(str, source.shape))
        return _Found(f"arrays {shape}", items, _rows(x), int(x.shape[1]), again=None)
    if is_files(source):
        files = find_files(source, labels, SUFFIXES, "images")
        return _Found(files.name, files.items, PictureFile, again=files.again)
    raise OptionError("data.source_kind", kind=type(source).__name__)


def _looks_like_path(text: str) -> bool:
    return Path(text).expanduser().exists() or any(mark in text for mark in ("/", "\\", "~", "."))


def _rows(x: Tensor) -> Read:
    return lambda size, channels: PictureRows(x, size, channels)


def _find_known(name: str, labels: Labels) -> _Found:
    known = known_set(name)
    items = known.items
    again: dict[str, Any] | None = {"source": name}
    if labels != "auto":
        again = {"source": name, "labels": None} if labels is None else None
        if again is None and all(isinstance(item.where, str) for item in items):
            again = {"source": None}
        items = with_labels(items, labels)
    return _Found(name, items, known.read, known.channels, known.licence, known.classes, again)


@dataclass(frozen=True)
class _DatasetPicture:
    """x of a block: the picture of a torch Dataset's row."""

    dataset: Dataset[Any]
    size: Size | None
    channels: int

    def __call__(self, item: Item) -> Tensor:
        return fit_tensor(_picture_of(self.dataset[int(item.where)]), self.size, self.channels)[0]


def _picture_of(row: Any) -> Tensor:
    """(1, c, h, w) out of what a Dataset gives: a picture, or (picture, label)."""
    tensor = as_tensor(row[0] if isinstance(row, (tuple, list)) else row)
    if tensor.ndim == 2:
        tensor = tensor.unsqueeze(0)
    return pixels(tensor.unsqueeze(0))


def _find_dataset(dataset: Dataset[Any], labels: Labels) -> _Found:
    if not hasattr(dataset, "__len__") or not len(dataset):
        raise DataError("data.dataset_length", kind=type(dataset).__name__)
    rows: list[Item] = [Item(i) for i in range(len(dataset))]
    if labels == "auto":
        targets = getattr(dataset, "targets", None)
        if targets is None and isinstance(dataset[0], (tuple, list)) and len(dataset[0]) > 1:
            targets = [_plain_label(dataset[i][1]) for i in range(len(rows))]
        items = with_labels(rows, None if targets is None else plain(targets))
    else:
        items = with_labels(rows, labels)
    names = getattr(dataset, "classes", None)
    if names is not None and all(isinstance(item.label, int) and item.label < len(names) for item in items):
        items = [item._replace(label=class_name(names[item.label])) for item in items]
    channels = int(_picture_of(dataset[0]).shape[1])
    read = lambda size, channels: _DatasetPicture(dataset, size, channels)  # noqa: E731
    return _Found(type(dataset).__name__, items, read, channels, again=None)


def _plain_label(label: Any) -> Any:
    return label.tolist() if hasattr(label, "tolist") else label


def _shape(found: _Found, size: Size | None, channels: int | None) -> tuple[Size | None, int]:
    """Channels where not given, and for files of one size that size, from the files' heads."""
    if channels is not None and (size is not None or found.channels is not None):
        return size, channels
    if found.channels is not None:
        return size, channels or found.channels
    seen: dict[Size, str] = {}
    colour = False

    def head(i: int) -> tuple[Size, bool, bytes] | None:
        try:
            return probe(str(found.items[i].where))
        except UNREADABLE:
            return None  # reading it will tell

    for item, got in zip(found.items, in_threads(head, len(found.items)), strict=True):
        if got is not None:
            seen.setdefault(got[0], str(item.where))
            colour = colour or got[1]
    if size is None and len(seen) > 1:
        (one, first), (two, other) = list(seen.items())[:2]
        raise DataError("data.sizes_differ", first=first, other=other, one=one, two=two)
    return size, channels or (3 if colour else 1)
