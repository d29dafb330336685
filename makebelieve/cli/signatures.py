"""Command-line options built from the signatures of public functions, so that nothing is written down twice.

A parameter becomes an option when some part of its annotation can be written as a word: a number, a text, a choice, yes
or no, a list of these with commas between, or such a list of ``name=number``. The help is the parameter's entry in the
docstring's ``Args``.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer

_SCALARS = (bool, int, float, str)
_LISTS = (list, tuple, Sequence, Collection)


class UnwritableError(ValueError):
    """No part of the annotation can be written on a command line, or the text given fits none."""


def options_of(function: Callable[..., Any], leave_out: Collection[str] = ()) -> dict[str, inspect.Parameter]:
    """The parameters of ``function`` that a command line can express, as typer options by name."""
    options = {}
    for name, (annotation, default, text) in keywords_of(function).items():
        if name in leave_out:
            continue
        try:
            kind = option_type(annotation)
        except UnwritableError:
            continue
        options[name] = option(name, kind, default, text)
    return options


def keywords_of(function: Callable[..., Any]) -> dict[str, tuple[Any, Any, str]]:
    """Annotation, default and help of every annotated parameter; `**options: Unpack[SomeTypedDict]` gives its keys."""
    hints, helps = typing.get_type_hints(function), argument_helps(function)
    keywords: dict[str, tuple[Any, Any, str]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            if get_origin(hints.get(name)) is typing.Unpack:
                (options,) = get_args(hints[name])
                texts = argument_helps(options)
                for key, annotation in typing.get_type_hints(options).items():
                    keywords[key] = annotation, None, texts.get(key, "")
        elif parameter.kind is not parameter.VAR_POSITIONAL and name in hints:
            keywords[name] = hints[name], parameter.default, helps.get(name, "")
    return keywords


def option(name: str, kind: Any, default: Any, help_text: str, metavar: str | None = None) -> inspect.Parameter:
    """One typer option; the default is told in the help and left to the function: not given, it is ``None``."""
    told = "" if default in (None, inspect.Parameter.empty) else f"{help_text and ' '}[default: {_plain(default)}]"
    info = typer.Option(help=help_text + told, show_default=False, metavar=metavar)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, info]
    )


def option_type(annotation: Any) -> Any:
    """The type that typer shows and checks: the annotation itself where it is one simple type, else text.

    Raises:
        UnwritableError: nothing in the annotation can be written as a word.
    """
    writable = [part for part in _parts(annotation) if _is_writable(part)]
    if not writable:
        raise UnwritableError
    if len(writable) == 1 and (writable[0] in _SCALARS or get_origin(writable[0]) is Literal):
        return writable[0]
    return str


def read(annotation: Any, given: Any) -> Any:
    """The value that ``given`` writes, by the first part of ``annotation`` that it fits (choices first, text last).

    Where a list and a text both fit, what has a comma is a list.

    Raises:
        UnwritableError: it fits no part.
    """
    if not isinstance(given, str):
        return given
    if given.lower() == "none" and type(None) in _parts(annotation):
        return None
    for part in sorted((p for p in _parts(annotation) if _is_writable(p)), key=lambda p: _rank(p, given)):
        try:
            return _read_part(part, given)
        except ValueError:
            continue
    raise UnwritableError


def argument_helps(function: Callable[..., Any]) -> dict[str, str]:
    """The entries of the docstring's ``Args`` section: name to text on one line."""
    document = inspect.getdoc(function) or ""
    section = re.search(r"^Args:\n((?:[ \t]+.*\n?|\n)+)", document, re.MULTILINE)
    if section is None:
        return {}
    helps: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(section[1]).splitlines():
        start = re.match(r"(\w+)[^:]*:\s*(.*)", line)
        if start is not None and not line.startswith(" "):
            name = start[1]
            helps[name] = start[2]
        elif name:
            helps[name] = f"{helps[name]} {line.strip()}".strip()
    return {key: text.replace("``", "") for key, text in helps.items()}


def _parts(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        return [leaf for part in get_args(annotation) for leaf in _parts(part)]
    return [annotation]


def _kinds_in(list_type: Any) -> list[Any]:
    """What a list may hold; where it may hold anything, what a word can say: a whole number or a text."""
    return [int | str if kind is Any else kind for kind in get_args(list_type) if kind is not ...]


def _is_writable(part: Any) -> bool:
    if part in _SCALARS or part is Path or get_origin(part) is Literal or part == Mapping[str, float]:
        return True
    return get_origin(part) in _LISTS and any(_is_writable(leaf) for kind in _kinds_in(part) for leaf in _parts(kind))


def _rank(part: Any, given: str) -> int:
    """Which parts to try first: from what only few words fit to what every word fits; lists last if no comma is in."""
    if get_origin(part) is Literal or part == Mapping[str, float]:
        return 0
    if get_origin(part) in _LISTS:
        leaves = [leaf for kind in _kinds_in(part) for leaf in _parts(kind)]
        return (10 if "," in given else 30) + min(9, *(_rank(leaf, given) for leaf in leaves))
    return {bool: 1, int: 2, float: 3, str: 20}.get(part, 21)


def _read_part(part: Any, given: str) -> Any:
    if get_origin(part) is Literal:
        return _look_up({str(choice): choice for choice in get_args(part)}, given)
    if part is bool:
        return _look_up(
            {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}, given.lower()
        )
    if part == Mapping[str, float]:
        pairs = [word.partition("=") for word in given.split(",")]
        return {name.strip(): float(number) for name, _, number in pairs}  # no number, no mapping: tried as text then
    if get_origin(part) in _LISTS:
        words = [word.strip() for word in given.split(",")]
        inner = _kinds_in(part)
        kinds = inner if len(inner) == len(words) else inner[:1] * len(words)
        values = [read(kind, word) for kind, word in zip(kinds, words, strict=True)]
        return tuple(values) if get_origin(part) is tuple else values
    return part(given)


def _look_up(choices: dict[str, Any], given: str) -> Any:
    if given not in choices:
        raise ValueError(given)
    return choices[given]


def _plain(default: Any) -> str:
    return getattr(default, "__name__", None) or str(default)
