"""The same script under torchrun: two processes make the classifier that one makes, mixed and frozen as well."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

# Gradient descent, as Adam makes whole steps of gradients that are nothing but rounding.
SCRIPT = """
import sys
import torch
import makebelieve as mb
from makebelieve.networks.blocks import Dropout
from safetensors.torch import save_file
pictures, y = torch.rand(80, 1, 8, 8, generator=torch.Generator().manual_seed(1)), [i % 2 for i in range(80)]
rows = sys.argv[1] == "rows"
data = mb.arrays(pictures.flatten(1), y, valid=0.25) if rows else mb.images(pictures, labels=y, valid=0.25)
learn = mb.classifier(
    data, mix="none" if rows else sys.argv[1], batch_size=20,
    precision="float32", device="cpu", learning_rate=0.05, run=sys.argv[2]
)
for part in learn.nets["model"].modules():
    if isinstance(part, Dropout):
        part.p = 0.0  # each process drops units of its own
player = learn.game.players["model"]
player.optimizer = torch.optim.SGD([{"params": group} for group in player.groups], lr=0.05)

def state():
    return {k: v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}

before = state()
learn.fit(steps=3)
learn.fine_tune(1)
if learn.world.leads:
    save_file({name: torch.stack([before[name], value]) for name, value in state().items()}, sys.argv[3])
"""


@pytest.mark.parametrize("mix", ["none", "cutmix", "rows"])
def test_torchrun_with_two_processes_equals_one(tmp_path, mix):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), mix, str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.001 * moved + 1e-6, name
