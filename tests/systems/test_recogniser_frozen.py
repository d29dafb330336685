"""A recogniser whose body is frozen: what learns, what is run, and that resuming stays exact."""

from __future__ import annotations

import importlib.util

import pytest
import torch
from bars import bars, data_of
from safetensors.torch import save_file

import makebelieve as mb
from makebelieve.networks.transfer import Transfer


def make(run, data=None, **options):
    options = {"batch_size": 30, "precision": "float32", "device": "cpu", "learning_rate": 0.01} | options
    return mb.classifier(data or data_of(), run=run, **options)


def weights(learn, part):
    return {name: t.clone() for name, t in getattr(learn.nets["model"], part).state_dict().items()}


def counted(learn):
    seen = []
    learn.nets["model"].body.register_forward_hook(lambda _body, given, _out: seen.append(len(given[0])))
    return seen


def test_a_frozen_body_neither_learns_nor_moves_and_is_run_once_for_each_item(tmp_path):
    learn = make(tmp_path / "run")
    learn.callbacks.clear()
    learn.freeze()
    body, head = weights(learn, "body"), weights(learn, "head")
    seen = counted(learn)
    learn.fit(4)
    assert all(torch.equal(tensor, body[name]) for name, tensor in weights(learn, "body").items())
    assert any(not torch.equal(tensor, head[name]) for name, tensor in weights(learn, "head").items())
    assert sum(seen) == 90 + 30  # training and validation items, in four epochs
    learn.unfreeze()
    learn.fit(1)
    assert any(not torch.equal(tensor, body[name]) for name, tensor in weights(learn, "body").items())


def test_features_give_what_the_pictures_give(tmp_path):
    fast = make(tmp_path / "a")
    fast.freeze()
    slow = make(tmp_path / "b")
    slow.freeze()
    slow._body_features.usable = lambda _part: False
    for learn in (fast, slow):
        learn.fit(2)
    for name, tensor in fast.nets["model"].state_dict().items():
        assert torch.allclose(tensor.float(), slow.nets["model"].state_dict()[name].float(), atol=1e-5), name


@pytest.mark.parametrize(
    ("options", "door"),
    [({"augment": [mb.random_crop(1)]}, {}), ({}, {"mix": "cutmix"})],
)
def test_items_that_change_are_seen_by_the_body_each_time(tmp_path, options, door):
    learn = make(tmp_path / "run", data_of(**options), **door)
    learn.callbacks.clear()
    learn.freeze()
    seen = counted(learn)
    learn.fit(2)
    assert sum(seen) >= 2 * 90 + 30


def test_fine_tuning_that_was_broken_off_ends_as_an_unbroken_one(tmp_path):
    class Stop(mb.Callback):
        def __init__(self, at):
            self.at = at

        def on_step(self, learn):
            if learn.step == self.at:
                raise KeyboardInterrupt

    whole = make(tmp_path / "whole")
    whole.fine_tune(2, frozen_epochs=2)
    for at in (2, 5, 8):  # in the frozen stage, and in the other
        broken = make(tmp_path / f"broken{at}", callbacks=[Stop(at)], saving=mb.Saving(steps=1))
        with pytest.raises(KeyboardInterrupt):
            broken.fine_tune(2, frozen_epochs=2)
        again = make(tmp_path / f"again{at}")
        again.resume(tmp_path / f"broken{at}")
        assert again.step == whole.step
        for name, tensor in whole.nets["model"].state_dict().items():
            assert torch.equal(tensor, again.nets["model"].state_dict()[name]), (at, name)


def test_fine_tuning_learns_and_a_rate_can_be_found(tmp_path):
    learn = make(tmp_path / "run")
    found = learn.find_lr()
    assert 1e-7 < found.suggestion < 10
    learn.fine_tune(5)
    assert learn.frozen == 0 and learn.evaluate()["accuracy"] > 0.8
    assert isinstance(learn.nets["model"], Transfer)
    assert learn.predict(bars(1)[0][0]).label in learn.classes


def test_early_stopping_puts_the_best_weights_back(tmp_path):
    learn = make(tmp_path / "run", learning_rate=0.02)
    learn.fit(60, patience=2)
    epochs = [line["valid_model"] for line in learn.history if line["kind"] == "epoch"]
    assert len(epochs) < 60
    assert learn.validate()["model"] == pytest.approx(min(epochs), rel=1e-4)


@pytest.mark.skipif(importlib.util.find_spec("torchvision") is None, reason="needs torchvision")
def test_only_weights_of_others_are_fine_tuned_by_default(tmp_path):
    data = mb.images(bars(12, size=64)[0], labels=bars(12, size=64)[1])
    random = make(tmp_path / "a", data, network="squeezenet1_1", pretrained=False)
    assert random.usual_fit == make(tmp_path / "b").usual_fit == "fit_one_cycle"
    weights = random.nets["model"].body.net.state_dict()
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, tmp_path / "w.safetensors")
    learn = make(tmp_path / "c", data, network="squeezenet1_1", pretrained=tmp_path / "w.safetensors")
    assert learn.usual_fit == "fine_tune"
    learn.fit(1)
    assert mb.load(learn.run).predict(bars(1, size=64)[0][0]).label in learn.classes  # the file is not needed any more
