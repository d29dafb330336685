from __future__ import annotations

import copy
import importlib.util
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from makebelieve.errors import DataError, OptionError
from makebelieve.networks.backbones import Backbone, backbone
from makebelieve.networks.blocks import BatchNorm2d
from makebelieve.networks.transfer import transfer

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torchvision", "timm")), reason="extra vision is not installed"
)

WEIGHTS = Path(__file__).parents[2].parent / "shared" / "data" / "weights"
SIZE = (64, 64)
PLAIN = ["squeezenet1_1", "shufflenet_v2_x0_5", "mnasnet0_5", "resnet10t", "mobilenetv4_conv_small_035"]


def body(name: str, channels: int = 3, size: tuple[int, int] = SIZE, pretrained=False) -> Backbone:
    torch.manual_seed(0)
    return backbone(name, channels=channels, size=size, pretrained=pretrained).eval()


@pytest.mark.parametrize("name", PLAIN)
@torch.no_grad()
def test_features_and_maps_of_convolutional_networks(name):
    net = body(name)
    x = torch.rand(2, 3, *SIZE)
    features, maps = net(x), net.maps(x)
    assert features.shape == (2, net.features)
    assert maps.dim() == 4 and maps.shape[0] == 2 and maps.shape[2:] == (maps.shape[2],) * 2
    if maps.shape[1] == net.features:
        torch.testing.assert_close(maps.mean((2, 3)), features)
    assert not any(isinstance(part, nn.Linear) and part.out_features == 1000 for part in net.modules())


@torch.no_grad()
def test_features_are_what_the_whole_networks_classifier_sees():
    from makebelieve.vision import torchvision

    torch.manual_seed(0)
    whole = torchvision().models.mobilenet_v3_small().eval()
    cut = body("mobilenet_v3_small")
    cut.net.load_state_dict(
        {name: tensor for name, tensor in whole.state_dict().items() if not name.startswith("classifier.3")}
    )
    x = torch.rand(2, 3, *SIZE)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    torch.testing.assert_close(whole.classifier[3](cut(x)), whole((x - mean) / std))


@torch.no_grad()
def test_a_grey_picture_gives_what_three_equal_channels_give():
    grey, colour = body("squeezenet1_1", 1), body("squeezenet1_1", 3)
    x = torch.rand(2, 1, *SIZE)
    assert torch.equal(grey(x), colour(x.expand(-1, 3, -1, -1).contiguous()))
    assert grey.state_dict().keys() == colour.state_dict().keys()


@pytest.mark.parametrize("name", ["squeezenet1_1", "resnet10t"])
@torch.no_grad()
def test_six_channels_that_say_three_twice_give_what_three_give(name, tmp_path):
    torch.manual_seed(1)
    three = body(name)
    save_file(three.net.state_dict(), tmp_path / "some.safetensors")
    three, six = (body(name, channels, pretrained=tmp_path / "some.safetensors") for channels in (3, 6))
    x = torch.rand(2, 3, *SIZE)
    torch.testing.assert_close(six(torch.cat([x, x], 1)), three(x), rtol=1e-4, atol=1e-5)
    assert body(name, 2)(torch.rand(2, 2, *SIZE)).shape == (2, three.features)


def test_normalisation_keeps_channels_last_order():
    net = body("squeezenet1_1")
    x = torch.rand(2, 3, *SIZE).to(memory_format=torch.channels_last)
    assert net.normalised(x).is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("name", ["squeezenet1_1", "resnet10t", "vit_tiny_patch16_224"])
def test_an_early_and_a_late_half_and_the_head_hold_every_parameter_once(name):
    net = transfer(name, channels=3, size=SIZE, outputs=2, pretrained=False)
    groups = net.parameter_groups()
    assert len(groups) == 3 and all(groups)
    assert sorted(id(p) for group in groups for p in group) == sorted(id(p) for p in net.parameters())
    first = next(part for part in net.modules() if isinstance(part, nn.Conv2d)).weight
    assert any(p is first for p in groups[0])
    names = {id(p): i for i, (_, p) in enumerate(net.named_parameters())}
    assert max(names[id(p)] for p in groups[0]) < min(names[id(p)] for p in groups[1])


@torch.no_grad()
def test_a_copy_makes_maps_with_its_own_weights():
    net = body("squeezenet1_1")
    twin = copy.deepcopy(net)
    x = torch.rand(1, 3, *SIZE)
    before = twin.maps(x)
    net.net.features[0].weight.zero_()
    assert torch.equal(twin.maps(x), before)


def test_a_transformer_of_timm_is_made_for_the_size_of_the_data_and_has_no_maps():
    net = body("vit_tiny_patch16_224", size=(32, 48))
    assert net(torch.rand(2, 3, 32, 48)).shape == (2, 192)
    assert not hasattr(net, "maps")
    assert net.scale.flatten().tolist() == [2, 2, 2]  # these weights want (x − 0.5) / 0.5


def test_pictures_that_a_network_refuses():
    with pytest.raises(OptionError, match=r"'alexnet' can't take pictures of 16 × 16 .* 224 × 224: .* size=224"):
        body("alexnet", size=(16, 16))


@pytest.mark.parametrize(
    ("name", "near"), [("resnet33", "resnet34"), ("ResNet-18", "resnet18"), ("mobilenet_v5", "mobilenet_v2")]
)
def test_an_unknown_name_is_told_its_neighbours(name, near):
    with pytest.raises(OptionError, match=near):
        body(name)
    with pytest.raises(OptionError, match="squeezenet1_1.nothing"):
        body("squeezenet1_1.nothing")


def test_weights_by_path_with_or_without_a_classifier_of_any_size(tmp_path):
    from makebelieve.vision import torchvision

    whole = torchvision().models.squeezenet1_1(num_classes=7)
    tensors = whole.state_dict()
    save_file(tensors, tmp_path / "whole.safetensors")
    net = body("squeezenet1_1", pretrained=str(tmp_path / "whole.safetensors"))
    assert all(torch.equal(tensor, tensors[name]) for name, tensor in net.net.state_dict().items())
    without = {name: tensor for name, tensor in tensors.items() if not name.startswith("classifier")}
    save_file(without, tmp_path / "body.safetensors")
    assert torch.equal(body("squeezenet1_1", pretrained=tmp_path / "body.safetensors").net.features[0].weight,
                       tensors["features.0.weight"])  # fmt: skip


def test_published_names_of_dense_networks_are_older_than_their_code(tmp_path):
    tensors = body("densenet121").net.state_dict()
    old = {re.sub(r"(denselayer\d+\.(?:norm|conv))(\d)", r"\1.\2", name): t for name, t in tensors.items()}
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    save_file(old, tmp_path / "old.safetensors")
    torch.manual_seed(1)
    net = backbone("densenet121", channels=3, size=SIZE, pretrained=tmp_path / "old.safetensors")
    assert all(torch.equal(tensor, tensors[name]) for name, tensor in net.net.state_dict().items())


def test_batch_normalisation_is_over_all_processes():
    norms = [part for part in body("shufflenet_v2_x0_5").modules() if isinstance(part, nn.BatchNorm2d)]
    assert norms and all(isinstance(part, BatchNorm2d) for part in norms)


def test_weights_that_do_not_fit_are_counted_and_the_first_is_named(tmp_path):
    tensors = body("squeezenet1_1").net.state_dict()
    tensors["features.0.bias"] = torch.zeros(3)
    del tensors["features.3.squeeze.weight"], tensors["features.3.squeeze.bias"]
    tensors["more"] = torch.zeros(1)
    save_file(tensors, tmp_path / "odd.safetensors")
    told = r"squeezenet1_1: 2 tensors are missing, 1 are unknown and 1 .* first features.0.bias \(\(3,\) .* \(64,\)"
    with pytest.raises(DataError, match=told):
        body("squeezenet1_1", pretrained=tmp_path / "odd.safetensors")


@pytest.mark.skipif(not WEIGHTS.is_dir(), reason="../shared/data/weights is not there")
@torch.no_grad()
def test_a_real_network_with_its_real_weights_sees_a_cat():
    data = pytest.importorskip("skimage.data", reason="extra samples is not installed")
    net = body("mobilenet_v2", size=(224, 224), pretrained=WEIGHTS / "mobilenet_v2.safetensors")
    classifier = load_file(WEIGHTS / "mobilenet_v2.safetensors")
    x = torch.from_numpy(data.chelsea()[:, 75:375]).permute(2, 0, 1)[None] / 255
    x = nn.functional.interpolate(x, (224, 224), mode="bilinear", antialias=True)
    logits = net(x) @ classifier["classifier.1.weight"].T + classifier["classifier.1.bias"]
    names = (WEIGHTS / "imagenet_classes.txt").read_text().splitlines()
    assert "Egyptian cat" in names[int(logits.argmax())].replace("_", " ")
