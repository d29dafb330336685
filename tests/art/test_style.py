"""Pictures painted in the style of others: losses, scales, regions, colours, going on, and what is refused."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from makebelieve.art.aims import Aims, places
from makebelieve.art.artwork import Artwork
from makebelieve.art.canvas import Still
from makebelieve.art.colour import luma, matched, with_chroma
from makebelieve.art.learner import kept_pictures
from makebelieve.art.reading import read_picture
from makebelieve.art.style import from_config, style
from makebelieve.errors import DataError, MakebelieveError, OptionError
from makebelieve.networks.features import features_of
from makebelieve.objectives.perceptual import content_distance, gram, style_distance
from makebelieve.pictures import Pictures
from makebelieve.training import Callback, Saving
from makebelieve.training.run_folder import RunFolder


def network() -> nn.Sequential:
    """3 → 4 → 6 channels, halved between."""
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU()
    )


class Counted(nn.Module):
    """The same; which sizes it saw is known to the class, as copies of it are used."""

    seen: list[tuple[int, int]] = []

    def __init__(self) -> None:
        super().__init__()
        self.net = network()

    def forward(self, x: Tensor) -> Tensor:
        self.seen.append((x.shape[-2], x.shape[-1]))
        return self.net(x)


def picture(h: int = 16, w: int = 16, seed: int = 0) -> Tensor:
    coarse = torch.rand(1, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    return nn.functional.interpolate(coarse, (h, w), mode="bilinear")[0]


def painted(**more: Any) -> Artwork:
    options: dict[str, Any] = {
        "style": picture(20, 24, 1),
        "backbone": network(),
        "content_layers": "4",
        "style_layers": ["1", "4"],
        "steps": 8,
        "scales": 1,
        "precision": "float32",
        "frames": 0,
        **more,
    }
    return style(options.pop("content", picture()), **options)


def column(art: Artwork, name: str) -> list[float]:
    return [record[name] for record in art.history.records if name in record]


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("init", ["content", "noise"])
def test_the_loss_falls(optimizer: str, init: str) -> None:
    losses = column(painted(optimizer=optimizer, init=init, steps=25, learning_rate=None), "scale_1")
    assert len(losses) == 25
    assert losses[-1] < 0.5 * losses[0]


def test_losses_are_those_of_the_paper_by_hand() -> None:
    content, other = picture(), picture(20, 24, 1)
    net = network().eval()
    with torch.no_grad():
        p = net(content[None])
        a = [net[:2](other[None]), net(other[None])]
        f = [net[:2](content[None]), p]
        e = [style_distance(gram(x), gram(y)) / style_distance(0 * gram(y), gram(y)) for x, y in zip(f, a, strict=True)]
    art = painted(steps=1, content_weight=2.0, style_weight=7.0, tv_weight=0.0, style_layers={"1": 3, "4": 1})
    expected = float(0.75 * e[0] + 0.25 * e[1])
    assert column(art, "content")[0] == 0.0
    assert column(art, "style")[0] == pytest.approx(expected, rel=1e-4)
    assert column(art, "scale_1")[0] == pytest.approx(7 * expected, rel=1e-4)


def test_an_empty_picture_is_at_distance_one() -> None:
    aims = Aims(features_of(network(), ["1", "4"]), picture(), [picture(8, 8, 1)], [1.0], None, {"4": 1.0}, {"1": 1.0})
    aim = aims.at((16, 16))
    content, painted_ = aim.distances({"1": torch.zeros(1, 4, 16, 16), "4": torch.zeros(1, 6, 8, 8)})
    assert (content.item(), painted_.item()) == pytest.approx((1.0, 1.0))


def test_the_style_is_looked_at_once_a_scale() -> None:
    looked = {}
    for steps in (2, 6):
        Counted.seen.clear()
        layers = {"content_layers": "net.4", "style_layers": "net.1"}
        painted(backbone=Counted(), **layers, scales=2, steps=steps, style=picture(24, 24, 1))
        looked[steps] = list(Counted.seen)
    for size in ((24, 24), (12, 12)):  # of the style, which is also tried beforehand
        assert looked[6].count(size) == looked[2].count(size) == 2
    for size in ((16, 16), (8, 8)):  # one pass a step, for content and style alike
        assert looked[6].count(size) - looked[2].count(size) == 4


def test_nothing_runs_behind_the_deepest_layer() -> None:
    class Deep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            self.second(self.first(x))
            raise AssertionError("behind the deepest layer")

    art = painted(backbone=Deep(), content_layers="second", style_layers="first", steps=2)
    assert art.tensor.shape == (1, 3, 16, 16)


def test_scales_go_from_coarse_to_fine_and_begin_with_each_other() -> None:
    class Sizes(Callback):
        found: list[tuple[int, ...]] = []

        def on_step(self, learn: Any) -> None:
            self.found.append(tuple(learn.picture.shape[1:]))

    sizes = Sizes()
    art = painted(content=picture(24, 16), scales=3, steps=[3, 2, 1], callbacks=[sizes])
    assert sizes.found == [(6, 4)] * 3 + [(12, 8)] * 2 + [(24, 16)]
    assert art.tensor.shape[-2:] == (24, 16)
    assert not torch.allclose(art.tensor[0], picture(24, 16), atol=1e-2)


def test_shares_blend_gram_matrices() -> None:
    one, two = picture(seed=1), picture(seed=2)
    aims = [
        Aims(features_of(network(), ["1"]), picture(), styles, shares, None, {"1": 1.0}, {"1": 1.0}).at((16, 16))
        for styles, shares in (([one], [1.0]), ([two], [1.0]), ([one, two], [0.25, 0.75]))
    ]
    first, second, both = (aim.regions[0].grams["1"] for aim in aims)
    assert torch.allclose(both, 0.25 * first + 0.75 * second)


def test_shares_are_brought_to_add_up_to_one() -> None:
    same = painted(style=None, styles=[(picture(seed=1), 3), (picture(seed=2), 1)])
    again = painted(style=None, styles=[(picture(seed=1), 0.75), (picture(seed=2), 0.25)])
    assert torch.equal(same.tensor, again.tensor)
    assert not torch.equal(same.tensor, painted(style=None, styles=[picture(seed=1), picture(seed=2)]).tensor)


def half(h: int = 16, w: int = 16) -> Tensor:
    mask = torch.zeros(h, w)
    mask[:, : w // 2] = 1
    return mask


def test_a_mask_keeps_the_style_where_it_is_white() -> None:
    art = painted(mask=half(), tv_weight=0.0, steps=15)
    changed = (art.tensor[0] - picture()).abs().mean(0)
    assert changed[:, :6].mean() > 20 * changed[:, 11:].mean()


def test_regions_have_their_own_styles_and_weights_by_area() -> None:
    mask = torch.zeros(1, 16, 16)
    mask[:, :, :4] = 1
    styles = [picture(seed=1), picture(seed=2)]
    features = features_of(network(), ["1", "4"])
    aim = Aims(features, picture(), styles, [0.5, 0.5], [mask, 1 - mask], {"4": 1.0}, {"1": 1.0}).at((16, 16))
    assert [region.weight for region in aim.regions] == pytest.approx([0.25, 0.75])
    maps = features(picture()[None])
    for region, shown, part in zip(aim.regions, styles, (maps["1"][..., :4], maps["1"][..., 4:]), strict=True):
        assert torch.allclose(region.grams["1"], gram(features(shown[None])["1"]), atol=1e-6)
        assert torch.allclose(gram(maps["1"], region.places["1"]), gram(part), atol=1e-6)


def test_masks_at_a_layer_are_shares_of_its_places() -> None:
    found = places(half()[None], {"a": (8, 8), "b": (1, 1)})
    assert found["a"][0, 0, 0].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert found["b"].item() == 0.5


def test_the_last_style_goes_where_the_others_do_not() -> None:
    two = {"style": None, "styles": [picture(seed=1), picture(seed=2)]}
    assert torch.equal(painted(**two, mask=half()).tensor, painted(**two, mask=[half(), 1 - half()]).tensor)


def test_colour_is_kept_exactly() -> None:
    content = picture()
    art = painted(preserve_colour=True, steps=20)
    shown = art.tensor[0]
    assert torch.allclose(shown - luma(shown), content - luma(content), atol=1e-5)
    assert (luma(shown) - luma(content)).abs().mean() > 0.01
    free = painted(steps=20).tensor[0]
    assert (free - luma(free) - content + luma(content)).abs().mean() > 0.01


def test_brightness_gives_way_where_no_colour_has_both() -> None:
    red = torch.tensor([0.9, 0.1, 0.1]).view(3, 1, 1)
    for y in (0.0, 0.2, 1.0):
        made = with_chroma(torch.full((1, 1, 1), y), red)
        assert float(made.min()) >= 0 and float(made.max()) <= 1
        assert torch.allclose(made - luma(made), red - luma(red), atol=1e-6)


def test_matched_brightness_has_mean_and_deviation_of_the_content() -> None:
    dark, content = 0.2 * picture(seed=1)[:1], 0.4 + 0.2 * picture(seed=2)[:1]
    found = matched(dark, content)
    assert float(found.mean()) == pytest.approx(float(content.mean()), abs=1e-3)
    assert float(found.std()) == pytest.approx(float(content.std()), abs=1e-2)


def test_deterministic_for_a_seed() -> None:
    first, second = (painted(init="noise", seed=5) for _ in range(2))
    assert torch.equal(first.tensor, second.tensor)
    assert not torch.equal(first.tensor, painted(init="noise", seed=6).tensor)


def test_frames_and_history() -> None:
    art = painted(scales=2, steps=4, frames=4)
    assert 2 <= len(art.frames) <= 5
    assert [record["step"] for record in art.history.records if record["kind"] == "steps"] == list(range(1, 9))


class StopAt(Callback):
    """Ctrl-C after so many steps."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, learn: Any) -> None:
        if learn.step == self.step:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_interrupted_and_resumed_it_ends_as_unbroken(
    tmp_path: Path, optimizer: str, caplog: pytest.LogCaptureFixture
) -> None:
    whole = painted(optimizer=optimizer, scales=2, steps=6)
    early = painted(optimizer=optimizer, scales=2, steps=6, callbacks=[StopAt(8)], run=tmp_path / "run")
    assert early.learner.step == 8
    assert early.tensor.shape == whole.tensor.shape and not torch.equal(early.tensor, whole.tensor)
    early.learner.callbacks.clear()
    early.learner.finish()
    assert torch.equal(Artwork(early.learner).tensor, whole.tensor)


def test_a_run_is_made_again_from_its_folder(tmp_path: Path) -> None:
    named = {"backbone": "squeezenet1_1", "pretrained": False}
    named |= {"content_layers": "features.3", "style_layers": "features.1"}
    options: dict[str, Any] = {
        **named,
        "content": picture(32, 32),
        "scales": 2,
        "steps": 3,
        "preserve_colour": True,
        "mask": half(),
    }
    whole = painted(**options)
    painted(**options, callbacks=[StopAt(4)], run=tmp_path / "run", saving=Saving(steps=1))
    learn = from_config(RunFolder(tmp_path / "run").read_config(), Still(kept_pictures(tmp_path / "run")))
    learn.restore(tmp_path / "run")
    assert learn.step == 4
    learn.finish()
    assert torch.equal(Artwork(learn).tensor, whole.tensor)


def test_memory_is_told_beforehand(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "makebelieve.art"):
        painted(steps=1)
    assert any("MB of memory at 16 × 16" in record.message for record in caplog.records)


def cmyk(path: Path) -> Path:
    Image.new("CMYK", (16, 12), (0, 200, 200, 0)).save(path)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: cmyk(folder / "a.jpg"),
        lambda _: Image.new("RGBA", (16, 12), (255, 0, 0, 128)),
        lambda _: Image.new("L", (16, 12), 90),
        lambda _: torch.rand(3, 12, 16),
        lambda _: torch.rand(12, 16).numpy(),
        lambda _: (torch.rand(12, 16, 3) * 255).byte().numpy(),
        lambda _: Pictures(torch.rand(3, 12, 16)),
    ],
)
def test_pictures_of_any_kind(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    given = make(tmp_path)
    assert painted(content=given, style=given, steps=1).tensor.shape == (1, 3, 12, 16)


def test_size_bounds_the_longer_side() -> None:
    assert painted(content=picture(40, 20), size=16, steps=1).tensor.shape[-2:] == (16, 8)
    assert painted(content=picture(12, 10), size=16, steps=1).tensor.shape[-2:] == (12, 10)
    assert read_picture(torch.rand(1, 2, 20_000), 512).shape == (3, 1, 512)


def test_one_pixel_works_where_the_layers_do() -> None:
    shallow = {"content_layers": "1", "style_layers": "1", "scales": 1}
    assert painted(content=torch.rand(3, 1, 1), **shallow, steps=1).tensor.shape == (1, 3, 1, 1)
    with pytest.raises(OptionError, match="1 × 1 pixels"):
        painted(content=torch.rand(3, 1, 1))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"style": None}, "styles=, several"),
        ({"styles": [picture()]}, "exactly one"),
        ({"style": None, "styles": []}, "at least one style"),
        ({"style": None, "styles": [(picture(), 0)]}, "above 0"),
        ({"mask": [half(), half(), half()]}, "3 masks were given for 1 styles"),
        ({"mask": half(16, 32)}, "16 × 32"),
        ({"mask": torch.zeros(16, 16)}, "Mask 1 is black"),
        ({"style_weight": -1}, "style_weight=-1"),
        ({"style_weight": float("nan")}, "style_weight=nan"),
        ({"style_weight": 0, "content_weight": 0}, "both 0"),
        ({"init": "photo"}, "content, noise"),
        ({"optimizer": "sgd"}, "lbfgs, adam"),
        ({"size": 0}, "size=0"),
        ({"scales": 0}, "scales=0"),
        ({"scales": 5}, "scales=5 .* 1 × 1 pixels"),
        ({"scales": 5000}, "scales=5000"),
        ({"style": None, "styles": [(picture(), float("inf"))]}, "above 0"),
        ({"style": None, "styles": "painting.jpg"}, "exactly one"),
        ({"style_layers": 3}, "style_layers=3"),
        ({"pretrained": None, "backbone": "squeezenet1_1"}, "pretrained=None"),
        ({"backbone": "squeezenet9", "content_layers": None}, "squeezenet1_0"),
        ({"steps": 0}, "steps=0"),
        ({"steps": [1, 2, 3], "scales": 2}, "3 numbers and there are 2 scales"),
        ({"content_layers": None}, "layers of Sequential .*mb.layers"),
        ({"content_layers": "five"}, 'no layer "five"'),
        ({"style_layers": {"1": 0}}, "shares above 0"),
        ({"content": "nowhere.jpg"}, "nowhere.jpg"),
        ({"content": torch.rand(2, 3, 8, 8)}, r"\(2, 3, 8, 8\)"),
        ({"content": torch.rand(3, 8, 8) * 7}, "divide them by 255"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(options: dict[str, Any], says: str) -> None:
    with pytest.raises(MakebelieveError, match=says):
        painted(**options)


def test_without_scales_told_those_are_left_out_that_the_network_cannot_take() -> None:
    wide = painted(content=torch.rand(3, 2, 512), style=torch.rand(3, 8, 512), size=None, scales=None, steps=1)
    assert wide.learner.sizes == ((2, 512),)
    tall = painted(content=torch.rand(3, 512, 4), style=torch.rand(3, 40, 40), size=None, scales=None, steps=1)
    assert tall.learner.sizes == ((256, 2), (512, 4))


def test_a_network_that_needs_large_pictures_is_tried_on_such() -> None:
    deep = nn.Sequential(nn.Conv2d(3, 2, 1), nn.Conv2d(2, 2, 70, stride=4))
    layers = {"content_layers": "1", "style_layers": ["0", "1"]}
    content, manner = torch.rand(3, 80, 150), torch.rand(3, 75, 80)
    art = painted(content=content, style=manner, backbone=deep, **layers, size=None, steps=1)
    assert art.tensor.shape == (1, 3, 80, 150)


def test_ended_early_the_picture_has_the_contents_size() -> None:
    class Ends(Callback):
        def on_step(self, learn: Any) -> None:
            if learn.step == 1:
                signal.raise_signal(signal.SIGINT)

    art = painted(scales=2, steps=3, callbacks=[Ends()], preserve_colour=True)
    assert art.learner.interrupted and art.learner.step < 4
    assert art.tensor.shape == (1, 3, 16, 16) and art.learner.picture.shape == (3, 8, 8)
    chroma = [x - luma(x) for x in (art.tensor[0], picture())]
    assert torch.allclose(*chroma, atol=1e-5)


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_painted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        painted(run=tmp_path / "file" / "run")


def test_a_file_that_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.jpg"):
        painted(content=tmp_path / "a.jpg")


@pytest.mark.slow  # it makes a VGG-19
def test_weights_that_do_not_reach_name_the_layers_that_they_do() -> None:
    data = os.environ.get("MAKEBELIEVE_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
    weights = Path(data) / "weights" / "vgg19_normalised_relu3_1.safetensors"
    if not weights.is_file():
        pytest.skip(f"{weights} is not there")
    with pytest.raises(OptionError, match=r"reach only to relu3_1, and not to relu4_1, relu5_1, relu4_2;"):
        painted(backbone="vgg19", content_layers=None, style_layers=None, pretrained=weights)


def test_content_is_near_where_its_weight_is_large() -> None:
    near, far = (painted(content_weight=weight, steps=20) for weight in (1000.0, 0.01))
    net = network().eval()
    with torch.no_grad():
        p = net(picture()[None])
        distances = [content_distance(net(art.tensor), p).item() for art in (near, far)]
    assert distances[0] < 0.2 * distances[1]
