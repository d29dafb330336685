"""A synthetic series by the day: to try forecasts with, not to compare them by."""

from __future__ import annotations

import numpy as np

NAME = "synthetic"
DAYS, BEGIN = 1096, "2021-01-01"
WEEK = (0.8, 0.85, 0.9, 1.0, 1.15, 1.3, 1.0)  # Friday, on which it begins, is the first


def made_visitors(seed: int = 2024) -> dict[str, list[str]]:
    """Three years of visitors a day as the words of a table: day, visitors and degrees.

    visitors = (400 + trend) · week · (1 + 0.25 sin(2π (day − 100) / 365.25)) · (1 + e), e an AR(1) process that rain
    and fairs might make; degrees follow the year.
    """
    random = np.random.default_rng(seed)
    days = np.arange(DAYS)
    year = np.sin(2 * np.pi * (days - 100) / 365.25)
    shocks, errors = random.normal(0, 0.05, DAYS), np.zeros(DAYS)
    for day in range(1, DAYS):
        errors[day] = 0.7 * errors[day - 1] + shocks[day]
    visitors = (400 + 0.1 * days) * np.resize(WEEK, DAYS) * (1 + 0.25 * year) * (1 + errors)
    degrees = 11 + 10 * year + random.normal(0, 2.5, DAYS)
    dates = np.datetime64(BEGIN) + days
    return {
        "day": [str(date) for date in dates],
        "visitors": [str(round(float(value))) for value in visitors],
        "degrees": [f"{value:.1f}" for value in degrees],
    }
