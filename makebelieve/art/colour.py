"""Keeping a picture's colours while its brightness is painted anew.

Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016 (arXiv:1606.05897),
have two ways: matching the style's colours to the content's beforehand, and transferring the brightness alone. The
first keeps colours about; the second, which is here, keeps each place's chroma exactly.
"""

from __future__ import annotations

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601: Y = 0.299 R + 0.587 G + 0.114 B


def luma(x: Tensor) -> Tensor:
    """(…, 3, h, w) in [0, 1] to its brightness (…, 1, h, w)."""
    return (x * x.new_tensor(LUMA).view(3, 1, 1)).sum(-3, keepdim=True)


def matched(style: Tensor, content: Tensor) -> Tensor:
    """A style's brightness with the content's mean and deviation: σ_C / σ_S (Y_S − μ_S) + μ_C, clipped to [0, 1].

    Section 4 of the paper: else a dark style would darken a bright picture.

    Args:
        style: (1, h, w).
        content: (1, h', w').
    """
    factor = content.std(correction=0) / style.std(correction=0).clamp(min=1e-6)
    return (factor * (style - style.mean()) + content.mean()).clamp(0, 1)


def with_chroma(y: Tensor, x: Tensor) -> Tensor:
    """The picture of brightness y whose chroma, R − Y, G − Y and B − Y at each place, is that of x.

    Where no colour in [0, 1] has both, y gives way: it is brought between the least and the greatest brightness that
    the chroma allows, of which x's own is one.

    Args:
        y: (1, h, w).
        x: (3, h, w) in [0, 1].

    Returns:
        (3, h, w) in [0, 1].
    """
    chroma = x - luma(x)
    least, most = -chroma.amin(0, keepdim=True), 1 - chroma.amax(0, keepdim=True)
    return (torch.minimum(torch.maximum(y, least), most) + chroma).clamp(0, 1)
