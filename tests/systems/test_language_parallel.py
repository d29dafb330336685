"""The same script under torchrun: two processes make the language model that one makes, each with rows of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import torch
from safetensors.torch import load_file

# Gradient descent, as Adam makes whole steps of gradients that are nothing but rounding.
SCRIPT = """
import sys
import torch
import makebelieve as mb
from safetensors.torch import save_file
data = mb.text("the cat sat on the mat. we sing and we play. " * 120, valid=0.1)
learn = mb.language_model(
    data, hidden=24, window=8, batch_size=6, device="cpu", learning_rate=0.5, precision="float32", dropout=0.0,
    run=sys.argv[1],
    saving=mb.Saving(steps=7)
)
player = learn.game.players["model"]
player.optimizer = torch.optim.SGD(player.parameters, lr=0.5)

def state():
    return {k: v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}

before = state()
learn.fit(steps=9)
nats = torch.tensor([learn.validate()["model"], learn.evaluate()["nats"]])
if learn.world.leads:
    save_file({**{n: torch.stack([before[n], v]) for n, v in state().items()}, "nats": nats}, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found, kept = [], []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
        newest = sorted((tmp_path / f"run-{size}" / "checkpoints").glob("step-*"))[-1]
        kept.append({k: v for k, v in load_file(next(newest.glob("*.safetensors"))).items() if k.startswith("rows.")})
    one, two = found
    torch.testing.assert_close(two.pop("nats"), one.pop("nats"), atol=1e-4, rtol=1e-4)
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).norm(), (two[name][1] - after).norm()
        assert apart <= 0.001 * moved + 1e-6, name
    assert kept[0].keys() == kept[1].keys() != set()
    for name, rows in kept[0].items():  # the checkpoint has the rows of both processes
        assert len(rows) == 6
        torch.testing.assert_close(kept[1][name], rows, atol=1e-3, rtol=1e-3)
