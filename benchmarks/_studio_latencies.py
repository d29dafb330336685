"""How long a person waits for what they asked to see, while a GAN trains beside."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from opened import Studio, Visitor, browser
from tiny import sources

import makebelieve as mb

TRIES, OPENED = 5, 20
Walk = Callable[[Visitor, int], None]


# -------------------------------------------------------------------- the first page


def first(folder: Path, _args: argparse.Namespace) -> None:
    """Prints how long the command takes to answer, and the first page to be usable, each for a new browser profile."""
    starts, usable = [], []
    with browser() as opened:
        for number in range(3):
            with Studio(folder / f"runs-{number}", log=folder / "log") as studio:
                starts.append(studio.seconds)
        with Studio(folder / "runs", log=folder / "log") as studio:
            for _ in range(OPENED):
                visitor = Visitor(opened, studio)
                page = visitor.enter()
                visitor.wait("() => performance.getEntriesByName('mb:usable').length")
                usable.append(page.evaluate("performance.getEntriesByName('mb:usable')[0].startTime"))
                visitor.close()
    tell("command to address", [1e3 * one for one in starts])
    tell("address to usable page", usable, 1000)


# -------------------------------------------------------------------- while a run trains


def latencies(folder: Path, args: argparse.Namespace) -> None:
    """Prints p50 and p95 of each thing that the page lets one do, with what it should stay under."""
    runs = folder / "runs"
    made(runs, sources(folder / "files"))
    with Studio(runs, log=folder / "log", OMP_NUM_THREADS=str(args.threads)) as studio, browser() as opened:
        visitor = Visitor(opened, studio)
        visitor.enter()
        live = tries(visitor)
        for label, name, bar, path, walk in WALKS:
            run = live if path == "live" else path and visitor.run(path)
            visitor.goto(f"/runs/{run}" if path == "live" else f"/explore/{run}")
            visitor.page.locator("main h1").wait_for()
            visitor.quiet()
            visitor.page.evaluate("performance.clearMeasures()")
            walk(visitor, args.times)
            visitor.quiet()
            tell(
                label, visitor.page.evaluate(f"performance.getEntriesByName({name!r}).map((one) => one.duration)"), bar
            )
        state = visitor.api(f"/api/runs/{live}")
        print(f"  meanwhile the GAN trained at {state['rate']:.2f} steps/s ({state['state']})")
        for fault in visitor.faults:
            print("  fault:", fault)


def made(runs: Path, files: Path) -> None:
    """Runs with networks of the usual size; how much they have learned does not matter here."""
    pictures = mb.images("mnist-5k")
    small: dict[str, Any] = {"device": "cpu"}
    mb.vae(pictures, latent=2, run=runs / "vae-001", **small).fit(steps=3)
    mb.vae(pictures, latent=16, run=runs / "vae-016", **small).fit(steps=3)
    mb.gan(pictures, run=runs / "gan-001", **small).fit(steps=3)
    mb.classifier(pictures, run=runs / "classifier-001", **small).fit(steps=3)
    text = mb.text("python-docs")
    mb.language_model(text, hidden=128, run=runs / "language_model-001", **small).fit(steps=3)
    mb.recommender(mb.ratings("synthetic"), run=runs / "recommender-001", **small).fit(1)
    sales = mb.series(str(files / "sales.csv"), target="sold", past=14, ahead=7)
    mb.forecaster(sales, "lstm", run=runs / "forecaster-001", **small).fit(steps=20)


def tries(visitor: Visitor) -> str:
    """Clicks "try it" on the GAN's card so often; then starts the same for longer, which is what trains meanwhile."""
    opened, walls = [], []
    for _ in range(TRIES):
        visitor.goto("/")
        button = visitor.page.locator("[data-system=gan] button.main.try")
        button.wait_for()
        visitor.quiet(2.0)  # a warm worker stands by
        seconds = visitor.page.evaluate(CLICK, "[data-system=gan] button.main.try")
        opened.append(seconds[0])
        walls.append(seconds[1])
        run = visitor.page.url.rpartition("/")[2].partition("?")[0]
        visitor.api(f"/api/runs/{run}/control", {"do": "stop"})
        visitor.until(lambda run=run: visitor.api(f"/api/runs/{run}")["state"] in ("stopped", "done"))
    tell("try it: the run's page", opened, 200)
    tell("try it: the first wall", walls, 3000)
    data = {"door": "images", "arguments": {"source": "mnist-5k"}}
    asked = {"system": "gan", "data": data, "options": {}, "fit": {"minutes": 60}}
    return str(visitor.api("/api/runs", asked)["id"])


CLICK = """async (selector) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
    const start = performance.now();
    document.querySelector(selector).click();
    let now = start;
    while (!document.querySelector(".run-page")) now = await frame();
    const page = now - start;
    while (!(document.querySelector(".run-frame img")?.naturalWidth > 0) && now - start < 60000) now = await frame();
    return [page, now - start];
}"""


def tell(label: str, milliseconds: list[float], bar: float | None = None) -> None:
    if not milliseconds:
        print(f"  {label:<28} nothing was measured")
        return
    p95 = statistics.quantiles(milliseconds, n=20)[18] if len(milliseconds) > 1 else milliseconds[0]
    p95 = min(p95, max(milliseconds))
    within = "" if bar is None else f"   bar {bar:.0f} ms: {'within' if p95 <= bar else 'NOT within'}"
    median = statistics.median(milliseconds)
    print(f"  {label:<28} p50 {median:8.1f} ms   p95 {p95:8.1f} ms   n {len(milliseconds):4d}{within}", flush=True)


# -------------------------------------------------------------------- what is done


def _keys(selector: str, *keys: str) -> Walk:
    def walk(visitor: Visitor, times: int) -> None:
        place = visitor.page.locator(selector).first
        for i in range(times):
            place.press(keys[i // 8 % len(keys)])
            visitor.page.wait_for_timeout(60)

    return walk


def _plane(visitor: Visitor, times: int) -> None:
    box = visitor.page.locator("canvas.plane").bounding_box()
    for i in range(times):
        share = i / times
        visitor.page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * (0.2 + 0.6 * (i % 7) / 7))
        visitor.page.wait_for_timeout(60)


def _draw(visitor: Visitor, times: int) -> None:
    box = visitor.page.locator("canvas").last.bounding_box()
    mouse = visitor.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.15)
    mouse.down()
    for i in range(times):
        mouse.move(
            box["x"] + box["width"] * (0.5 + 0.25 * (i % 5) / 5), box["y"] + box["height"] * (0.15 + 0.7 * i / times)
        )
        visitor.page.wait_for_timeout(60)
    mouse.up()


def _sum(visitor: Visitor, times: int) -> None:
    visitor.page.get_by_role("button", name="a − b + c").click()
    tiles = visitor.page.locator(".tile img[role=button]")
    for i in range(times + 2):
        tiles.nth(i % 16).press("Enter")
        visitor.page.wait_for_timeout(120)


def _stars(visitor: Visitor, times: int) -> None:
    for i in range(times):
        visitor.page.locator(".stars").nth(i % 10).locator("button").nth(i * 3 % 5).click()
        visitor.page.wait_for_timeout(150)


def _pauses(visitor: Visitor, times: int) -> None:
    path = "/api/runs/" + visitor.page.url.rpartition("/")[2].partition("?")[0]
    visitor.until(lambda: (visitor.api(path)["pulse"] or {}).get("step"))
    for i in range(times // 2):
        visitor.page.get_by_role("button", name="Go on" if i % 2 else "Pause", exact=True).click()
        visitor.page.wait_for_timeout(700)
    if times // 2 % 2:
        visitor.page.get_by_role("button", name="Go on", exact=True).click()


SCRUBBER = "input[aria-label='Moment of the run']"
WALKS: tuple[tuple[str, str, float, str, Walk], ...] = (
    ("pause, go on", "mb:control", 200, "live", _pauses),
    ("scrubber, all together", "mb:scrub", 50, "live", _keys(SCRUBBER, "ArrowLeft", "ArrowRight")),
    ("latent plane", "mb:plane", 50, "vae-001", _plane),
    ("sliders of 16 dimensions", "mb:slider", 50, "vae-016", _keys(".space .slider input", "ArrowRight", "ArrowLeft")),
    ("a − b + c, VAE", "mb:arithmetic", 100, "vae-001", _sum),
    ("a − b + c, GAN", "mb:arithmetic", 100, "gan-001", _sum),
    ("temperature", "mb:temperature", 16, "language_model-001", _keys(".slider input", "ArrowRight", "ArrowLeft")),
    ("bars after a stroke", "mb:bars", 100, "classifier-001", _draw),
    ("stars", "mb:stars", 200, "recommender-001", _stars),
    ("start of the forecast", "mb:forecast", 100, "forecaster-001", _keys("canvas.fan", "ArrowLeft", "ArrowRight")),
)
