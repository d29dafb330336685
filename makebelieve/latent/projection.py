"""From a picture back to the point that a generator would make it from, where no encoder is at hand."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def project(
    decode: Callable[[Tensor], Tensor], pictures: Tensor, starts: Tensor, *, steps: int = 200, rate: float = 0.05
) -> tuple[Tensor, Tensor]:
    """Points whose pictures are nearest to those given, by Adam on z (Zhu et al. 2016, section 3.1).

    The error is the squared difference of the pictures and of the pictures at half their size, whose slope reaches
    further. After each step z is pulled back to the length that Gaussian points have, where it went beyond.

    Args:
        decode: z (n, latent) to pictures (n, c, h, w), differentiable.
        pictures: (n, c, h, w) in [0, 1].
        starts: (tries, n, latent), points to begin from; the best try of each picture is kept.
        steps: of Adam.
        rate: its learning rate at the start, falling to zero as a cosine.

    Returns:
        z (n, latent), and the mean squared error of each picture, (n,).
    """
    tries, n, latent = starts.shape
    z = starts.reshape(tries * n, latent).clone().requires_grad_()
    target = pictures.repeat(tries, 1, 1, 1)
    optimizer = torch.optim.Adam([z], lr=rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    longest = 1.2 * latent**0.5
    with torch.enable_grad():
        for _ in range(steps):
            made = decode(z)
            error = (made - target).square().mean((1, 2, 3))
            if min(made.shape[2:]) > 1:
                error = error + (F.avg_pool2d(made, 2) - F.avg_pool2d(target, 2)).square().mean((1, 2, 3))
            (z.grad,) = torch.autograd.grad(error.sum(), z)
            optimizer.step()
            falling.step()
            with torch.no_grad():
                z.mul_((longest / z.norm(dim=1, keepdim=True)).clamp(max=1))
    with torch.no_grad():
        errors = (decode(z) - target).square().mean((1, 2, 3)).view(tries, n)
    best = errors.argmin(0)
    chosen = z.detach().view(tries, n, latent)[best, torch.arange(n, device=z.device)]
    return chosen, errors.gather(0, best[None])[0]
