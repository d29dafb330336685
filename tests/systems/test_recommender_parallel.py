"""The same script under torchrun: two processes make the recommender that one makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

# Gradient descent for those trained by gradients, as Adam makes whole steps of gradients that are nothing but rounding.
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[3])
import torch
import makebelieve as mb
from recommending import events, stars
from safetensors.torch import save_file
from makebelieve.systems.recommender import recommender

kept = {}
for name, data, options in (
    ("als", stars(), {}), ("bayesian", stars(), {}), ("dot", stars(), {}), ("dot", events(), {"loss": "bpr"}),
    ("mlp", events(), {"loss": "softmax"}),
):
    learn = recommender(
        data, name, factors=3, batch_size=30, device="cpu", run=f"{sys.argv[1]}-{len(kept)}", **options
    )
    if name in ("dot", "mlp"):
        player = learn.game.players["model"]
        player.optimizer = torch.optim.SGD(player.parameters, lr=0.1)
    learn.fit(steps=8)
    label = f"{name}.{options.get('loss', '')}"
    kept |= {f"{label}.{k}": v.detach().clone().contiguous() for k, v in learn.nets["model"].state_dict().items()}
    kept[f"{label}.valid"] = torch.tensor(list(learn.validate().values()))
    kept[f"{label}.ndcg"] = torch.tensor(learn.evaluate()["ndcg_at_10"])
if learn.world.leads:
    save_file(kept, sys.argv[2])
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
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert two[name].float().numpy() == pytest.approx(value.float().numpy(), abs=2e-3, rel=2e-3), name
