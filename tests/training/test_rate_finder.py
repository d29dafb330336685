"""The learning-rate range test: a useful suggestion, and no trace in the learner."""

from __future__ import annotations

import pytest
import torch
from test_health import model_learner
from torch import nn
from toys import all_of, classifier_learner, differences, gan_learner, tuned_learner

from makebelieve.errors import OptionError, TrainingError
from makebelieve.pictures import Pictures
from makebelieve.training import RateFinder


def squared(found, y):
    return (found[:, 0] - y).square().mean()


def test_rates_rise_and_the_trial_ends_where_the_loss_explodes():
    """Least squares by gradient descent, which diverges above a rate of about 0.6."""
    torch.manual_seed(1)
    learn = model_learner(None, nn.Linear(6, 1, bias=False), squared, optimizer=torch.optim.SGD)
    found = learn.find_lr()
    assert found.rates[0] == pytest.approx(1e-7)
    assert len(found.rates) == len(found.losses) < 100
    ratios = [b / a for a, b in zip(found.rates, found.rates[1:], strict=False)]
    assert ratios == pytest.approx([10 ** (8 / 99)] * len(ratios))
    assert found.smoothed[-1] > 4 * min(found.smoothed)
    assert 0.005 < found.suggestion < 0.2


def test_nothing_of_it_stays(tmp_path):
    """Weights, optimizer, average, position, random states, modes, history: with dropout, midway through an epoch."""
    plain = tuned_learner(tmp_path / "a", average=0.9)
    looked = tuned_learner(tmp_path / "b", average=0.9)
    looked.find_lr()
    assert looked.run is None
    for learn in (plain, looked):
        learn.freeze(1)
        learn.fit(steps=11)
    before = all_of(looked)
    program = torch.get_rng_state()
    looked.find_lr()
    assert torch.equal(program, torch.get_rng_state())
    assert differences(before, all_of(looked)) == []
    assert all(p.grad is None for p in looked.nets["model"].parameters())
    for learn in (plain, looked):
        learn.fine_tune(1)
    assert differences(all_of(plain), all_of(looked)) == []
    assert (tmp_path / "a" / "history.jsonl").read_bytes() == (tmp_path / "b" / "history.jsonl").read_bytes()


def test_an_error_leaves_no_trace_either():
    def broken(nets, batch, run):
        if run.step == 5:
            raise ZeroDivisionError
        yield "model", nn.functional.cross_entropy(nets.model(batch.x), batch.y)

    learn = classifier_learner()
    learn.game.recipe = broken
    before = all_of(learn)
    with pytest.raises(ZeroDivisionError):
        learn.find_lr()
    assert differences(before, all_of(learn)) == []


def test_games_of_several_players_refuse():
    with pytest.raises(OptionError, match="one player"):
        gan_learner().find_lr()


def test_a_loss_that_is_no_number_is_told():
    learn = model_learner(None, nn.Linear(6, 2), lambda found, y: found.sum() * float("nan"))
    with pytest.raises(TrainingError, match="smallest learning rate"):
        learn.find_lr()


def test_the_suggestion_is_a_tenth_of_where_the_loss_was_least():
    found = RateFinder((1e-3, 1e-2, 1e-1, 1.0), (1.0, 0.5, 0.1, 9.0))
    assert found.suggestion == pytest.approx(1e-2)
    assert found.smoothed[0] == pytest.approx(1.0)
    assert found.smoothed[1] == pytest.approx((0.9 * 0.1 + 0.1 * 0.5) / (1 - 0.81))


def test_the_plot_is_a_picture():
    plot = RateFinder((1e-3, 1e-2, 1e-1, 1.0), (1.0, 0.5, 0.1, 9.0)).plot()
    assert isinstance(plot, Pictures)
    assert plot.tensor.shape == (1, 3, 480, 720)
    assert plot.tensor.min() < 0.5
