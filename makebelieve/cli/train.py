"""Training from the command line: doors and learners called with the options that were given."""

from __future__ import annotations

import difflib
import inspect
import logging
import math
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

import makebelieve as mb
from makebelieve.cli.output import emit
from makebelieve.cli.processes import together, words_of
from makebelieve.cli.signatures import UnwritableError, keywords_of, option, options_of, read
from makebelieve.errors import OptionError
from makebelieve.messages import say

# What can be trained: its door, asked for only when it is needed, as it loads torch.
DOORS: dict[str, Callable[[], Callable[..., Any]]] = {
    "autoencoder": lambda: mb.autoencoder,
    "classifier": lambda: mb.classifier,
    "diffusion": lambda: mb.diffusion,
    "forecaster": lambda: mb.forecaster,
    "gan": lambda: mb.gan,
    "language-model": lambda: mb.language_model,
    "recommender": lambda: mb.recommender,
    "regressor": lambda: mb.regressor,
    "stylizer": lambda: mb.stylizer,
    "translator": lambda: mb.translator,
    "vae": lambda: mb.vae,
}

# What the items are, by the word for it: the doors to data.
KINDS: dict[str, Callable[[], Callable[..., Any]]] = {
    "pictures": lambda: mb.images,
    "pairs": lambda: mb.pairs,
    "sounds": lambda: mb.audio,
    "series": lambda: mb.series,
    "traces": lambda: mb.traces,
    "binaries": lambda: mb.binaries,
    "texts": lambda: mb.text,
    "ratings": lambda: mb.ratings,
}
USUAL_KINDS = {
    "forecaster": "series",
    "language-model": "texts",
    "recommender": "ratings",
}  # of others "pictures", or what the options name
NOT_OPTIONS = ["source", "inputs", "x", "y", "tokens"]
# How a fit goes, by the word for it: the learner's methods.
FITS = {"plain": "fit", "one-cycle": "fit_one_cycle", "fine-tune": "fine_tune"}


def train_command(system: str) -> Any:
    """The command ``train SYSTEM``; its options are those of the doors to data, of the system's door and of ``fit``."""
    door = DOORS[system]()
    takes = inspect.signature(door).parameters
    made = inspect.signature(door, eval_str=True).return_annotation
    fit = (get_args(made) or (made,))[0].fit
    shown = {name: one for kind in reversed(KINDS.values()) for name, one in options_of(kind(), NOT_OPTIONS).items()}
    shown |= options_of(door, leave_out=["data"])
    shown["kind"] = option(
        "kind", str, USUAL_KINDS.get(system, "pictures"), say("cli.help_kind"), metavar="|".join(KINDS)
    )
    shown["fit"] = option("fit", str, None, say("cli.help_fit"), metavar="|".join(FITS))
    if "recipe" in takes:
        known = say("cli.help_recipe", known=", ".join(mb.recipes.__all__))
        shown["recipe"] = option("recipe", str, takes["recipe"].default, known)
    shown |= options_of(fit)
    if "options" in takes:
        shown["option"] = option("option", list[str], None, say("cli.help_option"), metavar="NAME=NUMBER")
    shown["processes"] = option("processes", int, 1, say("cli.help_processes"))

    def train(context: typer.Context, **given: Any) -> None:
        if in_several(["train", system, given["source"]], given, as_json=context.obj):
            return
        learn = learner_of(door, {**given, "kind": given.get("kind") or kind_of(system, given)})
        fit_and_tell(learn, fit_of(learn, given), as_json=context.obj)

    told = say("cli.help_source_any" if system in (*USUAL_KINDS, "classifier") else "cli.help_source")
    source = Annotated[str, typer.Argument(metavar="DATA", help=told, show_default=False)]
    first = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        inspect.Parameter("source", inspect.Parameter.KEYWORD_ONLY, annotation=source),
    ]
    train.__signature__ = inspect.Signature([*first, *shown.values()])  # type: ignore[attr-defined]
    train.__annotations__ = {p.name: p.annotation for p in [*first, *shown.values()]}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(system, help=say("cli.help_train_system", system=system))(train)
    return typer.main.get_command(app)


def in_several(words: list[str], given: Mapping[str, Any], *, as_json: bool) -> bool:
    """Where several processes are asked for, the command is run in them, and this process ends with their status.

    Raises:
        OptionError: their number is below 1.
    """
    count = given.get("processes")
    if count is None or count == 1:
        return False
    if count < 1:
        raise OptionError("cli.processes", given=count)
    options = {name: value for name, value in given.items() if name not in ("source", "processes")}
    status = together([*(["--json"] if as_json else []), *words, *words_of(options)], count)
    if status:
        raise typer.Exit(status)
    return True


def learner_of(door: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Data and learner from options: one that both doors know, such as ``seed``, goes to both."""
    recipe = {"recipe": named_recipe(given["recipe"])} if given.get("recipe") else {}
    data = data_of(given)
    options: dict[str, Any] = {"options": recipe_options(given["option"])} if given.get("option") else {}
    return door(data=data, **arguments_for(door, given, leave_out=["data", "recipe", "options"]), **recipe, **options)


def kind_of(system: str, given: Mapping[str, Any]) -> str:
    """What the items are where nobody says it: a column of texts makes them texts, targets make them pairs."""
    if given.get("targets") is not None:
        return "pairs"
    return USUAL_KINDS.get(system, "texts" if given.get("text") is not None else "pictures")


def data_of(given: Mapping[str, Any]) -> Any:
    """The data, through the door for their kind.

    Raises:
        OptionError: the kind is unknown.
    """
    kind = given.get("kind") or "pictures"
    if kind not in KINDS:
        raise OptionError("cli.kind", given=kind, known=", ".join(KINDS))
    door = KINDS[kind]()
    return door(given["source"], **arguments_for(door, given, leave_out=NOT_OPTIONS))


def fit_of(learn: Any, given: Mapping[str, Any]) -> Callable[[], Any]:
    """The call that trains: as asked by ``fit``, else as is usual for the system where only epochs are given.

    Raises:
        OptionError: that is unknown, or takes something else than epochs.
    """
    told = {name for name in ("epochs", "steps", "minutes", "until", "patience") if given.get(name) is not None}
    usual = getattr(learn, "usual_fit", "fit") if told == {"epochs"} else "fit"
    asked = given.get("fit")
    if not told and hasattr(learn, "usual_epochs"):
        given, told = {**given, "epochs": learn.usual_epochs}, {"epochs"}
        usual = getattr(learn, "usual_fit", "fit")
        logging.getLogger(__name__).info(say("cli.usual_length", epochs=learn.usual_epochs))
    if asked is not None and asked not in FITS:
        raise OptionError("cli.fit", given=asked, known=", ".join(FITS))
    fit = getattr(learn, FITS[asked] if asked else usual)
    if fit.__name__ != "fit" and told != {"epochs"}:
        raise OptionError("cli.fit_epochs", fit=asked)
    # --rate is that of sounds, in samples a second; that of learning is --learning-rate
    return lambda: fit(**arguments_for(fit, given, leave_out=["rate"]))


def recipe_options(given: Sequence[str]) -> dict[str, float]:
    """Options of a recipe from words such as ``penalty=10``.

    Raises:
        OptionError: a word is not a name and a finite number with ``=`` between.
    """
    options: dict[str, float] = {}
    for word in given:
        name, _, text = word.partition("=")
        try:
            value = read(int | float, text.strip())
        except UnwritableError:
            value = math.nan
        if not name.strip().isidentifier() or not math.isfinite(value):
            raise OptionError("cli.option_form", given=word)
        options[name.strip()] = value
    return options


def arguments_for(
    function: Callable[..., Any], given: Mapping[str, Any], leave_out: list[str] | None = None
) -> dict[str, Any]:
    """Those of the options given that ``function`` takes, read by its annotations."""
    arguments = {}
    for name, (annotation, _, _) in keywords_of(function).items():
        if name in (leave_out or []) or given.get(name) is None:
            continue
        try:
            arguments[name] = read(annotation, given[name])
        except UnwritableError:
            raise OptionError("cli.unreadable", option=f"--{name.replace('_', '-')}", given=given[name]) from None
    return arguments


def named_recipe(name: str) -> Any:
    """A recipe of ``mb.recipes`` by its name, with ``-`` for ``_`` allowed."""
    asked = name.replace("-", "_")
    known = list(mb.recipes.__all__)
    if asked not in known:
        near = difflib.get_close_matches(asked, known, n=1, cutoff=0.0)
        raise OptionError("cli.unknown_recipe", given=name, near=near[0], known=", ".join(known))
    return getattr(mb.recipes, asked)


def fit_and_tell(learn: Any, fit: Callable[[], Any], *, as_json: bool) -> None:
    """Train, write the page, and tell where everything lies and what to try next."""
    fit()
    if learn.run is None:  # another process leads
        return
    run = Path(learn.run)
    if learn.interrupted:
        command = f"makebelieve resume {shlex.quote(str(run))}"
        emit(as_json, {"interrupted": True, "run": str(run), "next": command}, say("cli.interrupted", command=command))
        raise typer.Exit(130)
    page, picture, sheets = run / "report.html", run / "samples.png", sorted((run / "samples").glob("*.png"))
    if sheets:  # named by their steps: the last one's
        shutil.copyfile(sheets[-1], picture)
    shown = [picture] if sheets else sorted((run / "samples").glob("*.txt"))[-1:]
    here = shlex.quote(str(run))
    more = "".join(say(key, run=here) for key in tries(learn))
    text = say("cli.trained", samples=shown[0] if shown else "-", page=page, run=here, more=more)
    emit(as_json, {"run": str(run), "samples": str(shown[0]) if shown else None, "report": str(page)}, text)


def tries(learn: Any) -> list[str]:
    """What to try next: keys of the catalogue."""
    if hasattr(learn, "forecast"):
        return ["cli.try_forecast"]
    if hasattr(learn, "recommend"):
        return ["cli.try_recommend"]
    if hasattr(learn, "generate"):
        return ["cli.try_write" if hasattr(learn, "stream") else "cli.try_generate"]
    for verb, key in (("translate", "works.try_translate"), ("stylise", "works.try_stylise")):
        if hasattr(learn, verb):
            return [key]
    return ["cli.try_predict"] if hasattr(learn, "predict") else []
