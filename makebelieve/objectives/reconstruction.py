"""Losses between a picture and its reconstruction, summed over pixels: (n, …) and (n, …) to (n,).

The mean over the batch is left to the recipe, so that terms which are sums over latents (a KL divergence) can be added
with the weight that a paper states.
"""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


def squared_error(x_hat: Tensor, x: Tensor) -> Tensor:
    """Σ (x̂ − x)² over everything but the first dimension, shape (n,).

    Args:
        x_hat: (n, …).
        x: of the same shape.
    """
    return (x_hat.float() - x).square().flatten(1).sum(1)


def bernoulli_nll(logits: Tensor, x: Tensor) -> Tensor:
    """−Σ x log σ(a) + (1 − x) log(1 − σ(a)), binary cross-entropy of logits a in nats, shape (n,).

    The negative log-likelihood of binary pixels (Kingma & Welling 2014, appendix C.1). For grey x its smallest value
    is the entropy of x and not 0, but its gradient σ(a) − x is as useful. Computed in float32; the gradient is written
    out, in a quarter of autograd's passes, and can't be differentiated again.

    Args:
        logits: a, (n, …).
        x: in [0, 1], of the same shape.
    """
    return cast(Tensor, _BernoulliNll.apply(logits, x))  # type: ignore[no-untyped-call]


def gaussian_nll(mean: Tensor, x: Tensor, logvar: Tensor | float) -> Tensor:
    """½ Σ log 2π + log σ² + (x − μ)² / σ² in nats, shape (n,) (Kingma & Welling 2014, appendix C.2).

    Args:
        mean: μ, (n, …).
        x: of the same shape.
        logvar: log σ², a number or a tensor that broadcasts against x.
    """
    if isinstance(logvar, Tensor):
        logvar = logvar.float()
        scaled = (x - mean.float()).square() * torch.exp(-logvar)
    else:
        scaled = (x - mean.float()).square() * math.exp(-logvar)
    return 0.5 * (scaled + (logvar + math.log(2 * math.pi))).flatten(1).sum(1)


class _BernoulliNll(torch.autograd.Function):
    """softplus(a) − x a summed over pixels; its gradient σ(a) − x."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> Tensor:
        a = logits.float()
        p = torch.sigmoid(a)
        ctx.dtype = logits.dtype
        ctx.save_for_backward(logits if ctx.needs_input_grad[1] else None, p, x)
        # softplus(a) = max(a, 0) − log σ(|a|)
        return F.relu(a).addcmul_(a, x, value=-1).flatten(1).sum(1) - _sum_of_logs((p - 0.5).abs_().add_(0.5))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        logits, p, x = ctx.saved_tensors
        scale = gradient.view(-1, *[1] * (p.dim() - 1))
        for_logits = for_x = None
        if ctx.needs_input_grad[0]:
            for_logits = (p - x).mul_(scale).to(ctx.dtype)
        if ctx.needs_input_grad[1]:
            for_x = logits * -scale
        return for_logits, for_x


def _sum_of_logs(s: Tensor) -> Tensor:
    """Σ log s over everything but the first dimension for s in [½, 1], shape (n,).

    A logarithm costs a CPU ten multiplications, so it is taken of products of up to 64 factors, at least 2⁻⁶⁴.
    """
    s = s.flatten(1)
    for _ in range(6):
        half = s.shape[1] // 2
        if 2 * half != s.shape[1]:
            break
        s = s[:, :half] * s[:, half:]
    return s.log().sum(1)
