"""Points z as a scatter plot, coloured by label; its axes say z[i], or PC i and the share of the variance it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.pictures import hangul_font

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

INCHES, DOTS = 6.0, 120  # of the plot's side, and to the inch


def main_directions(z: Tensor) -> tuple[Tensor, tuple[float, float]]:
    """Points on the two directions in which they vary most (principal components; Hotelling 1933).

    Signs are such that each direction's largest entry is positive, so that the plot does not flip by chance.

    Args:
        z: (n, d), d at least 2.

    Returns:
        (n, 2), and the share of the variance that each direction has.
    """
    centred = (z - z.mean(0)).double()
    values, vectors = torch.linalg.eigh(centred.T @ centred)  # in rising order
    two = vectors[:, [-1, -2]]
    two = two * two.gather(0, two.abs().argmax(0, keepdim=True)).sign()
    shares = (values[[-1, -2]] / values.sum().clamp(min=1e-12)).tolist()
    return (centred @ two).float(), (shares[0], shares[1])


def scatter(z: Tensor, y: Tensor | None, classes: Sequence[str] | None) -> Tensor:
    """The plot as a picture, (3, h, w) in [0, 1].

    Args:
        z: (n, d); with d = 1 over the points' number, with more than 2 on their two main directions.
        y: (n,) class indices or numbers, or None.
        classes: names of the labels.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labels = ["z[0]", "z[1]"]
    if z.shape[1] == 1:
        points, labels = torch.cat([z, torch.arange(len(z))[:, None]], 1), ["z[0]", "#"]
    elif z.shape[1] == 2:
        points = z
    else:
        points, shares = main_directions(z)
        labels = [f"PC {i} ({share:.0%})" for i, share in enumerate(shares, 1)]
    figure = Figure(figsize=(INCHES, INCHES), dpi=DOTS, layout="constrained")
    canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
    size = max(2.0, min(30.0, 20_000 / len(points)))
    if y is None or classes is None:
        coloured: dict[str, Any] = {} if y is None or y.dim() > 1 else {"c": y, "cmap": "viridis"}
        axes.scatter(points[:, 0], points[:, 1], s=size, alpha=0.7, linewidths=0, **coloured)
    else:
        colours = _colours(len(classes))
        for index, name in enumerate(classes):
            its = points[y == index]
            axes.scatter(its[:, 0], its[:, 1], s=size, color=colours[index], alpha=0.7, linewidths=0, label=name)
        if len(classes) <= 20:
            axes.legend(markerscale=max(1.0, 6 / size**0.5), frameon=False, prop=_font(classes, 8))
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.spines[["top", "right"]].set_visible(False)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255


def _font(texts: Sequence[str], size: float) -> FontProperties:
    """A font of that size that has the letters of these texts."""
    from matplotlib.font_manager import FontProperties

    file = hangul_font() if any(letter > "ɏ" for text in texts for letter in text) else None
    return FontProperties(fname=file, size=size)


def _colours(count: int) -> list[tuple[float, ...]]:
    """As many colours: ten or twenty well apart, more along a rainbow."""
    from matplotlib import colormaps

    if count <= 20:
        table = colormaps["tab10" if count <= 10 else "tab20"]
        return [table(i) for i in range(count)]
    return [colormaps["turbo"](i / (count - 1)) for i in range(count)]
