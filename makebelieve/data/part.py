"""A part of the data: the training or the validation items, in memory or on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor

from makebelieve.data.augment import ToPicture
from makebelieve.data.load import Reader

PartName = Literal["train", "valid"]


class Part:
    """Items with their labels: ``len(part)``, ``part[i]`` gives (x, label), iteration goes through all.

    Args:
        x: (n, c, h, w) uint8 or float32, (n, ...) float32, or a reader of items on disk.
        y: (n,) int64 class indices, (n, ...) float32 targets, or None.
        to_picture: makes pictures of `x`, such as of sounds; then ``part[i]`` gives the picture, (c, h, w) in [0, 1].
    """

    def __init__(self, x: Tensor | Reader, y: Tensor | None, to_picture: ToPicture | None = None) -> None:
        self.x = x
        self.y = y
        self.to_picture = to_picture
        self._copies: dict[tuple[str, bool], Tensor] = {}

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, i: int) -> tuple[Tensor, Any]:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        x = self.x[i % len(self)]
        if self.to_picture is not None:
            x = self.to_picture(x.unsqueeze(0))[0]
        return x, None if self.y is None else self.y[i].tolist()

    def __iter__(self) -> Iterator[tuple[Tensor, Any]]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Part({len(self):,} items{'' if isinstance(self.x, Tensor) else ', read from disk'})"

    def __getstate__(self) -> dict[str, Any]:  # copies on devices stay behind
        return {**self.__dict__, "_copies": {}}

    def on(self, device: torch.device, last: bool) -> tuple[Tensor, Tensor | None]:
        """x and y on `device`, copied at first use; x as (n, h, w, c) where `last`. Only for parts in memory."""
        if not isinstance(self.x, Tensor):
            raise TypeError("this part is read from disk")
        key = (str(device), last)
        if key not in self._copies:
            x = self.x.permute(0, 2, 3, 1).contiguous() if last else self.x
            self._copies[key] = x.to(device)
        return self._copies[key], None if self.y is None else self.y.to(device)

    def add_to(self, digest: hashlib._Hash) -> None:
        """Feed contents and labels into a hash (for items on disk: names and file sizes instead of contents)."""
        if isinstance(self.x, Tensor):
            digest.update(f"{tuple(self.x.shape)} {self.x.dtype}".encode())
            if self.x.numel():
                digest.update(self.x.contiguous().numpy().data)
        else:
            digest.update("\n".join(self.x.names()).encode())
        if self.y is not None:
            digest.update(f"{tuple(self.y.shape)} {self.y.dtype}".encode())
            if self.y.numel():
                digest.update(self.y.contiguous().numpy().data)

    def sample(self, n: int, seed: int | None) -> list[int]:
        """Up to n places: drawn without repeats by `seed`, or the first n where it is None."""
        if seed is None:
            return list(range(min(n, len(self))))
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))
        return [int(i) for i in order[:n]]
