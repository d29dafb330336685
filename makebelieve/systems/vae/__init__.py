"""The VAE: an encoder and a decoder with a law between them, so that new points make new pictures."""

from makebelieve.systems.vae.concept import Concept
from makebelieve.systems.vae.door import vae
from makebelieve.systems.vae.learner import VaeLearner

__all__ = ["Concept", "VaeLearner", "vae"]
