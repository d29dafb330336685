"""Losses of a critic that tells K classes apart, and real from fake as well (Salimans et al. 2016, section 5).

Its outputs for n pictures are logits l of shape (n, K). The logit of an extra class, "fake", is fixed at 0 (subtracting
a function of x from all logits changes no probability), so that p(fake | x) = 1 / (Z(x) + 1) with Z(x) = Σₖ exp lₖ(x).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def real_logit(logits: Tensor) -> Tensor:
    """log Z(x), shape (n,): the logit of D(x) = Z(x) / (Z(x) + 1), the probability that x is real.

    Losses of two classes, real and fake, take it as any critic's output: `adversarial.minimax_critic` of it is
    −E[log D(x)] − E[log(1 − D(G(z)))], the paper's unsupervised loss.
    """
    return logits.logsumexp(1)


def labelled_critic(logits: Tensor, y: Tensor) -> Tensor:
    """−E[log p(y | x, real)], the paper's supervised loss: cross-entropy of the softmax over the K classes.

    Args:
        logits: (n, K) of labelled pictures.
        y: (n,) int64 class indices.
    """
    return F.cross_entropy(logits, y)


def feature_matching(real: Tensor, fake: Tensor) -> Tensor:
    """‖E f(x) − E f(G(z))‖² (Salimans et al. 2016, section 3.1).

    Args:
        real: (d,), mean over real pictures of features from inside the critic.
        fake: (d,), the same over generated ones.
    """
    return (real - fake).square().sum()


def consistency(logits: Tensor, changed: Tensor, sure: float = 0.95) -> Tensor:
    """Cross-entropy of pictures changed a little against the class that the unchanged ones are surely of.

    E[1(maxₖ p(k | x) ≥ sure) · −log p(argmaxₖ p(k | x) | x′)] (Sohn et al. 2020, eq. 4); no gradient through x.

    Args:
        logits: (n, K) of pictures x without labels.
        changed: (n, K) of the same pictures, changed so that their class stays, x′.
        sure: least probability from which on a picture counts, in [0, 1].
    """
    probability, guess = logits.detach().softmax(1).max(1)
    return (F.cross_entropy(changed, guess, reduction="none") * (probability >= sure)).mean()


@torch.no_grad()
def error_rate(logits: Tensor, y: Tensor) -> Tensor:
    """Share of pictures whose most probable class is not y, a scalar in [0, 1].

    Args:
        logits: (n, K).
        y: (n,) int64 class indices.
    """
    return (logits.argmax(1) != y).float().mean()
