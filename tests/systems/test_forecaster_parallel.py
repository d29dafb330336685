"""The same script under torchrun: two processes make the forecaster that one makes."""

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
import numpy as np
import torch
from makebelieve.data import series
from makebelieve.systems.forecaster import forecaster
from safetensors.torch import save_file
values = np.sin(np.arange(160) / 3) + np.random.default_rng(0).normal(0, 0.2, 160)
data = series(values, past=12, ahead=3)
learn = forecaster(data, "lstm", hidden=6, batch_size=21, device="cpu", run=sys.argv[1])
player = learn.game.players["model"]
player.optimizer = torch.optim.SGD([{"params": group} for group in player.groups], lr=0.05)

def state():
    return {k: v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}

before = state()
learn.fit(2)
figures = learn.evaluate()
if learn.world.leads:
    told = {"mase": torch.tensor([figures["mase"]] * 2)}
    save_file({name: torch.stack([before[name], value]) for name, value in state().items()} | told, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert float(two.pop("mase")[0]) == pytest.approx(float(one.pop("mase")[0]), rel=1e-4)
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.001 * moved + 1e-6, name
