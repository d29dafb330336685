"""Optimizers by a short name, by class, or as any function of the parameters."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import torch

from makebelieve.errors import OptionError
from makebelieve.systems.own.losses import nearest
from makebelieve.training.recipe import OptimizerFactory

NAMED: dict[str, OptimizerFactory] = {
    "adam": partial(torch.optim.Adam, lr=1e-3, eps=1e-7),
    "adamw": partial(torch.optim.AdamW, lr=1e-3, eps=1e-7, weight_decay=0.004),
    "rmsprop": partial(torch.optim.RMSprop, lr=1e-3, alpha=0.9, eps=1e-7),
    "sgd": partial(torch.optim.SGD, lr=1e-2),
}  # as in Keras 3


def optimizer_of(given: Any) -> OptimizerFactory:
    """A function from parameters to an optimizer.

    Raises:
        OptionError: no optimizer has this name (the nearest is named), or it is an optimizer already, or nothing that
            could make one.
    """
    if isinstance(given, str):
        if given.lower() not in NAMED:
            raise OptionError("own.optimizer_name", given=given, near=nearest(given, NAMED), known=", ".join(NAMED))
        return NAMED[given.lower()]
    if isinstance(given, torch.optim.Optimizer):
        raise OptionError("own.optimizer_made", name=type(given).__name__)
    if not callable(given) or (inspect.isclass(given) and not issubclass(given, torch.optim.Optimizer)):
        raise OptionError("own.optimizer", given=repr(given)[:80], known=", ".join(NAMED))
    return _with_a_rate(given) if inspect.isclass(given) else given


def _with_a_rate(kind: Any) -> OptimizerFactory:
    """A class; one that can't do without a learning rate, as few can't, gets 0.001."""
    needed = inspect.signature(kind).parameters.get("lr")
    return partial(kind, lr=1e-3) if needed is not None and needed.default is inspect.Parameter.empty else kind


def evaluates_again(factory: OptimizerFactory) -> bool:
    """Whether its optimizer wants the loss more than once a step."""
    made = factory.func if isinstance(factory, partial) else factory
    return inspect.isclass(made) and issubclass(made, torch.optim.LBFGS)


def optimizer_name(given: Any) -> str:
    """For `config.json`."""
    function = given.func if isinstance(given, partial) else given
    return given if isinstance(given, str) else str(getattr(function, "__name__", type(function).__name__))
