"""Options of layers, checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import torch

from makebelieve.errors import OptionError

IntOrPair = int | Sequence[int]


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def count(layer: str, option: str, given: Any, least: int = 1) -> int:
    """A whole number.

    Raises:
        OptionError: it is none, or too small.
    """
    if not _whole(given) or given < least:
        raise OptionError("wiring.count", layer=layer, option=option, given=given, least=least)
    return int(given)


def several(layer: str, option: str, given: Any, many: int, least: int = 1) -> tuple[int, ...]:
    """A whole number a dimension; one stands for all.

    Raises:
        OptionError: they are none, too few, too many or too small.
    """
    numbers = (given,) * many if _whole(given) else tuple(given) if isinstance(given, tuple | list) else ()
    if len(numbers) != many or not all(_whole(number) and number >= least for number in numbers):
        raise OptionError("wiring.pair", layer=layer, option=option, given=given, least=least, many=many)
    return tuple(map(int, numbers))


def share(layer: str, option: str, given: Any) -> float:
    """A number in [0, 1).

    Raises:
        OptionError: it is none.
    """
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given < 1:
        raise OptionError("wiring.share", layer=layer, option=option, given=given)
    return float(given)


def choice(layer: str, option: str, given: Any, known: Iterable[str]) -> str:
    """One of some words.

    Raises:
        OptionError: it is another; the nearest is named.
    """
    names = list(known)
    if isinstance(given, str) and given in names:
        return given
    near = difflib.get_close_matches(str(given).lower(), names, n=1, cutoff=0.0)
    raise OptionError("wiring.choice", layer=layer, option=option, given=given, near=near[0], known=", ".join(names))


def item_shape(given: Any) -> tuple[int, ...]:
    """Sizes of one item: a whole number above 0, or several.

    Raises:
        OptionError: they are not.
    """
    sizes = (given,) if _whole(given) else tuple(given) if isinstance(given, tuple | list) else None
    if sizes is None or not all(_whole(size) and size > 0 for size in sizes):
        raise OptionError("wiring.input_shape", given=given)
    return tuple(map(int, sizes))


def number_type(given: torch.dtype | str) -> torch.dtype:
    """A type of numbers by itself or by its name.

    Raises:
        OptionError: there is none of that name.
    """
    found = getattr(torch, given, None) if isinstance(given, str) else given
    if not isinstance(found, torch.dtype):
        raise OptionError("wiring.dtype", given=given)
    return found
