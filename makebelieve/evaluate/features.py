"""Feature networks: what pictures are turned into before they are compared; part of a figure's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.data.data import Data
from makebelieve.data.load import in_threads
from makebelieve.data.part import Part
from makebelieve.errors import DataError, OptionError
from makebelieve.networks.using import evaluating

AT_ONCE = 250  # pictures that go through a network together


@dataclass(frozen=True)
class FeatureNetwork:
    """A network that gives features, and maybe what classes it sees.

    Attributes:
        name: what figures are named after: `fd_NAME`, `kid_NAME`; "" for the standard Inception network: `fid`, `kid`.
        module: pictures (n, c, h, w) in [0, 1] to features (n, d).
        head: features to logits (n, classes); None where it tells no classes.
        tells_classes: whether those classes are the labels of the data.
        classes: how many of them.
        protocol: the network, its weights' SHA-256 and the resize, as plain values.
    """

    name: str
    module: nn.Module
    head: Callable[[Tensor], Tensor] | None
    tells_classes: bool
    classes: int
    protocol: dict[str, Any] = field(default_factory=dict)

    def figure(self, kind: str) -> str:
        """The full name of a figure that depends on the features, such as `fd_mnist`; "fd" of Inception is `fid`."""
        return f"{kind}_{self.name}" if self.name else {"fd": "fid"}.get(kind, kind)

    def look(self, parts: Iterator[Tensor], device: torch.device | str = "cpu") -> Tensor:
        """Features (n, d) float32 on `device` of pictures that come in parts (m, c, h, w), in [0, 1]."""
        self.module.to(device)
        found = []
        with evaluating(self.module):
            for part in parts:
                found += [self.module(some.to(device)).float() for some in torch.split(part, AT_ONCE)]
        return torch.cat(found)

    def logits(self, features: Tensor) -> Tensor:
        """Logits (n, classes) of features (n, d), float32."""
        if self.head is None:
            raise OptionError("evaluate.no_classes", name=self.name)
        with evaluating(self.module):
            return torch.cat([self.head(some).float() for some in torch.split(features, 4096)])


def own_features(given: Callable[[Tensor], Tensor]) -> FeatureNetwork:
    """A feature network of the caller's: pictures (n, c, h, w) in [0, 1] to features (n, d)."""
    name = identifier(getattr(given, "__name__", type(given).__name__))
    module = given if isinstance(given, nn.Module) else _Function(given)
    protocol = {"features": f"own: {name}"}
    if isinstance(given, nn.Module):
        from makebelieve.evaluate.cached import sha256_of

        protocol["features_sha256"] = sha256_of(given.state_dict())
    return FeatureNetwork(name, module, None, False, 0, protocol)


class _Function(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def identifier(name: str) -> str:
    """A name of data as part of a figure's name: `"my faces/128"` is `my_faces_128`."""
    return re.sub(r"\W+", "_", name).strip("_").lower() or "data"


def in_levels(x: Tensor) -> Tensor:
    """Pictures as they would be saved: uint8 or floats in [0, 1] to float32 multiples of 1/255."""
    return x.float() / 255 if x.dtype == torch.uint8 else (x.float().clamp(0, 1) * 255).round() / 255


def pictures_of(data: Data, part: Part, places: Sequence[int] | None = None, size: int = 1000) -> Iterator[Tensor]:
    """Pictures of a part as they are stored, unaugmented, (m, c, h, w) at a time: all, or those at `places`, in order.

    Raises:
        DataError: the items are no pictures.
    """
    if len(data.shape) != 3 or data.shape[0] not in (1, 3):
        raise DataError("data.not_pictures", shape=data.shape)
    x = part.x
    wanted = range(len(part)) if places is None else places
    for start in range(0, len(wanted), size):
        at = wanted[start : start + size]
        if isinstance(x, Tensor):
            yield x[at.start : at.stop] if isinstance(at, range) else x[torch.tensor(at)]
        else:
            reader = x
            yield torch.stack(list(in_threads(lambda i: reader[at[i]], len(at))))  # noqa: B023 - used up here
