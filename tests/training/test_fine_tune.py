"""Fine-tuning in stages, and cycles with a rate of their own: what they do, and that they can be cut off anywhere."""

from __future__ import annotations

import os
import signal

import pytest
import torch
from test_freezing import Telling
from toys import all_of, at_every_step, classifier_learner, differences, gan_learner, tuned_learner

from makebelieve.errors import OptionError, TrainingError
from makebelieve.training import Callback, Saving, schedule


class Rates(Callback):
    def __init__(self):
        self.frozen, self.rates = [], []

    def on_step(self, learn):
        self.frozen.append(learn.frozen)
        self.rates.append([group["lr"] for group in learn.game.players["model"].optimizer.param_groups])


def test_first_the_head_then_all_with_rates_that_rise_towards_it(run):
    learn = tuned_learner(run)
    learn.fit(steps=3)
    learn.callbacks.append(seen := Rates())
    learn.fine_tune(2, rate=0.1)
    assert seen.frozen == [2] * 8 + [0] * 16
    for i in range(8):
        assert seen.rates[i] == pytest.approx([0.1 * schedule.one_cycle(i / 8)] * 3)
    for i in range(16):
        factor = schedule.one_cycle(i / 16)
        assert seen.rates[8 + i] == pytest.approx([0.0005 * factor, 0.005 * factor, 0.05 * factor])
    assert learn.step == 3 + 24
    assert learn.calls == 2
    assert learn.game.players["model"].rates == [0.01] * 3
    assert learn.frozen == 0


def test_without_a_rate_it_is_the_players_own(run):
    learn = tuned_learner(run, learning_rate=0.02)
    learn.callbacks.append(seen := Rates())
    learn.fine_tune(1)
    assert max(rates[-1] for rates in seen.rates[:8]) == pytest.approx(0.02)
    assert max(rates[-1] for rates in seen.rates[8:]) == pytest.approx(0.01)
    assert max(rates[0] for rates in seen.rates[8:]) == pytest.approx(0.0001)


def test_the_history_says_in_which_stage(run, caplog):
    caplog.set_level("INFO")
    learn = tuned_learner(run)
    learn.fine_tune(2, frozen_epochs=1.5)
    assert [(record["epoch"], record["stage"]) for record in learn.history] == [(1, 1), (2, 2), (3, 2)]
    steps = [(record["step"], record["stage"]) for record in learn.history.records if record["kind"] == "steps"]
    assert steps == [(12, 1), (28, 2)]
    assert "Stage 1 of 2: 2 of 3 groups of parameters frozen, learning rate up to 0.01" in caplog.text
    assert "Stage 2 of 2: 0 of 3" in caplog.text


def test_frozen_epochs_can_be_left_out(run):
    learn = tuned_learner(run)
    learn.callbacks.append(seen := Rates())
    learn.fine_tune(1, frozen_epochs=0)
    assert seen.frozen == [0] * 8


@pytest.mark.parametrize("options", [{"epochs": 0}, {"epochs": 1, "frozen_epochs": -1}, {"epochs": 1, "rate": 0.0}])
def test_numbers_that_make_no_sense_are_refused(options, run):
    with pytest.raises(OptionError, match="above zero"):
        tuned_learner(run).fine_tune(**options)
    assert not run.exists()


def test_resumed_from_every_step_it_equals_the_unbroken_run(tmp_path):
    """Also where the stream of batches is exchanged at each stage."""

    def learner(run=None, **saving):
        return tuned_learner(run, average=0.9, saving=Saving(**saving), make=Telling)

    plain = tuned_learner(tmp_path / "plain", average=0.9)
    whole = learner(tmp_path / "whole", steps=1, keep=1000)
    for learn in (plain, whole):
        learn.fit(steps=3)
        learn.fine_tune(1, frozen_epochs=0.5, rate=0.05)
    expected, history = all_of(plain), (tmp_path / "plain" / "history.jsonl").read_bytes()
    assert differences(all_of(whole), expected) == []
    (tmp_path / "killed").mkdir()
    steps = []
    for step, run in at_every_step(tmp_path / "whole", tmp_path / "killed"):
        learn = learner(seconds=1e9)
        learn.restore(run)
        if learn._plan.stages:
            learn.resume()
            steps.append(step)
            assert differences(all_of(learn), expected) == [], step
            assert (run / "history.jsonl").read_bytes() == history
    assert set(steps) == set(range(3, 15))


@pytest.mark.parametrize("step", [2, 4, 7])
def test_ctrl_c_ends_it_after_the_step_under_way_in_either_stage(tmp_path, step):
    class Interrupt(Callback):
        def on_step(self, learn):
            if learn.step == step:
                os.kill(os.getpid(), signal.SIGINT)

    whole, cut = tuned_learner(tmp_path / "a"), tuned_learner(tmp_path / "b")
    cut.callbacks.append(Interrupt())
    for learn in (whole, cut):
        learn.fine_tune(1, frozen_epochs=0.5)
    assert cut.step == step
    assert cut.interrupted
    cut.callbacks.clear()
    cut.resume()
    assert not cut.interrupted
    assert differences(all_of(cut), all_of(whole)) == []


def test_resume_with_another_rate_holds_in_both_stages(run):
    class Break(Callback):
        def on_step(self, learn):
            if learn.step == 3:
                raise KeyboardInterrupt

    learn = tuned_learner(run, saving=Saving(steps=2))
    learn.callbacks.append(Break())
    with pytest.raises(KeyboardInterrupt):
        learn.fine_tune(1, frozen_epochs=0.5, rate=0.5)
    again = tuned_learner()
    again.callbacks.append(seen := Rates())
    again.resume(run, learning_rate=0.2)
    assert seen.frozen == [2] * 2 + [0] * 8
    assert max(rates[-1] for rates in seen.rates[:2]) <= 0.2
    assert max(rates[-1] for rates in seen.rates[2:]) == pytest.approx(0.1)


@pytest.mark.parametrize(("step", "back"), [(3, 0), (10, 8)])
def test_after_trouble_in_either_stage_half_the_rate_holds(run, step, back):
    class Spoil(Callback):
        def __init__(self):
            self.done = False

        def on_step(self, learn):
            if learn.step == step and not self.done:
                self.done = True
                learn.nets["model"].head[1].weight.data.mul_(float("nan"))

    learn = tuned_learner(run, on_trouble="recover", saving=Saving(steps=7, keep=9), norm=False)
    learn.callbacks += [Spoil(), seen := Rates()]
    learn.fine_tune(1, rate=0.1)
    assert learn.step == 16
    (told,) = learn.history.recoveries
    assert told["values"]["step"] == back
    assert told["values"]["rates"] == f"model {0.05 if back < 8 else 0.025}"
    assert seen.frozen[back - 16 :] == [2] * (8 - back) + [0] * 8
    assert max(rates[-1] for rates in seen.rates[back - 16 :]) == pytest.approx(0.05 if back < 8 else 0.025)
    assert max(rates[-1] for rates in seen.rates[-8:]) == pytest.approx(0.025)
    assert all(torch.isfinite(p).all() for p in learn.nets["model"].parameters())


def test_one_cycle_with_a_rate_of_its_own(run):
    learn = classifier_learner(run)
    learn.callbacks.append(seen := Rates())
    learn.fit_one_cycle(1, rate=0.3)
    assert max(rates[0] for rates in seen.rates) == pytest.approx(0.3)
    learn.fit(steps=1)
    assert seen.rates[-1] == [1e-3]
    with pytest.raises(OptionError, match="rate=-1"):
        learn.fit_one_cycle(1, rate=-1)


def test_a_rate_is_that_of_all_players(run):
    learn = gan_learner(run)
    learn.fit_one_cycle(1, rate=0.5)
    assert learn._plan.rates == {"critic": 0.5, "generator": 0.5}


def test_there_is_nothing_to_resume_before_anything_began():
    with pytest.raises(TrainingError):
        tuned_learner().resume()
