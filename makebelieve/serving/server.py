"""A run served over a socket of its own, until it is told to end."""

from __future__ import annotations

import logging
from pathlib import Path

import uvicorn

from makebelieve.errors import OptionError
from makebelieve.messages import say
from makebelieve.runs import load
from makebelieve.serving.app import build
from makebelieve.serving.limits import Limits
from makebelieve.serving.sockets import Patient, address_of, ending_quietly, is_loopback, listening, served_names

log = logging.getLogger(__name__)

SHORTEST = 16  # letters of a token


def serve_run(run: str | Path, *, host: str, port: int, token_file: str | Path | None, limits: Limits) -> None:
    """See `makebelieve.serving.serve`."""
    token = None if token_file is None else read_token(Path(token_file))
    if token is None and not is_loopback(host):
        raise OptionError("serving.token_needed", host=host)
    app = build(load(run), limits, token=token, hosts=served_names(host))
    with listening(host, port) as sock:
        config = uvicorn.Config(
            app,
            http=Patient,
            log_config=None,
            log_level=logging.ERROR,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=4 * limits.queue + 64,  # sockets; requests have a limit of their own
            timeout_graceful_shutdown=max(1, round(limits.grace)),
        )
        log.info(say("serving.listening", run=run, url=address_of(sock)))
        with ending_quietly():
            uvicorn.Server(config).run([sock])
    crowd = app.state.metrics.crowd
    log.info(say("serving.ended", n=f"{crowd.answered:,}", cut=crowd.cut))


def read_token(path: Path) -> str:
    """The token that a file holds.

    Raises:
        OptionError: there is no such file, or what it holds is no token.
    """
    try:
        token = path.expanduser().read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError("serving.token_file", path=path, why=str(error)) from error
    if len(token) < SHORTEST or not token.isprintable() or " " in token:
        raise OptionError("serving.token_short", path=path, least=SHORTEST)
    return token
