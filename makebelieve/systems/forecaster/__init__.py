"""The forecaster: how series go on, and whether that is any better than a forecast without a network."""

from makebelieve.systems.forecaster.door import forecaster
from makebelieve.systems.forecaster.forecast import Forecast
from makebelieve.systems.forecaster.learner import Backtest, Forecaster

__all__ = ["Backtest", "Forecast", "Forecaster", "forecaster"]
