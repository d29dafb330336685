"""Text as a language model sees it: windows of a continuous stream, each with the same text one token further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from makebelieve.data.batch import Batch
from makebelieve.data.counter import mix
from makebelieve.data.order import Order
from makebelieve.data.part import PartName
from makebelieve.errors import DataError, OptionError

if TYPE_CHECKING:
    from makebelieve.data.text_data import TextData
    from makebelieve.data.text_part import TextPart

_WINDOWS_A_ROW = 4  # at least, where there are so many: rows get fewer before they get shorter


class Layout(Protocol):
    """Which windows of a text make up which batch."""

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        ...

    def at(self, epoch: int, index: int) -> tuple[Tensor, int]:
        """Batch `index`: where its windows begin, (n,) int64, and how many tokens they have."""
        ...


@dataclass(frozen=True)
class Rows:
    """The text as `rows` contiguous rows side by side; each batch is every row's next window.

    Args:
        targets: tokens that can be predicted, one less than the text has.
        rows: at most.
        window: tokens.
        shuffle: begins each epoch at another offset, below `window`, and drops what doesn't fill a window; else every
            target comes exactly once: after the full windows a shorter one, then what is left goes on in the last row.
        seed: of the offsets.
    """

    targets: int
    rows: int
    window: int
    shuffle: bool
    seed: int

    @property
    def offsets(self) -> int:
        """How many offsets there are to draw from."""
        return min(self.window, self.targets - self.rows * self.window + 1) if self.shuffle else 1

    @property
    def row(self) -> int:
        """Targets of a row."""
        return (self.targets - self.offsets + 1) // self.rows

    @property
    def steps(self) -> int:
        if self.shuffle:
            return self.row // self.window
        return -(-self.row // self.window) + -(-(self.targets - self.rows * self.row) // self.window)

    def at(self, epoch: int, index: int) -> tuple[Tensor, int]:
        offset = mix(self.seed, epoch, 2) % self.offsets
        in_rows = -(-self.row // self.window)
        if index < in_rows:
            starts = torch.arange(self.rows) * self.row + (offset + index * self.window)
            return starts, min(self.window, self.row - index * self.window)
        start = self.rows * self.row + (index - in_rows) * self.window
        return torch.tensor([start]), min(self.window, self.targets - start)


@dataclass(frozen=True)
class Windows:
    """The text as windows on their own: shuffled, from another offset each epoch; or one after the other.

    Args:
        order: of the full windows.
        targets: tokens that can be predicted.
        window: tokens.
        offsets: how many offsets there are to draw from.
    """

    order: Order
    targets: int
    window: int
    offsets: int

    @property
    def steps(self) -> int:
        whole = self.order.shuffle or self.targets % self.window == 0
        return self.order.steps + (0 if whole else 1)

    def at(self, epoch: int, index: int) -> tuple[Tensor, int]:
        if index == self.order.steps:  # the shorter window at the end
            start = self.targets - self.targets % self.window
            return torch.tensor([start]), self.targets - start
        first = index * self.order.size
        chosen = _drawn(self.order, epoch)[first : first + self.order.size]
        return chosen * self.window + mix(self.order.seed, epoch, 2) % self.offsets, self.window


@lru_cache(maxsize=2)
def _drawn(order: Order, epoch: int) -> Tensor:
    """An epoch's order, which every batch of it needs."""
    return order.epoch(epoch)


class WindowBatches:
    """An endless stream of windows: x (n, w) int64, y (n, w) int64, which is x one token further.

    `items` (n,) int64 says where in the part's `ids` each window begins, so a window goes on where another ended if
    it begins there. Process `rank` of `world` always has the same rows of what all have together.

    Args:
        part: the text.
        layout: which windows make up which batch.
        window: tokens of a full one.
        order: says what a saved position belongs to.
        device: where batches are wanted.
    """

    def __init__(self, part: TextPart, layout: Layout, window: int, order: Order, device: torch.device) -> None:
        self._part, self._layout, self._window, self._order = part, layout, window, order
        self._device = device
        self.steps_per_epoch = layout.steps
        self._epoch, self._index = 0, 0

    def __iter__(self) -> WindowBatches:
        return self

    def __next__(self) -> Batch:
        starts, width = self._layout.at(self._epoch, self._index)
        total, order = len(starts), self._order
        items = starts[order.rank * total // order.world : (order.rank + 1) * total // order.world].to(self._device)
        self._index += 1
        if self._index == self.steps_per_epoch:
            self._epoch, self._index = self._epoch + 1, 0
        ids = self._part.on(self._device)[0]
        both = ids.unfold(0, width + 1, 1).index_select(0, items).long()
        return Batch(both[:, :-1], both[:, 1:], items, total, each=width)

    def state(self) -> dict[str, Any]:
        """Where the stream is: the next batch, by epoch and index, and what the order depends on."""
        order = self._order
        return {
            "epoch": self._epoch, "index": self._index, "seed": order.seed, "size": order.size, "count": order.count,
            "window": self._window,
        }  # fmt: skip

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on at the batch that `state` names.

        Raises:
            DataError: the state is of another part, seed, batch size or window.
        """
        if state["window"] != self._window:
            raise DataError("data.other_order", name="window", saved=state["window"], here=self._window)
        self._epoch, self._index = self._order.position(state)


class TextStreams:
    """Text data in windows, every position of which is to predict the token after it.

    Args:
        data: the texts; documents follow one another, each closed by ``<end>``.
        window: tokens a window.
        carry: windows follow one another row by row, so that a recurrent network's state can be carried over (truncated
            backpropagation); else they stand on their own, in random order where they are for training.

    Raises:
        OptionError: `window` is no whole number of at least 1.
        DataError: the training part has no whole window.
    """

    classes: list[str] | None = None
    several = False
    labelled = None
    batch_transforms = ()

    def __init__(self, data: TextData, window: int, *, carry: bool = True) -> None:
        if isinstance(window, bool) or not isinstance(window, int) or window < 1:
            raise OptionError("text.window", window=window)
        self.data, self.window, self.carry = data, window, carry
        self.train, self.valid = data.train, data.valid
        self.tokens, self.facts, self.reading = data.tokens, data.facts, data.reading
        self.shape: tuple[int, ...] = (window,)
        self._check(self.train, "train")

    def __repr__(self) -> str:
        return f"TextStreams({self.data!r}, window {self.window}{', carried' if self.carry else ''})"

    def part(self, part: PartName) -> TextPart:
        """`train` or `valid`.

        Raises:
            OptionError: any other word.
        """
        return self.data.part(part)

    def count(self, part: PartName) -> int:
        """Tokens of a part that are predicted: all but its first."""
        return max(0, len(self.part(part).ids) - 1)

    def batches(
        self,
        part: PartName,
        size: int,
        *,
        device: torch.device | str = "cpu",
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        memory_format: torch.memory_format | None = None,  # noqa: ARG002 - of pictures
        shuffle: bool | None = None,
    ) -> WindowBatches:
        """An endless stream of batches of `size` windows over all processes together; see `WindowBatches`.

        Args:
            part: of ``"train"`` each epoch begins at a random offset; of ``"valid"`` every token but the first is
                predicted exactly once, and the last windows may be shorter.
            size: windows in a global batch, fewer where the part is small: a row is to have four windows or more.
            device: where batches are wanted. Data move there at first use, once.
            seed: of the offsets, and of the order of windows on their own.
            rank: which process this is; it gets a contiguous share of the rows, always the same.
            world: how many there are.
            memory_format: no matter.
            shuffle: whether it is drawn anew each epoch; None means of the training part only.

        Raises:
            OptionError: size, rank or world is out of range, or a process would get no row to train on.
            DataError: the part is empty, or has no whole window to train on.
        """
        chosen = self.part(part)
        shuffled = part == "train" if shuffle is None else shuffle
        targets, window = self.count(part), self.window
        told = Order(targets, size, shuffled, seed, rank, world)
        if shuffled:
            self._check(chosen, part)
        layout: Layout
        if self.carry:
            rows = max(1, min(size, targets // (_WINDOWS_A_ROW * window)))
            layout = Rows(targets, rows, window, shuffled, seed)
            if shuffled and rows < world:
                raise OptionError("data.batch_small", size=rows, world=world)
        else:
            offsets = min(window, targets - window + 1) if shuffled else 1
            whole = (targets - offsets + 1) // window
            if not whole:  # unshuffled and shorter than a window
                layout = Rows(targets, 1, window, False, seed)
            else:
                layout = Windows(Order(whole, size, shuffled, seed, rank, world), targets, window, offsets)
        return WindowBatches(chosen, layout, window, told, torch.device(device))

    def as_validation(self, part: PartName) -> TextStreams:
        """The same data with this part for validation."""
        return TextStreams(self.data.as_validation(part), self.window, carry=self.carry)

    def fingerprint(self) -> str:
        """SHA-256 in hex of the text data: the windows are told by `describe`."""
        return self.data.fingerprint()

    def describe(self) -> dict[str, Any]:
        """Facts as plain values for `config.json` and the report."""
        return {**self.data.describe(), "window": self.window, "carry": self.carry}

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """The door of the text data and its arguments; `streams` makes the windows again."""
        return self.data.how_to_rebuild()

    def summary(self) -> str:
        """What there is, as a table in plain text."""
        return self.data.summary()

    def _check(self, part: TextPart, name: str) -> None:
        if len(part.ids) < self.window + 1:
            raise DataError("text.short", part=name, n=len(part.ids), window=self.window, needed=self.window + 1)
