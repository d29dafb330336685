"""Features as the metrics take them: checked, float64."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from makebelieve.errors import DataError

Features: TypeAlias = Tensor | NDArray[np.floating[Any]]


def checked(features: Features, *, least: int = 2) -> Tensor:
    """Features (n, d) as a float64 tensor, where they are.

    Raises:
        DataError: the shape is another, there are fewer than `least` rows, or a value is not finite.
    """
    tensor = (features if isinstance(features, Tensor) else torch.from_numpy(np.asarray(features))).detach().double()
    if tensor.ndim != 2 or len(tensor) < 2:
        raise DataError("evaluate.features_shape", shape=tuple(tensor.shape))
    if len(tensor) < least:
        raise DataError("evaluate.features_few", given=len(tensor), least=least)
    if not bool(tensor.isfinite().all()):
        raise DataError("evaluate.features_finite", count=int((~tensor.isfinite()).sum()))
    return tensor


def checked_pair(a: Features, b: Features, *, least: int = 2) -> tuple[Tensor, Tensor]:
    """Two sets of features as float64 tensors.

    Raises:
        DataError: as `checked`, or the widths differ.
    """
    first, second = checked(a, least=least), checked(b, least=least)
    if first.shape[1] != second.shape[1]:
        raise DataError("evaluate.widths_differ", first=first.shape[1], second=second.shape[1])
    return first, second
