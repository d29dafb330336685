"""Distances between what a network's layers make of pictures: (n, c, h, w) maps to (n,).

In the papers F^l is the matrix of layer l's maps, N_l × M_l: a row for each of its N = c channels, a column for each of
its M = h·w places.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

PARTS = 16


def gram(maps: Tensor, weights: Tensor | None = None) -> Tensor:
    """G / M with G_ij = Σ_k F_ik F_jk, which channels light up together wherever that is; float32.

    Gatys, Ecker and Bethge ("Image Style Transfer Using Convolutional Neural Networks", CVPR 2016, eq. 3) leave it
    undivided and divide their loss by M² instead. Divided here, pictures of different sizes can be compared.

    Args:
        maps: F, (n, c, h, w).
        weights: how much each place counts, (n or 1, 1, h, w), at least 0; M is then their sum (Gatys et al.,
            "Controlling Perceptual Factors in Neural Style Transfer", CVPR 2017, section 4).

    Returns:
        (n, c, c), symmetric.
    """
    n, c, h, w = maps.shape
    # channels-last memory is (n, h·w, c): its transpose costs nothing
    f = maps.permute(0, 2, 3, 1).reshape(n, h * w, c)
    if weights is None:
        return _square(f) / (h * w)
    t = weights.float().permute(0, 2, 3, 1).reshape(-1, h * w, 1)
    return _square(f * t.sqrt().to(f.dtype)) / t.sum(1, keepdim=True).clamp(min=1e-12)


def _square(f: Tensor) -> Tensor:
    return cast(Tensor, _Square.apply(f))  # type: ignore[no-untyped-call]


class _Square(torch.autograd.Function):
    """Fᵀ F, (n, m, c) to (n, c, c) float32, without a copy of F in float32 kept until the way back.

    bf16 is multiplied as it is, in `PARTS` parts of the places whose products, each summed in float32 and rounded once
    to bf16, are added in float32: 4e-4 from the exact one in relative norm, where one product of all would be 1.7e-3.
    """

    @staticmethod
    def forward(ctx: Any, f: Tensor) -> Tensor:
        ctx.save_for_backward(f)
        with torch.autocast(f.device.type, enabled=False):
            n, m, c = f.shape
            if f.dtype != torch.bfloat16 or m < PARTS:
                exact = f.float()
                return exact.transpose(1, 2) @ exact
            each = m // PARTS
            parts = f[:, : each * PARTS].reshape(n * PARTS, each, c)
            rest = f[:, each * PARTS :].float()
            product = torch.bmm(parts.transpose(1, 2), parts).view(n, PARTS, c, c).sum(1, dtype=torch.float32)
            return torch.baddbmm(product, rest.transpose(1, 2), rest)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d: Tensor) -> Tensor:
        (f,) = ctx.saved_tensors
        return cast(Tensor, f @ (d + d.transpose(1, 2)).to(f.dtype))


def style_distance(g: Tensor, a: Tensor) -> Tensor:
    """E = 1 / (4 N²) Σ_ij (G_ij − A_ij)², (n,): eq. 4 of Gatys et al. 2016, whose M² is in `gram` already.

    Args:
        g: Gram matrices of a picture's layer, (n, c, c), from `gram`.
        a: those of the style, of the same shape or (1, c, c).
    """
    return (g - a).square().flatten(1).sum(1) / (4 * g.shape[-1] ** 2)


def content_distance(f: Tensor, p: Tensor) -> Tensor:
    """1 / (c h w) Σ (F − P)², (n,): eq. 2 of Johnson, Alahi and Fei-Fei 2016 (arXiv:1603.08155).

    That is 2 / (c h w) times eq. 1 of Gatys et al. 2016, and unlike it does not grow with the picture.

    Args:
        f: a picture's maps, (n, c, h, w).
        p: those of the picture that it should depict, of the same shape.
    """
    return (f.float() - p.float()).square().flatten(1).mean(1)
