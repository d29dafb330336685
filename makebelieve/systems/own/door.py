"""The door: `mb.learner(data, model, loss)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Unpack, cast

import torch
from torch import Tensor, nn

from makebelieve.data.data import Data as DoorData
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.using import evaluating
from makebelieve.report import WriteReport
from makebelieve.systems.own.columns import Columns, called, columns_of
from makebelieve.systems.own.data import GivenData, given_data
from makebelieve.systems.own.learner import SupervisedLearner
from makebelieve.systems.own.losses import LossFunction
from makebelieve.systems.own.metrics import Metric
from makebelieve.systems.own.objective import Objective, Terms, modules_of, objective_for
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

PROBES = 2
IGNORED = -100  # a target that torch's losses pass over
FAILS = (RuntimeError, ValueError, TypeError, AssertionError, IndexError)  # what modules raise for other inputs


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
    outputs = _outputs(model, xs)
    objective = objective_for(loss, metrics, outputs, ys.on(_device(model)), getattr(model, "output_names", None))
    if isinstance(data, GivenData) and isinstance(objective, Terms):
        _check_classes(data, objective, cast(Columns, columns_of(outputs)))
    _try(objective, outputs, ys.on(_device(model)))
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
        raise DataError("own.not_data", given=repr(data)[:80])
    if valid is not None:
        raise OptionError("own.valid_twice", given=repr(valid)[:80])
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


def _try(objective: Objective, outputs: Any, ys: Columns) -> None:
    """Judges what the network gave for a few items.

    Raises:
        OptionError: the loss can't, or gives no scalar.
    """
    for module in modules_of(objective):
        module.to(ys.tensors[0].device)
    try:
        with torch.no_grad():
            value, _ = objective(outputs, ys)
    except FAILS as error:
        if isinstance(error, OptionError):
            raise
        raise OptionError("own.loss_fails", targets="; ".join(ys.facts()), why=_first_line(error)) from error
    if not isinstance(value, Tensor) or value.numel() != 1:
        shape = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise OptionError("own.no_scalar", given=shape)


def _outputs(model: nn.Module, xs: Columns) -> Any:
    """What the network gives for a few items.

    Raises:
        OptionError: it can't take them.
    """
    try:
        with evaluating(model):
            return called(model, xs.on(_device(model)))
    except FAILS as error:
        told = {"network": type(model).__name__, "inputs": "; ".join(xs.facts()), "why": _first_line(error)}
        whole = any(not tensor.is_floating_point() for tensor in xs.tensors)
        raise OptionError("own.model_whole" if whole else "own.model_fails", **told) from error


def _takes_channels_last(model: nn.Module, xs: Columns) -> bool:
    """Whether a network with convolutions works in that layout; a `view` of its pictures does not."""
    if not any(isinstance(part, nn.Conv2d | nn.ConvTranspose2d) for part in model.modules()):
        return True
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    try:
        with evaluating(model):
            called(model, xs.on(_device(model), torch.channels_last))
    except RuntimeError:
        model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        return False
    return True


def _check_classes(data: GivenData, objective: Terms, outputs: Columns) -> None:
    """Class numbers of all items are among those that the network tells apart; -100 is passed over, as in torch."""
    for _, ys in (data.train, *([data.valid] if data.valid is not None else [])):
        for term, (prediction, target) in zip(objective.terms, objective.pairs(outputs, ys), strict=True):
            if term.loss.kind != "classes" or target.is_floating_point() or target.shape[1:] == prediction.shape[1:]:
                continue
            known = prediction.shape[-1 if term.loss.last else 1]
            told = target[target != IGNORED]
            if len(told) and not (int(told.min()) >= 0 and int(told.max()) < known):
                raise OptionError("own.class_range", classes=known, low=int(told.min()), high=int(told.max()))


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters(), torch.zeros(())).device


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def from_config(_config: Mapping[str, Any], _data: Data | None) -> SupervisedLearner:
    """Refuses: the network and the loss are the program's own, which a file can't hold.

    Raises:
        CheckpointError: always.
    """
    raise CheckpointError("training.own_parts")
