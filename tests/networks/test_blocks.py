from __future__ import annotations

import os
import socket

import pytest
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.blocks import BatchNorm1d, BatchNorm2d, Dropout, ToPicture, ToVector, UpsampleConv2d

SPLIT = 5  # of 8 samples, so that the two processes have different shares


def batch_norm_run(kind: type[nn.Module], shape: tuple[int, ...], rows: slice) -> dict[str, Tensor]:
    """Forward and backward of a sum over the rows: outputs, and gradients of weight and bias for these rows."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(shape, generator=generator).mul(3).add(5)
    target = torch.randn(shape, generator=generator)
    layer = kind(shape[1])
    with torch.no_grad():
        layer.weight.copy_(torch.linspace(0.5, 2, shape[1]))
    part = x[rows].clone().requires_grad_()
    y = layer(part)
    (y * target[rows]).square().sum().backward()
    buffers = {"mean": layer.running_mean, "var": layer.running_var, "count": layer.num_batches_tracked}
    return {"y": y.detach(), "dx": part.grad, "dw": layer.weight.grad, "db": layer.bias.grad, **buffers}


def _process(rank: int, port: int, folder: str) -> None:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=2)
    rows = slice(0, SPLIT) if rank == 0 else slice(SPLIT, 8)
    found = {
        "1": batch_norm_run(BatchNorm1d, (8, 3), rows),
        "2": batch_norm_run(BatchNorm2d, (8, 3, 4, 5), rows),
    }
    torch.save(found, f"{folder}/{rank}.pt")
    dist.destroy_process_group()


def test_two_processes_normalise_as_one_with_the_joined_batch(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    torch.multiprocessing.spawn(_process, (port, str(tmp_path)), nprocs=2)
    parts = [torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2)]
    whole = {
        "1": batch_norm_run(BatchNorm1d, (8, 3), slice(None)),
        "2": batch_norm_run(BatchNorm2d, (8, 3, 4, 5), slice(None)),
    }
    for kind, one in whole.items():
        first, second = parts[0][kind], parts[1][kind]
        for name in ("y", "dx"):
            torch.testing.assert_close(torch.cat([first[name], second[name]]), one[name], rtol=1e-5, atol=1e-5)
        for name in ("dw", "db"):  # the learner adds them up
            torch.testing.assert_close(first[name] + second[name], one[name], rtol=1e-5, atol=1e-5)
        for name in ("mean", "var", "count"):
            torch.testing.assert_close(first[name], one[name], rtol=1e-5, atol=1e-5)
            assert torch.equal(first[name], second[name])


@pytest.mark.parametrize(("kind", "plain"), [(BatchNorm1d, nn.BatchNorm1d), (BatchNorm2d, nn.BatchNorm2d)])
def test_one_process_takes_torchs_own_batch_norm(kind, plain):
    shape = (6, 3) if kind is BatchNorm1d else (6, 3, 4, 4)
    mine, theirs = batch_norm_run(kind, shape, slice(None)), batch_norm_run(plain, shape, slice(None))
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_upsample_conv_is_nearest_upsampling_then_a_convolution(kernel):
    torch.manual_seed(kernel)
    layer = UpsampleConv2d(3, 4, kernel)
    x = torch.randn(2, 3, 5, 6, requires_grad=True)
    y = layer(x)
    plain = F.conv2d(F.interpolate(x, scale_factor=2), layer.weight, layer.bias, padding=kernel // 2)
    torch.testing.assert_close(y, plain, rtol=1e-5, atol=1e-5)
    weights = torch.randn_like(y)
    inputs = (x, layer.weight, layer.bias)
    mine = torch.autograd.grad((y * weights).sum(), inputs)
    theirs = torch.autograd.grad((plain * weights).sum(), inputs)
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_upsample_conv_has_the_parameters_of_the_convolution_it_stands_for():
    state = UpsampleConv2d(3, 4, 5).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {"weight": (4, 3, 5, 5), "bias": (4,)}


@pytest.mark.parametrize("p", [0.1, 0.4, 0.75])
def test_dropout_drops_a_share_p_and_keeps_the_mean(p):
    torch.manual_seed(0)
    y = Dropout(p)(torch.ones(1000, 1001))
    deviation = (p * (1 - p) / y.numel()) ** 0.5
    assert abs((y == 0).float().mean().item() - p) < 5 * deviation + 2**-16
    assert torch.allclose(y[y != 0], torch.tensor(1 / (1 - p)), rtol=1e-4)
    assert abs(y.mean().item() - 1) < 5 * deviation / (1 - p)


def test_dropout_draws_elements_independently():
    torch.manual_seed(1)
    kept = (Dropout(0.5)(torch.ones(4 * 250_000)) != 0).float().view(-1, 4)
    correlation = torch.corrcoef(torch.cat([kept, kept.roll(1, 0)], 1).T) - torch.eye(8)
    assert correlation.abs().max() < 0.01


def test_dropout_follows_torchs_generator_and_fresh_draws_differ():
    layer = Dropout(0.5)
    state = torch.get_rng_state()
    first, second = layer(torch.ones(99)), layer(torch.ones(99))
    torch.set_rng_state(state)
    assert torch.equal(layer(torch.ones(99)), first)
    assert not torch.equal(first, second)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_dropout_keeps_type_and_memory_format_and_masks_the_gradient(dtype):
    x = torch.randn(2, 8, 5, 5, dtype=dtype).to(memory_format=torch.channels_last).requires_grad_()
    y = Dropout(0.4)(x)
    assert y.dtype == dtype
    assert y.is_contiguous(memory_format=torch.channels_last)
    y.sum().backward()
    assert torch.equal(x.grad == 0, y == 0)


def test_dropout_does_nothing_in_eval_mode_or_at_zero():
    x = torch.randn(10)
    assert Dropout(0.5).eval()(x) is x
    assert Dropout(0.0)(x) is x


def test_vectors_become_channels_last_pictures_and_back_without_a_copy():
    x = torch.randn(2, 3 * 3 * 5)
    picture = ToPicture(5, 3)(x)
    assert picture.shape == (2, 5, 3, 3)
    assert picture.is_contiguous(memory_format=torch.channels_last)
    assert picture.data_ptr() == x.data_ptr()
    back = ToVector()(picture)
    assert torch.equal(back, x)
    assert back.data_ptr() == x.data_ptr()
    assert torch.equal(ToVector()(picture.contiguous()), x)
