"""Killed at any instruction and resumed, a run ends bit for bit as if it had not been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from toys import wgan_learner

from makebelieve.errors import CheckpointError
from makebelieve.training import Saving, checkpoint

STEPS = 240
HERE = Path(__file__).parent

TRAIN = """
import sys, time
sys.path.insert(0, {here!r})
from toys import wgan_learner
from makebelieve.training import Callback, Saving
import torch
torch.set_num_threads(1)
class Slow(Callback):
    def on_step(self, learn):
        time.sleep(0.002)
learn = wgan_learner({run!r}, saving=Saving(steps={every}))
learn.callbacks.append(Slow())
print("ready", flush=True)
learn.fit(steps={steps})
"""


def state_of(learn):
    """Everything that must be equal: parameters, optimizers, averages, random states."""
    found = {}
    for name, player in learn.game.players.items():
        tensors, numbers = player.state()
        found.update({f"{name}.{key}": value for key, value in tensors.items()})
        found[f"{name}.numbers"] = str(numbers)
    for name, net in learn.nets.items():
        found.update({f"{name}.{key}": value for key, value in net.state_dict().items()})
    found.update(learn.randomness.state(active=False))
    found["count"] = learn.game.run.state["count"]
    return found


def assert_equal(a, b):
    assert a.keys() == b.keys()
    for name, value in a.items():
        assert torch.equal(value, b[name]) if isinstance(value, torch.Tensor) else value == b[name], name


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    run = tmp_path_factory.mktemp("unbroken") / "run"
    learn = wgan_learner(run, saving=Saving(steps=STEPS * 2))
    learn.fit(steps=STEPS)
    yield state_of(learn), (run / "history.jsonl").read_bytes()
    torch.set_num_threads(threads)


@pytest.mark.parametrize("every", [1, 7])
def test_killed_at_random_and_resumed_equals_the_unbroken_run(unbroken, tmp_path, every):
    """With a checkpoint at every step the kill falls into a save most of the time."""
    run = tmp_path / "run"
    code = TRAIN.format(here=str(HERE), run=str(run), every=every, steps=STEPS)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    while not list((run / "checkpoints").glob("step-*")):
        time.sleep(0.005)
        assert process.poll() is None
    draw = random.Random(os.urandom(4))
    time.sleep(draw.uniform(0.0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    kills = 1
    learn = wgan_learner(saving=Saving(steps=every))
    learn.resume(run)
    assert learn.step == STEPS, f"killed {kills} times"
    expected, history = unbroken
    assert_equal(state_of(learn), expected)
    assert (run / "history.jsonl").read_bytes() == history
    assert not list((run / "checkpoints").glob(".*"))


def test_resumed_from_every_step_equals_the_unbroken_run(tmp_path):
    """No step is special: epoch ends, windows' ends and the generator's turns are all among the first 60."""
    torch.set_num_threads(1)
    whole = wgan_learner(tmp_path / "whole", saving=Saving(steps=1, keep=1000))
    whole.fit(steps=60)
    history = (tmp_path / "whole" / "history.jsonl").read_bytes()
    for step in range(0, 60, 1):
        run = tmp_path / f"from-{step}"
        (run / "checkpoints").mkdir(parents=True)
        for name in ("config.json", "history.jsonl", "clock.jsonl"):
            (run / name).write_bytes((tmp_path / "whole" / name).read_bytes())
        (source,) = (tmp_path / "whole" / "checkpoints").glob(f"step-{step:010d}-*")
        source.rename(run / "checkpoints" / source.name)
        learn = wgan_learner(saving=Saving(seconds=1e9))
        learn.resume(run)
        assert_equal(state_of(learn), state_of(whole))
        assert (run / "history.jsonl").read_bytes() == history


def damaged(run: Path, what: str) -> None:
    newest = max((run / "checkpoints").glob("step-*"))
    tensors, state = newest / "tensors.safetensors", newest / "state.json"
    content = bytearray(tensors.read_bytes())
    if what == "torn tensors":
        tensors.write_bytes(content[: len(content) // 2])
    elif what == "flipped bit":
        content[-5] ^= 1
        tensors.write_bytes(content)
    elif what == "no tensors":
        tensors.unlink()
    elif what == "torn state":
        state.write_bytes(state.read_bytes()[:-100])
    elif what == "altered state":
        text = state.read_text()
        assert '"step": 40' in text
        state.write_text(text.replace('"step": 40', '"step": 41'))
    elif what == "not JSON's shape":
        state.write_text("[]")


@pytest.mark.parametrize(
    "what", ["torn tensors", "flipped bit", "no tensors", "torn state", "altered state", "not JSON's shape"]
)
def test_a_damaged_checkpoint_is_refused_and_the_one_before_is_used(run, caplog, what):
    learn = wgan_learner(run, saving=Saving(steps=10))
    learn.fit(steps=40)
    damaged(run, what)
    fresh = wgan_learner(saving=Saving(steps=10))
    fresh.restore(run)
    assert fresh.step == 30
    assert "is not used" in caplog.text
    fresh.resume()
    assert_equal(state_of(fresh), state_of(learn))


def test_when_all_are_damaged_one_sentence_says_so(run):
    learn = wgan_learner(run, saving=Saving(steps=10, keep=1))
    learn.fit(steps=40)
    damaged(run, "flipped bit")
    with pytest.raises(CheckpointError, match="altered"):
        wgan_learner(saving=Saving(steps=10)).restore(run)


def test_only_the_newest_are_kept(run):
    wgan_learner(run, saving=Saving(steps=3, keep=4)).fit(steps=20)
    names = sorted(path.name[:15] for path in (run / "checkpoints").iterdir())
    assert names == [f"step-{step:010d}" for step in (12, 15, 18, 20)]


def test_other_things_in_the_folder_are_left_alone(run):
    learn = wgan_learner(run, saving=Saving(steps=3, keep=1))
    learn.fit(steps=5)
    (run / "checkpoints" / "step-backup").mkdir()
    (run / "checkpoints" / "step-0000000009.zip").write_text("mine")
    learn.fit(steps=5)
    fresh = wgan_learner(saving=Saving(steps=3, keep=1))
    fresh.restore(run)
    assert fresh.step == 10
    assert (run / "checkpoints" / "step-0000000009.zip").exists()


def test_the_newest_is_the_one_written_last(tmp_path):
    """After going back from a refused checkpoint, the new ones have fewer steps than the refused."""
    for step in (10, 40, 20):
        checkpoint.save(tmp_path, step, {"w": torch.ones(1)}, {"step": step}, keep=9)
    assert checkpoint.load_newest(tmp_path)[1] == {"step": 20}


def test_a_second_fit_killed_before_its_first_save_is_remembered(run):
    wgan_learner(run, saving=Saving(seconds=1e9)).fit(steps=5)
    code = TRAIN.format(here=str(HERE), run="unused", every=1000, steps=10).replace(
        "learn.fit(", "learn.restore(RUN); learn.fit("
    )
    code = code.replace("time.sleep(0.002)", "learn.step == 8 and os._exit(9)").replace(
        "import sys, time", "import os, sys, time"
    )
    done = subprocess.run([sys.executable, "-c", code.replace("RUN", repr(str(run)))], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr.decode()
    learn = wgan_learner(saving=Saving(seconds=1e9))
    learn.resume(run)
    assert learn.step == 15


def test_a_new_fit_after_going_back_can_be_killed_too(run):
    """The history that its first checkpoint goes with is the one that was cut back."""
    wgan_learner(run, saving=Saving(steps=10)).fit(steps=40)
    damaged(run, "flipped bit")
    back = wgan_learner(saving=Saving(steps=10))
    back.restore(run)
    back.fit(steps=1)
    again = wgan_learner(saving=Saving(steps=10))
    newest = max((run / "checkpoints").glob("step-*"), key=lambda path: path.name[-6:])
    newest.rename(run / newest.name)  # as if the kill had come right after the fit's first save
    again.restore(run)
    assert again.step == 30
    assert [record["step"] for record in again.history] == [8, 16, 24]


def test_looking_at_a_run_changes_no_byte_of_it(run):
    learn = wgan_learner(run, saving=Saving(steps=10))
    learn.fit(steps=40)
    damaged(run, "flipped bit")  # so that an older checkpoint is taken, which goes with a shorter history
    before = (run / "history.jsonl").read_bytes(), (run / "clock.jsonl").read_bytes()
    wgan_learner(saving=Saving(steps=10)).restore(run)
    assert before == ((run / "history.jsonl").read_bytes(), (run / "clock.jsonl").read_bytes())


def test_a_run_that_is_being_trained_is_left_alone(run):
    from makebelieve.errors import TrainingError
    from makebelieve.training.run_folder import RunFolder

    learn = wgan_learner(run)
    learn.fit(steps=5)
    with RunFolder(run).locked(), pytest.raises(TrainingError, match="another process"):
        learn.fit(steps=5)


@pytest.mark.parametrize("how", ["missing", "short", "torn"])
def test_a_history_that_does_not_belong_is_refused_and_not_changed(run, how):
    wgan_learner(run).fit(steps=40)
    path = run / "history.jsonl"
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-20] if how == "short" else b"x" * len(content))
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(CheckpointError, match=r"history\.jsonl"):
        wgan_learner().restore(run)
    assert before == (path.read_bytes() if path.exists() else None)


def test_a_failed_write_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    checkpoint.save(tmp_path, 1, {"w": torch.ones(3)}, {"step": 1}, keep=2)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(tmp_path, 2, {"w": torch.zeros(3)}, {"step": 2}, keep=2)
    monkeypatch.undo()
    tensors, state = checkpoint.load_newest(tmp_path)
    assert state == {"step": 1}
    assert torch.equal(tensors["w"], torch.ones(3))


def test_floats_come_back_bit_for_bit(tmp_path):
    values = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308]
    checkpoint.save(tmp_path, 1, {"w": torch.ones(1)}, {"values": values}, keep=2)
    assert checkpoint.load_newest(tmp_path)[1]["values"] == values


def test_an_optimizer_with_lists_in_its_state_resumes(tmp_path):
    from functools import partial

    from toys import ToyData

    from makebelieve.training import Learner, Settings, recipe

    @recipe(optimizers={"picture": partial(torch.optim.LBFGS, max_iter=3, history_size=4)}, batch_size=8)
    def paint(nets, batch, _run):
        yield "picture", lambda: (nets.picture(batch.x).exp().sum(1) - batch.y).square().mean()

    def learner(run=None):
        torch.manual_seed(1)
        settings = Settings(device="cpu", saving=Saving(steps=2, keep=9))
        return Learner(ToyData(), {"picture": torch.nn.Linear(6, 3)}, paint, settings=settings, run=run)

    whole = learner(tmp_path / "run")
    whole.fit(steps=6)
    again = tmp_path / "run" / "checkpoints"
    for step in (4, 6):
        (path,) = again.glob(f"step-{step:010d}-*")
        path.rename(tmp_path / path.name)
    half = learner()
    half.resume(tmp_path / "run")
    assert half.step == 6
    assert torch.equal(whole.nets["picture"].weight, half.nets["picture"].weight)


def test_memory_layout_of_optimizer_state_survives(tmp_path):
    """Fused kernels walk parameter and state by address, so a state in another layout would be shuffled."""
    from makebelieve.training.parallel import World
    from makebelieve.training.player import Player

    def player():
        torch.manual_seed(0)
        net = torch.nn.Conv2d(4, 6, 3).to(memory_format=torch.channels_last)
        return Player("net", net, lambda p: torch.optim.Adam(p, lr=1e-2, fused=True), World())

    x = torch.rand(2, 4, 8, 8)

    def step(one):
        one.zero()
        one.backward(one.module(x).square().mean())
        one.step()

    a = player()
    step(a)
    tensors, state = a.state()
    checkpoint.save(tmp_path, 1, tensors, state, keep=1)
    b = player()
    b.module.load_state_dict(a.module.state_dict())
    b.load_state(*checkpoint.load_newest(tmp_path))
    for _ in range(3):
        step(a)
        step(b)
    assert torch.equal(a.module.weight, b.module.weight)
