"""Recognisers from the command line: what they say of files, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.errors import OptionError
from makebelieve.messages import say


def predict_files(run: Path, files: Sequence[Path], texts: Sequence[str], tta: int, *, as_json: bool) -> None:
    """Tell what a run's recogniser says of each file, folders opened, and of each text given as such.

    Those that can't be read are told among them.

    Raises:
        OptionError: the run recognises nothing, or not this, or nothing could be read or was given.
    """
    learn = _recogniser(run)
    if not (files or texts):
        raise OptionError("cli.nothing_to_predict", run=run)
    for option, given, takes in (("--text", texts, hasattr(learn, "tokens")), ("--tta", tta, hasattr(learn, "shape"))):
        if given and not takes:
            raise OptionError("cli.not_of_system", option=option, system=learn.name)
    wanted = [*texts, *(one for file in files for one in learn.files(file))]
    found = learn.predict(wanted, **({"tta": tta} if tta else {}))
    if all(one.error is not None for one in found):
        raise OptionError("cli.nothing_read", n=len(found), why=found[0].error)
    emit(as_json, {"run": str(run), "predictions": [one.state() for one in found]}, "\n".join(found.lines()))


def explain_run(run: Path, file: Path | None, text: str | None, out: Path | None, *, as_json: bool) -> None:
    """Write what decided one file, or the page of what all layers see; tell which words of a text decided.

    Raises:
        OptionError: the run recognises nothing, or not this.
    """
    learn = _recogniser(run)
    if hasattr(learn, "tokens"):
        given = file if text is None else text
        if given is None or out is not None:
            raise OptionError("cli.explain_text", run=run)
        words = learn.explain(given)
        told = {"label": words.label, "probability": words.probability, "words": words.words}
        emit(as_json, {"run": str(run), **told}, repr(words))
        return
    if text is not None:
        raise OptionError("cli.not_of_system", option="--text", system=learn.name)
    if file is None:
        page = mb.resume(run).explain(out=out or run / "layers.html")
        emit(as_json, {"layers": str(page)}, say("cli.layers", page=page))
        return
    picture = learn.explain(file).save(out or Path("explained.png"), as_="grid")
    said = learn.predict(file)
    told_text = say("cli.explained", text=said, picture=picture)
    emit(as_json, {"prediction": said.state(), "picture": str(picture)}, told_text)


def _recogniser(run: Path) -> Any:
    learn = mb.load(run)
    _check(learn, run)
    return learn


def _check(learn: Any, run: Path) -> None:
    if not hasattr(learn, "predict_each"):
        raise OptionError("cli.predicts_nothing", run=run, system=learn.name)
