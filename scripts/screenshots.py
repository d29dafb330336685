"""Every page of the studio in both languages, both themes, 1280 pixels wide and on a phone, into a folder.

    python scripts/screenshots.py FOLDER [--runs RUNS] [--only PART …] [--no-training]

Without `--runs` tiny runs of every system are made first. `contact.png` shows all of them small, `sheet-PAGE.png` those
of one page. Ends with status 1 where a page wrote errors to its console, and says which. Hangul needs a font.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "studio"))

from opened import PHONE, WIDE, Studio, Visitor, browser

WITH_RUNS, WITH_LAYERS = ("gan", "language_model", "forecaster"), ("classifier", "gan")  # others look alike
LANGUAGES, THEMES, WIDTHS = ("en", "ko"), ("light", "dark"), {"wide": WIDE, "phone": PHONE}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=Path, help="folder of runs to show")
    parser.add_argument("--only", nargs="+", help="pages whose name holds one of these")
    parser.add_argument("--no-training", action="store_true", help="start no training for the pages to show")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        runs = args.runs or tiny_runs(place)
        with Studio(runs, log=place / "log") as studio, browser() as opened:
            return shoot(opened, studio, args.folder, args.only, training=not args.no_training)


def tiny_runs(place: Path) -> Path:
    from tiny import make, sources

    make(place / "runs", sources(place / "files"))
    return place / "runs"


def shoot(opened: Any, studio: Studio, folder: Path, only: list[str] | None, *, training: bool) -> int:
    if training:
        start_training(opened, studio)
    faults: list[str] = []
    shots: dict[str, dict[str, Path]] = {}
    visitors = {
        (language, theme, width): arrived(opened, studio, language, theme, width)
        for language, theme, width in product(LANGUAGES, THEMES, WIDTHS)
    }
    for name, path in pages(next(iter(visitors.values())).runs()).items():  # what was loaded for a page serves all
        if only and not any(part in name for part in only):
            continue
        for (language, theme, width), visitor in visitors.items():
            visitor.faults.clear()
            visitor.goto(path)
            visitor.quiet()
            if clipped := overflow(visitor.page):
                visitor.faults.append(f"wider than the screen by {clipped} px")
            file = folder / f"{name}-{language}-{theme}-{width}.png"
            visitor.page.screenshot(path=file, full_page=True)
            shots.setdefault(name, {})[f"{language} {theme} {width}"] = file
            faults += [f"{file.name}: {fault}" for fault in visitor.faults]
            visitor.page.goto("about:blank")
    for name, files in shots.items():
        sheet({name: files}, 480, 1400).save(folder / f"sheet-{name}.png")
    sheet(shots, 200, 300).save(folder / "contact.png")
    print(f"{sum(map(len, shots.values()))} pictures of {len(shots)} pages in {folder}")
    print("\n".join(faults) or "no page complained")
    return int(bool(faults))


def arrived(opened: Any, studio: Studio, language: str, theme: str, width: str) -> Visitor:
    visitor = Visitor(opened, studio, viewport=WIDTHS[width], has_touch=width == "phone", locale=language)
    chosen = f"localStorage.setItem('language', '{language}'); localStorage.setItem('theme', '{theme}');"
    visitor.context.add_init_script(f"if (location.protocol === 'http:') {{ {chosen} }}")
    visitor.enter()
    return visitor


def start_training(opened: Any, studio: Studio) -> None:
    visitor = Visitor(opened, studio)
    visitor.enter()
    systems = visitor.api("/api/systems")
    gan = next(one for one in systems if one["name"] == "gan")
    asked = {**gan["try"][0], "fit": {"minutes": 30}}
    answer = visitor.api("/api/runs", {"system": "gan", **asked})
    while visitor.api(f"/api/runs/{answer['id']}")["step"] in (None, 0):
        time.sleep(0.5)
    visitor.close()


def pages(runs: list[dict[str, Any]]) -> dict[str, str]:
    """Paths by the names of their files."""
    found = {"gallery": "/", "data": "/data"}
    found["compare"] = "/compare?ids=" + ",".join(run["id"] for run in runs if run["system"] in ("gan", "vae"))
    shown = set()
    for run in runs:
        system = run["system"]
        if run["state"] == "running":
            found["run-live"] = f"/runs/{run['id']}"
        elif system not in shown:
            shown.add(system)
            found[f"explore-{system}"] = f"/explore/{run['id']}"
            if system in WITH_RUNS:
                found[f"run-{system}"] = f"/runs/{run['id']}"
            if system in WITH_LAYERS:
                found[f"layers-{system}"] = f"/layers/{run['id']}"
    return found


def overflow(page: Any) -> int:
    """Pixels by which the page can be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def sheet(shots: dict[str, dict[str, Path]], width: int, height: int) -> Image.Image:
    """A row a page, each picture as wide as told and cut below the height."""
    gap, head = 8, 16
    columns = max(map(len, shots.values()), default=0)
    whole = Image.new("RGB", (columns * (width + gap), len(shots) * (height + gap + head)), "white")
    draw = ImageDraw.Draw(whole)
    for row, (name, files) in enumerate(shots.items()):
        for column, (what, file) in enumerate(files.items()):
            x, y = column * (width + gap), row * (height + gap + head)
            with Image.open(file) as picture:
                small = picture.convert("RGB").resize((width, max(1, round(picture.height * width / picture.width))))
            whole.paste(small.crop((0, 0, width, min(height, small.height))), (x, y + head))
            draw.text((x + 2, y + 2), f"{name} {what}", fill="black")
    return whole


if __name__ == "__main__":
    sys.exit(main())
