"""The GAN: every recipe trains, the verbs do what they say, a run comes back, bad input is one sentence."""

from __future__ import annotations

import json

import pytest
import torch

import makebelieve as mb
from makebelieve.systems.gan.learner import GanLearner

RECIPES = [getattr(mb.recipes, name) for name in mb.recipes.__all__]


@pytest.fixture(scope="module")
def data():
    """80 squares and crosses of 16 × 16, in two classes."""
    pictures = torch.zeros(80, 1, 16, 16, dtype=torch.uint8)
    pictures[:40, :, 4:12, 4:12] = 200
    pictures[40:, :, 7:9, :] = 255
    labels = torch.arange(80) // 40
    return mb.images(pictures, labels=labels.tolist(), valid=0.2)


def make(data, tmp_path, **options):
    return mb.gan(
        data, run=tmp_path / "run", **{"network": "mlp", "batch_size": 16, "device": "cpu", "latent": 8, **options}
    )


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("gan"), conditional=True)
    learn.fit(steps=20)
    return learn


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
@pytest.mark.parametrize("conditional", [False, True])
def test_every_recipe_trains_both_players(data, tmp_path, recipe, conditional):
    learn = make(data, tmp_path, recipe=recipe, conditional=conditional)
    before = {name: [p.clone() for p in net.parameters()] for name, net in learn.nets.items()}
    learn.fit(steps=2 * recipe.period)
    for name, net in learn.nets.items():
        assert any(not torch.equal(a, b) for a, b in zip(before[name], net.parameters(), strict=True)), name
        assert all(torch.isfinite(p).all() for p in net.parameters())
    assert {"critic", "generator"} <= learn.history.records[-1].keys()
    assert {"critic", "generator"} <= learn.validate().keys()


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
def test_recipes_leave_the_other_player_alone(data, tmp_path, recipe):
    """In the critic's turns the generator gets no gradient, and the other way round."""
    learn = make(data, tmp_path, recipe=recipe)
    game = learn.game
    take = game._take
    turns = []

    def spy(turn):
        other = game.players["generator" if turn[0] == "critic" else "critic"]
        before = [p.clone() for p in other.parameters]
        for parameter in other.parameters:
            parameter.grad = None
        take(turn)
        assert all(p.grad is None for p in other.parameters)
        assert all(map(torch.equal, before, other.parameters))
        turns.append(turn[0])

    game._take = spy
    learn.fit(steps=recipe.period)
    assert turns[0] == "critic"
    assert set(turns) == {"critic", "generator"}


@pytest.mark.parametrize("network", ["dcgan", "resnet", "mlp"])
def test_every_network_trains_in_every_precision(data, tmp_path, network):
    for precision in ("float32", "bf16"):
        learn = make(data, tmp_path / precision, network=network, precision=precision)
        learn.fit(steps=2)
        made = learn.generate(3, seed=1).tensor
        assert made.shape == (3, 1, 16, 16)
        assert 0 <= made.min() <= made.max() <= 1


def test_the_same_seed_makes_the_same_pictures(trained):
    a, b, c = (trained.generate(5, seed=seed).tensor for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    torch.manual_seed(3)
    first = trained.generate(5).tensor
    assert not torch.equal(first, trained.generate(5).tensor)
    torch.manual_seed(3)
    assert torch.equal(first, trained.generate(5).tensor)


def test_generating_does_not_disturb_training(data, tmp_path):
    quiet, busy = make(data, tmp_path / "a"), make(data, tmp_path / "b")
    quiet.fit(steps=3)
    quiet.fit(steps=3)
    busy.fit(steps=3)
    busy.generate(4)
    busy.discriminate(busy.generate(2))
    busy.fit(steps=3)
    assert all(map(torch.equal, quiet.nets["generator"].parameters(), busy.nets["generator"].parameters()))


def test_labels_choose_the_class(trained):
    assert trained.generate(4).captions == ["0", "1", "0", "1"]
    assert trained.generate(2, label=1).captions == ["1", "1"]
    assert trained.generate(2, label=["1", 0]).captions == ["1", "0"]
    z = trained.latents(1, seed=1)
    assert not torch.equal(trained.decode(z, torch.tensor([0])), trained.decode(z, torch.tensor([1])))


def test_truncation_squeezes_z_and_keeps_its_order(trained):
    z, squeezed = trained.latents(500, seed=4), trained.latents(500, seed=4, truncation=0.5)
    assert z.abs().max() > 2
    assert squeezed.abs().max() <= 0.5 + 1e-6
    assert torch.equal(z.flatten().argsort(), squeezed.flatten().argsort())
    # its law is the truncated normal's: variance by the textbook formula
    phi, inside = 0.3520653, 0.3829249
    assert squeezed.var().item() == pytest.approx(1 - 2 * 0.5 * phi / inside, abs=0.004)


def test_uniform_noise(data, tmp_path):
    learn = make(data, tmp_path, noise="uniform")
    z = learn.latents(2000, seed=1)
    assert -1 <= z.min() < -0.99
    assert 0.99 < z.max() <= 1
    learn.fit(steps=1)
    assert len(learn.interpolate(3, rows=2)) == 6


def test_interpolation_begins_and_ends_at_its_points(trained):
    ways = trained.interpolate(5, rows=2, seed=7, label=0).tensor.view(2, 5, 1, 16, 16)
    ends = trained.latents(4, seed=7)
    y = torch.zeros(2, dtype=torch.long)
    torch.testing.assert_close(ways[:, 0], trained.decode(ends[:2], y), atol=1e-5, rtol=0)
    torch.testing.assert_close(ways[:, -1], trained.decode(ends[2:], y), atol=1e-5, rtol=0)


def test_each_way_is_one_row_of_the_grid(trained):
    ways = trained.interpolate(5, rows=2, seed=7, label=0)
    ways.captions = None
    width, height = ways.grid().size
    assert width / height == pytest.approx(5 / 2, rel=0.05)
    assert trained.show_results(4).columns == 4
    assert trained.arithmetic("a + b", label=0, a=[0], b=[1]).columns == 3


def test_arithmetic_adds_means_of_latents(data, tmp_path):
    learn = make(data, tmp_path)
    z = learn.latents(64, seed=5)
    made = learn.arithmetic("a - b+c", seed=5, a=[0, 3], b=[1], c=z[7:9])
    result = z[[0, 3]].mean(0) - z[1] + z[7:9].mean(0)
    torch.testing.assert_close(made.tensor[3], learn.decode(result[None])[0])
    assert made.captions == ["a", "b", "c", "= a - b+c"]


def test_pictures_of_ones_own_are_projected_to_z(data, tmp_path):
    learn = make(data, tmp_path, latent=2)
    learn.fit(steps=30)
    mine = learn.generate(3, seed=9)
    z = learn.project(mine, steps=200)
    assert z.shape == (3, 2)
    assert (learn.decode(z) - mine.tensor).square().mean() < 0.002
    made = learn.arithmetic("a - b", a=mine.tensor[:2], b=mine[2:])
    assert len(made) == 3
    with pytest.raises(mb.OptionError, match='"d"'):
        learn.arithmetic("a - d", a=mine)


def test_the_critic_tells_real_from_noise(data, tmp_path):
    learn = make(data, tmp_path)
    learn.fit(steps=40)
    real = learn.discriminate(next(data.batches("valid", 16)).x)
    assert real.shape == (16,)
    assert real.mean() > learn.discriminate(torch.rand(16, 1, 16, 16)).mean()


def test_show_results_has_real_ones_first(trained, data):
    shown = trained.show_results(8).tensor
    assert torch.equal(shown[:8], next(data.batches("valid", 8)).x)
    assert len(shown) == 16


def test_options_reach_the_recipe_and_the_config(data, tmp_path):
    learn = make(data, tmp_path, recipe=mb.recipes.wgan, options={"clip": 0.002})
    learn.fit(steps=2)
    assert max(p.abs().max() for p in learn.nets["critic"].parameters()) <= 0.002
    assert mb.load(learn.run).game.options == {"clip": 0.002}


def test_numbers_of_numpy_and_tensors_are_numbers(trained):
    import numpy as np

    assert trained.generate(np.int64(2), label=np.int64(1)).captions == ["1", "1"]
    assert trained.generate(2, label=torch.tensor([1, 0])).captions == ["1", "0"]
    assert len(trained.arithmetic("a", label=0, a=3)) == 2


def test_byte_pictures_are_scaled(trained):
    bytes_ = torch.randint(0, 255, (4, 1, 16, 16), dtype=torch.uint8)
    assert torch.equal(trained.discriminate(bytes_, label=1), trained.discriminate(bytes_ / 255, label=1))


def test_a_loaded_run_knows_its_history(trained):
    assert mb.load(trained.run).history.records == trained.history.records


@pytest.mark.parametrize(
    "change", [{"data": None}, {"arguments": 3}, {"system": ["gan"]}, {"training": {"warp": 9}}, {"settings": {}}]
)
def test_a_config_that_someone_else_wrote_is_one_sentence(trained, tmp_path, change):
    import shutil

    run = tmp_path / "copy"
    shutil.copytree(trained.run, run)
    config = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(mb.CheckpointError) as caught:
        mb.load(run)
    assert "\n" not in str(caught.value)


def test_what_is_validated_has_all_classes(tmp_path):
    """Also where the validation part comes class by class and only some of it is used."""
    seen = []

    def looking(nets, batch, run):
        if not run.training:
            seen.extend(batch.y.tolist())
        yield "critic", nets.critic(batch.x).mean()

    from PIL import Image

    for part, count in (("train", 4), ("valid", 40)):
        for name in "ab":
            for i in range(count):
                path = tmp_path / part / name / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.new("L", (16, 16), i).save(path)
    learn = make(mb.images(tmp_path), tmp_path / "run", recipe=looking, batch_size=4)
    learn.settings = mb.Settings(valid_batches=5)
    learn.validate()
    assert 4 <= sum(seen) <= 16
    first = list(seen)
    seen.clear()
    learn.validate()
    assert seen == first


def test_label_smoothing_and_noise_change_the_critics_loss_in_training_only(data, tmp_path):
    plain = make(data, tmp_path / "a", recipe=mb.recipes.minimax)
    noisy = make(data, tmp_path / "b", recipe=mb.recipes.minimax, label_smoothing=0.2, label_noise=0.3)
    assert plain.validate() == noisy.validate()
    plain.fit(steps=1)
    noisy.fit(steps=1)
    assert plain.history.records[-1]["critic"] != noisy.history.records[-1]["critic"]


def test_a_run_comes_back_from_its_folder(trained):
    loaded = mb.load(trained.run)
    assert isinstance(loaded, GanLearner)
    assert torch.equal(loaded.generate(6, seed=2).tensor, trained.generate(6, seed=2).tensor)
    with pytest.raises(mb.TrainingError, match="without data"):
        loaded.fit(1)


def test_a_run_on_a_folder_of_files_is_resumed_without_the_program(tmp_path):
    from PIL import Image

    for i in range(24):
        path = tmp_path / "pictures" / ("ab"[i % 2]) / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (16, 16), 10 * i).save(path)
    options = {"network": "mlp", "batch_size": 8, "device": "cpu"}
    folder = tmp_path / "pictures"
    whole = mb.gan(mb.images(folder), run=tmp_path / "a", **options)
    whole.fit(steps=6)
    first = mb.gan(mb.images(folder, labels=lambda path: path.parent.name), run=tmp_path / "b", **options)
    first.fit(steps=2)
    again = mb.resume(tmp_path / "b")
    assert again.step == 2
    again.fit(steps=4)
    assert all(map(torch.equal, whole.nets["generator"].parameters(), again.nets["generator"].parameters()))


def test_what_a_file_cannot_hold_is_told(data, tmp_path):
    make(data, tmp_path / "arrays").fit(steps=1)
    with pytest.raises(mb.CheckpointError, match=r"learn\.resume"):
        mb.resume(tmp_path / "arrays" / "run")

    def own(nets, batch, run):
        yield "critic", nets.critic(batch.x).mean()
        yield "generator", -nets.critic(nets.generator(run.noise(len(batch)))).mean()

    make(data, tmp_path / "own", recipe=own).fit(steps=1)
    with pytest.raises(mb.CheckpointError, match="of the program's own"):
        mb.load(tmp_path / "own" / "run")


def test_own_networks_go_in_as_a_pair(data, tmp_path):
    from torch import nn

    pair = (
        nn.Sequential(nn.Linear(8, 256), nn.Sigmoid(), nn.Unflatten(1, (1, 16, 16))),
        nn.Sequential(nn.Flatten(), nn.Linear(256, 1), nn.Flatten(0)),
    )
    learn = make(data, tmp_path, network=pair)
    learn.fit(steps=3)
    assert learn.generate(2).tensor.shape == (2, 1, 16, 16)


def test_samples_of_the_same_points_lie_in_the_run_folder(trained):
    names = sorted(path.name for path in (trained.run / "samples").iterdir())
    assert names == ["step-00000000.png", "step-00000020.png"]
    assert (trained.run / "report.html").exists()


def test_the_config_says_how_the_learner_was_made(trained):
    config = json.loads((trained.run / "config.json").read_text())
    assert config["system"] == "gan"
    assert config["recipe"] == "hinge"
    assert config["arguments"]["conditional"] is True
    assert config["settings"]["precision"] == trained.precision


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"recipe": "hinge"}, mb.OptionError, "mb.recipes.hinge"),
        ({"network": "stylegan"}, mb.OptionError, "dcgan, resnet, mlp"),
        ({"latent": 0}, mb.OptionError, "latent=0"),
        ({"latent": 10**9}, mb.OptionError, "65,536"),
        ({"batch_size": 1}, mb.OptionError, "each part needs 2"),
        ({"options": {"penalty": 1.0}}, mb.OptionError, "recipe hinge has no such option"),
        ({"network": [1, 2]}, mb.OptionError, "[1, 2]"),
        ({"noise": "pink"}, mb.OptionError, "pink"),
        ({"label_smoothing": 0.1}, mb.OptionError, "recipe hinge has no such option"),
        ({"recipe": mb.recipes.minimax, "label_noise": 1.5}, mb.OptionError, "label_noise=1.5"),
        ({"compile": True, "recipe": mb.recipes.wgan_gp}, mb.OptionError, "differentiates twice"),
    ],
)
def test_unusable_options_are_one_sentence(data, tmp_path, options, error, words):
    with pytest.raises(error) as caught:
        make(data, tmp_path, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unfit_data_are_one_sentence(tmp_path):
    table = mb.arrays(torch.rand(20, 5))
    with pytest.raises(mb.DataError, match="needs pictures"):
        mb.gan(table)
    unlabelled = mb.images(torch.rand(20, 1, 16, 16), labels=None)
    with pytest.raises(mb.DataError, match="needs labels"):
        mb.gan(unlabelled, conditional=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda learn: learn.generate(0), "0 pictures"),
        (lambda learn: learn.generate(2, label="frog"), "no class frog"),
        (lambda learn: learn.generate(3, label=[0, 1]), "2 labels were given for 3"),
        (lambda learn: learn.generate(3, truncation=0), "truncation=0"),
        (lambda learn: learn.interpolate(1), "steps=1"),
        (lambda learn: learn.arithmetic("a * b", a=[0], b=[1]), "a * b"),
        (lambda learn: learn.arithmetic("a + c", label=0, a=[0]), '"c"'),
        (lambda learn: learn.arithmetic("a", label=0, a=[]), "a is []"),
        (lambda learn: learn.discriminate(torch.rand(2, 3, 8, 8), label=0), "(2, 3, 8, 8)"),
        (lambda learn: learn.discriminate(torch.rand(2, 1, 16, 16)), "label="),
        (lambda learn: learn.arithmetic("a + b", a=[0], b=[1]), "label="),
        (lambda learn: learn.arithmetic("a b", label=0, a=[0], b=[1]), "a b"),
        (lambda learn: learn.generate(2_000_000), "2000000"),
    ],
)
def test_unusable_calls_are_one_sentence(trained, call, words):
    with pytest.raises(mb.MakebelieveError) as caught:
        call(trained)
    assert words in str(caught.value)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the compiler warns of its own doings
def test_compiled_networks_give_the_same_steps(data, tmp_path):
    plain = make(data, tmp_path / "a", precision="float32")
    compiled = make(data, tmp_path / "b", precision="float32", compile=True)
    before = {name: value.clone() for name, value in plain.nets["generator"].named_parameters()}
    plain.fit(steps=3)
    compiled.fit(steps=3)
    other = dict(compiled.nets["generator"].named_parameters())
    for name, value in plain.nets["generator"].named_parameters():
        if not name.endswith(".bias"):  # before a batch norm its gradient is rounding, which Adam blows up to a step
            assert (other[name] - value).norm() <= 0.03 * (value - before[name]).norm(), name


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_it_trains_and_resumes_on_a_gpu(data, tmp_path):
    learn = make(data, tmp_path, device="cuda", network="dcgan")
    learn.fit(steps=4)
    again = make(data, tmp_path / "other", device="cuda", network="dcgan")
    again.resume(learn.run)
    assert again.step == 4
