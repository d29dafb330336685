"""A part of ratings: who rated what and how, as columns of numbers; and the same as a sparse matrix."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor


class Matrix(NamedTuple):
    """A sparse matrix in compressed rows: row r holds `indices[indptr[r]:indptr[r + 1]]`, ascending, and their values.

    Attributes:
        indptr: (rows + 1,) int64.
        indices: (entries,) int64, columns.
        values: (entries,) float32.
        columns: how many there are.
    """

    indptr: Tensor
    indices: Tensor
    values: Tensor
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.indptr) - 1, self.columns

    @property
    def counts(self) -> Tensor:
        """(rows,) int64: entries of each row."""
        return self.indptr.diff()

    def row(self, i: int) -> tuple[Tensor, Tensor]:
        """Columns and values of row i."""
        start, stop = int(self.indptr[i]), int(self.indptr[i + 1])
        return self.indices[start:stop], self.values[start:stop]

    def rows(self) -> Tensor:
        """(entries,) int64: the row of each entry."""
        return torch.repeat_interleave(self.counts)

    def by_item(self) -> Matrix:
        """The transpose."""
        return matrix(self.indices, self.rows(), self.values, (self.columns, self.shape[0]))

    def places(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of some rows (n,) int64: which of them each entry belongs to (m,), and where it stands among all (m,)."""
        counts = self.counts[rows]
        at = torch.repeat_interleave(counts)
        return at, torch.arange(len(at), device=at.device) - (counts.cumsum(0) - counts)[at] + self.indptr[rows][at]

    def some(self, rows: Tensor) -> Matrix:
        """Some rows (n,) int64, as a matrix."""
        counts, (_, places) = self.counts[rows], self.places(rows)
        indptr = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
        return Matrix(indptr, self.indices[places], self.values[places], self.columns)

    def dense(self, rows: Tensor) -> Tensor:
        """Some rows as (n, columns) float32, 0 where nothing stands; `rows` (n,) int64."""
        at, places = self.places(rows)
        out = self.values.new_zeros(len(rows), self.columns)
        out[at, self.indices[places]] = self.values[places]
        return out

    def to(self, device: torch.device | str) -> Matrix:
        """The same on a device."""
        return Matrix(self.indptr.to(device), self.indices.to(device), self.values.to(device), self.columns)


def matrix(rows: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, int]) -> Matrix:
    """A sparse matrix of entries (n,) in any order, none of which may come twice."""
    order = torch.argsort(rows.long() * shape[1] + columns)
    indptr = torch.zeros(shape[0] + 1, dtype=torch.int64, device=rows.device)
    torch.cumsum(torch.bincount(rows, minlength=shape[0]), 0, out=indptr[1:])
    return Matrix(indptr, columns[order].long(), values[order], shape[1])


class RatingsPart:
    """Ratings: ``len(part)``, ``part[i]`` gives (user, item, value), all by place.

    Args:
        pairs: (n, 2) int32, user and item of each rating.
        values: (n,) float32, ratings; or what events weigh.
        times: (n,) int64 or float64 as the source counts them (seconds, where it has dates), or None.
    """

    def __init__(self, pairs: Tensor, values: Tensor, times: Tensor | None) -> None:
        self.pairs, self.values, self.times = pairs, values, times
        self._copies: dict[str, tuple[Tensor, Tensor]] = {}

    @property
    def users(self) -> Tensor:
        """(n,) int64: place of each rating's user."""
        return self.pairs[:, 0].long()

    @property
    def items(self) -> Tensor:
        """(n,) int64: place of each rating's item."""
        return self.pairs[:, 1].long()

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, i: int) -> tuple[int, int, float]:
        if not -len(self) <= i < len(self):
            raise IndexError(i)
        user, item = self.pairs[i].tolist()
        return user, item, float(self.values[i])

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"RatingsPart({len(self):,} ratings)"

    def __getstate__(self) -> dict[str, object]:  # copies on devices stay behind
        return {**self.__dict__, "_copies": {}}

    def on(self, device: torch.device) -> tuple[Tensor, Tensor]:
        """`pairs` and `values` on a device, copied there at first use."""
        key = str(device)
        if key not in self._copies:
            self._copies[key] = self.pairs.to(device), self.values.to(device)
        return self._copies[key]

    def sample(self, n: int, seed: int | None) -> list[int]:
        """Up to n places: drawn without repeats by `seed`, or the first n where it is None."""
        if seed is None:
            return list(range(min(n, len(self))))
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))
        return [int(i) for i in order[:n]]

    def add_to(self, digest: hashlib._Hash) -> None:
        """Feed all columns into a hash."""
        for values in (self.pairs, self.values, self.times):
            if values is not None:
                digest.update(f"{tuple(values.shape)} {values.dtype}".encode())
                if values.numel():
                    digest.update(values.contiguous().numpy().data)
