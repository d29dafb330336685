"""What well-known modules need of a value, so that a misfit is told in their own terms before torch is asked."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from makebelieve.errors import OptionError
from makebelieve.messages import say

_SPACE = {1: "wiring.space_1d", 2: "wiring.space_2d", 3: "wiring.space_3d"}


def check(module: nn.Module, text: str, values: Sequence[Tensor | object], got: str) -> None:
    """Looks at the first value that a module gets.

    Args:
        module: to be called.
        text: its name in a sentence.
        values: meta tensors at some batch size, or numbers.
        got: their shapes in a sentence.

    Raises:
        OptionError: it can't be taken.
    """
    if not values or not isinstance(values[0], Tensor):
        return
    needs = _misses(module, values[0])
    if needs is not None:
        raise OptionError("wiring.misfit", layer=text, got=got, needs=needs)


def _misses(module: nn.Module, x: Tensor) -> str | None:
    """What the module needs where x is not that; None where x will do or nothing is known of the module."""
    batch = say("wiring.batch")
    if isinstance(module, nn.Linear):
        return None if x.shape[-1] == module.in_features else f"({batch}, …, {module.in_features})"
    if isinstance(module, _ConvNd):
        return _convolution_misses(module, x, batch)
    if isinstance(module, _BatchNorm):
        ranks = (2, 3) if isinstance(module, nn.BatchNorm1d) else (4,) if isinstance(module, nn.BatchNorm2d) else (5,)
        fits = x.dim() in ranks and x.shape[1] == module.num_features
        return None if fits else f"({batch}, {module.num_features}{', …' if x.dim() > 2 or 2 not in ranks else ''})"
    if isinstance(module, nn.RNNBase):
        fits = x.dim() == 3 and x.shape[-1] == module.input_size
        return None if fits else f"({batch}, {say('wiring.time')}, {module.input_size})"
    if isinstance(module, nn.Embedding):
        whole = not x.dtype.is_floating_point and not x.dtype.is_complex
        return None if whole else say("wiring.whole_numbers", below=module.num_embeddings)
    if isinstance(module, nn.LayerNorm):
        last = tuple(module.normalized_shape)
        return None if tuple(x.shape[-len(last) :]) == last else f"({batch}, …, {', '.join(map(str, last))})"
    if isinstance(module, nn.GroupNorm):
        fits = x.dim() >= 2 and x.shape[1] == module.num_channels
        return None if fits else f"({batch}, {module.num_channels}, …)"
    return None


def _convolution_misses(module: _ConvNd, x: Tensor, batch: str) -> str | None:
    dimensions = len(module.kernel_size)
    least = [0] * dimensions
    if not isinstance(module, _ConvTransposeNd):
        padding = [0] * dimensions if isinstance(module.padding, str) else [int(side) for side in module.padding]
        reach = zip(module.kernel_size, module.dilation, padding, strict=True)
        least = [0 if module.padding == "same" else d * (k - 1) + 1 - 2 * p for k, d, p in reach]
    fits = x.dim() == dimensions + 2 and x.shape[1] == module.in_channels
    if fits and all(size >= most for size, most in zip(x.shape[2:], least, strict=True)):
        return None
    sizes = say(_SPACE[dimensions])
    at_least = "" if not fits else say("wiring.at_least", sizes=" × ".join(map(str, least)))
    return f"({batch}, {module.in_channels}, {sizes}){at_least}"
