"""Groups of parameters: each with its rate, the first ones frozen, and what is frozen does not move at all."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from test_parallel import HERE, finish, start
from torch import nn
from toys import Tuned, all_of, classifier_learner, differences, gan_learner, tuned_learner

from makebelieve.errors import OptionError, RecipeError
from makebelieve.training import Callback, Learner
from makebelieve.training.parallel import World
from makebelieve.training.player import Player

OPTIMIZERS = [
    torch.optim.AdamW,
    partial(torch.optim.AdamW, foreach=True),
    partial(torch.optim.SGD, momentum=0.9),
    torch.optim.RMSprop,
]


def weights(learn):
    return {name: value.clone() for name, value in learn.nets["model"].state_dict().items()}


def moved(before, after):
    return {name.split(".")[0] for name, value in before.items() if not torch.equal(value, after[name])}


def test_the_optimizer_has_the_networks_groups_in_their_order():
    (player,) = tuned_learner().game.players.values()
    sizes = [sum(p.numel() for p in group["params"]) for group in player.optimizer.param_groups]
    assert sizes == [6 * 8 + 8 + 16, 8 * 8 + 8, 8 * 2 + 2]
    assert player.rates == [0.01, 0.01, 0.01]


def test_groups_may_have_rates_of_their_own():
    def factory(groups):
        first, *others = groups
        return torch.optim.SGD([{**first, "lr": 0.1}, *others], lr=0.3)

    assert Player("model", Tuned(True, 0.0), factory, World()).rates == [0.1, 0.3, 0.3]


def test_groups_that_leave_something_out_are_refused():
    class Forgetful(Tuned):
        def parameter_groups(self):
            return super().parameter_groups()[:2]

    with pytest.raises(RecipeError, match="hold 144 parameters, but 18|hold 6 parameters, but 8"):
        Player("model", Forgetful(True, 0.0), torch.optim.Adam, World())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("settings", [{}, {"clip": 0.1}, {"accumulate": 2}])
def test_what_is_frozen_does_not_move(run, optimizer, settings):
    """Momentum of earlier steps and the decay of weights included; batch statistics too."""
    learn = tuned_learner(run, optimizer=optimizer, **settings)
    learn.fit(steps=4)
    learn.freeze(1)
    before = weights(learn)
    learn.fit(steps=12)
    assert moved(before, weights(learn)) == {"late", "head"}
    assert all(p.grad is None for p in learn.nets["model"].early.parameters())
    learn.freeze()
    before = weights(learn)
    learn.fit(steps=12)
    assert moved(before, weights(learn)) == {"head"}
    learn.unfreeze()
    learn.fit(steps=1)
    assert moved(before, weights(learn)) == {"early", "late", "head"}


def test_frozen_parts_are_in_eval_mode_while_they_train(run):
    seen = []

    class Look(Callback):
        def on_step(self, learn):
            model = learn.nets["model"]
            seen.append((model.training, model.early[3].training, model.late.training, model.head[0].training))

    learn = tuned_learner(run)
    learn.callbacks.append(Look())
    learn.freeze(1)
    learn.fit(2)  # validation after each epoch puts everything in eval mode for a while
    learn.unfreeze()
    learn.fit(1)
    assert seen == [(True, False, True, True)] * 16 + [(True, True, True, True)] * 8


def test_freezing_counts_groups_from_the_input():
    learn = tuned_learner()
    found = []
    for groups in (0, 1, 2, -1, -2, -3):
        learn.freeze(groups)
        found.append(learn.frozen)
    assert found == [0, 1, 2, 2, 1, 0]
    learn.freeze()
    assert learn.frozen == 2
    learn.unfreeze()
    assert learn.frozen == 0
    assert all(p.requires_grad for p in learn.nets["model"].parameters())


@pytest.mark.parametrize("groups", [3, -4, 1.0, True])
def test_numbers_of_groups_that_are_not_there_are_refused(groups):
    with pytest.raises(OptionError, match="0 to 2"):
        tuned_learner().freeze(groups)


@pytest.mark.parametrize("make", [classifier_learner, gan_learner])
def test_networks_without_groups_refuse(make):
    learn = make()
    with pytest.raises(OptionError, match="parameter_groups"):
        learn.freeze()
    with pytest.raises(OptionError, match="parameter_groups"):
        learn.fine_tune(1)
    assert learn.frozen == 0
    learn.unfreeze()


def test_the_moving_average_goes_on(run):
    learn = tuned_learner(run, average=0.9)
    learn.fit(steps=5)
    learn.freeze()
    average = learn.game.players["model"].average.module
    before = {name: value.clone() for name, value in average.state_dict().items()}
    body = {name: value.clone() for name, value in learn.nets["model"].state_dict().items() if "head" not in name}
    learn.fit(steps=200)
    for name, value in average.state_dict().items():
        if name in body and value.is_floating_point():
            torch.testing.assert_close(value, body[name], rtol=1e-5, atol=1e-6)
    assert not torch.equal(average.head[1].weight, before["head.1.weight"])


def test_what_is_frozen_is_in_checkpoints(tmp_path):
    whole, cut = tuned_learner(tmp_path / "a"), tuned_learner(tmp_path / "b")
    for learn in (whole, cut):
        learn.freeze(1)
        learn.fit(1)
    again = tuned_learner()
    again.restore(tmp_path / "b")
    assert again.frozen == 1
    assert not again.nets["model"].early.training
    for learn in (whole, again):
        learn.fit(1)
        learn.freeze(2)
        learn.fit(1)
    assert differences(all_of(whole), all_of(again)) == []


class Telling(Learner):
    """Counts what it is told, and trains on other batches while the body is frozen."""

    def __init__(self, *args, **options):
        self.told = []
        super().__init__(*args, **options)

    def _frozen_changed(self):
        self.told.append(self.frozen)
        self._renew_batches()

    def batches_of(self, part, **options):
        batches = super().batches_of(part, **options)
        batches.frozen = self.frozen
        return batches


def test_a_learner_is_told_and_may_exchange_its_batches(tmp_path):
    learn, plain = tuned_learner(tmp_path / "a", make=Telling), tuned_learner(tmp_path / "b")
    for one in (learn, plain):
        one.fit(steps=3)
        one.fine_tune(1, frozen_epochs=0.5)
        one.freeze(1)
    assert learn.told == [2, 0, 1]
    assert learn.batches.frozen == 1
    assert differences(all_of(learn), all_of(plain)) == []
    again = tuned_learner(make=Telling)
    learn.fit(steps=1)
    again.restore(tmp_path / "a")
    assert again.told == [1]
    assert again.batches.frozen == 1


class Penalised(nn.Module):
    """Another player's network, so that the first one has not the only parameters that learn."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))


def test_among_several_players_only_what_learns_is_asked_for_gradients(run):
    from toys import ToyData

    from makebelieve.training import Settings

    def game(nets, batch, _run):
        yield "model", nn.functional.cross_entropy(nets.model(batch.x) * nets.other.weight, batch.y)
        yield "other", lambda: nn.functional.cross_entropy(nets.model(batch.x) * nets.other.weight, batch.y)

    torch.manual_seed(0)
    nets = {"model": Tuned(True, 0.0), "other": Penalised()}
    learn = Learner(ToyData(), nets, game, settings=Settings(device="cpu", batch_size=8), run=run)
    learn.freeze()
    before = weights(learn)
    learn.fit(steps=3)
    assert moved(before, weights(learn)) == {"head"}
    assert [p.requires_grad for p in nets["model"].early.parameters()] == [False] * 4
    assert not torch.equal(nets["other"].weight, torch.ones(2))


def frozen_and_tuned(folder):
    """One with torch's own normalisation, which is frozen, and one that is fine-tuned."""
    frozen = tuned_learner(f"{folder}/frozen", dropout=0.0, batch_size=9)
    frozen.freeze(1)
    frozen.fit(2)
    tuned = tuned_learner(f"{folder}/tuned", norm=False, dropout=0.0, batch_size=9)
    tuned.fine_tune(1)
    return {
        f"{i}.{name}": value
        for i, learn in enumerate((frozen, tuned))
        for name, value in learn.nets["model"].state_dict().items()
    }


TRAIN = """
import os, sys
sys.path.insert(0, {here!r})
import torch
torch.set_num_threads(1)
from safetensors.torch import save_file
from test_freezing import frozen_and_tuned
save_file(frozen_and_tuned({folder!r}), {folder!r} + "/rank" + os.environ["RANK"])
"""


def test_two_processes_equal_one(tmp_path):
    from safetensors.torch import load_file

    (tmp_path / "two").mkdir()
    finish(start(TRAIN.format(here=str(HERE), folder=str(tmp_path / "two")), 2))
    first, second = (load_file(tmp_path / "two" / f"rank{rank}") for rank in range(2))
    for name, value in frozen_and_tuned(tmp_path / "one").items():
        assert torch.equal(first[name], second[name])
        torch.testing.assert_close(first[name], value, rtol=1e-4, atol=1e-6)
