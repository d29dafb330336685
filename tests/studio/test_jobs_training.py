"""Jobs carried out: what a trainer does with its control file, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import makebelieve as mb
from makebelieve.studio import remote, trainer
from makebelieve.studio.control import Control, read_json, write_json
from makebelieve.studio.house import House, newest_checkpoint
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.orders import Order
from makebelieve.studio.spare import Spare

pytest.importorskip("sklearn", reason="the set digits comes with the extra samples")

DATA = {"door": "images", "arguments": {"source": "digits", "size": 8}}
OPTIONS = {"network": "mlp", "latent": 4, "batch_size": 64}


class Place:
    """A folder of runs with one job in it, which is carried out in this process."""

    def __init__(self, root: Path, order: Order) -> None:
        self.house = House(root)
        self.jobs = Jobs(self.house, Spare(()))
        self.name = self.jobs.create(order)
        self.run, self.folder = self.house.folder(self.name), self.house.jobs / self.name

    def go(self) -> str:
        trainer.carry_out(self.folder)
        return str(self.job["state"])

    def ask(self, **changes: Any) -> int:
        return Control.read(self.folder).asked(self.folder, **changes).n

    @property
    def job(self) -> dict[str, Any]:
        return read_json(self.folder / "job.json") or {}

    @property
    def pulse(self) -> dict[str, Any]:
        return read_json(self.folder / "pulse.json") or {}

    @property
    def weights(self) -> bytes:
        newest = newest_checkpoint(self.run)
        assert newest is not None
        return (newest / "tensors.safetensors").read_bytes()

    @property
    def records(self) -> list[dict[str, Any]]:
        return list(mb.load(self.run).history.records)


def gan(steps: int, **options: Any) -> Order:
    return Order("gan", DATA, {**OPTIONS, **options}, {"steps": steps})


def until(met: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    """Acts in a thread while the job goes on in this one; what fails there fails here."""
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act)
        yield
        acting.result()


def python(folder: Path, steps: int) -> mb.GanLearner:
    learn = mb.gan(mb.images("digits", size=8), run=folder, **OPTIONS)
    learn.fit(steps=steps)
    return learn


def test_a_job_that_nobody_touched_equals_python_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "DRAW", 0.0)
    monkeypatch.setattr(remote, "SHARE", 1.0)  # a live picture after nearly every step
    place = Place(tmp_path / "runs", gan(30))
    assert place.go() == "done"
    learn = python(tmp_path / "python", 30)
    own = newest_checkpoint(tmp_path / "python")
    assert own is not None and place.weights == (own / "tensors.safetensors").read_bytes()
    assert (place.run / "history.jsonl").read_bytes() == (tmp_path / "python/history.jsonl").read_bytes()
    assert (place.folder / "live.png").read_bytes()[1:4] == b"PNG"
    assert place.pulse["state"] == "ended" and place.pulse["step"] == place.pulse["total"] == learn.step
    assert place.pulse["players"] == place.pulse["learning"] == ["generator", "critic"]
    assert set(place.pulse["losses"]) >= {"generator", "critic"} and place.pulse["wall"] > 1


def test_paused_it_waits_does_single_steps_and_the_run_stays_the_same(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(30))
    place.ask(paused=True)
    seen = []

    def visit() -> None:
        until(lambda: place.pulse.get("state") == "paused")
        for steps in (1, 3):
            n = place.ask(paused=True, steps=steps)
            until(lambda n=n, steps=steps: place.pulse.get("n") == n and place.pulse["step"] == steps)
            until(lambda: place.pulse["state"] == "paused" and place.pulse["wall"] > len(seen))
            seen.append((place.pulse["step"], place.pulse["wall"], set(place.pulse["losses"])))
        time.sleep(0.3)
        seen.append((place.pulse["step"], place.pulse["seconds"]))
        place.ask(paused=False, steps=0)

    with meanwhile(visit):
        assert place.go() == "done"
    assert [one[0] for one in seen] == [1, 3, 3]
    assert seen[1][1] > seen[0][1] >= 1 and seen[0][2] >= {"generator", "critic"}
    python(tmp_path / "python", 30)
    own = newest_checkpoint(tmp_path / "python")
    assert own is not None and place.weights == (own / "tensors.safetensors").read_bytes()


def test_a_step_is_done_also_where_a_pause_was_asked_for_anew(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(30))
    place.ask(paused=True)
    seen = []

    def visit() -> None:
        until(lambda: place.pulse.get("state") == "paused")
        place.ask(paused=True, steps=3)
        until(lambda: place.pulse["step"] == 3)
        n = place.ask(paused=True, steps=0)  # again, as another tab does
        until(lambda: place.pulse.get("n") == n)
        place.ask(paused=True, steps=1)
        with suppress(AssertionError):
            until(lambda: place.pulse["step"] == 4)
        seen.append(place.pulse["step"])
        place.ask(paused=False, steps=0)

    with meanwhile(visit):
        assert place.go() == "done"
    assert seen == [4]


def test_waiting_is_no_time_of_training(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(6))
    place.ask(slow=0.15)
    began = time.perf_counter()
    assert place.go() == "done"
    whole = time.perf_counter() - began
    state = read_json(newest_checkpoint(place.run) / "state.json")  # type: ignore[operator]
    assert state is not None and state["state"]["seconds"] < whole - 6 * 0.15 + 0.05


def test_only_the_critic_learns_until_all_do_again(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(40))
    place.ask(paused=True, only=("critic",))
    learning = []

    def visit() -> None:
        until(lambda: place.pulse.get("state") == "paused")
        learning.append(place.pulse["learning"])
        place.ask(paused=False, only=None)

    with meanwhile(visit):
        assert place.go() == "done"
    assert learning == [["critic"]]
    turns = [record for record in place.records if record["kind"] == "turns"]
    assert [record["learning"] for record in turns] == [["critic"], ["generator", "critic"]]


def test_stopped_in_a_pause_it_is_saved_and_resumed_it_equals_an_unbroken_run(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(45))
    place.ask(paused=True, steps=0)

    def visit() -> None:
        until(lambda: place.pulse.get("state") == "paused")
        place.ask(steps=37)
        until(lambda: place.pulse.get("step") == 37)
        place.ask(stop=True)

    with meanwhile(visit):
        assert place.go() == "stopped"
    assert place.house.facts(place.name)["step"] == 37
    place.jobs.ask(place.name, "resume")
    assert place.go() == "done"
    python(tmp_path / "python", 45)
    own = newest_checkpoint(tmp_path / "python")
    assert own is not None and place.weights == (own / "tensors.safetensors").read_bytes()
    assert (place.run / "history.jsonl").read_bytes() == (tmp_path / "python/history.jsonl").read_bytes()


def test_ctrl_c_ends_a_pause_and_leaves_the_job_to_the_next_server(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(20))
    place.ask(paused=True, steps=0)

    def visit() -> None:
        until(lambda: place.pulse.get("state") == "paused")
        place.ask(steps=3)
        until(lambda: place.pulse.get("step") == 3 and place.pulse["state"] == "paused")
        os.kill(os.getpid(), signal.SIGINT)

    with meanwhile(visit):
        assert place.go() == "interrupted"
    assert mb.load(place.run).step == 3 and not Control.read(place.folder).stop


def test_more_goes_on_and_only_once(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(5))
    assert place.go() == "done"
    place.jobs.ask(place.name, "more", steps=4)
    asked = place.job["next"]
    assert place.go() == "done" and mb.load(place.run).step == 9
    write_json(place.folder / "job.json", {**place.job, "state": "running", "next": asked})  # killed before it said so
    assert place.go() == "done" and mb.load(place.run).step == 9


def test_recover_leads_back_to_the_checkpoint_before_the_alarm_slower_and_clipped(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(40))

    class Alarming(mb.Callback):
        def on_step(self, learn: mb.Learner) -> None:
            if learn.step == 20:
                learn.history.add("alarm", step=20, key="training.explosion", values={})
                for callback in learn.callbacks:
                    callback.on_record(learn, learn.history.records[-1])

    made = trainer._learner

    def alarming(*given: Any) -> mb.Learner:
        learn = made(*given)
        learn.callbacks.append(Alarming())
        return learn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "_learner", alarming)
        assert place.go() == "done"
    rates = [player.rates[0] for player in mb.load(place.run).game.players.values()]
    assert [path.name.split("-")[1] for path in (place.folder / "healthy").iterdir()] == ["0000000000"]
    assert place.house.can(place.house.known(place.name))["recover"]
    place.jobs.ask(place.name, "recover")
    assert place.go() == "done"
    learn = mb.load(place.run)
    (record,) = learn.history.recoveries
    assert [player.rates[0] for player in learn.game.players.values()] == [rate / 2 for rate in rates]
    assert learn.step == 40 and (record["step"], record["values"]["trouble"], record["values"]["clip"]) == (0, 20, "1")
    assert not learn.history.alarms and not (place.folder / "healthy").exists()


def test_what_goes_wrong_is_told_by_its_key(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(5, latent=-1))
    assert place.go() == "failed"
    assert place.job["error"]["key"].startswith(("gan.", "latent.")) and place.pulse["state"] == "ended"


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_anew(tmp_path: Path) -> None:
    place = Place(tmp_path / "runs", gan(3))
    (place.run / "config.json").write_text("{}")
    (place.run / "history.jsonl").write_text("")
    (place.run / "samples").mkdir()
    (place.run / "samples/step-00000000.png").write_bytes(b"x")
    assert place.go() == "done"
    assert place.job["method"] == "fit" and (place.run / "report.html").exists()


def test_usual_lengths_and_methods(tmp_path: Path) -> None:
    order = Order("classifier", DATA, {"batch_size": 256}, {"epochs": 1})
    place = Place(tmp_path / "one", order)
    assert place.go() == "done" and place.job["method"] == "fit_one_cycle"
    ratings = {"door": "ratings", "arguments": {"source": "synthetic"}}
    place = Place(tmp_path / "two", Order("recommender", ratings, {"network": "biases"}, {}))
    assert place.go() == "done" and place.job["fit"]["epochs"] >= 1
