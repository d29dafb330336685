"""What each command does: it reads its words, and calls the public names; what is heavy is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import makebelieve as mb
from makebelieve.cli.output import emit, keep_existing
from makebelieve.messages import say

Run = Annotated[Path, typer.Argument(metavar="RUN", help="cli.help_run", show_default=False)]


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
    if hasattr(learn, "finish"):
        from makebelieve.cli.art import finish

        finish(learn, context)
        return
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
    no_metadata: Annotated[bool, typer.Option("--no-metadata", help="works.help_no_metadata")] = False,
    force: Annotated[bool, typer.Option("--force", help="cli.help_force")] = False,
) -> None:
    from makebelieve.cli.generate import generate_from

    given = {
        "seed": seed, "label": label, "truncation": truncation, "temperature": temperature, "greedy": greedy,
        "top_k": top_k, "top_p": top_p, "min_p": min_p, "repetition_penalty": repetition_penalty, "stop": stop,
    }  # fmt: skip
    generate_from(run, number, prompt, out, given, metadata=not no_metadata, force=force, as_json=context.obj)


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


Changed = Annotated[list[Path], typer.Argument(metavar="FILE…", help="works.help_changed", show_default=False)]
ChangedOut = Annotated[Path | None, typer.Option("--out", "-o", help="works.help_changed_out", show_default=False)]
NoMetadata = Annotated[bool, typer.Option("--no-metadata", help="works.help_no_metadata")]
Steady = Annotated[float | None, typer.Option(help="works.help_steady", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="cli.help_force")]


def dream(context: typer.Context) -> Any:
    return _work(context, "dream")


def style(context: typer.Context) -> Any:
    return _work(context, "style")


def _work(context: typer.Context, name: str) -> Any:
    from makebelieve.cli.art import work_command

    command = work_command(name)
    return command.main(context.args, prog_name=f"makebelieve {name}", standalone_mode=False, obj=context.obj)


def translate(
    context: typer.Context,
    run: Run,
    files: Changed,
    out: ChangedOut = None,
    saturation: Annotated[float | None, typer.Option(help="works.help_saturation", show_default=False)] = None,
    steady: Steady = None,
    no_metadata: NoMetadata = False,
    force: Force = False,
) -> None:
    from makebelieve.cli.art import change

    options = {"saturation": saturation, "steady": steady}
    change(run, files, out, options, verb="translate", metadata=not no_metadata, force=force, as_json=context.obj)


def stylise(
    context: typer.Context,
    run: Run,
    files: Changed,
    out: ChangedOut = None,
    size: Annotated[int | None, typer.Option(help="works.help_size", min=1, show_default=False)] = None,
    steady: Steady = None,
    no_metadata: NoMetadata = False,
    force: Force = False,
) -> None:
    from makebelieve.cli.art import change

    options = {"size": size, "steady": steady}
    change(run, files, out, options, verb="stylise", metadata=not no_metadata, force=force, as_json=context.obj)


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


def compare(
    context: typer.Context,
    runs: Annotated[list[Path], typer.Argument(metavar="RUN RUN…", help="away.help_runs", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="away.help_compare_out", show_default=False)] = None,
    force: Force = False,
) -> None:
    from makebelieve.cli.away import compare_runs

    if out is not None:
        keep_existing(out, force)
    compare_runs(runs, out, as_json=context.obj)


def export(
    context: typer.Context,
    run: Run,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="away.help_folder", show_default=False)],
    to: Annotated[
        str | None, typer.Option(help="away.help_to", metavar="onnx|torch.export", show_default=False)
    ] = None,
    licence: Annotated[str | None, typer.Option(help="away.help_licence", show_default=False)] = None,
    push: Annotated[str | None, typer.Option(help="away.help_push", metavar="USER/NAME", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="away.help_export_force")] = False,
) -> None:
    from makebelieve.cli.away import export_run

    export_run(run, folder, to, licence, push, force=force, as_json=context.obj)


def serve(
    context: typer.Context,
    run: Run,
    host: Annotated[str, typer.Option(help="away.help_host")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="away.help_port", min=0, max=65535)] = 8000,
    token_file: Annotated[Path | None, typer.Option(help="away.help_token_file", show_default=False)] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help="away.help_limit", metavar="NAME=NUMBER", show_default=False)
    ] = None,
) -> None:
    from makebelieve.cli.away import serve_run

    del context
    serve_run(run, host, port, token_file, limit or [])


def studio(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None, typer.Argument(help="studio.help_folders", metavar="[FOLDER]...", show_default=False)
    ] = None,
    runs: Annotated[Path | None, typer.Option(help="studio.help_runs", show_default=False)] = None,
    host: Annotated[str, typer.Option(help="studio.help_host")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="studio.help_port", min=0, max=65535, show_default=False)] = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="studio.help_open")] = True,
) -> None:
    from makebelieve.studio import open_studio

    del context
    open_studio(folders or [], runs=runs, host=host, port=port, browser=browser)


def doctor(context: typer.Context) -> None:
    from makebelieve.cli.doctor import examine

    findings = examine()
    emit(context.obj, {finding.key: finding.value for finding in findings}, "\n".join(str(f) for f in findings))
