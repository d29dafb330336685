"""Nearest neighbours in feature space: precision, recall, density, coverage, and whether samples are copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from makebelieve.errors import OptionError
from makebelieve.evaluate.arrays import Features, checked_pair

NEAREST = 5
ENTRIES = 20_000_000  # of a matrix of distances at once: 160 MB in float64


class Prdc(NamedTuple):
    """How samples lie among real features.

    Attributes:
        precision: share of samples within the neighbourhood of some real one (Kynkäänniemi et al. 2019, eq. 1 and 2).
            It does not see collapse: a thousand copies of one good sample have precision 1.
        recall: share of real ones within the neighbourhood of some sample (the same).
        density: real neighbourhoods that a sample is in, over k, mean over samples (Naeem et al. 2020, eq. 3); 1 is
            expected of real samples, and more of samples that are too typical.
        coverage: share of real ones that have a sample within their neighbourhood (Naeem et al. 2020, eq. 5).
    """

    precision: float
    recall: float
    density: float
    coverage: float


def precision_recall_density_coverage(real: Features, samples: Features, *, k: int = NEAREST) -> Prdc:
    """`Prdc` of samples (m, d) against real features (n, d), in float64.

    The neighbourhood of a point is the closed ball to its k-th nearest other one of its own set. Distances stay
    squared, and are formed some rows at a time.

    Raises:
        DataError: the shapes do not fit, a set has k rows or fewer, or a value is not finite.
        OptionError: `k` is below 1.
    """
    if k < 1:
        raise OptionError("evaluate.at_least_one", name="k", given=k)
    reals, made = checked_pair(real, samples, least=k + 1)
    real_radius, made_radius = _radii(reals, k), _radii(made, k)
    inside = torch.zeros(len(made), dtype=torch.int64, device=made.device)  # real neighbourhoods that each sample is in
    covered = torch.zeros(len(reals), dtype=torch.bool, device=made.device)
    reached = covered.clone()
    for start, distance in squared_distances(made, reals):
        rows = slice(start, start + len(distance))
        near = distance <= real_radius
        inside[rows] = near.sum(1)
        covered |= near.any(0)
        reached |= (distance <= made_radius[rows, None]).any(0)
    return Prdc(
        float((inside > 0).double().mean()),
        float(reached.double().mean()),
        float(inside.double().mean()) / k,
        float(covered.double().mean()),
    )


def squared_distances(a: Tensor, b: Tensor) -> Iterator[tuple[int, Tensor]]:
    """‖aᵢ − bⱼ‖² = ‖aᵢ‖² + ‖bⱼ‖² − 2 aᵢᵀbⱼ for a (n, d) and b (m, d): (first row, (rows, m)), some rows at a time.

    Both are moved by the mean of b first, which changes no distance and loses fewer digits.
    """
    centre = b.mean(0)
    a, b = a - centre, b - centre
    squares = b.square().sum(1)
    size = max(1, ENTRIES // len(b))
    for start in range(0, len(a), size):
        rows = a[start : start + size]
        product = torch.addmm(squares, rows, b.T, alpha=-2)
        yield start, product.add_(rows.square().sum(1, keepdim=True)).clamp_(min=0)


def _radii(points: Tensor, k: int) -> Tensor:
    """(n,): squared distance of each point to its k-th nearest other one."""
    found = []
    for start, distance in squared_distances(points, points):
        distance[torch.arange(len(distance)), torch.arange(start, start + len(distance))] = torch.inf  # itself
        found.append(distance.topk(k, largest=False).values[:, -1])
    return torch.cat(found)


class Nearest(NamedTuple):
    """The nearest training item of each of n points, and how near it is.

    Attributes:
        place: (n,) int64, place in the training features.
        distance: (n,) float64, the Euclidean distance to it.
        ratio: (n,) float64, that distance over the one to the second nearest: near 0 for a copy, near 1 for a point
            that lies between training items as they lie between each other (Lowe 2004, section 7.1). How dense the
            training items are there does not matter to it.
    """

    place: Tensor
    distance: Tensor
    ratio: Tensor


def nearest(points: Features, training: Features) -> Nearest:
    """Which of the training features (m, d) is nearest to each of the points (n, d).

    The two nearest are searched in float32, their distances computed from the differences in float64.

    Raises:
        DataError: the shapes do not fit, a set has fewer than two rows, or a value is not finite.
    """
    asked, known = checked_pair(points, training)
    searched = known.float()
    indices = [distance.topk(2, largest=False).indices for _, distance in squared_distances(asked.float(), searched)]
    pairs = torch.cat(indices)
    distances = torch.stack([(asked - known[pairs[:, i]]).square().sum(1).sqrt() for i in range(2)], 1)
    distances, order = distances.sort(1)
    ratio = torch.where(distances[:, 1] > 0, distances[:, 0] / distances[:, 1], 0.0)
    return Nearest(pairs.gather(1, order)[:, 0], distances[:, 0], ratio)


def copied_share(samples: Nearest, held_out: Nearest, level: float = 0.01) -> float:
    """Share of samples whose `Nearest.ratio` is below that of all but the lowest `level` of held-out items.

    What has been drawn anew from the same law has a share of `level`; a generator that copies has far more.
    """
    bound = torch.quantile(held_out.ratio, level)
    return float((samples.ratio < bound).double().mean())
