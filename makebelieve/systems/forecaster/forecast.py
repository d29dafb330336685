"""`Forecast`: what is said of the rows that come next."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makebelieve.data.times import Floats, Times, shown
from makebelieve.errors import OptionError
from makebelieve.figures import number
from makebelieve.messages import say
from makebelieve.pictures import Pictures
from makebelieve.systems.forecaster.pictures import Panel, pictures_of

SHOWN = 20  # rows of a table in a terminal


@dataclass(frozen=True, repr=False)
class Forecast:
    """A forecast of one series. Shows itself, as a table and as a picture.

    Attributes:
        series: name of the series, "" where there is only one.
        targets: names of the columns.
        times: (n,) datetime64[us], or numbers where times are not known.
        values: (n, targets, quantiles), in the columns' units.
        quantiles: rising, 0.5 among them.
        direct: rows that were forecast at once; for those after them the medians before were taken as if they had come,
            so that their bands are too narrow.
        past_times: (p,) of the last rows known.
        past: (p, targets) their values.
    """

    series: str
    targets: tuple[str, ...]
    times: Times
    values: Floats
    quantiles: tuple[float, ...]
    direct: int
    past_times: Times
    past: Floats

    def __len__(self) -> int:
        return len(self.times)

    def quantile(self, q: float) -> Floats:
        """(n, targets) of one of the quantiles.

        Raises:
            OptionError: it was not forecast.
        """
        if q not in self.quantiles:
            raise OptionError("forecaster.no_quantile", given=q, known=", ".join(map(str, self.quantiles)))
        return self.values[..., self.quantiles.index(q)]

    @property
    def median(self) -> Floats:
        """(n, targets): the point forecast."""
        return self.quantile(0.5)

    def columns(self) -> dict[str, list[Any]]:
        """A table as plain lists by column: "time", then each target's median under its own name, and its quantiles."""
        found: dict[str, list[Any]] = {"time": [shown(time) for time in self.times]}
        for i, name in enumerate(self.targets):
            found[name] = self.median[:, i].tolist()
            others = [q for q in self.quantiles if q != 0.5]
            found |= {f"{name}_{q:g}": self.quantile(q)[:, i].tolist() for q in others}
        return found

    def picture(self) -> Pictures:
        """The last known rows and the forecast with its band, a picture a target."""
        names = [f"{self.series} {name}".strip() for name in self.targets]
        middle = self.quantiles.index(0.5)
        return pictures_of([
            Panel(name, self.past_times, self.past[:, i], self.times, self.values[:, i], middle)
            for i, name in enumerate(names)
        ])  # fmt: skip

    def save(self, path: str | Path) -> Path:
        """Writes the table to a ``.csv``, or the picture to any other file."""
        path = Path(path)
        if path.suffix.lower() != ".csv":
            return self.picture().save(path)
        columns = self.columns()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.getvalue(), encoding="utf-8")
        return path

    def __repr__(self) -> str:
        columns = self.columns()
        rows = [list(columns), *([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))]
        lines = [*([self.series] if self.series else []), *_aligned(rows[: SHOWN + 1])]
        if len(self) > SHOWN:
            lines.append(say("forecaster.more_rows", n=f"{len(self) - SHOWN:,}"))
        if len(self) > self.direct:
            lines.append(say("forecaster.fed_back", direct=f"{self.direct:,}"))
        return "\n".join(lines)

    def _repr_png_(self) -> bytes:
        return self.picture()._repr_png_()


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else number(float(value))


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(" " * (width - _width(cell)) + cell for cell, width in zip(row, widths, strict=True)) for row in rows
    ]


def _width(text: str) -> int:  # Hangul takes two columns in a terminal
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
