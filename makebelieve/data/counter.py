"""Random numbers as a function of (seed, epoch, item): no state, so nothing to save and nothing to get out of step.

Source:
    The finaliser of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
    with the constants of Stafford's thirteenth variant.
"""

from __future__ import annotations

import torch
from torch import Tensor

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, odd
_STEP = 0xD1342543DE82EF95  # another odd constant: keeps draws of one item apart from neighbouring items
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mix(*numbers: int) -> int:
    """One 64-bit hash of whole numbers, the order of which counts: in [0, 2^64)."""
    z = 0
    for number in numbers:
        z = (z + number + _GOLDEN) & _MASK
        z = ((z ^ (z >> 30)) * _FIRST) & _MASK
        z = ((z ^ (z >> 27)) * _SECOND) & _MASK
        z ^= z >> 31
    return z


def uniforms(seed: int, epoch: int, items: Tensor, draws: int) -> Tensor:
    """(n, draws) float32 in [0, 1) on the device of `items` (n,) int64: the same for an item wherever it is asked."""
    columns = torch.arange(1, draws + 1, device=items.device, dtype=torch.int64)
    z = items.unsqueeze(1) * _signed(_GOLDEN) + columns * _signed(_STEP) + _signed(mix(seed, epoch))
    z = (z ^ _shift(z, 30)) * _signed(_FIRST)
    z = (z ^ _shift(z, 27)) * _signed(_SECOND)
    z = z ^ _shift(z, 31)
    return _shift(z, 40).to(torch.float32) * (1 / (1 << 24))  # 24 bits: all that a float32 in [0, 1) holds evenly


def permutation(seed: int, epoch: int, count: int) -> Tensor:
    """(count,) int64 on the CPU: the order in which epoch `epoch` visits a part."""
    generator = torch.Generator().manual_seed(mix(seed, epoch))
    return torch.randperm(count, generator=generator)


def _signed(z: int) -> int:
    return z - (1 << 64) if z >> 63 else z


def _shift(z: Tensor, bits: int) -> Tensor:
    return (z >> bits) & ((1 << (64 - bits)) - 1)  # int64 shifts in the sign; the mask takes it out
