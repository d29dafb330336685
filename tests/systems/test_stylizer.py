"""The stylizer: it learns, alone; runs come back; pictures of any size and films are painted; bad input is told."""

from __future__ import annotations

import importlib.util
import itertools
import json

import numpy as np
import pytest
import torch
from torch import nn

import makebelieve as mb
from makebelieve.errors import CheckpointError, DataError, MissingExtraError, OptionError
from makebelieve.film import read_film, write_film
from makebelieve.film.ffmpeg import ffmpeg
from makebelieve.objectives.perceptual import content_distance, gram, style_distance
from makebelieve.systems.stylizer import stylizer
from makebelieve.systems.stylizer.door import from_config
from makebelieve.systems.stylizer.networks import InstanceNorm, StyleNetwork, Up, holding
from makebelieve.systems.stylizer.painting import around, paint, spans

SIDE = 16


class Eyes(nn.Module):
    """Two layers that see colours and edges, of pictures in [0, 1]."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.near, self.far = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 8, 3, stride=2, padding=1)
        for layer in (self.near, self.far):
            layer.weight.data = torch.randn(layer.weight.shape, generator=generator) / layer.weight[0].numel() ** 0.5
            layer.bias.data.zero_()

    def forward(self, x):
        return self.far(torch.relu(self.near(x)))


EYES = {"backbone": Eyes(), "style_layers": ("near", "far"), "content_layer": "far"}


def stripes(h=20, w=24):
    """A painting: yellow and blue in turn, (3, h, w)."""
    picture = torch.zeros(3, h, w)
    picture[:2, :, ::4] = picture[:2, :, 1::4] = 0.9
    picture[2, :, 2::4] = picture[2, :, 3::4] = 0.8
    return picture


@pytest.fixture(scope="module")
def data():
    generator = torch.Generator().manual_seed(1)
    coarse = torch.randint(0, 255, (24, 3, 4, 4), dtype=torch.uint8, generator=generator)
    return mb.images(coarse.repeat_interleave(4, 2).repeat_interleave(4, 3), valid=0.25)


def make(data, tmp_path, **options):
    usual = {"batch_size": 4, "device": "cpu", "width": 6, "blocks": 1, "precision": "float32", "warm_up": 0, **EYES}
    return stylizer(stripes(), data, run=tmp_path / "run", **{**usual, **options})


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("stylizer"))
    learn.fit(steps=30)
    return learn


# -------------------------------------------------------------------- networks


def test_instance_normalisation_is_torchs():
    ours, theirs = InstanceNorm(5), nn.InstanceNorm2d(5, affine=True)
    with torch.no_grad():
        for one in (ours, theirs):
            one.weight.copy_(torch.arange(5) + 0.5)
            one.bias.copy_(torch.arange(5) - 2.0)
    x = (torch.randn(3, 5, 6, 7) * 3 + 20).requires_grad_()
    y = x.detach().clone().requires_grad_()
    torch.testing.assert_close(ours(x), theirs(y), atol=1e-5, rtol=1e-5)
    seed = torch.randn(3, 5, 6, 7)
    ours(x).backward(seed)
    theirs(y).backward(seed)
    torch.testing.assert_close(x.grad, y.grad, atol=1e-5, rtol=1e-4)


def test_going_up_is_upsampling_a_reflected_picture_and_convolving_it():
    up = Up(4, 2, 9, bias=True)
    x = torch.randn(1, 4, 8, 6)
    wide = nn.functional.pad(x, (2, 2, 2, 2), mode="reflect")
    twice = wide.repeat_interleave(2, 2).repeat_interleave(2, 3)
    expected = nn.functional.conv2d(twice, up.convolution.weight, up.convolution.bias)
    torch.testing.assert_close(up(x), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("size", [(16, 16), (17, 16), (18, 23), (19, 50), (1, 1), (3, 40)])
def test_any_size_comes_back(size):
    y = StyleNetwork(4, 1)(torch.rand(2, 3, *size))
    assert y.shape == (2, 3, *size)
    assert y.min() >= 0 and y.max() <= 1


def test_pictures_of_a_batch_do_not_meet():
    net, x = StyleNetwork(4, 1), torch.rand(2, 3, 16, 16)
    torch.testing.assert_close(net(x)[1:], net(x[1:]), atol=1e-6, rtol=1e-5)


def test_tiles_fit_without_seams():
    net = StyleNetwork(4, 1).eval()
    x = torch.rand(3, 90, 107)
    reduced = nn.functional.interpolate(x[None], (29, 35), mode="bilinear", antialias=True)
    with torch.no_grad():
        with holding(net, reduced):
            whole = net(x[None])[0]
        tiled = paint(net, x, 32, 24)
        torch.testing.assert_close(tiled, whole, atol=1e-5, rtol=1e-5)
        assert not torch.equal(tiled, net(x[None])[0])
        torch.testing.assert_close(paint(net, x, 128, 24), net(x[None])[0])
    assert net.reach <= 24


@pytest.mark.parametrize("length", [4, 63, 64, 65, 129, 1000])
def test_tiles_cover_everything_once(length):
    pieces = list(spans(length, 64))
    assert pieces[0][0] == 0 and pieces[-1][1] == length
    assert all(stop == start for (_, stop), (start, _) in itertools.pairwise(pieces))
    assert all(start % 4 == 0 and stop - start <= 64 for start, stop in pieces)
    assert all(around(*piece, length, 24)[0] % 4 == 0 for piece in pieces)


# -------------------------------------------------------------------- training


def test_the_losses_are_those_of_the_paper_as_shares(trained, data):
    x = data.valid.x.float() / 255
    eyes = Eyes()
    with torch.no_grad():
        y = trained.model(x)

        def maps(pictures):
            near = eyes.near(pictures)
            return {"near": near, "far": eyes.far(torch.relu(near))}

        painted, seen, style = maps(y), maps(x), maps(stripes()[None])
        content = content_distance(painted["far"], seen["far"]).mean() / style["far"].square().mean()
        shares = []
        for layer in ("near", "far"):
            a = gram(style[layer])
            shares.append(style_distance(gram(painted[layer]), a).mean() / style_distance(0 * a, a))
    found = trained.validate()
    assert found["content"] == pytest.approx(content.item(), rel=1e-3)
    assert found["style"] == pytest.approx(sum(shares).item() / 2, rel=1e-3)
    assert found["model"] == pytest.approx(content.item() + 10 * sum(shares).item() / 2, rel=1e-3)


def test_the_weight_of_the_style_rises(data, tmp_path):
    losses = {}
    for warm_up in (0, 1):
        learn = make(data, tmp_path / str(warm_up), warm_up=warm_up, content_weight=1e-12)
        learn.fit(steps=1)
        losses[warm_up] = learn.history.records[-1]["model"]
    assert losses[1] == pytest.approx(losses[0] / 2, rel=1e-5)


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_it_learns_and_only_the_network_does(data, tmp_path, precision):
    learn = make(data, tmp_path, precision=precision, tv_weight=0.1, learning_rate=0.01)
    perception = learn.game.options["perception"]
    frozen = [*perception.features.parameters(), *perception.content.parameters(), *learn.nets["targets"].buffers()]
    before, kept = learn.validate(), [value.clone() for value in frozen]
    learn.fit(steps=40)
    after = learn.validate()
    assert after["model"] < 0.95 * before["model"]
    assert after["style"] < 0.95 * before["style"]
    assert all(map(torch.equal, frozen, kept))
    assert list(learn.game.players) == ["model"]


def test_a_killed_run_ends_as_an_unbroken_one(data, tmp_path):
    whole = make(data, tmp_path / "a", saving=mb.Saving(steps=3))
    whole.fit(steps=8)

    class Kill(mb.Callback):
        def on_step(self, learn):
            if learn.step == 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(data, tmp_path / "b", saving=mb.Saving(steps=3), callbacks=[Kill()]).fit(steps=8)
    again = make(data, tmp_path / "c")
    again.resume(tmp_path / "b" / "run")
    assert again.step == 8
    assert all(map(torch.equal, again.nets["model"].parameters(), whole.nets["model"].parameters()))
    histories = [(tmp_path / name / "run" / "history.jsonl").read_bytes() for name in "ab"]
    assert histories[0] == histories[1]


def test_a_run_can_be_used_without_data_style_or_backbone(trained):
    config = json.loads((trained.run / "config.json").read_text())
    again = from_config(config, None)
    again.restore(trained.run)
    photo = torch.rand(3, 21, 30)
    assert torch.equal(again.stylise(photo).tensor, trained.stylise(photo).tensor)
    assert torch.equal(again.style.tensor, trained.style.tensor)


def test_what_saw_by_a_module_of_the_program_is_not_trained_further_from_its_files(trained, data):
    config = json.loads((trained.run / "config.json").read_text())
    with pytest.raises(CheckpointError):
        from_config(config, data)


@pytest.mark.skipif(importlib.util.find_spec("torchvision") is None, reason="needs torchvision")
def test_a_named_backbone_comes_back_from_the_files(data, tmp_path):
    named = {"backbone": "squeezenet1_1", "style_layers": ["features.0"], "content_layer": "features.1"}
    learn = make(data, tmp_path, pretrained=False, saving=mb.Saving(steps=1), **named)
    learn.fit(steps=1)
    config = json.loads((learn.run / "config.json").read_text())
    again = from_config(config, data)
    again.restore(learn.run)
    assert again.validate() == learn.validate()


def test_samples_and_the_page_are_written(trained):
    assert (trained.run / "samples" / "step-00000030.png").exists()
    assert (trained.run / "report.html").exists()


# -------------------------------------------------------------------- verbs


def test_pictures_of_all_kinds_and_sizes(trained, tmp_path):
    photo = torch.rand(3, 18, 25)
    one = trained.stylise(photo)
    assert one.tensor.shape == (1, 3, 18, 25)
    file = trained.stylise(photo, tmp_path / "painted.png")
    assert mb.Pictures(trained.stylise(file).tensor).tensor.shape == (1, 3, 18, 25)
    assert trained.stylise(mb.Pictures(torch.rand(3, 1, 9, 9))).tensor.shape == (3, 3, 9, 9)
    assert trained.stylise(one[0]).tensor.shape == (1, 3, 18, 25)
    assert trained.stylise(np.zeros((12, 14), np.uint8)).tensor.shape == (1, 3, 12, 14)
    assert trained.stylise(np.zeros((12, 14, 4), np.uint8)).tensor.shape == (1, 3, 12, 14)
    assert trained.stylise(torch.rand(3, 1, 1)).tensor.shape == (1, 3, 1, 1)
    assert trained.stylise(torch.rand(3, 40, 20), size=10).tensor.shape == (1, 3, 10, 5)
    assert trained.stylise(torch.rand(3, 1, 2000), tile=64).tensor.shape == (1, 3, 1, 2000)


def test_files_say_by_what_they_were_made(trained, tmp_path):
    from makebelieve.origin import provenance

    told = provenance(trained.stylise(torch.rand(3, 16, 16), tmp_path / "painted.png"))
    assert told["system"] == "stylizer" and told["verb"] == "stylise" and told["changed"]


def test_results_have_the_original_over_what_became_of_it(trained, data):
    shown = trained.show_results(4)
    assert shown.columns == 4 and len(shown) == 8
    torch.testing.assert_close(shown.tensor[:4], data.valid.x[:4] / 255)
    torch.testing.assert_close(shown.tensor[4], trained.stylise(data.valid.x[0]).tensor[0])


def test_using_does_not_disturb_training(data, tmp_path):
    quiet, busy = (make(data, tmp_path / name) for name in "ab")
    for learn in (quiet, busy):
        learn.fit(steps=2)
    busy.show_results(2)
    busy.stylise(torch.rand(3, 70, 70), tile=64)
    busy.evaluate()
    for learn in (quiet, busy):
        learn.fit(steps=2)
    assert all(map(torch.equal, quiet.nets["model"].parameters(), busy.nets["model"].parameters()))


def test_films_are_painted_too(trained, tmp_path):
    film = write_film(tmp_path / "in.gif", [torch.rand(3, 16, 20) for _ in range(3)], fps=10)
    with pytest.raises(OptionError, match="is a film"):
        trained.stylise(film)
    out = trained.stylise(film, tmp_path / "out.gif", steady=0)
    painted = list(read_film(out))
    assert len(painted) == 3
    expected = trained.stylise(next(iter(read_film(film)))).tensor[0]
    assert (painted[0] / 255 - expected).abs().mean() < 0.05


def test_films_with_sound_keep_it(trained, tmp_path):
    try:
        ffmpeg()
    except MissingExtraError:
        pytest.skip("neither imageio-ffmpeg nor ffmpeg is installed")
    film = write_film(tmp_path / "in.mp4", [torch.rand(3, 32, 40) for _ in range(3)], fps=10)
    out = read_film(trained.stylise(film, tmp_path / "out.mp4", size=20))
    assert out.size == (16, 20)
    assert len(list(out)) == 3


def test_grey_data_give_colour(tmp_path):
    learn = make(mb.images(torch.rand(8, 1, SIDE, SIDE), valid=0), tmp_path)
    learn.fit(steps=2)
    assert learn.show_results(2).tensor.shape == (4, 3, SIDE, SIDE)


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"style_weight": 0}, "style_weight=0"),
        ({"content_weight": float("nan")}, "content_weight=nan"),
        ({"tv_weight": -1}, "tv_weight=-1"),
        ({"style_size": 3}, "style_size=3"),
        ({"width": 0}, "width=0"),
        ({"blocks": 1.5}, "blocks=1.5"),
        ({"style_layers": {"near": 0}}, "share 0"),
        ({"style_layers": ()}, "no usual layers"),
        ({"content_layer": None}, "no usual layers"),
        ({"content_layer": "fare"}, "far"),
        ({"pretrained": False}, "network of your own"),
        ({"pretrained": None}, "pretrained=None"),
        ({"style_layers": 5}, "style_layers=5"),
        ({"epochs": 3}, "epochs"),
    ],
)
def test_options_that_can_not_be_used(data, tmp_path, options, sentence):
    with pytest.raises(OptionError, match=sentence):
        make(data, tmp_path, **options)


def test_other_bad_input(trained, data, tmp_path):
    with pytest.raises(DataError, match="no-such.jpg"):
        stylizer(tmp_path / "no-such.jpg", data, **EYES)
    with pytest.raises(DataError):
        stylizer(stripes(), [1, 2], **EYES)
    with pytest.raises(DataError, match="3 channels"):
        make(mb.arrays(torch.rand(8, 5), torch.zeros(8).long()), tmp_path)
    with pytest.raises(DataError):
        trained.stylise(tmp_path / "none.png")
    with pytest.raises(DataError):
        trained.stylise(torch.rand(2, 8, 8))
    for option in ({"tile": 63}, {"tile": 100.0}, {"size": 0}):
        with pytest.raises(OptionError, match=next(iter(option))):
            trained.stylise(torch.rand(3, 8, 8), **option)
    with pytest.raises(OptionError, match="0 pictures"):
        trained.show_results(0)
