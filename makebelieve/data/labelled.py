"""Few labels: which training items keep theirs, and the second stream that brings those beside every batch."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.batch import Batch
from makebelieve.data.counter import mix
from makebelieve.data.memory import MemoryBatches
from makebelieve.data.part import Part
from makebelieve.data.stream import StreamBatches
from makebelieve.errors import DataError, OptionError

Labelled = int | Sequence[int] | Tensor | np.ndarray[Any, Any]


@dataclass(frozen=True)
class FewLabels:
    """Which training items keep their labels; see `few_labels`.

    Args:
        asked: how many, or their places in the training part.
        seed: of the draw where it is a number.
    """

    asked: int | tuple[int, ...]
    seed: int

    def state(self) -> int | list[int]:
        """For JSON: what `few_labels` takes."""
        return self.asked if isinstance(self.asked, int) else list(self.asked)

    def split(self, train: Part, classes: Sequence[str] | None) -> tuple[Part, Part]:
        """The training part without any label, and the items that keep theirs.

        Raises:
            DataError: there are no classes, or some class keeps no label.
            OptionError: more labels are asked for than there are items, or a place isn't there.
        """
        if train.y is None or classes is None:
            raise DataError("data.labelled_without")
        places = torch.tensor(self._places(train.y.tolist(), classes))
        x = train.x[places] if isinstance(train.x, Tensor) else train.x.at(places.tolist())
        return Part(train.x, None, train.to_picture), Part(x, train.y[places], train.to_picture)

    def _places(self, labels: list[int], classes: Sequence[str]) -> list[int]:
        """Places in the training part, ascending."""
        there = set(labels)
        if isinstance(self.asked, tuple):
            places = sorted(self.asked)
            wrong = [place for place in places if not 0 <= place < len(labels)]
            if wrong:
                raise OptionError("data.labelled_places", wrong=wrong[0], n=len(labels))
            missing = there - {labels[place] for place in places}
            if missing:
                raise DataError("data.labelled_class", name=classes[min(missing)], n=len(places))
            return places
        if self.asked > len(labels):
            raise OptionError("data.labelled_many", asked=self.asked, n=len(labels))
        if self.asked < len(there):
            raise OptionError("data.labelled_few", asked=self.asked, classes=len(there))
        drawn = _in_rounds(labels, self.seed)
        return sorted(next(drawn) for _ in range(self.asked))


def few_labels(labelled: Labelled | None, seed: int) -> FewLabels | None:
    """What the doors' `labelled=` means; None for None.

    Args:
        labelled: how many training items keep their labels, drawn balanced over the classes; or their places.
        seed: of that draw.

    Raises:
        OptionError: it is neither, or names a place twice.
    """
    if labelled is None:
        return None
    given = labelled.tolist() if isinstance(labelled, Tensor | np.ndarray | np.generic) else labelled
    places = [given] if isinstance(given, int) else list(given) if isinstance(given, Sequence) else []
    if not places or not all(hasattr(one, "__index__") and not isinstance(one, bool) for one in places):
        raise OptionError("data.labelled", given=repr(labelled)[:80])
    if isinstance(given, int):
        if given < 1:
            raise OptionError("data.labelled", given=given)
        return FewLabels(given, seed)
    twice = next((one for one in places if places.count(one) > 1), None) if len(set(places)) < len(places) else None
    if twice is not None:
        raise OptionError("data.labelled_twice", place=twice)
    return FewLabels(tuple(map(operator.index, places)), seed)


def _in_rounds(labels: Sequence[int], seed: int) -> Iterator[int]:
    """Places in a random order that takes one of each class in turn, as long as a class has any."""
    generator = torch.Generator().manual_seed(mix(seed, 1))
    waiting: dict[int, list[int]] = {}
    for place in torch.randperm(len(labels), generator=generator).tolist():
        waiting.setdefault(labels[place], []).append(place)
    while waiting:
        for label in list(waiting):
            yield waiting[label].pop()
            if not waiting[label]:
                del waiting[label]


class LabelledBatches:
    """The training stream with the labelled items' own endless stream beside it, as `batch.labelled`.

    Args:
        every: batches of all training items, without labels.
        few: batches of the labelled items; as many as `every` has in one, or all of them where they are fewer.
    """

    def __init__(self, every: MemoryBatches | StreamBatches, few: MemoryBatches | StreamBatches) -> None:
        self._every, self._few = every, few
        self.steps_per_epoch = every.steps_per_epoch

    def __iter__(self) -> LabelledBatches:
        return self

    def __next__(self) -> Batch:
        batch = next(self._every)
        batch.labelled = next(self._few)
        return batch

    def state(self) -> dict[str, Any]:
        """Where both streams are: that of all items, and under "labelled" that of the few."""
        return {**self._every.state(), "labelled": self._few.state()}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batches that `state` names.

        Raises:
            DataError: the state is of other data, seed or batch size.
        """
        if "labelled" not in state:
            raise DataError("data.other_order", name="labelled", saved=None, here=self._few.state()["count"])
        self._few.load_state(state["labelled"])
        self._every.load_state(state)
