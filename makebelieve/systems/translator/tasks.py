"""What is learned: how a picture of the data becomes what the network is given, and what it gives becomes a picture.

A task knows three forms. `given` is what a network gets, a picture in [0, 1] as a file would hold it: small, grey or
noisy. `found` is what it gives, in the task's own terms: a picture, or the colours alone. `plain` is the picture that
one has of `given` without a network: enlarged by cubic interpolation, grey, noisy; figures stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.systems.translator import lab
from makebelieve.systems.translator.wear import Wear


@dataclass(frozen=True)
class Task:
    """Pairs as they are: an item has the channels of the input, then those of the target.

    Attributes:
        given: channels of the input.
        made: channels of what `picture` gives.
        factor: sides of the output over those of the input.
        plain_key: of the message that names `plain`; its last word is the name in figures.
        zooms: whether it learns from squares of any size, turned: where exact pixels don't matter and pictures are few.
        gaussian: whether `pair` takes N(0, 1) for each value of an item.
    """

    given: int
    made: int
    factor: int = 1
    name: ClassVar[str] = "pairs"
    plain_key: ClassVar[str] = "translator.given"
    zooms: ClassVar[bool] = False
    gaussian: ClassVar[bool] = False

    @property
    def plain_name(self) -> str:
        """What `plain` is called in figures."""
        return self.plain_key.rpartition(".")[2]

    @property
    def uniforms(self) -> int:
        """How many numbers, uniform in [0, 1), `pair` takes for an item."""
        return 0

    @property
    def found(self) -> int:
        """Channels of what the network gives."""
        return self.made

    @property
    def read(self) -> int:
        """Channels that pictures are read with before `accept`."""
        return self.given

    def pair(self, x: Tensor, _normal: Tensor | None, _uniform: Tensor) -> tuple[Tensor, Tensor]:
        """(given, truth) of items x (n, c, h, w) in [0, 1].

        Args:
            x: of the data; sides are multiples of the factor.
            _normal: N(0, 1) of x's shape where the task is `gaussian`, else None.
            _uniform: (n, uniforms).
        """
        return x[:, : self.given], x[:, self.given :]

    def accept(self, x: Tensor) -> Tensor:
        """Pictures as they are read, (n, read, h, w) in [0, 1], as what the network is given."""
        return x

    def base(self, given: Tensor) -> Tensor:
        """What the network's own output is added to, in the terms of `found`."""
        return _with_channels(given, self.made)

    def plain(self, given: Tensor) -> Tensor:
        """Pictures (n, made, H, W) in [0, 1] without a network."""
        return _with_channels(given, self.made)

    def wanted(self, truth: Tensor) -> Tensor:
        """The truth in the terms of `found`."""
        return truth

    def loss(self, found: Tensor, wanted: Tensor) -> Tensor:
        """(n,): L1, mean over pixels and channels (Isola et al. 2017, eq. 3; Zhao et al. 2017 for why not L2)."""
        return (found - wanted).abs().flatten(1).mean(1)

    def picture(self, _given: Tensor, found: Tensor) -> Tensor:
        """Pictures (n, made, H, W) of what was found; not clipped to [0, 1], so that gradients pass."""
        return found


@dataclass(frozen=True)
class Enlarge(Task):
    """Small to large: the network adds to cubic interpolation what that lacks.

    The input is shrunk with an antialiased cubic filter (Keys 1981, a = −½, widened by the factor), as pictures are
    shrunk for the field's tables, and has 256 levels as a file has.
    """

    name: ClassVar[str] = "enlarge"
    plain_key: ClassVar[str] = "translator.bicubic"

    def pair(self, x: Tensor, _normal: Tensor | None, _uniform: Tensor) -> tuple[Tensor, Tensor]:
        h, w = x.shape[-2] // self.factor, x.shape[-1] // self.factor
        small = F.interpolate(x, (h, w), mode="bicubic", antialias=True)
        return small.mul(255).round().div(255).clamp(0, 1), x

    def base(self, given: Tensor) -> Tensor:
        h, w = given.shape[-2] * self.factor, given.shape[-1] * self.factor
        return F.interpolate(given, (h, w), mode="bicubic", antialias=True)

    def plain(self, given: Tensor) -> Tensor:
        return self.base(given).clamp(0, 1)


@dataclass(frozen=True)
class Colourise(Task):
    """Grey to colour: the network finds a and b of CIE Lab for a picture of known lightness.

    Where a thing may have several colours, the least absolute or squared error lies between them, near grey. Against
    that the loss is not squared and weighs pixels by how colourful they are (the aim of Zhang et al. 2016, section 2.2,
    by simpler means), and what was found can be used with its `saturation` raised.
    """

    name: ClassVar[str] = "colourise"
    plain_key: ClassVar[str] = "translator.grey"
    zooms: ClassVar[bool] = True
    weight: ClassVar[float] = 0.5  # of a pixel of chroma 100 over that of a grey one, less 1

    @property
    def found(self) -> int:
        return 2

    @property
    def read(self) -> int:
        return 3

    def pair(self, x: Tensor, _normal: Tensor | None, _uniform: Tensor) -> tuple[Tensor, Tensor]:
        return lab.grey(x).mul(255).round().div(255), x

    def accept(self, x: Tensor) -> Tensor:
        return lab.grey(x)

    def base(self, given: Tensor) -> Tensor:
        return torch.zeros_like(given).expand(-1, 2, -1, -1)

    def plain(self, given: Tensor) -> Tensor:
        return given.expand(-1, 3, -1, -1)

    def wanted(self, truth: Tensor) -> Tensor:
        return lab.to_lab(truth)[:, 1:] / lab.SPREAD

    def loss(self, found: Tensor, wanted: Tensor) -> Tensor:
        """(n,): w ‖found − wanted‖₂ with w = 1 + weight ‖wanted‖₂, mean over pixels: ΔE*ab/100, so weighted."""
        apart = ((found - wanted).square().sum(1) + 1e-8).sqrt()  # √0 has an infinite slope
        chroma = wanted.square().sum(1).sqrt()
        return (apart * (1 + self.weight * chroma)).flatten(1).mean(1)

    def picture(self, given: Tensor, found: Tensor) -> Tensor:
        return lab.from_lab(torch.cat([lab.lightness(given), found * lab.SPREAD], 1))


@dataclass(frozen=True)
class Restore(Task):
    """Worn to clean: noise, scratches and dust as `wear` has them."""

    wear: Wear = field(default_factory=Wear)
    name: ClassVar[str] = "restore"
    plain_key: ClassVar[str] = "translator.worn"
    gaussian: ClassVar[bool] = True

    @property
    def uniforms(self) -> int:
        return self.wear.draws

    def pair(self, x: Tensor, _normal: Tensor | None, _uniform: Tensor) -> tuple[Tensor, Tensor]:
        return self.wear(x, _normal, _uniform), x


def _with_channels(x: Tensor, channels: int) -> Tensor:
    """Grey as colour, or the mean of the channels as grey; as it is where the number is right."""
    if x.shape[1] == channels:
        return x
    return x.mean(1, keepdim=True).expand(-1, channels, -1, -1)
