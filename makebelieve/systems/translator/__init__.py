"""The translator: from one picture to another of the same scene: small to large, grey to colour, worn to clean."""

from makebelieve.systems.translator.door import translator
from makebelieve.systems.translator.learner import Translator

__all__ = ["Translator", "translator"]
