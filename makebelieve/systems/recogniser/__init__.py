"""Recognisers: what is in a picture, one class, several at once, or numbers; also from plain numbers in a table."""

from makebelieve.systems.recogniser.door import classifier, regressor
from makebelieve.systems.recogniser.learner import Recogniser
from makebelieve.systems.recogniser.metrics import accuracy, error_rate, mae, rmse
from makebelieve.systems.recogniser.predictions import Prediction, Predictions

__all__ = [
    "Prediction",
    "Predictions",
    "Recogniser",
    "accuracy",
    "classifier",
    "error_rate",
    "mae",
    "regressor",
    "rmse",
]
