"""Which layers a dream excites, and how much each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from torch import nn

from makebelieve.errors import OptionError
from makebelieve.networks.features import check_backbone

Layers: TypeAlias = str | Sequence[str] | Mapping[str, float]

# by the beginning of a backbone's name; those of inception_v3 are TensorFlow's mixed3 and mixed5
GOOD: dict[str, dict[str, float]] = {
    "inception_v3": {"Mixed_6a": 1.0, "Mixed_6c": 1.0},
    "googlenet": {"inception4c": 1.0},
    "mobilenet_v2": {"features.11": 1.0, "features.13": 1.0},
    "squeezenet1_1": {"features.8": 0.5, "features.10": 1.0},
    "vgg": {"relu4_3": 1.0},
    "resnet": {"layer3": 1.0},
}


def weights_of(backbone: str | nn.Module, layers: Layers | None) -> dict[str, float]:
    """Weights by layer; those that were found good where none are given.

    Raises:
        OptionError: they are no names, weights are no numbers or all 0, or none are known for this backbone, which may
            be unknown itself.
    """
    if layers is None:
        name = backbone if isinstance(backbone, str) else type(backbone).__name__
        known = [begins for begins in GOOD if isinstance(backbone, str) and name.startswith(begins)]
        if not known:
            check_backbone(backbone)
            raise OptionError("dream.which_layers", backbone=name)
        return dict(GOOD[known[0]])
    found: Mapping[Any, Any]
    if isinstance(layers, str):
        found = {layers: 1.0}
    elif not isinstance(layers, Sequence | Mapping):
        raise OptionError("dream.layers", given=layers)
    else:
        found = layers if isinstance(layers, Mapping) else dict.fromkeys(layers, 1.0)
    numbers = [value for value in found.values() if isinstance(value, int | float) and math.isfinite(value)]
    if not all(isinstance(name, str) for name in found) or len(numbers) < len(found) or not any(numbers):
        raise OptionError("dream.layers", given=layers)
    return {name: float(weight) for name, weight in found.items()}
