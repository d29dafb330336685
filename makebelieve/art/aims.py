"""What a stylised picture is to come near: the content's maps and the styles' Gram matrices, found once a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.art.reading import Size, resized
from makebelieve.networks.features import Features
from makebelieve.objectives.perceptual import content_distance, gram, style_distance

_TINY = 1e-12


@dataclass(frozen=True)
class Region:
    """Where one style goes, and what it asks for there.

    Attributes:
        grams: A by layer, (1, c, c).
        scales: by layer, 1 / E(0, A): what brings the layer's distance to 1 where nothing lights up.
        places: by layer, how much each place counts, (1, 1, h, w); {} where all count the same.
        weight: of this region among all.
    """

    grams: Mapping[str, Tensor]
    scales: Mapping[str, Tensor]
    places: Mapping[str, Tensor]
    weight: float


@dataclass(frozen=True)
class Aim:
    """What the picture of one scale is to come near.

    Attributes:
        content: P by layer, (1, c, h, w).
        content_scales: by layer, 1 / (mean of P²).
        content_weights: by layer, adding up to 1.
        regions: of the styles.
        style_weights: by layer, adding up to 1.
    """

    content: Mapping[str, Tensor]
    content_scales: Mapping[str, Tensor]
    content_weights: Mapping[str, float]
    regions: Sequence[Region]
    style_weights: Mapping[str, float]

    def distances(self, maps: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Of a picture's maps from the content and from the styles, both 0-dimensional and float32."""
        content = torch.stack(
            [
                weight * self.content_scales[name] * content_distance(maps[name], self.content[name])[0]
                for name, weight in self.content_weights.items()
            ]
        ).sum()
        style = torch.stack(
            [
                region.weight
                * weight
                * region.scales[name]
                * style_distance(gram(maps[name], region.places.get(name)), region.grams[name])[0]
                for region in self.regions
                for name, weight in self.style_weights.items()
            ]
        ).sum()
        return content, style


class Aims:
    """Finds the aim of each scale when it is first asked for, and keeps that of one scale.

    Args:
        features: of the layers below.
        content: (c, h, w) in [0, 1] at the size of the finest scale, c 1 or 3.
        styles: likewise, of any sizes.
        shares: of the styles, adding up to 1.
        masks: for each style where it goes, (1, h, w) in [0, 1] at the content's size; None is everywhere.
        content_weights: by layer, adding up to 1.
        style_weights: likewise.
    """

    def __init__(
        self,
        features: Features,
        content: Tensor,
        styles: Sequence[Tensor],
        shares: Sequence[float],
        masks: Sequence[Tensor] | None,
        content_weights: Mapping[str, float],
        style_weights: Mapping[str, float],
    ) -> None:
        self.features, self.content, self.styles = features, content, list(styles)
        self.shares, self.masks = list(shares), None if masks is None else list(masks)
        self.content_weights, self.style_weights = dict(content_weights), dict(style_weights)
        self._kept: tuple[Size, Aim] | None = None

    def at(self, size: Size) -> Aim:
        """The aim of the scale whose pictures are (h, w)."""
        if self._kept is None or self._kept[0] != size:
            self._kept = None  # before the next one is there: both would take twice the memory
            self._kept = size, self._find(size)
        return self._kept[1]

    @torch.no_grad()
    def probe(self, size: Size) -> None:
        """Looks once at all pictures as they are at a scale.

        Raises:
            OptionError: one is too small for the network.
        """
        for picture, seen in [(self.content, size), *((style, self._size_of(style, size)) for style in self.styles)]:
            self._seen(picture, seen)

    @torch.no_grad()
    def _find(self, size: Size) -> Aim:
        seen = self._seen(self.content, size)
        content = {name: seen[name] for name in self.content_weights}
        shapes = {name: (seen[name].shape[-2], seen[name].shape[-1]) for name in self.style_weights}
        del seen  # the maps of the other layers are large
        found = [self._grams(style, size) for style in self.styles]
        if self.masks is None:
            blend = {name: sum_of(self.shares, [grams[name] for grams in found]) for name in self.style_weights}
            regions = [Region(blend, _scales(blend), {}, 1.0)]
        else:
            masks = [mask.to(self.features.scale.device) for mask in self.masks]
            regions = [
                Region(grams, _scales(grams), places(mask, shapes), share * len(found) * float(mask.mean()))
                for grams, share, mask in zip(found, self.shares, masks, strict=True)
            ]
        squares = {name: 1 / maps.float().square().mean().clamp(min=_TINY) for name, maps in content.items()}
        return Aim(content, squares, self.content_weights, regions, self.style_weights)

    def _seen(self, x: Tensor, size: Size) -> dict[str, Tensor]:
        seen: dict[str, Tensor] = self.features(resized(x, size)[None].to(self.features.scale.device))
        return seen

    def _size_of(self, style: Tensor, size: Size) -> Size:
        """(h, w) of a style at the scale whose pictures are of this size."""
        factor = max(size) / max(self.content.shape[-2:])
        h, w = (max(1, round(side * factor)) for side in style.shape[-2:])
        return h, w

    def _grams(self, style: Tensor, size: Size) -> dict[str, Tensor]:
        seen = self._seen(style, self._size_of(style, size))
        return {name: gram(seen[name]) for name in self.style_weights}


def sum_of(shares: Sequence[float], grams: Sequence[Tensor]) -> Tensor:
    """Σ_s share_s A_s: Σ_s share_s ‖G − A_s‖² is ‖G − Σ_s share_s A_s‖² and a constant, where shares add up to 1."""
    return torch.stack([share * a for share, a in zip(shares, grams, strict=True)]).sum(0)


def places(mask: Tensor, shapes: Mapping[str, Size]) -> dict[str, Tensor]:
    """A mask (1, h, w) at the size of each layer's maps, (1, 1, h', w'): the share of each place that it covers."""
    return {name: F.adaptive_avg_pool2d(mask[None], shape) for name, shape in shapes.items()}


def _scales(grams: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: 1 / style_distance(torch.zeros_like(a), a)[0].clamp(min=_TINY) for name, a in grams.items()}
