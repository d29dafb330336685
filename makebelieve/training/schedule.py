"""Schedules: a factor on every learning rate as a function of progress through one `fit`, from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

Schedule: TypeAlias = Callable[[float], float]

__all__ = ["constant", "cosine", "linear", "one_cycle", "warm_linear"]


def constant(_progress: float) -> float:
    """1 throughout."""
    return 1.0


def linear(progress: float) -> float:
    """From 1 down to 0 in a straight line."""
    return 1.0 - progress


def warm_linear(progress: float) -> float:
    """Up from 1/25 to 1 in the first fiftieth, then down to 0, both in a straight line."""
    start, peak = 1 / 25, 1 / 50
    return start + (1 - start) * progress / peak if progress < peak else (1.0 - progress) / (1.0 - peak)


def cosine(progress: float) -> float:
    """From 1 to 0 along half a cosine (Loshchilov & Hutter 2017, eq. 5, without restarts)."""
    return 0.5 * (1.0 + math.cos(math.pi * progress))


def one_cycle(progress: float) -> float:
    """Up from 1/25 to 1 in the first quarter, then down to 1/250,000, both along cosines (Smith & Topin 2018)."""
    start, end, peak = 1 / 25, 1 / 250_000, 0.25
    if progress < peak:
        return start + (1 - start) * (1 - cosine(progress / peak))
    return end + (1 - end) * cosine((progress - peak) / (1 - peak))
