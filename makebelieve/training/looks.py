"""Looks: now and then the checks measure figures of their own, in a way that training does not feel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from makebelieve.training.protocols import Batch, Part
from makebelieve.training.randomness import derive

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

EVERY = 500  # steps; a look should cost no more than five of them
EARLY = (50, 5, 2)  # the first looks come at EVERY over these: to know how it began, and to warn soon


class Looks:
    """When to look, and the items to look at, which stay the same throughout a run.

    Attributes:
        every: steps between two looks; the first ones come earlier. They depend on the step alone, so that a resumed
            run looks when an unbroken one does.
    """

    def __init__(self, learn: Learner, every: int = EVERY) -> None:
        self.every = every
        self._learn = learn
        self._batches: dict[tuple[Part, int], Batch] = {}
        self._items: dict[tuple[Part, int], tuple[Tensor, Tensor | None]] = {}

    def after(self, step: int) -> int:
        """The step of the next look."""
        early = [self.every // share for share in EARLY if self.every // share > step]
        return min(early, default=(step // self.every + 1) * self.every)

    @property
    def part(self) -> Part:
        """Validation items, or training items where there are none."""
        return "valid" if self._learn.data is not None and self._learn.data.count("valid") else "train"

    def batch(self, part: Part | None = None) -> Batch:
        """One batch as the recipe gets it, whole in each process."""
        part = part or self.part
        key = part, self._learn.batch_size
        if key not in self._batches:
            self._batches[key] = next(self._learn.batches_of(part, alone=True))
        return self._batches[key]

    def items(self, n: int, part: Part | None = None) -> tuple[Tensor, Tensor | None]:
        """Up to n items of a part, drawn once and kept: x (n, …) on the device and y (n, …) or None."""
        part = part or self.part
        if (part, n) not in self._items:
            xs, ys = zip(*self.each(n, part), strict=True)
            self._items[part, n] = torch.cat(xs), torch.cat(ys) if ys[0] is not None else None
        return self._items[part, n]

    def each(self, n: int, part: Part | None = None) -> Iterator[tuple[Tensor, Tensor | None]]:
        """The same items batch by batch, not kept: for many that need not be there all at once.

        Training items come as they are in training: augmented, where the data say so.
        """
        part = part or self.part
        data, size = self._learn.data, self._learn.batch_size
        there = data.count(part) if data is not None else 0
        left = min(n, there)
        # an order drawn anew leaves out the last, incomplete batch
        stream = self._learn.batches_of(part, shuffle=n <= there // size * size, alone=True)
        while left > 0:
            batch = next(stream)
            yield batch.x[:left], None if batch.y is None else batch.y[:left]
            left -= len(batch)

    def forget(self) -> None:
        """Draws the items anew when they are wanted next: the data give them in another form now."""
        self._batches.clear()
        self._items.clear()

    def measure(self) -> dict[str, float]:
        """The figures of all checks, by name; those of the first process hold for all."""
        learn, figures = self._learn, dict[str, float]()
        with learn.randomness.aside(self.seed("look")):
            for check in learn.watch.checks:
                if check.kind == "health":
                    figures.update(check.measure(learn))
        return learn.world.tell(figures, learn.device)

    def seed(self, *names: Any) -> int:
        """A seed for one purpose of a check, the same at every look."""
        return derive(self._learn.settings.seed, "health", *names)
