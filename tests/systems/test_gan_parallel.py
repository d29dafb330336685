"""The same script under torchrun: two processes make the GAN that one makes, batch normalisation included."""

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
from functools import partial
import torch
import makebelieve as mb
from safetensors.torch import save_file
pictures = torch.rand(64, 1, 16, 16, generator=torch.Generator().manual_seed(1))
data = mb.images(pictures, labels=[i % 2 for i in range(64)], valid=0.25)
known = getattr(mb.recipes, sys.argv[1])
descent = partial(torch.optim.SGD, lr=0.01)

@mb.recipe(
    optimizers={"critic": descent, "generator": descent},
    period=known.period, differentiates_twice=known.differentiates_twice, networks=known.networks,
)
def descending(nets, batch, run):
    yield from known(nets, batch, run)

learn = mb.gan(data, descending, conditional=True, batch_size=16, precision="float32", device="cpu", run=sys.argv[2])

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
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.001 * moved + 1e-6, name
