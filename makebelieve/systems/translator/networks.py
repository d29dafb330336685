"""Networks of the translator: a U-Net without normalisation, and a critic of patches.

The model is called `model(given)`: (n, c, h, w) in [0, 1], of any size, to what the task wants, (n, c', f·h, f·w).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from makebelieve.errors import OptionError
from makebelieve.networks.features import Features, LayerRow, features_of, layers

LOOKED_AT = 256  # pixels a side at which a backbone's layers are compared


class Block(nn.Module):
    """x + conv(relu(conv(x))) without normalisation (Lim et al. 2017, section 3.1), at first the identity.

    What a pixel becomes depends on its neighbourhood alone, so a picture can be taken tile by tile.

    Args:
        channels: of x.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.activation = nn.ReLU()
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.kaiming_normal_(self.first.weight, nonlinearity="relu")
        nn.init.zeros_(cast(Tensor, self.first.bias))
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(cast(Tensor, self.second.bias))

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to the same shape."""
        return x + cast(Tensor, self.second(self.activation(self.first(x))))


class UNet(nn.Module):
    """Down, and up again with sums across (Ronneberger et al. 2015), of residual blocks (Zhang et al. 2021, DRUNet).

    The finest level costs most, so patches of pixels become channels first (pixel unshuffle; Zhang et al. 2018, FFDNet)
    and the last layer gives all pixels of a patch at once (pixel shuffle; Shi et al. 2016). To enlarge, everything is
    computed at the small size; with a single level this is the network of Lim et al. 2017 (EDSR).

    Args:
        given: channels in.
        found: channels out.
        widths: channels of each level, the finest first; a level has half the side of the one before.
        blocks: residual blocks of each level, on each side of the U.
        patch: side of the patches.
        factor: sides of the output over those of the input.
        backbone: a frozen network that tells each level what it sees there, one layer a level (hypercolumns; Larsson et
            al. 2016), or None.
        told: channels of those layers.
    """

    def __init__(
        self,
        given: int,
        found: int,
        widths: Sequence[int],
        blocks: Sequence[int],
        *,
        patch: int = 1,
        factor: int = 1,
        backbone: Features | None = None,
        told: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.patch, self.factor, self.backbone = patch, factor, backbone
        self.told = nn.ModuleList([nn.Conv2d(here, there, 1) for here, there in zip(told, widths, strict=False)])
        self.stride = patch * 2 ** (len(widths) - 1)
        self.enter = nn.Conv2d(given * patch**2, widths[0], 3, padding=1)
        chains = [(width, count) for width, count in zip(widths, blocks, strict=True)]
        self.before = nn.ModuleList([_chain(width, count) for width, count in chains[:-1]])
        self.middle = _chain(*chains[-1])
        self.after = nn.ModuleList([_chain(width, count) for width, count in chains[:-1]])
        self.down = nn.ModuleList([nn.Conv2d(here, there, 2, stride=2) for here, there in pairwise(widths)])
        # a transposed convolution of kernel and stride 2, as the equal 1 × 1 convolution and a pixel shuffle
        self.up = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(there, 4 * here, 1), nn.PixelShuffle(2)) for here, there in pairwise(widths)]
        )
        self.leave = nn.Conv2d(widths[0], found * (patch * factor) ** 2, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(cast(Tensor, self.leave.bias))

    def forward(self, x: Tensor) -> Tensor:
        """From (n, given, h, w) in [0, 1] of any size to (n, found, f·h, f·w); at first zeros."""
        h, w = x.shape[-2:]
        lacking = -h % self.stride, -w % self.stride
        if any(lacking):
            x = F.pad(x, (0, lacking[1], 0, lacking[0]), mode="replicate")
        seen = self._seen(x)
        x = x - 0.5
        entered = self.enter(F.pixel_unshuffle(x, self.patch) if self.patch > 1 else x)
        y, across = entered, []
        for level, (chain, down) in enumerate(zip(self.before, self.down, strict=True)):
            across.append(chain(self._with(y, seen, level)))
            y = down(across[-1])
        y = self.middle(self._with(y, seen, len(self.before)))
        for chain, up in zip(reversed(self.after), reversed(self.up), strict=True):
            y = chain(across.pop() + up(y))
        y = self.leave(y + entered)
        if self.patch * self.factor > 1:
            y = F.pixel_shuffle(y, self.patch * self.factor)
        return cast(Tensor, y[..., : h * self.factor, : w * self.factor])

    def _seen(self, x: Tensor) -> list[Tensor]:
        """The backbone's maps by level; [] without one."""
        if self.backbone is None:
            return []
        with torch.no_grad():
            return list(self.backbone(x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x).values())

    def _with(self, y: Tensor, seen: Sequence[Tensor], level: int) -> Tensor:
        """y and what the backbone says of the same places."""
        if not seen:
            return y
        told = self.told[level](seen[level])
        if told.shape[-2:] != y.shape[-2:]:
            told = F.interpolate(told, y.shape[-2:], mode="bilinear")
        return y + cast(Tensor, told)


class Added(nn.Module):
    """What the body finds, added in float32 to what is there without it.

    Args:
        body: as `UNet`.
        base: from the input to what the body's output is added to.
    """

    def __init__(self, body: nn.Module, base: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.body, self._base = body, base

    def forward(self, given: Tensor) -> Tensor:
        """(n, c, h, w) in [0, 1] to the body's shape, float32."""
        return self._base(given) + cast(Tensor, self.body(given)).float()


class PatchCritic(nn.Module):
    """Judges every patch of a picture, given what it was made from (Isola et al. 2017, section 3.2.2: PatchGAN).

    Three strided convolutions see patches of 46 × 46 pixels. Weights are normalised by their spectral norm (Miyato et
    al. 2018) in place of batch normalisation, so that pictures of a batch do not see each other.

    Args:
        given: channels of what it was made from.
        made: channels of the picture.
        width: channels after the first layer.
    """

    def __init__(self, given: int, made: int, width: int = 32) -> None:
        super().__init__()
        widths = [given + made, width, 2 * width, 4 * width]
        layers: list[nn.Module] = []
        for here, there in pairwise(widths):
            layers += [spectral_norm(nn.Conv2d(here, there, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 4, padding=1)))

    def forward(self, seen: Tensor, picture: Tensor) -> Tensor:
        """From (n, given, h, w) and (n, made, h, w), sides from 16, to logits (n · patches,), float32."""
        logits: Tensor = self.layers(torch.cat([seen, picture], 1) * 2 - 1)
        return logits.float().flatten()


def _chain(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Block(width) for _ in range(count)))


def seers(backbone: str, strides: Sequence[int], *, pretrained: bool) -> tuple[Features, list[int]]:
    """For each stride a layer of the backbone, the last whose maps are nearest to that size, and its channels.

    Args:
        backbone: a classifier of torchvision or timm by name.
        strides: of a U-Net's levels, rising.
        pretrained: whether to load its published weights.

    Raises:
        OptionError: there is no such network, or it has fewer sizes of maps than there are levels.
    """
    side = LOOKED_AT
    rows = [row for row in layers(backbone, size=side) if min(row.shape[1:]) > 1]
    chosen: list[LayerRow] = []
    for stride in strides:
        least = min(abs(row.shape[1] - side / stride) for row in rows)
        chosen.append([row for row in rows if abs(row.shape[1] - side / stride) == least][-1])
    names = [row.name for row in chosen]
    if len(set(names)) < len(names):
        raise OptionError("translator.backbone", given=backbone, strides=", ".join(map(str, strides)))
    return features_of(backbone, names, pretrained=pretrained), [row.shape[0] for row in chosen]
