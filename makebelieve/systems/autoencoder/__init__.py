"""The autoencoder: it gives back what it is shown by way of a few numbers, or the clean form of what is noisy."""

from makebelieve.systems.autoencoder.door import autoencoder
from makebelieve.systems.autoencoder.learner import AutoencoderLearner

__all__ = ["AutoencoderLearner", "autoencoder"]
