"""The forecaster's networks: a recurrent one, a linear one, and what all of them see of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

FIRST_BAND = 0.5  # deviation of the first forecasts, in those of a window
FLOOR = 0.05  # least scale of a window, in deviations of the training part


class WindowNetwork(nn.Module):
    """A network that is shown every window from where it ends.

    Of each variable the last known value is subtracted and the rest divided by the window's deviation; what the network
    says is put back into the variable's own terms. So a level or a size that training never saw is nothing new, and
    a network that says zero repeats the last value.

    x (n, past + ahead, channels), the variables of the rows ahead being 0, to (n, ahead, targets, quantiles).

    Source:
        The last value subtracted: NLinear, Zeng et al., "Are Transformers effective for time series forecasting?", AAAI
        2023. Scaling by the window: Kim et al., "Reversible instance normalization", ICLR 2022.

    Args:
        body: called with the known rows (n, past, channels) and the calendar of those ahead (n, ahead, known); gives
            (n, ahead, targets, quantiles), or as many numbers in another shape.
        past: rows known.
        targets: how many of the variables, the first, are forecast.
        variables: channels that are known of the past only.
        quantiles: how many are forecast.
    """

    def __init__(self, body: nn.Module, *, past: int, targets: int, variables: int, quantiles: int) -> None:
        super().__init__()
        self.body = body
        self.past, self.targets, self.variables, self.quantiles = past, targets, variables, quantiles

    def forward(self, x: Tensor) -> Tensor:
        known, ahead = x[:, : self.past], x[:, self.past :, self.variables :]
        values = known[..., : self.variables]
        last = values[:, -1:]
        scale = (values.var(1, keepdim=True, correction=0) + FLOOR**2).sqrt()
        seen = torch.cat([(values - last) / scale, known[..., self.variables :]], -1)
        said = self.body(seen, ahead).reshape(x.shape[0], x.shape[1] - self.past, self.targets, self.quantiles)
        told: Tensor = last[..., : self.targets, None] + scale[..., : self.targets, None] * said
        return told


class Linear(nn.Module):
    """Each step ahead as a sum over the known rows: one matrix for all targets, plus one of the calendar ahead.

    It begins with repeating the last value, in a band as that of a normal law of half the window's deviation.

    Args:
        past: rows known.
        ahead: rows to forecast.
        targets: columns to forecast.
        known: channels known of the rows ahead.
        quantiles: that are forecast.
    """

    def __init__(self, past: int, ahead: int, targets: int, known: int, quantiles: Sequence[float]) -> None:
        super().__init__()
        self.targets = targets
        self.past = nn.Linear(past, ahead * len(quantiles))
        self.known = nn.Linear(known, targets * len(quantiles), bias=False) if known else None
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        with torch.no_grad():
            self.past.bias.copy_(torch.special.ndtri(torch.tensor(quantiles)).mul(FIRST_BAND).repeat(ahead))

    def forward(self, seen: Tensor, ahead: Tensor) -> Tensor:
        n, rows, _ = ahead.shape
        of_past = self.past(seen[..., : self.targets].transpose(1, 2))  # (n, targets, ahead * quantiles)
        said: Tensor = of_past.view(n, self.targets, rows, -1).transpose(1, 2)
        if self.known is not None:
            said = said + self.known(ahead).view(n, rows, self.targets, -1)
        return said


class Recurrent(nn.Module):
    """An LSTM or GRU reads the known rows; all rows ahead are forecast at once from its last state and the calendar.

    Beside it goes a `Linear` network, and their sum is the forecast, as in LSTNet: what is linear in the past need not
    be learned by the recurrent part.

    Source:
        Direct forecasts of several steps: Ben Taieb et al., "A review and comparison of strategies for multi-step ahead
        time series forecasting", Expert Systems with Applications 39, 2012. The linear part: Lai et al., "Modeling
        long- and short-term temporal patterns with deep neural networks", SIGIR 2018, section 3.6.

    Args:
        cell: "lstm" or "gru".
        channels: of the known rows.
        hidden: units of each layer.
        layers: recurrent layers.
        linear: the part beside it.
        ahead: rows to forecast.
        known: channels known of the rows ahead.
        outputs: targets * quantiles.
    """

    def __init__(
        self, cell: str, channels: int, hidden: int, layers: int, linear: Linear, ahead: int, known: int, outputs: int
    ) -> None:
        super().__init__()
        kind: Any = nn.LSTM if cell == "lstm" else nn.GRU
        self.rows = kind(channels, hidden, layers, batch_first=True)
        self.linear = linear
        self.state = nn.Linear(hidden, ahead * hidden)
        self.known = nn.Linear(known, hidden, bias=False) if known else None
        self.head = nn.Linear(hidden, outputs)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, seen: Tensor, ahead: Tensor) -> Tensor:
        n, rows, _ = ahead.shape
        found, _ = self.rows(seen)
        state = self.state(found[:, -1]).view(n, rows, -1)
        if self.known is not None:
            state = state + self.known(ahead)
        said = self.linear(seen, ahead)
        more: Tensor = self.head(nn.functional.gelu(state)).view(said.shape)
        told: Tensor = said + more
        return told
