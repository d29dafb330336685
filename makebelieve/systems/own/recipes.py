"""The recipe of a network of one's own: one player, whose loss is its objective's."""

from __future__ import annotations

from contextlib import nullcontext

import torch
from torch import Tensor

from makebelieve.errors import DataError
from makebelieve.systems.own.columns import Columns, called
from makebelieve.systems.own.data import GivenBatch
from makebelieve.systems.own.objective import Objective
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, OptimizerFactory, Recipe, Run, Turns, recipe


def inputs_of(batch: Batch) -> Columns:
    """What goes into the network."""
    return batch.xs if isinstance(batch, GivenBatch) else Columns((batch.x,))


def targets_of(batch: Batch) -> Columns:
    """What should come out.

    Raises:
        DataError: the data have no labels.
    """
    if isinstance(batch, GivenBatch):
        return batch.ys
    if batch.y is None:
        raise DataError("own.no_targets")
    return Columns((batch.y,))


def supervision_of(objective: Objective, optimizer: OptimizerFactory, *, again: bool) -> Recipe:
    """The recipe for an objective.

    Args:
        objective: the loss and the metrics, which are measured in training and validation alike.
        optimizer: of the network.
        again: whether the optimizer evaluates the loss more than once a step; then metrics are those of validation.
    """

    def judge(nets: Networks, batch: Batch, run: Run) -> tuple[Tensor, dict[str, Tensor]]:
        outputs = called(nets.model, inputs_of(batch))
        mixed = torch.is_autocast_enabled(run.device.type)
        with torch.autocast(run.device.type, enabled=False) if mixed else nullcontext():
            return objective(outputs, targets_of(batch))

    @recipe(optimizers={"model": optimizer})
    def supervision(nets: Networks, batch: Batch, run: Run) -> Turns:
        """The objective's loss, as it says: for those by name the mean over all values of the batch."""
        if again and run.training:
            yield "model", lambda: judge(nets, batch, run)[0]
        else:
            yield "model", *judge(nets, batch, run)

    supervision.__name__ = f"supervision({objective})"  # a run goes on with the loss it began with, or not at all
    return supervision
