"""The door: `mb.forecaster(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

import torch
from torch import nn

from makebelieve.data.windows import Layout, Scale, SeriesWindows
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.latent.laws import whole
from makebelieve.networks.using import evaluating
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.forecaster.learner import Forecaster
from makebelieve.systems.forecaster.networks import Linear, Recurrent, WindowNetwork
from makebelieve.systems.forecaster.recipes import quantile_forecasting
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

Network = Literal["auto", "lstm", "gru", "linear"]

FEW = 500  # training windows, below which "auto" is linear
SAMPLES = 2  # pictures of the sheets along the way
MOST_HIDDEN, MOST_LAYERS, MOST_SEASON = 4096, 16, 1_000_000


def forecaster(
    data: SeriesWindows,
    network: Network | nn.Module = "auto",
    *,
    quantiles: Sequence[float] = (0.1, 0.5, 0.9),
    hidden: int = 48,
    layers: int = 1,
    season: int | None = None,
    **training: Unpack[TrainingOptions],
) -> Forecaster:
    """Forecasts of series that go on, in quantiles, always held against forecasts without a network.

    Args:
        data: windows, as `mb.series(table, target=…, past=60, ahead=5)` gives.
        network: "lstm" or "gru", each with a linear part beside it; "linear"; "auto", which is "lstm", or "linear"
            where there are fewer than 500 training windows; or a module of one's own, called with the known rows (n,
            past, channels), from which the last values are subtracted, and the calendar of those ahead (n, ahead,
            known), that gives (n, ahead, targets, quantiles).
        quantiles: that are forecast, in (0, 1); the median, which is the point forecast, is put in where it is missing.
        hidden: units of a recurrent layer.
        layers: recurrent layers.
        season: rows after which the series repeat themselves, such as 7 for days, for the seasonal naive forecast; by
            default it is found in the training rows. 1 is none.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`. Precision is
            float32 where nothing else is asked for: forecasts need its digits.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no windows of series.
    """
    if not isinstance(data, SeriesWindows):
        raise DataError("forecaster.data", given=repr(data)[:80])
    if network == "auto":
        network = "lstm" if data.count("train") >= FEW else "linear"
    if network is None:  # which in a run's config.json is a module of the program's own
        raise OptionError("forecaster.network", given=network, known=", ".join(get_args(Network)))
    choices = Choices(network, _quantiles(quantiles), hidden, layers, season)
    settings = Settings.of({"precision": "float32", **training})
    return _make(data, choices, settings, callbacks=training.get("callbacks", ()), run=training.get("run"))


def _quantiles(given: Sequence[float]) -> tuple[float, ...]:
    if isinstance(given, (str, float, int)):
        raise OptionError("forecaster.quantiles", given=given)
    numbers = [isinstance(q, (int, float)) and not isinstance(q, bool) and 0 < q < 1 for q in given]
    if not all(numbers):
        raise OptionError("forecaster.quantiles", given=given)
    return tuple(sorted({*map(float, given), 0.5}))


@dataclass(frozen=True)
class Choices:
    """What makes this forecaster, apart from data and training: the door's arguments, as config.json keeps them."""

    network: str | nn.Module | None
    quantiles: tuple[float, ...]
    hidden: int
    layers: int
    season: int | None

    def __post_init__(self) -> None:
        if not isinstance(self.network, nn.Module) and self.network not in (*get_args(Network)[1:], None):
            raise OptionError("forecaster.network", given=self.network, known=", ".join(get_args(Network)))
        whole(self.hidden, 1, "forecaster.hidden", MOST_HIDDEN)
        whole(self.layers, 1, "forecaster.layers", MOST_LAYERS)
        if self.season is not None:
            whole(self.season, 1, "forecaster.season", MOST_SEASON)

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        own = not isinstance(self.network, str)
        return {**fields, "network": None if own else self.network, "quantiles": list(self.quantiles)}


def _make(
    data: SeriesWindows | None,
    choices: Choices,
    settings: Settings,
    *,
    facts: Mapping[str, Any] | None = None,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
    alone: bool = False,
) -> Forecaster:
    """The learner; `alone` for a fold of a backtest, of which nothing is kept."""
    if data is not None:
        layout, scale = data.layout, data.scales[0] if len(data.scales) == 1 else None
    else:
        facts = facts or {}
        layout = Layout.from_state(facts["layout"])
        scale = None if facts["scale"] is None else Scale.from_state(facts["scale"])
    kept = [] if alone else [SaveSamples(lambda learn: learn.show_results(SAMPLES)), *callbacks, WriteReport()]

    untrained = choices.network if isinstance(choices.network, str) else copy.deepcopy(choices.network)

    def refit(other: SeriesWindows, folder: Path) -> Forecaster:
        fresh = dataclasses.replace(choices, network=copy.deepcopy(untrained))
        return _make(other, fresh, settings, run=folder, alone=True)

    return Forecaster(
        data,
        _model(choices, layout, settings.seed),
        quantile_forecasting,
        layout=layout,
        quantiles=choices.quantiles,
        season=choices.season,
        scale=scale,
        refit=refit,
        options={"quantiles": choices.quantiles},
        settings=settings,
        callbacks=kept,
        run=run,
        name="forecaster",
        config={
            "system": "forecaster",
            "recipe": quantile_forecasting.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _model(choices: Choices, layout: Layout, seed: int) -> WindowNetwork:
    targets, quantiles, known = len(layout.targets), len(choices.quantiles), 2 * len(layout.cycles)
    network = choices.network
    with seeded(derive(seed, "weights")):
        if isinstance(network, nn.Module):
            body: nn.Module = network
        else:
            body = Linear(layout.past, layout.ahead, targets, known, choices.quantiles)
            if network != "linear":
                body = Recurrent(
                    str(network), layout.channels, choices.hidden, choices.layers, body, layout.ahead, known,
                    targets * quantiles,
                )  # fmt: skip
    model = WindowNetwork(body, past=layout.past, targets=targets, variables=layout.variables, quantiles=quantiles)
    if isinstance(network, nn.Module):
        _check_own(model, layout, quantiles)
    return model


def _check_own(model: WindowNetwork, layout: Layout, quantiles: int) -> None:
    """A module of the program's own is shown two windows of zeros."""
    expected = ("n", layout.ahead, len(layout.targets), quantiles)
    try:
        with evaluating(model):
            model(torch.zeros(2, layout.past + layout.ahead, layout.channels))
    except (RuntimeError, TypeError) as error:  # what torch and Python raise where shapes or arguments don't fit
        raise OptionError("forecaster.own_network", expected=expected, reason=str(error).splitlines()[0]) from error


def from_config(config: Mapping[str, Any], data: Data | None) -> Forecaster:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network of the program's own, which a file can't hold.
    """
    arguments = {**config["arguments"], "quantiles": tuple(config["arguments"]["quantiles"])}
    choices = Choices(**arguments)
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    if data is not None and not isinstance(data, SeriesWindows):
        raise DataError("forecaster.data", given=repr(data)[:80])
    return _make(data, choices, Settings.from_config(config), facts=config["data"]["facts"])
