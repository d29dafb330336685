"""Whether network, loss and data belong together, tried with a few items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.networks.using import evaluating
from makebelieve.systems.own.columns import Columns, called, columns_of
from makebelieve.systems.own.objective import Objective, Terms, modules_of

PROBES = 2
IGNORED = -100  # a target that torch's losses pass over
FAILS = (RuntimeError, ValueError, TypeError, AssertionError, IndexError)  # what modules raise for other inputs


def check_given(model: nn.Module, given: tuple[Columns, Columns], objective: Objective) -> None:
    """Inputs and targets that come after training fit the network and its losses.

    Raises:
        DataError: there are other targets than the losses compare.
        OptionError: the network can't take the inputs, or the losses the targets.
    """
    xs, ys = (columns.slice(0, PROBES).on(device_of(model)) for columns in given)
    outputs = outputs_of(model, xs)
    found = columns_of(outputs)
    if found is not None and isinstance(objective, Terms):
        unlike = found.names is not None and ys.names is not None and set(found.names) != set(ys.names)
        if unlike or len(found.tensors) != len(ys.tensors):
            raise DataError("own.other_targets", given="; ".join(ys.facts()), n=len(found.tensors))
    check_classes([given[1]], objective, outputs)
    check_loss(objective, outputs, ys)


def outputs_of(model: nn.Module, xs: Columns) -> Any:
    """What the network gives for a few items.

    Raises:
        OptionError: it can't take them.
    """
    try:
        with evaluating(model):
            return called(model, xs.on(device_of(model)))
    except FAILS as error:
        told = {"network": type(model).__name__, "inputs": "; ".join(xs.facts()), "why": _first_line(error)}
        whole = any(not tensor.is_floating_point() for tensor in xs.tensors)
        raise OptionError("own.model_whole" if whole else "own.model_fails", **told) from error


def check_loss(objective: Objective, outputs: Any, ys: Columns) -> None:
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


def check_classes(targets: Sequence[Columns], objective: Objective, outputs: Any) -> None:
    """Class numbers are among those that the network tells apart; -100 is passed over, as in torch.

    Args:
        targets: of all items, in one part or several.
        objective: the losses.
        outputs: what the network gave for a few items.

    Raises:
        OptionError: one is not.
    """
    predictions = columns_of(outputs)
    if predictions is None or not isinstance(objective, Terms):
        return
    for ys in targets:
        for term, (prediction, target) in zip(objective.terms, objective.pairs(predictions, ys), strict=True):
            if term.loss.kind != "classes" or target.is_floating_point() or target.shape[1:] == prediction.shape[1:]:
                continue
            known = prediction.shape[-1 if term.loss.last else 1]
            told = target[target != IGNORED]
            if len(told) and not (int(told.min()) >= 0 and int(told.max()) < known):
                raise OptionError("own.class_range", classes=known, low=int(told.min()), high=int(told.max()))


def device_of(model: nn.Module) -> torch.device:
    """Where the network is; the CPU where it has no weights."""
    return next(model.parameters(), torch.zeros(())).device


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
