"""Files and values of another hand, taken for no more than they may be: runs come in archives and in shared folders."""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path
from typing import Any

MOST = 64 << 20  # bytes of a file that is read whole
LONG = 1 << 30  # bytes of one that is read line by line
WORD = 200  # characters
FILES = {"config.json": MOST, "evaluation.json": MOST, "history.jsonl": LONG, "clock.jsonl": LONG}
FOLDERS = ("samples", "checkpoints")


def is_sound(run: Path) -> bool:
    """Whether what is read of a run's folder is files and folders, as far as it is there.

    A link would lead elsewhere, a pipe would keep its reader waiting, a device would never end.
    """
    for name, most in FILES.items():
        about = _about(run / name)
        if about is not None and (not stat.S_ISREG(about.st_mode) or about.st_size > most):
            return False
    kinds = (_about(run / name) for name in FOLDERS)
    return all(about is None or stat.S_ISDIR(about.st_mode) for about in kinds)


def content_of(path: Path, most: int = MOST) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it is not there, is no file, or a link, or has more than `most` bytes.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - a descriptor
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            raise OSError(path)
        return file.read(most)


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object; {} for anything else."""
    return value if isinstance(value, dict) else {}


def figure(value: Any) -> Any:
    """A finite number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 1 << 53 or (isinstance(value, float) and math.isfinite(value)) else None


def word(value: Any) -> str | None:
    """Text, its beginning where it is long; None for anything else, and for none."""
    return value[:WORD] if isinstance(value, str) and value else None


def _about(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None
