"""The command ``makebelieve``: its commands, its global options, and how errors end."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

import makebelieve as mb
from makebelieve.cli import commands
from makebelieve.cli.output import OutputError, emit, emit_error
from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.messages import CATALOGUE, LANGUAGES, say

_FLAGS = ("--json", "--version", "-v", "--verbose")

# Commands whose options are those of a function that is loaded only when they are asked for.
LATER = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 2 after an error that the user can mend, 130 after Ctrl-C.

    It ends with 1 and no word where nobody reads standard output any more (``makebelieve … | head``).
    """
    first, rest = _global_words(list(sys.argv[1:] if arguments is None else arguments))
    as_json = "--json" in first
    try:
        return _carry_out(first, rest, as_json=as_json)
    except OSError as error:
        return _tell_refusal(error, as_json=as_json)


def _carry_out(first: list[str], rest: list[str], *, as_json: bool) -> int:
    try:
        _choose_language(first)
        if "--version" in first:
            emit(as_json, {"version": mb.__version__}, f"makebelieve {mb.__version__}")
            return 0
        command = typer.main.get_command(application())
        _translate(command)
        status = command.main([*first, *rest], prog_name="makebelieve", standalone_mode=False)
    except MakebelieveError as error:
        emit_error(as_json, error.key, str(error), error.values)
        return 2
    except typer.TyperException as error:
        emit_error(as_json, "cli.usage", error.format_message(), {})
        return 2
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        emit_error(as_json, "cli.memory", say("cli.memory"), {})
        return 2
    return status if isinstance(status, int) else 0


def _tell_refusal(error: OSError, *, as_json: bool) -> int:
    reason = " ".join((error.strerror or str(error) or type(error).__name__).split())
    if isinstance(error, OutputError) or not _flushes():
        _drop_output()
        if error.errno == errno.EPIPE:
            return 1
        emit_error(False, "cli.output_refused", say("cli.output_refused", reason=reason), {})
        return 2
    key, values = "cli.system_refused", {"reason": reason}
    path = error.filename2 or error.filename  # of a rename the second is the one that the user knows
    if isinstance(path, (str, bytes, os.PathLike)):
        key, values = "cli.file_refused", {"path": os.fsdecode(path), "reason": reason}
    emit_error(as_json, key, say(key, **values), values)
    return 2


def _flushes() -> bool:
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _drop_output() -> None:
    """Drop what standard output did not take; else Python writes it once more at its end, and ends with that error."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _is_out_of_memory(error: MemoryError | RuntimeError) -> bool:
    """Python's error, or torch's, whose CPU allocator raises a RuntimeError without a class of its own."""
    told = str(error)
    return isinstance(error, MemoryError) or "out of memory" in told or "DefaultCPUAllocator" in told


def application() -> typer.Typer:
    """The commands. Help texts are keys of the catalogue, put into the user's language after building."""
    app = typer.Typer(help="cli.help", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.callback()(_globals)
    app.command(help="cli.help_demo")(commands.demo)
    train = typer.Typer(cls=_Systems, help="cli.help_train", no_args_is_help=True, rich_markup_mode=None)
    train.callback()(_nothing)
    app.add_typer(train, name="train")
    app.command(help="cli.help_resume")(commands.resume)
    app.command(help="cli.help_generate")(commands.generate)
    app.command(help="cli.help_forecast")(commands.forecast)
    app.command(help="cli.help_predict")(commands.predict)
    app.command(help="cli.help_explain")(commands.explain)
    app.command(help="cli.help_recommend")(commands.recommend)
    app.command(help="works.help_dream", context_settings=LATER)(commands.dream)
    app.command(help="works.help_style", context_settings=LATER)(commands.style)
    app.command(help="works.help_translate")(commands.translate)
    app.command(help="works.help_stylise")(commands.stylise)
    app.command(help="cli.help_evaluate")(commands.evaluate)
    data = typer.Typer(help="cli.help_data", no_args_is_help=True, rich_markup_mode=None)
    data.command("list", help="cli.help_data_list")(commands.data_list)
    data.command("show", help="cli.help_data_show")(commands.data_show)
    app.add_typer(data, name="data")
    app.command(help="cli.help_report")(commands.report)
    app.command(help="away.help_compare")(commands.compare)
    app.command(help="away.help_export")(commands.export)
    app.command(help="away.help_serve")(commands.serve)
    app.command(help="studio.help")(commands.studio)
    app.command(help="cli.help_doctor")(commands.doctor)
    return app


def _globals(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="cli.help_json")] = False,
    version: Annotated[bool, typer.Option("--version", help="cli.help_version")] = False,  # noqa: ARG001 - main's
    language: Annotated[str, typer.Option("--lang", help="cli.help_lang", metavar="en|ko", show_default=False)] = "",  # noqa: ARG001
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="cli.help_verbose")] = False,
) -> None:
    context.obj = as_json
    logging.basicConfig(format="%(message)s", stream=sys.stderr, level=logging.WARNING)
    logging.getLogger("makebelieve").setLevel(logging.DEBUG if verbose else logging.INFO)


def _nothing() -> None: ...


class _Systems(typer.core.TyperGroup):
    """The systems that can be trained; a command is built when it is asked for, from its door's signature."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [
            "autoencoder",
            "classifier",
            "diffusion",
            "forecaster",
            "gan",
            "language-model",
            "recommender",
            "regressor",
            "stylizer",
            "translator",
            "vae",
        ]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        from makebelieve.cli.train import train_command

        return train_command(cmd_name)


def _global_words(words: list[str]) -> tuple[list[str], list[str]]:
    """Take the global options, which may stand anywhere before ``--``, apart from the rest."""
    first: list[str] = []
    rest: list[str] = []
    coming = iter(words)
    for word in coming:
        if word == "--":
            rest += [word, *coming]
        elif word == "--lang":
            value = next(coming, None)
            first.append(word if value is None else f"{word}={value}")
        elif word in _FLAGS or word.startswith("--lang="):
            first.append(word)
        else:
            rest.append(word)
    return first, rest


def _choose_language(first: list[str]) -> None:
    for word in first:
        if word.startswith("--lang="):
            chosen = word.partition("=")[2]
            if chosen not in LANGUAGES:
                raise OptionError("cli.language", given=chosen, known=", ".join(LANGUAGES))
            os.environ["MAKEBELIEVE_LANG"] = chosen


def _translate(command: Any) -> None:
    for holder in (command, *command.params):
        if getattr(holder, "help", None) in CATALOGUE:
            holder.help = say(holder.help)
    for name in getattr(command, "commands", {}):
        _translate(command.commands[name])
