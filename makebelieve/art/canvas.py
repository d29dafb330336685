"""A picture as a network that can be trained, and as the data of the learner that trains it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.data.batch import Batch
from makebelieve.training.protocols import Part

NO_END = 2**31  # steps an epoch: a picture has no epochs


class Canvas(nn.Module):
    """One picture whose values are the parameters.

    Args:
        size: (h, w).
    """

    gains_from_bf16 = True  # the networks that look at it are convolutional

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.pixels = nn.Parameter(torch.full((1, 3, *size), 0.5))

    def forward(self) -> Tensor:
        """(1, 3, h, w), in [0, 1] or, between two steps, a little outside."""
        return self.pixels

    @torch.no_grad()
    def begin(self, picture: Tensor) -> None:
        """Puts a picture, (3, h, w) or (1, 3, h, w) of the canvas' size, in place of what is there."""
        self.pixels.copy_(picture.expand_as(self.pixels))

    @torch.no_grad()
    def clamp(self) -> None:
        """Values back into [0, 1]."""
        self.pixels.clamp_(0, 1)


class Still:
    """The pictures that a work begins from, as data for a learner (`training.protocols.Data`): nothing to draw from.

    Args:
        pictures: by name, (…, 3, h, w) in [0, 1].
    """

    classes: list[str] | None = None

    def __init__(self, pictures: Mapping[str, Tensor]) -> None:
        self.pictures = dict(pictures)
        self.shape: tuple[int, ...] = tuple(next(iter(self.pictures.values())).shape[-3:])

    def count(self, part: Part) -> int:
        return 1 if part == "train" else 0

    def batches(self, part: Part, size: int, **_how: Any) -> Stills:  # noqa: ARG002 - a picture is always whole
        return Stills()

    def fingerprint(self) -> str:
        """SHA-256 over names, shapes and values."""
        digest = hashlib.sha256()
        for name, picture in sorted(self.pictures.items()):
            digest.update(f"{name} {tuple(picture.shape)}".encode())
            digest.update(picture.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()

    def describe(self) -> dict[str, Any]:
        return {"kind": "picture", **{name: list(picture.shape) for name, picture in self.pictures.items()}}

    def how_to_rebuild(self) -> dict[str, Any] | None:
        return None


class Stills:
    """An endless stream of empty batches: recipes of pictures ask their canvas alone."""

    steps_per_epoch = NO_END

    def __init__(self) -> None:
        self._batch = Batch(torch.zeros(1, 0), None, torch.zeros(1, dtype=torch.int64), 1)

    def __next__(self) -> Batch:
        return self._batch

    def state(self) -> dict[str, Any]:
        return {}

    def load_state(self, state: Mapping[str, Any]) -> None: ...
