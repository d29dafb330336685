"""What one does with a trained VAE: to z and back, walks, concepts, arithmetic, Bayes, figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

import makebelieve as mb


@pytest.fixture(scope="module")
def data():
    """80 squares and crosses of 16 × 16, in two classes."""
    pictures = torch.zeros(80, 1, 16, 16, dtype=torch.uint8)
    pictures[:40, :, 4:12, 4:12] = 200
    pictures[40:, :, 7:9, :] = 255
    labels = ["square"] * 40 + ["cross"] * 40
    return mb.images(pictures, labels=labels, valid=0.2)


def make(data, folder, **options):
    options = {"network": "dense", "batch_size": 16, "device": "cpu", "learning_rate": 3e-3, **options}
    return mb.vae(data, run=folder / "run", **options)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("vae"), latent=2)
    learn.fit(steps=80)
    return learn


@pytest.fixture(scope="module")
def conditional(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("cvae"), latent=3, conditional=True)
    learn.fit(steps=80)
    return learn


@pytest.fixture(scope="module")
def pictures(data):
    """Four squares, four crosses."""
    batch = next(data.batches("train", 64, shuffle=False))
    squares = batch.y == data.classes.index("square")
    return torch.cat([batch.x[squares][:4], batch.x[~squares][:4]])


def test_the_same_seed_makes_the_same_pictures(trained):
    a, b, c = (trained.generate(5, seed=seed).tensor for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


def test_to_z_and_back(trained, pictures):
    mean, log_variance = trained.posterior(pictures)
    assert mean.shape == log_variance.shape == (8, 2)
    assert torch.equal(trained.encode(pictures), mean)
    assert torch.equal(trained.encode((pictures * 255).round().to(torch.uint8)), mean)
    assert torch.equal(trained.encode(pictures[0].numpy()), trained.encode(pictures[:1]))
    assert torch.equal(trained.reconstruct(pictures).tensor, trained.decode(mean))
    assert (trained.reconstruct(pictures).tensor - pictures).abs().mean() < 0.05


def test_the_plane_is_one_picture_whose_rows_go_up(trained):
    plane = trained.grid(5)
    assert len(plane) == 1
    assert plane.tensor.shape == (1, 1, 80, 80)
    value = torch.special.ndtri(torch.tensor(0.9))
    corner = trained.decode(torch.stack([-value, value])[None])
    torch.testing.assert_close(plane.tensor[0, :, :16, :16], corner[0], atol=1e-5, rtol=0)


def test_ways_begin_and_end_at_their_pictures(trained, pictures):
    for spherical in (False, True):
        made = trained.interpolate(5, starts=pictures[:2], ends=pictures[4:6], spherical=spherical)
        ways = made.tensor.view(2, 5, 1, 16, 16)
        torch.testing.assert_close(ways[:, 0], trained.reconstruct(pictures[:2]).tensor, atol=1e-5, rtol=0)
        torch.testing.assert_close(ways[:, -1], trained.reconstruct(pictures[4:6]).tensor, atol=1e-5, rtol=0)
        assert made.columns == 5
    line, arc = (trained.interpolate(5, rows=3, seed=4, spherical=way).tensor for way in (False, True))
    assert len(line) == 15
    torch.testing.assert_close(line[0], arc[0], atol=1e-5, rtol=0)
    assert not torch.allclose(line[2], arc[2])


def test_a_concept_turns_one_class_into_the_other(trained, pictures):
    """Found from labels, and from two groups."""
    squares, crosses = pictures[:4], pictures[4:]
    for concept in (trained.concept("cross"), trained.concept(having=crosses, lacking=squares)):
        turned = concept.apply(squares, 1.0).tensor
        assert (turned - crosses).abs().mean() < (turned - squares).abs().mean()
        back = concept.apply(crosses, -1.0).tensor
        assert (back - squares).abs().mean() < (back - crosses).abs().mean()
    row = concept.apply(squares[:2], [-1, 0, 1])
    assert row.columns == 3
    assert row.captions == ["-1", "+0", "+1"] * 2
    torch.testing.assert_close(row.tensor[1], trained.reconstruct(squares[:1]).tensor[0], atol=1e-5, rtol=0)


def test_arithmetic_adds_means_of_z(trained, pictures):
    points = torch.tensor([[0.3, -0.2], [0.1, 0.4]])
    made = trained.arithmetic("a - b + c", a=pictures[4:], b="square", c=points)
    assert made.captions == ["a", "- b", "+ c", "="]
    assert made.columns == 4
    (squares,) = {tuple(trained.encode(pictures[:1])[0].tolist())}  # all squares are the same picture
    z = trained.encode(pictures[4:]).mean(0) - torch.tensor(squares) + points.mean(0)
    torch.testing.assert_close(made.tensor[3], trained.decode(z[None])[0], atol=1e-4, rtol=0)


def test_results_are_originals_reconstructions_and_new_ones(trained, data):
    shown = trained.show_results(4)
    originals = next(data.batches("valid", 4)).x
    assert shown.columns == 4
    assert torch.equal(shown.tensor[:4], originals)
    assert torch.equal(shown.tensor[4:8], trained.reconstruct(originals).tensor)
    assert torch.equal(shown.tensor[8:], trained.generate(4, seed=0).tensor)


def test_latents_are_shown_as_one_plot(trained, conditional):
    for learn in (trained, conditional):
        plot = learn.show_latents(10)
        assert len(plot) == 1
        assert plot.tensor.std() > 0.05


def test_labels_choose_the_class(conditional, pictures):
    assert conditional.generate(4).captions == ["cross", "square", "cross", "square"]
    crosses = conditional.generate(6, label="cross", seed=1).tensor
    assert (crosses - pictures[4]).abs().mean() < (crosses - pictures[0]).abs().mean()
    assert conditional.interpolate(3, rows=2, label=["cross", "square"]).captions == ["cross"] * 3 + ["square"] * 3
    assert len(conditional.grid(3, label="cross")) == 1
    assert len(conditional.concept("cross").apply(pictures[:2], [0, 1], label=["square", "square"])) == 4
    assert len(conditional.concept("cross").apply(pictures[:2], [0, 1], label=np.array(["square", "cross"]))) == 4


def test_bayes_tells_the_classes(conditional, pictures):
    found = conditional.probabilities(pictures, k=4)
    assert found.shape == (8, 2)
    torch.testing.assert_close(found.sum(1), torch.ones(8))
    assert [conditional.classes[i] for i in found.argmax(1)] == ["square"] * 4 + ["cross"] * 4
    assert torch.equal(found, conditional.probabilities(pictures, k=4))


def test_bayes_is_exact_where_z_plays_no_part(tmp_path):
    """With q = p(z) and a decoder that only looks at y, p(y | x) is that of two Bernoulli vectors."""
    x = torch.rand(50, 1, 8, 8)
    data = mb.images(x, labels=["a"] * 10 + ["b"] * 40, valid=[0, 49])

    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.zeros(()))

        def forward(self, x, y):
            return self.scale * x.flatten(1)[:, :4]

    class Table(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(2, 64)

        def forward(self, z, y):
            return self.table(y).view(-1, 1, 8, 8)

    torch.manual_seed(0)
    table = Table()
    learn = make(data, tmp_path, network=(Flat(), table), conditional=True, learning_rate=0.0)
    chance = torch.sigmoid(table.table.weight.detach()).view(2, 1, 1, 8, 8)
    log_p = (x[None] * chance.log() + (1 - x[None]) * (1 - chance).log()).sum((2, 3, 4)).T
    prior = torch.tensor([9 / 48, 39 / 48])
    torch.testing.assert_close(learn.probabilities(x, k=3), torch.softmax(log_p + prior.log(), 1), atol=1e-4, rtol=0)
    flat = learn.probabilities(x, k=3, prior=[0.5, 0.5])
    torch.testing.assert_close(flat, torch.softmax(log_p, 1), atol=1e-4, rtol=0)
    figures = learn.evaluate(n=2, k=3)
    by_label = torch.stack([log_p[0, 0], log_p[49, 1]]).mean().item()
    assert figures["log_likelihood"] == pytest.approx(by_label, rel=1e-5)
    assert figures["elbo"] == pytest.approx(by_label, rel=1e-5)
    assert figures["active_units"] == 0
    assert figures.protocol["given"] == "label"


def test_figures_are_in_nats_with_their_protocol(trained, conditional):
    found = trained.evaluate(n=8, k=20)
    assert found["log_likelihood"] >= found["elbo"] - 0.5
    assert found["elbo"] == pytest.approx(-found["reconstruction"] - found["kl"], rel=1e-6)
    assert found["bits_per_dimension"] == pytest.approx(-found["log_likelihood"] / (256 * math.log(2)))
    assert (found.protocol["k"], found.protocol["n_elbo"], found.protocol["pixels"]) == (20, 16, "grey")
    assert found.subject["step"] == 80
    assert trained.evaluate(n=8, k=20, binarise=True).protocol["pixels"] == "drawn as 0 or 1, seed 0"
    given = conditional.evaluate(n=8, k=20)
    assert set(found) == set(given)
    assert set(found.protocol) < set(given.protocol)
    torch.testing.assert_close(trained.unit_kl().sum().item(), found["kl"], rtol=1e-4, atol=0)
    assert conditional.unit_kl("train", 16).shape == (3,)


def test_new_pictures_are_judged_like_those_of_every_generator(trained):
    found = trained.evaluate_pictures(n=12, features=lambda x: x.flatten(1)[:, 100:106])
    assert {"coverage", "coverage_floor"} <= set(found)
    assert found.subject["system"] == "vae"
    assert "k" not in found.protocol


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda learn, x: learn.arithmetic("a - d", a=x), '"d"'),
        (lambda learn, x: learn.arithmetic("a -", a=x), "a -"),
        (lambda learn, x: learn.arithmetic("a", a="circle"), "circle"),
        (lambda learn, x: learn.arithmetic("a - b", a=x, b=x[:0]), "b .* empty"),
        (lambda learn, x: learn.concept("circle"), "circle"),
        (lambda learn, x: learn.concept(), "having="),
        (lambda learn, x: learn.concept("cross", having=x), "having="),
        (lambda learn, x: learn.concept(having=x, lacking=x[:0]), "0"),
        (lambda learn, x: learn.interpolate(1), "steps=1"),
        (lambda learn, x: learn.interpolate(starts=x), "ends="),
        (lambda learn, x: learn.interpolate(starts=x, ends=x[:3]), "8 .* 3"),
        (lambda learn, x: learn.grid(1), "1 points"),
        (lambda learn, x: learn.grid(3, axes=(0, 2)), r"\(0, 2\)"),
        (lambda learn, x: learn.generate(0), "0 pictures"),
        (lambda learn, x: learn.generate(2, label="cross"), "conditional=True"),
        (lambda learn, x: learn.decode(torch.zeros(2, 5)), r"\(2, 5\)"),
        (lambda learn, x: learn.probabilities(x), "conditional=True"),
        (lambda learn, x: learn.evaluate(n=0), "n was given 0"),
    ],
)
def test_verbs_refuse_in_one_sentence(trained, pictures, ask, words):
    with pytest.raises(mb.OptionError, match=words) as caught:
        ask(trained, pictures)
    assert "\n" not in str(caught.value)


def test_conditional_verbs_ask_for_the_label(conditional, pictures):
    for ask in (conditional.encode, conditional.reconstruct):
        with pytest.raises(mb.OptionError, match="label="):
            ask(pictures)
    with pytest.raises(mb.OptionError, match="label="):
        conditional.grid(3)
    with pytest.raises(mb.OptionError, match="3 numbers"):
        conditional.probabilities(pictures, prior=[0.2, 0.3, 0.5])


def test_pictures_that_do_not_fit_are_one_sentence(trained, pictures):
    with pytest.raises(mb.DataError, match=r"\(2, 1, 8, 8\)"):
        trained.encode(torch.rand(2, 1, 8, 8))
    with pytest.raises(mb.DataError, match=r"1\.5|2"):
        trained.encode(pictures * 2)
    with pytest.raises(mb.DataError, match="100"):
        trained.evaluate(n=100, k=2)


def test_a_loaded_model_needs_data_for_classes_only(trained, pictures):
    loaded = mb.load(trained.run)
    assert torch.equal(loaded.encode(pictures), trained.encode(pictures))
    assert len(loaded.show_results(4)) == 4
    with pytest.raises(mb.TrainingError, match="without data"):
        loaded.concept("cross")
    unlabelled = make(mb.images(torch.rand(40, 1, 16, 16)), trained.run)
    with pytest.raises(mb.DataError, match="no labels"):
        unlabelled.arithmetic("a", a="cross")
