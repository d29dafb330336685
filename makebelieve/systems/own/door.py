"""The door: `mb.learner(data, model, loss)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Unpack

import torch
from torch import nn

from makebelieve.data.data import Data as DoorData
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.using import evaluating
from makebelieve.report import WriteReport
from makebelieve.systems.own.checks import PROBES, check_classes, check_loss, device_of, outputs_of
from makebelieve.systems.own.columns import Columns, called, described
from makebelieve.systems.own.data import GivenData, given_data
from makebelieve.systems.own.learner import SupervisedLearner
from makebelieve.systems.own.losses import LossFunction
from makebelieve.systems.own.metrics import Metric
from makebelieve.systems.own.objective import modules_of, objective_for
from makebelieve.systems.own.optimizers import evaluates_again, optimizer_name, optimizer_of
from makebelieve.systems.own.recipes import inputs_of, supervision_of, targets_of
from makebelieve.training import Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.recipe import OptimizerFactory

OneLoss: TypeAlias = str | LossFunction | tuple[str | LossFunction, float]
OneMetric: TypeAlias = str | Metric
Metrics: TypeAlias = (
    OneMetric | Sequence[OneMetric | Sequence[OneMetric]] | Mapping[str, OneMetric | Sequence[OneMetric]]
)


def learner(
    data: Data | tuple[Any, Any],
    model: nn.Module,
    loss: OneLoss | list[OneLoss] | Mapping[str, OneLoss],
    *,
    optimizer: str | OptimizerFactory = "adam",
    metrics: Metrics = (),
    valid: float | tuple[Any, Any] | None = None,
    **training: Unpack[TrainingOptions],
) -> SupervisedLearner:
    """A learner for any network and any loss.

    Losses by name are torch.nn.functional's, means over all values of a batch: "mse", "mae", "huber";
    "cross_entropy" (scores before softmax against class numbers, or against a share of each class), "nll"
    (log-probabilities), "binary_cross_entropy" (probabilities), "binary_cross_entropy_with_logits" (scores before
    sigmoid). Where outputs are (n, …, classes) and targets (n, …), classes may stand last.

    Optimizers by name have the defaults of Keras 3. Those differ from torch's: "rmsprop" has lr 0.001, α 0.9, ε 1e-7
    (torch 0.01, 0.99, 1e-8), "sgd" lr 0.01 (torch 0.001), "adam" and "adamw" ε 1e-7 (torch 1e-8), "adamw" weight decay
    0.004 (torch 0.01).

    Args:
        data: what a data door gives, with labels; or `(x, y)`: arrays, tensors or nested lists of n rows, or of several
            inputs or targets a tuple or list of arrays, or a dict by the names of the network's inputs and outputs.
            Whole numbers stay whole (int64), all else becomes float32.
        model: the network: of several inputs it gets as many arguments, of a dict keyword arguments. It may give one
            tensor (n, …), several, or a dict.
        loss: a name, a function (prediction, target) to a scalar, or a loss module of torch.nn. For several outputs a
            list, or a dict by their names, of one each, alone or as a pair with its weight; a single name counts for
            each; a single function gets all outputs and all targets at once.
        optimizer: "adam", "adamw", "rmsprop", "sgd", a class of torch.optim (with torch's defaults), or what makes one
            out of parameters, such as `partial(torch.optim.SGD, lr=0.1, momentum=0.9)`.
        metrics: "accuracy", "error_rate", "top_5_accuracy", "mae", "mse", or functions (scores, target) to a scalar,
            a mean over items; scores are what the network gives, or the probabilities where the loss takes scores. Of
            several outputs a list or dict of lists, one an output.
        valid: of `(x, y)`: share of the rows that is held back, drawn by the seed, 0.2 by default; or other `(x, y)`.
        training: how to train: batch_size (64 by default), learning_rate, seed, device, …, see `mb.TrainingOptions`.
            The network's first weights are as they come; for a run that can be repeated, seed torch before making it.

    Raises:
        OptionError: if an option can't be used, or network, loss and targets don't belong together.
        DataError: if the data have no targets, or hold what is no number.
    """
    settings = Settings.of(training)
    data = _data(data, valid, settings.seed)
    if not isinstance(model, nn.Module):
        raise OptionError("own.model", given=repr(model)[:80])
    xs, ys = _first_items(data)
    outputs = outputs_of(model, xs)
    objective = objective_for(loss, metrics, outputs, ys.on(device_of(model)), getattr(model, "output_names", None))
    if isinstance(data, GivenData):
        check_classes([ys for _, ys in (data.train, *([data.valid] if data.valid else []))], objective, outputs)
    elif isinstance(data, DoorData) and data.classes is not None and not ys.tensors[0].is_floating_point():
        check_classes([Columns((torch.arange(len(data.classes)),))], objective, outputs)
    check_loss(objective, outputs, ys.on(device_of(model)))
    factory = optimizer_of(optimizer)
    recipe = supervision_of(objective, factory, again=evaluates_again(factory))
    return SupervisedLearner(
        data,
        model,
        recipe,
        objective=objective,
        losses=modules_of(objective),
        channels_last=_takes_channels_last(model, xs),
        settings=settings,
        callbacks=[*training.get("callbacks", ()), WriteReport()],
        run=training.get("run"),
        name="learner",
        config={
            "system": "learner",
            "recipe": recipe.__name__,
            "arguments": {
                "network": type(model).__name__,
                "objective": objective.state(),
                "optimizer": optimizer_name(optimizer),
            },
            "training": settings.state(),
        },
    )


def _data(data: Any, valid: Any, seed: int) -> Data:
    if isinstance(data, (tuple, list)):
        return given_data(tuple(data), valid, seed)
    if not hasattr(data, "batches"):
        raise DataError("own.not_data", given=described(data))
    if valid is not None:
        raise OptionError("own.valid_twice", given=described(valid))
    if isinstance(data, DoorData) and data.labelled is not None:
        raise DataError("own.few_labels")
    found: Data = data
    return found


def _first_items(data: Data) -> tuple[Columns, Columns]:
    """Inputs and targets of a few training items."""
    if isinstance(data, GivenData):
        return data.train[0].slice(0, PROBES), data.train[1].slice(0, PROBES)
    batch = next(data.batches("train", min(PROBES, data.count("train")), shuffle=False))
    return inputs_of(batch), targets_of(batch)


def _takes_channels_last(model: nn.Module, xs: Columns) -> bool:
    """Whether a network with convolutions works in that layout; a `view` of its pictures does not."""
    if not any(isinstance(part, nn.Conv2d | nn.ConvTranspose2d) for part in model.modules()):
        return True
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    try:
        with evaluating(model):
            called(model, xs.on(device_of(model), torch.channels_last))
    except RuntimeError:
        model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        return False
    return True


def from_config(_config: Mapping[str, Any], _data: Data | None) -> SupervisedLearner:
    """Refuses: the network and the loss are the program's own, which a file can't hold.

    Raises:
        CheckpointError: always.
    """
    raise CheckpointError("training.own_parts")
