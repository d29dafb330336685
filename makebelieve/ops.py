"""Pure tensor helpers that every floor may use."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import OptionError


def grid(pictures: Tensor, columns: int | None = None, padding: int = 2, fill: float = 1.0) -> Tensor:
    """Lay pictures out row by row as one picture.

    Args:
        pictures: (n, c, h, w), n at least 1.
        columns: pictures in a row; ceil(sqrt(n)) where not given.
        padding: pixels between neighbours and around the whole.
        fill: value of the padding and of empty places.

    Returns:
        (c, H, W) with ``H = rows * (h + padding) + padding`` and W likewise.

    Raises:
        OptionError: ``pictures`` is not four-dimensional or empty, or ``columns`` or ``padding`` is out of range.
    """
    if pictures.ndim != 4 or len(pictures) == 0:
        raise OptionError("data.grid_shape", shape=tuple(pictures.shape))
    n, c, h, w = pictures.shape
    columns = math.ceil(math.sqrt(n)) if columns is None else columns
    if columns < 1 or padding < 0:
        raise OptionError("data.grid_options", columns=columns, padding=padding)
    columns = min(columns, n)
    rows = -(-n // columns)
    cells = F.pad(pictures, (padding, 0, padding, 0), value=fill)
    if rows * columns > n:
        empty = cells.new_full((rows * columns - n, c, h + padding, w + padding), fill)
        cells = torch.cat([cells, empty])
    # (rows, columns, c, h', w') -> (c, rows, h', columns, w')
    sheet = cells.view(rows, columns, c, h + padding, w + padding).permute(2, 0, 3, 1, 4)
    sheet = sheet.reshape(c, rows * (h + padding), columns * (w + padding))
    return F.pad(sheet, (0, padding, 0, padding), value=fill)


def lerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """``(1 - t) a + t b``, exact at t = 0 and t = 1; `t` broadcasts against `a` and `b`."""
    return (1 - t) * a + t * b


def slerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """Spherical interpolation along the last dimension: ``(sin((1 - t) w) a + sin(t w) b) / sin w``.

    w is the angle between `a` and `b`. Gaussian latent vectors keep a plausible length on this arc, which a straight
    line between them leaves. Where the two point (almost) the same or the opposite way, the line is used.

    Source:
        Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985; for latent spaces White, "Sampling
        Generative Networks", 2016 (arXiv:1609.04468).

    Args:
        a: (..., d).
        b: (..., d).
        t: in [0, 1]; a number, or a tensor that broadcasts against (..., 1).
    """
    cosine = F.cosine_similarity(a, b, dim=-1).unsqueeze(-1).clamp(-1.0, 1.0)
    angle = torch.acos(cosine)
    sine = torch.sin(angle)
    straight = sine < 1e-4
    sine = torch.where(straight, torch.ones_like(sine), sine)
    arc = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / sine
    return torch.where(straight, lerp(a, b, t), arc)


def linspace(a: Tensor, b: Tensor, n: int, spherical: bool = False) -> Tensor:
    """(n, *a.shape): n points from `a` to `b`, both included, on a line or on the arc of `slerp`."""
    t = torch.linspace(0, 1, n, device=a.device, dtype=a.dtype).view(n, *[1] * a.ndim)
    a, b = a.unsqueeze(0), b.unsqueeze(0)
    return slerp(a, b, t) if spherical else lerp(a, b, t)


def total_variation(pictures: Tensor) -> Tensor:
    """(n,): mean absolute difference of neighbours, down plus across, of (n, c, h, w) pictures.

    Source:
        The anisotropic form of Rudin, Osher and Fatemi, "Nonlinear total variation based noise removal algorithms",
        Physica D 60, 1992; averaged over places so that it does not grow with the picture.
    """
    down = pictures[..., 1:, :] - pictures[..., :-1, :]
    across = pictures[..., :, 1:] - pictures[..., :, :-1]
    # pictures of one row or column have no neighbours there, and no mean
    return sum((d.abs().mean(dim=(1, 2, 3)) for d in (down, across) if d.numel()), pictures.new_zeros(len(pictures)))
