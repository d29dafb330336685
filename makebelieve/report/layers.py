"""Write what the layers of a network see as one self-contained page to browse, folded by layer and channel."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from makebelieve.explain.pictures import signed
from makebelieve.explain.sheets import ChannelSheet, LayerSheet
from makebelieve.messages import language, say
from makebelieve.ops import grid
from makebelieve.report.page import POLICY
from makebelieve.report.style import STYLE

MOST_BYTES = 8_000_000  # of the page
SIZES = (
    (88, 80),
    (64, 75),
    (48, 70),
    (36, 60),
)  # pixels of a patch's side and quality of its picture: first what is tried first
SMALL = 32  # pixels; patches up to this size keep their own pixels, losslessly
PAPER = 0.8  # brightness between pictures, on which white and black ones end visibly
ZERO = 128 / 255  # what zero has become in signed pictures of bytes
COLUMNS = 20  # of the sheet of filters
MADE = 2  # times a patch's side is that of a made picture


def write_layers(
    path: str | os.PathLike[str],
    title: str,
    layers: Sequence[LayerSheet],
    *,
    filters: Tensor | None = None,
    most_bytes: int = MOST_BYTES,
) -> Path:
    """Write the page and return its path. It needs nothing but itself: no network, no other file.

    Where it would be larger than `most_bytes`, pictures are made smaller, then each layer shows fewer channels, at
    least one; the page says so.

    Args:
        path: of the file, such as ``layers.html``; folders on the way are made.
        title: of the page.
        layers: what `explain_layers` gives.
        filters: (n, c, h, w) in [0, 1], c 1 or 3, filters of the first layer, to stand above.
        most_bytes: of the page.
    """
    path = Path(path)
    page = _fitting(title, layers, filters, most_bytes)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    half.write_text(page, encoding="utf-8")
    os.replace(half, path)  # noqa: PTH105 - a reader never sees half a page
    return path


def _fitting(title: str, layers: Sequence[LayerSheet], filters: Tensor | None, most: int) -> str:
    page = ""
    for side, quality in SIZES:
        page = _Page(side, quality, most).render(title, layers, layers, filters)
        if len(page.encode()) <= most:
            return page
    side, quality = SIZES[-1]
    shown = layers
    while len(page.encode()) > most and any(len(layer.channels) > 1 for layer in shown):
        share = max(0.1, min(0.9, most / len(page.encode())))
        shown = [replace(layer, channels=layer.channels[: max(1, int(share * len(layer.channels)))]) for layer in shown]
        page = _Page(side, quality, most).render(title, layers, shown, filters)
    return page


@dataclass(frozen=True)
class _Page:
    """The page with patches of that side and quality; a page of `most` bytes at most is aimed at."""

    side: int
    quality: int
    most: int

    def render(
        self, title: str, layers: Sequence[LayerSheet], shown: Sequence[LayerSheet], filters: Tensor | None
    ) -> str:
        """HTML of the layers as `shown`, out of all `layers`."""
        counts = [sum(len(layer.channels) for layer in some) for some in (shown, layers)]
        patches = max((len(sheet.patches) for layer in shown for sheet in layer.channels), default=0)
        some = say("explain.page_some", size=f"{self.most / 1e6:g}", shown=counts[0], all=counts[1])
        lead = [say("explain.page_lead", n=patches), *([some] if counts[0] < counts[1] else [])]
        opened = "".join(self._layer(layer, first=i == 0) for i, layer in enumerate(shown))
        button = (
            f'<button type="button" id="all" data-close="{escape(say("explain.page_close"))}">'
            f"{escape(say('explain.page_open'))}</button>"
        )
        return (
            f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f"<title>{escape(title)}</title><style>{STYLE}{OWN_STYLE}</style></head><body>"
            f'<h1>{escape(title)}</h1><p class="lead">{escape(" ".join(lead))}</p>{self._filters(filters)}'
            f'<h2 class="bar">{escape(say("explain.page_layers"))}{button}</h2>{opened}'
            f"<footer>{escape(say('explain.page_footer'))}</footer><script>{SCRIPT}</script></body></html>\n"
        )

    def _filters(self, filters: Tensor | None) -> str:
        if filters is None:
            return ""
        n = len(filters)
        sheet = grid(_enlarged(filters), min(COLUMNS, n), 2, PAPER)
        picture = _image(_address(sheet, None), say("explain.page_filters"), sheet, dots=True)
        return f'<h2>{escape(say("explain.page_filters"))}</h2><div class="filters">{picture}</div>'

    def _layer(self, layer: LayerSheet, *, first: bool) -> str:
        c, h, w = layer.shape
        high, wide = layer.field.size
        sees = say("explain.page_whole") if layer.field.whole else say("explain.page_field", h=high, w=wide)
        told = f"{say('explain.page_shape', channels=c, h=h, w=w)} · {sees}"
        channels = "".join(self._channel(sheet) for sheet in layer.channels)
        return (
            f'<details class="layer"{" open" if first else ""}><summary><code>{escape(layer.name)}</code> '
            f'<span class="soft">{escape(told)}</span></summary><div class="channels">{channels}</div></details>'
        )

    def _channel(self, sheet: ChannelSheet) -> str:
        name = say("explain.page_channel", channel=sheet.channel)
        patches = self._sheet(sheet.patches, say("explain.page_patches", channel=sheet.channel))
        inside = ""
        if sheet.reconstructions is not None:
            told = say("explain.page_back")
            inside += _figure(self._sheet(sheet.reconstructions, told, signs=True), told)
        if sheet.maximised is not None:
            told = say("explain.page_made")
            inside += _figure(self._made(sheet.maximised, told), told)
        mean = f'<span class="soft">{sum(sheet.values) / len(sheet.values):.3g}</span>' if sheet.values else ""
        summary = f"<summary>{patches}<span>{escape(name)}</span>{mean}</summary>"
        return f'<details class="channel">{summary}<div class="more">{inside}</div></details>'

    def _sheet(self, pictures: Tensor, alt: str, *, signs: bool = False) -> str:
        """Pictures (m, c, h, w) uint8 as one, nearly square; of signed values around one half, anew to their range."""
        values = pictures / 255
        small = max(values.shape[-2:]) <= SMALL
        values = _enlarged(values) if small else _resized(values, self.side)
        sheet = grid(signed(values - ZERO) if signs else values, padding=2, fill=PAPER)
        return _image(_address(sheet, None if small else self.quality), alt, sheet, dots=small)

    def _made(self, picture: Tensor, alt: str) -> str:
        values = picture[None] / 255
        small = max(values.shape[-2:]) <= SMALL
        if not small:
            values = _resized(values, min(MADE * self.side, max(values.shape[-2:])))
        return _image(_address(values[0], None if small else self.quality), alt, values[0], dots=small)


def _resized(values: Tensor, side: int) -> Tensor:
    """(n, c, h, w) with `side` pixels along the longer side."""
    h, w = values.shape[-2:]
    size = (max(1, round(h * side / max(h, w))), max(1, round(w * side / max(h, w))))
    return F.interpolate(values, size, mode="bilinear", antialias=True).clamp(0, 1)


def _figure(picture: str, told: str) -> str:
    return f"<figure>{picture}<figcaption>{escape(told)}</figcaption></figure>"


def _enlarged(values: Tensor) -> Tensor:
    """(n, c, h, w) with each pixel repeated, so that gaps between pictures are thin beside them."""
    times = max(1, round(SMALL / max(values.shape[-2:])))
    return values.repeat_interleave(times, 2).repeat_interleave(times, 3)


def _image(address: str, alt: str, picture: Tensor, *, dots: bool) -> str:
    h, w = picture.shape[-2:]
    style = ' class="dots"' if dots else ""
    return f'<img{style} alt="{escape(alt)}" width="{w}" height="{h}" loading="lazy" src="{address}">'


def _address(picture: Tensor, quality: int | None) -> str:
    """(c, h, w) in [0, 1] as a data address: PNG, or WebP of that quality."""
    pixels = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels))
    out = io.BytesIO()
    if quality is None:
        image.save(out, "PNG", optimize=True)
    else:
        image.save(out, "WEBP", quality=quality, method=4)
    kind = "png" if quality is None else "webp"
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"


OWN_STYLE = """
.soft{color:var(--soft);font-size:.85rem}
.bar{display:flex;justify-content:space-between;align-items:baseline;gap:1rem}
button{font:inherit;font-size:.85rem;font-weight:400;color:var(--ink);background:var(--panel);border:1px solid
var(--edge);border-radius:.4rem;padding:.2rem .7rem;cursor:pointer}
summary{cursor:pointer;border-radius:.4rem}
summary:focus-visible,button:focus-visible{outline:2px solid var(--mean);outline-offset:2px}
.layer{border-bottom:1px solid var(--edge)}
.layer>summary{padding:.6rem .2rem;overflow-wrap:anywhere}.layer>summary code{font-weight:600;margin-right:.5rem}
.channels{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.8rem;padding:.2rem 0 1.2rem;
align-items:start}
.channel{background:var(--panel);border-radius:.5rem;padding:.6rem}
.channel>summary{list-style:none;display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;
gap:.2rem .5rem;font-size:.9rem}
.channel>summary::-webkit-details-marker{display:none}
.channel>summary>span:first-of-type::before{content:"▸ ";color:var(--soft)}
.channel[open]>summary>span:first-of-type::before{content:"▾ "}
.channel img{width:100%;height:auto;display:block;border-radius:.25rem}.dots{image-rendering:pixelated}
.channel[open]{grid-column:1/-1;display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2fr);gap:.8rem}
.more{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.8rem}
.more figcaption{font-weight:400;font-size:.85rem;color:var(--soft);margin-top:.2rem}
.filters{background:var(--panel);border-radius:.5rem;padding:.8rem}
.filters img{max-width:100%;height:auto;display:block}
@media (max-width:30rem){.channels{grid-template-columns:repeat(2,minmax(0,1fr))}
.channel[open]{display:block}.more{margin-top:.6rem}}
"""

SCRIPT = """
const button=document.getElementById("all"),parts=[...document.querySelectorAll("details")],open=button.textContent;
button.addEventListener("click",()=>{const close=button.textContent!==open;for(const part of parts)part.open=!close;
button.textContent=close?open:button.dataset.close});
"""
