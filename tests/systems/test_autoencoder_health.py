"""The watch over autoencoders: pictures known by heart and pictures that can't be learned are told, nothing else."""

from __future__ import annotations

import pytest
import torch

import makebelieve as mb


def spots(n, seed=0):
    """Bright spots of random place and size, (n, 1, 8, 8)."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
    centre = torch.rand(2, n, 1, 1, generator=generator) * 5 + 1
    size = torch.rand(n, 1, 1, generator=generator) * 1.5 + 1
    return torch.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / (2 * size**2))[:, None]


def keys(learn):
    return [record["key"] for record in learn.history.alarms]


def autoencoder(data, run, **options):
    learn = mb.autoencoder(data, run=run / "run", **{"batch_size": 16, "device": "cpu", "latent": 8, **options})
    learn.looks.every = 50
    return learn


@pytest.mark.parametrize("options", [{}, {"noise": 0.3}, {"noise": 0.3, "corruption": "masking"}])
def test_a_healthy_autoencoder_raises_no_alarm(tmp_path, options):
    learn = autoencoder(mb.images(spots(300), valid=0.3), tmp_path, **options)
    learn.fit(steps=300)
    assert not learn.history.alarms
    assert learn.history[-1]["valid_model"] < learn.history[0]["valid_model"]


def test_twelve_pictures_trained_to_memory_are_told(tmp_path):
    """Pictures that have nothing in common: what is learned of some can't help with others."""
    noise = (torch.rand(72, 1, 8, 8, generator=torch.Generator().manual_seed(1)) > 0.5).float()
    learn = autoencoder(mb.images(noise, valid=60 / 72), tmp_path, batch_size=12, latent=32, learning_rate=2e-2)
    learn.fit(40)
    assert keys(learn) == ["health.over_fitting"]


def test_a_far_too_high_rate_learns_nothing_and_is_told(tmp_path):
    learn = autoencoder(mb.images(spots(100), valid=0), tmp_path, learning_rate=30.0)
    learn.fit(steps=1000)
    assert {"health.under_fitting", "training.explosion", "health.dead_units"} & set(keys(learn))
