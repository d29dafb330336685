"""What layers make of pictures: their names, shapes and values, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.networks.backbones import bare_network
from makebelieve.networks.features import features_of, layers


class Own(nn.Module):
    """Its head must never run where only the body is asked for."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 3, stride=2)
        self.act = nn.ReLU(inplace=True)
        self.head = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.act(self.conv(x)).mean((2, 3)))


def test_maps_are_those_of_the_layer_also_before_an_operation_in_place() -> None:
    net, x = Own(), torch.rand(2, 3, 9, 11)
    before = net.conv(x)
    for _ in range(2):
        found = features_of(net, ["act", "conv"])(x)
        assert list(found) == ["act", "conv"]
        assert torch.allclose(found["conv"], before, atol=1e-6)
        assert torch.allclose(found["act"], before.relu(), atol=1e-6)
    assert torch.equal(features_of(net, "conv")(x)["conv"], features_of(net, ["conv"])(x)["conv"])


def test_layers_of_a_module_of_ones_own_have_names_kinds_and_shapes() -> None:
    net = Own().train()
    table = layers(net, size=(9, 11))
    assert [(row.name, row.kind, row.shape) for row in table] == [
        ("conv", "Conv2d", (4, 4, 5)),
        ("act", "ReLU", (4, 4, 5)),
    ]
    assert net.training
    assert "conv  Conv2d  4 × 4 × 5" in str(table)


def test_layers_of_torchvision_and_timm_by_name() -> None:
    vgg = {row.name: row.shape for row in layers("vgg11", size=64)}
    assert vgg["conv1_1"] == vgg["relu1_1"] == (64, 64, 64)
    assert vgg["pool1"] == (64, 32, 32) and vgg["relu5_2"] == (512, 4, 4)
    assert {"features.1", "features.12"} <= set(layers("squeezenet1_1", size=64).names)
    assert "blocks.0" in layers("mobilenetv3_small_050", size=64).names


@pytest.mark.parametrize("size", [0, -3, "64", (8, 8, 8), (8, 0), 7.5])
def test_sizes_that_no_picture_has(size: Any) -> None:
    with pytest.raises(OptionError, match="height, width"):
        layers(Own(), size=size)


@pytest.mark.parametrize(
    ("backbone", "asked", "pretrained", "told"),
    [
        (3, ["a"], True, "backbone=3"),
        ("squeezenet9", ["a"], False, "squeezenet1_0"),
        ("squeezenet1_1", ["features.99"], False, r"features\.9, .*mb\.layers"),
        ("squeezenet1_1", ["features.3"], None, "pretrained=None"),
        ("squeezenet1_1", ["features.3"], 3, "pretrained=3"),
        ("squeezenet1_1", ["features.3"], "nowhere.safetensors", "nowhere"),
        ("squeezenet1_1", [], False, "names no layer"),
        ("squeezenet1_1", [5], False, "names no layer"),
    ],
)
def test_what_is_refused_is_told(backbone: Any, asked: Any, pretrained: Any, told: str) -> None:
    with pytest.raises(MakebelieveError, match=told):
        features_of(backbone, asked, pretrained=pretrained)


def test_what_is_no_backbone_has_no_layers() -> None:
    with pytest.raises(OptionError, match="backbone=3"):
        layers(3)  # type: ignore[arg-type]


def test_weights_that_end_early_serve_the_layers_that_they_reach_and_name_the_others(tmp_path: Path) -> None:
    net = bare_network("squeezenet1_1", (64, 64)).net
    first = {
        name: tensor for name, tensor in net.state_dict().items() if name.startswith(("features.0.", "features.3."))
    }
    save_file(first, tmp_path / "first.safetensors")
    features = features_of("squeezenet1_1", ["features.3"], pretrained=tmp_path / "first.safetensors")
    assert features(torch.rand(1, 3, 32, 32))["features.3"].shape == (1, 128, 7, 7)
    with pytest.raises(OptionError, match=r"not to features\.4, features\.6;"):
        features_of(
            "squeezenet1_1", ["features.1", "features.4", "features.6"], pretrained=tmp_path / "first.safetensors"
        )
