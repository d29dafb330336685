"""Networks wired by hand, and the learner that trains them."""

from __future__ import annotations

import pytest
import torch

from makebelieve.networks.wiring import LSTM, Dense, Embedding, Input, Model, Sequential, concat
from makebelieve.systems.own import learner

OPTIONS = {"batch_size": 16, "device": "cpu", "precision": "float32"}


def digits(n=128):
    x = torch.rand(n, 12, generator=torch.Generator().manual_seed(0))
    return x, x[:, :3].argmax(1)


def textbook():
    torch.manual_seed(0)
    x = Input(12)
    h = Dense(16, "relu")(x)
    h = Dense(16, "relu")(h)
    return Model(x, Dense(3)(h))


def test_the_textbooks_functional_network_learns(tmp_path):
    learn = learner(
        digits(), textbook(), "cross_entropy", optimizer="rmsprop", learning_rate=0.01, metrics=["accuracy"],
        run=tmp_path / "run", **OPTIONS,
    )  # fmt: skip
    learn.fit(15)
    assert learn.evaluate()["accuracy"] > 0.8
    assert isinstance(learn.model, torch.fx.GraphModule)
    again = learner(digits(), textbook(), "cross_entropy", optimizer="rmsprop", run=tmp_path / "new", **OPTIONS)
    again.restore(learn.run)
    assert torch.equal(again.predict(digits()[0]), learn.predict(digits()[0]))


@pytest.mark.parametrize("named", [False, True])
def test_two_inputs_and_two_heads(tmp_path, named):
    words, marks = Input(6, "int64"), Input(4)
    h = concat([LSTM(8)(Embedding(20, 4)(words)), marks])
    size, kind = Dense(1)(h), Dense(3)(h)
    x = torch.randint(0, 20, (64, 6)), torch.rand(64, 4)
    y = x[1].sum(1), x[0][:, 0] % 3
    if named:
        model = Model({"words": words, "marks": marks}, {"size": size, "kind": kind})
        data = dict(zip(["words", "marks"], x, strict=True)), dict(zip(["size", "kind"], y, strict=True))
        loss, metrics = {"size": "mse", "kind": ("cross_entropy", 0.2)}, {"kind": "accuracy"}
    else:
        model, data = Model([words, marks], [size, kind]), (x, y)
        loss, metrics = ["mse", ("cross_entropy", 0.2)], [[], ["accuracy"]]
    learn = learner(data, model, loss, metrics=metrics, run=tmp_path / "run", **OPTIONS)
    learn.fit(2)
    figures = learn.evaluate()
    first, second = ("size", "kind") if named else ("output_1", "output_2")
    assert figures["loss"] == pytest.approx(figures[f"{first}_loss"] + 0.2 * figures[f"{second}_loss"], rel=1e-5)
    found = learn.predict(data[0])
    assert (found["kind"] if named else found[1]).shape == (64, 3)


def test_an_encoder_shares_its_weights_with_the_autoencoder(tmp_path):
    x = Input(12)
    code = Dense(4, "relu")(x)
    whole, encoder = Model(x, Dense(12, "sigmoid")(code)), Model(x, code)
    rows = digits()[0]
    with torch.no_grad():
        before = encoder(rows)
    learner((rows, rows), whole, "binary_cross_entropy", run=tmp_path / "run", **OPTIONS).fit(2)
    with torch.no_grad():
        assert not torch.equal(encoder(rows), before)


def test_a_sequence_of_layers(tmp_path):
    model = Sequential([Dense(8, "relu"), Dense(3)], input_shape=12)
    learn = learner(digits(), model, "cross_entropy", run=tmp_path / "run", **OPTIONS)
    learn.fit(steps=2)
    torch.testing.assert_close(learn.probabilities(digits()[0]).sum(1), torch.ones(128))
