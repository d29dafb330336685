"""The watch over VAEs, autoencoders and diffusion: real trouble is told, healthy runs raise no alarm."""

from __future__ import annotations

import pytest
import torch

import makebelieve as mb
from makebelieve.systems.vae.health import PosteriorCollapse


def spots(n, seed=0, side=8):
    """Bright spots of random place and size, (n, 1, 8, 8)."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    centre = torch.rand(2, n, 1, 1, generator=generator) * 5 + 1
    size = torch.rand(n, 1, 1, generator=generator) * 1.5 + 1
    return torch.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / (2 * size**2))[:, None]


@pytest.fixture(scope="module")
def data():
    return mb.images(spots(240), valid=0.3)


def keys(learn):
    return [record["key"] for record in learn.history.alarms]


def looks(learn):
    return [record for record in learn.history.records if record["kind"] == "health"]


def vae(data, run, **options):
    settings = {"network": "dense", "batch_size": 16, "device": "cpu", "precision": "float32"}
    learn = mb.vae(data, run=run / "run", **{**settings, **options})
    learn.looks.every = 20
    return learn


@pytest.mark.parametrize("latent", [2, 32])
def test_a_healthy_vae_raises_no_alarm(data, tmp_path, latent):
    learn = vae(data, tmp_path, latent=latent)
    learn.fit(steps=160)
    assert not learn.history.alarms
    assert {"used_units", "diversity", "coverage", "copied"} <= looks(learn)[-1].keys()


@pytest.mark.parametrize("beta", [300.0])
def test_a_huge_beta_makes_the_posterior_collapse_and_is_told(data, tmp_path, beta):
    learn = vae(data, tmp_path, latent=8, beta=beta)
    learn.fit(steps=160)
    assert "health.posterior_collapse" in keys(learn)
    values = next(alarm["values"] for alarm in learn.history.alarms if alarm["key"] == "health.posterior_collapse")
    assert values["units"] == 8
    assert values["unused"] >= 7


def test_a_decoder_that_ignores_z_is_told(data, tmp_path):
    from torch import nn

    class Deaf(nn.Module):
        def __init__(self):
            super().__init__()
            self.picture = nn.Parameter(torch.zeros(1, 1, 8, 8))

        def forward(self, z, y=None):
            return self.picture.expand(len(z), -1, -1, -1)

    encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.Tanh(), nn.Linear(16, 8))
    learn = vae(data, tmp_path, network=(encoder, Deaf()), latent=4, learning_rate=1e-2)
    learn.fit(steps=160)
    assert {"health.posterior_collapse", "health.mode_collapse"} <= set(keys(learn))


def judged(check, rows):
    return [[alarm.key for alarm in check.judge(step, row)] for step, row in enumerate(rows)]


def test_units_left_unused_are_no_collapse():
    row = {"used_units": 2.0, "kl_of_units": 6.0}
    assert not any(judged(PosteriorCollapse(32), [row] * 9))
    assert not any(judged(PosteriorCollapse(2), [{"used_units": 1.0, "kl_of_units": 0.5}] * 9))
    found = judged(PosteriorCollapse(32), [{"used_units": 1.0, "kl_of_units": 0.05}] * 6)
    assert found == [[]] * 5 + [["health.posterior_collapse"]]


def test_a_healthy_diffusion_raises_no_alarm(tmp_path):
    learn = mb.diffusion(
        mb.images(spots(120, side=16), valid=0.3), width=8, batch_size=16, device="cpu", run=tmp_path / "run"
    )
    learn.looks.every = 20
    learn.fit(steps=40)
    assert not learn.history.alarms
    assert "copied" in looks(learn)[-1]
