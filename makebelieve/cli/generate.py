"""Making from the command line: pictures into a file, a language model's text to the terminal while it comes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import makebelieve as mb
from makebelieve.cli.output import emit, keep_existing, write_piece
from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.messages import say
from makebelieve.training.run_folder import RunFolder

PICTURES, TOKENS = 64, 400  # made where nobody says how many
PICTURE = Path("out.png")


def generate_from(
    run: Path, number: int | None, prompt: str | None, out: Path | None, given: Mapping[str, Any], *,
    metadata: bool, force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make what the run's system makes.

    Args:
        run: folder of the run.
        number: of pictures, or of tokens.
        prompt: what a text goes on from.
        out: the file; None is ``out.png``, and for texts the terminal.
        given: further options of the system's `generate` or `stream`, by name.
        metadata: whether pictures say by what they were made.
        force: whether a file that is there may be written over.
        as_json: write one JSON document.

    Raises:
        OptionError: the system makes nothing, or has no such option; or the file exists.
    """
    if out is not None or prompt is None:
        keep_existing(out or PICTURE, force or (out is None and _writes(run)))
    learn = mb.load(run)
    if hasattr(learn, "stream"):
        options = _taken(learn, learn.stream, given)
        _write(learn.stream(prompt or "", number or TOKENS, **options), prompt or "", out, as_json=as_json)
        return
    if not hasattr(learn, "generate"):
        raise OptionError("cli.makes_nothing", run=run, system=learn.name)
    options = _taken(learn, learn.generate, given if prompt is None else {**given, "prompt": prompt})
    out, number = out or PICTURE, number or PICTURES
    learn.generate(number, **options).save(out, metadata=metadata)
    emit(as_json, {"pictures": str(out), "number": number}, say("cli.generated", number=number, out=out))


def _writes(run: Path) -> bool:
    """Whether the run writes texts: they need no file."""
    try:
        return RunFolder(run).read_config().get("system") == "language_model"
    except MakebelieveError:  # loading it says what is wrong
        return False


def _taken(learn: Any, verb: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The options given, all of which the verb must take."""
    options = {name: value for name, value in given.items() if not (value is None or value is False or value == [])}
    for name in options:
        if name not in inspect.signature(verb).parameters:
            raise OptionError("cli.not_of_system", option=f"--{name.replace('_', '-')}", system=learn.name)
    return options


def _write(pieces: Any, prompt: str, out: Path | None, *, as_json: bool) -> None:
    if out is None and not as_json:
        write_piece(prompt)
        for piece in pieces:
            write_piece(piece)
        write_piece("\n")
        return
    text = prompt + "".join(pieces)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    told = text if out is None else say("cli.written", out=out)
    emit(as_json, {"prompt": prompt, "text": text, "file": None if out is None else str(out)}, told)
