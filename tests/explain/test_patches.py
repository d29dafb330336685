"""The patches that excite a channel, what in them does, and pictures made to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from planted import CROSS, Detector, crossed, residual_net
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.explain import (
    Field,
    explain_layers,
    explain_one,
    find_maxima,
    first_filters,
    list_layers,
    maximise_channels,
    patches_picture,
    reconstruct_units,
)
from makebelieve.explain.patches import cut

PLACES = [(4, 11), (0 + 1, 1), (8, 8), (14, 14), (3, 3)]


def batches(strength: float = 1.0) -> list[tuple[Tensor, list[str]]]:
    """Two batches: crosses and negatives in turn among pictures of faint noise, each cross fainter than the last."""
    torch.manual_seed(0)
    pictures, items = [], []
    for i, place in enumerate(PLACES):
        for sign in ("cross", "negative"):
            x = crossed(place, negative=sign == "negative")
            pictures.append(0.5 + (x - 0.5) * strength * (1 - i / 20))
            items.append(f"{sign} {i}")
        pictures.append(0.5 + 0.01 * torch.randn(1, 16, 16))
        items.append("noise")
    return [(torch.stack(pictures[:7]), items[:7]), (torch.stack(pictures[7:]), items[7:])]


class Seer(nn.Module):
    """The detector's channels without its threshold, so that faint crosses count too."""

    def __init__(self) -> None:
        super().__init__()
        self.see = Detector().see
        self.act = nn.ReLU(inplace=True)
        nn.init.zeros_(self.see.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.see(x)).mean((2, 3))


def test_top_patches_are_the_planted_patterns_in_order() -> None:
    (sheet,) = explain_layers(Seer(), batches(), ["act"], n=5, maximise=False)
    assert sheet.field == Field((3, 3), (1, 1), (-1, -1)) and sheet.shape == (2, 16, 16)
    for channel in sheet.channels:
        sign, pattern = [("negative", -CROSS), ("cross", CROSS)][channel.channel]
        assert channel.items == tuple(f"{sign} {i}" for i in range(5))
        assert list(channel.values) == sorted(channel.values, reverse=True)
        for patch in channel.patches:
            assert torch.equal((patch[0].float() - 128).sign(), pattern)
        for back in channel.reconstructions:
            assert torch.equal(back[0].float().sub(128).clamp(-1, 1), pattern)


def test_maxima_do_not_depend_on_how_the_pictures_are_cut_into_batches() -> None:
    torch.manual_seed(0)
    net, x = residual_net(), torch.rand(20, 3, 16, 16)
    whole = find_maxima(net, [x], ["0", "3"], 4)
    parts = find_maxima(net, x.split(3), ["0", "3"], 4)
    for name in ("0", "3"):
        torch.testing.assert_close(whole[name].values, parts[name].values)
        assert torch.equal(whole[name].pictures, parts[name].pictures)
        assert torch.equal(whole[name].places, parts[name].places)
        assert all(len(set(row)) == 4 for row in whole[name].pictures.tolist())
    maps = net[:4].eval()(x).detach()
    assert float(whole["3"].values[2, 0]) == pytest.approx(float(maps[:, 2].max()), rel=1e-5)


@pytest.mark.parametrize("how", ["guided", "deconv"])
def test_a_reconstruction_is_zero_outside_the_receptive_field(how: str) -> None:
    torch.manual_seed(0)
    net, x = residual_net().to(memory_format=torch.channels_last), torch.rand(3, 3, 32, 32)
    (layer,) = list_layers(net, x, ["3.b"])
    places = torch.tensor([[4, 4], [0, 7], [3, 5]])
    back, values = reconstruct_units(net, x, "3.b", [0, 3, 5], places, how)
    expected = net[3].b(torch.relu(net[3].a(net.eval()[:3](x))))[torch.arange(3), [0, 3, 5], places[:, 0], places[:, 1]]
    torch.testing.assert_close(values, expected.detach())
    for one, (row, column) in zip(back, places.tolist(), strict=True):
        top, left, bottom, right = layer.field.window(row, column)
        inside = torch.zeros(32, 32, dtype=torch.bool)
        inside[max(0, top) : bottom, max(0, left) : right] = True
        assert (one[:, ~inside] == 0).all()
        assert (one[:, inside] != 0).any()


def test_ways_differ_where_units_are_silent() -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU(), nn.Conv2d(1, 1, 2, bias=False))
    nn.init.ones_(net[0].weight)
    nn.init.ones_(net[2].weight)
    x = torch.tensor([1.0, -1.0, 1.0, 1.0]).view(1, 1, 2, 2)
    guided, _ = reconstruct_units(net, x, "2", [0])
    deconv, values = reconstruct_units(net, x, "2", [0], how="deconv")
    assert guided.flatten().tolist() == [1, 0, 1, 1]
    assert deconv.flatten().tolist() == [1, 1, 1, 1]
    assert values.tolist() == [3]


@pytest.mark.parametrize("how", ["guided", "deconv"])
@pytest.mark.parametrize("inplace", [False, True])
def test_beyond_the_bound_of_a_rectifier_units_are_still_told_apart(how: str, inplace: bool) -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU6(inplace))
    nn.init.constant_(net[0].weight, 100.0)
    x = torch.stack([torch.full((1, 2, 2), value) for value in (0.3, 0.9, 0.01, 0.5)])
    found = find_maxima(net, [x], ["1"], 4)["1"]
    assert found.pictures.tolist() == [[1, 3, 0, 2]]
    assert found.values.flatten().tolist() == pytest.approx([6, 6, 6, 1], abs=0.1)
    back, _ = reconstruct_units(net, x, "1", [0] * 4, how=how)
    assert (back[:, 0, 0, 0] == 100).all() and (back[:, 0, 1, 1] == 0).all()
    (sheet,) = explain_layers(net, [(x, range(4))], ["1"], how=how)
    assert sheet.channels[0].items == (1, 3, 0, 2)


def test_patches_at_the_border_are_padded_and_large_fields_are_the_picture() -> None:
    x = torch.arange(1.0, 17).view(1, 1, 4, 4)
    patch = cut(x, Field((3, 3), (1, 1), (-1, -1)), torch.tensor([[0, 3]]), 0.0)
    assert patch[0, 0].tolist() == [[0, 0, 0], [3, 4, 0], [7, 8, 0]]
    assert torch.equal(cut(x, Field((9, 9), (4, 4), (-3, -3)), torch.tensor([[0, 0]]), 0.0), x)
    assert torch.equal(cut(x, Field((4, 4), (0, 0), (0, 0)), torch.tensor([[2, 1]]), 0.0), x)
    tall = cut(x, Field((2, 9), (2, 1), (0, -4)), torch.tensor([[1, 2]]), 0.0)
    assert torch.equal(tall, x[:, :, 2:4])


def test_made_pictures_excite_their_channel_and_come_from_the_seed() -> None:
    net = Seer()
    made = maximise_channels(net, "act", [0, 1], (1, 12, 12), steps=24)
    assert made.shape == (2, 1, 12, 12) and float(made.min()) >= 0 and float(made.max()) <= 1
    assert torch.equal(made, maximise_channels(net, "act", [0, 1], (1, 12, 12), steps=24))
    assert not torch.equal(made, maximise_channels(net, "act", [0, 1], (1, 12, 12), steps=24, seed=1))
    answers = net(torch.cat([made, torch.rand(1, 1, 12, 12)])).detach()
    assert answers[0, 0] > 1.5 * answers[2, 0] and answers[1, 1] > 1.5 * answers[2, 1]


def test_a_silent_channel_wakes_up() -> None:
    net = Seer()
    nn.init.constant_(net.see.bias, -1.0)
    made = maximise_channels(net, "act", [1], (1, 12, 12))
    assert net(torch.full((1, 1, 12, 12), 0.5))[0, 1] == 0
    assert net(made)[0, 1] > 0.05


def test_filters_are_scaled_each_to_its_range() -> None:
    net = residual_net()
    filters = first_filters(net)
    assert filters.shape == (4, 3, 5, 5)
    assert filters.amin((1, 2, 3)).tolist() == [0] * 4 and filters.amax((1, 2, 3)).tolist() == [1] * 4
    torch.testing.assert_close(filters[1].argmax(), net[0].weight[1].argmax())
    assert first_filters(Detector()).shape == (2, 1, 3, 3)
    assert first_filters(nn.Sequential(nn.Conv2d(2, 3, 1), nn.Conv2d(5, 4, 3))).shape == (4, 1, 3, 3)
    assert first_filters(nn.Conv2d(1, 2, 3).requires_grad_(False)).isfinite().all()
    with pytest.raises(OptionError, match="no convolutional"):
        first_filters(nn.Linear(2, 2))


def test_the_whole_leaves_the_network_as_it_was() -> None:
    torch.manual_seed(0)
    net = residual_net(channels=2).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    data = [(torch.rand(4, 2, 32, 32), range(4)), (torch.rand(2, 2, 32, 32), range(4, 6))]
    sheets = explain_layers(net, data, channels=3, how="deconv")
    assert [sheet.name for sheet in sheets] == ["0", "3", "4"]
    assert [len(sheet.channels) for sheet in sheets] == [3, 3, 3]
    for sheet, side in zip(sheets, (5, 18, 32), strict=True):
        for channel in sheet.channels:
            assert channel.patches.shape == channel.reconstructions.shape == (6, 1, side, side)
            assert channel.maximised.shape == (1, 32, 32) and channel.maximised.dtype == torch.uint8
            assert sorted(channel.items) == list(range(6))
    assert patches_picture(sheets[1]).tensor.shape[0] == 3
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.training and net[3].norm.training
    assert not any(part._forward_hooks for part in net.modules())
    assert all(weight.grad is None for weight in net.parameters())


def test_one_prediction_is_four_pictures() -> None:
    pictures = explain_one(Detector(), crossed((4, 11)), window=3, stride=1)
    assert pictures.tensor.shape == (4, 3, 16, 16)
    assert pictures.captions == ["picture", "Grad-CAM", "occlusion", "guided gradient"]
    warm = pictures.tensor[1:3, 0] - pictures.tensor[1:3, 2]  # red less blue
    assert all(divmod(int(one.argmax()), 16) == (4, 11) for one in warm[:1])


def test_what_cannot_be_walked_is_told() -> None:
    net = Seer()

    def once() -> Iterator[tuple[Tensor, list[str]]]:
        yield from batches()

    with pytest.raises(OptionError, match="only once"):
        explain_layers(net, once())
    with pytest.raises(OptionError, match="no pictures"):
        explain_layers(net, [])

    class Shuffled:
        def __iter__(self) -> Iterator[tuple[Tensor, list[str]]]:
            return iter([(torch.rand(4, 1, 16, 16), list("abcd"))])

    with pytest.raises(DataError, match="second walk"):
        explain_layers(net, Shuffled(), ["act"], maximise=False)


def test_bad_options_are_told() -> None:
    net, x = Seer(), crossed((4, 4))[None]
    with pytest.raises(OptionError, match="2 channels, 0 to 1; 2 was asked"):
        reconstruct_units(net, x, "act", [2])
    with pytest.raises(OptionError, match="2 channels were given for 1 pictures"):
        reconstruct_units(net, x, "act", [0, 1])
    with pytest.raises(OptionError, match="how='up'"):
        reconstruct_units(net, x, "act", [0], how="up")
    with pytest.raises(OptionError, match="channels was given 0"):
        explain_layers(net, batches(), channels=0)
    with pytest.raises(OptionError, match="n was given 0"):
        explain_layers(net, batches(), n=0)
    with pytest.raises(OptionError, match="steps was given 0"):
        maximise_channels(net, "act", [0], (1, 8, 8), steps=0)
    with pytest.raises(OptionError, match='"acts"'):
        explain_layers(net, batches(), ["acts"])
