"""Sums and differences of what groups of pictures have in common (Radford et al. 2016, section 6.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from makebelieve.errors import OptionError


def terms(expression: str) -> list[tuple[int, str]]:
    """Signs and names: "a - b + c" gives [(1, "a"), (−1, "b"), (1, "c")].

    Raises:
        OptionError: it is something else than names with + and − between them.
    """
    found = re.findall(r"([+-]?)\s*([^\W\d]\w*)", expression)
    whole = "".join(sign + name for sign, name in found) == re.sub(r"\s", "", expression)
    if not found or not whole or not all(sign for sign, _ in found[1:]):
        raise OptionError("latent.expression", given=expression)
    return [(-1 if sign == "-" else 1, name) for sign, name in found]


def combine(expression: str, means: Mapping[str, Tensor]) -> Tensor:
    """The point that the expression names, (latent,), from the mean point of each group, (latent,).

    Raises:
        OptionError: the expression can't be read, or names a group that is not there.
    """
    parts = []
    for sign, name in terms(expression):
        if name not in means:
            raise OptionError("latent.unknown_group", name=name, known=", ".join(means) or "-")
        parts.append(sign * means[name])
    return torch.stack(parts).sum(0)
