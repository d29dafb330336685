"""The forecaster's verbs: what one does with a network that says how series go on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from makebelieve.data.columns import Columns, read_columns
from makebelieve.data.history import History, read_histories
from makebelieve.data.times import Floats, calendar
from makebelieve.data.windows import Layout, Scale, SeriesWindows, WindowPart, cut, rows_of
from makebelieve.errors import DataError, OptionError
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures, Table
from makebelieve.latent.laws import whole
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.pictures import Pictures
from makebelieve.systems.forecaster import exporting
from makebelieve.systems.forecaster.evidence import Errors, Evidence
from makebelieve.systems.forecaster.forecast import Forecast
from makebelieve.systems.forecaster.naive import find_season, naive, naive_error
from makebelieve.systems.forecaster.pictures import Panel, pictures_of
from makebelieve.training import Learner, Recipe
from makebelieve.training.protocols import Data, Part

AT_ONCE = 512
MOST_AHEAD = 100_000
MOST_PICTURES, MOST_FOLDS = 100, 100
EPOCHS, MOST_EPOCHS, STEPS = 10, 100, 400  # of a usual fit: epochs at least and at most, steps that it aims at
DRAWN, LEAST_DRAWN = 4, 24  # rows of the past in a picture: so many times the rows ahead, but so many at least


class Backtest(Table):
    """Figures of each fold of a walk-forward validation and of all together, with what they say. Shows itself.

    Attributes:
        named: `Figures` by name: "fold 1", …, "all".
        verdict: what those of all say.
    """

    @property
    def verdict(self) -> tuple[str, ...]:
        return self.named["all"].verdict

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), "", *self.verdict])


class Forecaster(Exportable, Learner):
    """Says how series go on, in quantiles, and whether that is any better than a forecast without a network.

    Args:
        data: windows of series, or None for a learner that is only used.
        model: the network: x (n, past + ahead, channels) to (n, ahead, targets, quantiles), on scaled values.
        recipe: how it is trained.
        layout: what x is.
        quantiles: that it forecasts, rising, 0.5 among them.
        season: rows after which the series repeat themselves; None finds it in the training rows.
        scale: of the training rows where there is one series; None where there are several.
        refit: makes the same learner with fresh weights for other data, in a folder.
        options: everything else, as for `Learner`.
    """

    usual_fit = "fit_one_cycle"

    def __init__(
        self,
        data: SeriesWindows | None,
        model: nn.Module,
        recipe: Recipe,
        *,
        layout: Layout,
        quantiles: tuple[float, ...],
        season: int | None,
        scale: Scale | None,
        refit: Callable[[SeriesWindows, Path], Forecaster],
        **options: Any,
    ) -> None:
        self.layout, self.quantiles, self._season, self._scale, self._refit = layout, quantiles, season, scale, refit
        super().__init__(data, {"model": model}, recipe, **options)

    @property
    def usual_epochs(self) -> int:
        """How long it is trained where nobody says: 10 epochs, and more where these would be few steps."""
        return min(MOST_EPOCHS, max(EPOCHS, -(-STEPS // self.steps_per_epoch)))

    @property
    def season(self) -> int:
        """Rows after which the series repeat themselves: as given, else as found in the training rows; 1 for none."""
        if self._season is None:
            data, targets = self._series(), len(self.layout.targets)
            pairs = zip(data.histories, data.cuts, strict=True)
            self._season = find_season([h.values[:rows, :targets] for h, rows in pairs], self.layout.ahead)
        return self._season

    def _series(self) -> SeriesWindows:
        data: Data | None = self.data
        if not isinstance(data, SeriesWindows):
            raise DataError("forecaster.no_data")
        return data

    # ---------------------------------------------------------------- step 4

    def forecast(self, n: int | None = None, *, series: str | None = None, end: int | None = None) -> Forecast:
        """What comes after the end of the data, or what would have been said of an earlier day.

        Args:
            n: rows; by default as many as the network gives at once. For more, medians are fed back as if they had
                come, and the bands of those rows are too narrow.
            series: which, where there are several.
            end: rows of it that are known, from `past` on; by default all. Before the rows of validation begin, the
                network has been trained on what it foretells.

        Raises:
            DataError: there are no data: load the run with `mb.resume`, or give them to `predict`.
            OptionError: there is no such series, or n or end is out of range, or n is above `ahead` where the network
                needs inputs that nobody knows.
        """
        data = self._series()
        if series is None and len(data.histories) > 1:
            raise OptionError("forecaster.which_series", n=len(data.names), names=_some(data.names))
        name = data.names[0] if series is None else str(series)
        if name not in data.names:
            raise OptionError("forecaster.no_series", given=name, names=_some(data.names))
        place = data.names.index(name)
        history = data.histories[place]
        if end is not None:
            if isinstance(end, bool) or not isinstance(end, int) or not self.layout.past <= end <= len(history):
                raise OptionError("forecaster.end", given=end, past=self.layout.past, rows=len(history))
            history = history.until(end)
        return self._continue(history, data.scales[place], n)

    def forecast_all(self, n: int | None = None) -> dict[str, Forecast]:
        """`forecast` of every series, by its name."""
        return {name: self.forecast(n, series=name) for name in self._series().names}

    def predict(self, given: Any, n: int | None = None) -> Forecast | dict[str, Forecast]:
        """What comes after the end of other series, of the same columns.

        Args:
            given: whatever the data were made of: a file, a data frame, a dict of columns, an array; with at least
                `past` rows.
            n: rows, as for `forecast`.

        Returns:
            A forecast, or forecasts by name where a column names the series.

        Raises:
            DataError: a column is missing, or there are too few rows, or what holds for `mb.series`.
        """
        layout, table = self.layout, self._renamed(read_columns(given))
        columns = [*layout.targets, *layout.inputs]
        time = layout.time if table.name != "array" else None
        histories = read_histories(table, columns, time=time, by=layout.by, gaps=layout.gaps)
        for history in histories:
            if len(history) < layout.past:
                raise DataError("forecaster.short", n=len(history), past=layout.past)
            if layout.cycles and history.times.dtype.kind != "M":
                raise DataError("forecaster.needs_times", cycles=", ".join(layout.cycles))
        found = {h.name: self._continue(h, self._scale or Scale.of(h.values), n) for h in histories}
        return found if layout.by is not None else found[""]

    def _renamed(self, table: Columns) -> Columns:
        """An array's columns by the names that are wanted, where they are as many."""
        wanted = [*self.layout.targets, *self.layout.inputs]
        if table.name != "array" or len(table.columns) != len(wanted):
            return table
        return Columns("array", dict(zip(wanted, table.columns.values(), strict=True)))

    def _continue(self, history: History, scale: Scale, n: int | None) -> Forecast:
        layout, targets = self.layout, len(self.layout.targets)
        n = layout.ahead if n is None else whole(n, 1, "forecaster.how_many", MOST_AHEAD)
        if n > layout.ahead and layout.inputs:
            raise OptionError("forecaster.inputs_unknown", n=n, ahead=layout.ahead, inputs=", ".join(layout.inputs))
        times = history.after(-(-n // layout.ahead) * layout.ahead)
        rows = rows_of(history.until(len(history)), scale, layout)[-layout.past :]
        known = torch.from_numpy(calendar(times, layout.cycles)).float()
        said: list[Tensor] = []
        for start in range(0, n, layout.ahead):
            coming = torch.zeros(layout.ahead, layout.channels)
            coming[:, layout.variables :] = known[start : start + layout.ahead]
            found = self._said(torch.cat([rows, coming])[None])[0]
            coming[:, :targets] = found[..., self._middle]
            rows = torch.cat([rows, coming])[-layout.past :]
            said.append(found)
        values = self._in_units(torch.cat(said)[:n], scale)
        shown = _drawn(n)
        past_times, past = history.times[-shown:], history.values[-shown:, :targets]
        return Forecast(history.name, layout.targets, times[:n], values, self.quantiles, layout.ahead, past_times, past)

    @property
    def _middle(self) -> int:
        return self.quantiles.index(0.5)

    def _said(self, x: Tensor) -> Tensor:
        """(n, ahead, targets, quantiles) of x, scaled; rising (Chernozhukov et al. 2010), on the CPU."""
        model = self.network("model")
        with evaluating(model):
            return in_parts(lambda part: model(part.to(self.device)), x, size=AT_ONCE).sort(-1).values

    def _said_of(self, windows: WindowPart, starts: Tensor) -> Tensor:
        """The same of windows that begin at these rows, (n,)."""
        parts = torch.split(starts, AT_ONCE)
        return torch.cat([self._said(cut(windows.rows, part, self.layout)[0]) for part in parts])

    def _in_units(self, said: Tensor, scale: Scale) -> Floats:
        """(…, targets, quantiles) scaled, in the targets' units."""
        targets = len(self.layout.targets)
        found: Floats = said.double().numpy() * scale.deviation[:targets, None] + scale.mean[:targets, None]
        return found

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self, self._scale)

    # ---------------------------------------------------------------- evidence

    def evaluate(self) -> Figures:
        """Errors on all validation windows beside those of naive forecasts, and in sentences what they say.

        `mae`, `rmse` and `width` are in the targets' units. `mase` is the mean absolute error over that of the
        (seasonal) naive forecast of one step in the training rows (Hyndman & Koehler 2006): the lower, the better;
        `mase_last`, `mase_seasonal` and `mase_drift` are those of repeating the last value, of repeating the last
        season, and of going on in a straight line. `coverage` is the share of values within the outermost quantiles,
        and `pinball` the mean loss of all quantiles. The network is called better only where a test of Diebold and
        Mariano (1995), over forecasts that do not overlap, says so. Without validation windows it is done on those of
        training.
        """
        data = self._series()
        part: Part = "valid" if data.count("valid") else "train"
        found = Evidence(self._errors(data, part, self.season), self.quantiles, self.layout.targets)
        protocol = {**self._protocol(), "part": part, "n": found.n, "data": data.fingerprint()}
        subject = {"system": "forecaster", "step": self.step, "weights": self.weights_of("model")}
        return Figures(found.figures, protocol, subject=subject, verdict=found.verdict(trained_on=part == "train"))

    def _protocol(self) -> dict[str, Any]:
        return {"past": self.layout.past, "ahead": self.layout.ahead, "season": self.season}

    def _errors(self, data: SeriesWindows, part: Part, season: int) -> list[Errors]:
        """Forecasts of all windows of a part beside the truth, for each series that has some."""
        layout, windows, found = self.layout, data.part(part), []
        targets, steps = len(layout.targets), np.arange(layout.ahead)
        for i, (history, scale) in enumerate(zip(data.histories, data.scales, strict=True)):
            starts = windows.starts[windows.series == i]
            if not len(starts):
                continue
            values = history.values[:, :targets]
            origins = starts.numpy() - data.offsets[i] + layout.past  # rows known
            found.append(
                Errors(
                    times=history.times[origins - 1],
                    y=values[origins[:, None] + steps],
                    said=self._in_units(self._said_of(windows, starts), scale),
                    naive=naive(values, origins, layout.ahead, season),
                    unit=naive_error(values[: data.cuts[i]], season),
                    apart=(origins[-1] - origins) % layout.ahead == 0,
                )
            )
        return found

    def backtest(self, folds: int = 4, *, epochs: float | None = None, first: float = 0.5) -> Backtest:
        """Walk-forward validation: time and again a fresh learner is fitted to what was, and judged by what came.

        Args:
            folds: how often. The rows after the `first` share of the time are split into so many stretches of time;
                each is forecast by a learner of its own, fitted to everything before it.
            epochs: of each of these fits (`fit_one_cycle`); as many as are usual by default.
            first: share of the time that the first of them learns from, in (0, 1).

        Raises:
            OptionError: a number is out of range.
            DataError: a fold has too few rows.
        """
        folds = whole(folds, 1, "forecaster.folds", MOST_FOLDS)
        if not 0 < first < 1:
            raise OptionError("forecaster.first", given=first)
        data, season, named, errors = self._series(), self.season, dict[str, Figures](), list[Errors]()
        protocol = {**self._protocol(), "folds": folds, "epochs": epochs or "usual", "first": first}
        for fold in range(folds):
            begin, end = (first + (1 - first) * (fold + k) / folds for k in (0, 1))
            part = data.until(end, 1 - begin / end)
            if not part.count("valid"):
                raise DataError("forecaster.empty_fold", folds=folds, past=self.layout.past, ahead=self.layout.ahead)
            with tempfile.TemporaryDirectory() as folder:
                learn = self._refit(part, Path(folder) / "run")
                learn.fit_one_cycle(learn.usual_epochs if epochs is None else epochs)
                own = learn._errors(part, "valid", season)
            errors += own
            figures = Evidence(own, self.quantiles, self.layout.targets).figures
            named[f"fold {fold + 1}"] = Figures(figures, protocol)
        found = Evidence(errors, self.quantiles, self.layout.targets)
        return Backtest({**named, "all": Figures(found.figures, protocol, verdict=found.verdict())})

    # ---------------------------------------------------------------- to look at

    def show_results(self, n: int = 4) -> Pictures:
        """Validation windows, spread evenly over their time, with their forecasts and what came.

        Args:
            n: how many.
        """
        n, data = whole(n, 1, "forecaster.pictures", MOST_PICTURES), self._series()
        windows = data.part("valid" if data.count("valid") else "train")
        chosen = torch.linspace(0, len(windows) - 1, min(n, len(windows))).round().long()
        said = self._said_of(windows, windows.starts[chosen])
        places = zip(windows.series[chosen], windows.starts[chosen], said, strict=True)
        return pictures_of([self._panel(data, series, start, q) for series, start, q in places])

    def _panel(self, data: SeriesWindows, series: Tensor, start: Tensor, said: Tensor) -> Panel:
        """A window's first target."""
        place = int(series)
        history, first = data.histories[place], int(start) - int(data.offsets[place])
        origin = first + self.layout.past
        past, ahead = slice(max(first, origin - _drawn(len(said))), origin), slice(origin, origin + len(said))
        values, times = history.values[:, 0], history.times
        title = f"{history.name} {self.layout.targets[0]}".strip()
        told = self._in_units(said, data.scales[place])[:, 0]
        return Panel(title, times[past], values[past], times[ahead], told, self._middle, values[ahead])


def _drawn(ahead: int) -> int:
    return max(DRAWN * ahead, LEAST_DRAWN)


def _some(names: tuple[str, ...], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
