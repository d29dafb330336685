"""Heat peaks at the planted evidence, and the network is as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from planted import CROSS, Detector, crossed, residual_net
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.explain import grad_cam, guided_backpropagation, occlusion


def two() -> Tensor:
    """(1, 16, 16): a cross at (4, 11), its negative at (11, 3)."""
    return crossed((4, 11)) + crossed((11, 3), negative=True) - 0.5


def peak(heat: Tensor) -> tuple[int, int]:
    return divmod(int(heat.argmax()), heat.shape[1])


@pytest.mark.parametrize("layer", [None, "see", "act", "mix"])
def test_grad_cam_peaks_at_what_speaks_for_the_target(layer: str | None) -> None:
    net, x = Detector(), two()
    for target, place in ((1, (4, 11)), (0, (11, 3))):
        heat = grad_cam(net, x, target, layer)
        assert heat.shape == (16, 16) and float(heat.max()) == pytest.approx(1) and float(heat.min()) >= 0
        assert peak(heat) == place


def test_grad_cam_is_its_formula() -> None:
    torch.manual_seed(0)
    net, x = residual_net().eval(), torch.rand(3, 32, 32)
    maps = net[:4](x[None]).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(net[4:](maps)[0, 2], maps)
    expected = (gradient.mean((2, 3))[0] @ maps[0].detach().flatten(1)).view(1, 1, 8, 8).relu()
    expected = F.interpolate(expected, (32, 32), mode="bilinear")[0, 0]
    torch.testing.assert_close(grad_cam(net, x, 2, "3"), expected / expected.max())


def test_occlusion_peaks_at_what_speaks_for_the_target() -> None:
    net, x = Detector(), two()
    for target, (row, column) in ((1, (4, 11)), (0, (11, 3))):
        heat = occlusion(net, x, target, window=3, stride=1)
        assert heat.shape == (16, 16) and float(heat.max()) == pytest.approx(1)
        assert float(heat[row, column]) > 0.9
        far = torch.ones(16, 16, dtype=torch.bool)
        far[row - 4 : row + 5, max(0, column - 4) : column + 5] = False
        assert float(heat[far].max()) == 0


def test_occlusion_covers_all_of_any_shape() -> None:
    """With a sum as output, what falls when a pixel is covered is its value."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(35, 2, bias=False))
    nn.init.ones_(net[1].weight)
    x = torch.rand(1, 5, 7)
    heat = occlusion(net, x, 0, window=1, stride=1, fill=0.0)
    torch.testing.assert_close(heat, x[0] / x.max())
    heat = occlusion(net, x, 1, window=(3, 2), stride=4, fill=0.0)
    assert (heat[2:, :2] > 0).all() and (heat[2:, 5:] > 0).all() and (heat[:, 2:4] == 0).all()


def test_guided_backpropagation_is_the_pattern_itself() -> None:
    gradient = guided_backpropagation(Detector(), two(), 1)
    expected = torch.zeros(1, 16, 16)
    expected[0, 3:6, 10:13] = CROSS
    torch.testing.assert_close(gradient, expected)


def test_guided_backpropagation_masks_both_ways() -> None:
    class Net(nn.Module):
        def __init__(self, rectify: Callable[[Tensor], Tensor]) -> None:
            super().__init__()
            self.rectify = rectify

        def forward(self, x: Tensor) -> Tensor:
            kept = self.rectify(x.flatten(1) - 0.5)  # active: places 2 and 3
            return (kept * torch.tensor([1.0, -1, 1, -1])).sum(1, keepdim=True)

    x = torch.tensor([0.1, 0.2, 0.9, 0.8]).view(1, 2, 2)
    for rectify in (F.relu, torch.relu, nn.ReLU(inplace=True), nn.ReLU6(), Tensor.relu, lambda x: x.relu_()):
        assert guided_backpropagation(Net(rectify), x).flatten().tolist() == [0, 0, 1, 0]


TOOLS = [
    lambda net, x, target: grad_cam(net, x, target),
    lambda net, x, target: occlusion(net, x, target),
    lambda net, x, target: guided_backpropagation(net, x, target),
]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_network_stays_as_it_was_also_after_a_failure(tool: Callable[..., Tensor]) -> None:
    net = residual_net().to(memory_format=torch.channels_last).train()
    net[4].eval()
    for weight in net[0].parameters():
        weight.requires_grad_(False)
    net[7].weight.grad = torch.ones_like(net[7].weight)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    x = torch.rand(3, 32, 32)
    with torch.no_grad():
        first = tool(net, x, 0)
    with torch.inference_mode():
        torch.testing.assert_close(tool(net, x, 0), first)
    for bad in (3, -1):
        with pytest.raises(OptionError, match="0 to 2"):
            tool(net, x, bad)
    with pytest.raises(OptionError, match="One picture"):
        tool(net, torch.rand(2, 3, 32, 32), 0)
    assert first.isfinite().all() and not first.requires_grad
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net[3].norm.training and not net[4].norm.training and net.training
    assert net[0].weight.grad is None and not net[0].weight.requires_grad and net[3].a.weight.grad is None
    assert torch.equal(net[7].weight.grad, torch.ones_like(net[7].weight))
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in net.modules())


def test_without_a_target_the_greatest_output_is_explained() -> None:
    net, x = Detector(), crossed((4, 11))
    torch.testing.assert_close(grad_cam(net, x), grad_cam(net, x, 1))
    torch.testing.assert_close(occlusion(net, x), occlusion(net, x, 1))


def test_a_single_number_is_a_target_too() -> None:
    net = nn.Sequential(Detector(), nn.Linear(2, 1), nn.Flatten(0))
    nn.init.ones_(net[1].weight)
    assert peak(grad_cam(net, crossed((6, 6)))) == (6, 6)


def test_what_cannot_be_explained_is_told() -> None:
    net, x = Detector(), crossed((4, 11))
    with pytest.raises(OptionError, match=r'no layer "sea".*see'):
        grad_cam(net, x, 0, "sea")
    with pytest.raises(OptionError, match='"1" gives no maps'):
        grad_cam(nn.Sequential(net, nn.Linear(2, 2)), x, 0, "1")
    with pytest.raises(OptionError, match="no convolutional layers"):
        grad_cam(nn.Sequential(nn.Flatten(), nn.Linear(256, 2)), x, 0)
    with pytest.raises(OptionError, match="1 × 1"):
        grad_cam(nn.Sequential(nn.Conv2d(1, 2, 16), nn.Flatten()), x, 0)
    with pytest.raises(OptionError, match="17 × 17 pixels was given for a picture of 16 × 16"):
        occlusion(net, x, 0, window=17)
    with pytest.raises(OptionError, match="stride was given 0"):
        occlusion(net, x, 0, stride=0)
    with pytest.raises(OptionError, match=r"\(1, 2, 16, 16\)"):
        guided_backpropagation(nn.Conv2d(1, 2, 3, padding=1), x, 0)
    with pytest.raises(OptionError, match=r"\(16, 16\)"):
        occlusion(net, x[0])
