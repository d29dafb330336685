"""The recipe of few labels: it learns classes that nobody told it, resumes, runs in two processes, refuses clearly."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import makebelieve as mb
from makebelieve.data import Batch
from makebelieve.systems.gan import networks
from makebelieve.systems.gan.semi_supervised import semi_supervised
from makebelieve.training import Networks, Run

SEMI = mb.recipes.semi_supervised


def bars(n: int = 120, seed: int = 0) -> tuple[torch.Tensor, list[int]]:
    """Noisy pictures (n, 1, 16, 16) uint8 of an upright or a lying bar near the middle, and which it is."""
    draw = torch.Generator().manual_seed(seed)
    x = torch.randint(0, 60, (n, 1, 16, 16), dtype=torch.uint8, generator=draw)
    at = torch.randint(5, 8, (n,), generator=draw).tolist()
    for i in range(n):
        place = slice(at[i], at[i] + 3)
        x[i, :, :, place] += 150 * (i % 2)
        x[i, :, place, :] += 150 * (1 - i % 2)
    return x, [i % 2 for i in range(n)]


def few(labelled: object = 6, **options: object) -> mb.Data:
    x, y = bars()
    return mb.images(x, labels=y, valid=0.3, labelled=labelled, **options)  # type: ignore[arg-type]


def make(data: mb.Data, folder, **options):
    small = {"network": "dcgan", "latent": 4, "batch_size": 16, "device": "cpu", "precision": "float32"}
    return mb.gan(data, SEMI, run=folder, **{**small, **options})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    learn = make(few(), tmp_path_factory.mktemp("semi") / "run", conditional=True)
    learn.fit(steps=60)
    return learn


def test_it_learns_the_classes_of_pictures_whose_label_it_never_saw(trained):
    figures = trained.evaluate(features=None)
    assert figures["accuracy"] > 0.9
    assert figures["error_rate"] == pytest.approx(1 - figures["accuracy"])
    x, y = bars(60, seed=9)
    told = trained.predict(x)
    assert sum(int(name) == label for name, label in zip(told.classes, y, strict=True)) > 54


def test_predictions_are_names_indices_and_probabilities(trained):
    x, _ = bars(5, seed=3)
    told = trained.predict(x)
    assert len(told) == 5
    assert told.probabilities.shape == (5, 2)
    torch.testing.assert_close(told.probabilities.sum(1), torch.ones(5))
    assert torch.equal(told.indices, told.probabilities.argmax(1))
    assert told.classes == [trained.told_apart[i] for i in told.indices]
    assert trained.predict(x[0]).classes == told.classes[:1]
    assert trained.predict(mb.Pictures(x)).classes == told.classes


def test_the_moving_average_of_the_critic_is_what_predicts(trained):
    x, _ = bars(8, seed=3)
    average = trained.game.players["critic"].average.module
    assert trained.network("critic") is average
    with torch.no_grad():
        expected = average(x / 255).softmax(1)
    torch.testing.assert_close(trained.predict(x).probabilities, expected)


def test_discriminate_is_the_logit_of_being_real_and_needs_no_label(trained):
    x, _ = bars(8, seed=3)
    with torch.no_grad():
        logits = trained.network("critic")(x / 255)
    torch.testing.assert_close(trained.discriminate(x), logits.exp().sum(1).log())


def test_a_conditional_generator_makes_the_class_that_is_asked_for(trained):
    assert trained.generate(2, label=1).captions == ["1", "1"]
    z = trained.latents(8, seed=1)
    zeros = torch.zeros(8, dtype=torch.long)
    assert not torch.allclose(trained.decode(z, zeros), trained.decode(z, zeros + 1))


def test_validation_tells_the_error_on_the_validation_part(trained):
    assert {"critic", "generator", "error_rate"} <= trained.validate().keys()
    record = next(record for record in reversed(trained.history.records) if record["kind"] == "epoch")
    assert 0 <= record["valid_error_rate"] <= 1


def test_evaluation_judges_classes_and_pictures_both(trained):
    def middle(x):
        return x[:, 0, 7:9, 7:9].flatten(1)

    figures = trained.evaluate(features=middle, n=20)
    assert {"error_rate", "accuracy", "fd_middle", "fd_middle_floor", "coverage"} <= set(figures)
    assert figures["error_rate"] == trained.evaluate(features=None)["error_rate"]
    assert figures.protocol["n_generated"] == 20


def test_a_run_comes_back_with_its_verbs(trained):
    loaded = mb.load(trained.run)
    x, _ = bars(5, seed=4)
    assert torch.equal(loaded.predict(x).probabilities, trained.predict(x).probabilities)


@pytest.mark.parametrize("network", ["dcgan", "resnet", "mlp"])
@pytest.mark.parametrize("conditional", [False, True])
def test_every_network_plays(tmp_path, network, conditional):
    learn = make(few(), tmp_path / "run", network=network, conditional=conditional, precision="bf16")
    before = {name: [p.clone() for p in net.parameters()] for name, net in learn.nets.items()}
    learn.fit(steps=2)
    for name, net in learn.nets.items():
        assert any(not torch.equal(a, b) for a, b in zip(before[name], net.parameters(), strict=True)), name
    assert learn.generate(3).tensor.shape == (3, 1, 16, 16)
    assert learn.predict(bars(3)[0]).probabilities.shape == (3, 2)


def test_a_batch_in_more_parts_than_there_are_labels(tmp_path):
    learn = make(few(2), tmp_path / "run", accumulate=4, options={"consistency": 1.0}, conditional=True)
    learn.fit(steps=3)
    assert all(p.isfinite().all() for net in learn.nets.values() for p in net.parameters())
    assert 0 <= learn.history.records[-1]["error_rate"] <= 1


def test_all_labels_are_used_where_none_is_hidden(tmp_path):
    learn = make(few(None), tmp_path / "run")
    learn.fit(steps=30)
    assert learn.evaluate(features=None)["accuracy"] > 0.9


def test_no_hidden_label_is_felt(tmp_path):
    """Other labels for the pictures that have none: the same weights, to the bit."""
    x, y = bars()
    places = list(range(8))
    found = []
    for wrong in (False, True):
        data = mb.images(x, labels=y, valid=range(80, 120), labelled=places)
        other = [*y[:8], *(1 - label if wrong else label for label in y[8:80]), *y[80:]]
        data = mb.images(x, labels=other, valid=range(80, 120), labelled=places)
        learn = make(data, tmp_path / str(wrong))
        learn.fit(steps=8)
        found.append([p.clone() for p in learn.nets["critic"].parameters()])
    assert all(map(torch.equal, *found))


def test_stopped_and_resumed_is_as_if_unbroken(tmp_path):
    def rebuilt(name: str):
        return make(few(augment=[mb.random_crop(1)]), tmp_path / name, conditional=True, batch_size=4)

    whole, first, again = rebuilt("whole"), rebuilt("first"), rebuilt("again")
    whole.fit(steps=7)
    whole.fit(steps=6)
    first.fit(steps=7)
    again.restore(first.run)
    assert again.batches.state()["labelled"] == first.batches.state()["labelled"]
    again.fit(steps=6)
    for name, net in whole.nets.items():
        assert all(map(torch.equal, net.parameters(), again.nets[name].parameters())), name


def turns(network, batch: Batch, step: int = 0, **options):
    """Losses and metrics of one step by player, with a fixed draw of noise."""
    run = Run(torch.device("cpu"), torch.Generator().manual_seed(4), lambda n, g: torch.randn(n, 4, generator=g))
    run._enter_step(step, True)
    return {player: (loss, *more) for player, loss, *more in semi_supervised(network, batch, run, **options)}


def nets(classes: int | None = None) -> Networks:
    torch.manual_seed(0)
    generator, critic = networks.mlp((1, 16, 16), 4, classes=classes, told_apart=2, critic_norm="weight", width=16)
    return Networks({"generator": generator, "critic": critic})


def test_shares_of_the_labelled_pictures_add_up_to_the_whole():
    """Also where parts are of unequal size, or get no labelled picture at all."""
    batch = next(few().batches("train", 15))
    players = nets()
    whole = turns(players, batch)["critic"][1]["error_rate"]
    for k in (2, 4, 7):
        parts = [turns(players, part)["critic"][1] for part in batch.chunk(k)]
        sizes = [len(part) / batch.total for part in batch.chunk(k)]
        found = sum(part.get("error_rate", 0) * size for part, size in zip(parts, sizes, strict=True))
        torch.testing.assert_close(torch.as_tensor(found), whole)


def test_consistency_is_weighted_and_left_out_by_default():
    batch = next(few().batches("train", 16))
    players = nets()
    with torch.no_grad():
        for parameter in players.critic.output.parameters():
            parameter.mul_(8)  # now it is sure of some pictures
    one, two, three = (turns(players, batch, consistency=weight)["critic"][0] for weight in (10.0, 20.0, 30.0))
    assert two > one
    torch.testing.assert_close(three - two, two - one)
    assert torch.equal(turns(nets(), batch, consistency=0.0)["critic"][0], turns(nets(), batch)["critic"][0])


def test_a_conditional_generator_is_told_its_class():
    batch = next(few().batches("train", 16))
    without, with_it = (turns(nets(classes=2), batch, classification=weight) for weight in (0.0, 1.0))
    assert with_it["generator"][0] > without["generator"][0]
    assert torch.equal(with_it["critic"][0], without["critic"][0])


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda folder: mb.gan(mb.images(bars()[0], labels=None), SEMI), "fewer than two"),
        (lambda folder: mb.gan(mb.images(bars()[0], labels=["a"] * 120), SEMI), "fewer than two"),
        (lambda folder: mb.gan(few(), conditional=True), "labelled= hides most of them"),
        (lambda folder: make(few(), folder, network=(nn.Linear(1, 1), nn.Linear(1, 1))), "features_of(x)"),
        (lambda folder: mb.gan(few(), network="mlp", run=folder).predict(bars()[0]), "only tells real from fake"),
        (lambda folder: make(few(), folder).predict(torch.rand(2, 3, 16, 16)), "(2, 3, 16, 16)"),
        (lambda folder: make(few(), folder, options={"sure": 2}), "has no such option"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path, attempt, words):
    with pytest.raises(mb.MakebelieveError) as caught:
        attempt(tmp_path / "run")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


SCRIPT = """
import sys
import torch
import makebelieve as mb
from safetensors.torch import save_file
pictures = torch.rand(60, 1, 16, 16, generator=torch.Generator().manual_seed(1))
data = mb.images(pictures, labels=[i % 2 for i in range(60)], valid=0.2, labelled=7)
learn = mb.gan(data, mb.recipes.semi_supervised, conditional=True, batch_size=15, precision="float32", device="cpu",
               options={"consistency": 1.0}, run=sys.argv[1])
before = {f"{n}.{k}": v.detach().clone() for n, m in learn.nets.items() for k, v in m.state_dict().items()}
learn.fit(steps=4)
after = {f"{n}.{k}": v.detach() for n, m in learn.nets.items() for k, v in m.state_dict().items()}
if learn.world.leads:
    save_file({name: torch.stack([before[name], after[name]]).contiguous() for name in before}, sys.argv[2])
"""


def test_torchrun_with_two_processes_equals_one(tmp_path):
    """Unequal shares of both streams, and means of features over both processes."""
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    found = []
    for size in (1, 2):
        arguments = [str(script), str(tmp_path / f"run-{size}"), str(tmp_path / f"{size}.safetensors")]
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={size}"]
        done = subprocess.run([*torchrun, *arguments], capture_output=True, env=os.environ, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found.append(load_file(arguments[-1]))
    one, two = found
    assert one.keys() == two.keys()
    for name, (before, after) in one.items():
        assert torch.equal(two[name][0], before), name
        if name.startswith("generator") and name.endswith((".bias", ".running_mean")):
            continue  # before a batch norm a bias has no gradient but rounding
        moved, apart = (after - before).float().norm(), (two[name][1] - after).float().norm()
        assert apart <= 0.03 * moved + 1e-6, name
