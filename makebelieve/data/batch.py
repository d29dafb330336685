"""One batch: what a recipe gets."""

from __future__ import annotations

from torch import Tensor


class Batch:
    """This process's share of one global batch, on the training device.

    Attributes:
        x: (n, c, h, w) float32 in [0, 1] for pictures, (n, ...) float32 otherwise.
        y: (n,) int64 class indices, (n,) or (n, k) float32 targets, or None.
        items: (n,) int64, places in the part (`data.train` or `data.valid`) these were taken from.
        total: size of the global batch over all processes.
        labelled: a second stream's batch where few items have labels, else None.
        each: what an item weighs in a mean over batches: 1, or of a window of text its tokens.
    """

    __slots__ = ("each", "items", "labelled", "total", "x", "y")

    def __init__(
        self, x: Tensor, y: Tensor | None, items: Tensor, total: int, labelled: Batch | None = None, each: int = 1
    ) -> None:
        self.x = x
        self.y = y
        self.items = items
        self.total = total
        self.labelled = labelled
        self.each = each

    def __len__(self) -> int:
        return self.x.size(0)

    def chunk(self, k: int) -> list[Batch]:
        """The same items as k smaller batches in order (fewer where there are fewer than k items); `total` stays."""
        if k == 1:
            return [self]
        xs, items = self.x.tensor_split(k), self.items.tensor_split(k)
        ys = [None] * k if self.y is None else self.y.tensor_split(k)
        few = [None] * k if self.labelled is None else _padded(self.labelled.chunk(k), k)
        parts = zip(xs, ys, items, few, strict=True)
        return [Batch(x, y, i, self.total, labelled, self.each) for x, y, i, labelled in parts if len(x)]


def _padded(batches: list[Batch], k: int) -> list[Batch | None]:
    return [*batches, *[None] * (k - len(batches))]
