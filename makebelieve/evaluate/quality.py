"""How near pictures come to those they should be: MSE, PSNR, SSIM."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import DataError
from makebelieve.figures import Figures

WINDOW, SIGMA = 11, 1.5  # pixels, of SSIM's Gaussian window (Wang et al. 2004, section III.B)


def mse(pictures: Tensor, targets: Tensor) -> Tensor:
    """Mean squared error of each picture over its pixels and channels, (n,) float64, for (n, c, h, w) in [0, 1].

    Raises:
        DataError: the shapes differ or are no pictures, or a value is not finite.
    """
    x, y = _checked(pictures, targets)
    return (x - y).square().flatten(1).mean(1)


def psnr(pictures: Tensor, targets: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture, −10 log₁₀ MSE for values in [0, 1], in decibels, (n,) float64.

    It is infinite where a picture equals its target.

    Raises:
        DataError: as `mse`.
    """
    return -10 * mse(pictures, targets).log10()


def ssim(pictures: Tensor, targets: Tensor) -> Tensor:
    """Structural similarity of each picture (Wang et al. 2004, eq. 13), mean over places and channels, (n,) float64.

    C₁ = 0.01², C₂ = 0.03², for values in [0, 1]. The Gaussian window has 11 pixels a side and σ = 1.5 (see `window` for
    smaller pictures) and lies wholly inside the picture.

    Raises:
        DataError: as `mse`.
    """
    x, y = _checked(pictures, targets)
    n, _, h, w = x.shape
    down, across = (_gaussian(window(side)).to(x) for side in (h, w))

    def blur(values: Tensor) -> Tensor:
        rows = F.conv2d(values.reshape(-1, 1, *values.shape[-2:]), down.view(1, 1, -1, 1))
        return F.conv2d(rows, across.view(1, 1, 1, -1))

    mean_x, mean_y = blur(x), blur(y)
    var_x, var_y = blur(x * x) - mean_x**2, blur(y * y) - mean_y**2
    covariance = blur(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    likeness = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    likeness = likeness / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    return likeness.view(n, -1).mean(1)


def window(side: int) -> int:
    """Pixels of SSIM's window along a side of so many: 11, or the largest odd number that fits."""
    return min(WINDOW, side if side % 2 else side - 1)


def evaluate_quality(pictures: Tensor, targets: Tensor) -> Figures:
    """`mse`, `psnr` and `ssim` as means over pictures (n, c, h, w) in [0, 1].

    Raises:
        DataError: as `mse`.
    """
    errors = mse(pictures, targets)
    h, w = pictures.shape[-2:]
    return Figures(
        {"mse": errors.mean(), "psnr": (-10 * errors.log10()).mean(), "ssim": ssim(pictures, targets).mean()},
        {"n": len(pictures), "values": "[0, 1]", "mean": "over pictures", "ssim_window": f"{window(h)} × {window(w)}"},
    )


def _gaussian(size: int) -> Tensor:
    places = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    weights = (-places.square() / (2 * SIGMA**2)).exp()
    return weights / weights.sum()


def _checked(pictures: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    if pictures.ndim != 4 or pictures.shape != targets.shape or not pictures.numel():
        raise DataError("evaluate.pairs", pictures=tuple(pictures.shape), targets=tuple(targets.shape))
    x, y = pictures.detach().double(), targets.detach().double()
    bad = int((~x.isfinite()).sum() + (~y.isfinite()).sum())
    if bad:
        raise DataError("evaluate.features_finite", count=bad)
    return x, y
