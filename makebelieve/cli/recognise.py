"""Recognisers from the command line: what they say of files, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError
from makebelieve.messages import say


def predict_files(run: Path, files: Sequence[Path], tta: int, *, as_json: bool) -> None:
    """Tell what a run's recogniser says of each file, folders opened; those that can't be read are told among them.

    Raises:
        OptionError: the run recognises nothing, or no file could be read.
    """
    learn = _recogniser(run)
    wanted = [one for file in files for one in learn.files(file)]
    found = learn.predict(wanted, tta=tta)
    if all(one.error is not None for one in found):
        raise OptionError("cli.nothing_read", n=len(found), why=found[0].error)
    emit(as_json, {"run": str(run), "predictions": [one.state() for one in found]}, "\n".join(found.lines()))


def explain_run(run: Path, file: Path | None, out: Path | None, *, as_json: bool) -> None:
    """Write what decided one file, or the page of what all layers see.

    Raises:
        OptionError: the run recognises nothing.
    """
    if file is None:
        learn = mb.resume(run)
        _check(learn, run)
        page = learn.explain(out=out or run / "layers.html")
        emit(as_json, {"layers": str(page)}, say("cli.layers", page=page))
        return
    learn = _recogniser(run)
    picture = learn.explain(file).save(out or Path("explained.png"), as_="grid")
    said = learn.predict(file)
    text = say("cli.explained", text=said, picture=picture)
    emit(as_json, {"prediction": said.state(), "picture": str(picture)}, text)


def _recogniser(run: Path) -> Any:
    learn = mb.load(run)
    _check(learn, run)
    return learn


def _check(learn: Any, run: Path) -> None:
    if not hasattr(learn, "predict_each"):
        raise OptionError("cli.predicts_nothing", run=run, system=learn.name)
