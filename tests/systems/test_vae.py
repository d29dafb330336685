"""The VAE: the bound is the paper's, every choice trains, a run comes back, bad input is one sentence."""

from __future__ import annotations

import json
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.objectives.divergence import gaussian_kl
from makebelieve.systems.vae import VaeLearner, networks


@pytest.fixture(scope="module")
def data():
    """80 squares and crosses of 16 × 16, in two classes."""
    pictures = torch.zeros(80, 1, 16, 16, dtype=torch.uint8)
    pictures[:40, :, 4:12, 4:12] = 200
    pictures[40:, :, 7:9, :] = 255
    labels = torch.arange(80) // 40
    return mb.images(pictures, labels=labels.tolist(), valid=0.2)


def make(data, tmp_path, **options):
    return mb.vae(data, run=tmp_path / "run", **{"network": "dense", "batch_size": 16, "device": "cpu", **options})


def weights(learn):
    return list(learn.nets["model"].parameters())


@pytest.mark.parametrize("network", ["conv", "dense"])
@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize("conditional", [False, True])
def test_every_choice_trains_all_weights(data, tmp_path, network, likelihood, conditional):
    learn = make(data, tmp_path, network=network, likelihood=likelihood, conditional=conditional)
    before = [p.clone() for p in weights(learn)]
    first = learn.validate()
    learn.fit(steps=30)
    assert not any(torch.equal(a, b) for a, b in zip(before, weights(learn), strict=True))
    assert learn.validate()["elbo"] > first["elbo"]
    assert {"model", "reconstruction", "kl", "elbo"} <= learn.history.records[-1].keys()
    made = learn.generate(3, seed=1).tensor
    assert made.shape == (3, 1, 16, 16)
    assert 0 <= made.min() <= made.max() <= 1


@pytest.mark.parametrize("side", [8, 12, 28, 32, 44])
@pytest.mark.parametrize("channels", [1, 3])
def test_convolutions_come_back_to_the_size_they_started_from(side, channels):
    encoder, decoder = networks.conv((channels, side, side), 3, classes=2, width=4)
    y = torch.tensor([0, 1])
    points = encoder(torch.rand(2, channels, side, side), y)
    assert points.shape == (2, 6)
    assert decoder(points[:, :3], y).shape == (2, channels, side, side)


def test_the_loss_is_the_papers_bound(data, tmp_path):
    learn = make(data, tmp_path, beta=4.0, precision="float32")
    batch = next(data.batches("train", 16))
    learn.game.run._generator.manual_seed(5)
    ((player, loss, told),) = learn.recipe(learn.game.nets, batch, learn.game.run, **learn.game.options)
    noise = torch.randn(16, 2, generator=torch.Generator().manual_seed(5))
    model = learn.nets["model"]
    mean, log_variance = model.encoder(batch.x).chunk(2, 1)
    logits = model.decoder(mean + (0.5 * log_variance).exp() * noise)
    reconstruction = F.binary_cross_entropy_with_logits(logits, batch.x, reduction="sum") / 16
    kl = gaussian_kl(mean, log_variance).sum() / 16
    assert player == "model"
    torch.testing.assert_close(loss, reconstruction + 4 * kl)
    torch.testing.assert_close(told["elbo"], -(reconstruction + kl))


def losses(learn, data, step, training=True):
    """Loss, reconstruction and KL of one batch at a step."""
    batch, run = next(data.batches("train", 16)), learn.game.run
    run._generator.manual_seed(5)
    run.step, run.training = step, training
    ((_, loss, told),) = learn.recipe(learn.game.nets, batch, run, **learn.game.options)
    run.training = True
    return loss.item(), told["reconstruction"].item(), told["kl"].item()


def test_the_kl_warms_up_by_steps_and_counts_in_full_in_validation(data, tmp_path):
    learn = make(data, tmp_path, beta=2.0, warm_up=10)
    for step, weight in ((0, 0.2), (4, 1.0), (9, 2.0), (50, 2.0)):
        loss, reconstruction, kl = losses(learn, data, step)
        assert loss == pytest.approx(reconstruction + weight * kl, rel=1e-5)
    loss, reconstruction, kl = losses(learn, data, 0, training=False)
    assert loss == pytest.approx(reconstruction + 2 * kl, rel=1e-5)


def test_free_bits_are_paid_by_each_unit(data, tmp_path):
    learn = make(data, tmp_path, free_bits=3.0)
    loss, reconstruction, kl = losses(learn, data, 0)
    assert kl < 1
    assert loss == pytest.approx(reconstruction + 2 * 3.0, rel=1e-5)


def test_binarised_pixels_are_zero_or_one_with_their_value_as_the_chance(data, tmp_path):
    seen = []

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(256, 4)

        def forward(self, x):
            seen.append(x)
            return self.layer(x.flatten(1))

    decoder = nn.Sequential(nn.Linear(2, 256), nn.Unflatten(1, (1, 16, 16)))
    learn = make(data, tmp_path, network=(Encoder(), decoder), binarise=True)
    learn.fit(steps=40)
    drawn = torch.cat(seen[:40])
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    squares = drawn[drawn[:, 0, 7, 0] == 0][:, 0, 4:12, 4:12]
    assert squares.mean().item() == pytest.approx(200 / 255, abs=0.01)
    assert not torch.equal(squares[0], squares[1])
    assert learn.evaluate(n=4, k=2).protocol["pixels"] == "drawn as 0 or 1, seed 0"


def test_parts_of_a_batch_draw_what_the_whole_would(data, tmp_path):
    whole, parts = (
        make(data, tmp_path / str(k), accumulate=k, binarise=True, precision="float32", conditional=True)
        for k in (1, 4)
    )
    for learn in (whole, parts):
        learn.fit(steps=3)
    for a, b in zip(weights(whole), weights(parts), strict=True):
        torch.testing.assert_close(a, b, atol=2e-5, rtol=1e-3)


def test_a_gaussian_learns_its_variance(tmp_path):
    torch.manual_seed(0)
    noisy = (0.5 + 0.1 * torch.randn(64, 1, 8, 8)).clamp(0, 1)
    learn = make(mb.images(noisy, valid=0), tmp_path, likelihood="gaussian", learning_rate=3e-3)
    learn.fit(steps=300)
    model = learn.nets["model"]
    log_variance = networks.LOG_VARIANCE_START + networks.SPREAD_GAIN * model.spread.item()
    assert math.exp(0.5 * log_variance) == pytest.approx(0.1, rel=0.2)


def test_a_resumed_run_ends_bit_for_bit_as_one_that_was_not_stopped(data, tmp_path):
    options = {"network": "conv", "conditional": True, "binarise": True, "warm_up": 5, "free_bits": 0.1, "latent": 3}

    class Killed(Exception):
        pass

    class Kill(mb.Callback):
        def on_record(self, learn, record):
            if learn.step == 8:
                raise Killed

    saving = mb.Saving(steps=3)
    whole = make(data, tmp_path / "a", saving=saving, **options)
    whole.fit(steps=12)
    broken = make(data, tmp_path / "b", saving=saving, callbacks=[Kill()], **options)
    with pytest.raises(Killed):
        broken.fit(steps=12)
    again = make(data, tmp_path / "c", saving=saving, **options)
    again.resume(tmp_path / "b" / "run")
    assert again.step == 12
    assert all(map(torch.equal, weights(whole), weights(again)))
    assert all(map(torch.equal, whole.model.state_dict().values(), again.model.state_dict().values()))
    assert whole.history.records == again.history.records


def test_a_run_comes_back_from_its_folder(data, tmp_path):
    learn = make(data, tmp_path, conditional=True, latent=3)
    learn.fit(steps=4)
    loaded = mb.load(learn.run)
    assert isinstance(loaded, VaeLearner)
    assert torch.equal(loaded.generate(6, seed=2).tensor, learn.generate(6, seed=2).tensor)
    assert torch.equal(loaded.nets["model"].log_prior, learn.nets["model"].log_prior)
    assert json.loads((learn.run / "config.json").read_text())["system"] == "vae"
    assert sorted(path.name for path in (learn.run / "samples").iterdir()) == ["step-00000000.png", "step-00000004.png"]


def test_own_networks_come_back_by_the_program_only(data, tmp_path):
    pair = (
        nn.Sequential(nn.Flatten(), nn.Linear(256, 4)),
        nn.Sequential(nn.Linear(2, 256), nn.Unflatten(1, (1, 16, 16))),
    )
    learn = make(data, tmp_path, network=pair)
    learn.fit(steps=2)
    assert learn.generate(2).tensor.shape == (2, 1, 16, 16)
    with pytest.raises(mb.CheckpointError, match="own"):
        mb.load(learn.run)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"latent": 0}, "latent=0"),
        ({"latent": 1.5}, r"latent=1\.5"),
        ({"likelihood": "poisson"}, "poisson"),
        ({"beta": -1.0}, "beta=-1.0"),
        ({"beta": float("nan")}, "beta=nan"),
        ({"warm_up": 2.5}, r"warm_up=2\.5"),
        ({"warm_up": True}, "warm_up=True"),
        ({"free_bits": -0.1}, "free_bits"),
        ({"likelihood": "gaussian", "binarise": True}, "binarise"),
        ({"network": "unet"}, "conv, dense"),
        ({"network": (1, 2)}, "encoder, decoder"),
        ({"warp": 9}, "warp"),
    ],
)
def test_options_that_cannot_be_used_are_one_sentence(data, tmp_path, options, words):
    with pytest.raises(mb.OptionError, match=words) as caught:
        make(data, tmp_path, **options)
    assert "\n" not in str(caught.value)


def test_data_that_cannot_be_used_are_one_sentence(data, tmp_path):
    with pytest.raises(mb.DataError, match=r"\[0, 1\]"):
        make(mb.arrays(torch.randn(40, 1, 8, 8)), tmp_path)
    with pytest.raises(mb.DataError, match=r"\(5,\)"):
        make(mb.arrays(torch.rand(40, 5)), tmp_path)
    with pytest.raises(mb.DataError, match="labels="):
        make(mb.images(torch.rand(40, 1, 8, 8)), tmp_path, conditional=True)
    few = mb.images(torch.rand(40, 1, 8, 8), labels=[0, 1] * 20, labelled=10)
    with pytest.raises(mb.DataError, match="labelled="):
        make(few, tmp_path, conditional=True)
    with pytest.raises(mb.DataError, match="no labels"):
        make(few, tmp_path).concept("1")
    with pytest.raises(mb.DataError, match="mb.images"):
        make("mnist", tmp_path)
    with pytest.raises(mb.OptionError, match="dense"):
        make(mb.images(torch.rand(40, 1, 10, 14)), tmp_path, network="conv")


def test_everything_is_drawn_by_the_run(data, tmp_path):
    """What is looked at between two fits changes nothing of the second."""
    quiet, busy = (make(data, tmp_path / name, binarise=True) for name in "ab")
    for learn in (quiet, busy):
        learn.fit(steps=2)
    busy.generate(4)
    busy.evaluate(n=4, k=2)
    busy.grid(3)
    for learn in (quiet, busy):
        learn.fit(steps=2)
    assert all(map(torch.equal, weights(quiet), weights(busy)))
