"""Two processes equal one: the same parameters after k steps on the same global batches."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from toys import classifier_learner, wgan_learner

from makebelieve.errors import TrainingError

HERE = Path(__file__).parent

TRAIN = """
import sys
sys.path.insert(0, {here!r})
import torch
torch.set_num_threads(1)
from safetensors.torch import save_file
from toys import classifier_learner, wgan_learner
options = {options!r}
learn = {make}({run!r}, **options)
assert learn.world.size == 2
learn.fit(steps={steps})
assert learn.run is None or learn.world.rank == 0
tensors = {{f"{{n}}.{{k}}": v for n, net in learn.nets.items() for k, v in net.state_dict().items()}}
save_file(tensors, {out!r} + str(learn.world.rank))
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(code: str, size: int, **environment: str) -> list[subprocess.Popen[bytes]]:
    common = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(size)}
    return [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**common, "RANK": str(rank), "LOCAL_RANK": str(rank), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for rank in range(size)
    ]


def finish(processes):
    said = []
    for process in processes:
        printed, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()[-3000:]
        said.append(printed.decode())
    return said


@pytest.mark.parametrize(
    ("make", "options", "steps"),
    [
        ("wgan_learner", {"dropout": 0.0}, 20),
        ("wgan_learner", {"dropout": 0.0, "accumulate": 2, "clip": 0.1}, 12),
        ("classifier_learner", {}, 20),
        ("classifier_learner", {"batch_size": 9}, 20),  # shares of 4 and 5
    ],
)
def test_two_gloo_processes_equal_one(tmp_path, make, options, steps):
    from safetensors.torch import load_file

    code = TRAIN.format(
        here=str(HERE), options=options, make=make, run=str(tmp_path / "two"), steps=steps, out=str(tmp_path / "rank")
    )
    finish(start(code, 2))
    first, second = load_file(tmp_path / "rank0"), load_file(tmp_path / "rank1")
    assert all(torch.equal(first[name], second[name]) for name in first)
    single = {"wgan_learner": wgan_learner, "classifier_learner": classifier_learner}[make]
    one = single(tmp_path / "one", **{k: v for k, v in options.items() if k != "accumulate"})
    one.fit(steps=steps)
    for name, net in one.nets.items():
        for key, value in net.state_dict().items():
            torch.testing.assert_close(first[f"{name}.{key}"], value, rtol=1e-4, atol=1e-6)
    # figures are those of the global batch, and only the first process writes
    here = one.history.records[-1]
    there = json.loads((tmp_path / "two" / "history.jsonl").read_text().splitlines()[-1])
    assert here.keys() == there.keys()
    for name, value in here.items():
        assert there[name] == (pytest.approx(value, rel=1e-4, abs=1e-5) if isinstance(value, float) else value)


def test_a_world_of_two_that_is_one_is_refused(monkeypatch):
    from makebelieve.training import parallel

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(parallel.dist, "is_available", lambda: False)
    with pytest.raises(TrainingError, match="asks for 2 processes, but 1"):
        parallel.World()


def test_a_world_of_one_is_logged(monkeypatch, caplog):
    from makebelieve.training import parallel

    caplog.set_level("INFO")
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert parallel.World().size == 1
    assert "process 0 of 1" in caplog.text


LEAVE = """
import atexit, glob, sys
sys.path.insert(0, {here!r})
import torch
threads = lambda: sorted(open(path).read().strip() for path in glob.glob("/proc/self/task/*/comm"))
# handlers run in reverse: this one after the learner's, which leaves the group
atexit.register(lambda: print(threads(), flush=True))
from toys import classifier_learner
learn = classifier_learner(None)
assert "gloo_tcp_loop" in threads()
learn.fit(steps=1)
import torch.distributed.nn.functional
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in Linux's /proc")
def test_no_thread_of_gloo_outlives_the_group():
    # one that does may ask for the interpreter's lock when that is gone, and abort the process after its work is done
    for said in finish(start(LEAVE.format(here=str(HERE)), 2)):
        assert said
        assert "gloo" not in said
