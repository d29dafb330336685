"""Tiny learners of every kind, and clients of their applications."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from PIL import Image

import makebelieve as mb

pytest.importorskip("fastapi", reason="the extra serve is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")
pytest.importorskip("python_multipart", reason="the extra serve is not installed")

from starlette.testclient import TestClient

from makebelieve.serving import Limits, application

SIDE = 8


def pixels(n: int = 48, channels: int = 1, side: int = SIDE) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, channels, side, side), generator=generator, dtype=torch.uint8)


def png(picture: torch.Tensor) -> bytes:
    out = io.BytesIO()
    array = picture.permute(1, 2, 0).numpy()
    Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array).save(out, "PNG")
    return out.getvalue()


def picture_data(channels: int = 1) -> Any:
    return mb.images(pixels(channels=channels), labels=[f"kind {i % 3}" for i in range(48)], valid=0.25)


def _gan(**options: Any) -> Any:
    return mb.gan(picture_data(), network="mlp", latent=4, batch_size=8, **options)


def _recommender() -> Any:
    users = [user for user in range(12) for item in range(20) if (user + item) % 3]
    items = [item for user in range(12) for item in range(20) if (user + item) % 3]
    stars = [1.0 + (user * item) % 5 for user, item in zip(users, items, strict=True)]
    titles = {str(i): f"film {i} (1990)" for i in range(20)}
    return mb.recommender(mb.ratings((users, items, stars), titles=titles, range=(1, 5)), "als")


def _forecaster() -> Any:
    wave = [float(i % 7) + 0.1 * (i % 3) for i in range(160)]
    return mb.forecaster(mb.series({"sales": wave}, target="sales", past=14, ahead=3))


MAKERS: dict[str, Callable[[], Any]] = {
    "gan": _gan,
    "conditional": lambda: _gan(conditional=True),
    "vae": lambda: mb.vae(picture_data(), network="dense", latent=2, batch_size=8),
    "diffusion": lambda: mb.diffusion(picture_data(), batch_size=8),
    "autoencoder": lambda: mb.autoencoder(picture_data(), network="dense", latent=2, batch_size=8),
    "denoiser": lambda: mb.autoencoder(picture_data(), network="dense", latent=2, noise=0.2, batch_size=8),
    "classifier": lambda: mb.classifier(picture_data(), batch_size=8),
    "numbers": lambda: mb.classifier(mb.arrays(torch.rand(40, 3), ["a", "b"] * 20), batch_size=8),
    "texts": lambda: mb.classifier(mb.text(["good film"] * 20 + ["bad film"] * 20, label=["yes"] * 20 + ["no"] * 20)),
    "writer": lambda: mb.language_model(mb.text("the cat sat on the mat. " * 200), hidden=16, window=16, batch_size=4),
    "recommender": _recommender,
    "forecaster": _forecaster,
    "translator": lambda: mb.translator(picture_data(3), "enlarge", width=4, batch_size=8),
}

_made: dict[str, Any] = {}


@pytest.fixture
def learner(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """One of `MAKERS`, trained for two steps; each is made once."""

    def make(name: str) -> Any:
        if name not in _made:
            monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path_factory.mktemp("runs")))
            _made[name] = MAKERS[name]()
            _made[name].fit(steps=2)
        return _made[name]

    return make


@pytest.fixture
def client(learner: Callable[[str], Any]) -> Iterator[Callable[..., TestClient]]:
    """A client of the application of a learner, by name."""
    opened: list[TestClient] = []

    def open_(name: str, limits: Limits | None = None, **options: Any) -> TestClient:
        found = TestClient(application(learner(name), limits, **options))
        opened.append(found.__enter__())
        return found

    yield open_
    for one in opened:
        one.__exit__(None, None, None)
