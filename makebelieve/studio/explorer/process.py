"""What runs in an explorer's process: one act after the other, as the server asks for them."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from makebelieve.errors import MakebelieveError, MissingExtraError
from makebelieve.serving.refusals import RefusalError
from makebelieve.studio import frames
from makebelieve.studio.explorer.explored import Explored
from makebelieve.studio.explorer.table import MODULES
from makebelieve.studio.refusals import Refusal, problem

FACTS, RELOAD = "facts", "reload"


def main(told: Mapping[str, Any]) -> None:
    """Answers frames on stdin by frames on stdout, until stdin ends.

    A request's head is {"act": name}, its first blob the request as JSON, all others files; an answer's head is
    {"status": of HTTP}, its one blob JSON.

    Args:
        told: {"be": "explorer", "run": folder}.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's, whose end this one sees on stdin
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that a library prints gets among the frames
        torch.set_num_threads(1)
        explored = Explored(Path(told["run"]))
        while (frame := frames.read(sys.stdin.buffer)) is not None:
            head, (request, *files) = frame
            status, answer = answered(explored, head["act"], json.loads(request), files)
            out.write(frames.packed({"status": status}, [json.dumps(finite(answer), ensure_ascii=False).encode()]))
            out.flush()


def answered(explored: Explored, act: str, request: Any, files: list[bytes]) -> tuple[int, dict[str, Any]]:
    """The status and the answer of one act.

    Args:
        explored: the run.
        act: its name; "facts" and "reload" are there for every run.
        request: what was sent.
        files: that came with it.
    """
    try:
        return 200, _done(explored, act, request, files)
    except MakebelieveError as error:
        return _status(error), problem(error.key, error.values)


def _status(error: MakebelieveError) -> int:
    if isinstance(error, Refusal | RefusalError):
        return error.status
    return 503 if isinstance(error, MissingExtraError) else 422


def _done(explored: Explored, act: str, request: Any, files: list[bytes]) -> dict[str, Any]:
    if not isinstance(request, dict):
        raise Refusal(422, "studio.asked", name="request", expected="{…}", given=type(request).__name__)
    if act == RELOAD or (act == FACTS and explored.newer):
        explored.reload()
    modules = [module for module in MODULES if module.serves(explored.learn)]
    if act in (FACTS, RELOAD):
        return _facts(explored, modules)
    for module in modules:
        if act in module.ACTS:
            return {**module.ACTS[act](explored, request, files), "step": explored.learn.step, "newer": explored.newer}
    raise Refusal(404, "studio.unknown_act", act=act, system=explored.system)


def _facts(explored: Explored, modules: list[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"acts": [RELOAD, *(name for module in modules for name in module.ACTS)]}
    for module in modules:
        told |= module.facts(explored)
    return {**told, "system": explored.system, "name": explored.run.name, "step": explored.learn.step}


def finite(value: Any) -> Any:
    """The same for JSON, which has no infinity and no NaN: null stands for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return value
