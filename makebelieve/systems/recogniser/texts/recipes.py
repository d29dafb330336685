"""How text classifiers are trained: one player, whose loss is its task's; networks side by side have a loss each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor

from makebelieve.networks.using import evaluating
from makebelieve.systems.recogniser.metrics import Metric
from makebelieve.systems.recogniser.tasks import Task
from makebelieve.systems.recogniser.texts.networks import Reader
from makebelieve.systems.recogniser.texts.ngrams import apart
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
        reader = mixture_in(nets)
        if run.training and reader is not None:
            yield "model", side_by_side(reader, task, batch, smoothing)
        elif run.training:
            yield "model", task.losses(nets.model(x), y, smoothing).mean()
        else:
            outputs = nets.model(x)
            scores = task.scores(outputs)
            found = {one.__name__: torch.as_tensor(one(scores, y), device=scores.device).float() for one in metrics}
            yield "model", task.losses(outputs, y).mean(), found

    return reading


def mixture_in(nets: Networks) -> Reader | None:
    """The network, where it is of several that answer together."""
    model = nets.by_name["model"]
    found = getattr(model, "_orig_mod", model)  # as torch.compile wraps it
    return found if isinstance(found, Reader) and len(found.networks) > 1 else None


def side_by_side(reader: Reader, task: Task, batch: Batch, smoothing: float) -> Tensor:
    """The mean of the networks' losses; and that of their shares, on texts that are `apart`, which teach only these.

    Sums over texts are divided by all of them, so that a batch split over processes has the same gradients.
    """
    y, taught = cast(Tensor, batch.y), ~apart(batch.items)
    scores = reader.branches(batch.x)
    losses = torch.stack([task.losses(one, y, smoothing) for one in scores])
    with evaluating(reader):
        judged = reader.branches(batch.x[~taught]) if not bool(taught.all()) else scores[:, :0]
    shares = task.losses(reader.together(judged), y[~taught])
    return (losses.mean(0) * taught).mean() + shares.sum() / len(batch)
