"""What training aims at: the style's Gram matrices, computed once, and the layers by which pictures are seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from makebelieve.networks.features import Features
from makebelieve.objectives.perceptual import content_distance, gram, style_distance


class Targets(nn.Module):
    """Gram matrices of a style's picture, and the picture; they stay in checkpoints, nothing of it learns.

    Args:
        channels: of each style layer's maps.
        size: (h, w) of the picture.
    """

    content_power: Tensor
    picture: Tensor

    def __init__(self, channels: Sequence[int], size: tuple[int, int]) -> None:
        super().__init__()
        self.channels, self.size = tuple(channels), size
        for i, c in enumerate(self.channels):
            self.register_buffer(f"gram_{i}", torch.zeros(1, c, c))
        self.register_buffer("content_power", torch.ones(()))
        self.register_buffer("picture", torch.zeros(3, *size, dtype=torch.uint8))

    def grams(self) -> list[Tensor]:
        """(1, c, c) of each layer."""
        return [cast(Tensor, getattr(self, f"gram_{i}")) for i in range(len(self.channels))]


class Perception:
    """The layers of a frozen network as a stylizer's recipe needs them.

    Args:
        features: gives the maps of all layers.
        content: gives those of the content layer, and runs no deeper.
        style_layers: shares by layer, above 0.
        content_layer: its name.
        name: what says in a checkpoint by what was seen.
    """

    def __init__(
        self, features: Features, content: Features, style_layers: Mapping[str, float], content_layer: str, name: str
    ) -> None:
        self.features, self.content, self.name = features, content, name
        self.style_layers, self.content_layer = dict(style_layers), content_layer

    def __str__(self) -> str:
        return f"{self.name}: {self.content_layer}; {self.style_layers}"

    def to(self, device: torch.device) -> None:
        """Moves the networks there."""
        self.features.to(device)
        self.content.to(device)

    def targets(self, picture: Tensor) -> Targets:
        """Of a style's picture (3, h, w) in [0, 1]."""
        with torch.no_grad():
            maps = self.features(picture[None])
            seen = self.content(picture[None])[self.content_layer]
        targets = Targets([maps[layer].shape[1] for layer in self.style_layers], (picture.shape[1], picture.shape[2]))
        for held, layer in zip(targets.grams(), self.style_layers, strict=True):
            held.copy_(gram(maps[layer]))
        targets.content_power.copy_(seen.float().square().mean())
        targets.picture.copy_((picture * 255).round())
        return targets

    def losses(self, x: Tensor, y: Tensor, targets: Targets) -> tuple[Tensor, Tensor]:
        """Content and style loss of y for x, both (n, 3, h, w): a number a picture each, (n,).

        Both are shares: content_distance over the mean square of the style picture's own maps, and the mean over layers
        of style_distance over that of a picture that excites nothing, Σ_ij A_ij² / (4 N²). So 1 is far off whatever the
        network and layer, and one weight serves all.
        """
        with torch.no_grad():
            wanted = self.content(x)[self.content_layer]
        maps = self.features(y)
        content = content_distance(maps[self.content_layer], wanted) / targets.content_power
        total = sum(self.style_layers.values())
        style = y.new_zeros(len(y), dtype=torch.float32)
        for (layer, share), a in zip(self.style_layers.items(), targets.grams(), strict=True):
            nothing = style_distance(torch.zeros_like(a), a)
            style = style + share / total * style_distance(gram(maps[layer]), a) / nothing
        return content, style
