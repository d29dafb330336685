"""Write the page of a run: what was trained on what, pictures over time, curves, alarms, and how to go on."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from makebelieve.messages import language, say
from makebelieve.report.curves import Line, chart
from makebelieve.report.evaluations import evaluations_section
from makebelieve.report.facts import alarm_sentence, mapping, seconds_of, settings_of, shown, source_of, steps_of, word
from makebelieve.report.records import RunRecords, number, read_run
from makebelieve.report.samples import samples_section
from makebelieve.report.style import SCRIPT, STYLE

LONGEST_ACRONYM = 3  # letters: GAN, VAE
NOT_SHOWN = ("reading", "augment")  # of the data's facts: for programs, and long
NOT_OPTIONS = ("task", "metrics", "network_spec", "encoder", "ngrams", "embeddings")  # kept, but not a door's argument
MAKE = "generate {run} -n 64 -o more.png --seed 7"
USES = {  # what a run is for, by its system
    **dict.fromkeys(("gan", "vae", "diffusion"), MAKE),
    **dict.fromkeys(("classifier", "regressor"), "predict {run} FILE"),
    "forecaster": "forecast {run}",
    "language_model": "generate {run} --prompt '…' --temperature 0.5",
    "recommender": "recommend {run} --user ID -n 10",
    "stylizer": "stylise {run} PHOTO -o painted.png",
    "translator": "translate {run} PHOTO -o new.png",
}
TAKES_A_RECIPE = ("gan",)  # doors that do
OWN = ("learner",)  # systems whose networks only the program has
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def write_report(run: Path) -> Path:
    """Write ``report.html`` into the folder of a run and return its path.

    The page needs nothing but itself: no network, no other file. What is missing in the folder is left out.

    Raises:
        CheckpointError: the folder is not there or holds no run.
    """
    run = Path(run)
    return write_page(run / "report.html", render(read_run(run)))


def write_page(page: Path, content: str) -> Path:
    """Write a page whole or not at all: a reader never sees half of it. Folders on the way are made."""
    page.parent.mkdir(parents=True, exist_ok=True)
    half = page.with_suffix(".html.part")
    half.write_text(content, encoding="utf-8")
    half.replace(page)
    return page


def render(run: RunRecords) -> str:
    """The page as HTML; every value from the run's files is escaped."""
    title = _title(run)
    sections = (
        samples_section(run),
        _figures(run),
        evaluations_section(run.path),
        _alarms(run),
        _curves(run),
        _table("report.data", _data_rows(run)),
        _table("report.settings", _plain_rows(settings_of(run))),
        _how_to_go_on(run),
        _table("report.versions", _plain_rows(run.config.get("versions"))),
    )
    head = f'<h1>{escape(title)}</h1><p class="lead">{escape(_lead(run))}</p>'
    foot = f"<footer>{escape(say('report.footer', run=run.path))}</footer>"
    return framed(title, f"{head}{''.join(sections)}{foot}", SCRIPT)


def framed(title: str, body: str, script: str, style: str = "") -> str:
    """A whole page, which may load nothing from anywhere: style, script and pictures stand in it."""
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title)}</title><style>{STYLE}{style}</style></head><body>{body}"
        f"<script>{script}</script></body></html>\n"
    )


def _title(run: RunRecords) -> str:
    name = str(run.config.get("system") or say("report.unknown_system"))
    system = name.upper() if len(name) <= LONGEST_ACRONYM else word(name).capitalize()
    return say("report.title", system=system, source=source_of(run))


def _lead(run: RunRecords) -> str:
    arguments = settings_of(run)
    named = {name: arguments[name] for name in ("recipe", "network") if arguments.get(name)}
    told = [say("report.part", name=word(name), value=value) for name, value in named.items()]
    epochs = len(run.of_kind("epoch"))
    return " · ".join([*told, say("report.length", steps=f"{steps_of(run):,}", epochs=f"{epochs:,}")])


def _figures(run: RunRecords) -> str:
    epochs = run.of_kind("epoch") or run.of_kind("steps")
    final = [(word(name), shown(value)) for name, value in (epochs[-1] if epochs else {}).items() if name != "kind"]
    seconds = seconds_of(run)
    if seconds:
        final.append((say("report.minutes"), f"{seconds / 60:.1f}"))
    if not final:
        return ""
    boxes = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in final)
    return f'<h2>{escape(say("report.figures"))}</h2><dl class="figures">{boxes}</dl>'


def _alarms(run: RunRecords) -> str:
    alarms = [record for record in run.history if record.get("kind") in ("alarm", "recovery")]
    heading = f"<h2>{escape(say('report.alarms'))}</h2>"
    if not alarms:
        return f"{heading}<p>{escape(say('report.no_alarms'))}</p>" if run.history else ""
    items = "".join(f"<li>{escape(alarm_sentence(alarm))}</li>" for alarm in alarms)
    return f'{heading}<ul class="alarms">{items}</ul>'


def _curves(run: RunRecords) -> str:
    charts = []
    for name in run.figures():
        lines = [
            Line(say("report.fine"), "fine", run.points("steps", name)),
            Line(say("report.epoch_mean"), "mean", run.points("epoch", name)),
            Line(say("report.valid"), "valid", run.points("epoch", f"valid_{name}")),
            Line(say("report.looks"), "mean", run.points("health", name)),
        ]
        charts.append(chart(word(name), lines, say("report.steps")))
    if not any(charts):
        return ""
    return f'<h2>{escape(say("report.curves"))}</h2><div class="curves">{"".join(charts)}</div>'


def _data_rows(run: RunRecords) -> list[tuple[str, str]]:
    facts = dict(mapping(mapping(run.config.get("data")).get("facts")))
    fingerprint = run.config.get("fingerprint") or facts.get("fingerprint")
    for name in ("fingerprint", *NOT_SHOWN):
        facts.pop(name, None)
    rows = _plain_rows(facts)
    return [*rows, (say("report.fingerprint"), str(fingerprint))] if fingerprint else rows


def _how_to_go_on(run: RunRecords) -> str:
    if run.config.get("system") in OWN:
        resumed = f"<pre>{escape(f'learn.resume({str(run.path)!r})')}</pre>"
        return f"<h2>{escape(say('report.go_on'))}</h2><p>{escape(say('report.own'))}</p>{resumed}"
    here = shlex.quote(str(run.path))
    use = USES.get(str(run.config.get("system")), "evaluate {run}").format(run=here)
    commands = f"makebelieve resume {here}\nmakebelieve {use}"
    parts = [f"<h2>{escape(say('report.go_on'))}</h2><pre>{escape(commands)}</pre>"]
    again = _program(run)
    if again:
        parts.append(f"<p>{escape(say('report.repeat'))}</p><pre>{escape(again)}</pre>")
        parts += [f"<p>{escape(note)}</p>" for note in _notes(run)]
    return "".join(parts)


def _program(run: RunRecords) -> str:
    """The program that made the run, where its data, recipe and networks have names."""
    rebuild, settings = mapping(mapping(run.config.get("data")).get("rebuild")), settings_of(run)
    system, recipe = run.config.get("system"), settings.get("recipe")
    if not (rebuild and system and recipe and settings.get("network")) or settings.get("encoder"):
        return ""
    data = dict(mapping(rebuild.get("arguments")))
    if data.get("source", "") is None:  # a list of files, which only the program knows
        return ""
    first = [repr(data.pop("source"))] if "source" in data else []
    given = [f"{name}={value!r}" for name, value in data.items() if value != []]  # None may differ from the default
    named = [f"recipe=mb.recipes.{recipe}"] if system in TAKES_A_RECIPE else []
    learner = ["data", *named, *_learner_arguments(run)]
    steps = run.plan.get("until") if run.plan.get("call") == 1 else None
    return (
        f"import makebelieve as mb\n\ndata = mb.{rebuild.get('door')}({', '.join([*first, *given])})\n"
        f"learn = mb.{system}({', '.join(learner)})\nlearn.fit(steps={steps or steps_of(run)})"
    )


def _learner_arguments(run: RunRecords) -> list[str]:
    """As they were given or resolved on the machine; other settings where they are not the default."""
    from makebelieve.training import Settings  # needs torch, which reading runs does not

    usual = asdict(Settings())
    training = dict(mapping(run.config.get("training")))
    saving = mapping(training.pop("saving", None))
    training.pop("valid_batches", None)  # follows from the batch size
    changed = {name: value for name, value in training.items() if value != usual.get(name)}
    told = {**mapping(run.config.get("arguments")), **mapping(run.config.get("settings"))}
    told = {**told, **{name: value for name, value in changed.items() if name not in told}}
    for name in ("recipe", *NOT_OPTIONS):
        told.pop(name, None)
    words = [f"{name}={value!r}" for name, value in told.items() if value not in (None, [], {})]
    if saving and saving != usual["saving"]:
        words.append(f"saving=mb.Saving({', '.join(f'{name}={value!r}' for name, value in saving.items())})")
    return words


def _notes(run: RunRecords) -> list[str]:
    """What the last call of `fit` had that the program has not."""
    notes = []
    if (number(run.plan.get("call")) or 1) > 1:
        notes.append(say("report.several_fits", calls=run.plan["call"]))
    if run.plan.get("schedule", "constant") != "constant":
        notes.append(say("report.scheduled", schedule=run.plan["schedule"]))
    if run.plan.get("seconds") is not None:
        notes.append(say("report.timed"))
    return notes


def _table(heading: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    body = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<h2>{escape(say(heading))}</h2><table>{body}</table>"


def _plain_rows(values: Any) -> list[tuple[str, str]]:
    return [(word(name), shown(value)) for name, value in mapping(values).items() if value not in (None, [], {}, "")]
