"""The GAN's recipes: each reads like its paper's algorithm and carries the defaults that were measured for it.

`docs/recipes.md` says how they compare. Every recipe also works with labels: where the networks have an embedding for
them, `batch.y` goes along with real and fake pictures alike.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

import torch
from torch import Tensor

from makebelieve.objectives import adversarial as adv
from makebelieve.systems.gan.semi_supervised import semi_supervised
from makebelieve.training import Networks, Run, recipe
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import OptimizerFactory, Turns

__all__ = ["hinge", "lsgan", "minimax", "minimax_saturating", "r3gan", "semi_supervised", "wgan", "wgan_gp"]


def _adam(generator: float, critic: float, betas: tuple[float, float]) -> dict[str, OptimizerFactory]:
    rates = {"generator": generator, "critic": critic}
    return {player: partial(torch.optim.Adam, lr=rate, betas=betas) for player, rate in rates.items()}


def _labels(nets: Networks, batch: Batch) -> tuple[Tensor, ...]:
    """`(batch.y,)` for networks that take labels, `()` for those that don't."""
    return (batch.y,) if getattr(nets.generator, "label", None) is not None and batch.y is not None else ()


def _judge(nets: Networks, real: Tensor, fake: Tensor, y: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The critic on real and fake at once, (n,) each: faster than twice, the same where no picture sees another."""
    judged_real, judged_fake = nets.critic(torch.cat([real, fake]), *(torch.cat([one, one]) for one in y)).chunk(2)
    return judged_real, judged_fake


@recipe(
    optimizers=_adam(2e-3, 4e-3, (0.0, 0.9)),
    average={"generator": 0.999},
    networks={"critic_norm": "spectral", "generator_norm": "batch"},
)
def hinge(nets: Networks, batch: Batch, run: Run) -> Turns:
    """Hinge loss with a spectrally normalised critic (Miyato et al. 2018; Lim & Ye 2017)."""
    y = _labels(nets, batch)
    fake = nets.generator(run.noise(len(batch)), *y)
    yield "critic", adv.hinge_critic(*_judge(nets, batch.x, fake.detach(), y))
    yield "generator", adv.hinge_generator(nets.critic(fake, *y))


def _minimax_critic(
    nets: Networks, batch: Batch, run: Run, fake: Tensor, label_smoothing: float, label_noise: float
) -> Tensor:
    y = _labels(nets, batch)
    real_target, fake_target = torch.ones(len(batch), device=run.device), torch.zeros(len(batch), device=run.device)
    if run.training:
        real_target = real_target - label_smoothing
        if label_noise:
            swapped = run.uniform(len(batch)) < label_noise
            real_target, fake_target = (
                real_target.where(~swapped, fake_target),
                fake_target.where(~swapped, real_target),
            )
    return adv.minimax_critic(*_judge(nets, batch.x, fake.detach(), y), real_target, fake_target)


@recipe(
    optimizers=_adam(2e-3, 4e-3, (0.0, 0.9)),
    average={"generator": 0.999},
    networks={"critic_norm": "spectral", "generator_norm": "batch"},
)
def minimax(nets: Networks, batch: Batch, run: Run, *, label_smoothing: float = 0.0, label_noise: float = 0.0) -> Turns:
    """The original game with the non-saturating generator (Goodfellow et al. 2014).

    Args:
        label_smoothing: how far below 1 the critic's target for real pictures lies (Salimans et al. 2016).
        label_noise: share of pictures whose label is told wrongly to the critic, in [0, 0.5).
    """
    fake = nets.generator(run.noise(len(batch)), *_labels(nets, batch))
    yield "critic", _minimax_critic(nets, batch, run, fake, label_smoothing, label_noise)
    yield "generator", adv.minimax_generator(nets.critic(fake, *_labels(nets, batch)))


@recipe(
    optimizers=_adam(2e-3, 2e-3, (0.0, 0.9)),
    average={"generator": 0.999},
    networks={"critic_norm": "spectral", "generator_norm": "batch"},
)
def minimax_saturating(
    nets: Networks, batch: Batch, run: Run, *, label_smoothing: float = 0.0, label_noise: float = 0.0
) -> Turns:
    """The original game as its equation 1 has it, whose generator's gradient fades once the critic wins.

    Args:
        label_smoothing: how far below 1 the critic's target for real pictures lies (Salimans et al. 2016).
        label_noise: share of pictures whose label is told wrongly to the critic, in [0, 0.5).
    """
    fake = nets.generator(run.noise(len(batch)), *_labels(nets, batch))
    yield "critic", _minimax_critic(nets, batch, run, fake, label_smoothing, label_noise)
    yield "generator", adv.minimax_generator_saturating(nets.critic(fake, *_labels(nets, batch)))


@recipe(
    optimizers=_adam(2e-3, 4e-3, (0.0, 0.9)),
    average={"generator": 0.999},
    networks={"critic_norm": "spectral", "generator_norm": "batch"},
)
def lsgan(nets: Networks, batch: Batch, run: Run) -> Turns:
    """Least squares in place of cross-entropy (Mao et al. 2017)."""
    y = _labels(nets, batch)
    fake = nets.generator(run.noise(len(batch)), *y)
    yield "critic", adv.lsgan_critic(*_judge(nets, batch.x, fake.detach(), y))
    yield "generator", adv.lsgan_generator(nets.critic(fake, *y))


@recipe(
    optimizers={
        "generator": partial(torch.optim.RMSprop, lr=1e-3, alpha=0.9),
        "critic": partial(torch.optim.RMSprop, lr=5e-4, alpha=0.9),
    },
    period=2,
    average={"generator": 0.999},
    networks={"critic_norm": "batch", "generator_norm": "batch"},
)
def wgan(nets: Networks, batch: Batch, run: Run, *, clip: float = 0.01, turns: int = 2) -> Turns:
    """Wasserstein distance with clipped weights; the critic plays several times as often (Arjovsky et al. 2017).

    Args:
        clip: every weight of the critic is kept in [−clip, clip].
        turns: of the critic to one of the generator; the paper's algorithm 1 has 5, in a short run 2 is better.
    """
    y = _labels(nets, batch)
    generators = run.step % turns == turns - 1 or not run.training
    with nullcontext() if generators else torch.no_grad():
        fake = nets.generator(run.noise(len(batch)), *y)
    yield "critic", adv.wasserstein_critic(nets.critic(batch.x, *y), nets.critic(fake.detach(), *y))
    if run.training:
        adv.clip_weights_(nets.critic, clip)
    if generators:
        yield "generator", adv.wasserstein_generator(nets.critic(fake, *y))


@recipe(
    optimizers=_adam(2e-3, 2e-3, (0.0, 0.9)),
    differentiates_twice=True,
    average={"generator": 0.999},
    networks={"critic_norm": "none", "generator_norm": "batch"},
)
def wgan_gp(nets: Networks, batch: Batch, run: Run, *, penalty: float = 10.0) -> Turns:
    """Wasserstein distance with a penalty on the slope between real and fake (Gulrajani et al. 2017).

    Both play at every step: in a short run that was measured better than the paper's five turns of the critic to one.

    Args:
        penalty: λ, the weight of the gradient penalty.
    """
    y = _labels(nets, batch)
    fake = nets.generator(run.noise(len(batch)), *y)
    loss = adv.wasserstein_critic(*_judge(nets, batch.x, fake.detach(), y))
    if run.training:
        share = run.uniform(len(batch))
        loss = loss + penalty * adv.gradient_penalty(lambda x: nets.critic(x, *y), batch.x, fake.detach(), share)
    yield "critic", loss
    yield "generator", adv.wasserstein_generator(nets.critic(fake, *y))


@recipe(
    optimizers=_adam(2e-3, 2e-3, (0.0, 0.9)),
    period=4,
    differentiates_twice=True,
    average={"generator": 0.999},
    networks={"critic_norm": "none", "generator_norm": "batch"},
)
def r3gan(nets: Networks, batch: Batch, run: Run, *, gamma: float = 0.1) -> Turns:
    """Relativistic pairing with zero-centred penalties on real and fake pictures, R1 and R2 (Huang et al. 2024).

    The penalties are taken at every fourth step with four times the weight (Karras et al. 2020, appendix B).

    Args:
        gamma: γ, the weight of both penalties.
    """
    y = _labels(nets, batch)
    fake = nets.generator(run.noise(len(batch)), *y)
    loss = adv.relativistic_critic(*_judge(nets, batch.x, fake.detach(), y))
    if run.training and run.step % 4 == 0:
        for x in (batch.x, fake):
            loss = loss + 4 * gamma * adv.zero_centred_penalty(lambda x: nets.critic(x, *y), x)
    yield "critic", loss
    with torch.no_grad():
        real = nets.critic(batch.x, *y)
    yield "generator", adv.relativistic_generator(real, nets.critic(fake, *y))
