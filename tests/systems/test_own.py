"""`mb.learner`: any network, any loss, any data; a run comes back; bad input is one sentence."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.data import arrays, images
from makebelieve.systems.own import learner


def plain(outputs=2, inputs=6):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(inputs, 12), nn.ReLU(), nn.Linear(12, outputs))


def rows(n=120, seed=1):
    x = torch.rand(n, 6, generator=torch.Generator().manual_seed(seed))
    return x, (x[:, :3].sum(1) > x[:, 3:].sum(1)).long()


def make(tmp_path, data=None, model=None, loss="cross_entropy", **options):
    options = {"batch_size": 16, "device": "cpu", "precision": "float32", "run": tmp_path / "run", **options}
    return learner(rows() if data is None else data, plain() if model is None else model, loss, **options)


class TwoHeads(nn.Module):
    """Two inputs, whole numbers and floats, to a class and a number."""

    def __init__(self, form="tuple"):
        super().__init__()
        torch.manual_seed(0)
        self.form = form
        self.words, self.body = nn.Embedding(5, 4), nn.Linear(4 + 3, 16)
        self.kind, self.size = nn.Linear(16, 3), nn.Linear(16, 1)

    def forward(self, word, numbers):
        h = torch.relu(self.body(torch.cat([self.words(word), numbers], 1)))
        found = {"kind": self.kind(h), "size": self.size(h)}
        return found if self.form == "dict" else tuple(found.values())


def two_headed(n=90):
    word = torch.arange(n) % 5
    numbers = torch.rand(n, 3, generator=torch.Generator().manual_seed(2))
    return (word, numbers), (word % 3, numbers.sum(1))


# -------------------------------------------------------------------- it learns, judges and predicts


def test_it_learns_and_says_how_well(tmp_path):
    learn = make(tmp_path, metrics=["accuracy"], learning_rate=0.02)
    before = learn.evaluate()
    learn.fit(12)
    figures = learn.evaluate()
    assert set(figures) == {"loss", "accuracy"}
    assert figures["loss"] < 0.5 * before["loss"]
    assert figures["accuracy"] > 0.85
    last = learn.history.epochs[-1]
    assert last["valid_accuracy"] == pytest.approx(figures["accuracy"])
    assert {"model", "accuracy", "valid_model", "valid_accuracy"} <= set(last)


def test_figures_are_means_over_items_whatever_the_batches_are(tmp_path):
    learn = make(tmp_path, metrics=["accuracy", "error_rate"], batch_size=7, valid=0.4)
    x, y = learn.data.valid[0].value, learn.data.valid[1].value
    outputs = learn.predict(x)
    figures = learn.evaluate()
    assert figures["loss"] == pytest.approx(F.cross_entropy(outputs, y).item(), abs=1e-6)
    assert figures["accuracy"] == pytest.approx((outputs.argmax(1) == y).float().mean().item(), abs=1e-6)
    assert figures["error_rate"] == pytest.approx(1 - figures["accuracy"])
    given = learn.evaluate((x.numpy(), y.tolist()))
    assert dict(given) == pytest.approx(dict(figures))
    assert given.protocol["part"] == "given"
    assert given.protocol["n"] == 48


def test_without_validation_items_it_judges_by_the_training_items(tmp_path):
    learn = make(tmp_path, valid=0.0)
    learn.fit(steps=3)
    assert learn.evaluate().protocol["part"] == "train"
    assert learn.evaluate().protocol["n"] == 120


def test_the_validation_part_can_be_given(tmp_path):
    learn = make(tmp_path, valid=rows(30, seed=9))
    assert (learn.data.count("train"), learn.data.count("valid")) == (120, 30)
    assert torch.equal(learn.data.valid[0].value, rows(30, seed=9)[0])


def test_predictions_are_what_the_network_gives_and_probabilities_their_softmax(tmp_path):
    learn = make(tmp_path)
    x = rows(50)[0]
    with torch.no_grad():
        expected = learn.model.eval()(x)
    torch.testing.assert_close(learn.predict(x.double().numpy(), batch_size=7), expected)
    torch.testing.assert_close(learn.probabilities(x), expected.softmax(1))
    with pytest.raises(mb.OptionError, match="knows of no probabilities"):
        make(tmp_path / "other", loss=lambda p, y: (p.sum(1) - y).square().mean()).probabilities(x)


def test_the_network_stays_in_its_mode_when_used(tmp_path):
    learn = make(tmp_path, model=nn.Sequential(plain(), nn.Dropout(0.5)))
    learn.model.train()
    assert torch.equal(learn.predict(rows()[0]), learn.predict(rows()[0]))
    assert learn.model.training


# -------------------------------------------------------------------- losses


@pytest.mark.parametrize(
    ("name", "module"),
    [("mse", nn.MSELoss()), ("mae", nn.L1Loss()), ("huber", nn.HuberLoss())],
)
def test_losses_of_numbers_never_broadcast(tmp_path, name, module):
    x, _ = rows()
    y = x.sum(1)  # (n,) against (n, 1)
    learns = [make(tmp_path / str(i), (x, y), plain(1), loss) for i, loss in enumerate([name, module])]
    expected = module(plain(1)(learns[0].data.valid[0].value), learns[0].data.valid[1].value.unsqueeze(1)).item()
    for learn in learns:
        assert learn.evaluate()["loss"] == pytest.approx(expected, rel=1e-5)
        learn.fit(steps=3)


def test_class_numbers_shares_and_columns_of_one_mean_the_same(tmp_path):
    x, y = rows()
    losses = [
        make(tmp_path / str(i), (x, target), loss=loss).evaluate()["loss"]
        for i, (target, loss) in enumerate(
            [
                (y, "cross_entropy"),
                (y[:, None], F.cross_entropy),
                (F.one_hot(y), nn.CrossEntropyLoss()),
                (F.one_hot(y).float(), "cross_entropy"),
            ]
        )
    ]
    assert losses == pytest.approx([losses[0]] * 4, rel=1e-5)


def test_classes_may_stand_last(tmp_path):
    x = torch.randint(0, 7, (40, 5))
    model = nn.Sequential(nn.Embedding(7, 8), nn.Linear(8, 7))  # (n, 5) to (n, 5, 7)
    learn = make(tmp_path, (x, x), model, metrics="accuracy", learning_rate=0.05)
    learn.fit(20)
    assert learn.evaluate()["accuracy"] > 0.95
    torch.testing.assert_close(learn.probabilities(x).sum(-1), torch.ones(40, 5))


def test_pictures_of_classes_stand_in_dimension_1(tmp_path):
    x, y = torch.rand(24, 1, 8, 8), torch.randint(0, 3, (24, 8, 8))
    learn = make(tmp_path, (x, y), nn.Conv2d(1, 3, 1), metrics="accuracy")
    learn.fit(steps=2)
    found = learn.predict(learn.data.valid[0].value)
    wanted = learn.data.valid[1].value
    assert learn.evaluate()["loss"] == pytest.approx(F.cross_entropy(found, wanted).item(), rel=1e-4)
    assert learn.evaluate()["accuracy"] == pytest.approx((found.argmax(1) == wanted).float().mean().item(), abs=1e-6)


def test_two_sided_choices_by_logits_and_by_probabilities(tmp_path):
    x, y = rows()
    logits = make(tmp_path / "a", (x, y), plain(1), "binary_cross_entropy_with_logits", metrics="accuracy")
    whole = nn.Sequential(plain(1), nn.Sigmoid())
    probabilities = make(tmp_path / "b", (x, y), whole, "binary_cross_entropy", metrics="accuracy")
    assert dict(logits.evaluate()) == pytest.approx(dict(probabilities.evaluate()), rel=1e-5)
    torch.testing.assert_close(logits.probabilities(x), probabilities.predict(x))
    torch.testing.assert_close(probabilities.probabilities(x), probabilities.predict(x))


def test_weights_of_classes_go_where_the_network_goes(tmp_path):
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 3.0]))
    learn = make(tmp_path, loss=loss)
    learn.fit(steps=2)
    assert "loss" in learn.nets
    assert list(learn.game.players) == ["model"]
    x, y = learn.data.valid[0].value, learn.data.valid[1].value
    assert learn.evaluate()["loss"] == pytest.approx(loss(learn.predict(x), y).item(), rel=0.05)


def test_nll_takes_log_probabilities(tmp_path):
    model = nn.Sequential(plain(), nn.LogSoftmax(1))
    learn = make(tmp_path, model=model, loss="nll", metrics="accuracy")
    other = make(tmp_path / "other", model=plain(), metrics="accuracy")
    assert dict(learn.evaluate()) == pytest.approx(dict(other.evaluate()), rel=1e-5)
    torch.testing.assert_close(learn.probabilities(rows()[0]), other.probabilities(rows()[0]))


# -------------------------------------------------------------------- several inputs and outputs


@pytest.mark.parametrize("form", ["tuple", "dict"])
def test_a_network_of_two_inputs_and_two_outputs(tmp_path, form):
    (word, numbers), (kind, size) = two_headed()
    data = ((word, numbers), (kind, size))
    loss, metrics = ["cross_entropy", ("mse", 0.5)], [["accuracy"], ["mae"]]
    names = ["output_1", "output_2"]
    if form == "dict":
        data = ({"numbers": numbers, "word": word}, {"size": size, "kind": kind})
        loss, metrics, names = (
            {"kind": "cross_entropy", "size": ("mse", 0.5)},
            {"kind": "accuracy", "size": ["mae"]},
            [],
        )
        names = ["kind", "size"]
    learn = make(tmp_path, data, TwoHeads(form), loss, metrics=metrics, learning_rate=0.02)
    learn.fit(25)
    figures = learn.evaluate()
    first, second = names
    assert set(figures) == {"loss", f"{first}_loss", f"{second}_loss", f"{first}_accuracy", f"{second}_mae"}
    assert figures["loss"] == pytest.approx(figures[f"{first}_loss"] + 0.5 * figures[f"{second}_loss"], rel=1e-5)
    assert figures[f"{first}_accuracy"] > 0.9
    found = learn.predict(data[0])
    shapes = [tuple(one.shape) for one in (found.values() if form == "dict" else found)]
    assert shapes == [(90, 3), (90, 1)]
    shares = learn.probabilities(data[0])
    torch.testing.assert_close((shares["kind"] if form == "dict" else shares[0]).sum(1), torch.ones(90))


def test_one_name_counts_for_every_output_and_one_function_gets_all(tmp_path):
    (_, numbers), (_, size) = two_headed()

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(1)
            self.one, self.two = nn.Linear(3, 1), nn.Linear(3, 1)

        def forward(self, x):
            return self.one(x), self.two(x)

    data = (numbers, (size, 2 * size))
    named = make(tmp_path / "a", data, Twice(), "mse")

    def both(outputs, targets):
        return sum(F.mse_loss(out.squeeze(1), y) for out, y in zip(outputs, targets, strict=True))

    own = make(tmp_path / "b", data, Twice(), both)
    assert named.evaluate()["loss"] == pytest.approx(own.evaluate()["loss"], rel=1e-5)
    assert "output_2_loss" in named.evaluate()
    own.fit(steps=2)
    # one target for a network of two outputs, as a variational autoencoder has it
    alone = make(
        tmp_path / "c", (numbers, size), Twice(), lambda out, y: (out[0] + out[1]).squeeze(1).sub(y).abs().mean()
    )
    alone.fit(steps=2)
    assert alone.history.epochs == [] and alone.step == 2


def test_a_function_that_knows_more_outputs_than_targets_is_asked_in_validation_too(tmp_path):
    (_, numbers), (_, size) = two_headed()
    model = nn.Linear(3, 1)
    learn = make(tmp_path, (numbers, size), model, lambda out, y: (out.squeeze(1) - y).square().mean(), metrics="mse")
    assert learn.evaluate()["loss"] == pytest.approx(learn.evaluate()["mse"], rel=1e-5)


# -------------------------------------------------------------------- data


def test_what_the_doors_give_is_taken_too(tmp_path):
    x, y = rows()
    learn = make(tmp_path, arrays(x, y.tolist()), metrics="accuracy")
    learn.fit(2)
    assert learn.evaluate().protocol["data"] == learn.data.fingerprint()
    pictures = images((torch.rand(24, 1, 8, 8) * 255).byte(), labels=[i % 2 for i in range(24)])
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 2))
    seen = make(tmp_path / "pictures", pictures, model)
    seen.fit(steps=2)
    assert seen.memory_format == torch.channels_last
    whole = (torch.rand(3, 1, 8, 8) * 255).byte()
    torch.testing.assert_close(seen.predict(whole), seen.predict(whole.float() / 255))


def test_a_network_that_takes_a_view_of_its_pictures_keeps_its_layout(tmp_path):
    class Old(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.head = nn.Conv2d(1, 4, 3), nn.Linear(144, 2)

        def forward(self, x):
            return self.head(self.conv(x).view(-1, 144))

    learn = make(tmp_path, (torch.rand(20, 1, 8, 8), torch.arange(20) % 2), Old())
    learn.fit(steps=2)
    assert learn.memory_format is None
    assert learn.predict(torch.rand(3, 1, 8, 8)).shape == (3, 2)


def test_arrays_keep_whole_numbers_whole_and_nothing_else(tmp_path):
    learn = make(
        tmp_path,
        (np.arange(60).reshape(30, 2) % 5, np.ones(30)),
        nn.Sequential(nn.Embedding(5, 1), nn.Flatten(), nn.Linear(2, 1)),
        "mse",
    )
    assert learn.data.train[0].value.dtype == torch.int64
    assert learn.data.train[1].value.dtype == torch.float32
    assert repr(learn.data) == "GivenData(24 train, 6 valid, 2 int64 → 1 float32)"


def test_batches_are_the_same_for_the_same_seed_and_split_over_processes(tmp_path):
    data = make(tmp_path).data
    whole = data.batches("train", 16, seed=3)
    shares = [data.batches("train", 16, seed=3, rank=rank, world=2) for rank in range(2)]
    for _ in range(9):
        batch, parts = next(whole), [next(one) for one in shares]
        assert torch.equal(batch.x, torch.cat([part.x for part in parts]))
        assert [part.total for part in parts] == [16, 16]
        assert torch.equal(torch.cat([small.y for small in batch.chunk(3)]), batch.y)
    again = data.batches("train", 16, seed=3)
    again.load_state(whole.state())
    assert torch.equal(next(again).items, next(whole).items)


def test_the_fingerprint_tells_other_numbers_and_other_splits_apart(tmp_path):
    x, y = rows()
    prints = {
        make(tmp_path / str(i), data, seed=seed).data.fingerprint()
        for i, (data, seed) in enumerate([((x, y), 1), ((x + 1, y), 1), ((x, 1 - y), 1), ((x, y), 2)])
    }
    assert len(prints) == 4
    assert make(tmp_path / "same", (x, y), seed=1).data.fingerprint() in prints


# -------------------------------------------------------------------- optimizers


@pytest.mark.parametrize(
    ("given", "kind", "rate"),
    [
        ("adam", torch.optim.Adam, 1e-3),
        ("rmsprop", torch.optim.RMSprop, 1e-3),
        ("sgd", torch.optim.SGD, 1e-2),
        ("adamw", torch.optim.AdamW, 1e-3),
        (torch.optim.RMSprop, torch.optim.RMSprop, 1e-2),
        (partial(torch.optim.SGD, lr=0.1, momentum=0.9), torch.optim.SGD, 0.1),
        (lambda parameters: torch.optim.Adagrad(parameters, lr=0.2), torch.optim.Adagrad, 0.2),
        (partial(torch.optim.LBFGS, lr=0.5, max_iter=3), torch.optim.LBFGS, 0.5),
    ],
)
def test_optimizers_by_name_class_and_function(tmp_path, given, kind, rate):
    learn = make(tmp_path, optimizer=given)
    player = learn.game.players["model"]
    assert type(player.optimizer) is kind
    assert player.rates == [rate]
    before = learn.evaluate()["loss"]
    learn.fit(2)
    assert learn.evaluate()["loss"] < before
    assert json.loads((learn.run / "config.json").read_text())["arguments"]["optimizer"]


# -------------------------------------------------------------------- the run


def test_a_run_goes_on_in_the_program_that_made_it_bit_for_bit(tmp_path):
    whole = make(tmp_path / "whole")
    whole.fit(steps=20)
    first = make(tmp_path / "part")
    first.fit(steps=12)
    second = make(tmp_path / "new")
    second.restore(first.run)
    second.fit(steps=8)
    for one, other in zip(whole.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(mb.CheckpointError, match="other data"):
        make(tmp_path / "other", (rows()[0] + 1, rows()[1])).restore(first.run)
    with pytest.raises(mb.CheckpointError, match="nll"):
        make(tmp_path / "loss", model=nn.Sequential(plain(), nn.LogSoftmax(1)), loss="nll").restore(first.run)


def test_the_page_of_a_run_is_written_and_asked_for(tmp_path):
    learn = make(tmp_path, metrics="accuracy")
    with pytest.raises(mb.TrainingError, match="fit"):
        learn.report()
    learn.fit(1)
    page = learn.report()
    assert page == learn.run / "report.html"
    assert "accuracy" in page.read_text()
    assert "makebelieve resume" not in page.read_text()


def test_a_learner_without_the_callback_has_no_page(tmp_path):
    model = mb.Learner(arrays(*rows()), {"model": plain()}, mb.supervised(F.cross_entropy), run=tmp_path / "run")
    model.fit(steps=1)
    with pytest.raises(mb.TrainingError, match="WriteReport"):
        model.report()


def test_parts_of_a_batch_make_the_same_step(tmp_path):
    one, other = make(tmp_path / "a"), make(tmp_path / "b", accumulate=4)
    one.fit(steps=4)
    other.fit(steps=4)
    for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("form", ["tuple", "dict"])
def test_it_can_be_taken_away_in_its_program_form(tmp_path, form):
    (word, numbers), (kind, size) = two_headed()
    data, loss = ((word, numbers), (kind, size)), ["cross_entropy", "mse"]
    if form == "dict":
        data = ({"numbers": numbers, "word": word}, {"size": size, "kind": kind})
        loss = {"kind": "cross_entropy", "size": "mse"}
    learn = make(tmp_path, data, TwoHeads(form), loss)
    learn.fit(steps=2)
    (program,) = learn.programs().values()
    inputs = [port.name for port in program.inputs]
    assert inputs == (["numbers", "word"] if form == "dict" else ["x_1", "x_2"])
    assert [port.dtype for port in program.inputs] == (["float32", "int64"] if form == "dict" else ["int64", "float32"])
    found = program.module(*((numbers, word) if form == "dict" else (word, numbers)))
    expected = learn.predict(data[0])
    for one, other in zip(found, expected.values() if form == "dict" else expected, strict=True):
        torch.testing.assert_close(one, other)
    folder = learn.export(tmp_path / "away", to="torch.export")
    assert {path.name for path in folder.iterdir()} >= {"model.safetensors", "config.json", "README.md", "model.pt2"}
    again = torch.export.load(folder / "model.pt2").module()(*program.example())
    for one, other in zip(again, program.module(*program.example()), strict=True):
        torch.testing.assert_close(one, other)


# -------------------------------------------------------------------- bad input is one sentence


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"loss": "crossentropy"}, "did you mean 'cross_entropy'"),
        ({"loss": "categorical_crossentropy"}, "did you mean 'cross_entropy'"),
        ({"loss": "mean_squared_error"}, "did you mean 'mse'"),
        ({"loss": 3}, "loss=3 was given"),
        ({"loss": nn.MSELoss}, "made already"),
        ({"loss": lambda p, y: p.sum(1)}, "must give one number"),
        ({"loss": lambda p, y: p @ y}, "can't compare"),
        ({"loss": "mse"}, r"outputs of shape \(2, 2\) with targets of shape \(2,\)"),
        ({"loss": ["mse", "mse"]}, "network of 1 outputs"),
        ({"loss": "nll"}, "log_softmax"),
        ({"loss": [("cross_entropy", -1)]}, "weight"),
        ({"optimizer": "admin"}, "did you mean 'adam'"),
        ({"optimizer": 0.1}, "optimizer=0.1"),
        ({"metrics": ["acuracy"]}, "did you mean 'accuracy'"),
        ({"metrics": [3]}, "3 was given as a metric"),
        ({"metrics": 3}, "3 was given as a metric"),
        ({"metrics": [lambda p, y: p @ y]}, "metric <lambda> can't judge"),
        ({"optimizer": dict}, "class of torch.optim"),
        ({"optimizer": torch.optim.lr_scheduler.StepLR}, "class of torch.optim"),
        ({"metrics": ["accuracy", "accuracy"]}, "Two figures"),
        ({"model": nn.Linear}, "made already"),
        ({"model": plain(inputs=5)}, "can't take rows of 6 float32"),
        ({"model": nn.Sequential(plain(), nn.Softmax(1))}, "leave the softmax"),
        ({"model": plain(1), "loss": "binary_cross_entropy"}, "end the network in a sigmoid"),
        ({"data": (rows()[0], rows()[1].float())}, "whole numbers"),
        ({"data": (rows()[0], rows()[1] + 1)}, "from 1 to 2"),
        ({"data": (torch.ones(9, 6, dtype=torch.uint8), [0] * 9)}, "divided by 255"),
        ({"data": (rows()[0], rows()[1][:5])}, "x has 120 rows and y has 5"),
        ({"data": (rows()[0], ["cat"] * 120)}, "y can't be read as numbers"),
        ({"data": (rows()[0] * torch.inf, rows()[1])}, "NaN or infinite"),
        ({"data": (rows()[0], (rows()[1], rows()[1]))}, "2 targets"),
        ({"data": ((rows()[0], rows()[1][:9]), rows()[1])}, "arrays of x have 120, 9 rows"),
        ({"data": rows()[0]}, "pair"),
        ({"data": "mnist"}, "mb.images"),
        ({"data": (1, 2, 3)}, r"\(x, y\) are wanted"),
        ({"data": ([], [])}, "at least one row"),
        ({"valid": 1.5}, "1.5"),
        ({"valid": "half"}, "share of the rows"),
        ({"valid": (rows()[0][:, :3], rows()[1])}, "must be alike"),
        ({"data": arrays(rows()[0], rows()[1].tolist()), "valid": 0.5}, "split of their own"),
        ({"data": arrays(rows()[0])}, "no labels"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(tmp_path, changes, told):
    with pytest.raises(mb.MakebelieveError, match=told):
        make(tmp_path, **changes)


def test_a_loss_that_would_learn_belongs_into_the_network(tmp_path):
    class Centres(nn.Module):
        def __init__(self):
            super().__init__()
            self.centres = nn.Parameter(torch.zeros(2))

        def forward(self, p, y):
            return (p - self.centres).square().mean()

    with pytest.raises(mb.OptionError, match="put it into the network"):
        make(tmp_path, loss=Centres())


def test_other_inputs_are_refused_when_used(tmp_path):
    learn = make(tmp_path)
    with pytest.raises(mb.DataError, match="learned from"):
        learn.predict((rows()[0], rows()[0]))
    with pytest.raises(mb.DataError, match="can't take inputs of 4 float32"):
        learn.predict(torch.rand(3, 4))
    with pytest.raises(mb.OptionError, match="batch_size"):
        learn.predict(rows()[0], batch_size=0)
    with pytest.raises(mb.DataError, match="are wanted"):
        learn.evaluate(rows()[0])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"loss": ["mse"]}, "network of 2 outputs"),
        ({"loss": {"kind": "mse"}}, "one for each of"),
        ({"metrics": ["accuracy"]}, "network of 2 outputs"),
        ({"metrics": {"colour": "accuracy"}}, "given for colour"),
    ],
)
def test_bad_input_for_several_outputs(tmp_path, changes, told):
    given = {"loss": ["cross_entropy", "mse"], **changes}
    with pytest.raises(mb.MakebelieveError, match=told):
        make(tmp_path, two_headed(), TwoHeads(), **given)


def test_a_test_set_is_looked_at_before_it_is_judged(tmp_path):
    learn = make(tmp_path)
    x, y = rows(20)
    for given, told in (
        ((x, y + 5), "targets go from 5 to 6"),
        ((x[:, :3], y), "can't take rows of 3 float32"),
        ((x, (y, y)), "gives 1 outputs"),
    ):
        with pytest.raises(mb.MakebelieveError, match=told):
            learn.evaluate(given)
    with pytest.raises(mb.MakebelieveError, match="'train' or 'valid', not 'test'"):
        learn.evaluate(part="test")


def test_one_row_alone_is_no_batch(tmp_path):
    with pytest.raises(mb.DataError, match="1 float32; the network learned from 6 float32"):
        make(tmp_path).predict(rows()[0][0])


def test_classes_of_a_door_are_counted(tmp_path):
    data = arrays(torch.rand(30, 1, 4, 4), torch.arange(30) % 3)
    with pytest.raises(mb.OptionError, match="from 0 to 2, and the network tells 2"):
        make(tmp_path, data, nn.Sequential(nn.Flatten(), nn.Linear(16, 2)))


def test_what_a_door_gave_is_predicted_from_any_numbers(tmp_path):
    learn = make(
        tmp_path, arrays(torch.rand(30, 1, 4, 4), torch.arange(30) % 3), nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
    )
    pixels = np.arange(32, dtype=np.uint8).reshape(2, 1, 4, 4)
    assert torch.allclose(learn.predict(pixels), learn.predict(pixels / 255.0), atol=1e-6)
    with pytest.raises(mb.DataError, match="can't be read as numbers"):
        learn.predict("cat.jpg")
