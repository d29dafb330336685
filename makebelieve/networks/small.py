"""Small convolutional bodies for pictures of 8 to 64 pixels: pictures to features, to be learnt from nothing."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.blocks import BatchNorm2d, ToVector

LEAST = 8  # pixels of the shorter side
LAST = 4  # the maps' shorter side has 4 to 7 pixels
POOLED = 2  # pixels a side that the features keep of where things are
WIDEST = 256


class Small(nn.Module):
    """Pictures (n, c, h, w) in [0, 1] to (n, features).

    Args:
        stages: pictures in [−1, 1] to maps (n, f, h', w').
        pool: maps to (n, features).
        features: how many.
    """

    def __init__(self, stages: nn.Sequential, pool: nn.Module, features: int) -> None:
        super().__init__()
        self.stages, self.pool, self.features = stages, pool, features

    def maps(self, x: Tensor) -> Tensor:
        """The maps before pooling: (n, c, h, w) in [0, 1] to (n, f, h', w')."""
        return cast(Tensor, self.stages(x * 2 - 1))

    def forward(self, x: Tensor) -> Tensor:
        """Pooled maps, (n, features)."""
        return cast(Tensor, self.pool(self.maps(x)))


class Residual(nn.Module):
    """x + f(x), f two 3×3 convolutions of as many channels (He et al. 2016, fig. 2)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(*convolution(width, width), *convolution(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """(n, width, h, w), as x."""
        return x + cast(Tensor, self.inner(x))


def convolution(here: int, there: int, *, halve: bool = False) -> list[nn.Module]:
    """3×3 convolution, the greatest of 2×2 where the side is halved, batch normalisation, ReLU.

    Pooled before it is normalised: a quarter of the work, and the maximum commutes with what comes after where the
    scale is positive.
    """
    pool = [nn.MaxPool2d(2)] if halve else []
    return [nn.Conv2d(here, there, 3, padding=1, bias=False), *pool, BatchNorm2d(there), nn.ReLU(inplace=True)]


def small_cnn(channels: int, size: tuple[int, int], *, width: int = 32) -> Small:
    """Convolutions whose width doubles as the side halves, until it has 4 to 7 pixels; what is left is averaged to 2×2.

    Args:
        channels: c of a picture.
        size: (h, w), the shorter side 8 pixels at least.
        width: channels of the first convolution; the widest has at most 256 or this.

    Raises:
        OptionError: the pictures are too small.
    """
    side = _shorter(size)
    stages = convolution(channels, width, halve=True)
    here, side = width, side // 2
    while side >= 2 * LAST:
        there = min(2 * here, max(WIDEST, width))
        stages += convolution(here, there, halve=True)
        here, side = there, side // 2
    there = min(2 * here, max(WIDEST, width))
    stages += [*convolution(here, there), *convolution(there, there)]
    pool = nn.Sequential(nn.AdaptiveAvgPool2d(POOLED), ToVector())
    return Small(nn.Sequential(*stages), pool, there * POOLED**2)


def small_resnet(channels: int, size: tuple[int, int], *, width: int = 64) -> Small:
    """Eight convolutions, three halvings and two residual blocks; the greatest of each map is a feature.

    The nine-layer network (with the head) of D. Page, "How to train your ResNet" (2018), for 32×32 pictures: there
    380 million products a picture.

    Args:
        channels: c of a picture.
        size: (h, w), the shorter side 8 pixels at least.
        width: channels of the first convolution; the last have 8 times as many.

    Raises:
        OptionError: the pictures are too small.
    """
    _shorter(size)
    stages = nn.Sequential(
        *convolution(channels, width),
        *convolution(width, 2 * width, halve=True),
        Residual(2 * width),
        *convolution(2 * width, 4 * width, halve=True),
        *convolution(4 * width, 8 * width, halve=True),
        Residual(8 * width),
    )
    return Small(stages, nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()), 8 * width)


def _shorter(size: tuple[int, int]) -> int:
    if min(size) < LEAST:
        raise OptionError("networks.too_small", height=size[0], width=size[1], least=LEAST)
    return min(size)
