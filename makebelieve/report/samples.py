"""What was made along the way, as a section of the page: pictures or texts, with a slider over time."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from makebelieve.messages import say
from makebelieve.report.records import RunRecords

MOST_SAMPLES = 24
LONGEST_TEXT = 4_000  # characters shown of one


def samples_section(run: RunRecords) -> str:
    """Pictures, and texts, of the run; nothing where there are none."""
    return _pictures(spread(run.samples)) + _texts(spread(run.texts))


def _pictures(chosen: Sequence[tuple[int, Path]]) -> str:
    if not chosen:
        return ""
    pictures = [(_step(step), data_address(file)) for step, file in chosen]
    told, address = pictures[-1]
    stored = "".join(f'<img alt="{escape(name)}" src="{data}">' for name, data in pictures)
    slider = f'{_slider("moment", "told", told, len(pictures))}<div id="moments" hidden>{stored}</div>'
    picture = f'<img id="shown" alt="{escape(told)}" src="{address}">'
    return f'<h2>{escape(say("report.samples"))}</h2><div class="samples">{picture}{slider if chosen[1:] else ""}</div>'


def _texts(chosen: Sequence[tuple[int, Path]]) -> str:
    if not chosen:
        return ""
    last = len(chosen) - 1
    texts = "".join(
        f'<pre data-told="{escape(_step(step))}"{"" if i == last else " hidden"}>'
        f"{escape(file.read_text(encoding='utf-8', errors='replace')[:LONGEST_TEXT])}</pre>"
        for i, (step, file) in enumerate(chosen)
    )
    slider = _slider("written", "when", _step(chosen[-1][0]), len(chosen)) if last else ""
    return (
        f'<h2>{escape(say("report.texts"))}</h2><div class="samples texts">{slider}<div id="texts">{texts}</div></div>'
    )


def _slider(name: str, output: str, told: str, count: int) -> str:
    last = count - 1
    return (
        f'<label>{escape(say("report.over_time"))}<input id="{name}" type="range" min="0" max="{last}" value="{last}">'
        f'<output id="{output}">{escape(told)}</output></label>'
    )


def _step(step: int) -> str:
    return say("report.step", step=f"{step:,}")


def spread(found: Sequence[tuple[int, Path]], most: int = MOST_SAMPLES) -> Sequence[tuple[int, Path]]:
    """At most ``most`` of them, evenly, the first and the last among them."""
    if len(found) <= most:
        return found
    return [found[round(i * (len(found) - 1) / (most - 1))] for i in range(most)]


def data_address(file: Path) -> str:
    """A PNG file as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode()
