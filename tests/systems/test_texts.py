"""Classifier of texts: tiny reviews in two languages, from data to evidence, and what is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.data.batch import Batch
from makebelieve.systems.recogniser.tasks import OneOf
from makebelieve.systems.recogniser.texts.door import from_config, text_classifier
from makebelieve.systems.recogniser.texts.learner import chance
from makebelieve.systems.recogniser.texts.linear import Features, solve, strength
from makebelieve.systems.recogniser.texts.networks import Wide, idf_of, ratios_of
from makebelieve.systems.recogniser.texts.ngrams import Counts, Ngrams, apart, count, hashes
from makebelieve.systems.recogniser.texts.recipes import side_by_side
from makebelieve.systems.recogniser.texts.words import Words, without_each
from makebelieve.training.run_folder import RunFolder

GOOD, BAD = ["재미있다", "great", "최고"], ["지루하다", "awful", "최악"]
FILL = ["영화", "정말", "이", "배우", "the", "film", "was", "a"]


def reviews(n=120, seed=0):
    """Texts of a few words, one of which tells their class."""
    draw = random.Random(seed)
    texts, labels = [], []
    for i in range(n):
        words = [draw.choice(FILL) for _ in range(draw.randint(2, 6))]
        words.insert(draw.randint(0, len(words)), draw.choice((BAD, GOOD)[i % 2]))
        texts.append(" ".join(words))
        labels.append(("bad", "good")[i % 2])
    return texts, labels


def data_of(level="char", **options):
    texts, labels = reviews()
    return mb.text(texts, label=labels, level=level, valid=0.25, **options)


def made(network="auto", run=None, data=None, **options):
    return text_classifier(data or data_of(), network, run=run, precision="float32", device="cpu", **options)


@pytest.fixture(scope="module")
def learn(tmp_path_factory):
    learn = made(run=tmp_path_factory.mktemp("texts") / "run")
    learn.fit_one_cycle(8)
    return learn


def test_texts_lead_to_an_answer_with_evidence(learn):
    figures = learn.evaluate()
    assert figures["accuracy"] > 0.9 and figures["accuracy_linear"] > 0.9
    assert figures["accuracy"] == pytest.approx(1 - figures["error_rate"])
    assert figures.protocol["n"] == 30 and len(figures.verdict) == 1
    assert learn.predict("이 영화 정말 재미있다").label == "good"
    said = learn.predict(["the film was awful", "  ", "최고 배우"])
    assert [one.label for one in said] == ["bad", None, "good"] and "no text" in said[1].error
    assert learn.confusion().matrix.sum() == 30 and "good" in repr(learn.per_class())
    worst = learn.top_losses(3)
    losses = [float(row[2]) for row in worst.rows]
    assert losses == sorted(losses, reverse=True) and worst.rows[0][3] in reviews()[0]
    assert len(learn.show_results(4)) == 4 and 0 <= learn.calibration().error <= 1


def test_the_deciding_word_is_told_with_signs_and_in_safe_html(learn):
    found = learn.explain("영화 <b>정말</b> 최악 배우")
    assert found.label == "bad" and found.strongest(1)[0][0] == "최악" and found.words[2][1] > 0
    assert "최악(+++)" in repr(found)
    assert "&lt;b&gt;" in found._repr_html_() and "<b>정말" not in found._repr_html_()
    turned = learn.explain("영화 최악 배우", target="good")
    assert turned.label == "good" and dict(turned.words)["최악"] < 0
    with pytest.raises(mb.OptionError, match="no class 'fair'"):
        learn.explain("영화", target="fair")


def test_a_weight_is_the_fall_of_the_log_odds(learn):
    text = "the film was great"
    found = learn.explain(text)
    p, without = (learn.predict(one).probabilities["good"] for one in (text, "the film was"))
    expected = torch.tensor([p, without], dtype=torch.float64).logit()
    assert dict(found.words)["great"] == pytest.approx(float(expected[0] - expected[1]), abs=1e-3)


def test_texts_come_from_files_tables_and_lists_alike(learn, tmp_path):
    texts = ["정말 최고", "a film\nawful"]
    for i, text in enumerate(texts):
        (tmp_path / f"{i}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "table.tsv").write_text("text\tid\n정말 최고\t1\na film awful\t2\n", encoding="utf-8")
    expected = [learn.predict("정말 최고").label, learn.predict("a film awful").label]
    assert expected == ["good", "bad"]
    assert learn.predict(tmp_path / "1.txt").label == "bad"
    assert [one.label for one in learn.predict(tmp_path)] == expected
    assert [one.label for one in learn.predict(tmp_path / "table.tsv")] == expected
    assert [one.label for one in learn.predict_each(learn.files(tmp_path))] == expected
    with pytest.raises(mb.DataError, match="no text"):
        learn.predict([])


@pytest.mark.parametrize("level", ["char", "word"])
@pytest.mark.parametrize("network", ["linear", "conv", "lstm"])
def test_every_network_learns_what_one_word_tells(network, level, tmp_path):
    learn = made(network, tmp_path / "run", data_of(level), learning_rate=0.01)
    learn.fit_one_cycle(6)
    assert learn.evaluate()["accuracy"] > 0.8


def test_a_network_of_ones_own_gets_ids_and_gives_scores(tmp_path):
    class Bag(nn.Module):
        def __init__(self, tokens):
            super().__init__()
            self.bag = nn.EmbeddingBag(tokens, 2, mode="sum", padding_idx=0)

        def forward(self, ids):
            return self.bag(ids)

    data = data_of("word")
    learn = made(Bag(len(data.tokens)), tmp_path / "run", data, learning_rate=0.3)
    learn.fit(5)
    assert learn.evaluate()["accuracy"] > 0.9


@pytest.mark.parametrize("network", ["linear", "auto"])
def test_a_loaded_run_answers_as_before_without_its_data(network, tmp_path):
    learn = made(network, tmp_path / "run")
    learn.fit(1)
    again = from_config(RunFolder(learn.run).read_config(), None)
    again.restore(learn.run)
    assert again.data is None and again.classes == ("bad", "good")
    assert again.predict("정말 최고").probabilities == learn.predict("정말 최고").probabilities
    with pytest.raises(mb.TrainingError):
        again.evaluate()


def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(tmp_path):
    whole, broken, resumed = (made(run=tmp_path / name, label_smoothing=0.1) for name in ("whole", "broken", "other"))
    whole.fit(1)
    whole.fit(1)
    broken.fit(1)
    resumed.restore(tmp_path / "broken")
    resumed.fit(1)
    for name, tensor in whole.nets["model"].state_dict().items():
        assert torch.equal(tensor, resumed.nets["model"].state_dict()[name]), name


def test_the_baseline_is_fitted_once_and_kept(tmp_path, monkeypatch):
    learn = made("linear", tmp_path / "run")
    learn.fit(1)
    first = learn.baseline()
    assert (learn.run / "baseline.json").exists()
    again = made("linear", tmp_path / "other")
    again.restore(learn.run)
    monkeypatch.setattr("makebelieve.systems.recogniser.texts.learner.baseline_scores", None)
    assert dict(again.baseline()) == pytest.approx(dict(first))


def test_equal_ngrams_have_equal_numbers_and_padding_has_none():
    ids = torch.tensor([[5, 6, 5, 6, 0, 0], [6, 5, 7, 0, 0, 0]])
    found = hashes(ids, 3, 0)
    assert torch.equal(found[0, 0], torch.tensor([int(found[0, 2, 0]), 0, 0]))
    assert found[0, 1, 1] == found[0, 3, 1] and found[0, 2, 1] == found[1, 1, 1] != found[0, 1, 1]
    assert not found[0, 4:].any() and found[0, 3, 2] != found[0, 2, 2]
    assert len(torch.unique(torch.cat([found[0].flatten(), found[1].flatten()]))) == 1 + 3 + 3 + 3


def test_counts_are_of_texts_by_class():
    data = mb.text(["a b a", "a c", "b", "c c"], label=["x", "x", "y", "y"], level="word", valid=0)
    counts = count(data.train, 2, 2, data.train.y)
    ids = {name: data.tokens.encode(name) for name in "abc"}
    numbers = {name: int(Ngrams(counts.keys, 2, 0)(one[None])[0, 0, 0]) for name, one in ids.items()}
    table = {name: counts.texts[number - 1].tolist() for name, number in numbers.items()}
    assert table == {"a": [2, 0], "b": [1, 1], "c": [1, 1]} and counts.sizes.tolist() == [2, 2]
    assert len(counts.keys) == 3  # pairs of words come once only


def test_naive_bayes_ratios_and_tfidf_are_the_formulas():
    counts = Counts(torch.tensor([10, 20]), torch.tensor([[3.0, 0.0], [1.0, 2.0]]), torch.tensor([3.0, 2.0]))
    assert torch.allclose(idf_of(counts), 1 + torch.tensor([6 / 4, 6 / 4]).log())
    first = (torch.tensor(4 / 6) / (1 / 4)).log()  # with one added to every count
    assert torch.allclose(ratios_of(counts)[0], torch.stack([first, -first]))
    places, x = Wide(idf_of(counts), None, 2).features(torch.tensor([[[1], [2], [1], [0]]]))
    assert places.tolist() == [[0, 1, 1, 2]]
    assert torch.allclose(x, torch.tensor([[0.0, 0.5**0.5, 0.0, 0.5**0.5]]))


def test_odd_texts_are_answered_or_refused_by_a_sentence(learn, tmp_path, monkeypatch):
    (tmp_path / "other.txt").write_text("great", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(mb.errors.DataError, match="no text in ''"):
        learn.predict("")  # which is not the folder
    assert learn.predict("최고 " * 80).label in learn.classes  # longer in bytes than a file's name may be
    assert learn.predict("\0").label in learn.classes
    several = learn.predict(np.array(["great film", "awful film"]))
    assert [one.label for one in several] == [learn.predict(text).label for text in ("great film", "awful film")]
    with pytest.raises(mb.errors.DataError, match="half a surrogate pair"):
        learn.predict("great \ud800")


def test_a_table_is_read_by_the_column_that_was_learnt_from(tmp_path):
    path, (texts, labels) = tmp_path / "new.csv", reviews(40)
    path.write_text("who,said,kind\n" + "\n".join(f"I,{a},{b}" for a, b in zip(texts, labels, strict=True)))
    learn = made("linear", tmp_path / "run", mb.text(path, text="said", label="kind"))
    learn.fit(1)
    assert len(learn.predict(path)) == len(mb.load(learn.run).predict(path)) == 40
    other = tmp_path / "other.csv"
    other.write_text("review,when\ngreat,1\nawful,2\n")
    assert [one.item for one in learn.predict(other)] == ["great", "awful"]


def test_labels_with_fractions_are_told_how_to_become_classes():
    texts, _ = reviews(20)
    with pytest.raises(mb.errors.DataError, match="turn them into whole numbers"):
        mb.classifier(mb.text(texts, label=[float(i % 2) for i in range(20)]))


def test_each_word_is_left_out_once():
    assert without_each(" a  bc d") == ["bc d", "a   d", "a  bc"]
    assert Words("a b", "x", 0.5, [0.0, 0.0]).strongest(1) == [("a", 0.0)]


def test_imbalance_and_weights_by_class(caplog):
    texts, labels = reviews(40)
    labels = ["good" if i < 30 else "bad" for i in range(40)]
    learn = made("linear", data=mb.text(texts, label=labels, valid=list(range(24, 36))), balance=True)
    assert isinstance(learn.task, OneOf) and learn.task.weights[0] > learn.task.weights[1]
    assert "unequal" in caplog.text


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"network": "resnet34"}, mb.OptionError, "resnet34"),
        ({"network": 3}, mb.OptionError, "network is 3"),
        ({"label_smoothing": 1.5}, mb.OptionError, "1.5"),
        ({"pretrained": 3}, mb.OptionError, "pretrained is 3"),
        ({"pretrained": "nowhere", "network": "conv"}, mb.OptionError, "leave one"),
        ({"pretrained": "nowhere"}, mb.CheckpointError, "nowhere"),
        ({"metrics": [3]}, mb.OptionError, "metrics holds 3"),
    ],
)
def test_options_that_cant_be_used_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        made(**{"data": data_of(), **options})


def test_texts_that_cant_be_learnt_from_are_refused():
    texts, labels = reviews(20)
    with pytest.raises(mb.DataError, match="no classes"):
        made(data=mb.text(texts, valid=0.2))
    with pytest.raises(mb.DataError, match="one continuous text"):
        made(data=mb.text("a b c\n" * 50))
    with pytest.raises(mb.DataError, match="one class"):
        made(data=mb.text(texts, label=["same"] * 20, valid=0.2))
    with pytest.raises(mb.DataError, match="no training item"):
        made(data=mb.text(texts, label=["other", *labels[1:]], valid=[0, 1]))


def test_texts_apart_teach_the_shares_and_nothing_else():
    data = data_of()
    places = torch.arange(len(data.train))
    held = apart(places)
    assert held.sum() == len(places) // 20
    counts = count(data.train, 2, 2, data.train.y, leave=True)
    assert counts.sizes.sum() == len(places) - held.sum()
    reader = made(data=data).nets["model"]

    def gradients(chosen):
        ids = torch.nn.utils.rnn.pad_sequence([data.train[int(i)][0] for i in chosen], True, 0)
        batch = Batch(ids, data.train.y[chosen], chosen, len(chosen))
        reader.zero_grad()
        side_by_side(reader, OneOf(("bad", "good")), batch, 0.0).backward()
        return {name: float(one.grad.abs().sum()) for name, one in reader.named_parameters() if one.grad is not None}

    taught, judged = gradients(places[~held]), gradients(places[held])
    assert taught.pop("shares") == 0 and all(value > 0 for value in taught.values())
    assert judged.pop("shares") > 0 and not any(judged.values())


def test_the_baseline_is_the_least_of_its_objective():
    data = data_of("word")
    y = data.train.y
    counts = count(data.train, 1, 2, y)
    features = Features(Wide(idf_of(counts), None, 2), Ngrams(counts.keys, 1, 0), data.train)
    weight, bias = solve(features, y, 2, 4.0, torch.ones(len(y), dtype=torch.bool))

    def objective(w, b):
        return 0.5 * w.square().sum() + 4 * nn.functional.cross_entropy(features.x @ w + b, y, reduction="sum")

    least = objective(weight, bias)
    draw = torch.Generator().manual_seed(0)
    for _ in range(5):
        step = 0.05 * torch.randn(weight.shape, generator=draw)
        assert objective(weight + step, bias) > least and objective(weight, bias + step[0]) > least - 1e-4
    assert strength(features, y, 2) in (1.0, 4.0, 16.0)


def test_a_difference_is_one_where_chance_would_hardly_make_it():
    assert chance(0, 0) == 1
    assert chance(10, 10) > 0.5
    assert chance(30, 10) == pytest.approx(0.0013, abs=2e-4)  # z = 19 / √40
    assert chance(10, 30) > 0.99
