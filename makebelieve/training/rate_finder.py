"""The learning-rate range test: a short trial of rising rates, of which nothing stays but its curve."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from makebelieve.errors import TrainingError
from makebelieve.pictures import Pictures
from makebelieve.training.patience import only_player
from makebelieve.training.plan import Plan
from makebelieve.training.state import load_networks, load_position, pack

if TYPE_CHECKING:
    from makebelieve.training.learner import Learner

FIRST, LAST, STEPS = 1e-7, 10.0, 100
KEPT = 0.9  # of the smoothed loss at each step
TOO_HIGH = 4.0  # times the least smoothed loss: the trial ends there
INCHES, DOTS = (6.0, 4.0), 120  # of the plot, and to the inch


@dataclass(frozen=True)
class RateFinder:
    """What a learning-rate range test found (Smith 2017, "Cyclical learning rates", section 3.3).

    Attributes:
        rates: learning rates, rising, one a step.
        losses: the loss of the step's batch before the step was taken.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]

    @property
    def smoothed(self) -> tuple[float, ...]:
        """The losses' moving average s_t = 0.9 s_(t-1) + 0.1 l_t, divided by 1 - 0.9^t as it begins at 0."""
        return smooth(self.losses)

    @property
    def suggestion(self) -> float:
        """A tenth of the rate at which the smoothed loss was least, where it still fell fast.

        The least loss comes shortly before divergence; an order of magnitude below it is the usual advice, and does
        not jump with the noise of single batches as the steepest point does.
        """
        smoothed = self.smoothed
        return self.rates[min(range(len(smoothed)), key=smoothed.__getitem__)] / 10

    def plot(self) -> Pictures:
        """Losses over learning rates, smoothed and as they were, with the suggestion."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
        canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
        axes.plot(self.rates, self.losses, color="0.8", linewidth=1)
        axes.plot(self.rates, self.smoothed, color="C0")
        axes.axvline(self.suggestion, color="C3", linestyle="--", label=f"lr = {self.suggestion:.2g}")
        low, high = min(self.losses), max(self.smoothed)
        margin = 0.1 * (high - low) or 1.0
        axes.set(xscale="log", ylim=(low - margin, high + margin), xlabel="lr", ylabel="loss")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
        return Pictures(torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255)


def smooth(losses: tuple[float, ...]) -> tuple[float, ...]:
    found, total = [], 0.0
    for index, loss in enumerate(losses, 1):
        total = KEPT * total + (1 - KEPT) * loss
        found.append(total / (1 - KEPT**index))
    return tuple(found)


def find_lr(learn: Learner) -> RateFinder:
    """Trains for up to 100 steps with rates that rise from 1e-7 to 10, then puts everything back as it was.

    Raises:
        OptionError: if the game has several players.
        TrainingError: if the learner has no data, or the very first loss is no number.
    """
    name = only_player(learn, "find_lr()")
    now = Plan(call=learn.calls, start=learn.step, until=learn.step)
    held, state = pack(learn, now, active=False, seconds=learn.seconds_before)
    tensors = {key: tensor.detach().clone() for key, tensor in held.items()}
    state = copy.deepcopy(state)
    modes = [(part, part.training) for net in learn.nets.values() for part in net.modules()]
    try:
        with learn.randomness.active():
            rates, losses = _try_rates(learn, name)
    finally:
        load_networks(learn, tensors, state)
        load_position(learn, tensors, state)
        learn.game.players[name].zero()
        for part, mode in modes:
            part.training = mode
    if not losses:
        raise TrainingError("training.rates_all_lost", player=name)
    return RateFinder(tuple(rates), tuple(losses))


def _try_rates(learn: Learner, name: str) -> tuple[list[float], list[float]]:
    player, meter = learn.game.players[name], learn.game.meter
    rates: list[float] = []
    losses: list[float] = []
    meter.read()
    learn.game.to_training()
    for index in range(STEPS):
        rate = FIRST * (LAST / FIRST) ** (index / (STEPS - 1))
        player.rate(1.0, [rate] * len(player.rates))
        learn.game.play(next(learn.batches), learn.step + index)
        loss = meter.read()[name][-1]
        if not math.isfinite(loss):
            break
        rates.append(rate)
        losses.append(loss)
        smoothed = smooth(tuple(losses))
        least = min(smoothed)
        if smoothed[-1] > least + (TOO_HIGH - 1) * abs(least):  # for a loss above zero, TOO_HIGH times the least
            break
    return rates, losses
