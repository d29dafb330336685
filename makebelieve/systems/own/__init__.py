"""A learner for a network of one's own: any module, any loss, any data."""

from makebelieve.systems.own.door import learner
from makebelieve.systems.own.learner import SupervisedLearner

__all__ = ["SupervisedLearner", "learner"]
