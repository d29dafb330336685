from __future__ import annotations

import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.systems.gan.networks import dcgan, mlp, resnet

BUILDERS = (dcgan, resnet, mlp)
NORMS = [(critic, generator) for critic in ("none", "batch", "spectral") for generator in ("batch", "none")]


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(("critic_norm", "generator_norm"), NORMS)
def test_pictures_in_their_range_and_one_finite_logit_each(builder, critic_norm, generator_norm):
    generator, critic = builder((1, 28, 28), 16, critic_norm=critic_norm, generator_norm=generator_norm, width=4)
    pictures = generator(torch.randn(6, 16))
    assert pictures.shape == (6, 1, 28, 28)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert pictures.std() > 0.01
    logits = critic(pictures)
    assert logits.shape == (6,)
    assert torch.isfinite(logits).all()
    logits.sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in generator.parameters())


@pytest.mark.parametrize("builder", (dcgan, resnet))
@pytest.mark.parametrize("side", range(16, 65, 4))
@pytest.mark.parametrize("channels", (1, 3))
def test_every_multiple_of_four_from_16_to_64(builder, side, channels):
    generator, critic = builder((channels, side, side), 8, width=2)
    pictures = generator(torch.randn(2, 8))
    assert pictures.shape == (2, channels, side, side)
    assert critic(pictures).shape == (2,)


def test_dense_networks_make_any_size():
    generator, critic = mlp((3, 9, 7), 8, width=4)
    assert critic(generator(torch.randn(2, 8))).shape == (2,)


@pytest.mark.parametrize("builder", (dcgan, resnet))
@pytest.mark.parametrize("shape", ((1, 30, 30), (1, 8, 8), (1, 128, 128), (1, 28, 32)))
def test_other_sizes_are_refused_with_the_way_out(builder, shape, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    with pytest.raises(OptionError, match=f"{shape[1]}×{shape[2]}.*size="):
        builder(shape, 8)


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("critic_norm", ("none", "batch", "spectral"))
def test_conditional_networks_listen_to_the_label(builder, critic_norm):
    torch.manual_seed(0)
    generator, critic = builder((1, 16, 16), 8, classes=3, critic_norm=critic_norm, width=4)
    generator.eval()
    critic.eval()
    z = torch.randn(4, 8)
    zeros, ones = torch.zeros(4, dtype=torch.long), torch.ones(4, dtype=torch.long)
    pictures = generator(z, zeros)
    assert not torch.allclose(pictures, generator(z, ones))
    assert not torch.allclose(critic(pictures, zeros), critic(pictures, ones))
    with pytest.raises(OptionError):
        generator(z)
    with pytest.raises(OptionError):
        critic(pictures)


@pytest.mark.parametrize("builder", BUILDERS)
def test_without_classes_labels_are_left_unread(builder):
    generator, critic = builder((1, 16, 16), 8, width=4)
    generator.eval()
    z, y = torch.randn(2, 8), torch.tensor([0, 1])
    pictures = generator(z, y)
    assert torch.equal(pictures, generator(z))
    assert torch.equal(critic(pictures, y), critic(pictures))


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_seed_of_torch_alone_decides_the_weights(builder):
    states = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        generator, critic = builder((1, 16, 16), 8, critic_norm="spectral", width=4)
        states.append([*generator.state_dict().values(), *critic.state_dict().values()])
    assert all(torch.equal(a, b) for a, b in zip(states[0], states[1], strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(states[0], states[2], strict=True))


@pytest.mark.parametrize("builder", BUILDERS)
def test_channels_last_and_bf16_give_nearly_the_same_in_float32(builder):
    torch.manual_seed(0)
    generator, critic = builder((3, 16, 16), 8, critic_norm="spectral", width=4)
    generator.eval()
    critic.eval()
    z = torch.randn(4, 8)
    pictures, logits = generator(z), critic(generator(z))
    generator.to(memory_format=torch.channels_last)
    critic.to(memory_format=torch.channels_last)
    torch.testing.assert_close(generator(z), pictures)
    with torch.autocast("cpu", torch.bfloat16):
        rough = generator(z)
        rough_logits = critic(rough)
    assert rough.dtype == rough_logits.dtype == torch.float32
    torch.testing.assert_close(rough, pictures, atol=0.02, rtol=0.02)
    torch.testing.assert_close(rough_logits, logits, atol=0.05, rtol=0.05)


@pytest.mark.parametrize("builder", (dcgan, resnet, mlp))
def test_spectral_norm_in_training_and_evaluation(builder):
    """Two forwards before one backward work; training moves u and v, evaluation leaves them; the slope has a bound."""
    torch.manual_seed(0)
    _, critic = builder((1, 16, 16), 8, critic_norm="spectral", width=4)
    x = torch.rand(4, 1, 16, 16)
    vectors = {name: buffer.clone() for name, buffer in critic.named_buffers()}
    assert vectors
    (critic(x) - critic(x.flip(0))).square().sum().backward()
    assert any(not torch.equal(buffer, vectors[name]) for name, buffer in critic.named_buffers())
    critic.eval()
    vectors = {name: buffer.clone() for name, buffer in critic.named_buffers()}
    assert torch.equal(critic(x), critic(x))
    assert all(torch.equal(buffer, vectors[name]) for name, buffer in critic.named_buffers())


@pytest.mark.parametrize("critic_norm", ("none", "spectral"))
def test_penalties_can_differentiate_twice(critic_norm):
    for builder in BUILDERS:
        _, critic = builder((1, 16, 16), 8, critic_norm=critic_norm, width=4)
        x = torch.rand(2, 1, 16, 16, requires_grad=True)
        (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        slope.square().sum().backward()
        assert all(p.grad is None or p.grad.isfinite().all() for p in critic.parameters())
        assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in critic.parameters())
