"""The diffusion model's network: a small U-Net that gives the velocity at a point of the way from noise to picture.

It is called `model(z, t, y=None)`: z (n, c, h, w) in the flow's scale, where pictures are in [−1, 1]; t (n,) in [0, 1];
y (n,) int64 class indices for a network with classes, of which one more than there are classes, `unlabelled`, means no
label. It gives dz/dt, (n, c, h, w) float32.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError

FREQUENCIES = 32
EMBEDDED = 128  # numbers that tell a block the time and the label
SMALLEST, LARGEST = 8, 128


class UNet(nn.Module):
    """Down to an eighth of the side and up again, with sums across (Ronneberger et al. 2015; Ho et al. 2020).

    What costs most in a U-Net is its finest level: here pixels of each 2 × 2 patch become channels (pixel unshuffle),
    and there is one block on each side at each of the levels of half, a quarter and an eighth of the side.

    The network's own output f is added to the best linear guess, that of pixels which are independent and Gaussian with
    the data's mean m and deviation s, pixel by pixel: with z's variance V = (1 − t)² + t² s²,

        v = m + (t s² − (1 − t)) / V · (z − t m) + s / √V · f,

    so that f has unit variance at every t (the idea of Karras et al. 2022, section 5, for this flow).

    Args:
        shape: (c, h, w) of a picture, sides from 8 to 128 and multiples of the patch.
        width: channels at a quarter of the side; half of that at half, twice at an eighth.
        classes: how many labels; None for a network that takes none.
        patch: side of the patches.
    """

    centre: Tensor
    spread: Tensor
    frequencies: Tensor

    def __init__(self, shape: tuple[int, int, int], width: int, classes: int | None, patch: int) -> None:
        super().__init__()
        c, h, w = shape
        if h % patch or w % patch or not SMALLEST <= min(h, w) <= max(h, w) <= LARGEST:
            raise OptionError("diffusion.side", height=h, width=w, multiple=patch)
        self.patch = patch
        self.register_buffer("centre", torch.zeros(shape))
        self.register_buffer("spread", torch.ones(shape))
        self.register_buffer("frequencies", torch.logspace(0, math.log10(60), FREQUENCIES), persistent=False)
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, EMBEDDED), nn.SiLU(), nn.Linear(EMBEDDED, EMBEDDED))
        self.label = None if classes is None else nn.Embedding(classes + 1, EMBEDDED)
        if classes is not None:
            self.unlabelled = classes

        widths = [max(8, width // 2), width, 2 * width]
        self.enter = nn.Conv2d(c * patch**2, widths[0], 3, padding=1)
        self.before = nn.ModuleList([Block(channels) for channels in widths[:-1]])
        self.middle = Block(widths[-1])
        self.after = nn.ModuleList([Block(channels) for channels in widths[:-1]])
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        sides = h // patch, w // patch
        for here, there in pairwise(widths):
            kernel = _kernel(sides[0]), _kernel(sides[1])
            self.down.append(nn.Conv2d(here, there, kernel, stride=2, padding=1))
            self.up.append(nn.ConvTranspose2d(there, here, kernel, stride=2, padding=1))
            sides = (sides[0] + 1) // 2, (sides[1] + 1) // 2
        self.norm = ChannelNorm(widths[0])
        self.activation = nn.ReLU()
        self.leave = nn.Conv2d(widths[0], c * patch**2, 3, padding=1)
        _begin_at_zero(self.leave)

    def forward(self, z: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        """The velocity at z (n, c, h, w) and t (n,), for the labels y (n,) where the network takes them."""
        at = t.view(-1, 1, 1, 1)
        centred = z - at * self.centre
        whole = ((1 - at) ** 2 + at**2 * self.spread.square().mean()).rsqrt()
        own = self._own(centred * whole, self._embedded(t, y)).float()
        variance = (1 - at) ** 2 + (at * self.spread) ** 2
        linear = self.centre + (at * self.spread**2 - (1 - at)) / variance * centred
        return linear + self.spread * variance.rsqrt() * own

    def _embedded(self, t: Tensor, y: Tensor | None) -> Tensor:
        angles = t[:, None] * self.frequencies
        found: Tensor = self.time(torch.cat([angles.cos(), angles.sin()], 1))
        if self.label is not None:
            if y is None:
                raise OptionError("diffusion.labels_needed")
            found = found + self.label(y)
        return F.silu(found)

    def _own(self, z: Tensor, told: Tensor) -> Tensor:
        x, across = self.enter(F.pixel_unshuffle(z, self.patch)), []
        for block, down in zip(self.before, self.down, strict=True):
            across.append(block(x, told))
            x = down(across[-1])
        x = self.middle(x, told)
        for block, up in zip(reversed(self.after), reversed(self.up), strict=True):
            x = block(across.pop() + up(x), told)
        return F.pixel_shuffle(self.leave(self.activation(self.norm(x))), self.patch)


class Block(nn.Module):
    """x + conv(relu((1 + a) · norm(conv(x)) + b)), where time and label give a and b for each channel.

    Scale and shift are those of Dhariwal & Nichol (2021, section 3); a block begins as the identity.

    Args:
        channels: of x.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = ChannelNorm(channels)
        self.told = nn.Linear(EMBEDDED, 2 * channels)
        self.activation = nn.ReLU()
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        _begin_at_zero(self.told)
        _begin_at_zero(self.second)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """From x (n, channels, h, w) and what is told, (n, EMBEDDED), to the shape of x."""
        scale, shift = self.told(told)[:, :, None, None].chunk(2, 1)
        y = torch.addcmul(shift, self.norm(self.first(x)), 1 + scale)
        found: Tensor = x + self.second(self.activation(y))
        return found


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels at each place (Ba et al. 2016): in channels-last order a view, and fast.

    On a CPU, group normalisation of such pictures takes several times as long; batch normalisation mixes times whose
    statistics differ, and learned more slowly.

    Args:
        channels: c.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalises x (n, c, h, w)."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def unet(shape: tuple[int, int, int], width: int, *, classes: int | None = None) -> UNet:
    """The network for pictures of this shape; `centre` and `spread` are still to be told it.

    Args:
        shape: (c, h, w) of a picture.
        width: channels at a quarter of the side.
        classes: how many labels; None for a network that takes none.
    """
    return UNet(shape, width, classes, patch=2 if min(shape[1:]) >= 16 else 1)


def _kernel(side: int) -> int:
    """Of a convolution of stride 2 and padding 1 from `side` to its half, rounded up, or of the transposed one back."""
    return 4 if side % 2 == 0 else 3


def _begin_at_zero(layer: nn.Linear | nn.Conv2d) -> None:
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
