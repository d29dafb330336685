"""Forecasts drawn: what was, what is said of the rows ahead with its band, and what came where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.times import Floats, Times
from makebelieve.messages import say
from makebelieve.pictures import Pictures, hangul_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

INCHES, DOTS = (5.2, 2.8), 100  # of a picture, and to the inch
AXES = (0.12, 0.12, 0.86, 0.76)  # left, bottom, width and height in it


@dataclass(frozen=True)
class Panel:
    """One picture: of one column from some known rows on.

    Attributes:
        title: above it.
        times: (p,) of the known rows.
        values: (p,) of these.
        ahead: (n,) times of the rows forecast.
        said: (n, quantiles).
        middle: which quantile is the median.
        truth: (n,) what came, or None.
    """

    title: str
    times: Times
    values: Floats
    ahead: Times
    said: Floats
    middle: int
    truth: Floats | None = None


def pictures_of(panels: Sequence[Panel]) -> Pictures:
    """One picture a panel, in two columns where there are several."""
    return Pictures(torch.stack([_drawn(panel) for panel in panels]), columns=min(2, len(panels)))


def _drawn(panel: Panel) -> Tensor:
    """(3, h, w) in [0, 1]."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS)
    canvas, axes = FigureCanvasAgg(figure), figure.add_axes(AXES)
    axes.plot(panel.times, panel.values, color="0.35", linewidth=1)
    # from the last known value on, so that the line does not break
    ahead = np.concatenate([panel.times[-1:], panel.ahead])
    said = np.concatenate([np.repeat(panel.values[-1:, None], panel.said.shape[1], 1), panel.said])
    if said.shape[1] > 1:
        band: Any = axes.fill_between(ahead, said[:, 0], said[:, -1], color="tab:blue", alpha=0.2, linewidth=0)
        band.set_label(say("forecaster.drawn_band"))
    axes.plot(ahead, said[:, panel.middle], color="tab:blue", linewidth=1.6, label=say("forecaster.drawn_median"))
    if panel.truth is not None:
        truth = np.concatenate([panel.values[-1:], panel.truth])
        axes.plot(ahead, truth, color="tab:orange", linewidth=1.2, label=say("forecaster.drawn_truth"))
    _finish(axes, panel)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1) / 255


def _finish(axes: Axes, panel: Panel) -> None:
    from matplotlib import dates

    if panel.times.dtype.kind == "M":
        locator = dates.AutoDateLocator(maxticks=6)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    words = panel.title, *(say(f"forecaster.{name}") for name in ("drawn_band", "drawn_median", "drawn_truth"))
    font = _font("".join(words))
    axes.set_title(panel.title, fontproperties=font, fontsize=9, loc="left")
    axes.legend(frameon=False, prop=font, loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def _font(text: str) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=hangul_font() if any(letter > "ɏ" for letter in text) else None, size=8)
