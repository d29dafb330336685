"""Looking into a network without changing it: what its parts give for a picture, with or without gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from makebelieve.errors import OptionError
from makebelieve.networks.using import evaluating

SHOWN = 6  # names in a sentence


@contextmanager
def differentiating(model: nn.Module) -> Iterator[None]:
    """Eval mode with gradients, also inside `no_grad`; the modes of all parts are as they were afterwards.

    What is differentiated for are activations and pictures, by `torch.autograd.grad`: the parameters' own gradients
    stay untouched.
    """
    with evaluating(model), torch.inference_mode(False), torch.enable_grad():
        yield


def is_convolution(part: nn.Module) -> bool:
    """Whether the module itself, not a part of it, convolves: one of torch's, or one with a kernel of its own."""
    return isinstance(part, _ConvNd) or any(weight.ndim == 4 for weight in part.parameters(recurse=False))


def placed(model: nn.Module, x: Tensor) -> Tensor:
    """Pictures (n, c, h, w), or one (c, h, w), as float32 batch on the model's device, without a graph.

    Raises:
        OptionError: the shape is another.
    """
    x = x.unsqueeze(0) if x.ndim == 3 else x
    if x.ndim != 4 or not x.numel():
        raise OptionError("explain.pictures_shape", shape=tuple(x.shape))
    weight = next(model.parameters(), x)
    return x.detach().to(weight.device, torch.float32)


def one(model: nn.Module, x: Tensor) -> Tensor:
    """As `placed`, for exactly one picture: (1, c, h, w).

    Raises:
        OptionError: the shape is another.
    """
    x = placed(model, x)
    if len(x) != 1:
        raise OptionError("explain.one_picture", shape=tuple(x.shape))
    return x


def seen(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """What the parts of these names give for x, each at its first call; what follows the last of them does not run.

    What goes on through the network is a copy, so that no later operation in place alters what was seen.

    Raises:
        OptionError: a name is unknown, or its part gives no (n, c, h, w).
    """
    found: dict[str, Tensor] = {}

    def keep(name: str, output: Any) -> Any:
        if name in found or not isinstance(output, Tensor) or output.ndim != 4:
            return None
        found[name] = output
        if len(found) == len(set(names)):
            raise _Done
        return output.clone()

    try:
        with _hooked(model, names, keep):
            model(x)
    except _Done:
        pass
    for name in names:
        if name not in found:
            raise OptionError("explain.no_map", name=name)
    return found


def output_and_map(model: nn.Module, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
    """The model's output for x, and on the way to it that of the named part at its first call.

    Raises:
        OptionError: the name is unknown, or its part gives no (n, c, h, w).
    """
    found: dict[str, Tensor] = {}

    def keep(name: str, output: Any) -> Any:
        if name in found or not isinstance(output, Tensor) or output.ndim != 4:
            return None
        found[name] = output
        return output.clone()

    with _hooked(model, [name], keep):
        output = model(x)
    if name not in found:
        raise OptionError("explain.no_map", name=name)
    return output, found[name]


def maps_of(model: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """What every part gives at its first call, in that order, where it is (n, c, h, w) with more than one place.

    Only from the first convolution on: what comes before it are pictures still.

    Raises:
        OptionError: the model has no convolution.
    """
    parts = dict(model.named_modules())
    if not any(is_convolution(part) for part in parts.values()):
        raise OptionError("explain.no_convolutions", name=type(model).__name__)
    found: dict[str, Tensor] = {}
    convolved = False

    def keep(name: str, output: Any) -> None:
        nonlocal convolved
        convolved = convolved or is_convolution(parts[name])
        is_map = isinstance(output, Tensor) and output.ndim == 4 and output.shape[-2:].numel() > 1
        if convolved and is_map and name not in found:
            found[name] = output

    with evaluating(model), _hooked(model, [name for name in parts if name], keep):
        model(x)
    return found


def score(output: Any, target: int | None) -> tuple[Tensor, int]:
    """One of a model's outputs for one picture, and its place: that of `target`, or the greatest.

    Raises:
        OptionError: the output is not (1, k) or (1,), or `target` is not one of its places.
    """
    if not isinstance(output, Tensor) or output.ndim not in (1, 2) or len(output) != 1:
        raise OptionError("explain.outputs", given=tuple(output.shape) if isinstance(output, Tensor) else type(output))
    values = output.reshape(-1)
    if target is None:
        target = int(values.argmax())
    if not 0 <= target < len(values):
        raise OptionError("explain.target", given=target, k=len(values), last=len(values) - 1)
    return values[target], target


class _Done(Exception):  # noqa: N818 - no error: the forward pass has been far enough
    pass


@contextmanager
def _hooked(model: nn.Module, names: Sequence[str], keep: Callable[[str, Any], Any]) -> Iterator[None]:
    """`keep(name, output)` at each call of the parts of these names; what it gives, if anything, goes on instead."""
    parts = dict(model.named_modules())
    for name in names:
        if not name or name not in parts:
            raise unknown(name, [known for known in parts if known])
    handles = []

    def listen(name: str) -> None:
        handles.append(parts[name].register_forward_hook(lambda _part, _given, output: keep(name, output)))

    try:
        for name in names:
            listen(name)
        yield
    finally:
        for handle in handles:
            handle.remove()


def unknown(name: str, known: Sequence[str]) -> OptionError:
    """The error that no layer has that name; it tells the nearest names, or the first."""
    near = get_close_matches(name, known, SHOWN, 0.4) or list(known[:SHOWN])
    return OptionError("explain.unknown_layer", given=name, near=", ".join(near))
