"""The autoencoder: it trains, cleans, shows and measures what it says; a run comes back; bad input is one sentence."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.latent.scatter import main_directions
from makebelieve.objectives.reconstruction import bernoulli_nll
from makebelieve.systems.autoencoder import autoencoder
from makebelieve.systems.autoencoder.corruption import numbers, spoil
from makebelieve.systems.autoencoder.door import from_config
from makebelieve.systems.autoencoder.networks import Autoencoder, conv, dense

SIDE = 12
CORRUPTIONS = ["gaussian", "salt_and_pepper", "masking"]


def pictures(count=96, channels=1, side=SIDE):
    """Bright bars on dark ground, across in the first half and down in the second, uint8."""
    x = torch.full((count, channels, side, side), 20, dtype=torch.uint8)
    for i in range(count):
        place = i % (side - 2)
        if i < count // 2:
            x[i, :, place : place + 2] = 240
        else:
            x[i, :, :, place : place + 2] = 240
    return x


@pytest.fixture(scope="module")
def data():
    return mb.images(pictures(), labels=[i // 48 for i in range(96)], valid=0.25)


def make(data, tmp_path, **options):
    return autoencoder(data, run=tmp_path / "run", **{"batch_size": 16, "device": "cpu", "latent": 8, **options})


def mean_error(pictures, targets):
    return (pictures - targets).square().mean().item()


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("autoencoder"))
    learn.fit(steps=150)
    return learn


@pytest.fixture(scope="module")
def denoiser(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("denoiser"), noise=0.4, latent=32)
    learn.fit(steps=150)
    return learn


# -------------------------------------------------------------------- networks


def test_dense_is_the_textbook_network():
    encoder, decoder = dense((1, 28, 28), 32)
    shapes = [tuple(p.shape) for p in [*encoder.parameters(), *decoder.parameters()]]
    assert shapes == [(32, 784), (32,), (784, 32), (784,)]
    x = torch.rand(3, 1, 28, 28)
    down, up = encoder[1], decoder[0]
    z = torch.relu(x.flatten(1) @ down.weight.T + down.bias)
    expected = torch.sigmoid(z @ up.weight.T + up.bias).view(3, 1, 28, 28)
    torch.testing.assert_close(Autoencoder(encoder, decoder).reconstruct(x), expected)


def test_first_weights_are_glorots():
    encoder, decoder = dense((1, 16, 16), 24)
    bound = (6 / (256 + 24)) ** 0.5
    for layer in (encoder[1], decoder[0]):
        assert 0.95 * bound < layer.weight.abs().max() <= bound
    assert encoder[1].bias.eq(1).all()
    assert decoder[0].bias.eq(0).all()


@pytest.mark.parametrize("side", [8, 12, 16, 20, 28, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_conv_gives_back_any_square_side_that_is_a_multiple_of_4(side, channels):
    model = Autoencoder(*conv((channels, side, side), 5, width=4))
    x = torch.rand(2, channels, side, side)
    assert model.encode(x).shape == (2, 5)
    assert model(x).shape == x.shape


def test_dense_takes_any_shape():
    model = Autoencoder(*dense((3, 7, 5), 4))
    assert model.reconstruct(torch.rand(2, 3, 7, 5)).shape == (2, 3, 7, 5)


# -------------------------------------------------------------------- noise


def test_gaussian_numbers_are_normal_and_every_value_its_own():
    drawn = numbers("gaussian", 784)(100, torch.Generator().manual_seed(0))
    assert drawn.shape == (100, 784)
    assert abs(drawn.mean().item()) < 0.02
    assert drawn.var().item() == pytest.approx(1, abs=0.02)
    assert drawn.pow(4).mean().item() == pytest.approx(3, abs=0.1)
    assert (drawn.abs() > 3).float().mean().item() == pytest.approx(0.0027, abs=6e-4)
    flat = drawn.flatten()
    for lag in (1, 2, 3, 4, 784):
        assert abs((flat[lag:] * flat[:-lag]).mean().item()) < 0.02


def test_uniform_numbers_are_uniform():
    drawn = numbers("masking", 100)(501, torch.Generator().manual_seed(0)).flatten()
    assert 0 < drawn.min() < drawn.max() < 1
    shares = torch.histc(drawn, 10, 0, 1) / len(drawn)
    torch.testing.assert_close(shares, torch.full((10,), 0.1), atol=0.006, rtol=0)


def test_numbers_repeat_by_their_generator():
    law = numbers("gaussian", 9)
    one, again, other = (law(3, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_gaussian_noise_is_added_then_clipped():
    x = torch.full((1, 1, 1, 3), 0.5)
    drawn = torch.tensor([[-2.0, 0.5, 2.0]])
    torch.testing.assert_close(spoil(x, drawn, 0.4, "gaussian"), torch.tensor([[[[0.0, 0.7, 1.0]]]]))


def test_masking_and_salt_and_pepper_spoil_their_share():
    x = torch.full((50, 1, 20, 20), 0.5)
    for corruption in ("masking", "salt_and_pepper"):
        drawn = numbers(corruption, 400)(50, torch.Generator().manual_seed(0))
        noisy = spoil(x, drawn, 0.3, corruption)
        black, white, same = ((noisy == value).float().mean().item() for value in (0, 1, 0.5))
        assert same == pytest.approx(0.7, abs=0.02)
        assert black == pytest.approx(0.3 if corruption == "masking" else 0.15, abs=0.02)
        assert white == pytest.approx(0.0 if corruption == "masking" else 0.15, abs=0.02)


def test_noise_does_not_touch_what_it_is_given_and_fits_any_order_in_memory():
    x = torch.rand(4, 3, 8, 8)
    last = x.clone(memory_format=torch.channels_last)
    before = x.clone()
    for corruption in CORRUPTIONS:
        drawn = numbers(corruption, 192)(4, torch.Generator().manual_seed(0))
        for given in (x, last):
            noisy = spoil(given, drawn, 0.3, corruption)
            assert noisy.stride() == given.stride()
            assert not torch.equal(noisy, given)
        assert torch.equal(x, before)
        assert torch.equal(last, before)


# -------------------------------------------------------------------- training


@pytest.mark.parametrize("network", ["dense", "conv"])
@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_every_kind_trains(data, tmp_path, network, noise, precision):
    learn = make(data, tmp_path, network=network, noise=noise, precision=precision)
    before = learn.validate()
    learn.fit(steps=8)
    assert learn.validate()["model"] < before["model"]
    assert learn.reconstruct(data.valid.x[:3]).tensor.shape == (3, 1, SIDE, SIDE)


def test_the_loss_is_cross_entropy_summed_over_pixels(data, tmp_path):
    learn = make(data, tmp_path)
    x = data.valid.x / 255
    found = learn.validate()
    assert found["model"] == pytest.approx(bernoulli_nll(learn.model(x), x).mean().item(), rel=1e-5)
    assert found["mse"] == pytest.approx((learn.reconstruct(x).tensor - x).square().mean().item(), rel=1e-5)


def test_validation_of_a_denoiser_has_noise_too_and_always_the_same(denoiser, data):
    clean = (denoiser.reconstruct(data.valid.x).tensor - data.valid.x / 255).square().mean().item()
    first = denoiser.validate()
    assert first == denoiser.validate()
    assert abs(first["mse"] - clean) > 1e-4


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_killed_run_ends_as_an_unbroken_one(data, tmp_path, corruption):
    options = {"network": "conv", "noise": 0.3, "corruption": corruption, "saving": mb.Saving(steps=3)}
    whole = make(data, tmp_path / "a", **options)
    whole.fit(steps=8)

    class Kill(mb.Callback):
        def on_step(self, learn):
            if learn.step == 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(data, tmp_path / "b", callbacks=[Kill()], **options).fit(steps=8)
    config = json.loads((tmp_path / "b" / "run" / "config.json").read_text())
    again = from_config(config, data)
    again.resume(tmp_path / "b" / "run")
    assert again.step == 8
    for ours, theirs in zip(again.nets["model"].parameters(), whole.nets["model"].parameters(), strict=True):
        assert torch.equal(ours, theirs)
    histories = [(tmp_path / name / "run" / "history.jsonl").read_bytes() for name in "ab"]
    assert histories[0] == histories[1]


def test_parts_of_a_batch_get_the_noise_of_the_whole(data, tmp_path):
    whole = make(data, tmp_path / "a", noise=0.3)
    parts = make(data, tmp_path / "b", noise=0.3, accumulate=2)
    for learn in (whole, parts):
        learn.fit(steps=3)
    for ours, theirs in zip(whole.nets["model"].parameters(), parts.nets["model"].parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_a_run_can_be_used_without_its_data(denoiser, data):
    config = json.loads((denoiser.run / "config.json").read_text())
    assert config["arguments"] == {"network": "dense", "latent": 32, "noise": 0.4, "corruption": "gaussian"}
    again = from_config(config, None)
    again.restore(denoiser.run)
    noisy = denoiser.spoil(data.valid.x[:4])
    assert torch.equal(again.denoise(noisy).tensor, denoiser.denoise(noisy).tensor)


def test_samples_and_the_page_are_written(trained):
    assert (trained.run / "samples" / "step-00000000.png").exists()
    assert (trained.run / "samples" / "step-00000150.png").exists()
    assert (trained.run / "report.html").exists()


# -------------------------------------------------------------------- verbs


def test_it_learns_to_give_back_and_to_clean(trained, denoiser, data):
    x = data.valid.x / 255
    flat, noisy = x.mean(0).expand_as(x), denoiser.spoil(x, seed=3).tensor
    assert mean_error(trained.reconstruct(x).tensor, x) < 0.6 * mean_error(flat, x)
    assert mean_error(denoiser.denoise(noisy).tensor, x) < 0.6 * mean_error(noisy, x)


def test_encode_decode_and_reconstruct_are_one(trained, data):
    x = data.valid.x[:5]
    z = trained.encode(x)
    assert z.shape == (5, 8)
    assert z.dtype == torch.float32
    assert torch.equal(trained.decode(z).tensor, trained.reconstruct(mb.Pictures(x)).tensor)
    torch.testing.assert_close(trained.encode(x[0]), z[:1])


def test_using_does_not_disturb_training(data, tmp_path):
    quiet, busy = (make(data, tmp_path / name, noise=0.3) for name in "ab")
    for learn in (quiet, busy):
        learn.fit(steps=3)
    busy.show_results(4)
    busy.show_latents()
    busy.evaluate()
    for learn in (quiet, busy):
        learn.fit(steps=3)
    assert all(map(torch.equal, quiet.nets["model"].parameters(), busy.nets["model"].parameters()))


def test_results_have_the_original_over_its_reconstruction(trained, data):
    shown = trained.show_results(4)
    assert shown.columns == 4
    torch.testing.assert_close(shown.tensor[:4], data.valid.x[:4] / 255)
    assert torch.equal(shown.tensor[4:], trained.reconstruct(data.valid.x[:4]).tensor)


def test_results_of_a_denoiser_have_noisy_cleaned_and_original(denoiser, data):
    shown = denoiser.show_results(4)
    assert len(shown) == 12
    noisy, cleaned, original = shown.tensor.split(4)
    torch.testing.assert_close(original, data.valid.x[:4] / 255)
    assert (noisy - original).square().mean() > 0.02
    assert torch.equal(cleaned, denoiser.denoise(noisy).tensor)
    assert torch.equal(shown.tensor, denoiser.show_results(4).tensor)


def test_latents_come_with_their_labels(trained, data):
    z, y = trained.latents()
    assert torch.equal(z, trained.encode(data.valid.x))
    assert torch.equal(y, data.valid.y)
    z, y = trained.latents("train", 10)
    assert torch.equal(z, trained.encode(data.train.x[:10]))
    assert torch.equal(y, data.train.y[:10])


@pytest.mark.parametrize("latent", [1, 2, 5])
def test_the_plot_of_latents_is_a_picture(data, tmp_path, latent):
    shown = make(data, tmp_path, latent=latent, network="conv").show_latents()
    assert shown.tensor.shape == (1, 3, 720, 720)
    assert shown.tensor.min() < 0.5 < shown.tensor.max()


def test_latents_without_labels_are_plotted_too(tmp_path):
    learn = make(mb.images(pictures(), valid=0), tmp_path)
    assert learn.latents("train")[1] is None
    assert len(learn.show_latents()) == 1
    with pytest.raises(mb.DataError, match="has no pictures"):
        learn.latents("valid")


def test_main_directions_are_those_of_the_greatest_variance():
    draws = torch.Generator().manual_seed(0)
    plain = torch.randn(500, 4, generator=draws) * torch.tensor([0.1, 3.0, 0.2, 1.0]) + 5
    points, shares = main_directions(plain)
    torch.testing.assert_close(points[:, 0], plain[:, 1] - plain[:, 1].mean(), atol=0.2, rtol=0)
    torch.testing.assert_close(points[:, 1], plain[:, 3] - plain[:, 3].mean(), atol=0.2, rtol=0)
    variance = plain.var(0)
    assert shares[0] == pytest.approx((variance[1] / variance.sum()).item(), abs=0.01)


def test_evaluate_measures_on_the_validation_data(trained, denoiser, data):
    x = data.valid.x / 255
    figures = trained.evaluate()
    errors = (trained.reconstruct(x).tensor - x).square().flatten(1).mean(1)
    assert figures["mse"] == pytest.approx(errors.mean().item(), rel=1e-5)
    assert figures["psnr"] == pytest.approx((-10 * errors.log10()).mean().item(), rel=1e-5)
    assert 0 < figures["ssim"] <= 1
    assert figures.protocol["n"] == len(x)
    assert figures.protocol["part"] == "valid"
    noisy = denoiser.evaluate(seed=1)
    assert noisy.protocol["noise"] == 0.4
    assert noisy["mse"] == denoiser.evaluate(seed=1)["mse"] != denoiser.evaluate(seed=2)["mse"]


def test_networks_of_ones_own_may_have_any_code(data, tmp_path):
    own = nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.ConvTranspose2d(2, 1, 4, stride=2, padding=1)
    learn = make(data, tmp_path, network=own)
    learn.fit(steps=2)
    z = learn.encode(data.valid.x)
    assert z.shape == (24, 2, 6, 6)
    assert len(learn.decode(z)) == 24
    assert len(learn.show_latents()) == 1
    with pytest.raises(mb.CheckpointError):
        from_config(json.loads((learn.run / "config.json").read_text()), None)


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"latent": 0}, "0"),
        ({"latent": 2.5}, "2.5"),
        ({"noise": -0.1}, "standard deviation"),
        ({"noise": "much"}, "standard deviation"),
        ({"noise": float("nan")}, "standard deviation"),
        ({"noise": 1.0, "corruption": "masking"}, "share of values"),
        ({"noise": 0.2, "corruption": "blur"}, "salt_and_pepper"),
        ({"network": "mlp"}, "dense, conv"),
        ({"network": (nn.Linear(1, 1),)}, "pair of your own"),
        ({"network": (nn.Flatten(), nn.Linear(3, 3))}, "do not come back"),
        ({"network": (nn.Flatten(), nn.Identity())}, "do not come back"),
        ({"batchsize": 3}, "batchsize"),
    ],
)
def test_options_that_cannot_be_used(data, tmp_path, options, sentence):
    with pytest.raises(mb.OptionError, match=sentence):
        make(data, tmp_path, **options)


def test_data_that_cannot_be_used(tmp_path):
    with pytest.raises(mb.DataError):
        make("mnist", tmp_path)
    with pytest.raises(mb.DataError, match="needs pictures"):
        make(mb.arrays(torch.rand(20, 5), torch.rand(20)), tmp_path)
    with pytest.raises(mb.DataError, match="values from"):
        make(mb.arrays(torch.randn(20, 1, 8, 8), torch.rand(20)), tmp_path)
    with pytest.raises(mb.OptionError, match="multiple of 4"):
        make(mb.images(pictures(side=9)), tmp_path, network="conv")


def test_pictures_and_points_of_another_shape(trained):
    with pytest.raises(mb.DataError, match="12"):
        trained.encode(torch.rand(2, 1, 8, 8))
    with pytest.raises(mb.OptionError, match="8"):
        trained.decode(torch.rand(2, 3))
    with pytest.raises(mb.OptionError, match="noise=0.55"):
        trained.denoise(torch.rand(2, 1, SIDE, SIDE))
    with pytest.raises(mb.OptionError, match="noise=0.55"):
        trained.spoil(torch.rand(2, 1, SIDE, SIDE))
    with pytest.raises(mb.OptionError, match="whole number"):
        trained.show_results(0)
