"""Bayesian matrix factorisation: half-sweeps of Gibbs sampling (Salakhutdinov & Mnih 2008).

What is drawn comes from torch's global generator, which the caller seeds.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Chi2

from makebelieve.systems.recommender.als import ByLength, Side

PRIOR_STRENGTH = 2.0  # β₀ of the article: how many rows the prior mean of zero counts for


def draw_prior(factors: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (d,) and precision (d, d) of the Gaussian law of rows (n, d), drawn given these rows; float64.

    From the normal-Wishart law of the article's equation 14, with μ₀ = 0, W₀ = I and d degrees of freedom; the Wishart
    matrix by Bartlett's decomposition.
    """
    rows = factors.double()
    (n, d), centre, beta = rows.shape, rows.mean(0), PRIOR_STRENGTH
    spread = (rows - centre).T @ (rows - centre) + torch.outer(centre, centre) * (beta * n / (beta + n))
    eye = torch.eye(d, dtype=rows.dtype, device=rows.device)
    scale = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(eye + spread)))
    freedom = d + n - torch.arange(d, dtype=rows.dtype, device=rows.device)
    lower = torch.randn_like(eye).tril(-1) + torch.diag(Chi2(freedom).sample().sqrt())
    root = scale @ lower
    precision = root @ root.T
    noise = _whitened(torch.linalg.cholesky(precision * (beta + n)), torch.randn_like(rows[:1]))[0]
    return rows.sum(0) / (beta + n) + noise, precision


def draw_side(
    rows: ByLength, other: Side, noise: Tensor, mean: Tensor, prior: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """Factors and biases of all rows, drawn given the other side (equation 11, a bias being one factor more).

    Args:
        rows: ratings by row.
        other: the side that is held.
        noise: () precision of a rating, α.
        mean: () of all ratings.
        prior: mean and precision of factors and bias, as `draw_prior` gives them.

    Returns:
        (rows, k + 1), factors and bias side by side; and the summed squared errors of the draw.
    """
    basis, k = other.with_one(), other.factors.shape[1]
    centre, precision = (one.to(basis.dtype) for one in prior)
    drawn = basis.new_empty(rows.matrix.shape[0], k + 1).normal_()
    found = centre + _whitened(torch.linalg.cholesky(precision), drawn)  # rows without ratings: the prior itself
    squares = basis.new_zeros(())
    for part in rows:
        x = basis[part.columns] * part.there[..., None]
        y = (part.values - mean - other.bias[part.columns]) * part.there
        root = torch.linalg.cholesky(noise * (x.mT @ x) + precision)
        b = noise * (x.mT @ y[..., None]) + (precision @ centre)[:, None]
        one = torch.cholesky_solve(b, root)[..., 0] + _whitened(root, drawn[part.places])
        found[part.places] = one
        squares += ((x @ one[..., None])[..., 0] - y).square().sum()
    return found, squares


def draw_noise(squares: Tensor, n: int, variance: float) -> Tensor:
    """() precision of a rating, drawn given n ratings' summed squared errors; its prior counts as two ratings.

    The conjugate law: (squares + 2 variance) times it is chi-square with n + 2 degrees of freedom.
    """
    freedom = torch.tensor(n + 2.0, dtype=torch.float64, device=squares.device)
    return (Chi2(freedom).sample() / (squares.double() + 2 * variance)).float()


def _whitened(root: Tensor, drawn: Tensor) -> Tensor:
    """Normal draws (n, d) with covariance (L L')⁻¹, for L (d, d) or one a row (n, d, d)."""
    if root.dim() == 2:
        shared: Tensor = torch.linalg.solve_triangular(root.T, drawn.T, upper=True).T
        return shared
    found: Tensor = torch.linalg.solve_triangular(root.mT, drawn[..., None], upper=True)[..., 0]
    return found
