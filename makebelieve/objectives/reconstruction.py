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
    out, in one pass for autograd's six, and can't be differentiated again.

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
        ctx.save_for_backward(logits, x)
        a = logits.float()
        return F.softplus(a).addcmul_(a, x, value=-1).flatten(1).sum(1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        logits, x = ctx.saved_tensors
        scale = gradient.view(-1, *[1] * (logits.dim() - 1))
        for_logits = for_x = None
        if ctx.needs_input_grad[0]:
            for_logits = torch.sigmoid(logits.float()).sub_(x).mul_(scale).to(logits.dtype)
        if ctx.needs_input_grad[1]:
            for_x = logits * -scale
        return for_logits, for_x
