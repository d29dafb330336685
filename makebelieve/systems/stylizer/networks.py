"""The stylizer's network: pictures (n, 3, h, w) in [0, 1] to as many of the same size, of any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.blocks import UpsampleConv2d

STRIDE = 4  # the body works at a quarter of the picture's side
LEAST = 16  # pixels a side that reflections at the border need; smaller pictures are continued by their edge
EPSILON = 1e-5
GAIN = 0.2  # of the last layer: an output of it adds up 81 · width inputs, which all move at once by Adam's first steps


class InstanceNorm(nn.Module):
    """(x − μ) / √(σ² + ε) · γ + β, with μ and σ² of each picture's own channel, over its places.

    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016, eq. 6.
    Sums are products with ones, which in channels-last memory take half the time of a reduction or less; the variance
    is that of centred values, so that bf16 has digits enough.

    Args:
        channels: of x.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.held: tuple[Tensor, Tensor] | None = None  # μ and σ², (n, 1, c) float32
        self.holds = False

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to the same."""
        n, c, h, w = x.shape
        places = x.permute(0, 2, 3, 1).reshape(n, h * w, c)
        if self.held is not None and not self.holds:
            mean, variance = self.held
            centred = places - mean.to(x.dtype)
        else:
            ones = places.new_ones(n, 1, h * w)
            mean = (ones @ places).float() / (h * w)
            centred = places - mean.to(x.dtype)
            variance = (ones @ (centred * centred)).float() / (h * w)
            if self.holds:
                self.held = mean, variance
        scale = self.weight * (variance + EPSILON).rsqrt()
        normal = torch.addcmul(self.bias.to(x.dtype), centred, scale.to(x.dtype))
        return normal.view(n, h, w, c).permute(0, 3, 1, 2)


class Up(nn.Module):
    """Nearest upsampling by 2 and a convolution; a transposed one leaves a checkerboard (Odena et al. 2016).

    Args:
        channels: of what comes in.
        out: of what comes out.
        kernel: side of the convolution, odd.
    """

    def __init__(self, channels: int, out: int, kernel: int, *, bias: bool) -> None:
        super().__init__()
        self.edge = (kernel // 2 + 1) // 2
        self.convolution = UpsampleConv2d(channels, out, kernel, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, out, 2h, 2w); beyond the border x is reflected."""
        edge = self.edge
        y = self.convolution(F.pad(x, (edge,) * 4, mode="reflect"))
        return cast(Tensor, y[..., 2 * edge : -2 * edge, 2 * edge : -2 * edge])


class Residual(nn.Module):
    """x + f(x), f two convolutions with normalisation, no ReLU after the sum (Johnson et al. 2016, supplement).

    Args:
        channels: of x.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(channels, channels, 3), InstanceNorm(channels), nn.ReLU(),
            _convolution(channels, channels, 3), InstanceNorm(channels),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to the same."""
        return x + cast(Tensor, self.body(x))


class StyleNetwork(nn.Module):
    """The image transformation network of Johnson, Alahi and Fei-Fei 2016, with instance normalisation.

    It goes down twice, through residual blocks at a quarter of the side, and up twice. What the paper does at full
    resolution is done at half of it: the first convolution has stride 2, the last one is folded with the upsampling
    before it. That leaves the maps of most memory and least arithmetic out.

    Args:
        width: channels at half the side; twice as many at a quarter (the paper: 64).
        blocks: residual blocks (the paper: 5).
    """

    def __init__(self, width: int = 32, blocks: int = 5) -> None:
        super().__init__()
        self.reach = 14 + 8 * blocks  # pixels, how far what is seen of a picture lies from what it changes
        self.down = nn.Sequential(
            _convolution(3, width, 9, stride=2), InstanceNorm(width), nn.ReLU(),
            _convolution(width, 2 * width, 3, stride=2), InstanceNorm(2 * width), nn.ReLU(),
        )  # fmt: skip
        self.body = nn.Sequential(*[Residual(2 * width) for _ in range(blocks)])
        self.up = nn.Sequential(
            Up(2 * width, width, 3, bias=False), InstanceNorm(width), nn.ReLU(), Up(width, 3, 9, bias=True)
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] to the same."""
        h, w = x.shape[-2:]
        more = [max(LEAST, -(-side // STRIDE) * STRIDE) - side for side in (w, h)]
        if any(more):
            x = F.pad(x, (0, more[0], 0, more[1]), mode="replicate")
        y = self.up(self.body(self.down(2 * x - 1)))
        return torch.sigmoid(GAIN * cast(Tensor, y).float())[..., :h, :w]


def _convolution(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    """Without bias, which the normalisation behind it would take away; beyond the border x is reflected."""
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False, padding_mode="reflect")


@contextmanager
def holding(net: nn.Module, x: Tensor) -> Iterator[None]:
    """For a while all normalisation takes the statistics of x (1, 3, h, w), whatever picture is shown."""
    norms = [part for part in net.modules() if isinstance(part, InstanceNorm)]
    try:
        for norm in norms:
            norm.holds = True
        net(x)
        for norm in norms:
            norm.holds = False
        yield
    finally:
        for norm in norms:
            norm.holds, norm.held = False, None
