"""The fast forms give torch's numbers: values and gradients, in float32 and under bf16."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from makebelieve.networks.thin import DoublingConv2d, ThinConv2d


def gradients(y, tensors):
    weight = torch.linspace(-1, 2, y.numel()).view(y.shape)
    return torch.autograd.grad((y.float() * weight).sum(), tensors)


@pytest.mark.parametrize(("outputs", "kernel"), [(1, 3), (3, 5), (4, 1)])
@pytest.mark.parametrize("bias", [False, True])
def test_a_thin_convolution_is_a_convolution(outputs, kernel, bias):
    layer = ThinConv2d(6, outputs, kernel, bias=bias)
    x = torch.randn(2, 6, 7, 9).contiguous(memory_format=torch.channels_last).requires_grad_()
    reference = F.conv2d(x, layer.weight, layer.bias, padding=kernel // 2)
    found = layer(x)
    with torch.no_grad():
        torch.testing.assert_close(layer(x), reference, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found, reference, atol=1e-5, rtol=1e-4)
    tensors = [x, *layer.parameters()]
    for a, b in zip(gradients(found, tensors), gradients(reference, tensors), strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


def test_a_thin_convolution_without_gradients_of_its_input():
    layer = ThinConv2d(4, 1, 3)
    (weight, _) = gradients(layer(torch.randn(2, 4, 5, 5)), list(layer.parameters()))
    assert weight.shape == layer.weight.shape


@pytest.mark.parametrize("kernel", [3, 4])
def test_a_doubling_convolution_is_a_transposed_one(kernel):
    layer = DoublingConv2d(5, 3, kernel)
    x = torch.randn(2, 5, 6, 6, requires_grad=True)
    reference = F.conv_transpose2d(x, layer.weight, layer.bias, 2, 1, layer.output_padding)
    found = layer(x)
    assert found.shape == (2, 3, 12, 12)
    torch.testing.assert_close(found, reference, atol=1e-5, rtol=1e-4)
    tensors = [x, *layer.parameters()]
    for a, b in zip(gradients(found, tensors), gradients(reference, tensors), strict=True):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4)


def test_under_bf16_they_stay_near():
    layers = torch.nn.Sequential(DoublingConv2d(5, 8, 3), ThinConv2d(8, 1, 3))
    x = torch.randn(2, 5, 6, 6, requires_grad=True)
    tensors = [x, *layers.parameters()]
    exact = layers(x)
    with torch.autocast("cpu", torch.bfloat16):
        found = layers(x)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), exact, atol=0.03, rtol=0.03)
    for a, b in zip(gradients(found, tensors), gradients(exact, tensors), strict=True):
        assert (a - b).norm() < 0.03 * b.norm()
        assert a.dtype == torch.float32
