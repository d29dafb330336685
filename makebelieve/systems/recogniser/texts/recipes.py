"""How text classifiers are trained: one player, whose loss is its task's; networks side by side have a loss each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor

from makebelieve.systems.recogniser.metrics import Metric
from makebelieve.systems.recogniser.tasks import Task
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Recipe, Run, Turns, recipe

AVERAGE = 0.998  # decay of the moving average of weights that answers


def reading_of(task: Task, metrics: Sequence[Metric]) -> Recipe:
    """The recipe for a task; its metrics are measured in validation only."""

    @recipe(
        optimizers={"model": partial(torch.optim.AdamW, lr=2e-3, weight_decay=0.0)},
        average={"model": AVERAGE},
        batch_size=64,
    )
    def reading(nets: Networks, batch: Batch, run: Run, *, smoothing: float = 0.0) -> Turns:
        """Cross-entropy, the mean over the batch, and over networks that answer together.

        Args:
            smoothing: of the labels: share of them spread evenly over all classes (Szegedy et al. 2016, section 7).
        """
        x, y = batch.x, cast(Tensor, batch.y)
        if run.training:
            branches: Callable[[Tensor], list[Tensor]] | None = getattr(nets.model, "branches", None)
            several = [nets.model(x)] if branches is None else branches(x)
            losses = [task.losses(outputs, y, smoothing).mean() for outputs in several]
            yield "model", torch.stack(losses).mean()
        else:
            outputs = nets.model(x)
            scores = task.scores(outputs)
            found = {one.__name__: torch.as_tensor(one(scores, y), device=scores.device).float() for one in metrics}
            yield "model", task.losses(outputs, y).mean(), found

    return reading
