"""Dreams: what they climb, and that they stay exact, bounded and safe."""

from __future__ import annotations

import logging
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.art import dreaming
from makebelieve.art.artwork import Artwork
from makebelieve.art.ascent import NormalisedAscent, enlarged, in_tiles, moved, moves, octave_sizes, resized, windows
from makebelieve.art.canvas import Still
from makebelieve.art.dream import dream
from makebelieve.art.exciting import Excitement
from makebelieve.art.layers import GOOD, weights_of
from makebelieve.art.learner import ArtLearner, kept_pictures
from makebelieve.errors import DataError, OptionError
from makebelieve.networks.features import features_of
from makebelieve.networks.folding import lighten
from makebelieve.pictures import Pictures
from makebelieve.training import Callback, Saving
from makebelieve.training.run_folder import RunFolder


def net() -> nn.Sequential:
    """Three layers of 3 × 3 and a head that must never run."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.Conv2d(6, 8, 3, padding=1),
            nn.ReLU(),
            Head(),
        )


class Head(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise AssertionError("the head ran")


def photo(h: int = 24, w: int = 24, seed: int = 1) -> Tensor:
    return torch.rand(3, h, w, generator=torch.Generator().manual_seed(seed)) * 0.6 + 0.2


def activations(art: Any) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for record in art.history.records:
        for name, value in record.items():
            if name.startswith("scale_"):
                found.setdefault(name, []).append(value)
    return found


def test_each_octave_climbs_and_the_picture_stays_a_picture() -> None:
    art = dream(photo(), net(), "4", steps=10, step_size=0.02, jitter=0, precision="float32")
    climbs = activations(art)
    assert list(climbs) == ["scale_1", "scale_2", "scale_3"]
    assert all(values[-1] > 1.2 * values[0] for values in climbs.values())
    assert art.tensor.shape == (1, 3, 24, 24)
    assert float(art.tensor.min()) >= 0 and float(art.tensor.max()) <= 1


def test_bf16_climbs_as_float32_does() -> None:
    exact, rough = (
        activations(dream(photo(), net(), "4", steps=10, jitter=0, precision=precision))
        for precision in ("float32", "bf16")
    )
    for name, values in exact.items():
        assert rough[name][-1] == pytest.approx(values[-1], rel=0.05)


def test_the_photo_given_is_not_changed_and_the_networks_mode_neither() -> None:
    model, given = net(), photo()
    before = given.clone()
    dream(given, model, "4", steps=2)
    assert torch.equal(given, before)
    assert model.training and all(parameter.requires_grad for parameter in model.parameters())


def test_the_same_seed_makes_the_same_dream() -> None:
    one, same, other = (dream(photo(), net(), "4", steps=3, seed=seed).tensor for seed in (7, 7, 8))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_a_step_is_the_gradient_over_its_mean_absolute_value() -> None:
    x = nn.Parameter(torch.tensor([0.5, 0.5, 0.99]))
    x.grad = torch.tensor([1.0, -3.0, 2.0])  # mean absolute value 2
    NormalisedAscent([x], lr=0.1).step()
    assert torch.allclose(x.detach(), torch.tensor([0.55, 0.35, 1.0]))


def test_without_a_gradient_nothing_moves() -> None:
    x = nn.Parameter(torch.full((3,), 0.5))
    x.grad = torch.zeros(3)
    NormalisedAscent([x], lr=0.1).step()
    assert torch.equal(x.detach(), torch.full((3,), 0.5))


def test_octaves_shrink_by_the_scale_and_never_vanish() -> None:
    assert octave_sizes((100, 50), 3, 2.0) == [(25, 12), (50, 25), (100, 50)]
    assert octave_sizes((1, 7), 4, 3.0)[0] == (1, 1)


def test_what_is_lost_in_shrinking_comes_back() -> None:
    fine = photo(16, 16)
    coarse = resized(fine, (8, 8))
    assert torch.allclose(enlarged(coarse, coarse, fine), fine, atol=1e-6)  # nothing dreamt: the photo itself
    dreamt = (coarse + 0.05 * photo(8, 8, 2)).clamp(0, 1)
    by_hand = F.interpolate(dreamt[None], (16, 16), mode="bilinear", antialias=True)[0]
    by_hand = by_hand + fine - F.interpolate(coarse[None], (16, 16), mode="bilinear", antialias=True)[0]
    assert torch.allclose(enlarged(dreamt, coarse, fine), by_hand.clamp(0, 1), atol=1e-6)


def test_no_steps_of_any_size_leave_the_photo() -> None:
    art = dream(photo(), net(), "4", steps=1, step_size=1e-6, octaves=4)
    assert torch.allclose(art.tensor[0], photo(), atol=1e-4)


def test_movements_come_back_exactly_and_reach_both_ways() -> None:
    x = photo()[None]
    by = moves(torch.tensor([0.0, 0.999]), 5)
    assert by == (-5, 5)
    assert torch.equal(moved(moved(x, by), (-by[0], -by[1])), x)
    assert moved(x, (0, 0)) is x


@pytest.mark.parametrize(("size", "tile"), [((40, 33), 8), ((16, 60), 16), ((9, 9), 8)])
def test_tiles_cover_each_pixel_once_and_lie_in_what_is_seen(size: tuple[int, int], tile: int) -> None:
    counts = torch.zeros(size)
    shapes = set()
    for (seen_y, seen_x), (y, x) in windows(size, tile, (3, 5)):
        counts[y, x] += 1
        shapes.add((seen_y.stop - seen_y.start, seen_x.stop - seen_x.start))
        assert seen_y.start <= y.start < y.stop <= seen_y.stop
        assert seen_x.start <= x.start < x.stop <= seen_x.stop
    assert torch.equal(counts, torch.ones(size))
    assert len(shapes) == 1


def test_tiles_have_the_gradient_of_the_whole_where_nothing_sees_farther() -> None:
    features = features_of(nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()), ["1"])
    excited = Excitement(features, {"1": 1.0}, None, "net")
    whole = photo(64, 48)[None].requires_grad_()
    tiled = whole.detach().clone().requires_grad_()
    value = excited(whole)
    value.backward()
    found = in_tiles(tiled, excited, 16, (5, 11))
    (2 * found).backward()
    with torch.no_grad():
        parts = [
            ((y.stop - y.start) * (x.stop - x.start), float(excited(whole[:, :, seen_y, seen_x])))
            for (seen_y, seen_x), (y, x) in windows((64, 48), 16, (5, 11))
        ]
    assert sum(area for area, _ in parts) == 64 * 48
    assert float(found.detach()) == pytest.approx(sum(area * part for area, part in parts) / (64 * 48), rel=1e-5)
    assert whole.grad is not None and tiled.grad is not None
    # a tile is seen with 2 pixels around it, and a pixel's gradient depends on those 2 away
    assert torch.allclose(tiled.grad, 2 * whole.grad, atol=1e-9, rtol=1e-3)


def test_dreams_in_tiles_climb_too() -> None:
    art = dream(photo(40, 40), net(), "4", steps=6, tile=16, step_size=0.02, jitter=0, octaves=2, precision="float32")
    assert all(values[-1] > 1.1 * values[0] for values in activations(art).values())


def test_one_channel_is_climbed_alone() -> None:
    model = net()
    art = dream(photo(), model, "3", steps=8, step_size=0.02, channel=2, octaves=1, jitter=0)
    features = features_of(model, ["3"])
    before, after = (features(x[None])["3"].mean((0, 2, 3)) for x in (photo(), art.tensor[0]))
    assert float(after[2] - before[2]) == pytest.approx(float((after - before).max()))


def test_a_guide_draws_the_photo_towards_its_own_features() -> None:
    model, guide = net(), photo(12, 20, 5)
    plain, guided = (dream(photo(), model, "4", steps=4, jitter=0, guide=g).tensor for g in (None, guide))
    assert not torch.equal(plain, guided)
    # by hand: for each place the greatest dot product with a place of the guide
    excited = Excitement(features_of(model, ["4"]), {"4": 1.0}, None, "net")
    excited.follow(guide, torch.float32)
    x, y = (features_of(model, ["4"])(p[None])["4"][0].flatten(1) for p in (photo(), guide))
    assert float(excited(photo()[None])) == pytest.approx(float((x.t() @ y).amax(1).mean() / x.shape[0]), rel=1e-5)


def test_an_octave_ends_once_the_layers_answer_enough() -> None:
    free = activations(dream(photo(), net(), "4", steps=8, jitter=0, precision="float32"))
    limit = free["scale_1"][3] * 0.999
    ended = dream(photo(), net(), "4", steps=8, jitter=0, precision="float32", max_loss=limit)
    climbs = activations(ended)
    assert climbs["scale_1"] == free["scale_1"][:3]
    assert all(value <= limit for values in climbs.values() for value in values)
    assert ended.tensor.shape[-1] == 24


def test_folding_changes_no_map_and_happens() -> None:
    features, x = features_of(net().eval(), ["4"]), photo()[None]
    before = features(x)["4"]
    assert lighten(features, torch.float32, x) == 1
    assert not any(isinstance(part, nn.BatchNorm2d) for part in features.modules())
    assert torch.allclose(features(x)["4"], before, atol=1e-5)


class TwoWays(nn.Module):
    """The convolution's output is normalised and also used as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.norm.running_mean.fill_(0.3)  # type: ignore[union-attr, operator]
        self.out = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.out(self.norm(x) + x)


def test_what_must_not_be_folded_is_not() -> None:
    features, x = features_of(TwoWays(), ["out"]), photo()[None]
    before = features(x)["out"]
    assert lighten(features, torch.float32, x) == 0
    assert torch.equal(features(x)["out"], before)


class Stops(Callback):
    def __init__(self, at: int) -> None:
        self.at = at

    def on_step(self, learn: Any) -> None:
        if learn.step == self.at:
            raise RuntimeError("power cut")


@pytest.mark.parametrize("cut", [4, 7])
def test_a_run_goes_on_exactly_where_it_was_killed(cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dreaming, "features_of", lambda _name, layers, **_weights: features_of(net(), layers))
    options: dict[str, Any] = {"layers": "4", "steps": 4, "max_loss": 0.0115, "tile": 16}
    unbroken = dream(photo(), "own", **options)
    assert len(activations(unbroken)["scale_2"]) < 4  # an octave was ended early
    run = tmp_path / "run"
    with pytest.raises(RuntimeError, match="power cut"):
        dream(photo(), "own", **options, run=run, saving=Saving(steps=1), callbacks=[Stops(cut)])
    learner = dreaming.from_config(RunFolder(run).read_config(), Still(kept_pictures(run)))
    learner.restore(run)
    learner.resume()
    assert torch.equal(learner.picture, unbroken.tensor[0])
    assert learner.history.records == unbroken.history.records
    frames = Artwork(learner).frames
    assert frames.steps == unbroken.frames.steps
    assert all(torch.equal(a, b) for a, b in zip(frames, unbroken.frames, strict=True))


def test_ended_early_the_picture_has_the_photos_size(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    class Ends(Callback):
        def on_step(self, learn: Any) -> None:
            if learn.step == 3:
                signal.raise_signal(signal.SIGINT)

    art = dream(photo(), net(), "4", steps=4, callbacks=[Ends()])
    assert art.learner.interrupted and art.learner.step < 12
    assert art.tensor.shape == (1, 3, 24, 24)
    art.learner.callbacks.clear()
    art.learner.finish()
    whole = dream(photo(), net(), "4", steps=4)
    assert torch.equal(art.learner.picture, whole.learner.picture)


def test_a_full_disk_leaves_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    room = [True]  # for the checkpoint that a run begins with

    def full(*_given: Any, **_options: Any) -> None:
        if not room:
            raise OSError(28, "No space left on device")
        room.pop()

    monkeypatch.setattr("makebelieve.training.learner.save", full)
    with caplog.at_level(logging.WARNING):
        art = dream(photo(), net(), "4", steps=2, run=tmp_path / "run")
    assert "No space left on device" in caplog.text
    assert torch.equal(art.tensor, dream(photo(), net(), "4", steps=2).tensor)
    with pytest.raises(OSError, match="No space"):  # nothing has been dreamt
        dream(photo(), net(), "4", steps=2, run=tmp_path / "other")


class Deep(nn.Module):
    """Needs 16 pixels a side."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 16)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


def test_octaves_that_the_network_cannot_see_are_left_out(caplog: Any) -> None:
    with caplog.at_level(logging.WARNING):
        art = dream(photo(20, 30), Deep(), "conv", octaves=4, steps=2)
    assert art.learner.sizes == ((20, 30),)
    assert "20 × 30" in caplog.text and "4 octaves" in caplog.text
    with pytest.raises(OptionError, match="15 × 40"):
        dream(photo(15, 40), Deep(), "conv")


def test_pictures_of_any_kind_are_taken(tmp_path: Path) -> None:
    grey = Image.new("L", (20, 12), 90)
    alpha = Image.new("RGBA", (20, 12), (200, 10, 10, 128))
    cmyk = Image.new("CMYK", (20, 12), (0, 100, 0, 20))
    deep = Image.new("I;16", (20, 12), 30000)
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (20, 12), (9, 80, 40)).save(turned, exif=exif)
    for given in (grey, alpha, cmyk, deep, photo().numpy().transpose(1, 2, 0), Pictures(photo())):
        art = dream(given, net(), "4", steps=1, octaves=1)
        assert art.tensor.shape[1] == 3
    assert dream(turned, net(), "4", steps=1, octaves=1).tensor.shape == (1, 3, 20, 12)
    assert dream(torch.rand(3, 1, 1), net(), "4", steps=1).tensor.shape == (1, 3, 1, 1)
    assert dream(torch.rand(1, 2, 20_000), net(), "4", steps=1, octaves=2).tensor.shape == (1, 3, 2, 20_000)
    assert dream(torch.rand(3, 30, 60), net(), "4", steps=1, size=20).tensor.shape == (1, 3, 10, 20)
    with pytest.raises(DataError):
        dream(tmp_path / "nothing.png", net(), "4")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"layers": "nonsense"}, "nonsense"),
        ({"layers": None}, "mb.layers"),
        ({"layers": {"4": "much"}}, "much"),
        ({"layers": {"4": 0}}, "weights"),
        ({"layers": []}, "layers"),
        ({"layers": 3}, "layers=3"),
        ({"backbone": "squeezenet9", "layers": None}, "squeezenet1_0"),
        ({"backbone": 3}, "backbone=3"),
        ({"steady": 1}, "steady=1"),
        ({"channel": 8}, "0 to 7"),
        ({"channel": -1}, "channel=-1"),
        ({"octaves": 0}, "octaves=0"),
        ({"octave_scale": 1.0}, "octave_scale=1.0"),
        ({"steps": 2.5}, "steps=2.5"),
        ({"step_size": 0}, "step_size=0"),
        ({"max_loss": float("nan")}, "max_loss=nan"),
        ({"jitter": -3}, "jitter=-3"),
        ({"tile": 4}, "tile=4"),
        ({"size": 0}, "size=0"),
        ({"frames": -1}, "frames=-1"),
        ({"out": "dream.mp4"}, "save"),
        ({"channel": 1, "guide": torch.rand(3, 8, 8)}, "guide"),
    ],
)
def test_what_cannot_be_used_is_told(options: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        dream(photo(), **{"backbone": net(), "layers": "4", **options})


def test_backbones_that_are_known_need_no_layers() -> None:
    assert weights_of("mobilenet_v2", None) == GOOD["mobilenet_v2"]
    assert weights_of("vgg19", None) == GOOD["vgg"]
    assert weights_of("any", ["a", "b"]) == {"a": 1.0, "b": 1.0}


def test_layers_that_climb_high_raise_no_alarm(caplog: Any) -> None:
    class Loud(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(x * 1e5)

    with caplog.at_level(logging.WARNING):
        art = dream(photo(), Loud(), "conv", steps=2, octaves=1, precision="float32")
    assert max(activations(art)["scale_1"]) > 1e6
    assert art.history.alarms == [] and caplog.text == ""


def test_a_film_is_dreamt_frame_by_frame(tmp_path: Path) -> None:
    frames = [Image.fromarray((photo(16, 20, i) * 255).byte().permute(1, 2, 0).numpy()) for i in range(3)]
    source, out = tmp_path / "film.gif", tmp_path / "dreamt.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100)
    art = dream(source, net(), "4", steps=2, octaves=2, out=out)
    assert art.film == out
    with Image.open(out) as made:
        assert (made.n_frames, made.size) == (3, (20, 16))
    assert isinstance(art.learner, ArtLearner)
    with pytest.raises(OptionError, match="out="):
        dream(source, net(), "4")
    with pytest.raises(OptionError, match="run="):
        dream(source, net(), "4", out=out, run=tmp_path / "run")
