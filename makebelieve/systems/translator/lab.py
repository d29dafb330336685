"""CIE L*a*b* (CIE 1976, white D65, sRGB of IEC 61966-2-1): lightness apart from colour, as the eye has them.

All is written element by element, as matrix products would be computed in half precision under autocast.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

SPREAD = 100.0  # of a and b, so that networks see numbers of about 1

_TO_XYZ = (  # of linear sRGB, each row over its white
    (0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883),
)
_FROM_XYZ = torch.linalg.inv(torch.tensor(_TO_XYZ, dtype=torch.float64)).tolist()
_KNEE = 6 / 29


def to_lab(x: Tensor) -> Tensor:
    """(n, 3, h, w) sRGB in [0, 1] to L in [0, 100], a and b in about ±100."""
    linear = torch.where(x > 0.04045, ((x.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4, x / 12.92)
    t = _mixed(linear, _TO_XYZ)
    f = torch.where(t > _KNEE**3, t.clamp(min=_KNEE**3) ** (1 / 3), t / (3 * _KNEE**2) + 4 / 29)
    fx, fy, fz = f.unbind(1)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], 1)


def from_lab(lab: Tensor) -> Tensor:
    """(n, 3, h, w) L, a, b to sRGB, in [0, 1] where such a colour can be shown; differentiable everywhere."""
    light, a, b = lab.unbind(1)
    fy = (light + 16) / 116
    f = torch.stack([fy + a / 500, fy, fy - b / 200], 1)
    t = torch.where(f > _KNEE, f.clamp(min=_KNEE) ** 3, 3 * _KNEE**2 * (f - 4 / 29))
    linear = _mixed(t, _FROM_XYZ)
    return torch.where(linear > 0.0031308, 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055, 12.92 * linear)


def grey(x: Tensor) -> Tensor:
    """(n, 3, h, w) sRGB to the grey of the same lightness, (n, 1, h, w) in [0, 1]."""
    light = to_lab(x)[:, :1]
    return from_lab(torch.cat([light, torch.zeros_like(light), torch.zeros_like(light)], 1))[:, :1].clamp(0, 1)


def lightness(shade: Tensor) -> Tensor:
    """(n, 1, h, w) grey in [0, 1] to its L in [0, 100]."""
    return to_lab(shade.expand(-1, 3, -1, -1))[:, :1]


def distance(one: Tensor, other: Tensor) -> Tensor:
    """ΔE*ab (CIE 1976), the Euclidean distance in Lab, mean over the pixels of pictures (n, 3, h, w): (n,)."""
    return cast(Tensor, (to_lab(one) - to_lab(other)).norm(dim=1).flatten(1).mean(1))


def _mixed(x: Tensor, rows: object) -> Tensor:
    matrix = torch.tensor(rows, dtype=x.dtype, device=x.device)
    return (x.unsqueeze(1) * matrix.view(1, 3, 3, 1, 1)).sum(2)
