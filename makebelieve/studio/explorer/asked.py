"""What a request asks for, looked at: each gives the value or a refusal that names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from makebelieve.studio.refusals import Refusal

LONGEST = 200  # characters of what was given that a refusal repeats


def refused(name: str, expected: str, given: Any) -> Refusal:
    """The refusal of a value: what it is called, what was expected, what was given."""
    shown = repr(given)
    return Refusal(
        422,
        "studio.asked",
        name=name,
        expected=expected,
        given=shown if len(shown) <= LONGEST else shown[:LONGEST] + "…",
    )


def whole(request: Mapping[str, Any], name: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number from `least` to `most`; without a default it is needed."""
    given = request.get(name, default)
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise refused(name, f"{least} … {most}", given)
    return given


def number(request: Mapping[str, Any], name: str, least: float, most: float, default: float | None = None) -> float:
    """A number from `least` to `most`; without a default it is needed."""
    given = request.get(name, default)
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise refused(name, f"{least:g} … {most:g}", given)
    return float(given)


def numbers(given: Any, name: str, n: int | None = None, *, size: float = 1e6, most: int = 65_536) -> list[float]:
    """A list of n finite numbers, each within ±size; of up to `most` where n is None."""
    told = isinstance(given, list) and (len(given) == n or (n is None and 0 < len(given) <= most))
    if not told or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) <= size  # NaN is not either
        for one in given
    ):
        raise refused(name, f"[{n or '1 …'}]", given)
    return [float(one) for one in given]


def wholes(given: Any, name: str, least: int, most: int, *, count: int) -> list[int]:
    """A list of one to `count` whole numbers from `least` to `most`."""
    told = isinstance(given, list) and 0 < len(given) <= count
    if not told or not all(
        isinstance(one, int) and not isinstance(one, bool) and least <= one <= most for one in given
    ):
        raise refused(name, f"[{least} … {most}]", given)
    return list(given)


def choice(request: Mapping[str, Any], name: str, known: Sequence[str], default: str | None = None) -> str:
    """One of the known words; without a default it is needed."""
    given = request.get(name, default)
    if not isinstance(given, str) or given not in known:
        raise refused(name, ", ".join(list(known)[:40]), given)
    return given


def text(request: Mapping[str, Any], name: str, longest: int, default: str | None = None) -> str:
    """Text of up to `longest` characters; without a default it is needed."""
    given = request.get(name, default)
    if not isinstance(given, str) or len(given) > longest:
        raise refused(name, f"0 … {longest}", given)
    return given


def yes(request: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """True or false."""
    given = request.get(name, default)
    if not isinstance(given, bool):
        raise refused(name, "true, false", given)
    return given


def files(given: Sequence[bytes], least: int, most: int) -> list[bytes]:
    """Uploads, as many as expected."""
    if not least <= len(given) <= most:
        raise refused("files", f"{least} … {most}", len(given))
    return list(given)
