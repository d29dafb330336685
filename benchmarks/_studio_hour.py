"""An hour of live curves, told in minutes: what the browser and the server hold of it at the start and at the end."""

from __future__ import annotations

import argparse
import io
import json
import math
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from filelock import FileLock
from opened import Studio, Visitor, browser
from PIL import Image
from tiny import make, sources

from makebelieve.studio.folders import opaque

HOUR = 3600
STEPS = 50  # a second of the told hour: a record of history and of the clock each second
PULSES, SAMPLE = 4, 60  # pulses a second; seconds between two walls


def hour(folder: Path, args: argparse.Namespace) -> None:
    """Prints heap, nodes and listeners of the page and resident memory of the server over an hour of one run."""
    make(folder / "made", sources(folder / "files"))
    run = folder / "runs" / "gan-001"
    shutil.copytree(folder / "made" / "gan-001", run)
    trainer = Told(run, args.minutes * 60)
    trainer.lock.acquire()  # as the trainer of this run
    with Studio(folder / "runs", log=folder / "log") as studio, browser() as opened:
        visitor = Visitor(opened, studio)
        visitor.enter()
        visitor.goto(f"/runs/{visitor.run('gan-001')}")
        visitor.page.wait_for_timeout(3000)
        feed(trainer, visitor, studio)
        trainer.lock.release()


def feed(trainer: Told, visitor: Visitor, studio: Studio) -> None:
    print(
        f"  {HOUR} records, {HOUR} of the clock, {HOUR * PULSES} pulses and {HOUR // SAMPLE} walls of 512 × 512"
        f" in {trainer.seconds:.0f} s: {HOUR / trainer.seconds:.0f} times as fast as they come"
    )
    print(f"  {'minute':>8} {'page heap MiB':>14} {'nodes':>8} {'listeners':>10} {'server MiB':>11} {'records':>8}")
    thread = threading.Thread(target=trainer.tell)
    thread.start()
    tabs = visitor.context.new_cdp_session(visitor.page)
    tabs.send("Performance.enable")
    told = -1
    while thread.is_alive() or told < HOUR:
        if trainer.told >= told + HOUR // 12 or not thread.is_alive():
            told = trainer.told
            if not thread.is_alive():
                visitor.page.wait_for_timeout(2000)
            line(told, tabs, studio)
            if not thread.is_alive():
                break
        visitor.page.wait_for_timeout(200)
    print("  the page says:", visitor.page.locator(".run-told").first.inner_text())
    for fault in visitor.faults:
        print("  fault:", fault)


def line(told: int, tabs: Any, studio: Studio) -> None:
    tabs.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in tabs.send("Performance.getMetrics")["metrics"]}
    print(
        f"  {told / 60:8.0f} {found['JSHeapUsedSize'] / 2**20:14.2f} {found['Nodes']:8.0f}"
        f" {found['JSEventListeners']:10.0f} {resident(studio.process.pid):11.1f} {told:8d}",
        flush=True,
    )


def resident(process: int) -> float:
    """MiB of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(row for row in status.splitlines() if row.startswith("VmRSS")).split()[1]) / 1024


class Told:
    """Writes into a run's files, and into its job's, what an hour of training would, in so many seconds."""

    def __init__(self, run: Path, seconds: float) -> None:
        self.run, self.seconds, self.told = run, seconds, 0
        self.first = sum(1 for _ in (run / "history.jsonl").open())
        self.step = json.loads((run / "clock.jsonl").read_text().splitlines()[-1])["step"]
        with Image.open(max((run / "samples").glob("*.png"))) as picture:
            file = io.BytesIO()
            picture.resize((512, 512)).save(file, "PNG")
        self.wall = file.getvalue()
        self.job = self._job()
        self.lock = FileLock(self.job / "lock")

    def _job(self) -> Path:
        job = self.run.parent / ".studio" / "jobs" / opaque(self.run)
        job.mkdir(parents=True)
        told = {
            "id": job.name, "system": "gan", "data": {"door": "images", "arguments": {"source": "digits"}},
            "options": {}, "fit": {"minutes": 60}, "run": self.run.name, "state": "running",
            "created": time.time(), "error": None,
        }  # fmt: skip
        (job / "job.json").write_text(json.dumps(told))
        return job

    def tell(self) -> None:
        start = time.monotonic()
        for second in range(1, HOUR + 1):
            for part in range(PULSES):
                self._pulse(second + part / PULSES)
                due = start + self.seconds * (second - 1 + (part + 1) / PULSES) / HOUR
                time.sleep(max(0.0, due - time.monotonic()))
            self._record(second)
            self.told = second

    def _record(self, second: int) -> None:
        step = self.step + second * STEPS
        losses = self._losses(second)
        _append(self.run / "history.jsonl", {"kind": "steps", "step": step, "epoch": 1 + step // 400, **losses})
        _append(self.run / "clock.jsonl", {"step": step, "seconds": second})
        if second % SAMPLE == 0:
            (self.run / "samples" / f"step-{step:08d}.png").write_bytes(self.wall)

    def _losses(self, second: float) -> dict[str, float]:
        return {"critic": 1.4 + 0.3 * math.sin(second / 50), "generator": 0.6 + 0.3 * math.cos(second / 70)}

    def _pulse(self, second: float) -> None:
        step = self.step + int(second * STEPS)
        pulse = {
            "n": 0, "state": "training", "step": step, "total": None, "seconds": second, "rate": float(STEPS),
            "left": HOUR - second, "losses": self._losses(second), "learning": ["critic", "generator"],
            "players": ["critic", "generator"], "wall": 0,
        }  # fmt: skip
        temporary = self.job / "pulse.tmp"
        temporary.write_text(json.dumps(pulse))
        temporary.replace(self.job / "pulse.json")


def _append(file: Path, record: dict[str, Any]) -> None:
    with file.open("a") as out:
        out.write(json.dumps(record) + "\n")
