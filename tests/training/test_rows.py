"""What a run keeps for each row of a batch: over steps, chunks, validation and checkpoints."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn
from toys import ToyData, toy_networks

from makebelieve.training import Learner, Saving, recipe
from makebelieve.training.recipe import Run
from makebelieve.training.settings import Settings


@recipe(optimizers={"critic": partial(torch.optim.SGD, lr=1e-2)}, batch_size=8)
def remembering(nets, batch, run):
    """Each row's score is added up over the steps, and the sum is part of the next loss."""
    before = run.recall("sum", torch.zeros(len(batch)))
    scores = nets.critic(batch.x)
    run.keep("sum", before + scores)
    yield "critic", (scores * (1 + before)).mean()


def learner(run, **settings):
    nets = {"critic": toy_networks(0.0)["critic"]}
    return Learner(ToyData(), nets, remembering, run=run, settings=Settings(device="cpu", **settings))


def weights(learn):
    return nn.utils.parameters_to_vector(learn.nets["critic"].parameters()).detach().clone()


def test_rows_are_kept_from_step_to_step(tmp_path):
    learn = learner(tmp_path / "a")
    learn.fit(steps=1)
    first = learn.game.run.rows["sum"].clone()
    learn.fit(steps=1)
    assert first.shape == (8,)
    assert not torch.equal(first, learn.game.run.rows["sum"])


def test_a_batch_in_chunks_keeps_the_rows_of_the_whole_batch(tmp_path):
    whole, parts = learner(tmp_path / "a"), learner(tmp_path / "b", accumulate=3)
    for learn in (whole, parts):
        learn.fit(steps=4)
    assert torch.allclose(whole.game.run.rows["sum"], parts.game.run.rows["sum"], atol=1e-6)
    assert torch.allclose(weights(whole), weights(parts), atol=1e-6)


def test_a_resumed_run_goes_on_with_the_rows_it_had(tmp_path):
    unbroken = learner(tmp_path / "a")
    unbroken.fit(steps=9)
    stopped = learner(tmp_path / "b", saving=Saving(steps=5))
    stopped.fit(steps=5)
    again = learner(tmp_path / "c")
    again.restore(tmp_path / "b")
    assert torch.equal(again.game.run.rows["sum"], stopped.game.run.rows["sum"])
    again.fit(steps=4)
    assert torch.equal(weights(again), weights(unbroken))


def test_validation_starts_without_rows_and_leaves_them(tmp_path):
    learn = learner(tmp_path / "a")
    learn.fit(steps=3)
    kept = learn.game.run.rows["sum"].clone()
    first = learn.validate()
    learn.game.run.rows = {"sum": kept + 1}
    assert learn.validate() == first
    assert torch.equal(learn.game.run.rows["sum"], kept + 1)


@pytest.mark.parametrize("n", [3, 8])
def test_rows_of_another_number_are_not_taken_for_these(n):
    run = Run(torch.device("cpu"), torch.Generator())
    run.keep("h", torch.ones(5, 2))
    assert torch.equal(run.recall("h", torch.zeros(n, 2)), torch.zeros(n, 2))


def test_what_is_kept_has_no_graph():
    run = Run(torch.device("cpu"), torch.Generator())
    run.keep("h", torch.ones(2, requires_grad=True) * 2)
    assert not run.recall("h", torch.zeros(2)).requires_grad
