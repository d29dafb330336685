"""The Fréchet distance between two sets of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from makebelieve.evaluate.arrays import Features, checked_pair


def frechet_distance(a: Features, b: Features) -> float:
    """‖μₐ − μ_b‖² + tr(Σₐ + Σ_b − 2 (Σₐ Σ_b)^½): the squared 2-Wasserstein distance of two Gaussians with the means and
    covariances of the features (Dowson & Landau 1982, eq. 4; for pictures Heusel et al. 2017, eq. 6).

    Computed in float64. With S = Σₐ^½ the trace of (Σₐ Σ_b)^½ is that of (S Σ_b S)^½, which is symmetric, so that the
    eigenvalues are real and no general matrix root is needed. With few features it is biased upwards: compare figures
    of the same n only.

    Args:
        a: (n, d), features of one set; a tensor or an array.
        b: (m, d), of the other.

    Raises:
        DataError: where the shapes do not fit, a set has fewer than two rows, or a value is not finite.
    """
    first, second = (features.cpu().numpy() for features in checked_pair(a, b))
    root = _symmetric_root(np.cov(first, rowvar=False, ddof=1).reshape(first.shape[1], -1))
    covariance = np.cov(second, rowvar=False, ddof=1).reshape(second.shape[1], -1)
    crossed = np.linalg.eigvalsh(_symmetric(root @ covariance @ root))
    trace = np.trace(root @ root) + np.trace(covariance) - 2 * np.sqrt(crossed.clip(min=0)).sum()
    distance = np.square(first.mean(0) - second.mean(0)).sum() + trace
    return max(float(distance), 0.0)


def _symmetric(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return (matrix + matrix.T) / 2


def _symmetric_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """S with S S = matrix, for a symmetric matrix whose eigenvalues are not negative but for rounding."""
    values, vectors = np.linalg.eigh(_symmetric(matrix))
    root: NDArray[np.float64] = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    return root
