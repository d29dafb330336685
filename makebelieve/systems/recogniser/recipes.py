"""The recogniser's recipe: one player, whose loss is its task's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor

from makebelieve.systems.recogniser.metrics import Metric
from makebelieve.systems.recogniser.mixing import Mix, mixed, partners
from makebelieve.systems.recogniser.tasks import Task
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Recipe, Run, Turns, recipe


def recognition_of(task: Task, metrics: Sequence[Metric]) -> Recipe:
    """The recipe for a task; its metrics are measured in validation only."""

    @recipe(optimizers={"model": partial(torch.optim.AdamW, lr=3e-3, weight_decay=0.01)}, batch_size=64)
    def recognition(
        nets: Networks, batch: Batch, run: Run, *, smoothing: float = 0.0, mix: Mix = "none", strength: float = 0.4
    ) -> Turns:
        """Cross-entropy, or squared error for numbers, the mean over the batch.

        Args:
            smoothing: of the labels: share of them spread evenly over all classes (Szegedy et al. 2016, section 7).
            mix: how pairs of training items are mixed.
            strength: α of Beta(α, α), the law of their shares.
        """
        x, y = batch.x, cast(Tensor, batch.y)
        if not run.training:
            outputs = nets.model(x)
            scores = task.scores(outputs)
            found = {one.__name__: torch.as_tensor(one(scores, y), device=scores.device).float() for one in metrics}
            yield "model", task.losses(outputs, y).mean(), found
        elif mix == "none":
            yield "model", task.losses(nets.model(x), y, smoothing).mean()
        else:
            x, share = mixed(x, run.noise(len(batch)), mix, strength)
            outputs = nets.model(x)
            own, other = (task.losses(outputs, target, smoothing) for target in (y, partners(y)))
            yield "model", (share * own + (1 - share) * other).mean()

    return recognition
