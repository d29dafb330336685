"""Curves as inline SVG: lines, two axes and their labels, drawn in the colours of the page around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]

MOST_POINTS = 1000
_LARGEST, _SMALLEST = 1e300, 1e-300  # between them differences and quotients of floats stay finite and above zero
_WIDTH, _HEIGHT = 360, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 340, 12, 190


@dataclass(frozen=True)
class Line:
    """One line of a chart; ``style`` is a class of the page's style sheet: ``fine``, ``mean`` or ``valid``."""

    name: str
    style: str
    points: Sequence[Point]


def chart(title: str, lines: Sequence[Line], x_label: str) -> str:
    """An SVG of the lines with a legend. What is no number breaks a line; a chart without any number is empty."""
    bounded = [Line(line.name, line.style, _bounded_points(line.points)) for line in lines]
    shown = [line for line in bounded if any(math.isfinite(y) for _, y in line.points)]
    if not shown:
        return ""
    finite = [(x, y) for line in shown for x, y in line.points if math.isfinite(y)]
    x_ticks = ticks(min(x for x, _ in finite), max(x for x, _ in finite))
    y_ticks = ticks(min(y for _, y in finite), max(y for _, y in finite))
    across = _scale(min(x_ticks[0], finite[0][0]), x_ticks[-1], _LEFT, _RIGHT)
    up = _scale(y_ticks[0], y_ticks[-1], _BOTTOM, _TOP)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(_y_tick(value, up(value)) for value in y_ticks),
        *(_x_tick(value, across(value)) for value in x_ticks),
        f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x_label)}</text>',
    ]
    for line in shown:
        for piece in _pieces(thin(line.points)):
            place = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in piece)
            parts.append(f'<polyline class="{line.style}" points="{place}"/>')
    parts.append("</svg>")
    legend = "".join(f"<li>{_swatch(line.style)}{escape(line.name)}</li>" for line in shown)
    return f'<figure><figcaption>{escape(title)}</figcaption>{"".join(parts)}<ul class="legend">{legend}</ul></figure>'


def thin(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most ``most`` of the points; of each stretch the lowest and the highest, so that no spike is lost."""
    if len(points) <= most:
        return list(points)
    stretches = most // 2
    kept = []
    for i in range(stretches):
        stretch = range(i * len(points) // stretches, (i + 1) * len(points) // stretches)
        numbers = [j for j in stretch if math.isfinite(points[j][1])] or list(stretch[:1])
        low, high = min(numbers, key=lambda j: points[j][1]), max(numbers, key=lambda j: points[j][1])
        kept += [points[j] for j in sorted({low, high})]
    return kept


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers, one, two or five times a power of ten apart, that reach from below ``low`` to above ``high``."""
    low, high = _bounded(low), _bounded(high)
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / about))
    step = next(m * power for m in (1, 2, 5, 10) if m * power * about >= span * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, max(last, first + 1) + 1)]


def _bounded(value: float) -> float:
    """The value drawn for one whose square or difference a float can't hold; what is no finite number stays."""
    if not math.isfinite(value):
        return value
    return 0.0 if abs(value) < _SMALLEST else max(-_LARGEST, min(_LARGEST, value))


def _bounded_points(points: Sequence[Point]) -> list[Point]:
    return [(_bounded(x), _bounded(y)) for x, y in points if math.isfinite(x)]


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / ((high - low) or 1.0) * (end - start)


def _pieces(points: Sequence[Point]) -> list[list[Point]]:
    pieces: list[list[Point]] = [[]]
    for x, y in points:
        if math.isfinite(y):
            pieces[-1].append((x, y))
        elif pieces[-1]:
            pieces.append([])
    return [piece if len(piece) > 1 else piece * 2 for piece in pieces if piece]  # a lone point is drawn as a dot


def _y_tick(value: float, y: float) -> str:
    label = f'<text x="{_LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{value:.4g}</text>'
    return f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>{label}'


def _x_tick(value: float, x: float) -> str:
    label = f'<text x="{x:.1f}" y="{_BOTTOM + 16}" text-anchor="middle">{_short(value)}</text>'
    return f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_BOTTOM}" y2="{_BOTTOM + 4}"/>{label}'


def _short(value: float) -> str:
    return f"{value / 1000:g}k" if abs(value) >= 10_000 else f"{value:g}"


def _swatch(style: str) -> str:
    return (
        f'<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><polyline class="{style}" points="1,4 23,4"/></svg>'
    )
