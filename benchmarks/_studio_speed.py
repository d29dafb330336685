"""Training started from the page, watched by it, against the same lines in a program of their own."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from opened import Studio, Visitor, browser

DATA = {"source": "mnist-5k", "size": 32}
PROGRAM = """
import sys
import makebelieve as mb
learn = mb.gan(mb.images("mnist-5k", size=32), run=sys.argv[1])
learn.fit(steps=int(sys.argv[2]))
"""


def speed(folder: Path, args: argparse.Namespace) -> None:
    """Prints steps a second of both, as medians of rounds in turns, and the median of the rounds' ratios."""
    env = {"OMP_NUM_THREADS": str(args.threads)}
    rates: dict[str, list[float]] = {"page": [], "Python": []}
    with Studio(folder / "runs", log=folder / "log", **env) as studio, browser() as opened:
        visitor = Visitor(opened, studio)
        visitor.enter()
        for turn in range(args.rounds):
            for where in ("page", "Python") if turn % 2 else ("Python", "page"):
                run = folder / "alone" / f"{turn}"
                if where == "page":
                    run = folder / "runs" / _from_page(visitor, args.steps)
                else:
                    visitor.page.goto("about:blank")
                    words = [sys.executable, "-c", PROGRAM, str(run), str(args.steps)]
                    subprocess.run(words, env={**os.environ, **env}, check=True, stderr=subprocess.DEVNULL)
                rates[where].append(rate(run))
                print(f"  round {turn + 1}, {where}: {rates[where][-1]:.3f} steps/s", flush=True)
    ratios = [page / alone for page, alone in zip(rates["page"], rates["Python"], strict=True)]
    print(f"DCGAN, mnist-5k at 32 × 32, {args.steps} steps, threads of torch: {args.threads}")
    for where, found in rates.items():
        print(f"  {where}: {statistics.median(found):.3f} steps/s")
    print(f"  page over Python: {statistics.median(ratios):.3f} ({min(ratios):.3f} … {max(ratios):.3f})")


def _from_page(visitor: Visitor, steps: int) -> str:
    """Trains while the run's page is open; the name of the run's folder."""
    visitor.goto("/")
    asked: dict[str, Any] = {"system": "gan", "data": {"door": "images", "arguments": DATA}, "options": {}}
    run = visitor.api("/api/runs", {**asked, "fit": {"steps": steps}})["id"]
    visitor.goto(f"/runs/{run}")
    visitor.until(lambda: visitor.api(f"/api/runs/{run}")["state"] in ("done", "failed"), every=2)
    found = visitor.api(f"/api/runs/{run}")
    if found["state"] != "done":
        raise SystemExit(str(found["error"]))
    return str(found["name"])


def rate(run: Path) -> float:
    """Steps a second after the first window of a run, by its own clock."""
    clock = [json.loads(line) for line in (run / "clock.jsonl").read_text().splitlines()]
    first, last = clock[0], clock[-1]
    return float((last["step"] - first["step"]) / (last["seconds"] - first["seconds"]))
