"""Runs and jobs of another hand, in a folder that is shared or came in an archive: what they may not do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from makebelieve.errors import OptionError
from makebelieve.studio import jobs as room
from makebelieve.studio import trainer
from makebelieve.studio.control import Control, read_json
from makebelieve.studio.folders import Folders, opaque
from makebelieve.studio.house import House
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.routes.art import packed
from makebelieve.studio.routes.runs import router
from makebelieve.studio.uploads import Uploads

JOB = {"system": "dream", "data": None, "options": {}, "fit": {}, "state": "interrupted", "created": 1.0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "runs").mkdir()
    return (tmp_path / "runs").resolve()


def forged(root: Path, run: str, **more: Any) -> Path:
    """A job that some other hand wrote, called as the folder that it names."""
    folder = root / ".studio" / "jobs" / opaque(root / run)
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps({**JOB, "id": folder.name, "run": run, **more}))
    return folder


def made(root: Path, name: str = "gan-001", config: Any = None) -> Path:
    run = root / name
    run.mkdir(parents=True)
    (run / "config.json").write_text(json.dumps({"system": "gan"} if config is None else config))
    return run


# ---------------------------------------------------------------- jobs that lead elsewhere


@pytest.mark.parametrize("run", ["../precious", "{precious}", "link", "gan-001/../../precious"])
def test_a_job_that_leads_elsewhere_is_none(root: Path, run: str) -> None:
    precious = root.parent / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear")
    (root / "link").symlink_to(precious)
    (root / "gan-001").mkdir()
    folder = forged(root, run.format(precious=precious))
    assert House(root).all() == []
    trainer.tell_state(folder, "starting")
    with pytest.raises(OptionError):  # not even where a server had sent it
        trainer._train(folder, read_json(folder / "job.json") or {})
    assert (precious / "letter.txt").read_text() == "dear"


def test_what_was_made_elsewhere_goes_on_where_the_studio_may_be(root: Path) -> None:
    other = made(root.parent / "others")
    forged(root, str(other), elsewhere=True)
    assert House(root).all() == []
    assert [run.path for run in House(root, [other.parent]).all()] == [other]


@pytest.mark.parametrize(
    "change",
    [{"data": {"door": "load", "arguments": {}}}, {"options": {"callbacks": []}}, {"options": {"recipe": "__doc__"}}],
)
def test_a_job_takes_what_a_page_can_order(root: Path, change: dict[str, Any]) -> None:
    job = {"system": "gan", "data": {"door": "images", "arguments": {"source": "digits"}}, "options": {}, **change}
    with pytest.raises(OptionError):
        trainer._learner(job, root / "gan-001", None)  # type: ignore[arg-type]


@pytest.mark.parametrize("pid", [-1, 0, 1, True])
def test_no_signal_goes_to_many(root: Path, pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(room.os, "kill", lambda who, _what: sent.append(who))
    monkeypatch.setattr(room, "is_held", lambda _folder: True)
    folder = forged(root, "gan-001", pid=pid)
    Jobs(House(root), None)._signal(folder.name)  # type: ignore[arg-type]
    assert sent == []


# ---------------------------------------------------------------- files that are none


@pytest.mark.parametrize("name", ["history.jsonl", "clock.jsonl", "evaluation.json", "samples", "checkpoints"])
def test_a_run_with_a_pipe_or_a_link_in_it_is_none(root: Path, name: str) -> None:
    made(root, "good")
    os.mkfifo(made(root, "pipe") / name)
    (made(root, "device") / name).symlink_to("/dev/zero")
    (made(root, "link") / name).symlink_to(root.parent)
    house = House(root)
    assert [run.path.name for run in house.all()] == ["good"]
    with pytest.raises(Refusal):
        house.folder(opaque(root / "pipe"))


def test_a_run_with_a_file_that_never_ends_is_none(root: Path) -> None:
    with (made(root) / "history.jsonl").open("wb") as file:
        file.truncate(1 << 40)  # takes no place on the disk
    assert House(root).all() == []


def test_pipes_and_links_among_jobs_are_not_read(root: Path) -> None:
    folder = root / ".studio" / "jobs" / "0123456789abcdef"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "job.json")
    (folder / "pulse.json").symlink_to("/dev/zero")
    assert read_json(folder / "job.json") is None
    assert read_json(folder / "pulse.json") is None


@pytest.mark.parametrize("name", ["step-00000001.png", "step-00000002.txt"])
def test_a_sample_that_is_a_link_is_not_sent(root: Path, name: str) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from makebelieve.studio.refusals import add_handlers

    secret = root.parent / "secret"
    secret.write_bytes(b"secret")
    run = made(root)
    (run / "samples").mkdir()
    (run / "samples" / name).symlink_to(secret)
    house, app = House(root), FastAPI()
    add_handlers(app)
    app.include_router(router(house, Jobs(house, None), Uploads(root / "u"), Folders()))  # type: ignore[arg-type]
    with TestClient(app) as client:
        step, kind = name.removeprefix("step-").split(".")
        base = f"/api/runs/{opaque(run)}"
        assert client.get(f"{base}/samples/{int(step)}.{kind}").status_code == 404
        assert client.get(f"{base}/samples/{'9' * 300}.png").status_code == 404
        assert client.post(f"{base}/control", json={"do": "pause", "self": 1}).status_code == 409


# ---------------------------------------------------------------- content that is none

ODD: list[Any] = ["x", 5, [1], {"facts": [], "rebuild": 3}, {"facts": {"name": {}}}, {"facts": {"name": "n" * 9999}}]


@pytest.mark.parametrize("odd", ODD)
def test_odd_content_hides_no_other_run(root: Path, odd: Any) -> None:
    made(root, "good")
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    run = made(root, "odd", {"data": odd, "system": odd, "recipe": deep})
    newest = run / "checkpoints" / "step-0000000001-000001"
    newest.mkdir(parents=True)
    plan = {"until": odd, "seconds": odd, "spent": odd, "reached": odd}
    (newest / "state.json").write_text(json.dumps({"state": {"plan": plan}}))
    told = {"state": odd, "created": odd, "options": odd, "data": odd, "error": odd, "pid": odd, "run": "odd"}
    folder = forged(root, "odd")
    (folder / "job.json").write_text(json.dumps(told))
    (folder / "pulse.json").write_text(json.dumps({"step": odd, "total": odd, "rate": odd, "left": odd}))
    (folder / "control.json").write_text(json.dumps({"n": odd, "only": odd, "slow": odd, "more": odd}))
    house = House(root)
    listed = {one["name"]: one for one in house.listing()}
    assert set(listed) == {"good", "odd"}
    assert len(json.dumps(listed["odd"])) < 2000
    known = house.known(opaque(run))
    assert isinstance(house.can(known)["resume"], bool)
    assert not Control.read(folder).paused


# ---------------------------------------------------------------- the film of a work


def test_a_film_is_written_through_no_link(root: Path) -> None:
    run, precious = made(root), root.parent / "precious"
    precious.write_text("dear")
    (run / "samples").mkdir()
    for step in range(3):
        Image.new("RGB", (8, 8), (step * 80, 0, 0)).save(run / "samples" / f"step-{step:08d}.png")
    (run / ".film.part").symlink_to(precious)
    (run / "film.gif").symlink_to(precious)
    os.utime(precious, (2**31, 2**31))
    assert packed(run).read_bytes().startswith(b"GIF89a")
    assert precious.read_text() == "dear"


def test_a_film_is_made_of_png_alone_and_of_some(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from makebelieve.studio.routes import art

    run = made(root)
    (run / "samples").mkdir()
    (run / "samples" / "step-00000001.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EOF\n")
    with pytest.raises(Refusal):  # for this Pillow would start Ghostscript
        packed(run)
    (run / "samples" / "step-00000001.png").unlink()
    for step in range(9):
        Image.new("RGB", (8, 8), (step * 20, 0, 0)).save(run / "samples" / f"step-{step:08d}.png")
    monkeypatch.setattr(art, "FRAMES", 4)
    with Image.open(packed(run)) as film:
        assert film.n_frames <= 4
    monkeypatch.setattr(art, "PIXELS", 32)
    (run / "film.gif").unlink()
    with pytest.raises(Refusal):
        packed(run)


def test_a_text_of_comments_does_not_hold_the_server() -> None:
    """Read as any number of comments in a row in any way, it took 2ⁿ steps, in which no other thread ran."""
    code = "from makebelieve.studio.checking import checked; checked('a.txt', b'<!---->' * 60 + b'x')"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
