"""The same script under torchrun: two processes make the classifier of texts that one makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

# Gradient descent, as Adam makes whole steps of gradients that are nothing but rounding.
SCRIPT = """
import sys
import torch
sys.path.insert(0, sys.argv[3])
from makebelieve.networks.blocks import Dropout
from safetensors.torch import save_file
from test_texts import made
learn = made(run=sys.argv[1], batch_size=20, learning_rate=0.1)
for part in learn.nets["model"].modules():
    if isinstance(part, Dropout):
        part.p = 0.0  # each process drops units of its own
player = learn.game.players["model"]
player.optimizer = torch.optim.SGD(player.parameters, lr=0.1)

def state():
    return {k: v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}

before = state()
learn.fit(steps=4)
figures = learn.evaluate()
if learn.world.leads:
    found = {name: torch.stack([before[name], value]) for name, value in state().items()}
    save_file({**found, "accuracy": torch.tensor(figures["accuracy"])}, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        command = [*torchrun, *arguments, str(Path(__file__).parent)]
        done = subprocess.run(command, capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.pop("accuracy") == two.pop("accuracy")
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.001 * moved + 1e-6, name
