from __future__ import annotations

import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.networks.small import small_cnn, small_resnet

BODIES = [small_cnn, small_resnet]


@pytest.mark.parametrize("make", BODIES)
@pytest.mark.parametrize("size", [(8, 8), (28, 28), (12, 33), (64, 64)])
def test_pictures_become_as_many_features_as_it_says(make, size):
    body = make(2, size, width=4)
    x = torch.rand(3, 2, *size)
    features = body(x)
    assert features.shape == (3, body.features)
    maps = body.maps(x)
    assert maps.dim() == 4 and maps.shape[0] == 3
    torch.testing.assert_close(body.pool(maps), features)


@pytest.mark.parametrize("size", [(8, 8), (15, 15), (28, 28), (32, 40), (64, 64)])
def test_the_small_cnn_looks_at_maps_of_four_to_seven_pixels(size):
    maps = small_cnn(1, size, width=2).maps(torch.rand(2, 1, *size))
    assert 4 <= min(maps.shape[2:]) <= 7


@pytest.mark.parametrize("make", BODIES)
def test_black_and_white_are_minus_one_and_one_to_the_first_convolution(make):
    body = make(1, (8, 8), width=4)
    seen = []
    body.stages[0].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    body(torch.tensor([0.0, 1.0]).view(2, 1, 1, 1).expand(2, 1, 8, 8))
    assert seen[0].amin((1, 2, 3)).tolist() == seen[0].amax((1, 2, 3)).tolist() == [-1, 1]


@pytest.mark.parametrize("make", BODIES)
def test_every_parameter_gets_a_gradient_in_channels_last_order_too(make):
    body = make(3, (16, 16), width=4).to(memory_format=torch.channels_last)
    body(torch.rand(4, 3, 16, 16).to(memory_format=torch.channels_last)).square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in body.parameters())


def test_where_something_is_shows_in_the_features_of_the_small_cnn():
    torch.manual_seed(0)
    body = small_cnn(1, (16, 16), width=4).eval()
    left, right = torch.zeros(2, 1, 1, 16, 16)
    left[..., 4:12, 1:7] = 1
    right[..., 4:12, 9:15] = 1
    assert (body(left) - body(right)).abs().max() > 1e-3


@pytest.mark.parametrize("make", BODIES)
def test_pictures_that_are_too_small_are_refused_with_their_size(make):
    with pytest.raises(OptionError, match="6 × 20"):
        make(1, (6, 20))
