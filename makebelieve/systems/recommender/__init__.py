"""Recommenders: who would like what, by neighbours, factors or networks; and whether that beats the most popular."""

from makebelieve.systems.recommender.door import recommender
from makebelieve.systems.recommender.learner import Recommender

__all__ = ["Recommender", "recommender"]
