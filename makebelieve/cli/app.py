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
from makebelieve.cli.output import OutputError, emit, emit_error, keep_existing
from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.messages import CATALOGUE, LANGUAGES, say

_FLAGS = ("--json", "--version", "-v", "--verbose")

Run = Annotated[Path, typer.Argument(metavar="RUN", help="cli.help_run", show_default=False)]


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
    app.command(help="cli.help_demo")(demo)
    train = typer.Typer(cls=_Systems, help="cli.help_train", no_args_is_help=True, rich_markup_mode=None)
    train.callback()(_nothing)
    app.add_typer(train, name="train")
    app.command(help="cli.help_resume")(resume)
    app.command(help="cli.help_generate")(generate)
    app.command(help="cli.help_forecast")(forecast)
    app.command(help="cli.help_predict")(predict)
    app.command(help="cli.help_explain")(explain)
    app.command(help="cli.help_recommend")(recommend)
    app.command(help="cli.help_evaluate")(evaluate)
    data = typer.Typer(help="cli.help_data", no_args_is_help=True, rich_markup_mode=None)
    data.command("list", help="cli.help_data_list")(data_list)
    data.command("show", help="cli.help_data_show")(data_show)
    app.add_typer(data, name="data")
    app.command(help="cli.help_report")(report)
    app.command(help="cli.help_doctor")(doctor)
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
            "vae",
        ]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        from makebelieve.cli.train import train_command

        return train_command(cmd_name)


def demo(context: typer.Context, minutes: Annotated[float, typer.Option(help="cli.help_minutes")] = 2.0) -> None:
    from makebelieve.cli.train import fit_and_tell

    data = mb.images("mnist-5k")
    learn = mb.gan(data)
    fit_and_tell(learn, lambda: learn.fit(minutes=minutes), as_json=context.obj)


def resume(
    context: typer.Context,
    run: Run,
    processes: Annotated[int, typer.Option(help="cli.help_processes")] = 1,
) -> None:
    from makebelieve.cli.train import fit_and_tell, in_several

    if in_several(["resume", str(run)], {"processes": processes}, as_json=context.obj):
        return
    learn = mb.resume(run)
    fit_and_tell(learn, learn.resume, as_json=context.obj)


def generate(
    context: typer.Context,
    run: Run,
    number: Annotated[
        int | None, typer.Option("--number", "-n", help="cli.help_number", min=1, max=1_000_000, show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="cli.help_out", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="cli.help_seed", show_default=False)] = None,
    label: Annotated[str | None, typer.Option(help="cli.help_label", show_default=False)] = None,
    truncation: Annotated[float | None, typer.Option(help="cli.help_truncation", show_default=False)] = None,
    prompt: Annotated[str | None, typer.Option(help="cli.help_prompt", show_default=False)] = None,
    temperature: Annotated[float | None, typer.Option(help="cli.help_temperature", show_default=False)] = None,
    greedy: Annotated[bool, typer.Option("--greedy", help="cli.help_greedy")] = False,
    top_k: Annotated[int | None, typer.Option(help="cli.help_top_k", show_default=False)] = None,
    top_p: Annotated[float | None, typer.Option(help="cli.help_top_p", show_default=False)] = None,
    min_p: Annotated[float | None, typer.Option(help="cli.help_min_p", show_default=False)] = None,
    repetition_penalty: Annotated[
        float | None, typer.Option(help="cli.help_repetition_penalty", show_default=False)
    ] = None,
    stop: Annotated[list[str] | None, typer.Option(help="cli.help_stop", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.help_force")] = False,
) -> None:
    from makebelieve.cli.generate import generate_from

    given = {
        "seed": seed, "label": label, "truncation": truncation, "temperature": temperature, "greedy": greedy,
        "top_k": top_k, "top_p": top_p, "min_p": min_p, "repetition_penalty": repetition_penalty, "stop": stop,
    }  # fmt: skip
    generate_from(run, number, prompt, out, given, force=force, as_json=context.obj)


def forecast(
    context: typer.Context,
    run: Run,
    number: Annotated[
        int | None, typer.Option("--number", "-n", help="cli.help_forecast_number", min=1, show_default=False)
    ] = None,
    series: Annotated[str | None, typer.Option(help="cli.help_forecast_series", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="cli.help_forecast_out", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.help_force")] = False,
) -> None:
    from makebelieve.cli.forecast import forecast_run

    if out is not None:
        keep_existing(out, force)
    forecast_run(run, number, series, out, as_json=context.obj)


def predict(
    context: typer.Context,
    run: Run,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help="cli.help_files", show_default=False)
    ] = None,
    text: Annotated[list[str] | None, typer.Option(help="cli.help_text", show_default=False)] = None,
    tta: Annotated[int, typer.Option(help="cli.help_tta", min=0, max=1000)] = 0,
) -> None:
    from makebelieve.cli.recognise import predict_files

    predict_files(run, files or [], text or [], tta, as_json=context.obj)


def explain(
    context: typer.Context,
    run: Run,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="cli.help_explain_file", show_default=False)
    ] = None,
    text: Annotated[str | None, typer.Option(help="cli.help_text", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="cli.help_explain_out", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.help_force")] = False,
) -> None:
    from makebelieve.cli.recognise import explain_run

    if out is not None:
        keep_existing(out, force)
    explain_run(run, file, text, out, as_json=context.obj)


def recommend(
    context: typer.Context,
    run: Run,
    user: Annotated[str | None, typer.Option(help="cli.help_recommend_user", show_default=False)] = None,
    rated: Annotated[
        list[str] | None,
        typer.Option("--rated", help="cli.help_recommend_rated", metavar="TITLE=NUMBER", show_default=False),
    ] = None,
    number: Annotated[int, typer.Option("--number", "-n", help="cli.help_recommend_number", min=1)] = 10,
    seen: Annotated[bool, typer.Option("--include-seen", help="cli.help_recommend_seen")] = False,
) -> None:
    from makebelieve.cli.recommend import recommend_from

    recommend_from(run, user, rated or [], number, exclude_seen=not seen, as_json=context.obj)


def evaluate(
    context: typer.Context,
    run: Run,
    number: Annotated[
        int | None, typer.Option("--n", "-n", help="cli.help_evaluate_n", min=1, max=1_000_000, show_default=False)
    ] = None,
    features: Annotated[
        str | None, typer.Option(help="cli.help_features", metavar="auto|fid", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="cli.help_evaluate_seed", show_default=False)] = None,
) -> None:
    from makebelieve.cli.evaluate import evaluate_run

    options = {"n": number, "features": features, "seed": seed}
    evaluate_run(run, {name: value for name, value in options.items() if value is not None}, as_json=context.obj)


def data_list(context: typer.Context) -> None:
    from makebelieve.cli.sets import describe_sets

    describe_sets(as_json=context.obj)


def data_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="cli.help_data_name", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="cli.help_data_out", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.help_force")] = False,
) -> None:
    from makebelieve.cli.sets import show_set

    if out is not None:
        keep_existing(out, force)
    show_set(name, out, as_json=context.obj)


def report(context: typer.Context, run: Run) -> None:
    from makebelieve.report import write_report

    page = write_report(run)
    emit(context.obj, {"report": str(page)}, say("cli.report", page=page))


def doctor(context: typer.Context) -> None:
    from makebelieve.cli.doctor import examine

    findings = examine()
    emit(context.obj, {finding.key: finding.value for finding in findings}, "\n".join(str(f) for f in findings))


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
