"""Synthetic tracks of a mouse, like people's and like simple programs': to try things with, not to judge anyone by.

Source:
    The smooth reach from place to place is the minimum-jerk movement of Flash and Hogan, "The coordination of arm
    movements", Journal of Neuroscience 5, 1985. What else people do (curved ways, tremor, overshoot, pauses before a
    click, uneven sampling) and how bots are (straight, eased, Bézier, jumping) is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from makebelieve.data.traces_files import Track

SCREEN = (1280, 800)
_Points = np.ndarray[Any, np.dtype[np.float64]]
_Way = Callable[[np.random.Generator, _Points, _Points, _Points], _Points]


def made_tracks(n: int, seed: int) -> tuple[list[Track], list[str]]:
    """n tracks (points, 4) of time in seconds, x, y and click, with labels "person" and "bot" in turn."""
    random = np.random.default_rng(seed)
    labels = ["person", "bot"] * (n // 2) + ["person"] * (n % 2)
    return [person(random) if label == "person" else bot(random) for label in labels], labels


def person(random: np.random.Generator) -> Track:
    """Two to four reaches from target to target, the last with a click."""
    here, now = _place(random), 0.0
    pieces = []
    for _ in range(random.integers(2, 5)):
        there = _place(random)
        beyond = there + (there - here) * random.uniform(0.02, 0.1) if random.random() < 0.6 else there
        pieces.append(_reach(random, now, here, beyond))
        now = pieces[-1][-1, 0] + random.uniform(0.02, 0.1)
        if beyond is not there:
            pieces.append(_reach(random, now, beyond, there))
            now = pieces[-1][-1, 0] + random.uniform(0.05, 0.3)
        here = there
    track = np.concatenate(pieces)
    track[-1, 3] = 1
    return track


def _reach(random: np.random.Generator, start: float, here: _Points, there: _Points) -> Track:
    """One minimum-jerk movement along a bent way, with tremor, sampled about every 12 ms."""
    way = there - here
    far = float(np.hypot(*way))
    lasts = 0.12 + 0.18 * np.log2(1 + far / 40) * random.uniform(
        0.8, 1.3
    )  # longer for farther targets, as Fitts has it
    steps = np.cumsum(random.gamma(9, 0.012 / 9, max(4, round(lasts / 0.012))))
    tau = np.concatenate([[0], steps / steps[-1]])
    done = tau**3 * (10 - 15 * tau + 6 * tau**2)
    across = np.array([-way[1], way[0]])
    bend = random.normal(0, 0.06) * np.sin(np.pi * done)
    tremor = np.cumsum(random.normal(0, 0.25, (len(tau), 2)), 0) * np.sin(np.pi * tau)[:, None]
    points = here + done[:, None] * way + bend[:, None] * across + tremor + random.normal(0, 0.3, (len(tau), 2))
    return np.column_stack([start + lasts * tau, points.round(), np.zeros(len(tau))])


def bot(random: np.random.Generator) -> Track:
    """Two to four moves of one kind: even, eased, along a Bézier curve, trembling, or a jump."""
    kinds: list[_Way] = [_even, _eased, _curved, _trembling, _jump]
    kind = kinds[int(random.integers(len(kinds)))]
    here, now = _place(random), 0.0
    pieces = []
    for _ in range(random.integers(2, 5)):
        there = _place(random)
        pieces.append(_moved(random, kind, now, here, there))
        now, here = pieces[-1][-1, 0] + 0.1, there
    track = np.concatenate(pieces)
    track[-1, 3] = 1
    return track


def _moved(random: np.random.Generator, kind: _Way, start: float, here: _Points, there: _Points) -> Track:
    tau = np.linspace(0, 1, 2 if kind is _jump else int(random.integers(20, 60)))
    points = kind(random, tau[:, None], here, there)
    return np.column_stack([start + 0.01 * np.arange(len(tau)), points.round(), np.zeros(len(tau))])


def _even(_random: np.random.Generator, tau: _Points, here: _Points, there: _Points) -> _Points:
    return here + tau * (there - here)


def _jump(random: np.random.Generator, tau: _Points, here: _Points, there: _Points) -> _Points:
    return _even(random, tau, here, there)


def _eased(random: np.random.Generator, tau: _Points, here: _Points, there: _Points) -> _Points:
    return _even(random, tau**2 * (3 - 2 * tau), here, there)


def _curved(random: np.random.Generator, tau: _Points, here: _Points, there: _Points) -> _Points:
    bend = (here + there) / 2 + random.normal(0, 120, 2)
    return (1 - tau) ** 2 * here + 2 * tau * (1 - tau) * bend + tau**2 * there


def _trembling(random: np.random.Generator, tau: _Points, here: _Points, there: _Points) -> _Points:
    return _even(random, tau, here, there) + random.normal(0, 2, (len(tau), 2))


def _place(random: np.random.Generator) -> _Points:
    return np.asarray(random.uniform((40, 40), (SCREEN[0] - 40, SCREEN[1] - 40)))
