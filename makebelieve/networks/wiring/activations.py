"""Activations by the names that Keras has for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.options import choice

Activation = str | Callable[[Any], Any] | None


def softmax_axis(x: Any) -> int:
    """Channels of pictures (n, c, h, w); of all else the last axis."""
    return 1 if x.ndim == 4 else -1


def _same(x: Any) -> Any:
    return x


def _softmax(x: Any) -> Any:
    return torch.softmax(x, softmax_axis(x))


def _log_softmax(x: Any) -> Any:
    return torch.log_softmax(x, softmax_axis(x))


def _leaky_relu(x: Any) -> Any:
    return F.leaky_relu(x, 0.2)


_BY_NAME: dict[str, Callable[[Any], Any]] = {
    "elu": F.elu,
    "exponential": torch.exp,
    "gelu": F.gelu,
    "hard_sigmoid": F.hardsigmoid,
    "leaky_relu": _leaky_relu,
    "linear": _same,
    "log_softmax": _log_softmax,
    "mish": F.mish,
    "relu": torch.relu,
    "relu6": F.relu6,
    "selu": F.selu,
    "sigmoid": torch.sigmoid,
    "silu": F.silu,
    "softmax": _softmax,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "swish": F.silu,
    "tanh": torch.tanh,
}


def activation_by_name(layer: str, given: Activation) -> Callable[[Any], Any]:
    """A function of one tensor.

    Args:
        layer: whose, for the sentence.
        given: a name, a function of one tensor or a module; None leaves values as they are.

    Raises:
        OptionError: there is none of that name, and the nearest is named; or it is a class.
    """
    if given is None:
        return _same
    if isinstance(given, type):
        raise OptionError("wiring.activation_class", layer=layer, name=given.__name__)
    if callable(given):
        return given
    return _BY_NAME[choice(layer, "activation", given, _BY_NAME)]
