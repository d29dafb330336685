"""The filters of a network's first layer, which can be looked at as pictures."""

from __future__ import annotations

from torch import Tensor, nn

from makebelieve.errors import OptionError


def first_filters(model: nn.Module) -> Tensor:
    """(n, c, kh, kw) in [0, 1]: the first convolution's filters, each scaled to its own range; c is 3 or 1.

    The first convolution is the first in `named_modules` that sees more than one pixel. Its filters are in colour where
    it has three input channels, else grey, the mean over its input channels.

    Raises:
        OptionError: there is no such convolution.
    """
    for part in model.modules():
        if isinstance(part, nn.Conv2d) and part.weight.shape[-2:].numel() > 1:
            weight = part.weight.detach().float().cpu().contiguous()
            return scaled(weight if weight.shape[1] == 3 else weight.mean(1, keepdim=True))
    raise OptionError("explain.no_convolutions", name=type(model).__name__)


def scaled(pictures: Tensor) -> Tensor:
    """(n, c, h, w) of any range, each picture moved and stretched to [0, 1]; one half where all values are the same."""
    low, high = pictures.amin((1, 2, 3), keepdim=True), pictures.amax((1, 2, 3), keepdim=True)
    return ((pictures - low) / (high - low)).nan_to_num(0.5)
