"""The command line: a client of the public names, nothing more."""

from __future__ import annotations

from makebelieve.cli.app import main

__all__ = ["main"]
