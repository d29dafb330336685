"""The same script under torchrun: two processes make the translator that one makes, critic and noise included."""

from __future__ import annotations

import os
import subprocess
import sys

import torch
from safetensors.torch import load_file

SCRIPT = """
import sys
from functools import partial
import torch
import makebelieve as mb
from makebelieve.systems.translator import recipes, translator
from safetensors.torch import save_file
pictures = torch.rand(24, 3, 16, 16, generator=torch.Generator().manual_seed(1))
data = mb.images(pictures, valid=0.25)
# gradient descent, as Adam makes whole steps of gradients that are nothing but rounding
descent = partial(torch.optim.SGD, lr=0.01)
recipes.pix2pix.optimizers = {"model": descent, "critic": descent}
learn = translator(
    data, "restore", scratches=2.0, adversarial=0.1, width=4, batch_size=6, precision="float32", device="cpu",
    run=sys.argv[1],
)

def state():
    nets = learn.nets.items()
    return {f"{n}.{k}": v.detach().clone().contiguous() for n, net in nets for k, v in net.state_dict().items()}

before = state()
learn.fit(steps=4)
if learn.world.leads:
    save_file({name: torch.stack([before[name], value]) for name, value in state().items()}, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        launch = [sys.executable]
        if size > 1:
            launch += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*launch, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.keys() == two.keys()
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.001 * moved + 1e-6, name
