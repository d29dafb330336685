"""What people give recognisers: labels, networks, metrics and items of odd kinds, and half precision."""

from __future__ import annotations

import threading
import unicodedata

import numpy as np
import pytest
import torch
from bars import bars, data_of
from torch import nn

import makebelieve as mb
from makebelieve.systems.recogniser.tasks import Numbers


def rows_of(n=40):
    return np.random.default_rng(0).normal(size=(n, 4))


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_targets_far_from_zero_are_standardised_in_full_precision(half):
    task = Numbers((2005.3, 1e6), (2.0, 3.0))
    outputs = torch.tensor([[0.5, -0.25]])
    y = task.scores(outputs)  # what these outputs say: nothing is wrong with them
    assert task.losses(outputs.to(half), y) == pytest.approx(0, abs=1e-3)


def test_r2_of_equal_targets_is_no_number():
    task, y = Numbers((0.1,), (1.0,)), torch.full((7,), 0.1)
    assert np.isnan(task.figures(torch.zeros(7, 1), y)["r2"])


def test_a_metric_may_give_a_plain_number(tmp_path):
    def share(scores, y):
        return float((scores.argmax(1) == y).float().mean())

    learn = mb.classifier(data_of(), metrics=share, run=tmp_path / "run", batch_size=45)
    learn.fit(1)
    lines = [line for line in learn.history if line["kind"] == "epoch"]
    assert lines[0]["valid_share"] == pytest.approx(learn.evaluate()["accuracy"], abs=1e-6)


def test_a_row_of_numpy_numbers_is_one_item():
    x = rows_of()
    learn = mb.regressor(mb.arrays(x, x[:, 0]))
    whole = learn.predict(x[0]).label
    assert learn.predict(list(x[0].astype(np.float32))).label == pytest.approx(whole, abs=1e-6)
    assert isinstance(learn.predict(list(x[0].astype(int))).label, float)


def test_stored_pixels_given_to_predict_are_scaled_as_in_training():
    x = np.random.default_rng(0).integers(0, 255, (20, 1, 8, 8)).astype(np.uint8)
    data = mb.DataBlock(items=lambda _: range(20), x=lambda i: torch.from_numpy(x[i]), y=lambda i: "ab"[i % 2]).data(0)
    learn = mb.classifier(data)
    stored, as_seen = data.valid[0][0], data.xs("valid", [0])
    assert stored.dtype == torch.uint8
    told = torch.tensor(list(learn.predict(stored).probabilities.values()))
    torch.testing.assert_close(told, learn.scores(as_seen)[0])


def test_a_network_that_folds_rows_itself_is_used_as_it_is_trained():
    class Folding(nn.Module):
        def __init__(self):
            super().__init__()
            self.see, self.say = nn.Conv2d(1, 4, 2), nn.Linear(4, 2)

        def forward(self, x):
            return self.say(self.see(x.view(len(x), 1, 2, 2)).flatten(1))

    learn = mb.classifier(mb.arrays(rows_of(), ["ab"[i % 2] for i in range(40)]), Folding())
    assert learn.predict(rows_of()[0]).label in ("a", "b")


@pytest.mark.parametrize("network", [nn.Linear, lambda: None, 18, None])
def test_a_network_that_is_no_name_and_no_module_is_refused(network):
    with pytest.raises(mb.OptionError, match="MyNetwork"):
        mb.classifier(data_of(), network)


def test_cutmix_is_for_pictures():
    data = mb.arrays(rows_of(), ["ab"[i % 2] for i in range(40)])
    with pytest.raises(mb.OptionError, match="mixup"):
        mb.classifier(data, mix="cutmix")
    assert mb.classifier(data, mix="mixup").mix == "mixup"


def test_a_class_is_explained_by_its_name_in_either_spelling():
    x, y = bars(40)
    learn = mb.classifier(mb.images(x, labels=["세로" if one == "upright" else "가로" for one in y]))
    apart = unicodedata.normalize("NFD", "세로")
    assert apart != "세로"
    torch.testing.assert_close(learn.explain(x[0], target=apart).tensor, learn.explain(x[0], target="세로").tensor)


def test_features_of_no_items_are_refused():
    learn = mb.classifier(data_of())
    with pytest.raises(mb.OptionError, match="n is 0"):
        learn.embed(n=0)


def test_many_items_are_read_side_by_side_and_answered_in_their_order(monkeypatch):
    monkeypatch.setattr("makebelieve.data.load.cores", lambda: 4)
    learn, (x, _) = mb.classifier(data_of()), bars(40, seed=1)
    readers, read = set(), learn.read
    second = threading.Event()

    def noted(given):
        first = not readers
        readers.add(threading.get_ident())
        if len(readers) > 1:
            second.set()
        elif first:
            second.wait(10)
        return read(given)

    monkeypatch.setattr(learn, "read", noted)
    found = learn.predict(list(x))
    assert len(readers) > 1
    one = torch.tensor([one.probability for one in found])
    torch.testing.assert_close(one, learn.scores(torch.stack([read(p) for p in x])).max(1).values)


def test_metrics_of_one_name_are_refused():
    def share(scores, y):
        return (scores.argmax(1) == y).float().mean()

    def model(scores, y):
        return share(scores, y)

    for metrics in ([share, share], [model]):
        with pytest.raises(mb.OptionError, match="name of its own"):
            mb.classifier(data_of(), metrics=metrics)


@pytest.mark.parametrize("pretrained", [True, "weights.safetensors"])
def test_weights_for_a_table_are_refused_and_not_left_out(pretrained):
    x = rows_of()
    with pytest.raises(mb.OptionError, match="mlp"):
        mb.regressor(mb.arrays(x, x[:, 0]), pretrained=pretrained)
