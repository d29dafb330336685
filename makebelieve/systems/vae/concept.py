"""A concept: what some pictures have and others lack, to be given to any picture with a strength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from makebelieve.latent.labels import Label
from makebelieve.pictures import Pictures


class Coder(Protocol):
    """To z and back."""

    def encode(self, pictures: Pictures | Tensor, *, label: Label = None) -> Tensor: ...

    def decode(self, z: Tensor, *, label: Label = None) -> Tensor: ...


@dataclass(frozen=True)
class Concept:
    """A direction in z.

    Attributes:
        name: of it, maybe empty.
        direction: (latent,), from the mean of pictures without to the mean of pictures with it.
        coder: what it was found with.
    """

    name: str
    direction: Tensor
    coder: Coder

    def apply(
        self, pictures: Pictures | Tensor, strength: float | Sequence[float] = 1.0, *, label: Label = None
    ) -> Pictures:
        """The pictures with the concept added: each by way of z_mean + strength · direction.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            strength: 1 turns a typical picture without into one with it, −1 the other way; several give a row for
                each picture.
            label: their class or classes, which a conditional model needs.
        """
        z = self.coder.encode(pictures, label=label)
        several = isinstance(strength, Sequence)
        strengths = torch.tensor(list(strength) if isinstance(strength, Sequence) else [float(strength)])
        moved = z[:, None] + strengths[None, :, None] * self.direction  # (n, strengths, latent)
        if isinstance(label, Tensor | np.ndarray | np.generic):
            label = label.tolist()
        if isinstance(label, Sequence) and not isinstance(label, str):
            label = [one for one in label for _ in strengths]
        made = self.coder.decode(moved.flatten(0, 1), label=label)
        captions = [f"{s:+g}" for s in strengths.tolist()] * len(z) if several else None
        return Pictures(made, captions, columns=len(strengths) if several else None)
