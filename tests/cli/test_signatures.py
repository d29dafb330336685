"""Options made from signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from makebelieve.cli.signatures import UnwritableError, argument_helps, option_type, options_of, read


def door(
    source: str | Path,
    *,
    size: int | None = None,
    classes: Sequence[str | int] | None = None,
    labels: Literal["folder", "none"] | Callable[[str], str] = "folder",
    shape: int | tuple[int, int] = 3,
    rate: float | Mapping[str, float] = 0.5,
    conditional: bool = False,
    network: Callable[..., Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Do it.

    Args:
        source: where the pictures are.
        size: side of the square in pixels,
            or as they come.
        classes (list): only these: names or numbers.
        network: a function.

    Raises:
        ValueError: never.
    """


def test_what_can_be_written_becomes_an_option_and_the_rest_does_not() -> None:
    assert list(options_of(door, leave_out=["source"])) == ["size", "classes", "labels", "shape", "rate", "conditional"]


def test_helps_come_from_the_docstring() -> None:
    helps = argument_helps(door)
    assert helps["size"] == "side of the square in pixels, or as they come."
    assert helps["classes"] == "only these: names or numbers."
    assert set(helps) == {"source", "size", "classes", "network"}


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (int | None, int),
        (bool, bool),
        (Literal["a", "b"], Literal["a", "b"]),
        (int | Literal["auto"], str),
        (Sequence[str] | None, str),
        (str | Path, str),
        (float | Mapping[str, float], str),
    ],
)
def test_one_simple_type_is_left_to_the_parser_and_everything_else_is_text(annotation: Any, kind: Any) -> None:
    assert option_type(annotation) == kind


def test_what_is_only_a_program_cannot_be_written() -> None:
    with pytest.raises(UnwritableError):
        option_type(Callable[..., Any] | None)


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        (Sequence[str | int], "3,7", [3, 7]),
        (Sequence[str | int], "frog, cat", ["frog", "cat"]),
        (Sequence[str] | Sequence[int] | None, "3,7", [3, 7]),
        (Sequence[Any], "3,frog", [3, "frog"]),
        (tuple[int, int] | int, "32", 32),
        (tuple[int, int] | int, "28,32", (28, 32)),
        (Literal["auto"] | int, "auto", "auto"),
        (float | str, "0.2", 0.2),
        (str | int, "cuda:1", "cuda:1"),
        (bool | Literal["auto"], "no", False),
        (int | None, 7, 7),
        (str | Sequence[Any] | None, "none", None),
        (str | Sequence[Any] | None, "folder", "folder"),
        (str | Callable[[str], str] | Sequence[Any] | None, r"(\w)/\d+", r"(\w)/\d+"),
        (str | Sequence[Any] | None, "a,b", ["a", "b"]),
        (Sequence[Any] | None, "frog", ["frog"]),
        (float | Sequence[int] | None, "3", 3.0),
        (str | Sequence[str] | Mapping[str, float] | None, "a=1, b.c=0.5", {"a": 1.0, "b.c": 0.5}),
        (str | Sequence[str] | Mapping[str, float] | None, "a", "a"),
        (str | Sequence[str] | Mapping[str, float] | None, "a,b", ["a", "b"]),
    ],
)
def test_a_text_is_read_by_the_first_part_that_it_fits(annotation: Any, given: Any, value: Any) -> None:
    found = read(annotation, given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("annotation", "given"), [(int, "many"), (int | Literal["auto"], "automatic"), (tuple[int, int], "a,b")]
)
def test_a_text_that_fits_nothing_is_refused(annotation: Any, given: str) -> None:
    with pytest.raises(UnwritableError):
        read(annotation, given)
