"""What the command line writes: sentences for people, or with ``--json`` one JSON document on standard output."""

from __future__ import annotations

import json
from typing import Any

import typer


def emit(as_json: bool, values: dict[str, Any], text: str) -> None:
    """Write a result: ``values`` for programs, ``text`` for people."""
    typer.echo(_document(values) if as_json else text)


def emit_error(as_json: bool, key: str, message: str, values: dict[str, Any]) -> None:
    """Write an error: for people one sentence on standard error."""
    if as_json:
        typer.echo(_document({"error": key, "message": message, "values": values}))
    else:
        typer.echo(message, err=True)


def _document(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)
