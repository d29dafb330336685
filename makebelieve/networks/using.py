"""Using a network that has been trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

AT_ONCE = 256


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """The module in eval mode without gradients, and as it was afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part, mode in modes:
            part.training = mode


def in_parts(function: Callable[..., Tensor], *tensors: Tensor, size: int = AT_ONCE) -> Tensor:
    """What `function` gives for the tensors, (n, …) each, taken `size` rows at a time: joined, float32, on the CPU."""
    slices = zip(*(torch.split(tensor, size) for tensor in tensors), strict=True)
    return torch.cat([function(*parts).float().cpu().contiguous() for parts in slices])
