"""Players that rest: their turns are played, and nothing of theirs changes."""

from __future__ import annotations

import time

import pytest
import torch
from toys import classifier_learner, wgan_learner

from makebelieve import Callback
from makebelieve.errors import OptionError


def weights(learn, name):
    return {key: value.clone() for key, value in learn.nets[name].state_dict().items()}


def same(one, other):
    return all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("options", [{}, {"accumulate": 2}])
@pytest.mark.parametrize(("learns", "rests"), [("critic", "generator"), ("generator", "critic")])
def test_only_the_named_player_learns_and_both_losses_are_kept(tmp_path, learns, rests, options):
    learn = wgan_learner(tmp_path / "run", **options)
    learn.fit(steps=1)  # the recipe's own clipping, which nobody's turn does, changes nothing after it
    learn.only(learns)
    before = {name: weights(learn, name) for name in learn.nets}
    steps = learn.game.players[rests].steps
    learn.fit(steps=10)
    assert not same(before[learns], weights(learn, learns))
    assert same(before[rests], weights(learn, rests))
    assert learn.game.players[rests].steps == steps
    assert {"critic", "generator"} <= set(learn.history.records[-1])
    assert [r["learning"] for r in learn.history.records if r["kind"] == "turns"] == [[learns]]


def test_all_learn_again(tmp_path):
    learn = wgan_learner(tmp_path / "run")
    learn.only("critic")
    learn.only()
    before = weights(learn, "generator")
    learn.fit(steps=10)
    assert not same(before, weights(learn, "generator"))


def test_who_rests_is_kept_in_a_checkpoint(tmp_path):
    learn = wgan_learner(tmp_path / "run")
    learn.only("critic")
    learn.fit(steps=5)
    again = wgan_learner(None)
    again.restore(tmp_path / "run")
    assert again.game.players["generator"].rests
    assert not again.game.players["critic"].rests


def test_an_unknown_player_is_named(tmp_path):
    learn = wgan_learner(tmp_path / "run")
    with pytest.raises(OptionError, match="'painter'.*critic, generator|'painter'.*generator, critic"):
        learn.only("painter")
    assert not any(player.rests for player in learn.game.players.values())


class Holding(Callback):
    def on_step(self, learn):
        started = time.perf_counter()
        time.sleep(0.05)
        learn.waited += time.perf_counter() - started


def test_no_clock_counts_what_a_callback_waited(tmp_path):
    learn = classifier_learner(tmp_path / "run")
    learn.callbacks.append(Holding())
    started = time.perf_counter()
    learn.fit(steps=10)
    passed = time.perf_counter() - started
    assert learn.waited >= 0.5
    assert learn.seconds_before <= passed - learn.waited + 0.01
