"""The forecaster's program form: rows in the data's units to quantiles in the data's units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from makebelieve.data.windows import Layout, Scale
from makebelieve.export import Port, Program

if TYPE_CHECKING:
    from makebelieve.systems.forecaster.learner import Forecaster


class _InUnits(nn.Module):
    """Scales the rows, asks the network, and scales back; quantiles rise.

    Args:
        model: (n, past + ahead, channels) to (n, ahead, targets, quantiles), on scaled values.
        layout: of a window.
        scale: of all series; None where each comes with its own.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, model: nn.Module, layout: Layout, scale: Scale | None) -> None:
        super().__init__()
        self.model, self.own = model, scale is None
        self.ahead, self.variables = layout.ahead, layout.variables
        self.targets, self.cycles = len(layout.targets), bool(layout.cycles)
        if scale is not None:
            self.register_buffer("mean", torch.from_numpy(scale.mean).float())
            self.register_buffer("deviation", torch.from_numpy(scale.deviation).float())

    def forward(self, rows: Tensor, *more: Tensor) -> Tensor:
        """Rows (n, past, variables), then the calendar (n, past + ahead, known) where it has one, then mean and
        deviation (n, variables) where they are not its own.
        """
        calendar = more[: int(self.cycles)]
        mean, deviation = more[-2:] if self.own else (self.mean[None], self.deviation[None])
        scaled = (rows - mean[:, None]) / deviation[:, None]
        coming = scaled.new_zeros(rows.shape[0], self.ahead, self.variables)
        said = self.model(torch.cat([torch.cat([scaled, coming], 1), *calendar], 2)).sort(-1).values
        mean, deviation = mean[:, None, : self.targets, None], deviation[:, None, : self.targets, None]
        found: Tensor = said * deviation + mean
        return found


def programs(learn: Forecaster, scale: Scale | None) -> dict[str, Program]:
    """`model`: the last rows known, to the quantiles of those that come."""
    layout = learn.layout
    v, known = layout.variables, 2 * len(layout.cycles)
    inputs = [Port("rows", ("n", layout.past, v), "float32", "export.rows")]
    if known:
        inputs.append(Port("calendar", ("n", layout.past + layout.ahead, known), "float32", "export.calendar", (-1, 1)))
    if scale is None:
        inputs.append(Port("mean", ("n", v), "float32", "export.mean"))
        inputs.append(Port("deviation", ("n", v), "float32", "export.deviation", (0.5, 2.0)))
    shape = ("n", layout.ahead, len(layout.targets), len(learn.quantiles))
    model = _InUnits(learn.network("model"), layout, scale)
    return {"model": Program(model, inputs, [Port("quantiles", shape, "float32", "export.quantiles")])}
