"""What the command line writes: sentences for people, or with ``--json`` one JSON document on standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from makebelieve.errors import OptionError


class OutputError(OSError):
    """Standard output takes nothing more."""


def emit(as_json: bool, values: dict[str, Any], text: str) -> None:
    """Write a result: ``values`` for programs, ``text`` for people."""
    _write(_document(values) if as_json else text)


def emit_error(as_json: bool, key: str, message: str, values: dict[str, Any]) -> None:
    """Write an error: for people one sentence on standard error."""
    if as_json:
        _write(_document({"error": key, "message": message, "values": values}))
    else:
        typer.echo(message, err=True)


def keep_existing(path: Path, force: bool) -> None:
    """Refuses a file that is there already.

    Raises:
        OptionError: it is, and `force` is false.
    """
    if path.exists() and not force:
        raise OptionError("cli.exists", path=path)


def write_piece(text: str) -> None:
    """Write a piece of a longer text for people, at once."""
    _write(text, newline=False)


def _write(text: str, *, newline: bool = True) -> None:
    try:
        typer.echo(text, nl=newline)
    except OSError as error:
        raise OutputError(error.errno, error.strerror) from error


def _document(values: dict[str, Any]) -> str:
    return json.dumps(_finite(values), ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    """The value with null for what is no finite number: JSON has no other word for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value
