"""Two processes look, end a fit and go back together, as one does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from test_health import watched
from test_health_recovery import hasty_learner
from test_parallel import finish, start
from toys import gan_learner

TRAIN = """
import sys
sys.path.insert(0, {here!r})
import torch
torch.set_num_threads(1)
from safetensors.torch import save_file
from test_health import watched
from test_health_recovery import hasty_learner
from toys import gan_learner
learn = {make}
assert learn.world.size == 2
learn.fit({fit})
kept = next(iter(learn.nets.values())).state_dict()
save_file({{k: v.contiguous() for k, v in kept.items()}}, {out!r} + str(learn.world.rank))
"""

MAKE = {
    "watched(RUN, make=gan_learner)": lambda run: watched(run, make=gan_learner),
    "hasty_learner(RUN)": lambda run: hasty_learner(run),
}


@pytest.mark.parametrize(
    ("make", "fit"),
    [("watched(RUN, make=gan_learner)", {"until": "third"}), ("hasty_learner(RUN)", {"steps": 120})],
)
def test_two_processes_look_and_go_back_as_one(tmp_path, make, fit):
    from safetensors.torch import load_file

    words = ", ".join(f"{name}={value!r}" for name, value in fit.items())
    said = make.replace("RUN", repr(str(tmp_path / "two")))
    finish(start(TRAIN.format(here=str(Path(__file__).parent), make=said, fit=words, out=str(tmp_path / "rank")), 2))
    first, second = load_file(tmp_path / "rank0"), load_file(tmp_path / "rank1")
    assert all(torch.equal(first[name], second[name]) for name in first)
    one = MAKE[make](tmp_path / "one")
    one.fit(**fit)
    for name, value in next(iter(one.nets.values())).state_dict().items():
        torch.testing.assert_close(first[name], value, rtol=1e-4, atol=1e-6)
    there = [json.loads(line) for line in (tmp_path / "two" / "history.jsonl").read_text().splitlines()]
    assert [record["kind"] for record in there] == [record["kind"] for record in one.history.records]
    assert {"reached", "recovery"} & {record["kind"] for record in there}
