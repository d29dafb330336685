"""The same script under torchrun: two processes make the GAN that one makes, batch normalisation included."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

SCRIPT = """
import sys
import torch
import makebelieve as mb
from safetensors.torch import save_file
pictures = torch.rand(64, 1, 16, 16, generator=torch.Generator().manual_seed(1))
data = mb.images(pictures, labels=[i % 2 for i in range(64)], valid=0.25)
recipe = getattr(mb.recipes, sys.argv[1])
learn = mb.gan(data, recipe, conditional=True, batch_size=16, precision="float32", device="cpu", run=sys.argv[2])

def state():
    nets = learn.nets.items()
    return {f"{n}.{k}": v.detach().clone().contiguous() for n, net in nets for k, v in net.state_dict().items()}

before = state()
learn.fit(steps=5)
if learn.world.leads:
    save_file({name: torch.stack([before[name], value]) for name, value in state().items()}, sys.argv[3])
"""


@pytest.mark.parametrize("recipe", ["hinge", "wgan_gp"])
def test_torchrun_with_two_processes_equals_one(tmp_path, recipe):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), recipe, str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.keys() == two.keys()
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        # Before a batch norm a bias has no gradient but rounding, which Adam blows up to a step of either sign; the
        # running mean takes that up, and the output does not feel it.
        if name.endswith((".bias", ".running_mean")):
            continue
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.03 * moved + 1e-6, name
