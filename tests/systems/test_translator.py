"""The translator: tasks spoil as they say, it trains and comes back, translates any size, and measures what it says."""

from __future__ import annotations

import io
import json
import types
import unicodedata

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import makebelieve as mb
from makebelieve.evaluate.quality import psnr
from makebelieve.film import read_film
from makebelieve.origin import provenance
from makebelieve.systems.translator import lab, translator
from makebelieve.systems.translator.door import from_config
from makebelieve.systems.translator.networks import PatchCritic, UNet
from makebelieve.systems.translator.recipes import example, squares, zoomed
from makebelieve.systems.translator.tasks import Colourise, Enlarge, Restore, Task
from makebelieve.systems.translator.tiles import OVERLAP, in_tiles
from makebelieve.systems.translator.wear import Wear

SIDE = 16
TASKS = ["colourise", "enlarge", "restore"]
PLAIN = {"batch_size": 8, "device": "cpu", "width": 4, "precision": "float32"}
WORN = {"noise": 0.1, "scratches": 4.0, "dust": 40.0}


def pictures(count=48, side=SIDE):
    """Coloured discs on a ground of another colour, bright things reddish, uint8."""
    draws = torch.Generator().manual_seed(0)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    out = torch.zeros(count, 3, side, side)
    for i in range(count):
        row, column, radius, shade = torch.rand(4, generator=draws).tolist()
        disc = ((rows - row * side) ** 2 + (columns - column * side) ** 2).sqrt() < 2 + 5 * radius
        out[i] = torch.tensor([0.1, 0.2, 0.5]).view(3, 1, 1)
        out[i, :, disc] = torch.tensor([0.9, 0.5, 0.2]).view(3, 1) * (0.6 + 0.4 * shade)
    return (out * 255).round().to(torch.uint8)


@pytest.fixture(scope="module")
def data():
    return mb.images(pictures(), valid=0.25)


def make(data, tmp_path, task="restore", **options):
    return translator(data, task, run=tmp_path / "run", **{**PLAIN, **options})


@pytest.fixture(scope="module")
def enlarger(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("enlarge"), "enlarge", width=8, learning_rate=5e-3)
    learn.fit(steps=150)
    return learn


@pytest.fixture(scope="module")
def colouriser(data, tmp_path_factory):
    learn = make(data, tmp_path_factory.mktemp("colourise"), "colourise", learning_rate=5e-3)
    learn.fit(steps=60)
    return learn


# -------------------------------------------------------------------- Lab


def test_lab_has_the_known_values():
    x = torch.tensor([[1.0, 0, 0], [1, 1, 1], [0, 0, 0], [0.5, 0.5, 0.5]]).view(4, 3, 1, 1)
    known = torch.tensor([[53.24, 80.09, 67.20], [100, 0, 0], [0, 0, 0], [53.39, 0, 0]])
    torch.testing.assert_close(lab.to_lab(x).flatten(1), known, atol=0.02, rtol=0)


def test_lab_comes_back_and_grey_keeps_the_lightness():
    x = torch.rand(2, 3, 5, 4)
    torch.testing.assert_close(lab.from_lab(lab.to_lab(x)), x, atol=1e-4, rtol=0)
    shade = lab.grey(x)
    torch.testing.assert_close(lab.lightness(shade), lab.to_lab(x)[:, :1], atol=0.01, rtol=0)
    white, red = torch.ones(1, 3, 2, 2), torch.tensor([1.0, 0, 0]).view(1, 3, 1, 1).expand(1, 3, 2, 2)
    assert lab.distance(white, red).item() == pytest.approx(((100 - 53.24) ** 2 + 80.09**2 + 67.20**2) ** 0.5, abs=0.05)


def test_lab_has_a_gradient_everywhere():
    given = torch.tensor([[0.0, 0, 0], [100, 0, 0], [50, 300, -300]]).view(3, 3, 1, 1).requires_grad_()
    lab.from_lab(given).sum().backward()
    assert given.grad.isfinite().all()


# -------------------------------------------------------------------- tasks


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_enlarging_starts_from_what_pillow_has(factor):
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 36, 3), np.uint8).astype(np.uint8))
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255
    small, truth = Enlarge(3, 3, factor).pair(x, None, torch.empty(1, 0))
    assert truth is x
    shrunk = image.resize((36 // factor, 24 // factor), Image.Resampling.BICUBIC)
    assert (small * 255 - torch.from_numpy(np.array(shrunk)).permute(2, 0, 1)).abs().max() <= 2.001  # it rounds twice
    back = torch.from_numpy(np.array(shrunk.resize((36, 24), Image.Resampling.BICUBIC))).permute(2, 0, 1)
    given = torch.from_numpy(np.array(shrunk)).permute(2, 0, 1)[None] / 255
    assert (Enlarge(3, 3, factor).plain(given) * 255 - back).abs().max() <= 2.001


def test_colours_found_in_full_give_the_truth_back():
    task, x = Colourise(1, 3), pictures(3) / 255
    given, truth = task.pair(x, None, torch.empty(3, 0))
    assert given.shape == (3, 1, SIDE, SIDE)
    torch.testing.assert_close(task.picture(given, task.wanted(truth)), x, atol=0.01, rtol=0)
    torch.testing.assert_close(task.plain(given), task.picture(given, task.base(given)), atol=1e-3, rtol=0)


def test_noise_has_its_deviation_and_stays_within_the_range():
    x = torch.full((4, 3, 32, 32), 0.5)
    noisy = Wear(25 / 255)(x, torch.randn(x.shape), torch.empty(4, 0))
    assert (noisy - x).std().item() == pytest.approx(25 / 255, rel=0.05)
    white = Wear(0.5)(x + 0.5, torch.randn(x.shape), torch.empty(4, 0))
    assert white.max() == 1 and white.min() >= 0


def test_scratches_run_down_and_specks_are_small():
    x = torch.full((60, 1, 50, 50), 0.5)
    lines = Wear(0, scratches=4)
    touched = (lines(x, None, torch.rand(60, lines.draws)) - x).abs() > 0.05
    assert touched.any(3).float().mean() > 0.3  # of rows in a picture, some column
    assert touched.any(2).float().mean() < 0.3  # of columns, any row
    specks = Wear(0, dust=8)
    touched = (specks(x, None, torch.rand(60, specks.draws)) - x).abs() > 0.05
    assert 0.001 < touched.float().mean() < 0.05
    none = lines(x, None, torch.ones(60, lines.draws) - 1e-6)
    assert torch.equal(none, x)


def test_squares_are_parts_of_the_picture_mirrored_half_the_time():
    x = torch.rand(400, 2, 9, 11)
    cut = squares(x, torch.rand(400, 3), 4)
    assert cut.shape == (400, 2, 4, 4)
    places, mirrored = set(), 0
    for one, whole in zip(cut, x, strict=True):
        windows = whole.unfold(1, 4, 1).unfold(2, 4, 1).permute(1, 2, 0, 3, 4)  # (6, 8, 2, 4, 4)
        for flipped, form in ((False, one), (True, one.flip(-1))):
            hits = (windows == form).flatten(2).all(2).nonzero().tolist()
            if hits:
                places.add(tuple(hits[0]))
                mirrored += flipped
    assert len(places) == 6 * 8
    assert 150 < mirrored < 250


def test_zoomed_squares_are_the_picture_at_their_largest_and_parts_of_it_else():
    x = torch.rand(4, 3, 12, 12)
    u = torch.tensor([1.0, 0.3, 0.6, 0.9, 0.5]).expand(4, 5)
    torch.testing.assert_close(zoomed(x, u, 12), x, atol=1e-5, rtol=0)
    mirrored = torch.tensor([1.0, 0.3, 0.6, 0.1, 0.5]).expand(4, 5)
    torch.testing.assert_close(zoomed(x, mirrored, 12), x.flip(-1), atol=1e-5, rtol=0)
    corner = torch.tensor([0.0, 0.0, 0.0, 0.9, 0.5]).expand(4, 5)
    torch.testing.assert_close(zoomed(x, corner, 6), x[..., :6, :6], atol=1e-5, rtol=0)


# -------------------------------------------------------------------- networks and tiles


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (16, 16), (9, 40)])
@pytest.mark.parametrize(("patch", "factor"), [(1, 1), (2, 1), (1, 3)])
def test_the_network_takes_any_size(size, patch, factor):
    net = UNet(3, 2, [4, 6, 8], [1, 1, 1], patch=patch, factor=factor)
    found = net(torch.rand(2, 3, *size))
    assert found.shape == (2, 2, size[0] * factor, size[1] * factor)
    assert found.eq(0).all()


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize("size", [(40, 300), (230, 101), (170, 97)])
def test_tiles_give_what_one_piece_gives(factor, size):
    torch.manual_seed(0)
    net = UNet(1, 1, [3], [2], factor=factor).eval()  # sees 6 pixels around
    nn.init.normal_(net.leave.weight)
    nn.init.normal_(net.middle[0].second.weight)
    x = torch.rand(2, 1, *size)
    with torch.no_grad():
        whole, tiled = net(x), in_tiles(net, x, factor, 96)
    assert OVERLAP // 3 > 6
    torch.testing.assert_close(tiled, whole, atol=1e-5, rtol=1e-5)


def test_tiles_of_a_network_that_sees_far_differ_little(enlarger):
    x = torch.rand(3, 130, 110).mul(0.2).add(0.4)
    whole, tiled = enlarger.translate(x), enlarger.translate(x, tile=96)
    assert (whole.tensor - tiled.tensor).abs().max() < 0.02


def test_tiles_begin_where_strides_divide():
    seen = []

    def look(x):
        seen.append((x.shape[-2:], int(x[0, 0, 0, 0]) % 32, int(x[0, 1, 0, 0]) % 32))
        return x

    rows, columns = torch.meshgrid(torch.arange(203.0), torch.arange(333.0), indexing="ij")
    x = torch.stack([rows, columns])[None]
    assert torch.equal(in_tiles(look, x, 1, 128).round(), x)
    assert all(size[0] <= 128 and size[1] <= 128 and not row and not column for size, row, column in seen)


# -------------------------------------------------------------------- training


@pytest.mark.parametrize(("task", "precision"), [*((task, "float32") for task in TASKS), ("restore", "bf16")])
def test_every_task_learns(data, tmp_path, task, precision):
    learn = make(data, tmp_path, task, precision=precision, learning_rate=3e-3)
    before = learn.validate()
    learn.fit(steps=30 if task == "enlarge" else 15)
    after = learn.validate()
    assert after["model"] < before["model"]
    assert set(after) == {"model", "mse"}
    assert learn.translate(torch.rand(3, 9, 12)).tensor.shape == (1, 3, 9 * learn.task.factor, 12 * learn.task.factor)


def test_the_loss_of_restoring_is_the_mean_absolute_error(data, tmp_path):
    learn = make(data, tmp_path, noise=0.0, dust=20.0)
    assert learn.task.loss(torch.full((2, 3, 4, 4), 0.75), torch.ones(2, 3, 4, 4)).tolist() == [0.25, 0.25]
    colours = Colourise(1, 3)
    apart = colours.loss(torch.zeros(1, 2, 2, 2), torch.tensor([0.3, 0.4]).view(1, 2, 1, 1).expand(1, 2, 2, 2))
    assert apart.item() == pytest.approx(0.5 * 1.25, rel=1e-4)  # ‖(0.3, 0.4)‖ weighed by 1 + ½ chroma


@pytest.mark.parametrize(
    "options",
    [{"task": "colourise"}, {"task": "enlarge", "factor": 4}, WORN, {"task": "enlarge", "adversarial": 0.01}],
    ids=["colourise", "enlarge", "restore", "critic"],
)
def test_a_killed_run_ends_as_an_unbroken_one(data, tmp_path, options):
    options = {**options, "saving": mb.Saving(steps=2), "crop": 16}
    whole = make(data, tmp_path / "a", **options)
    whole.fit(steps=5)

    class Kill(mb.Callback):
        def on_step(self, learn):
            if learn.step == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(data, tmp_path / "b", callbacks=[Kill()], **options).fit(steps=5)
    again = from_config(json.loads((tmp_path / "b" / "run" / "config.json").read_text()), data)
    again.resume(tmp_path / "b" / "run")
    assert again.step == 5
    for name, net in whole.nets.items():
        assert all(map(torch.equal, again.nets[name].parameters(), net.parameters()))
    histories = [(tmp_path / name / "run" / "history.jsonl").read_bytes() for name in "ab"]
    assert histories[0] == histories[1]


def test_parts_of_a_batch_are_those_of_the_whole(data, tmp_path):
    whole, parts = (make(data, tmp_path / str(k), accumulate=k, **WORN) for k in (1, 2))
    for learn in (whole, parts):
        learn.fit(steps=2)
    for ours, theirs in zip(whole.nets["model"].parameters(), parts.nets["model"].parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_gradients_reach_only_whose_turn_it_is(data, tmp_path):
    learn = make(data, tmp_path, adversarial=0.1)
    seen = []
    take = learn.game._take

    def watch(turn):
        for net in learn.nets.values():
            net.zero_grad(set_to_none=True)
        take(turn)
        reached = {n for n, net in learn.nets.items() if any(p.grad is not None for p in net.parameters())}
        seen.append((turn[0], reached))

    learn.game._take = watch
    learn.fit(steps=2)
    assert seen == [("critic", {"critic"}), ("model", {"model"})] * 2


def test_the_critic_judges_patches_in_view_of_the_input():
    critic = PatchCritic(1, 3, width=4)
    seen, picture = torch.rand(2, 1, 32, 32), torch.rand(2, 3, 32, 32)
    assert critic(seen, picture).shape == (2 * 3 * 3,)
    assert not torch.equal(critic(seen, picture), critic(seen + 0.3, picture))


def test_a_perceptual_loss_is_added(data, tmp_path):
    from makebelieve.networks.features import features_of

    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.ReLU())
    features = features_of(backbone, ["1"])
    with_it = make(data, tmp_path / "a", perceptual=features, perceptual_weight=10.0)
    without = make(data, tmp_path / "b")
    assert with_it.validate()["model"] > without.validate()["model"] + 1e-3
    with_it.fit(steps=2)
    assert all(map(torch.equal, features.net.parameters(), backbone.parameters()))
    config = json.loads((tmp_path / "a" / "run" / "config.json").read_text())
    from_config(config, None).restore(with_it.run)
    with pytest.raises(mb.CheckpointError):
        from_config(config, data)


class Small(nn.Module):
    """A classifier of two layers, as a library would have it."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Conv2d(4, 6, 3, stride=2, padding=1)

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))


def test_a_backbone_tells_each_level_and_does_not_learn():
    from makebelieve.networks.features import features_of

    torch.manual_seed(0)
    features = features_of(Small(), ["first", "second"])
    net = UNet(1, 2, [4, 6], [1, 1], patch=2, backbone=features, told=[4, 6])
    x = torch.rand(2, 1, 9, 14)
    nn.init.normal_(net.leave.weight)
    found = net(x)
    assert found.shape == (2, 2, 9, 14)
    found.sum().backward()
    assert all(p.grad is None for p in features.parameters())
    assert all(p.grad is not None for p in net.told.parameters())
    for layer in net.told:
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
    assert not torch.allclose(net(x), found)


# -------------------------------------------------------------------- using it


def test_a_run_can_be_used_without_its_data(enlarger):
    config = json.loads((enlarger.run / "config.json").read_text())
    again = from_config(config, None)
    again.restore(enlarger.run)
    x = torch.rand(3, 10, 13)
    assert torch.equal(again.translate(x).tensor, enlarger.translate(x).tensor)


def photo(mode, size=(21, 14)):
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 4), np.uint8).astype(np.uint8), "RGBA")
    return image if mode == "RGBA" else image.convert("RGB").convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "1", "P", "LA"])
def test_photos_of_any_mode(enlarger, colouriser, tmp_path, mode):
    image = photo(mode)
    image.save(tmp_path / "photo.tif" if mode in ("CMYK", "LA") else tmp_path / "photo.png")
    (file,) = tmp_path.glob("photo.*")
    for given in (image, file, str(file), file.read_bytes()):
        assert enlarger.translate(given).tensor.shape == (1, 3, 28, 42)
    assert colouriser.translate(file).tensor.shape == (1, 3, 14, 21)


def test_pictures_that_lie_on_their_side_are_put_upright(enlarger, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo("RGB").save(tmp_path / "turned.jpg", exif=exif)
    made = enlarger.translate(tmp_path / "turned.jpg").tensor
    assert made.shape == (1, 3, 42, 28)
    with Image.open(tmp_path / "turned.jpg") as image:
        assert torch.equal(enlarger.translate(image).tensor, made)


def test_films_become_grey_as_photos_do(tmp_path):
    learn = make(mb.images(torch.rand(8, 1, SIDE, SIDE), valid=0), tmp_path)  # untrained it gives its input back
    red = Image.new("RGB", (8, 6), (255, 0, 0))
    red.save(tmp_path / "film.gif", save_all=True, append_images=[Image.new("RGB", (8, 6))], duration=100)
    made = read_film(learn.translate(tmp_path / "film.gif", tmp_path / "out.gif", steady=0))
    assert next(iter(made)).float().mean() == pytest.approx(76, abs=2)  # ITU-R BT.601: 0.299 · 255


def test_photos_of_one_pixel_and_of_twenty_thousand(enlarger, colouriser):
    assert enlarger.translate(torch.rand(3, 1, 1)).tensor.shape == (1, 3, 2, 2)
    assert colouriser.translate(np.zeros((1, 1, 3), np.uint8)).tensor.shape == (1, 3, 1, 1)
    assert enlarger.translate(torch.rand(3, 2, 20_000)).tensor.shape == (1, 3, 4, 40_000)


def test_many_pictures_of_one_size_at_once(enlarger):
    x = torch.rand(3, 3, 6, 7)
    each = torch.cat([enlarger.translate(one).tensor for one in x])
    torch.testing.assert_close(enlarger.translate(mb.Pictures(x)).tensor, each, atol=0.01, rtol=0)


def test_a_colouriser_keeps_the_lightness_and_can_be_told_to_be_vivid(colouriser, data):
    x = data.valid.x[:4] / 255
    made = colouriser.translate(x).tensor
    assert (lab.to_lab(made)[:, :1] - lab.to_lab(x)[:, :1]).abs().mean() < 3

    def chroma(pictures):
        return lab.to_lab(pictures)[:, 1:].norm(dim=1).mean()

    assert chroma(colouriser.translate(x, saturation=0.0).tensor) < 1
    assert chroma(colouriser.translate(x, saturation=1.3).tensor) > chroma(made) > 2


def test_a_colouriser_sees_large_photos_at_the_size_it_learned_from(colouriser, data):
    x = data.valid.x[:1] / 255
    large = x.repeat_interleave(4, 2).repeat_interleave(4, 3)
    near = colouriser.translate(large).tensor - colouriser.translate(x).tensor.repeat_interleave(
        4, 2
    ).repeat_interleave(4, 3)
    assert near.abs().mean() < 0.05
    assert colouriser.translate(torch.rand(3, 40, 300)).tensor.shape == (1, 3, 40, 300)


class Looks(nn.Module):
    """No colours; keeps the sizes of what it is given."""

    def __init__(self):
        super().__init__()
        self.colour, self.seen = nn.Parameter(torch.zeros(1, 2, 1, 1)), []

    def forward(self, x):
        self.seen.append(tuple(x.shape[2:]))
        return self.colour * x


def test_things_are_as_large_in_use_as_in_training(tmp_path):
    stripes = torch.zeros(8, 3, 64, 64)
    stripes[..., ::2] = 1.0
    network = Looks()
    learn = make(mb.images(stripes, valid=0), tmp_path, "colourise", network=network, crop=8)
    learn.translate(stripes[0])
    assert network.seen[-1] == (11, 11)  # squares of 8 show ¾ of a side in the mean
    u = torch.rand(8, 5)
    batch = next(learn.data.batches("train", 8))
    given, _ = example(batch, types.SimpleNamespace(uniform=lambda n: u.flatten()), learn.task, 8)
    assert given.std() < 0.05  # stripes too fine to be seen are grey, not as chance has it


def test_what_is_made_is_written(enlarger, tmp_path):
    made = enlarger.translate(photo("RGB"), tmp_path / "new" / "out.png")
    assert made == tmp_path / "new" / "out.png"
    with Image.open(made) as image:
        assert image.size == (42, 28)
    told = provenance(made)
    assert (told["system"], told["verb"], told["settings"]["task"]) == ("translator", "translate", "enlarge")


def test_a_film_goes_through_frame_by_frame(enlarger, tmp_path):
    frames = [Image.fromarray(np.full((6, 8, 3), 40 * i, np.uint8)) for i in range(1, 4)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:], duration=100, loop=0)
    with pytest.raises(mb.OptionError, match="needs a place"):
        enlarger.translate(tmp_path / "film.gif")
    made = enlarger.translate(tmp_path / "film.gif", tmp_path / "out.gif")
    with Image.open(made) as film:
        assert film.n_frames == 3
        assert film.size == (16, 12)


def test_spoiling_repeats_by_its_seed(data, tmp_path):
    learn = make(data, tmp_path, **WORN)
    x = data.valid.x[:3]
    assert torch.equal(learn.spoil(x).tensor, learn.spoil(x, seed=0).tensor)
    assert not torch.equal(learn.spoil(x).tensor, learn.spoil(x, seed=1).tensor)
    assert make(data, tmp_path / "b", "enlarge", factor=3).spoil(x).tensor.shape == (3, 3, 5, 5)


def test_using_does_not_disturb_training(data, tmp_path):
    quiet, busy = (make(data, tmp_path / name) for name in "ab")
    for learn in (quiet, busy):
        learn.fit(steps=2)
    busy.show_results(2)
    busy.evaluate()
    busy.spoil(data.valid.x[:2])
    for learn in (quiet, busy):
        learn.fit(steps=2)
    assert all(map(torch.equal, quiet.nets["model"].parameters(), busy.nets["model"].parameters()))


def test_results_are_input_output_and_truth(enlarger, data):
    shown = enlarger.show_results(3)
    assert len(shown) == 9
    assert shown.columns == 3
    torch.testing.assert_close(shown.tensor[2::3], data.valid.x[:3] / 255)
    small = enlarger.spoil(data.valid.x[:3])
    assert torch.equal(shown.tensor[1::3], enlarger.translate(small).tensor)
    assert shown.captions[0].startswith("bicubic ")
    assert shown.captions[0].endswith(" dB")
    assert shown.captions[2] == "truth"


def test_samples_and_the_page_are_written(enlarger):
    assert (enlarger.run / "samples" / "step-00000150.png").exists()
    assert (enlarger.run / "report.html").exists()


# -------------------------------------------------------------------- evidence


def test_it_learns_more_than_interpolation_knows(enlarger, data):
    figures = enlarger.evaluate()
    truth = data.valid.x / 255
    small = enlarger.spoil(data.valid.x)
    assert figures["psnr"] == pytest.approx(psnr(enlarger.translate(small).tensor, truth).mean().item(), abs=0.02)
    plain = enlarger.task.plain(small.tensor)
    assert figures["psnr_bicubic"] == pytest.approx(psnr(plain, truth).mean().item(), abs=0.02)
    assert figures["psnr"] > figures["psnr_bicubic"] + 0.5
    assert figures.protocol["factor"] == 2
    assert figures.protocol["n"] == 12
    assert "over bicubic" in figures.verdict[0]


def test_colours_are_measured_beside_grey_and_the_mean_colour(colouriser):
    figures = colouriser.evaluate()
    assert figures["lab_distance"] < figures["lab_distance_mean"]
    assert figures["lab_distance"] < figures["lab_distance_grey"]
    assert "nearer than grey" in figures.verdict[0]


def test_the_worn_input_is_measured_as_it_is_worn(data, tmp_path):
    figures = make(data, tmp_path, noise=0.1).evaluate()
    assert figures["psnr_worn"] == pytest.approx(20, abs=0.6)
    assert figures["psnr"] == pytest.approx(figures["psnr_worn"], abs=1e-3)  # untrained it gives back its input
    assert figures.protocol["noise"] == 0.1


# -------------------------------------------------------------------- what can't be


class Wrong(nn.Module):
    def forward(self, x):
        return x[..., 1:]


@pytest.mark.parametrize(
    ("task", "options", "told"),
    [
        ("paint", {}, "is one of colourise, enlarge"),
        (None, {}, "is one of colourise"),
        ("pairs", {}, "mb.pairs"),
        ("enlarge", {"factor": 5}, "2, 3 or 4"),
        ("restore", {"noise": -1}, "noise=-1"),
        ("restore", {"noise": 0}, "nothing to restore"),
        ("restore", {"dust": "much"}, "dust=much"),
        ("restore", {"adversarial": 1e6}, "adversarial"),
        ("enlarge", {"crop": 9}, "multiple of 2"),
        ("enlarge", {"crop": 64}, "from 8 to 16"),
        ("enlarge", {"crop": 8, "adversarial": 0.1}, "from 16 to 16"),
        ("restore", {"width": 0}, "width=0"),
        ("restore", {"network": "resnet"}, "module of your own"),
        ("enlarge", {"backbone": "resnet18"}, "leave it out to"),
        ("restore", {"backbone": 5}, "name of a classifier"),
        ("restore", {"perceptual": 5}, "name of a VGG"),
        ("restore", {"perceptual": ("squeezenet1_1",)}, "name of a VGG"),
        ("restore", {"network": Wrong()}, "needs"),
    ],
)
def test_options_that_can_not_be_used_are_told(data, tmp_path, task, options, told):
    with pytest.raises(mb.OptionError, match=told):
        make(data, tmp_path, task, **options)


def test_data_that_can_not_be_used_are_told(tmp_path):
    grey = mb.images(torch.rand(8, 8, 8))
    with pytest.raises(mb.DataError, match="1 channels"):
        make(grey, tmp_path, "colourise")
    with pytest.raises(mb.DataError, match="shape"):
        make(mb.arrays(torch.rand(8, 5)), tmp_path)
    with pytest.raises(mb.DataError, match=r"from -|to 2|\[0, 1\]"):
        make(mb.arrays(torch.rand(8, 1, 8, 8) * 3), tmp_path)
    with pytest.raises(mb.DataError):
        make([1, 2], tmp_path)
    assert make(grey, tmp_path).task == Restore(1, 1, wear=Wear(25 / 255))


def test_pictures_that_can_not_be_translated_are_told(enlarger, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    file = io.BytesIO()
    photo("RGB").save(file, "PNG")
    for given in (
        tmp_path / "torn.png",
        tmp_path / "none.png",
        file.getvalue()[:-200],
        7,
        {"a": 1},
        torch.rand(3, 5, 7, 9, 2),
    ):
        with pytest.raises(mb.DataError):
            enlarger.translate(given)
    with pytest.raises(mb.OptionError, match="tile=100"):
        enlarger.translate(torch.rand(3, 8, 8), tile=100)
    with pytest.raises(mb.OptionError, match="saturation"):
        enlarger.translate(torch.rand(3, 8, 8), saturation=2.0)
    with pytest.raises(mb.OptionError, match="saturation=True"):
        enlarger.translate(torch.rand(3, 8, 8), saturation=True)


# -------------------------------------------------------------------- pairs


def test_pairs_are_learned_from(tmp_path):
    from makebelieve.data.pairs import pairs

    x = pictures()
    data = pairs(255 - x, x, valid=0.25)
    assert data.shape == (6, SIDE, SIDE)
    learn = translator(data, run=tmp_path / "run", learning_rate=1e-2, **PLAIN)
    assert learn.task == Task(3, 3)
    learn.fit(steps=50)
    figures = learn.evaluate()
    assert figures["psnr"] > figures["psnr_given"] + 6
    shown = learn.show_results(2)
    torch.testing.assert_close(shown.tensor[0] + shown.tensor[2], torch.ones(3, SIDE, SIDE))
    again = from_config(json.loads((learn.run / "config.json").read_text()), None)
    again.restore(learn.run)
    assert torch.equal(again.translate(x[:2]).tensor, learn.translate(x[:2]).tensor)
    with pytest.raises(mb.OptionError, match="pairs"):
        learn.spoil(x[:2])
    with pytest.raises(mb.OptionError, match="leave task="):
        translator(data, "restore")


def test_pairs_of_files_go_by_their_names(tmp_path, caplog):
    from makebelieve.data.pairs import pairs

    (tmp_path / "grey" / "sub").mkdir(parents=True)
    (tmp_path / "colour" / "sub").mkdir(parents=True)
    for i in range(6):
        photo("RGB", (12, 12)).point(lambda v, i=i: (v + 20 * i) % 256).save(tmp_path / "colour" / "sub" / f"{i}.png")
        if i < 5:
            photo("L", (12, 12)).save(tmp_path / "grey" / "sub" / f"{i}.bmp")
    data = pairs(tmp_path / "grey", tmp_path / "colour", valid=[0])
    assert data.shape == (4, 12, 12)
    assert len(data.train) == 4
    assert "sub/5" in caplog.text
    torch.testing.assert_close(
        data.train[1][0][1:], torch.from_numpy(np.array(Image.open(tmp_path / "colour/sub/2.png"))).permute(2, 0, 1)
    )
    again = pairs(**data.how_to_rebuild()["arguments"])
    assert again.fingerprint() == data.fingerprint()
    listed = pairs([tmp_path / "grey/sub/0.bmp"] * 2, [tmp_path / "colour/sub/0.png"] * 2, size=8, valid=0)
    assert listed.shape == (4, 8, 8)


def test_names_of_pairs_may_be_composed_or_not_but_not_twice(tmp_path):
    from makebelieve.data.pairs import pairs

    for name, form in (("a", "NFC"), ("b", "NFD")):
        (tmp_path / name).mkdir()
        photo("RGB", (8, 8)).save(tmp_path / name / f"{unicodedata.normalize(form, '그림')}.png")
    assert pairs(tmp_path / "a", tmp_path / "b", valid=0).count("train") == 1
    photo("RGB", (8, 8)).save(tmp_path / "a" / "그림.jpg")
    with pytest.raises(mb.DataError, match='called "그림"'):
        pairs(tmp_path / "a", tmp_path / "b", valid=0)


def test_pairs_that_do_not_fit_are_told(tmp_path):
    from makebelieve.data.pairs import pairs

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        photo("RGB", (12, 12)).save(tmp_path / name / f"{name}.png")
    with pytest.raises(mb.DataError, match="same name"):
        pairs(tmp_path / "a", tmp_path / "b")
    with pytest.raises(mb.DataError, match="4 inputs and 5 targets"):
        pairs(torch.rand(4, 3, 8, 8), torch.rand(5, 3, 8, 8))
    with pytest.raises(mb.DataError):
        pairs(torch.rand(4, 3, 8, 8), torch.rand(4, 3, 9, 8))
    with pytest.raises(mb.OptionError, match="both"):
        pairs(tmp_path / "a", torch.rand(5, 3, 8, 8))
    with pytest.raises(mb.DataError):
        pairs(tmp_path / "a", tmp_path / "missing")
    with pytest.raises(mb.OptionError, match="channels=3"):
        pairs(torch.rand(4, 3, 8, 8), torch.rand(4, 3, 8, 8), channels=3)
