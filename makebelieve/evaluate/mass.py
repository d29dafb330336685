"""What a classifier says of samples: Inception Score, how many of each class, how varied within each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.arrays import Features, checked, checked_pair

PRESENT = 0.2  # of its fair share, from which a class counts as there


def inception_score(probabilities: Features, *, splits: int = 10) -> float:
    """exp E KL(p(y | x) ‖ p(y)), mean over splits (Salimans et al. 2016, section 4); from 1 to the number of classes.

    It compares samples with no data, and only figures of the same classifier and number of samples compare.

    Args:
        probabilities: (n, classes), p(y | x) of each sample; rows sum to 1.
        splits: parts of consecutive samples, each with a p(y) of its own.

    Raises:
        DataError: the shape is another, there are fewer rows than splits, or a value is not finite.
        OptionError: `splits` is below 1.
    """
    if splits < 1:
        raise OptionError("evaluate.at_least_one", name="splits", given=splits)
    scores = []
    for part in torch.tensor_split(checked(probabilities, least=splits), splits):
        marginal = part.mean(0, keepdim=True)
        divergence = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1)
        scores.append(math.exp(float(divergence.mean())))
    return sum(scores) / splits


@dataclass(frozen=True)
class ClassMass:
    """How samples spread over classes.

    Attributes:
        shares: (classes,), the share of samples that the classifier takes for each.
        fair: (classes,), the same of real items.
    """

    shares: tuple[float, ...]
    fair: tuple[float, ...]

    @property
    def found(self) -> int:
        """Classes of real items that have at least a fifth of their fair share."""
        return sum(share >= PRESENT * fair for share, fair in zip(self.shares, self.fair, strict=True) if fair > 0)

    @property
    def possible(self) -> int:
        """Classes that real items have."""
        return sum(fair > 0 for fair in self.fair)

    @property
    def entropy(self) -> float:
        """−Σ p log p over classes, in nats."""
        return -sum(share * math.log(share) for share in self.shares if share > 0)

    @property
    def least(self) -> float:
        """The smallest share of a class that real items have."""
        return min(share for share, fair in zip(self.shares, self.fair, strict=True) if fair > 0)


def class_mass(samples: Tensor, real: Tensor, classes: int) -> ClassMass:
    """`ClassMass` of predicted class indices, (m,) of samples and (n,) of real items.

    Raises:
        DataError: one of them is empty.
    """
    if not len(samples) or not len(real):
        raise DataError("evaluate.no_predictions", samples=len(samples), real=len(real))
    shares = [(found.bincount(minlength=classes).double() / len(found)).tolist() for found in (samples, real)]
    return ClassMass(tuple(shares[0]), tuple(shares[1]))


def diversity(
    samples: Features, real: Features, predicted: Tensor | None = None, real_predicted: Tensor | None = None
) -> float:
    """How far samples of one class lie apart, over how far real ones do: 1 is as varied as the data, 0 all alike.

    In each class it is the root mean square distance of two features, √(2 tr Cov), whose ratio is averaged over the
    classes that have at least a fifth of their fair share of samples. The others are for `class_mass` to tell.

    Args:
        samples: (m, d) features.
        real: (n, d) features.
        predicted: (m,) class indices of the samples; None where all are of one class.
        real_predicted: (n,) class indices of the real items, likewise.

    Raises:
        DataError: the shapes do not fit or a value is not finite, or no class has two of both.
    """
    made, reals = checked_pair(samples, real)
    if predicted is None or real_predicted is None:
        predicted, real_predicted = (torch.zeros(len(some), device=some.device) for some in (made, reals))
    ratios = []
    for index in torch.unique(real_predicted).tolist():
        one, other = made[predicted == index], reals[real_predicted == index]
        enough = max(2.0, PRESENT * len(other) / len(reals) * len(made))
        if len(one) >= enough and len(other) > 1 and float(spread := other.var(0).sum()) > 0:
            ratios.append(math.sqrt(float(one.var(0).sum() / spread)))
    if not ratios:
        raise DataError("evaluate.no_class_in_common")
    return sum(ratios) / len(ratios)
