"""The stylizer: a network that paints any picture in one style, in one pass."""

from makebelieve.systems.stylizer.door import stylizer
from makebelieve.systems.stylizer.learner import Stylizer

__all__ = ["Stylizer", "stylizer"]
