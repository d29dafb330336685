"""Runs side by side: what was different, how they went over steps and over time, what they can do, what they made."""

from __future__ import annotations

import json
import math
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from makebelieve.errors import OptionError
from makebelieve.figures import Figures, table
from makebelieve.messages import say
from makebelieve.report.curves import Line, Point, chart
from makebelieve.report.evaluations import read_evaluations
from makebelieve.report.facts import alarm_sentence, mapping, seconds_of, settings_of, shown, source_of, steps_of, word
from makebelieve.report.page import framed, write_page
from makebelieve.report.records import RunRecords, number, read_run
from makebelieve.report.samples import LONGEST_TEXT, data_address, spread
from makebelieve.report.style import COMPARE_SCRIPT, COMPARE_STYLE

MOST = 8  # runs: as many colours as can be told apart
MOMENTS = 12  # pictures of a run along the way
FACTS = ("name", "shape", "count", "split", "inputs", "targets", "augment")  # of the data, that may differ
MINUTE = 60.0
NONE = "–"
FIRST, EACH = 7, 6  # rem: width of a table's first column, and of that of a run where the page is narrow


@dataclass(frozen=True)
class Comparison:
    """Several runs, read from their folders; shows itself as text.

    Attributes:
        runs: by a short name, in the order given.
    """

    runs: Mapping[str, RunRecords]

    def about(self) -> list[tuple[str, list[str]]]:
        """What each run is: a row a fact, a value a run."""
        runs = self.runs.values()
        return [
            (say("report.system"), [str(run.config.get("system") or say("report.unknown_system")) for run in runs]),
            (say("report.data"), [source_of(run) for run in runs]),
            (say("report.steps"), [f"{steps_of(run):,}" for run in runs]),
            (say("report.minutes"), [_minutes(seconds_of(run)) for run in runs]),
            (say("report.alarms"), [f"{len(run.of_kind('alarm')):,}" for run in runs]),
        ]

    def settings(self) -> list[tuple[str, list[str]]]:
        """The settings that differ, the data's facts and the versions among them: a row a setting, a value a run."""
        each = [_told(run, say("report.data")) for run in self.runs.values()]
        names = dict.fromkeys(name for told in each for name in told)
        rows = [(word(name), [shown(told[name]) if name in told else "" for told in each]) for name in names]
        return [row for row in rows if len(set(row[1])) > 1]

    def final(self) -> list[tuple[str, list[str]]]:
        """Figures at the end of each run: a row a figure, a value a run."""
        each = [_last(run) for run in self.runs.values()]
        names = dict.fromkeys(name for last in each for name in last)
        return [(word(name), [shown(last[name]) if name in last else "" for last in each]) for name in names]

    def evaluations(self) -> list[dict[str, Figures]]:
        """What was evaluated, by run: one dict for each protocol, those of most runs first."""
        groups: dict[str, dict[str, Figures]] = {}
        for name, run in self.runs.items():
            for figures in read_evaluations(run.path):
                group = groups.setdefault(json.dumps(figures.protocol, sort_keys=True, default=str), {})
                step = figures.subject.get("step")
                group[f"{name} {say('report.step', step=step)}" if name in group else name] = figures
        return sorted(groups.values(), key=len, reverse=True)

    def same_data(self) -> bool:
        """Whether all runs were trained on the same items with the same split, as far as is known."""
        return len({run.config.get("fingerprint") for run in self.runs.values()}) == 1

    def state(self) -> dict[str, Any]:
        """Plain values for JSON: names and numbers as the runs hold them, in no language."""
        about = {
            "system": {name: run.config.get("system") for name, run in self.runs.items()},
            "data": {name: source_of(run) for name, run in self.runs.items()},
            "steps": {name: steps_of(run) for name, run in self.runs.items()},
            "seconds": {name: seconds_of(run) for name, run in self.runs.items()},
            "alarms": {name: len(run.of_kind("alarm")) for name, run in self.runs.items()},
        }
        told = {name: _told(run, "data") for name, run in self.runs.items()}
        names = dict.fromkeys(name for one in told.values() for name in one)
        settings = {name: {run: one.get(name) for run, one in told.items()} for name in names}
        differ = {name: values for name, values in settings.items() if len(set(map(repr, values.values()))) > 1}
        figures = {name: _last(run) for name, run in self.runs.items()}
        evaluations = [{name: one.state() for name, one in group.items()} for group in self.evaluations()]
        parts = {"about": about, "settings": differ, "figures": figures, "evaluations": evaluations}
        return {"runs": list(self.runs), "same_data": self.same_data(), **parts}

    def __str__(self) -> str:
        parts = [_text(self.runs, self.about())]
        if not self.same_data():
            parts.append(say("report.other_data"))
        parts += [
            f"{say(key)}\n{_text(self.runs, rows)}"
            for key, rows in (("report.differ", self.settings()), ("report.figures", self.final()))
            if rows
        ]
        parts += [f"{say('report.evaluations')}\n{table(group)!r}" for group in self.evaluations()]
        return "\n\n".join(parts)

    __repr__ = __str__

    def save(self, page: str | Path) -> Path:
        """Writes one self-contained HTML file."""
        return write_page(Path(page), _render(self))


def comparison(runs: Sequence[str | Path]) -> Comparison:
    """Reads the folders of several runs.

    Raises:
        OptionError: there are fewer than two, or more than eight, or one twice.
        CheckpointError: a folder is not there or holds no run.
    """
    paths = [Path(run) for run in ([runs] if isinstance(runs, (str, Path)) else runs)]
    if not 2 <= len(paths) <= MOST or len({path.resolve() for path in paths}) < len(paths):
        raise OptionError("report.compare_how_many", given=", ".join(map(str, paths)) or "-", most=MOST)
    names = [path.resolve().name for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    return Comparison({name: read_run(path) for name, path in zip(names, paths, strict=True)})


def compare(runs: Sequence[str | Path], page: str | Path = "comparison.html") -> Path:
    """Writes a page that sets runs side by side, and gives its path: one HTML file that needs nothing but itself.

    Args:
        runs: two to eight folders.
        page: where it goes; what is there is replaced.

    Raises:
        OptionError: there are too few or too many, or one twice.
        CheckpointError: a folder is not there or holds no run.
    """
    return comparison(runs).save(page)


def _minutes(seconds: float) -> str:
    minutes = seconds / MINUTE
    return f"{minutes:,.1f}" if minutes >= 1 else f"{minutes:.2g}" if minutes else ""


def _told(run: RunRecords, data: str) -> dict[str, Any]:
    """Settings, the data's facts after the word `data`, and versions."""
    facts = mapping(mapping(run.config.get("data")).get("facts"))
    some = {f"{data}: {name}": facts[name] for name in FACTS if facts.get(name)}
    parts = {**settings_of(run), **some, **mapping(run.config.get("versions"))}
    return {name: value for name, value in parts.items() if value not in (None, [], {}, "")}


def _last(run: RunRecords) -> dict[str, Any]:
    records = run.of_kind("epoch") or run.of_kind("steps")
    places = ("kind", "stage")
    return {name: value for name, value in (records[-1] if records else {}).items() if name not in places}


def _text(names: Mapping[str, Any], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    lines = [["", *names], *([name, *(value or NONE for value in values)] for name, values in rows)]
    widths = [max(_columns(line[i]) for line in lines) for i in range(len(lines[0]))]
    aligned = [
        [cell + " " * (width - _columns(cell)) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    return "\n".join("  ".join(cells).rstrip() for cells in aligned)


def _columns(text: str) -> int:  # Hangul takes two in a terminal
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


# -------------------------------------------------------------------- the page


def _render(compared: Comparison) -> str:
    names, folders = list(compared.runs), ", ".join(str(run.path) for run in compared.runs.values())
    title = say("report.comparison", n=len(names))
    other = "" if compared.same_data() else f'<p class="notice">{escape(say("report.other_data"))}</p>'
    evaluations = "".join(table(group)._repr_html_() for group in compared.evaluations())
    parts = [
        f"<h1>{escape(title)}</h1>{_table(names, compared.about())}{other}",
        _section("report.differ", _table(names, compared.settings()) if compared.settings() else ""),
        _section("report.figures", _table(names, compared.final()) if compared.final() else ""),
        _section("report.evaluations", f'<div class="wide">{evaluations}</div>' if evaluations else ""),
        _section("report.samples", _wall(compared.runs)),
        _section("report.texts", _texts(compared.runs)),
        _section("report.curves", _curves(compared.runs)),
        _section("report.alarms", _alarms(compared.runs)),
        f"<footer>{escape(say('report.footer', run=folders))}</footer>",
    ]
    return framed(title, "".join(parts), COMPARE_SCRIPT, COMPARE_STYLE)


def _section(key: str, content: str) -> str:
    return f"<h2>{escape(say(key))}</h2>{content}" if content else ""


def _table(names: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    heads = "".join(f'<th scope="col">{_dot(i)}{escape(name)}</th>' for i, name in enumerate(names))
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(map(_cell, values))}</tr>' for name, values in rows
    )
    width = FIRST + EACH * len(names)
    head = f"<thead><tr><td></td>{heads}</tr></thead>"
    return (
        f'<div class="wide"><table class="runs" style="min-width:{width}rem">{head}<tbody>{lines}</tbody></table></div>'
    )


def _cell(value: str) -> str:
    return f"<td>{escape(value or NONE)}</td>"


def _dot(i: int) -> str:
    return f'<i class="dot run{i}"></i>'


def _curves(runs: Mapping[str, RunRecords]) -> str:
    """Each figure over steps and, beside it, over time; validation where there is some is dashed."""
    figures = dict.fromkeys(name for run in runs.values() for name in run.figures())
    longest = max(seconds_of(run) for run in runs.values())
    unit, label = (MINUTE, say("report.minutes_axis")) if longest > 3 * MINUTE else (1.0, say("report.seconds_axis"))
    charts = []
    for figure in figures:
        steps = [line for i, (name, run) in enumerate(runs.items()) for line in _lines(i, name, run, figure)]
        times = [Line(line.name, line.style, _timed(runs, line, unit)) for line in steps]
        charts.append(chart(word(figure), steps, say("report.steps")))
        if longest:
            charts.append(chart(word(figure), times, label))
    return f'<div class="curves">{"".join(charts)}</div>' if any(charts) else ""


def curve(run: RunRecords, figure: str) -> tuple[list[Point], list[Point]]:
    """(step, value) of a figure in training and in validation: means of epochs, or where there is less than two of
    them what was recorded between.
    """
    epochs, valid = run.points("epoch", figure), run.points("epoch", f"valid_{figure}")
    return epochs if len(epochs) > 1 else run.points("steps", figure) or run.points("health", figure) or epochs, valid


def timed(run: RunRecords, points: Sequence[Point]) -> list[Point]:
    """(seconds of training, value) of a curve's points; none where the run has no clock."""
    clock = sorted(
        (step, seconds)
        for tick in run.clock
        if (step := number(tick.get("step"))) is not None and (seconds := number(tick.get("seconds"))) is not None
        and math.isfinite(step) and math.isfinite(seconds)
    )  # fmt: skip
    clock = [(0.0, 0.0), *clock]
    return [(_time(clock, x), y) for x, y in points] if len(clock) > 1 else []


def _lines(i: int, name: str, run: RunRecords, figure: str) -> list[Line]:
    train, valid = curve(run, figure)
    told = say("report.valid")
    return [Line(name, f"run{i}", train), *([Line(f"{name}, {told}", f"run{i} held", valid)] if valid else [])]


def _timed(runs: Mapping[str, RunRecords], line: Line, unit: float) -> list[Point]:
    run = list(runs.values())[int(line.style.split()[0].removeprefix("run"))]
    return [(seconds / unit, y) for seconds, y in timed(run, line.points)]


def _time(clock: Sequence[tuple[float, float]], step: float) -> float:
    """Seconds at a step: on the line between the two readings of the clock around it, or the last one."""
    at = bisect_right([known for known, _ in clock], step)
    if at == len(clock):
        return clock[-1][1]
    (s0, t0), (s1, t1) = clock[max(0, at - 1)], clock[at]
    return t0 + (t1 - t0) * (step - s0) / ((s1 - s0) or 1.0)


def _wall(runs: Mapping[str, RunRecords]) -> str:
    """The pictures of all runs, with one slider from the beginning of each to its end."""
    walls, most = [], 1
    for i, (name, run) in enumerate(runs.items()):
        chosen = spread(run.samples, MOMENTS)
        if not chosen:
            continue
        most = max(most, len(chosen))
        pictures = "".join(
            f'<img alt="{escape(say("report.step", step=f"{step:,}"))}" src="{data_address(file)}"'
            f"{'' if at == len(chosen) - 1 else ' hidden'}>"
            for at, (step, file) in enumerate(chosen)
        )
        last = say("report.step", step=f"{chosen[-1][0]:,}")
        walls.append(
            f'<figure class="wall"><figcaption>{_dot(i)}{escape(name)} <output>{escape(last)}</output></figcaption>'
            f"{pictures}</figure>"
        )
    if not walls:
        return ""
    slider = (
        f'<label class="moment">{escape(say("report.over_time"))}'
        f'<input id="moment" type="range" min="0" max="{MOMENTS - 1}" value="{MOMENTS - 1}"></label>'
    )
    return f'{slider if most > 1 else ""}<div class="walls">{"".join(walls)}</div>'


def _texts(runs: Mapping[str, RunRecords]) -> str:
    """The last text of each run."""
    found = [
        f"<figure><figcaption>{_dot(i)}{escape(name)}</figcaption><pre>"
        f"{escape(run.texts[-1][1].read_text(encoding='utf-8', errors='replace')[:LONGEST_TEXT])}</pre></figure>"
        for i, (name, run) in enumerate(runs.items())
        if run.texts
    ]
    return f'<div class="walls">{"".join(found)}</div>' if found else ""


def _alarms(runs: Mapping[str, RunRecords]) -> str:
    found = [
        f"<li>{_dot(i)}{escape(name)}: {escape(alarm_sentence(record))}</li>"
        for i, (name, run) in enumerate(runs.items())
        for record in run.of_kind("alarm")
    ]
    return f'<ul class="alarms">{"".join(found)}</ul>' if found else f"<p>{escape(say('report.no_alarms'))}</p>"
