"""The watch over a GAN: each trouble is provoked for real and told; healthy runs of every recipe raise no alarm."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.evaluate import watch
from makebelieve.evaluate.watch import RandomFeatures, Samples, copies, coverage, diversity
from makebelieve.systems.gan.health import Critic, accuracy, prefers_known

RECIPES = [getattr(mb.recipes, name) for name in mb.recipes.__all__ if name != "semi_supervised"]
SIDE = 8


def spots(n, seed=0):
    """Bright spots of random place and size, (n, 1, 8, 8)."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    centre = torch.rand(2, n, 1, 1, generator=generator) * 5 + 1
    size = torch.rand(n, 1, 1, generator=generator) * 1.5 + 1
    return torch.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / (2 * size**2))[:, None]


@pytest.fixture(scope="module")
def data():
    return mb.images(spots(200), valid=0.3)


def learner(data, run, recipe=mb.recipes.minimax, network=None, every=10, **options):
    torch.manual_seed(0)
    network = network or (
        nn.Sequential(nn.Linear(4, 32), nn.LeakyReLU(0.2), nn.Linear(32, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8))),
        critic(),
    )
    settings = {"latent": 4, "batch_size": 16, "device": "cpu", "precision": "float32", "run": run / "run"}
    learn = mb.gan(data, recipe, network=network, **{**settings, **options})
    learn.looks.every = every
    return learn


def critic(width=32):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.LeakyReLU(0.2), nn.Linear(width, 1), nn.Flatten(0))


def keys(learn):
    return [record["key"] for record in learn.history.alarms]


def looks(learn):
    return [record for record in learn.history.records if record["kind"] == "health"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
def test_a_healthy_run_of_each_recipe_raises_no_alarm(data, tmp_path, recipe):
    learn = learner(data, tmp_path, recipe, network="mlp")
    learn.fit(steps=60)
    assert not learn.history.alarms
    assert len(looks(learn)) == 8
    assert {"critic_accuracy", "prefers_known", "gradient_generator", "diversity", "coverage", "copied"} <= looks(
        learn
    )[-1].keys()


def test_a_critic_far_too_strong_is_told(data, tmp_path):
    rates = {"generator": 1e-5, "critic": 1e-2}
    learn = learner(data, tmp_path, mb.recipes.minimax_saturating, learning_rate=rates)
    learn.fit(steps=200)
    assert "health.critic_saturated" in keys(learn)
    assert looks(learn)[-1]["critic_accuracy"] > 0.99


def test_the_same_game_with_a_gradient_that_stays_is_not_called_saturated(data, tmp_path):
    learn = learner(data, tmp_path, mb.recipes.minimax, learning_rate={"generator": 1e-5, "critic": 1e-2})
    learn.fit(steps=200)
    assert "health.critic_saturated" not in keys(learn)


class Deaf(nn.Module):
    """A generator that ignores z."""

    def __init__(self):
        super().__init__()
        self.picture = nn.Parameter(torch.zeros(1, 1, 8, 8))

    def forward(self, z):
        return torch.sigmoid(self.picture).expand(len(z), -1, -1, -1)


def test_a_generator_that_ignores_z_is_told(data, tmp_path):
    learn = learner(data, tmp_path, network=(Deaf(), critic()))
    learn.fit(steps=60)
    assert "health.mode_collapse" in keys(learn)
    assert looks(learn)[-1]["diversity"] == pytest.approx(0, abs=1e-3)


def test_a_collapse_after_good_times_is_told(data, tmp_path):
    """A game that first draws samples to all of the data, then to one grey picture."""

    def turning(nets, batch, run):
        fake = nets.generator(run.noise(len(batch)))
        if run.step < 200:
            apart = torch.cdist(batch.x.flatten(1), fake.flatten(1))
            yield "generator", apart.amin(1).mean() + 0.1 * apart.amin(0).mean()
        else:
            yield "generator", 100 * (fake - 0.5).square().mean()

    learn = learner(data, tmp_path, turning, every=40, learning_rate={"generator": 1e-2, "critic": 1e-3})
    learn.fit(steps=400)
    (alarm,) = [record for record in learn.history.alarms if record["key"] == "health.mode_collapse"]
    assert alarm["step"] > 240
    assert max(look["coverage"] for look in looks(learn)) > 0.2


def test_twelve_pictures_known_by_heart_are_told(tmp_path):
    """Each training picture pulls its nearest sample to itself, until samples are copies of them."""

    def pulling(nets, batch, run):
        fake = nets.generator(run.noise(64))
        yield "generator", torch.cdist(batch.x.flatten(1), fake.flatten(1)).amin(1).mean()
        yield "critic", nets.critic(batch.x).square().mean()

    data = mb.images(torch.rand(32, 1, 8, 8, generator=torch.Generator().manual_seed(2)), valid=0.625)
    generator = nn.Sequential(
        nn.Linear(4, 128),
        nn.LeakyReLU(0.2),
        nn.Linear(128, 12),
        nn.Softmax(1),
        nn.Linear(12, 64),
        nn.Unflatten(1, (1, 8, 8)),
    )
    learn = learner(data, tmp_path, pulling, (generator, critic()), every=40, batch_size=12, learning_rate=3e-2)
    learn.fit(steps=320)
    assert "health.memorised" in keys(learn)


def test_a_critic_that_knows_its_pictures_by_heart_is_told(tmp_path):
    noise = torch.rand(80, 1, 8, 8, generator=torch.Generator().manual_seed(3))
    data = mb.images(noise, valid=0.8)
    generator = nn.Sequential(nn.Linear(64, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
    network = (generator, critic(256))
    learn = learner(data, tmp_path, network=network, latent=64, learning_rate={"generator": 1e-4, "critic": 3e-3})
    learn.fit(steps=200)
    assert "health.critic_over_fitting" in keys(learn)


def test_a_game_gets_balanced_and_ends(tmp_path):
    """Two numbers a picture, which a generator soon makes as the data have them."""
    generator = torch.Generator().manual_seed(4)
    level = torch.rand(300, 1, 1, 1, generator=generator).expand(-1, 1, 8, 8)
    data = mb.images(level.contiguous(), valid=0.3)
    network = (
        nn.Sequential(nn.Linear(4, 1), nn.Sigmoid(), nn.Linear(1, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8))),
        nn.Sequential(nn.Flatten(), nn.Linear(64, 1), nn.Flatten(0)),
    )
    learn = learner(data, tmp_path, network=network, learning_rate=5e-3)
    learn.fit(steps=2000, until="balanced")
    assert learn.step < 2000
    assert learn.history.records[-1] == {"kind": "reached", "step": learn.step, "condition": "balanced"}
    told = [look["critic_accuracy"] for look in looks(learn)]
    assert all(abs(share - 0.5) <= 0.1 for share in told[-5:])
    assert abs(told[-6] - 0.5) > 0.1 or len(told) == 5
    again = learner(data, tmp_path / "again", network=network)
    again.resume(learn.run)
    assert again.step == learn.step


def test_a_resumed_gan_looks_as_an_unbroken_one(data, tmp_path):
    whole = learner(data, tmp_path / "a", mb.recipes.wgan, network="mlp", saving=mb.Saving(steps=9, keep=9))
    whole.fit(steps=30)
    (tmp_path / "b").mkdir()
    history = (whole.run / "history.jsonl").read_bytes()
    for checkpoint in (whole.run / "checkpoints").iterdir():
        if int(checkpoint.name[5:15]) > 18:
            checkpoint.rename(tmp_path / checkpoint.name)
    again = learner(data, tmp_path / "b", mb.recipes.wgan, network="mlp")
    again.resume(whole.run)
    assert (whole.run / "history.jsonl").read_bytes() == history


def test_a_conditional_game_is_watched_too(tmp_path):
    data = mb.images(spots(120), labels=[i % 2 for i in range(120)], valid=0.3)
    learn = learner(data, tmp_path, mb.recipes.hinge, network="mlp", conditional=True)
    learn.fit(steps=10)
    assert "critic_accuracy" in looks(learn)[-1]


def test_without_held_out_pictures_the_rest_is_watched(tmp_path):
    learn = learner(mb.images(spots(60), valid=0), tmp_path)
    learn.fit(steps=10)
    assert {"critic_accuracy", "coverage"} <= looks(learn)[-1].keys()
    assert "copied" not in looks(learn)[-1]


# ---------------------------------------------------------------- figures and judgements by themselves


def test_accuracy_is_the_share_of_pairs():
    assert accuracy(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 1.5])) == 0.75
    assert accuracy(torch.zeros(3), torch.zeros(5)) == 0.5


def test_prefers_known_is_where_held_out_pictures_lie_between_training_and_made_ones():
    train, made = torch.full((4,), 2.0), torch.full((4,), -2.0)
    assert [prefers_known(train, torch.full((4,), level), made) for level in (2.0, 0.0, -2.0)] == [0, 0.5, 1]
    assert prefers_known(made, train, train) == 0  # a critic that is fooled


def test_coverage_and_diversity_of_what_is_known():
    generator = torch.Generator().manual_seed(0)
    real, same = torch.randn(300, 8, generator=generator), torch.randn(300, 8, generator=generator)
    assert coverage(real, same) > 0.9
    assert coverage(real, same + 50) == 0
    assert coverage(real, same[:1].expand(300, -1)) < 0.1
    assert diversity(same) / diversity(real) == pytest.approx(1, abs=0.05)
    assert diversity(torch.ones(9, 4)) == pytest.approx(0, abs=1e-3)


def test_copies_are_near_to_one_training_picture_and_to_no_other():
    generator = torch.Generator().manual_seed(0)
    train, held_out, fresh = (torch.randn(50, 20, generator=generator) for _ in range(3))
    near = float(torch.cdist(held_out, train).amin(1).quantile(0.01))
    made = torch.cat([train[:10] + 1e-3, fresh[:10]])
    assert copies(made, train, held_out, near) == 0.5
    assert copies(torch.zeros(10, 20), train, held_out, near) == 0  # the mean of all is near to many


def test_random_features_are_the_same_each_time_and_fit_any_size():
    for channels, side in ((1, 5), (3, 28), (1, 64)):
        x = torch.rand(2, channels, side, side)
        first, second = RandomFeatures(channels)(x), RandomFeatures(channels)(x)
        assert torch.equal(first, second)
        assert first.shape[1] <= 1024


def judged(check, rows):
    return [[alarm.key for alarm in check.judge(step, row)] for step, row in enumerate(rows)]


def figures(diversity, coverage, copied=0.0):
    return {"diversity": diversity, "coverage": coverage, "copied": copied}


def test_an_untrained_generator_that_grows_varied_is_no_collapse():
    rows = [figures(0.01 * 1.5**i, 0.0) for i in range(9)]
    assert not any(judged(Samples(lambda *_: None), rows))


def test_a_loss_of_coverage_must_last():
    good, bad = figures(0.9, 0.6), figures(0.7, 0.1)
    found = judged(Samples(lambda *_: None, players=["generator"]), [good, bad, bad, good, bad, bad, bad])
    assert found == [[]] * 6 + [["health.mode_collapse"]]


def test_a_winning_critic_alone_is_no_alarm():
    row = {"critic_accuracy": 1.0, "critic_accuracy_train": 1.0, "prefers_known": 0.0, "gradient_generator": 1.0}
    check = Critic()
    assert not any(judged(check, [row] * 9))
    assert judged(check, [{**row, "gradient_generator": 0.001}] * 3)[-1] == ["health.critic_saturated"]


def test_a_critic_that_knows_its_pictures_is_not_called_balanced():
    check = Critic()
    row = {"critic_accuracy": 0.5, "critic_accuracy_train": 1.0, "prefers_known": 1.0}
    judged(check, [row] * 9)
    assert not check.reached("balanced")
    judged(check, [{**row, "critic_accuracy_train": 0.5}] * 5)
    assert check.reached("balanced")
    assert not check.reached("third")


def test_what_a_check_remembers_is_enough(monkeypatch):
    rows = [figures(0.9, 0.6), figures(0.7, 0.1), figures(0.7, 0.1), figures(0.7, 0.1)]
    whole, half = Samples(lambda *_: None), Samples(lambda *_: None)
    expected = judged(whole, rows)
    first = judged(half, rows[:2])
    again = Samples(lambda *_: None)
    again.load_state(half.state())
    assert first + judged(again, rows[2:]) == expected
    assert again.state() == whole.state()
    assert watch.TOLD_AFTER == 3
