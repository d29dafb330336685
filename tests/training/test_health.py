"""The watch over training: real trouble is told, healthy runs are left alone, and a resumed run sees the same."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from toys import ToyData, classifier_learner, gan_learner, wgan_learner

from makebelieve.errors import OptionError, TrainingError
from makebelieve.training import Alarm, Check, Learner, Remedy, Saving, Settings, supervised
from makebelieve.training.health import Watch


def keys(learn):
    return [record["key"] for record in learn.history.alarms]


def looks(learn):
    return [record for record in learn.history.records if record["kind"] == "health"]


def model_learner(run, model, loss=F.cross_entropy, data=None, rate=1e-3, optimizer=torch.optim.Adam, **settings):
    game = supervised(loss)
    settings = Settings(batch_size=8, device="cpu", **settings)
    factories = {"model": partial(optimizer, lr=rate)}
    return Learner(data or ToyData(), {"model": model}, game, optimizers=factories, settings=settings, run=run)


def relu_model(width=16):
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 2))


# ---------------------------------------------------------------- looks


class Counting(Check):
    """Counts its looks, and waits for the third."""

    remembers = ("looks",)
    conditions = ("third",)

    def __init__(self):
        self.looks = 0

    def measure(self, learn):
        noise = torch.rand(3)  # the same at each look, and not felt by the run
        return {"noise": float(noise.sum()), "weight": float(next(learn.nets["critic"].parameters()).detach().sum())}

    def judge(self, step, figures):
        assert "noise" in figures
        self.looks += 1
        return [Alarm("health.reached", {"step": step, "condition": "x"})] if self.looks == 5 else []

    def reached(self, condition):
        return condition == "third" and self.looks >= 3


def test_looks_come_at_steps_that_depend_on_nothing_else():
    found, step = [], 0
    while step < 2000:
        step = gan_learner().looks.after(step)
        found.append(step)
    assert found == [10, 100, 250, 500, 1000, 1500, 2000]


def watched(run=None, make=wgan_learner, every=10, **settings):
    learn = make(run, **settings)
    learn.looks.every = every
    learn.watch.checks.append(Counting())
    return learn


def test_looks_are_recorded_and_not_felt(tmp_path):
    plain, looked = wgan_learner(tmp_path / "a"), watched(tmp_path / "b")
    plain.fit(steps=35)
    looked.fit(steps=35)
    for name, net in plain.nets.items():
        assert all(map(torch.equal, net.parameters(), looked.nets[name].parameters()))
    records = looks(looked)
    assert [record["step"] for record in records] == [2, 5, 10, 20, 30]
    assert len({record["noise"] for record in records}) == 1
    assert "dead_generator" in records[0]
    assert keys(looked) == ["health.reached"]


def test_a_run_resumed_from_every_step_looks_and_judges_as_an_unbroken_one(tmp_path):
    whole = watched(tmp_path / "whole", saving=Saving(steps=1, keep=1000))
    whole.fit(steps=33)
    history = (tmp_path / "whole" / "history.jsonl").read_bytes()
    for step in range(0, 33, 4):
        run = tmp_path / f"from-{step}"
        (run / "checkpoints").mkdir(parents=True)
        for name in ("config.json", "history.jsonl", "clock.jsonl"):
            (run / name).write_bytes((tmp_path / "whole" / name).read_bytes())
        (source,) = (tmp_path / "whole" / "checkpoints").glob(f"step-{step:010d}-*")
        source.rename(run / "checkpoints" / source.name)
        again = watched()
        again.resume(run)
        assert (run / "history.jsonl").read_bytes() == history
        assert again.watch.checks[-1].looks == 5


def test_fit_ends_when_its_condition_is_reached(run, caplog):
    caplog.set_level("INFO")
    learn = watched(run)
    learn.fit(until="third")
    assert learn.step == 10
    assert learn.calls == 1
    assert not learn.interrupted
    assert 'until="third"' in caplog.text
    assert learn.history.records[-1] == {"kind": "reached", "step": 10, "condition": "third"}
    learn.resume()  # nothing is left
    again = watched()
    again.resume(run)
    assert again.step == learn.step == 10


def test_a_killed_fit_ends_at_the_same_step(tmp_path):
    whole = watched(tmp_path / "whole", saving=Saving(steps=3, keep=9))
    whole.fit(until="third")
    for checkpoint in (tmp_path / "whole" / "checkpoints").iterdir():
        if int(checkpoint.name[5:15]) > 6:
            checkpoint.rename(tmp_path / checkpoint.name)
    again = watched(saving=Saving(steps=3, keep=9))
    again.resume(tmp_path / "whole")
    assert again.step == 10
    assert again.history.records == whole.history.records


def test_a_condition_ends_a_fit_no_later_than_its_length(run):
    learn = watched(run)
    learn.fit(steps=7, until="third")
    assert learn.step == 7


def test_an_unknown_condition_is_one_sentence_with_the_known_ones():
    with pytest.raises(OptionError, match=r'until="balance".*"third"'):
        watched().fit(until="balance")
    with pytest.raises(OptionError, match="they know: -"):
        gan_learner().fit(1, until="balanced")


# ---------------------------------------------------------------- explosion


def test_a_leap_is_an_explosion_and_growth_is_not():
    watch = Watch(["model"])
    for step, loss in enumerate([0.5, 2, 10, 100, 1000]):
        assert not watch.look("steps", step, {"model": loss})
    (alarm,) = watch.look("steps", 9, {"model": 40_000.0})
    assert alarm.key == "training.explosion"
    assert alarm.remedy == Remedy({"model": 0.5}, clip=1.0)
    assert not watch.look("steps", 10, {"model": 50_000.0})  # told once
    assert watch.clean["steps"] == 4


def test_too_high_a_rate_explodes_and_is_told(run):
    model = nn.Linear(6, 1, bias=False)
    mse = lambda found, y: (found[:, 0] - y).square().mean()  # noqa: E731
    learn = model_learner(run, model, mse, rate=1.0, optimizer=torch.optim.SGD)
    with pytest.raises(TrainingError, match="lower learning rate"):
        learn.fit(steps=600)
    assert keys(learn) == ["training.explosion", "training.not_a_number"]


# ---------------------------------------------------------------- dead units


def test_a_far_too_high_rate_kills_units_and_is_told(run):
    learn = model_learner(run, relu_model(), rate=30.0, optimizer=torch.optim.SGD)
    learn.looks.every = 20
    learn.fit(steps=40)
    assert "health.dead_units" in keys(learn)


def test_units_with_a_huge_negative_bias_are_dead(run):
    model = relu_model()
    learn = model_learner(run, model)
    model[0].bias.data[:15] = -100.0
    learn.looks.every = 20
    learn.fit(steps=10)
    (alarm,) = learn.history.alarms
    assert alarm["values"] == {"name": "model", "step": 10, "share": "94%"}


def test_half_of_the_units_dead_is_no_alarm(run):
    model = relu_model()
    model[0].bias.data[:8] = -100.0
    learn = model_learner(run, model)
    learn.looks.every = 20
    learn.fit(steps=40)
    assert not learn.history.alarms
    assert 0.5 <= looks(learn)[0]["dead_model"] < 0.9


# ---------------------------------------------------------------- fitting too well, or not at all


def test_learning_items_by_heart_is_told(run):
    """Labels without any sense: what is learned of the training items can't help with others."""
    data = ToyData(n=16, valid=64)
    data.y = torch.randint(2, (80,), generator=torch.Generator().manual_seed(1))
    learn = model_learner(run, relu_model(64), data=data, rate=0.02)
    learn.fit(60)
    assert keys(learn) == ["health.over_fitting"]
    values = learn.history.alarms[0]["values"]
    assert float(values["valid"]) > float(values["least"])


@pytest.mark.parametrize("rate", [0.0, 3.0])
def test_a_loss_that_does_not_fall_is_told(run, rate):
    class Bounded(nn.Module):
        """Saturated by the first steps of too high a rate, and flat from then on."""

        def __init__(self):
            super().__init__()
            self.inner = relu_model()

        def forward(self, x):
            return 5 * torch.tanh(self.inner(x) * 5)

    learn = model_learner(run, Bounded(), rate=rate, optimizer=torch.optim.SGD)
    learn.fit(steps=1000)
    assert "health.under_fitting" in keys(learn)


def test_healthy_games_raise_no_alarm(tmp_path):
    for i, make in enumerate((classifier_learner, gan_learner, wgan_learner)):
        learn = make(tmp_path / str(i))
        learn.looks.every = 20
        learn.fit(steps=1100 if make is classifier_learner else 120)
        assert not learn.history.alarms, make
