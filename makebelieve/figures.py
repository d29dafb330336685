"""`Figures`: what an evaluation gives, with the protocol that it was measured by. `table` sets several side by side."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from makebelieve.errors import DataError
from makebelieve.messages import say

FLOOR = "_floor"  # `fd_mnist_floor` is what real pictures get where samples get `fd_mnist`


class Figures(Mapping[str, float]):
    """Plain floats by standard names, such as ``fd_mnist``, and how they were measured. Shows itself as a table.

    A name that ends in ``_floor`` is the floor of the figure before it, real against real, and stands beside it.

    Args:
        values: the figures, in the order in which they are shown; numbers or tensors of one element.
        protocol: how they were measured, as plain values: features and their hash, counts, split, seed, …
            Only figures of equal protocols compare.
        subject: what was measured, as plain values: system, steps, whether the moving average of weights, …
        verdict: what the figures say, one sentence each.
    """

    protocol: dict[str, Any]
    subject: dict[str, Any]
    verdict: tuple[str, ...]

    def __init__(
        self,
        values: Mapping[str, Any],
        protocol: Mapping[str, Any] | None = None,
        *,
        subject: Mapping[str, Any] | None = None,
        verdict: Sequence[str] = (),
    ) -> None:
        self._values = {name: float(value) for name, value in values.items()}
        self.protocol, self.subject, self.verdict = dict(protocol or {}), dict(subject or {}), tuple(verdict)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def floor(self, name: str) -> float | None:
        """What real pictures get in place of samples; None where none was measured."""
        return self._values.get(name + FLOOR)

    def about(self, **subject: Any) -> Figures:
        """The same figures, saying more of what was measured."""
        return Figures(self._values, self.protocol, subject={**self.subject, **subject}, verdict=self.verdict)

    def __repr__(self) -> str:
        lines = [_text([_head({"": self}), *_rows({"": self})]), "", *self.verdict, *([""] if self.verdict else [])]
        return "\n".join([*lines, *_how({**self.subject, **self.protocol})])

    def _repr_html_(self) -> str:
        verdict = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.verdict)
        return _html([_head({"": self}), *_rows({"": self})]) + verdict + _how_html({**self.subject, **self.protocol})

    def state(self) -> dict[str, Any]:
        """Plain values for JSON, which knows no infinities: a figure that is not finite is None there."""
        return {
            "figures": {name: value if math.isfinite(value) else None for name, value in self._values.items()},
            "protocol": self.protocol,
            "subject": self.subject,
            "verdict": list(self.verdict),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Figures:
        """The figures that `state` gave."""
        values = {name: math.nan if value is None else value for name, value in state["figures"].items()}
        return cls(values, state["protocol"], subject=state.get("subject"), verdict=state.get("verdict", ()))


class Table:
    """Figures of several models, measured alike: a column a model, a row a figure. Shows itself.

    Raises:
        DataError: there are none, or their protocols differ; the sentence names the first difference.
    """

    def __init__(self, named: Mapping[str, Figures]) -> None:
        self.named = dict(named)
        if not self.named:
            raise DataError("evaluate.empty_table")
        (first, reference), *others = self.named.items()
        for name, figures in others:
            for key in [*reference.protocol, *figures.protocol]:
                one, other = reference.protocol.get(key), figures.protocol.get(key)
                if one != other:
                    raise DataError("evaluate.other_protocol", first=first, second=name, what=key, one=one, other=other)

    def __repr__(self) -> str:
        protocol = next(iter(self.named.values())).protocol
        return "\n".join([_text([_head(self.named), *_rows(self.named)]), "", *_how(protocol)])

    def _repr_html_(self) -> str:
        protocol = next(iter(self.named.values())).protocol
        return _html([_head(self.named), *_rows(self.named)]) + _how_html(protocol)


def table(named: Mapping[str, Figures]) -> Table:
    """Figures of several models by name as one table, for which all must have been measured alike.

    Raises:
        DataError: there are none, or their protocols differ.
    """
    return Table(named)


def number(value: float) -> str:
    """A figure as it is shown: four significant digits, no exponent where it can be avoided."""
    if not math.isfinite(value):
        return str(value)
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
        return f"{value:,.{digits}f}"
    return f"{value:.3g}"


def _head(named: Mapping[str, Figures]) -> list[str]:
    columns = [name or say("evaluate.value") for name in named]
    return [say("evaluate.figure"), *columns, *([say("evaluate.floor")] if _floors(named) else [])]


def _rows(named: Mapping[str, Figures]) -> list[list[str]]:
    names = dict.fromkeys(name for figures in named.values() for name in figures)
    floors = _floors(named)
    found = []
    for name in names:
        if name.endswith(FLOOR) and name.removesuffix(FLOOR) in names:
            continue
        row = [name, *(number(figures[name]) if name in figures else "" for figures in named.values())]
        found.append([*row, number(floors[name]) if name in floors else ""] if floors else row)
    return found


def _floors(named: Mapping[str, Figures]) -> dict[str, float]:
    """Floors by the name of their figure: of one protocol, all models have the same."""
    return {
        name.removesuffix(FLOOR): figures[name]
        for figures in named.values()
        for name in figures
        if name.endswith(FLOOR) and name.removesuffix(FLOOR) in figures
    }


def _text(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _html(rows: list[list[str]]) -> str:
    head, *body = rows
    cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _how(protocol: Mapping[str, Any]) -> list[str]:
    width = max((len(name) for name in protocol), default=0)
    return [say("evaluate.protocol"), *(f"  {name.ljust(width)}  {_plain(value)}" for name, value in protocol.items())]


def _how_html(protocol: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(_plain(value))}</dd>" for name, value in protocol.items()
    )
    return f"<details><summary>{html.escape(say('evaluate.protocol'))}</summary><dl>{lines}</dl></details>"


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
