"""Taking a run away, serving it, and setting runs side by side, from the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError
from makebelieve.messages import say


def compare_runs(runs: Sequence[Path], out: Path | None, *, as_json: bool) -> None:
    """Tell how runs differ, or write a page of it."""
    from makebelieve.report import comparison

    found = comparison(runs)
    if out is None:
        emit(as_json, found.state(), str(found))
        return
    page = found.save(out)
    emit(as_json, {"page": str(page)}, say("away.compared", page=page))


def export_run(
    run: Path, folder: Path, to: str | None, licence: str | None, push: str | None, *, force: bool, as_json: bool
) -> None:
    """Write a run as a model folder, and upload it where a name on a hub is given.

    Raises:
        OptionError: the run can't be exported.
    """
    learn = mb.load(run)
    if not hasattr(learn, "export"):
        raise OptionError("away.cant_export", run=run, system=learn.name)
    place = learn.export(folder, to=cast(Any, to), licence=licence, force=force)
    address = None if push is None else learn.push_to_hub(push, to=cast(Any, to), licence=licence)
    files = sorted(path.name for path in place.iterdir())
    text = say("away.exported", folder=place, files=", ".join(files))
    emit(
        as_json,
        {"folder": str(place), "files": files, "hub": address},
        text if address is None else f"{text} {address}",
    )


def serve_run(run: Path, host: str, port: int, token_file: Path | None, limits: Sequence[str]) -> None:
    """Serve a run until it is told to stop.

    Raises:
        OptionError: a limit is unknown or no number; and what `serve` refuses.
    """
    from makebelieve.serving import Limits, serve

    known: dict[str, type[int | float]] = {
        field.name: float if isinstance(field.default, float) else int for field in fields(Limits)
    }
    given: dict[str, int | float] = {}
    for word in limits:
        name, _, text = word.partition("=")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise OptionError("away.unknown_limit", given=name, near=near, known=", ".join(known))
        try:
            given[name] = known[name](text)
        except ValueError:
            raise OptionError("away.limit", given=word) from None
    serve(run, host=host, port=port, token_file=token_file, limits=Limits(**cast(Any, given)))
