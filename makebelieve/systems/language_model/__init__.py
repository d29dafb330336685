"""Language models: what comes next in a text, character by character, word by word or piece by piece; and writing."""

from makebelieve.systems.language_model.door import language_model
from makebelieve.systems.language_model.learner import LanguageModel

__all__ = ["LanguageModel", "language_model"]
