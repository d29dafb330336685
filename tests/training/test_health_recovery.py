"""`on_trouble="recover"`: back to the last healthy checkpoint, the remedy applied, told and saved."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from test_health import keys, model_learner
from torch import nn
from toys import ToyData, gan_learner

from makebelieve.errors import TrainingError
from makebelieve.training import Alarm, Callback, Check, Learner, Remedy, Saving, Settings, recipe


def squared(found, y):
    return (found[:, 0] - y).square().mean()


def hasty_learner(run=None, rate=1.0, **settings):
    """Least squares by gradient descent, stable below a rate of about 0.6."""
    torch.manual_seed(1)
    settings = {"on_trouble": "recover", "saving": Saving(steps=7), **settings}
    model = nn.Linear(6, 1, bias=False)
    return model_learner(run, model, squared, rate=rate, optimizer=torch.optim.SGD, **settings)


def recoveries(learn):
    return [record for record in learn.history.records if record["kind"] == "recovery"]


def test_too_high_a_rate_is_recovered_from(run, caplog):
    learn = hasty_learner(run)
    learn.fit(steps=600)
    assert learn.step == 600
    assert all(torch.isfinite(p).all() for p in learn.nets["model"].parameters())
    assert learn.history.records[-1]["model"] < 0.3
    (told,) = recoveries(learn)
    assert told["values"] == {"trouble": 50, "step": 0, "rates": "model 0.5", "clip": "1"}
    assert keys(learn) == ["training.explosion"]
    assert learn.game.players["model"].rates == [0.5]
    assert learn.clip == 1.0
    assert "went back to step 0" in caplog.text


def test_without_it_the_same_run_ends_in_an_error(run):
    with pytest.raises(TrainingError):
        hasty_learner(run, on_trouble="tell").fit(steps=600)


class Stop(Callback):
    """Ends the fit as a kill would, but for the program."""

    def __init__(self, step):
        self.step, self.seen = step, 0

    def on_step(self, learn):
        if learn.step == self.step and recoveries(learn):
            raise KeyboardInterrupt


@pytest.mark.parametrize("step", [1, 20, 300])
def test_a_run_killed_after_a_recovery_keeps_the_remedy(tmp_path, step):
    whole, killed = hasty_learner(tmp_path / "a"), hasty_learner(tmp_path / "b")
    whole.fit(steps=400)
    killed.callbacks.append(Stop(step))
    with pytest.raises(KeyboardInterrupt):
        killed.fit(steps=400)
    again = hasty_learner()
    again.resume(tmp_path / "b")
    assert again.step == 400
    assert again.game.players["model"].rates == [0.5]
    assert again.clip == 1.0
    assert torch.equal(whole.nets["model"].weight, again.nets["model"].weight)
    assert (tmp_path / "a" / "history.jsonl").read_bytes() == (tmp_path / "b" / "history.jsonl").read_bytes()


def test_after_three_times_the_trouble_is_raised(run):
    def poisoned(nets, batch, run):
        loss = squared(nets.model(batch.x), batch.y)
        yield "model", loss * (float("nan") if run.step >= 120 else 1.0)

    settings = Settings(batch_size=8, device="cpu", on_trouble="recover", saving=Saving(steps=10))
    factories = {"model": partial(torch.optim.SGD, lr=0.08)}
    learn = Learner(ToyData(), {"model": nn.Linear(6, 1)}, poisoned, optimizers=factories, settings=settings, run=run)
    with pytest.raises(TrainingError, match="became nan"):
        learn.fit(steps=200)
    assert [told["values"]["rates"] for told in recoveries(learn)] == ["model 0.04", "model 0.02", "model 0.01"]
    assert {told["step"] for told in recoveries(learn)} == {100}  # the last at which all was well


class Slow(Check):
    """Finds its third bad look worth an alarm, as long as the critic's rate is high."""

    remembers = ("bad",)

    def __init__(self):
        self.bad = 0

    def measure(self, learn):
        return {"rate": learn.game.players["critic"].rates[0]}

    def judge(self, step, figures):
        self.bad = self.bad + 1 if step > 30 and figures["rate"] > 6e-4 else 0
        self.suspects = self.bad > 0
        values = {"step": step, "share": "1.0"}
        remedy = Remedy({"critic": 0.5})
        return [Alarm("health.critic_over_fitting", values, remedy=remedy)] if self.bad == 3 else []


def test_slow_trouble_goes_back_to_before_it_was_suspected(run):
    learn = gan_learner(run, on_trouble="recover", saving=Saving(steps=4, keep=1))
    learn.looks.every = 10
    learn.watch.checks.append(Slow())
    learn.fit(steps=90)
    (told,) = recoveries(learn)
    # bad at 40, 50 and 60: the newest checkpoint that is not after the look at 30 is kept for that
    assert told["step"] == 28
    assert told["values"]["trouble"] == 60
    assert learn.game.players["critic"].rates == [5e-4]
    assert learn.game.players["generator"].rates == [1e-3]
    assert learn.clip is None
    steps = [record["step"] for record in learn.history.records if record["kind"] == "health"]
    assert steps == [2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90]


def test_an_alarm_without_a_remedy_is_told_and_nothing_else(run):
    @recipe(batch_size=8)
    def idle(nets, batch, _run):
        yield "model", 0 * nets.model(batch.x).mean() + 1.0

    settings = Settings(device="cpu", on_trouble="recover")
    learn = Learner(ToyData(), {"model": nn.Linear(6, 1)}, idle, settings=settings, run=run)
    learn.fit(steps=1000)
    assert keys(learn) == ["health.under_fitting"]
    assert not recoveries(learn)
