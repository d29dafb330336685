"""Which layers there are and what each of their units sees."""

from __future__ import annotations

import pytest
import torch
from planted import Detector, Gate, residual_net
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve import vision
from makebelieve.errors import MissingExtraError, OptionError
from makebelieve.explain import Field, default_layers, list_layers


def test_layers_are_convolutions_and_blocks_in_the_order_in_which_they_run() -> None:
    layers = list_layers(residual_net(), torch.rand(3, 32, 32))
    assert [layer.name for layer in layers] == ["0", "3.a", "3.b", "3.short", "3", "4.a", "4.b", "4.short", "4"]
    assert layers[0].shape == (4, 32, 32) and layers[4].shape == (6, 8, 8)


def test_of_blocks_that_end_alike_the_outermost_is_listed() -> None:
    net = nn.Sequential(
        nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), nn.Sequential(nn.Conv2d(2, 2, 3), nn.ReLU()))
    )
    assert [layer.name for layer in list_layers(net, torch.rand(1, 9, 9))] == ["0.0.0", "0.0", "0.1.0", "0"]


def test_fields_of_a_residual_net_are_those_by_hand() -> None:
    fields = {layer.name: layer.field for layer in list_layers(residual_net(), torch.rand(3, 32, 32))}
    assert fields["0"] == Field((5, 5), (1, 1), (-2, -2))
    # 5, pool of 2: 6 at jump 2; 3 × 3 at stride 2: 6 + 2·2 = 10 at jump 4; 3 × 3: 10 + 2·4 = 18, starts −2 −2 −4
    assert fields["3.a"] == Field((10, 10), (4, 4), (-4, -4))
    assert fields["3.b"] == fields["3"] == Field((18, 18), (4, 4), (-8, -8))
    assert fields["3.short"] == Field((6, 6), (4, 4), (-2, -2))
    # 18 + 2·4 = 26 at jump 8, then 26 + 2·8 = 42: larger than the picture
    assert fields["4"] == Field((42, 42), (8, 8), (-20, -20))
    assert fields["4"].window(1, 2) == (-12, -4, 30, 38)


def test_rows_and_columns_are_told_apart() -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, (3, 1), stride=(2, 1), dilation=(2, 1)), nn.MaxPool2d((1, 2), ceil_mode=True))
    (layer,) = list_layers(net, torch.rand(1, 1, 16, 15))
    assert layer.field == Field((5, 1), (2, 1), (0, 0))
    (_, pooled) = list_layers(net, torch.rand(1, 1, 16, 15), ["0", "1"])
    assert pooled.field == Field((5, 2), (2, 2), (0, 0))


def test_behind_squeeze_and_excitation_a_unit_sees_the_whole_picture() -> None:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), Gate(4), nn.Conv2d(4, 4, 3, 2, 1))
    fields = {layer.name: layer.field for layer in list_layers(net, torch.rand(1, 12, 10))}
    assert fields["1.conv"].size == (5, 5)
    for name in ("1", "2"):
        assert fields[name].whole and fields[name].size == (12, 10)
        assert fields[name].window(3, 2) == (0, 0, 12, 10)


def test_behind_attention_too() -> None:
    class Attends(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, padding=1)
            self.attend = nn.MultiheadAttention(4, 2, batch_first=True)
            self.out = nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            tokens = x.flatten(2).transpose(1, 2)
            mixed = self.attend(tokens, tokens, tokens, need_weights=False)[0]
            return self.out(mixed.transpose(1, 2).view_as(x)).mean((2, 3))

    layers = list_layers(Attends(), torch.rand(1, 8, 8))
    assert [layer.field.whole for layer in layers] == [False, True]


def test_nothing_cancels_and_nothing_is_dead() -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3), nn.Sigmoid(), nn.AvgPool2d(2))
    for weight in net.parameters():
        nn.init.constant_(weight, -1.0)
    nn.init.zeros_(net[2].weight)
    assert [layer.field.size[0] for layer in list_layers(net, torch.rand(1, 16, 16))] == [3, 5]


def test_a_network_in_any_memory_format_or_mode_stays_as_it_was() -> None:
    net = residual_net().to(memory_format=torch.channels_last).train()
    net[3].eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    list_layers(net, torch.rand(3, 32, 32))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.training and not net[3].norm.training and net[4].norm.training
    assert all(weight.grad is None for weight in net.parameters())
    assert not any(part._forward_hooks for part in net.modules())


def test_the_layers_shown_are_the_first_and_the_last_of_each_resolution() -> None:
    assert default_layers(residual_net(), torch.rand(3, 32, 32)) == ["0", "3", "4"]
    net = nn.Sequential(*(nn.Sequential(nn.Conv2d(1, 1, 3, 1 + i % 2, 1), nn.ReLU()) for i in range(7)))
    assert default_layers(net, torch.rand(1, 32, 32)) == ["0.0", "0", "2", "4", "6"]
    flat = nn.Sequential(*(nn.Conv2d(1, 1, 3, padding=1) for _ in range(10)))
    assert default_layers(flat, torch.rand(1, 8, 8)) == ["0", "4", "9"]


def test_layers_can_be_named_and_wrong_names_get_near_ones() -> None:
    net = residual_net()
    assert [layer.name for layer in list_layers(net, torch.rand(3, 32, 32), ["4", "0", "4"])] == ["4", "0"]
    with pytest.raises(OptionError, match=r"3\.shot.*3\.short"):
        list_layers(net, torch.rand(3, 32, 32), ["3.shot"])


def test_a_network_without_convolutions_is_told() -> None:
    with pytest.raises(OptionError, match="Sequential has no convolutional layers"):
        list_layers(nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), torch.rand(1, 8, 8))


def test_convolutions_of_ones_own_count() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.randn(2, 1, 3, 3))

        def forward(self, x: Tensor) -> Tensor:
            return F.conv2d(x, self.kernel, padding="same").relu_()

    (layer,) = list_layers(nn.Sequential(Own(), nn.Flatten(), nn.LazyLinear(2)), torch.rand(1, 8, 8))
    assert layer.name == "0" and layer.field == Field((3, 3), (1, 1), (-1, -1))


@pytest.mark.parametrize(
    ("name", "last", "size"), [("resnet18", "layer4.1", 435), ("mobilenet_v2", "features.18", 491)]
)
def test_fields_of_known_networks(name: str, last: str, size: int) -> None:
    """Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019."""
    try:
        models = vision.torchvision().models
    except MissingExtraError as error:
        pytest.skip(str(error))
    net = getattr(models, name)(weights=None)
    (layer,) = list_layers(net, torch.rand(3, 224, 224), [last])
    assert layer.field.size == (size, size) and layer.field.jump == (32, 32)


def test_the_planted_detector_sees_three_pixels() -> None:
    assert [layer.field.size for layer in list_layers(Detector(), torch.rand(1, 9, 9))] == [(3, 3), (3, 3)]
