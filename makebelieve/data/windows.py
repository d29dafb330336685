"""`SeriesWindows`: series cut into what is known and what comes next, lazily, out of one tensor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.batch import Batch
from makebelieve.data.data import Facts
from makebelieve.data.history import Gaps, History
from makebelieve.data.order import Order
from makebelieve.data.part import PartName
from makebelieve.data.times import Cycle, Floats, calendar, shown
from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say


@dataclass(frozen=True)
class Layout:
    """What the columns of a window are, and how long it is.

    Attributes:
        targets: columns that are forecast.
        inputs: further columns, known of the past only.
        cycles: of the calendar; each has two channels, known of the future as well.
        past: rows that are known.
        ahead: rows that are forecast.
        time: column of times, or None.
        by: column that names the series, or None.
        gaps: what was done about missing rows.
    """

    targets: tuple[str, ...]
    inputs: tuple[str, ...]
    cycles: tuple[Cycle, ...]
    past: int
    ahead: int
    time: str | None
    by: str | None
    gaps: Gaps

    @property
    def variables(self) -> int:
        """Channels that are known of the past only: the targets first."""
        return len(self.targets) + len(self.inputs)

    @property
    def channels(self) -> int:
        return self.variables + 2 * len(self.cycles)

    def state(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "targets": [*self.targets], "inputs": [*self.inputs], "cycles": [*self.cycles]}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Layout:
        """The layout that `state` gave."""
        lists = {name: tuple(state[name]) for name in ("targets", "inputs", "cycles")}
        return cls(**{**state, **lists})


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of each variable: (variables,) float64."""

    mean: Floats
    deviation: Floats

    @classmethod
    def of(cls, values: Floats) -> Scale:
        """Of rows (n, variables); a variable that never changes has deviation 1."""
        deviation = values.std(0)
        return cls(values.mean(0), np.where(deviation > 1e-12 * np.abs(values).max(0, initial=1), deviation, 1.0))

    def state(self) -> dict[str, list[float]]:
        """Plain values for JSON."""
        return {"mean": self.mean.tolist(), "deviation": self.deviation.tolist()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Scale:
        """The scale that `state` gave."""
        return cls(np.array(state["mean"]), np.array(state["deviation"]))


def rows_of(history: History, scale: Scale, layout: Layout) -> Tensor:
    """(n, channels) float32: scaled variables, then the calendar."""
    values = (history.values - scale.mean) / scale.deviation
    return torch.from_numpy(np.concatenate([values, calendar(history.times, layout.cycles)], 1)).float()


@dataclass(frozen=True)
class WindowPart:
    """A part: ``len(part)``, ``part[i]`` gives (x, y) as a batch has them.

    Attributes:
        rows: (all rows of all series, channels) float32.
        starts: (windows,) int64, the first row of each.
        series: (windows,) int64, which series each is of.
        layout: of a window.
    """

    rows: Tensor
    starts: Tensor
    series: Tensor
    layout: Layout

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        x, y = cut(self.rows, self.starts[[i]], self.layout)
        return x[0], y[0]


def cut(rows: Tensor, starts: Tensor, layout: Layout) -> tuple[Tensor, Tensor]:
    """Windows: x (n, past + ahead, channels), with 0 for what is not known of the rows ahead; y (n, ahead, targets)."""
    channels, length = rows.shape[1], layout.past + layout.ahead
    windows = rows.as_strided((len(rows) - length + 1, length, channels), (channels, channels, 1))
    x = windows[starts]
    y = x[:, layout.past :, : len(layout.targets)].clone()
    x[:, layout.past :, : layout.variables] = 0
    return x, y


class WindowBatches:
    """An endless stream of batches of windows, cut out of rows on the training device."""

    def __init__(self, rows: Tensor, starts: Tensor, layout: Layout, order: Order) -> None:
        self._rows, self._starts, self._layout, self._order = rows, starts, layout, order
        self.steps_per_epoch = order.steps
        self._epoch = self._index = 0
        self._items: Tensor | None = None

    def __iter__(self) -> WindowBatches:
        return self

    def __next__(self) -> Batch:
        if self._index >= self.steps_per_epoch:
            self._epoch, self._index, self._items = self._epoch + 1, 0, None
        if self._items is None:
            self._items = self._order.epoch(self._epoch).to(self._rows.device)
        start, stop, total = self._order.share(self._index)
        self._index += 1
        items = self._items[start:stop]
        x, y = cut(self._rows, self._starts[items], self._layout)
        return Batch(x, y, items, total)

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


class SeriesWindows:
    """Series that go on: windows of `past` rows and the `ahead` rows after them, split by time.

    The last share of the time is for validation. A training window lies before it whole; a validation window has its
    rows ahead in it, while its past may reach back. Scales are those of the training rows alone.

    Args:
        histories: the series.
        layout: of a window.
        facts: where they came from.
        valid: share of the time, in [0, 1).

    Attributes:
        train: windows to learn from.
        valid: windows to judge by, maybe none.
        cuts: for each series, the number of its rows before the time of validation.
        scales: for each series.
        shape: of one x: (past + ahead, channels).

    Raises:
        DataError: there are too few rows, or a target is constant.
    """

    classes: list[str] | None = None

    def __init__(self, histories: Sequence[History], layout: Layout, facts: Facts, valid: float) -> None:
        self.histories, self.layout, self.facts, self.share = tuple(histories), layout, facts, valid
        self.shape: tuple[int, ...] = (layout.past + layout.ahead, layout.channels)
        self.cuts = _cuts(self.histories, 1 - valid)
        for history, before in zip(self.histories, self.cuts, strict=True):
            _check(history, before, layout)
        pairs = list(zip(self.histories, self.cuts, strict=True))
        self.scales = tuple(Scale.of(history.values[:before]) for history, before in pairs)
        rows = torch.cat([rows_of(h, scale, layout) for h, scale in zip(self.histories, self.scales, strict=True)])
        self.offsets = np.cumsum([0, *map(len, self.histories)])  # the first row of each series, and the end
        self.train, self.valid = (self._part(rows, name) for name in ("train", "valid"))
        if not len(self.train):
            raise DataError("forecast.no_windows", past=layout.past, ahead=layout.ahead)
        self._on: dict[str, tuple[Tensor, Tensor, Tensor]] = {}
        self._fingerprint: str | None = None

    def _part(self, rows: Tensor, name: str) -> WindowPart:
        """Windows of a part, without those that are to foretell, or end in, a row that was filled.

        What fills the last row known is a line to one that comes later.
        """
        starts, series = [], []
        for i, (history, rows_before) in enumerate(zip(self.histories, self.cuts, strict=True)):
            past, length = self.layout.past, self.layout.past + self.layout.ahead
            first = 0 if name == "train" else max(rows_before - past, 0)
            last = (rows_before if name == "train" else len(history)) - length
            here = np.arange(first, last + 1)
            made_up = np.concatenate([[0], np.cumsum(history.filled)])
            here = here[made_up[here + length] == made_up[here + past - 1]]
            starts.append(here + self.offsets[i])
            series.append(np.full(len(here), i))
        joined = [torch.from_numpy(np.concatenate(some).astype(np.int64)) for some in (starts, series)]
        return WindowPart(rows, joined[0], joined[1], self.layout)

    def __repr__(self) -> str:
        layout = self.layout
        return (
            f"SeriesWindows({self.facts.name}: {len(self.train):,} train, {len(self.valid):,} valid, "
            f"{layout.past} past, {layout.ahead} ahead, of {len(self.histories):,} series)"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the series; ("",) where there is only one."""
        return tuple(history.name for history in self.histories)

    def part(self, part: PartName) -> WindowPart:
        """`train` or `valid`.

        Raises:
            OptionError: any other word.
        """
        if part not in ("train", "valid"):
            raise OptionError("data.part", part=part)
        return self.train if part == "train" else self.valid

    def count(self, part: PartName) -> int:
        """Number of windows of a part."""
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
        memory_format: torch.memory_format | None = None,  # noqa: ARG002 - windows are no pictures
        shuffle: bool | None = None,
    ) -> WindowBatches:
        """An endless stream of batches of `size` windows over all processes together; arguments as for `Data.batches`.

        Raises:
            OptionError: size, rank or world is out of range.
            DataError: the part is empty.
        """
        shuffled = part == "train" if shuffle is None else shuffle
        order = Order(self.count(part), size, shuffled, seed, rank, world)
        place = str(device)
        if place not in self._on:
            some = (self.train.rows, self.train.starts, self.valid.starts)
            self._on[place] = tuple(tensor.to(device) for tensor in some)  # type: ignore[assignment]
        rows, *starts = self._on[place]
        return WindowBatches(rows, starts[0 if part == "train" else 1], self.layout, order)

    def until(self, share: float, valid: float) -> SeriesWindows:
        """The first `share` of the time, of which the last `valid` is for validation: a fold of a backtest.

        Series that have not begun by then are left out.
        """
        ends = _cuts(self.histories, share)
        told = [history.until(end) for history, end in zip(self.histories, ends, strict=True)]
        cuts = _cuts(told, 1 - valid)
        whole = self.layout.past + self.layout.ahead
        kept = [history for history, rows in zip(told, cuts, strict=True) if rows >= whole]
        return SeriesWindows(kept or told, self.layout, replace(self.facts, rebuild=None), valid)

    def fingerprint(self) -> str:
        """SHA-256 in hex over values, times, layout and split."""
        if self._fingerprint is None:
            digest = hashlib.sha256(repr((self.layout, self.cuts, self.names)).encode())
            for history in self.histories:
                digest.update(np.ascontiguousarray(history.values).data)
                digest.update(np.ascontiguousarray(history.times).view(np.uint8).data)
                digest.update(np.ascontiguousarray(history.filled).view(np.uint8).data)
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def describe(self) -> dict[str, Any]:
        """Facts as plain values for `config.json` and the report."""
        alone = self.scales[0].state() if len(self.scales) == 1 else None
        return {
            "name": self.facts.name,
            "shape": list(self.shape),
            "classes": None,
            "count": {"train": len(self.train), "valid": len(self.valid)},
            "split": self.facts.split,
            "series": len(self.histories),
            "rows": int(self.offsets[-1]),
            "layout": self.layout.state(),
            "scale": alone,
            "reading": None,
            "fingerprint": self.fingerprint(),
            **self.facts.extra,
        }

    def how_to_rebuild(self) -> dict[str, Any] | None:
        """The door and its arguments as plain values, or None where only the program can make these data again."""
        return self.facts.rebuild

    def summary(self) -> str:
        """What there is, in plain text: columns, rows, times, windows of each part."""
        layout, longest = self.layout, max(self.histories, key=len)
        rows = [
            ("forecast.row_targets", ", ".join(layout.targets)),
            ("forecast.row_inputs", ", ".join(layout.inputs) or say("data.none")),
            ("forecast.row_calendar", ", ".join(layout.cycles) or say("data.none")),
            ("forecast.row_series", f"{len(self.histories):,}"),
            ("forecast.row_rows", f"{int(self.offsets[-1]):,}"),
            ("forecast.row_times", f"{shown(longest.times[0])} – {shown(longest.times[-1])}"),
            ("forecast.row_filled", f"{sum(int(h.filled.sum()) for h in self.histories):,}"),
            ("forecast.row_window", say("forecast.window", past=layout.past, ahead=layout.ahead)),
            ("forecast.row_train", f"{len(self.train):,}"),
            ("forecast.row_valid", f"{len(self.valid):,}"),
        ]
        return "\n".join(f"{say(key)}: {value}" for key, value in rows)


def _cuts(histories: Sequence[History], share: float) -> tuple[int, ...]:
    """For each series the number of its rows in the first `share` of all times."""
    times = np.unique(np.concatenate([history.times for history in histories]))
    place = round(share * len(times))
    if place >= len(times):
        return tuple(len(history) for history in histories)
    return tuple(int(np.searchsorted(history.times, times[place])) for history in histories)


def _check(history: History, rows: int, layout: Layout) -> None:
    """Enough rows to learn from, and targets that change."""
    where, needed = say("forecast.of_series", name=history.name) if history.name else "", layout.past + layout.ahead
    if rows < needed:
        told = {"past": layout.past, "ahead": layout.ahead, "needed": needed}
        raise DataError("forecast.too_few", where=where, rows=len(history), train=rows, **told)
    for i, name in enumerate(layout.targets):
        values = history.values[:rows, i]
        if values.max() == values.min():
            raise DataError("forecast.constant", where=where, column=name, value=f"{values[0]:g}", n=rows)
