"""The diffusion model: pictures come out of noise along ways that a network has learned."""

from makebelieve.systems.diffusion.door import diffusion
from makebelieve.systems.diffusion.learner import DiffusionLearner

__all__ = ["DiffusionLearner", "diffusion"]
