"""Early stopping: when it ends a fit, which weights are in place then, and that it can be cut off anywhere."""

from __future__ import annotations

import pytest
import torch
from toys import ToyData, all_of, at_every_step, differences, gan_learner, tuned_learner

from makebelieve.errors import OptionError
from makebelieve.training import Callback, Learner, Saving


class Scripted(Learner):
    """Its validation losses are those of a list."""

    losses = (3.0, 2.0, 1.0, 1.5, float("nan"), 0.5, 0.6, 0.7, 0.8, 0.1)

    def validate(self):
        return {"model": self.losses[self.step // 8 - 1]}


def scripted(run=None, **settings):
    return tuned_learner(run, make=Scripted, average=0.9, **settings)


class Keep(Callback):
    """Weights after each epoch."""

    def __init__(self):
        self.weights = {}

    def on_record(self, learn, record):
        if record["kind"] == "epoch":
            model = learn.nets["model"], learn.game.players["model"].average.module
            self.weights[record["epoch"]] = [{k: v.clone() for k, v in one.state_dict().items()} for one in model]


def in_place(learn, weights):
    models = learn.nets["model"], learn.game.players["model"].average.module
    return all(
        torch.equal(value, kept[name])
        for model, kept in zip(models, weights, strict=True)
        for name, value in model.state_dict().items()
    )


@pytest.mark.parametrize(("patience", "ended", "best"), [(2, 5, 3), (3, 9, 6), (9, 10, 10)])
def test_it_ends_after_so_many_epochs_and_puts_the_best_weights_back(run, patience, ended, best, caplog):
    caplog.set_level("INFO")
    learn = scripted(run)
    learn.callbacks.append(kept := Keep())
    learn.fit(10, patience=patience)
    assert learn.step == ended * 8
    assert in_place(learn, kept.weights[best])
    assert not learn.interrupted
    assert learn.history.records[-1]["kind"] == "best"
    assert (learn.history.records[-1]["epoch"], learn.history.records[-1]["waited"]) == (best, ended - best)
    assert f"weights of epoch {best} are in place" in caplog.text
    again = scripted()
    again.restore(run)
    assert in_place(again, kept.weights[best])


def test_also_where_the_length_ends_it(run):
    learn = scripted(run)
    learn.callbacks.append(kept := Keep())
    learn.fit(steps=35, patience=9)
    assert learn.step == 35
    assert in_place(learn, kept.weights[3])


def test_a_fit_after_it_goes_on_and_forgets_the_best(run):
    learn = scripted(run)
    learn.fit(10, patience=2)
    learn.callbacks.append(kept := Keep())
    learn.fit(2)
    assert learn.step == 7 * 8
    assert in_place(learn, kept.weights[7])


def test_what_a_fit_that_was_broken_off_kept_is_dropped_by_the_next(run):
    class BreakOff(Callback):
        def on_step(self, learn):
            if learn.step == 13:
                raise ZeroDivisionError

    learn = scripted(run)
    learn.callbacks.append(breaks := BreakOff())
    with pytest.raises(ZeroDivisionError):
        learn.fit(10, patience=2)
    assert learn._best
    learn.callbacks.remove(breaks)
    learn.fit(steps=1)
    again = scripted()
    again.restore(run)
    assert not again._best


def test_resumed_from_every_step_it_equals_the_unbroken_run(tmp_path):
    """The step after which the best weights are put back included."""
    plain, whole = scripted(tmp_path / "plain"), scripted(tmp_path / "whole", saving=Saving(steps=1, keep=1000))
    for learn in (plain, whole):
        learn.fit(steps=9)
        learn.fit(8, patience=1)
    expected = all_of(plain)
    assert plain.step == 32
    assert differences(all_of(whole), expected) == []
    (tmp_path / "killed").mkdir()
    count = 0
    for _, run in at_every_step(tmp_path / "whole", tmp_path / "killed"):
        learn = scripted()
        learn.restore(run)
        if learn._plan.patience is not None:
            learn.resume()
            assert differences(all_of(learn), expected) == []
            count += 1
    assert count == 23


def test_real_validation_losses_do_too(run):
    learn = tuned_learner(run, data=ToyData(n=16, valid=64), learning_rate=0.1)
    learn.fit(60, patience=3)
    losses = learn.history.column("valid_model")
    assert len(losses) < 60
    assert learn.validate()["model"] == pytest.approx(min(losses), abs=1e-6)


def test_what_it_can_not_watch_is_refused(run):
    with pytest.raises(OptionError, match="no validation data"):
        tuned_learner(run, data=ToyData(valid=0)).fit(1, patience=2)
    with pytest.raises(OptionError, match="one player"):
        gan_learner(run).fit(1, patience=2)
    for wrong in (0, 1.5, True):
        with pytest.raises(OptionError, match="patience="):
            tuned_learner(run).fit(1, patience=wrong)
    assert not run.exists()
