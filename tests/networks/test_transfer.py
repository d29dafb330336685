from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from makebelieve.errors import DataError, OptionError
from makebelieve.networks.transfer import Transfer, Whole, transfer


def small(**given) -> Transfer:
    torch.manual_seed(0)
    return transfer("small", **{"channels": 1, "size": (8, 8), "outputs": 3, **given})


def test_features_that_were_computed_before_go_straight_to_the_head():
    net = small().eval()
    x = torch.rand(4, 1, 8, 8)
    features = net.embed(x)
    assert features.shape == (4, net.features)
    torch.testing.assert_close(net(features), net(x))
    assert net(x).shape == (4, 3)


def test_the_head_is_the_last_group_and_groups_hold_every_parameter_once():
    net = small()
    groups = net.parameter_groups()
    assert len(groups) == 2
    assert [id(p) for p in groups[-1]] == [id(p) for p in net.head.parameters()]
    assert sorted(id(p) for group in groups for p in group) == sorted(id(p) for p in net.parameters())


def test_a_frozen_body_builds_no_graph_and_the_head_still_learns():
    net = small()
    net.body.requires_grad_(False)
    assert not net.embed(torch.rand(2, 1, 8, 8)).requires_grad
    net(torch.rand(2, 1, 8, 8)).sum().backward()
    assert all(p.grad is None for p in net.body.parameters())
    assert all(p.grad is not None for p in net.head.parameters())


def test_the_picture_gets_its_gradient_through_a_frozen_body():
    net = small().eval().requires_grad_(False)
    x = torch.rand(2, 1, 8, 8, requires_grad=True)
    net(x).sum().backward()
    assert x.grad.abs().sum() > 0


def test_no_graph_is_built_where_the_caller_wants_none():
    with torch.no_grad():
        assert not small()(torch.rand(2, 1, 8, 8)).requires_grad


def test_outputs_are_float32_under_autocast():
    with torch.autocast("cpu", torch.bfloat16):
        assert small()(torch.rand(2, 1, 8, 8)).dtype == torch.float32


def test_the_same_seed_gives_the_same_initial_weights():
    one, other = small().state_dict(), small().state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_copy_has_its_own_body():
    net = small().eval()
    twin = copy.deepcopy(net)
    x = torch.rand(2, 1, 8, 8)
    with torch.no_grad():
        before = twin.body.maps(x)
        next(net.body.parameters()).zero_()
        assert torch.equal(twin.body.maps(x), before)


@pytest.mark.parametrize("name", ["small", "small_resnet"])
def test_weights_that_nobody_publishes_are_refused(name):
    with pytest.raises(OptionError, match=name):
        transfer(name, channels=1, size=(8, 8), outputs=2, pretrained=True)


def test_a_small_body_takes_its_weights_from_a_file(tmp_path):
    from safetensors.torch import save_file

    first = small()
    save_file(first.body.state_dict(), tmp_path / "body.safetensors")
    second = transfer("small", channels=1, size=(8, 8), outputs=7, pretrained=tmp_path / "body.safetensors")
    x = torch.rand(2, 1, 8, 8)
    torch.testing.assert_close(second.eval().embed(x), first.eval().embed(x))
    with pytest.raises(DataError, match="another shape, first stages.0.weight"):
        transfer("small", channels=2, size=(8, 8), outputs=7, pretrained=tmp_path / "body.safetensors")


def test_a_network_of_ones_own_is_used_as_it_is():
    torch.manual_seed(0)
    mine = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 3))
    before = copy.deepcopy(mine.state_dict())
    net = transfer(mine, channels=1, size=(8, 8), outputs=3)
    assert isinstance(net, Whole) and net.net is mine and mine.training
    assert all(torch.equal(before[name], tensor) for name, tensor in mine.state_dict().items())
    assert [len(group) for group in net.parameter_groups()] == [4]
    x = torch.rand(5, 1, 8, 8)
    torch.testing.assert_close(net(x), mine(x))


def test_a_network_that_transfer_made_is_taken_again_as_it_is():
    net = small()
    assert transfer(net, channels=1, size=(8, 8), outputs=3) is net


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 4)), r"gave \(2, 4\) .*\(2, 1, 8, 8\).*\(2, 3\)"),
        (nn.Flatten(0), r"gave \(128,\)"),
        (nn.LSTM(8, 8), "failed"),
        (nn.Sequential(nn.Flatten(), nn.Linear(65, 3)), "failed"),
    ],
)
def test_one_that_gives_something_else_is_told_shapes(mine, told):
    with pytest.raises(OptionError, match=told):
        transfer(mine, channels=1, size=(8, 8), outputs=3)


def test_weights_are_not_fetched_for_a_network_of_ones_own():
    with pytest.raises(OptionError, match="Flatten"):
        transfer(nn.Flatten(), channels=1, size=(8, 8), outputs=64, pretrained=True)
