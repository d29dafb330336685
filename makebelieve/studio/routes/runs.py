"""`/api/runs`: what is trained, what has been, and what is asked of it."""

from __future__ import annotations

import math
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import FileResponse, JSONResponse, Response

from makebelieve.report.evaluations import read_evaluations
from makebelieve.studio.code import code_of, code_to_resume
from makebelieve.studio.control import LIVE
from makebelieve.studio.folders import Folders
from makebelieve.studio.house import House, Known
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.orders import Shelf, read_order
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.systems import SYSTEMS
from makebelieve.studio.tail import read_lines, samples_of

DEEP = 64  # JSON in JSON of an answer
MOST_RECORDS = 20_000  # of one answer; `next` says where to go on
ASKED = ("steps", "players", "seconds", "epochs", "minutes")  # of a control
LAST = 10**18  # step
TYPES = {"png": "image/png", "txt": "text/plain; charset=utf-8"}  # of what a run draws or writes
FRESH = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}  # whose address changes with the content


def router(house: House, jobs: Jobs, uploads: Shelf, folders: Folders) -> APIRouter:
    """The routes.

    Args:
        house: who knows the runs.
        jobs: who trains them.
        uploads: what may be trained on.
        folders: likewise.
    """
    routes = APIRouter(prefix="/api")

    @routes.get("/runs")
    def runs() -> Response:
        return _sent({"runs": house.listing()})

    @routes.post("/runs")
    def create(asked: Annotated[dict[str, Any], Body()]) -> Response:
        return _sent({"id": jobs.create(read_order(asked, house, uploads, folders))}, 202)

    @routes.get("/runs/{name}")
    def run(name: str) -> Response:
        return _sent(_told(house, house.known(name)))

    @routes.post("/runs/{name}/control")
    def control(name: str, asked: Annotated[dict[str, Any], Body()]) -> Response:
        values = {key: asked[key] for key in ASKED if key in asked}
        return _sent({"n": jobs.ask(name, asked.get("do"), **values)})

    _files(routes, house)
    return routes


def _files(routes: APIRouter, house: House) -> None:
    """What lies in the folders of runs."""

    @routes.get("/runs/{name}/history")
    def history(name: str, start: Annotated[int, Query(alias="from")] = 0) -> Response:
        return _sent(_history(house.known(name), start))

    @routes.get("/runs/{name}/samples")
    def samples(name: str) -> Response:
        found = samples_of(house.folder(name) / "samples")
        return _sent([{"step": one.step, "kind": one.kind, "url": one.url(name)} for one in found])

    @routes.get("/runs/{name}/samples/{step}.{kind}")
    def sample(name: str, step: int, kind: str) -> Response:
        if kind not in TYPES or not 0 <= step < LAST:
            raise Refusal(404, "studio.no_sample")
        return _file(house.folder(name) / "samples" / f"step-{step:08d}.{kind}", TYPES[kind], KEPT)

    @routes.get("/runs/{name}/live.{kind}")
    def live(name: str, kind: str) -> Response:
        job = house.known(name).job
        if job is None or kind not in TYPES:
            raise Refusal(404, "studio.no_sample")
        return _file((job / LIVE).with_suffix(f".{kind}"), TYPES[kind], KEPT)

    @routes.get("/runs/{name}/picture.png")
    def picture(name: str) -> Response:
        return _file(house.folder(name) / "picture.png", "image/png", FRESH)

    @routes.get("/runs/{name}/code")
    def code(name: str) -> Response:
        known = house.known(name)
        job, path = house.job(known), f"runs/{known.path.name}"
        ours = bool(job) and not job.get("elsewhere") and job.get("system") in SYSTEMS
        return _sent({"code": code_of(job, path) if ours else code_to_resume(path)})

    @routes.get("/runs/{name}/figures")
    def figures(name: str) -> Response:
        return _sent({"figures": [one.state() for one in read_evaluations(house.folder(name))]})


def _told(house: House, known: Known) -> dict[str, Any]:
    job, control = house.job(known), house.control(known)
    return {
        **house.facts(known.id),
        "config": house.config(known) or None,
        "players": house.pulse(known).get("players") or [],
        "control": {"n": control.n, "paused": control.paused, "only": control.only, "slow": control.slow,
                    "stop": control.stop},
        "pulse": house.pulse(known) or None,
        "job": {key: job.get(key) for key in ("system", "data", "options", "fit", "more", "state")} if job else None,
        "can": house.can(known),
    }  # fmt: skip


def _history(run: Known, start: int) -> dict[str, Any]:
    """Records of a history from index `start` on, and the clock's lines that go with them."""
    start = max(0, start)
    records = [record for record, _ in islice(read_lines(run.path / "history.jsonl", start), MOST_RECORDS)]
    steps = [record["step"] for record in records if isinstance(record.get("step"), int)]
    first, last = (min(steps), max(steps)) if steps else (0, -1)
    clock = [
        tick
        for tick, _ in read_lines(run.path / "clock.jsonl")
        if isinstance(tick.get("step"), int) and first <= tick["step"] <= last
    ]
    return {"records": records, "clock": clock, "next": start + len(records)}


def _file(path: Path, kind: str, headers: dict[str, str]) -> Response:
    """A file of a run.

    Raises:
        Refusal: 404, it is not there, or lies elsewhere.
    """
    if path.resolve() != path or not path.is_file():
        raise Refusal(404, "studio.no_sample")
    return FileResponse(path, media_type=kind, headers=headers)


def _sent(value: Any, status: int = 200) -> Response:
    return JSONResponse(_finite(value), status, FRESH)


def _finite(value: Any, deep: int = DEEP) -> Any:
    """The same for JSON, which has no infinity and no NaN: their names stand for them; what is too deep is null."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(one, deep - 1) for key, one in value.items()} if deep else None
    if isinstance(value, list | tuple):
        return [_finite(one, deep - 1) for one in value] if deep else None
    return value
