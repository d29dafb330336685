"""Divergences between laws of latent points, kept apart by latent unit: (n, latent) and (n, latent) to (n, latent)."""

from __future__ import annotations

from torch import Tensor


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """½ (μ² + σ² − log σ² − 1), KL(N(μ, σ²) ‖ N(0, 1)) of each unit in nats (Kingma & Welling 2014, appendix B).

    Their sum over units is the KL of the diagonal Gaussian to N(0, I). Computed in float32.

    Args:
        mean: μ, (n, latent).
        log_variance: log σ², (n, latent).

    Returns:
        (n, latent), 0 or more.
    """
    mean, log_variance = mean.float(), log_variance.float()
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1)


def with_free_bits(kl: Tensor, free: float) -> Tensor:
    """Σ over units of max(free, mean over the batch of that unit's KL) (Kingma et al. 2016, eq. 15), a scalar.

    A unit whose mean KL is below `free` costs as much as one at `free`, so nothing pushes it to zero.

    Args:
        kl: (n, latent), of each picture and unit, in nats.
        free: nats a unit, 0 or more; 0 gives the mean over the batch of the sum over units.
    """
    by_unit = kl.mean(0)
    return (by_unit.clamp(min=free) if free else by_unit).sum()
