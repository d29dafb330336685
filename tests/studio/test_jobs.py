"""The queue: states, control files, and what a new server makes of what it finds. No trainer runs here."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from filelock import FileLock

from makebelieve.studio import jobs as room
from makebelieve.studio.control import Control, read_json, write_json
from makebelieve.studio.folders import Folders
from makebelieve.studio.house import House
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.orders import Order
from makebelieve.studio.refusals import Refusal, add_handlers
from makebelieve.studio.routes import runs as routes
from makebelieve.studio.uploads import Uploads

ORDER = Order("gan", {"door": "images", "arguments": {"source": "digits"}}, {"network": "mlp"}, {"epochs": 2})


class Trainer:
    """A process that does nothing."""

    def __init__(self) -> None:
        self.pid, self.code = 1 << 30, None
        self.stdin = self.stdout = None

    def poll(self) -> int | None:
        return self.code


class Spare:
    """Starts nothing, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []
        self.trainers: list[Trainer] = []

    def take(self, told: Mapping[str, Any]) -> Trainer:
        self.told.append(told)
        self.trainers.append(Trainer())
        return self.trainers[-1]


class Place:
    """A house with a queue that the test turns by hand."""

    def __init__(self, root: Path) -> None:
        self.house, self.spare = House(root), Spare()
        self.jobs = Jobs(self.house, self.spare)  # type: ignore[arg-type]

    def turn(self) -> None:
        self.jobs._see()
        self.jobs._begin_next()

    def state(self, name: str) -> str:
        return str(self.house.facts(name)["state"])

    def job(self, name: str) -> dict[str, Any]:
        return read_json(self.house.jobs / name / "job.json") or {}

    def ended(self, name: str, state: str) -> None:
        """As if the trainer had written how it ended, and had gone."""
        write_json(self.house.jobs / name / "job.json", {**self.job(name), "state": state})
        self.jobs._trainers[name].code = 0  # type: ignore[assignment]

    def trained(self, name: str, step: int, until: int) -> None:
        """As if it had trained so far."""
        folder = self.house.folder(name)
        place = folder / "checkpoints" / f"step-{step:010d}-000001"
        place.mkdir(parents=True)
        plan = {"until": until, "seconds": None, "reached": False, "spent": 1.0}
        (place / "state.json").write_text(json.dumps({"state": {"step": step, "plan": plan}}))
        config = {"format": 1, "system": "gan", "recipe": "hinge", "data": {"facts": {"name": "digits"}}}
        (folder / "config.json").write_text(json.dumps(config))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "runs")


def refusal(act: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def test_a_job_waits_trains_and_is_done_one_at_a_time(place: Place) -> None:
    first, second = place.jobs.create(ORDER), place.jobs.create(ORDER)
    assert [place.house.folder(name).name for name in (first, second)] == ["gan-001", "gan-002"]
    assert [place.state(name) for name in (first, second)] == ["waiting", "waiting"]
    place.turn()
    place.turn()
    assert [place.state(name) for name in (first, second)] == ["running", "waiting"]
    assert place.spare.told == [{"be": "trainer", "job": str(place.house.jobs / first)}]
    place.ended(first, "done")
    place.turn()
    assert [place.state(name) for name in (first, second)] == ["done", "running"]
    listed = place.house.listing()
    assert [run["name"] for run in listed] == ["gan-002", "gan-001"]
    assert listed[0]["system"] == "gan" and listed[0]["data"] == "digits" and listed[0]["error"] is None


def test_a_trainer_that_was_killed_leaves_its_job_interrupted_and_it_can_be_resumed(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    place.spare.trainers[0].code = -9  # type: ignore[assignment]
    place.turn()
    assert place.state(name) == "interrupted"
    assert place.house.facts(name)["error"]["key"] == "studio.trainer_gone"
    place.jobs.ask(name, "resume")
    place.turn()
    assert place.state(name) == "running" and place.house.facts(name)["error"] is None


def test_what_is_asked_lands_in_the_control_file_and_counts_up(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    folder = place.house.jobs / name
    write_json(folder / "pulse.json", {"players": ["generator", "critic"], "state": "training", "step": 3})
    before = Control.read(folder).n
    assert place.jobs.ask(name, "pause") == before + 1
    place.jobs.ask(name, "step")
    place.jobs.ask(name, "step", steps=2)
    place.jobs.ask(name, "only", players=["critic"])
    assert place.jobs.ask(name, "slow", seconds=0.5) == before + 5
    assert Control.read(folder) == Control(before + 5, True, 3, ("critic",), 0.5, False)
    place.jobs.ask(name, "only")
    place.jobs.ask(name, "go")
    place.jobs.ask(name, "stop")
    assert Control.read(folder) == Control(before + 8, False, 0, None, 0.5, True)
    assert place.house.facts(name)["step"] == 3


@pytest.mark.parametrize(
    ("do", "values", "key"),
    [
        ("explode", {}, "studio.do"),
        (None, {}, "studio.do"),
        ("only", {"players": ["nobody"]}, "studio.players"),
        ("only", {"players": "critic"}, "studio.players"),
        ("slow", {"seconds": 60}, "studio.value"),
        ("slow", {"seconds": float("nan")}, "studio.value"),
        ("step", {"steps": 0}, "studio.value"),
        ("resume", {}, "studio.not_now"),
        ("more", {"epochs": 1}, "studio.not_now"),
        ("recover", {}, "studio.not_now"),
        ("remove", {}, "studio.not_now"),
    ],
)
def test_what_can_not_be_asked_of_a_run_that_trains_is_refused(place: Place, do: Any, values: Any, key: str) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    assert refusal(lambda: place.jobs.ask(name, do, **values)).key == key


def test_nothing_is_asked_of_a_run_that_is_not_known(place: Place) -> None:
    assert refusal(lambda: place.jobs.ask("0" * 16, "pause")).status == 404
    assert refusal(lambda: place.house.folder("..")).status == 404


def test_a_job_that_waits_can_be_stopped_and_a_stopped_one_resumed_or_removed(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.jobs.ask(name, "stop")
    place.turn()
    assert place.state(name) == "stopped" and not place.spare.told
    place.jobs.ask(name, "resume")
    assert place.state(name) == "waiting"
    place.jobs.ask(name, "stop")
    folder = place.house.folder(name)
    place.jobs.ask(name, "remove")
    assert not folder.exists() and refusal(lambda: place.house.folder(name)).status == 404


def test_a_trained_run_that_is_removed_is_kept_aside(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    place.trained(name, 10, 10)
    place.ended(name, "done")
    place.turn()
    place.jobs.ask(name, "remove")
    assert not place.house.all()
    assert len(list((place.house.state / "removed").glob("gan-001-*/run/config.json"))) == 1


def test_more_goes_on_from_the_end_and_stands_in_the_code(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    place.trained(name, 10, 10)
    place.ended(name, "done")
    place.turn()
    assert place.house.can(place.house.known(name))["more"]
    place.jobs.ask(name, "more", epochs=3)
    job = place.job(name)
    assert job["next"] == {"do": "more", "fit": {"epochs": 3}, "from": 10} and job["more"] == [{"epochs": 3}]
    assert place.state(name) == "waiting"


def test_recover_of_a_run_that_trains_stops_it_and_leads_it_back_when_it_has_ended(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.turn()
    place.trained(name, 5, 10)
    (place.house.folder(name) / "history.jsonl").write_text('{"kind": "alarm", "step": 4, "key": "health.x"}\n')
    place.jobs.ask(name, "recover")
    folder = place.house.jobs / name
    assert Control.read(folder).stop and place.state(name) == "running"
    place.ended(name, "stopped")
    place.turn()
    assert place.job(name)["next"] == {"do": "recover"} and not Control.read(folder).stop
    assert place.state(name) == "running" and len(place.spare.told) == 2


def test_a_new_server_attaches_to_a_trainer_that_goes_on_and_takes_up_what_is_alone(place: Place) -> None:
    goes_on, alone, stopped = (place.jobs.create(ORDER) for _ in range(3))
    for name, state in ((goes_on, "running"), (alone, "running"), (stopped, "stopped")):
        write_json(place.house.jobs / name / "job.json", {**place.job(name), "state": state})
    with FileLock(place.house.jobs / goes_on / "lock"):
        later = Place(place.house.root)
        later.jobs.start()
        deadline = time.monotonic() + 2
        while later.jobs._running != {goes_on} and time.monotonic() < deadline:
            time.sleep(0.01)
        later.jobs._ending = True
        later.jobs._wake.set()
        later.jobs._thread.join()
        assert later.jobs._running == {goes_on} and not later.spare.told
        assert [later.state(name) for name in (goes_on, alone, stopped)] == ["running", "waiting", "stopped"]
    write_json(place.house.jobs / goes_on / "job.json", {**place.job(goes_on), "state": "done"})
    later.turn()
    assert [later.state(name) for name in (goes_on, alone)] == ["done", "running"]


def test_a_pause_outlives_the_server_and_a_stop_does_not(place: Place) -> None:
    paused, stopped = place.jobs.create(ORDER), place.jobs.create(ORDER)
    for name, changes in ((paused, {"paused": True, "steps": 2}), (stopped, {"stop": True})):
        Control.read(place.house.jobs / name).asked(place.house.jobs / name, **changes)
        place.jobs._queue(name)
    assert Control.read(place.house.jobs / paused).paused and Control.read(place.house.jobs / paused).steps == 0
    assert not Control.read(place.house.jobs / stopped).stop


def test_a_run_that_was_made_elsewhere_is_listed_and_can_go_on(place: Place) -> None:
    folder = place.house.root / "gan-007"
    (folder / "checkpoints/step-0000000004-000002").mkdir(parents=True)
    state = {"state": {"plan": {"until": 9, "reached": False}}}
    (folder / "checkpoints/step-0000000004-000002/state.json").write_text(json.dumps(state))
    rebuild = {"door": "images", "arguments": {"source": "digits"}}
    config = {"system": "gan", "recipe": "hinge", "data": {"rebuild": rebuild, "facts": {"name": "digits"}}}
    (folder / "config.json").write_text(json.dumps(config))
    (run,) = place.house.all()
    facts = place.house.facts(run.id)
    assert (facts["state"], facts["step"], facts["total"], facts["recipe"]) == ("stopped", 4, 9, "hinge")
    assert place.house.can(run) == {"explore": True, "layers": True, "resume": True, "more": False, "recover": False}
    place.jobs.ask(run.id, "resume")
    place.turn()
    assert place.state(run.id) == "running" and place.job(run.id)["run"] == "gan-007"


def test_many_that_wait_are_looked_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        place.jobs.create(ORDER)
    looks, every = [], place.house.all
    monkeypatch.setattr(place.house, "all", lambda: looks.append(1) or every())
    assert len(place.house.listing()) == 4
    assert len(looks) == 1
    place.turn()
    looks.clear()
    place.turn()  # one trains, so nobody else can begin
    assert not looks


def test_a_job_that_has_just_ended_is_not_begun_twice(place: Place) -> None:
    place.jobs.at_once = 2
    name = place.jobs.create(ORDER)
    place.turn()
    place.jobs._queue(name)  # asked for again while its trainer is going
    place.turn()
    assert len(place.spare.told) == 1
    place.jobs._trainers[name].code = 0
    place.turn()
    assert len(place.spare.told) == 2


def test_plans_of_checkpoints_that_are_gone_are_forgotten(place: Place) -> None:
    name = place.jobs.create(ORDER)
    place.trained(name, 10, 20)
    assert place.house.facts(name)["total"] == 20
    kept = len(place.house._read)
    checkpoints = place.house.folder(name) / "checkpoints"
    for step in (11, 12, 13):
        (old,) = checkpoints.iterdir()
        old.rename(checkpoints / f"step-{step:010d}-{step:06d}")
        assert place.house.facts(name)["step"] == step
    assert len(place.house._read) == kept


def test_torn_files_are_no_end(place: Place) -> None:
    name = place.jobs.create(ORDER)
    folder = place.house.jobs / name
    (folder / "pulse.json").write_text('{"n": ')
    (folder / "control.json").write_text("[]")
    assert place.house.facts(name)["state"] == "waiting" and Control.read(folder) == Control()


def test_the_queue_has_an_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 1)
    place.jobs.create(ORDER)
    assert refusal(lambda: place.jobs.create(ORDER)).status == 429


@pytest.fixture
def client(place: Place, tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    add_handlers(app)
    folders = Folders()
    app.include_router(routes.router(place.house, place.jobs, Uploads(tmp_path / "uploads"), folders))
    with TestClient(app) as one:
        yield one


def test_routes_from_an_order_to_files(place: Place, client: TestClient) -> None:
    data = {"door": "images", "arguments": {"source": "digits"}}
    made = client.post("/api/runs", json={"system": "gan", "data": data, "options": {}, "fit": {"epochs": 1}})
    assert made.status_code == 202
    name = made.json()["id"]
    place.turn()
    place.trained(name, 3, 9)
    folder = place.house.folder(name)
    lines = [{"kind": "steps", "step": step, "critic": float("nan") if step == 2 else 0.5} for step in range(4)]
    (folder / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "clock.jsonl").write_text('{"step": 1, "seconds": 0.1}\n{"step": 3, "seconds": 0.2}\n')
    (folder / "samples").mkdir()
    (folder / "samples/step-00000003.png").write_bytes(b"png")
    told = client.get(f"/api/runs/{name}").json()
    assert told["state"] == "running" and told["can"]["explore"] and told["config"]["recipe"] == "hinge"
    history = client.get(f"/api/runs/{name}/history", params={"from": 2}).json()
    assert [record["step"] for record in history["records"]] == [2, 3] and history["next"] == 4
    assert history["records"][0]["critic"] in ("NaN", "nan") and history["clock"] == [{"step": 3, "seconds": 0.2}]
    (sample,) = client.get(f"/api/runs/{name}/samples").json()
    assert client.get(sample["url"]).content == b"png"
    assert "mb.images('digits')" in client.get(f"/api/runs/{name}/code").json()["code"]
    assert client.get(f"/api/runs/{name}/figures").json() == {"figures": []}
    assert client.post(f"/api/runs/{name}/control", json={"do": "pause"}).json() == {"n": 2}
    assert client.get("/api/runs").json()["runs"][0]["wall"] == sample["url"]


@pytest.mark.parametrize(
    "path",
    ["0123456789abcdef", "0123456789abcdef/code", "../../etc/passwd", "0123456789abcdef/samples/3.png"],
)
def test_unknown_runs_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/api/runs/{path}").status_code == 404


def test_what_a_writer_writes_now_is_given_as_plain_text(place: Place, client: TestClient) -> None:
    name = place.jobs.create(ORDER)
    assert client.get(f"/api/runs/{name}/live.txt").status_code == 404
    (place.house.jobs / name / "live.txt").write_text("the cat", encoding="utf-8")
    answer = client.get(f"/api/runs/{name}/live.txt")
    assert (answer.text, answer.headers["content-type"]) == ("the cat", "text/plain; charset=utf-8")
    assert client.get(f"/api/runs/{name}/live.svg").status_code == 404


def test_only_samples_are_given_out(place: Place, client: TestClient) -> None:
    name = place.jobs.create(ORDER)
    folder = place.house.folder(name)
    (folder / "samples").mkdir()
    secret = folder / "secret.png"
    secret.write_bytes(b"x")
    (folder / "samples/step-00000001.png").symlink_to(secret)
    for path in ("samples/1.png", "samples/1.json", "samples/-1.png", "live.png"):
        assert client.get(f"/api/runs/{name}/{path}").status_code in (404, 422)
