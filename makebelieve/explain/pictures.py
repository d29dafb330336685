"""Pictures of what was found: confusion, calibration, heat over a picture, sheets of filters and patches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.explain.decisions import Calibration
from makebelieve.explain.sheets import ChannelSheet, LayerSheet
from makebelieve.messages import CATALOGUE, language, say
from makebelieve.ops import grid
from makebelieve.pictures import Pictures, hangul_font

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DOTS = 120  # to the inch
NUMBERED = 30  # classes up to which a confusion matrix has its counts written in
NAMED = 25  # labels on an axis, at most, where there are more classes than that
SEEN = 0.995  # share of a picture's signed values that keep their size
LETTERS = 18  # of a class name


def confusion_picture(matrix: Tensor, classes: Sequence[str] | None = None) -> Pictures:
    """A confusion matrix, (k, k), as a picture: colour is the share of the true class, numbers are counts.

    With more than 30 classes there are no numbers, and only some classes are named along the sides.

    Raises:
        OptionError: the matrix is not square, or the classes are not as many.
    """
    k = len(matrix)
    if matrix.shape != (k, k) or not k or (classes is not None and len(classes) != k):
        raise OptionError("explain.matrix", shape=tuple(matrix.shape), classes=k if classes is None else len(classes))
    matrix = matrix.detach().cpu()
    shares = matrix / matrix.sum(1, keepdim=True).clamp(min=1)
    names = _names(classes if classes is not None else [str(i) for i in range(k)])
    side = min(11.0, max(4.5, 2.0 + 0.42 * min(k, NUMBERED)))
    figure = _figure(side, side)
    axes = figure.add_subplot()
    axes.imshow(shares.numpy(), cmap="Blues", vmin=0, vmax=1, interpolation="nearest")
    step = 1 if k <= NUMBERED else math.ceil(k / NAMED)
    ticks, font = list(range(0, k, step)), _font(names, 9 if k <= 15 else 8)
    told = [names[i] for i in ticks]
    axes.set_yticks(ticks, told, fontproperties=font)
    upright = max(map(len, told)) * len(told) <= 60
    axes.set_xticks(ticks, told, fontproperties=font, rotation=0 if upright else 90)
    if k <= NUMBERED:
        size = max(5.0, min(11.0, 100 / k))
        for i, j in matrix.nonzero().tolist():
            ink = "white" if shares[i, j] > 0.5 else "#1c1f23"
            axes.text(j, i, str(int(matrix[i, j])), ha="center", va="center", color=ink, fontsize=size)
    _label(axes, _word("explain.predicted"), _word("explain.true"))
    share = float(matrix.diagonal().sum() / matrix.sum().clamp(min=1))
    title = _word("explain.right_of", share=f"{share:.1%}", n=f"{int(matrix.sum()):,}")
    axes.set_title(title, fontproperties=_font([title], 11))
    return _drawn(figure)


def reliability_picture(found: Calibration) -> Pictures:
    """A reliability diagram: how often decisions of each confidence are right, with how many there are below."""
    figure = _figure(5.0, 5.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    bins = len(found.counts)
    left = np.arange(bins) / bins
    filled = found.counts.numpy() > 0
    wide = {"width": 1 / bins, "align": "edge", "edgecolor": "white", "linewidth": 0.6}
    upper.plot([0, 1], [0, 1], color="#5f6770", linewidth=1, linestyle="--")
    upper.bar(left[filled], found.accuracy.numpy()[filled], color="#1f5fa8", **wide)
    confidence, accuracy = found.confidence.numpy()[filled], found.accuracy.numpy()[filled]
    upper.vlines(confidence, np.minimum(confidence, accuracy), np.maximum(confidence, accuracy), color="#c2571a")
    upper.scatter(confidence, confidence, s=12, color="#c2571a", zorder=3)
    lower.bar(left, found.counts.numpy(), color="#9db8d6", **wide)
    upper.set(xlim=(0, 1), ylim=(0, 1))
    _label(upper, "", _word("explain.accuracy"))
    _label(lower, _word("explain.confidence"), _word("explain.items"))
    title = _word("explain.calibration_error", value=f"{found.error:.3f}")
    upper.set_title(title, fontproperties=_font([title], 11))
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
    return _drawn(figure)


def heat_over(picture: Tensor, heat: Tensor) -> Tensor:
    """(3, h, w): heat (h, w) in [0, 1] in colour over a picture (c, h, w), which is grey where there is none."""
    from matplotlib import colormaps

    base = shown(picture.detach().cpu().float()).mean(0)  # (h, w)
    heat = heat.detach().cpu().float()
    colour = torch.from_numpy(colormaps["inferno"](0.25 + 0.75 * heat.numpy())[..., :3].astype("float32")).permute(
        2, 0, 1
    )
    strength = 0.8 * heat.clamp(0, 1)
    return (1 - strength) * base + strength * colour


def heat_picture(picture: Tensor, heat: Tensor) -> Pictures:
    """`heat_over`, as `Pictures`."""
    return Pictures(heat_over(picture, heat))


def signed(values: Tensor) -> Tensor:
    """(n, c, h, w) in [0, 1], c 1 or 3: signed values with zero at one half, each picture to its own range.

    Values beyond all but one in two hundred of a picture are cut to that, lest a few pixels leave the rest grey.
    """
    values = values.detach().cpu().float()
    values = values if values.shape[1] in (1, 3) else values.mean(1, keepdim=True)
    size = values.abs().flatten(1)
    most = torch.quantile(size, SEEN, 1)
    most = torch.where(most > 0, most, size.amax(1)).clamp(min=torch.finfo(torch.float32).tiny)
    return (0.5 + 0.5 * values / most.view(-1, 1, 1, 1)).clamp(0, 1)


def shown(pictures: Tensor) -> Tensor:
    """Pictures (…, c, h, w) that can be looked at: as they are with one or three channels, else the mean of these."""
    return pictures if pictures.shape[-3] in (1, 3) else pictures.mean(-3, keepdim=True)


def filters_picture(filters: Tensor) -> Pictures:
    """Filters (n, c, kh, kw), c 1 or 3, in [0, 1]: one picture each, the grid of which is the sheet."""
    return Pictures(filters)


def channel_picture(sheet: ChannelSheet) -> Tensor:
    """(c, H, W) in [0, 1]: patches as a square, beside it their reconstructions, beside it the made picture."""
    parts = [grid(sheet.patches / 255)]
    if sheet.reconstructions is not None:
        parts.append(grid(sheet.reconstructions / 255))
    h = parts[0].shape[1]
    if sheet.maximised is not None:
        made = sheet.maximised / 255
        w = max(1, round(made.shape[2] * h / made.shape[1]))
        parts.append(F.interpolate(made[None], (h, w), mode="bilinear", antialias=True)[0].clamp(0, 1))
    gap = max(2, h // 24)
    return torch.cat([F.pad(part, (0, gap), value=1.0) for part in parts], 2)[:, :, :-gap]


def patches_picture(layer: LayerSheet) -> Pictures:
    """The channels of a layer, one picture each: patches, reconstructions and made picture side by side."""
    pictures = torch.stack([channel_picture(sheet) for sheet in layer.channels])
    columns = max(1, round(math.sqrt(len(pictures) * pictures.shape[2] / pictures.shape[3])))
    return Pictures(pictures, [f"{layer.name} · {sheet.channel}" for sheet in layer.channels], columns=columns)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _drawn(figure: Figure) -> Pictures:
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]
    return Pictures(torch.from_numpy(pixels.copy()).permute(2, 0, 1))


def _label(axes: Any, across: str, up: str) -> None:
    axes.set_xlabel(across, fontproperties=_font([across], 10))
    axes.set_ylabel(up, fontproperties=_font([up], 10))


def _word(key: str, **values: str) -> str:
    """The sentence in the user's language, in English where no font has that language's letters."""
    if language() == "en" or hangul_font() is not None:
        return say(key, **values)
    return CATALOGUE[key][0].format(**values)


def _wide(text: str) -> bool:
    """Whether it has letters, Hangul among them, that only a font of the Far East has; not so signs such as … or ×."""
    return any(letter >= "\u1100" and not "\u2000" <= letter < "\u2e80" for letter in text)


def _names(classes: Sequence[str]) -> list[str]:
    """Class names, long ones cut; numbers in the place of those that no font has letters for."""
    short = [name if len(name) <= LETTERS else name[: LETTERS - 1] + "…" for name in map(str, classes)]
    if any(map(_wide, short)) and hangul_font() is None:
        return [f"#{i}" if _wide(name) else name for i, name in enumerate(short)]
    return short


def _font(texts: Sequence[str], size: float) -> FontProperties:
    """A font of that size that has the letters of these texts."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=hangul_font() if any(map(_wide, texts)) else None, size=size)
