"""What a dream climbs: how strongly layers answer to a picture."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.networks.features import Features


class Excitement:
    """Σ weight · a over layers, a the mean square of a layer's maps F (c, h, w).

    With `channel` a is the mean of that channel. With a guide it is the mean over places and channels of x · y, x the
    vector of a place and y that of the guide's place where x · y is greatest.

    Source:
        Mordvintsev, Olah and Tyka, "DeepDream", 2015, for the square and for the guide ("controlling dreams").

    Args:
        features: of the layers.
        weights: by layer.
        channel: or None.
        name: of the network, to be told.
    """

    def __init__(self, features: Features, weights: Mapping[str, float], channel: int | None, name: str) -> None:
        self.features, self.weights, self.channel, self.name = features, dict(weights), channel, name
        self.guide: dict[str, Tensor] = {}  # by layer (c, m): what the guide's m places show

    def __repr__(self) -> str:  # what a checkpoint compares
        guided = "" if not self.guide else " by a guide"
        return f"{self.name}: {self.weights}, channel {self.channel}{guided}"

    @torch.no_grad()
    def follow(self, guide: Tensor, precision: torch.dtype) -> None:
        """From now on by this picture, (3, h, w) in [0, 1]; the network runs in this precision."""
        with torch.autocast(guide.device.type, precision, enabled=precision != torch.float32):
            self.guide = {name: maps[0].flatten(1) for name, maps in self.features(guide[None]).items()}

    def check(self, maps: Mapping[str, Tensor]) -> None:
        """Whether the maps of a picture have the channel.

        Raises:
            OptionError: naming those that there are.
        """
        for name, found in maps.items():
            count = found.shape[1]
            if self.channel is not None and self.channel >= count:
                raise OptionError("dream.channel", given=self.channel, layer=name, count=count, last=count - 1)

    def __call__(self, x: Tensor) -> Tensor:
        """(1, 3, h, w) in [0, 1] to a scalar."""
        return torch.stack([self.weights[name] * self._of(name, maps) for name, maps in self.features(x).items()]).sum()

    def _of(self, name: str, maps: Tensor) -> Tensor:
        if self.guide:
            places, shown = maps[0].flatten(1).t(), self.guide[name]  # (h·w, c), (c, m)
            with torch.no_grad():
                nearest = (places @ shown.to(places.dtype)).argmax(1)
            return (places.float() * shown.t()[nearest].float()).mean()
        if self.channel is not None:
            return maps[:, self.channel].float().mean()
        return maps.float().square().mean()
