"""Servers and trainers that are killed: nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import makebelieve as mb
from makebelieve.studio.control import Control, is_held, read_json
from makebelieve.studio.house import House, newest_checkpoint
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.orders import Order
from makebelieve.studio.spare import Spare

pytest.importorskip("sklearn", reason="the set digits comes with the extra samples")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

STEPS = 30
OPTIONS = {"network": "mlp", "latent": 4, "batch_size": 64}
ORDER = Order("gan", {"door": "images", "arguments": {"source": "digits"}}, OPTIONS, {"steps": STEPS})
COLD = (  # a worker that is not warmed, which would take longer than all that it does here
    sys.executable,
    "-c",
    "import json, sys; from makebelieve.studio.worker import become; become(json.loads(sys.stdin.buffer.readline()))",
)
SERVER = f"""
import sys, time
from makebelieve.studio.house import House
from makebelieve.studio.jobs import Jobs
from makebelieve.studio.spare import Spare
house = House(sys.argv[1])
spare = Spare({COLD!r}, rest=1e6)
jobs = Jobs(house, spare)
jobs.start()
time.sleep(1e6)
"""


def until(met: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := met()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


@pytest.fixture
def killed() -> Iterator[list[int]]:
    """Processes that are not to outlive the test."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_a_killed_server_and_a_killed_trainer_lose_nothing(tmp_path: Path, killed: list[int]) -> None:
    root = tmp_path / "runs"
    house = House(root)
    name = Jobs(house, Spare(COLD, rest=1e6)).create(ORDER)
    folder, run = house.jobs / name, house.folder(name)
    Control.read(folder).asked(folder, paused=True)

    def pulse() -> dict[str, Any]:
        return read_json(folder / "pulse.json") or {}

    with subprocess.Popen([sys.executable, "-c", SERVER, str(root)]) as server:
        killed.append(server.pid)
        until(lambda: pulse().get("state") == "paused")
        trainer = pulse()["pid"]
        killed.append(trainer)
        server.kill()  # as a crash: the trainer goes on by itself
    Control.read(folder).asked(folder, steps=10)
    until(lambda: pulse()["step"] == 10)
    assert is_held(folder) and pulse()["pid"] == trainer

    jobs = Jobs(House(root), Spare(COLD, rest=1e6))  # the next server attaches
    jobs.start()
    assert jobs.house.facts(name)["state"] == "running"
    jobs.ask(name, "step", steps=2)
    until(lambda: pulse()["step"] == 12)
    assert pulse()["pid"] == trainer
    os.kill(trainer, signal.SIGKILL)  # and what came after the last checkpoint with it
    until(lambda: jobs.house.facts(name)["state"] == "interrupted")
    jobs.close()

    Control.read(folder).asked(folder, paused=False)
    jobs = Jobs(House(root), Spare(COLD, rest=1e6))  # goes on from there
    jobs.start()
    until(lambda: jobs.house.facts(name)["state"] == "done")
    jobs.close()

    learn = mb.gan(mb.images("digits"), run=tmp_path / "python", **OPTIONS)
    learn.fit(steps=STEPS)
    ours, theirs = newest_checkpoint(run), newest_checkpoint(tmp_path / "python")
    assert ours is not None and theirs is not None
    assert (ours / "tensors.safetensors").read_bytes() == (theirs / "tensors.safetensors").read_bytes()
    assert (run / "history.jsonl").read_bytes() == (tmp_path / "python/history.jsonl").read_bytes()


def test_a_spare_that_nobody_took_ends_with_the_server() -> None:
    spare = Spare((sys.executable, "-c", "import sys; sys.stdin.read()"), rest=1e6)
    spare.warm()
    process = spare._ready
    assert process is not None and process.poll() is None
    spare.close()
    assert process.poll() is not None and spare._ready is None


def test_a_spare_that_died_is_replaced_when_it_is_wanted() -> None:
    echo = "import sys; line = sys.stdin.readline(); print(line, end='', flush=True); sys.stdin.read()"
    spare = Spare((sys.executable, "-c", echo), rest=1e6)
    spare.warm()
    first = spare._ready
    assert first is not None
    first.kill()
    first.wait()
    taken = spare.take({"be": "echo"})
    assert taken.pid != first.pid and taken.stdout is not None and taken.stdin is not None
    assert taken.stdout.readline() == b'{"be": "echo"}\n'
    taken.communicate()
    first.communicate()
    spare.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a policy")
def test_a_worker_that_warms_takes_no_time_from_others_until_it_is_wanted():
    spare = Spare((sys.executable, "-c", "import sys; sys.stdin.read()"), rest=1e6)
    spare.warm()
    assert os.sched_getscheduler(spare._ready.pid) == os.SCHED_IDLE
    taken = spare.take({"be": "nothing"})
    assert os.sched_getscheduler(taken.pid) == os.SCHED_OTHER
    taken.communicate()
    spare.close()
