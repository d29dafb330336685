"""Tiny pictures to recognise: a bright bar, upright or lying."""

from __future__ import annotations

import numpy as np

import makebelieve as mb


def bars(n=120, seed=0, size=8):
    """Pictures with a bright bar, upright or lying: (n, size, size) uint8 and their classes."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 40, (n, size, size), dtype=np.uint8), rng.integers(0, 2, n)
    for picture, lying in zip(x, y, strict=True):
        at = rng.integers(1, size - 1)
        (picture if lying else picture.T)[at] = 220
    return x, ["upright" if lying == 0 else "lying" for lying in y]


def data_of(**options):
    x, y = bars()
    return mb.images(x, labels=y, valid=0.25, **options)
