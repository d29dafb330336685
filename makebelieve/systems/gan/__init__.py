"""The GAN: a generator that makes pictures, and a critic that tells them from real ones."""

from makebelieve.systems.gan import recipes
from makebelieve.systems.gan.door import gan
from makebelieve.systems.gan.learner import GanLearner

__all__ = ["GanLearner", "gan", "recipes"]
