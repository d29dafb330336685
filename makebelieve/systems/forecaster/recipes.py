"""The forecaster's recipe: one player, whose loss is the mean pinball loss of its quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor

from makebelieve.objectives.quantile import pinball
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe


@recipe(optimizers={"model": partial(torch.optim.AdamW, lr=2e-3, weight_decay=0.01)}, batch_size=64)
def quantile_forecasting(nets: Networks, batch: Batch, run: Run, *, quantiles: Sequence[float]) -> Turns:
    """The pinball loss of all quantiles, mean over windows, rows ahead, targets and quantiles, on scaled values.

    In validation also the metric `mae`: |y − median|, in deviations of the training part.

    Args:
        quantiles: in (0, 1), rising, 0.5 among them.
    """
    y = cast(Tensor, batch.y)
    said = nets.model(batch.x)
    loss = pinball(said, y, torch.tensor(quantiles, device=y.device)).mean()
    if run.training:
        yield "model", loss
    else:
        yield "model", loss, {"mae": (said[..., list(quantiles).index(0.5)] - y).abs().mean()}
