"""The studio: a page on this machine where every system is trained, watched and played with (extra `studio`).

A client of the public names. The server loads no torch: what needs it runs in processes of its own, trainers that
outlive the server and explorers that end with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from makebelieve.errors import MissingExtraError

__all__ = ["open_studio"]

_NEEDED = ("fastapi", "uvicorn", "python_multipart")


def open_studio(
    folders: Sequence[str | Path] = (),
    *,
    runs: str | Path | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    browser: bool = True,
) -> None:
    """Serves the studio until Ctrl-C or SIGTERM; training under way is saved then, and goes on at the next start.

    Args:
        folders: whose pictures, texts and sounds may be trained on; nothing else of this machine can be.
        runs: the folder of runs; by default `runs`, or what MAKEBELIEVE_RUNS says.
        host: address to listen at.
        port: 0 takes a free one; None takes 8787, or a free one where that is taken.
        browser: whether the page is opened in the browser.

    Raises:
        OptionError: a folder is none, the address can't be had, or a studio is open for these runs already.
        MissingExtraError: the extra `studio` is not installed.
    """
    for name in _NEEDED:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            raise MissingExtraError("studio.extra_missing", package=error.name) from error
    from makebelieve.studio.server import run

    run(folders, runs=runs, host=host, port=port, browser=browser)
