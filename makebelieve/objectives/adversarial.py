"""Losses of adversarial games, on the critic's raw outputs (logits) of shape (n,), as means over the batch.

Every `*_critic` takes the critic's outputs on real and on fake pictures, every `*_generator` those on fake pictures.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

Critic = Callable[[Tensor], Tensor]


def minimax_critic(
    real: Tensor, fake: Tensor, real_target: Tensor | float = 1.0, fake_target: Tensor | float = 0.0
) -> Tensor:
    """−E[log D(x)] − E[log(1 − D(G(z)))] with D = sigmoid(logit) (Goodfellow et al. 2014, eq. 1).

    Args:
        real_target: in [0, 1], one or (n,); below 1 it is label smoothing (Salimans et al. 2016, section 3.4).
        fake_target: likewise for fake pictures.
    """
    # −[t log σ(a) + (1 − t) log σ(−a)] = softplus(a) − t a
    return (F.softplus(real) - real_target * real).mean() + (F.softplus(fake) - fake_target * fake).mean()


def minimax_generator(fake: Tensor) -> Tensor:
    """−E[log D(G(z))], the non-saturating form (Goodfellow et al. 2014, section 3)."""
    return F.softplus(-fake).mean()


def minimax_generator_saturating(fake: Tensor) -> Tensor:
    """E[log(1 − D(G(z)))], the game's own form, whose gradient vanishes once the critic wins (ibid., eq. 1)."""
    return -F.softplus(fake).mean()


def lsgan_critic(real: Tensor, fake: Tensor) -> Tensor:
    """½ E[(D(x) − 1)²] + ½ E[D(G(z))²] (Mao et al. 2017, eq. 9: a = 0, b = 1)."""
    return 0.5 * ((real - 1).square().mean() + fake.square().mean())


def lsgan_generator(fake: Tensor) -> Tensor:
    """½ E[(D(G(z)) − 1)²] (Mao et al. 2017, eq. 9: c = 1)."""
    return 0.5 * (fake - 1).square().mean()


def wasserstein_critic(real: Tensor, fake: Tensor) -> Tensor:
    """E[f(G(z))] − E[f(x)]: minus the estimate of the Wasserstein distance (Arjovsky et al. 2017, eq. 2)."""
    return fake.mean() - real.mean()


def wasserstein_generator(fake: Tensor) -> Tensor:
    """−E[f(G(z))] (Arjovsky et al. 2017, algorithm 1)."""
    return -fake.mean()


def hinge_critic(real: Tensor, fake: Tensor) -> Tensor:
    """E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))] (Lim & Ye 2017; Miyato et al. 2018, eq. 16)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_generator(fake: Tensor) -> Tensor:
    """−E[D(G(z))] (Miyato et al. 2018, eq. 17)."""
    return -fake.mean()


def relativistic_critic(real: Tensor, fake: Tensor) -> Tensor:
    """E[softplus(−(D(x) − D(G(z))))], real and fake in pairs (Huang et al. 2024, eq. 2; Jolicoeur-Martineau 2019)."""
    return F.softplus(fake - real).mean()


def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """E[softplus(−(D(G(z)) − D(x)))] (Huang et al. 2024, eq. 2 with the generator's sign)."""
    return F.softplus(real - fake).mean()


def squared_gradient_norm(critic: Critic, x: Tensor) -> Tensor:
    """‖∇ₓ D(x)‖² for each picture, shape (n,), differentiable once more; in float32 whatever autocast says.

    Args:
        critic: pictures (n, …) to outputs (n,); a picture's output may depend on that picture only.
        x: (n, …), where the gradient is taken; the gradient stops there.
    """
    with torch.enable_grad(), torch.autocast(x.device.type, enabled=False):
        x = x.detach().float().requires_grad_()
        (gradient,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        return gradient.square().flatten(1).sum(1)


def gradient_penalty(critic: Critic, real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """E[(‖∇ D(x̂)‖ − 1)²] on x̂ = share · real + (1 − share) · fake (Gulrajani et al. 2017, algorithm 1).

    Args:
        real: (n, …).
        fake: (n, …).
        share: (n,), uniform in [0, 1).
    """
    share = share.view(-1, *[1] * (real.dim() - 1))
    x_hat = fake + share * (real - fake)
    # √0 has an infinite slope, so a flat critic would turn the parameters to NaN
    return ((squared_gradient_norm(critic, x_hat) + 1e-12).sqrt() - 1).square().mean()


def zero_centred_penalty(critic: Critic, x: Tensor) -> Tensor:
    """½ E‖∇ D(x)‖²: R1 on real pictures, R2 on fake ones (Mescheder et al. 2018, eq. 9 and 10, without γ)."""
    return 0.5 * squared_gradient_norm(critic, x).mean()


@torch.no_grad()
def clip_weights_(module: torch.nn.Module, limit: float) -> None:
    """Every parameter into [−limit, limit], in place (Arjovsky et al. 2017, algorithm 1, line 7)."""
    parameters = [parameter.data for parameter in module.parameters()]
    torch._foreach_clamp_min_(parameters, -limit)
    torch._foreach_clamp_max_(parameters, limit)
