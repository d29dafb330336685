"""A map of items: their vectors on the two directions in which they vary most."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.table import aligned
from makebelieve.figures import number
from makebelieve.latent.scatter import main_directions
from makebelieve.messages import say
from makebelieve.pictures import Pictures, hangul_font
from makebelieve.systems.recommender.answers import table_html
from makebelieve.systems.recommender.catalogue import Catalogue

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

INCHES, DOTS = 8.0, 110  # of the picture's side, and to the inch
DRAWN = 3000  # points without a title, at most
LETTERS = 28  # of a title


@dataclass(frozen=True)
class EmbeddingMap:
    """Items on a plane. Shows itself as a picture in a notebook and as a table in a terminal.

    Attributes:
        ids: of the items with a title, best known first.
        titles: of these.
        points: (n, 2) where they are.
        others: (m, 2) where further items are.
        shares: of the variance, that each direction has.
    """

    ids: tuple[int | str, ...]
    titles: tuple[str, ...]
    points: Tensor
    others: Tensor
    shares: tuple[float, float]

    @property
    def picture(self) -> Pictures:
        """The map drawn, titles beside their points."""
        return Pictures(_drawn(self)[None])

    def _cells(self) -> list[list[str]]:
        head = [f"PC {i} ({share:.0%})" for i, share in enumerate(self.shares, 1)]
        rows = zip(self.points.tolist(), self.titles, strict=True)
        return [[*head, say("recommender.column_title")], *([number(x), number(y), title] for (x, y), title in rows)]

    def __repr__(self) -> str:
        return "\n".join(aligned(self._cells()))

    def _repr_html_(self) -> str:
        content = io.BytesIO()
        next(iter(self.picture)).save(content, "png")
        picture = base64.b64encode(content.getvalue()).decode()
        head = html.escape(say("recommender.column_title"))
        return (
            f'<img src="data:image/png;base64,{picture}">'
            f"<details><summary>{head}</summary>{table_html(self._cells())}</details>"
        )


def embedding_map(vectors: Tensor, known: Catalogue, n: int) -> EmbeddingMap:
    """The map of items with at least one rating.

    Args:
        vectors: (items, d), d at least 2.
        known: titles and ratings.
        n: items with a title: those with most ratings.
    """
    counts = known.by_item.counts
    order = counts.argsort(descending=True, stable=True)[: int((counts > 0).sum())]
    points, shares = main_directions(vectors[order])
    titled = order[:n].tolist()
    return EmbeddingMap(
        tuple(known.items[i] for i in titled),
        tuple(known.items.title(i) for i in titled),
        points[:n],
        points[n : n + DRAWN],
        shares,
    )


def _drawn(found: EmbeddingMap) -> Tensor:
    """(3, h, w) in [0, 1]."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(INCHES, INCHES), dpi=DOTS, layout="constrained")
    canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
    axes.scatter(found.others[:, 0], found.others[:, 1], s=5, color="0.8", linewidths=0)
    axes.scatter(found.points[:, 0], found.points[:, 1], s=14, color="tab:blue", linewidths=0)
    font = _font(found.titles)
    for (x, y), title in zip(found.points.tolist(), found.titles, strict=True):
        short = title if len(title) <= LETTERS else f"{title[: LETTERS - 1]}…"
        axes.annotate(short.replace("$", r"\$"), (x, y), xytext=(3, 2), textcoords="offset points", fontproperties=font)
    axes.set_xlabel(f"PC 1 ({found.shares[0]:.0%})")
    axes.set_ylabel(f"PC 2 ({found.shares[1]:.0%})")
    axes.spines[["top", "right"]].set_visible(False)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255


def _font(titles: tuple[str, ...]) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    file = hangul_font() if any(letter > "ɏ" for title in titles for letter in title) else None
    return FontProperties(fname=file, size=7)
