"""The same script under torchrun: two processes make of a network of one's own what one makes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from safetensors.torch import load_file

# Batches of 13 and two inputs of unequal kinds: shares are unequal, and both are cut alike.
SCRIPT = """
import sys
import torch
from safetensors.torch import save_file
from torch import nn
from makebelieve.systems.own import learner

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.out = nn.Embedding(5, 3), nn.Linear(5, 3)

    def forward(self, word, numbers):
        return self.out(torch.cat([self.words(word), numbers], 1))

torch.manual_seed(0)
word, numbers = torch.arange(70) % 5, torch.rand(70, 2, generator=torch.Generator().manual_seed(1))
learn = learner(((word, numbers), word % 3), Two(), "cross_entropy", optimizer="sgd", learning_rate=0.3,
                metrics="accuracy", batch_size=13, device="cpu", run=sys.argv[1])
learn.fit(3)
figures = learn.evaluate()
given = learn.evaluate(((word[:9], numbers[:9]), word[:9] % 3))
if learn.world.leads:
    told = torch.tensor([figures["loss"], figures["accuracy"], given["loss"]])
    save_file({**{k: v.detach().contiguous() for k, v in learn.nets["model"].state_dict().items()}, "told": told},
              sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"] if size > 1 else []
        done = subprocess.run(
            [sys.executable, *torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert two[name].numpy() == pytest.approx(value.numpy(), abs=1e-5), name
