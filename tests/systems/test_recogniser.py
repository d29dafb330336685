"""Classifier and regressor: data to evidence on tiny pictures, and what they refuse."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from bars import bars, data_of
from PIL import Image
from torch import nn

import makebelieve as mb
from makebelieve.data.reading import PictureReading
from makebelieve.systems.recogniser.tasks import Numbers, OneOf, SeveralOf, balanced, spread


@pytest.fixture
def learn(tmp_path):
    learn = mb.classifier(data_of(), run=tmp_path / "run", batch_size=30, learning_rate=0.01)
    learn.fit_one_cycle(8)
    return learn


def test_four_lines_lead_from_pictures_to_an_answer_with_evidence(learn, tmp_path):
    figures = learn.evaluate()
    assert figures["accuracy"] > 0.85 and figures["accuracy"] == pytest.approx(1 - figures["error_rate"])
    assert figures.protocol["part"] == "valid" and figures.protocol["n"] == 30
    x, y = bars(6, seed=5)
    said = learn.predict(x[0])
    assert said.label in ("upright", "lying") and sum(said.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert said.probability == max(said.probabilities.values())
    assert sum(one.label == truth for one, truth in zip(learn.predict(list(x)), y, strict=True)) >= 5
    matrix = learn.confusion().matrix
    assert matrix.sum() == 30 and matrix.diagonal().sum() / 30 == pytest.approx(figures["accuracy"])
    assert all(true != said for true, said, _ in learn.most_confused())
    assert "lying" in repr(learn.per_class()) and 0 <= learn.calibration().error <= 1
    worst = learn.top_losses(3)
    assert len(worst) == 3 and all("(" in caption or "%" in caption for caption in worst.captions)
    assert learn.show_results(4).tensor.shape == (4, 1, 8, 8)
    assert (learn.run / "samples").is_dir() and (learn.run / "report.html").exists()
    lines = [line for line in learn.history if line["kind"] == "epoch"]
    assert len(lines) == 8 and all("valid_error_rate" in line and "valid_model" in line for line in lines)


def test_predict_reads_paths_bytes_pictures_arrays_and_tensors_alike(learn, tmp_path):
    x, _ = bars(1, seed=3)
    image = Image.fromarray(x[0])
    image.save(tmp_path / "bar.png")
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    tensor = torch.from_numpy(x[0])[None]
    given = [tmp_path / "bar.png", str(tmp_path / "bar.png"), encoded.getvalue(), image, x[0], tensor]
    found = [learn.predict(one) for one in given]
    assert len({one.probability for one in found}) == 1
    together = learn.predict(given)
    assert [one.probability for one in together] == pytest.approx([found[0].probability] * 6, abs=1e-5)


def test_a_broken_file_among_good_ones_is_told_and_the_others_are_answered(learn, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    x, _ = bars(3, seed=4)
    for i, picture in enumerate(x):
        Image.fromarray(picture).save(folder / f"{i}.png")
    (folder / "1a.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("left out")
    found = learn.predict(folder)
    assert [Path(one.item).name for one in found] == ["0.png", "1.png", "1a.png", "2.png"]
    assert [one.error is None for one in found] == [True, True, False, True]
    assert found[2].label is None and "1a.png" in found[2].error and "not read" in repr(found)
    assert [one.label for one in learn.predict_each(folder)] == [one.label for one in found]
    with pytest.raises(mb.DataError, match="can't be read as a picture"):
        learn.predict(folder / "1a.png")
    with pytest.raises(mb.DataError, match="no file"):
        learn.predict(folder / "none.png")


def test_a_loaded_run_answers_as_before_without_its_data(learn, tmp_path):
    x, _ = bars(2, seed=8)
    again = mb.load(learn.run)
    assert again.data is None and again.reading == PictureReading((8, 8), 1)
    assert again.predict(x[0]).probabilities == learn.predict(x[0]).probabilities
    with pytest.raises(mb.TrainingError):
        again.evaluate()


def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(tmp_path):
    def make(run):
        options = {"mix": "mixup", "label_smoothing": 0.1, "batch_size": 30, "precision": "float32", "device": "cpu"}
        return mb.classifier(data_of(augment=[mb.random_crop(1)]), run=run, **options)

    whole, broken = make(tmp_path / "whole"), make(tmp_path / "broken")
    whole.fit(2)
    whole.fit(1)
    broken.fit(2)
    resumed = make(tmp_path / "other")
    resumed.restore(tmp_path / "broken")
    resumed.fit(1)
    for name, tensor in whole.nets["model"].state_dict().items():
        assert torch.equal(tensor, resumed.nets["model"].state_dict()[name]), name


def test_several_classes_at_once(tmp_path):
    rng = np.random.default_rng(0)
    x = np.zeros((160, 8, 8), np.uint8)
    labels = []
    for picture in x:
        here = [name for name in ("left", "right") if rng.random() < 0.5]
        picture[:, :3], picture[:, 5:] = 200 * ("left" in here), 200 * ("right" in here)
        labels.append(here)
    data = mb.images(x, labels=labels, valid=0.25)
    assert data.several and data.classes == ["left", "right"] and data.train.y.dtype == torch.float32
    learn = mb.classifier(data, run=tmp_path / "run", batch_size=40, learning_rate=0.02)
    learn.fit_one_cycle(6)
    figures = learn.evaluate()
    assert figures["exact_match"] > 0.9 and figures["f1"] > 0.9
    both = np.full((8, 8), 200, np.uint8)
    assert set(learn.predict(both).label) == {"left", "right"}
    assert learn.predict(np.zeros((8, 8), np.uint8)).label == ()
    assert "left" in repr(learn.per_class())
    with pytest.raises(mb.OptionError, match="exactly one class"):
        learn.confusion()
    assert mb.load(learn.run).predict(both).label == learn.predict(both).label


def test_numbers_from_pictures_come_in_their_own_units(tmp_path):
    rng = np.random.default_rng(0)
    bright = rng.uniform(0, 1, 200)
    x = (bright[:, None, None] * 255 * np.ones((1, 8, 8))).astype(np.uint8)
    data = mb.images(x, labels=[[1000 + 50 * b, -b] for b in bright.tolist()])
    learn = mb.regressor(data, run=tmp_path / "run", batch_size=40, learning_rate=0.01)
    learn.fit_one_cycle(15)
    first, second = learn.predict(np.full((8, 8), 128, np.uint8)).label
    assert first == pytest.approx(1025, abs=6) and second == pytest.approx(-0.5, abs=0.12)
    figures = learn.evaluate()
    assert figures["rmse"] ** 2 == pytest.approx(figures["mse"]) and figures["mae"] < 4 and figures["r2"] > 0.99
    assert mb.load(learn.run).predict(x[0]).label == learn.predict(x[0]).label
    with pytest.raises(mb.OptionError, match="exactly one class"):
        learn.confusion()
    assert len(learn.top_losses(2)) == 2


def test_classes_called_by_numbers_are_numbers_too_and_the_run_goes_on(tmp_path):
    folder = tmp_path / "angles"
    folder.mkdir()
    for i in range(40):
        Image.fromarray(np.full((8, 8), 6 * i, np.uint8)).save(folder / f"picture_{i / 4}.png")
    data = mb.images(folder, labels=r"_(\d+\.\d+)\.png$")
    assert data.classes is not None
    learn = mb.regressor(data, run=tmp_path / "run", batch_size=16)
    assert learn.data.classes is None and learn.data.train.y.dtype == torch.float32
    learn.fit(2)
    again = mb.resume(tmp_path / "run")
    again.fit(1)
    assert isinstance(again.predict(folder / "picture_2.5.png").label, float)


def test_rows_of_numbers_are_classified_and_regressed_on(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(100, 20, (300, 3))
    y = np.where(x[:, 0] > 100, "high", "low")
    learn = mb.classifier(mb.arrays(x, y), run=tmp_path / "a", batch_size=50, learning_rate=0.01)
    learn.fit_one_cycle(8)
    assert learn.evaluate()["accuracy"] > 0.9
    assert learn.predict([140.0, 100.0, 100.0]).label == "high" and learn.predict([[60, 100, 100]])[0].label == "low"
    number = mb.regressor(mb.arrays(x, 2 * x[:, 1]), run=tmp_path / "b", batch_size=50, learning_rate=0.01)
    number.fit_one_cycle(20)
    assert number.evaluate()["r2"] > 0.9
    assert mb.load(number.run).predict([100.0, 90.0, 100.0]).label == number.predict([100.0, 90.0, 100.0]).label
    with pytest.raises(mb.DataError, match="pictures"):
        learn.show_results()


def test_a_module_of_ones_own_is_trained_and_never_rebuilt_from_a_file(tmp_path):
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    learn = mb.classifier(data_of(), net, run=tmp_path / "run", batch_size=30)
    learn.fit(1)
    assert learn.predict(bars(1)[0][0]).label in learn.classes
    with pytest.raises(mb.CheckpointError):
        mb.load(learn.run)
    with pytest.raises(mb.OptionError, match="body"):
        learn.embed()


def test_what_decided_and_what_layers_look_for(learn, tmp_path):
    x, _ = bars(1, seed=2)
    shown = learn.explain(x[0])
    assert len(shown) == 4 and shown.tensor.shape[-2:] == (8, 8)
    assert torch.equal(learn.explain(x[0], target="lying").tensor, learn.explain(x[0], target=0).tensor)
    page = learn.explain(n=40, channels=2)
    assert page == learn.run / "layers.html" and "body" in page.read_text(encoding="utf-8")
    assert learn.explain(n=40, channels=1, out=tmp_path / "own.html") == tmp_path / "own.html"
    assert len(learn.filters()) == 32
    with pytest.raises(mb.OptionError, match="standing"):
        learn.explain(x[0], target="standing")


def test_embedding_and_clusters_find_the_classes_again(learn):
    pytest.importorskip("sklearn")
    features = learn.embed(part="train", n=50)
    assert features.shape == (50, learn.nets["model"].features) and features.dtype == torch.float32
    assert torch.allclose(learn.embed(bars(2)[0]), learn.embed(list(bars(2)[0])), atol=1e-5)
    found = learn.clusters(2, part="train")
    assert sum(found.sizes) == 90 and found.sizes == sorted(found.sizes, reverse=True)
    assert found.agreement["adjusted_rand"] > 0.3 and 0.5 <= found.agreement["purity"] <= 1
    assert found.picture(40).tensor.shape[1] == 3 and len(found.examples(3)) == 6
    plain = learn.data.clusters(2, n=60)
    assert sum(plain.sizes) == 60
    with pytest.raises(mb.OptionError, match="clusters"):
        learn.data.clusters(1)


def test_augmented_forms_are_averaged_where_there_are_transforms(tmp_path, learn):
    made = mb.classifier(data_of(augment=[mb.random_flip()]), run=tmp_path / "b", batch_size=30)
    made.fit(1)
    x = bars(1, seed=6)[0][0]
    plain, several = made.predict(x), made.predict(x, tta=4)
    assert several.probability != plain.probability and made.predict(x, tta=4) == several
    assert mb.load(made.run).predict(x, tta=4).probabilities == several.probabilities
    with pytest.raises(mb.OptionError, match="augment="):
        learn.predict(x, tta=2)


def test_balancing_weighs_rare_classes_up():
    y = torch.tensor([0] * 9 + [1])
    weights = balanced(y, 2)
    assert weights[1] == pytest.approx(9 * weights[0]) and sum(weights[label] for label in y) == pytest.approx(10)
    outputs = torch.randn(10, 2)
    plain, weighed = OneOf(("a", "b")).losses(outputs, y), OneOf(("a", "b"), weights).losses(outputs, y)
    assert torch.allclose(weighed, plain * torch.tensor(weights)[y])


def test_losses_of_the_tasks_are_torchs():
    outputs, y = torch.randn(5, 3), torch.tensor([0, 1, 2, 1, 0])
    functional = nn.functional
    one = OneOf(("a", "b", "c"))
    assert torch.allclose(one.losses(outputs, y, 0.1).mean(), functional.cross_entropy(outputs, y, label_smoothing=0.1))
    several, here = SeveralOf(("a", "b", "c")), torch.tensor([[1.0, 0, 1]] * 5)
    expected = functional.binary_cross_entropy_with_logits(outputs, here, reduction="sum") / 5
    assert torch.allclose(several.losses(outputs, here).mean(), expected)
    targets = torch.randn(50, 2) * torch.tensor([3.0, 0.1]) + torch.tensor([10.0, -5])
    task = spread(targets)
    standard = (targets - targets.mean(0)) / targets.std(0, correction=0)
    assert task.losses(standard, targets).max() < 1e-9
    assert torch.allclose(task.scores(standard), targets, atol=1e-4)
    assert spread(torch.ones(4)) == Numbers((1.0,), (1.0,))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda x, y: mb.classifier(mb.images(x)), "no labels"),
        (lambda x, y: mb.classifier(mb.images(x, labels=["a"] * len(x))), "one class"),
        (lambda x, y: mb.classifier(mb.images(x, labels=[0.5] * len(x))), "mb.regressor"),
        (lambda x, y: mb.regressor(mb.images(x, labels=y)), "mb.classifier"),
        (lambda x, y: mb.classifier(mb.images(x, labels=[*y[:-1], "rare"], valid=[len(x) - 1])), "no training item"),
        (lambda x, y: mb.classifier(mb.images(x, labels=[None, *y[1:]])), "have no label"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), "resnet43"), "resnet34"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), mix="mixdown"), "mixdown"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), mix="mixup", mix_strength=2), "mix_strength"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), label_smoothing=1.0), "label_smoothing"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), metrics=["accuracy"]), "mb.error_rate"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y, labelled=20)), "semi_supervised"),
        (lambda x, y: mb.classifier(mb.images(x, labels=y), "mlp"), "mlp"),
        (lambda x, y: mb.classifier(mb.arrays(x, y)), "mlp"),
    ],
)
def test_bad_input_gets_one_sentence(make, words):
    with pytest.raises(mb.MakebelieveError, match=words) as told:
        make(*bars())
    assert "\n" not in str(told.value)


def test_classes_that_are_unequal_or_can_not_be_judged_are_told(caplog):
    x, _ = bars(60)
    mb.classifier(mb.images(x, labels=["many"] * 52 + ["few"] * 8, valid=range(10)))
    assert "52" not in caplog.text and "balance=True" in caplog.text and "No validation item" in caplog.text
