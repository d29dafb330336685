"""Acts on points z of what has an encoder: VAE, autoencoder."""

from __future__ import annotations

from typing import Any

from makebelieve.studio.explorer.explored import Act, Explored
from makebelieve.systems.autoencoder.learner import AutoencoderLearner
from makebelieve.systems.vae.learner import VaeLearner


def serves(learn: Any) -> bool:
    """Whether it encodes and decodes pictures."""
    return isinstance(learn, VaeLearner | AutoencoderLearner)


def facts(explored: Explored) -> dict[str, Any]:
    """Whether it cleans pictures."""
    return {"denoises": bool(getattr(explored.learn, "noise", 0))}


ACTS: dict[str, Act] = {}
