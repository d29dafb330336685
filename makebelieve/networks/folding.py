"""Frozen networks made lighter: batch normalisation folded into convolutions, weights in the precision they run in."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from makebelieve.networks.features import Features

SAME = 1e-3  # of a map's root mean square: more than rounding, less than a layer folded that should not be


def lighten(features: Features, precision: torch.dtype, x: Tensor) -> int:
    """Folds batch normalisation that follows a convolution into its weights, and casts those to `precision`; in place.

    In eval mode γ (w∗x − μ) / σ + β is (γ w / σ)∗x + β − γ μ / σ. What x shows to give other maps than before, as where
    a convolution's output also goes elsewhere, is not folded. Under autocast the casting changes no value: it saves
    doing the same at every call, as autocast remembers only the casts of weights that learn.

    Args:
        features: layers of a frozen network.
        precision: float32, or what autocast runs convolutions in.
        x: pictures (n, 3, h, w) in [0, 1] to compare by, on the features' device.

    Returns:
        How many were folded.
    """
    pairs: dict[str, str] = {}
    if any(type(part) is nn.BatchNorm2d for part in features.net.modules()):  # else nothing has to be tried
        with torch.no_grad():
            before = features(x)
            plain = copy.deepcopy(features.net)
            pairs = _pairs(features, x)
            for convolution, norm in pairs.items():
                _fold(features.net, convolution, norm)
            if not _same(before, features(x)):
                features.net, pairs = plain, {}
    for part in features.net.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            part.to(precision)
    return len(pairs)


def _pairs(features: Features, x: Tensor) -> dict[str, str]:
    """Names of convolutions that run once, with that of the batch normalisation that gets their very output."""
    made: dict[int, tuple[str, Tensor]] = {}  # the tensor is held, so that nothing else gets its id
    got: dict[str, list[str]] = {}
    calls: Counter[str] = Counter()

    def convolved(name: str, output: Tensor) -> None:
        calls[name] += 1
        made[id(output)] = name, output

    def normalised(name: str, given: Any) -> None:
        calls[name] += 1
        if isinstance(given[0], Tensor) and id(given[0]) in made:
            got.setdefault(made[id(given[0])][0], []).append(name)

    handles = []
    for name, part in features.net.named_modules():
        if type(part) is nn.Conv2d and name not in features._paths.values():
            handles.append(part.register_forward_hook(lambda _p, _g, output, name=name: convolved(name, output)))
        elif type(part) is nn.BatchNorm2d and part.running_var is not None:
            handles.append(part.register_forward_pre_hook(lambda _p, given, name=name: normalised(name, given)))
    try:
        features(x)
    finally:
        for handle in handles:
            handle.remove()
    return {name: norms[0] for name, norms in got.items() if len(norms) == 1 and calls[name] == calls[norms[0]] == 1}


def _fold(net: nn.Module, convolution: str, norm: str) -> None:
    old, after = net.get_submodule(convolution), net.get_submodule(norm)
    new = fuse_conv_bn_eval(cast(nn.Conv2d, old), cast(nn.BatchNorm2d, after)).requires_grad_(False)
    new.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for name, part in ((convolution, new), (norm, nn.Identity())):
        parent, _, own = name.rpartition(".")
        setattr(net.get_submodule(parent), own, part)


def _same(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> bool:
    for name, maps in before.items():
        size = maps.square().mean().sqrt()
        if not (after[name] - maps).square().mean().sqrt() <= SAME * size:
            return False
    return True
