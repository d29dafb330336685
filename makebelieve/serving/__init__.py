"""A learner behind HTTP: `serve(run)`, or `application(learner)` for a server of one's own (extra `serve`)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makebelieve.errors import MissingExtraError
from makebelieve.serving.limits import Limits

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["Limits", "application", "serve"]

_NEEDED = ("fastapi", "uvicorn", "python_multipart")


def application(
    learner: Any, limits: Limits | None = None, *, token: str | None = None, hosts: Sequence[str] | None = None
) -> FastAPI:
    """What a learner can do as an ASGI application: a route for each of its verbs, `/health`, `/ready`, `/metrics`.

    Args:
        learner: as `mb.load` gives it; from now on only a thread of the application's own calls its networks.
        limits: of requests; the usual ones where not given.
        token: that callers name in `Authorization: Bearer …`; None asks for none.
        hosts: names that the Host header may have, without a port; None takes any.

    Raises:
        OptionError: the learner has no verb that can be served.
        MissingExtraError: the extra `serve` is not installed.
    """
    _check_installed()
    from makebelieve.serving.app import build

    return build(learner, limits or Limits(), token=token, hosts=hosts)


def serve(
    run: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token_file: str | Path | None = None,
    limits: Limits | None = None,
) -> None:
    """Serves a run until SIGTERM or Ctrl-C; requests in flight are answered first.

    Args:
        run: a run's folder, or one that `export` wrote.
        host: address to listen at; any but loopback needs a token.
        port: 0 takes a free one; the log says which.
        token_file: file whose one line is the token that callers must name.
        limits: of requests; the usual ones where not given.

    Raises:
        OptionError: the address can't be had or needs a token, or the token's file is of no use.
        CheckpointError: there is no such run.
        MissingExtraError: the extra `serve` is not installed.
    """
    _check_installed()
    from makebelieve.serving.server import serve_run

    serve_run(run, host=host, port=port, token_file=token_file, limits=limits or Limits())


def _check_installed() -> None:
    for name in _NEEDED:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            raise MissingExtraError("serving.extra_missing", package=error.name) from error
