"""What else can be recognised: sounds, binaries, series, tracks; and a critic that tells classes apart."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient

import makebelieve as mb
from makebelieve.serving import Limits, application
from makebelieve.systems.own import learner

from .conftest import picture_data, pixels, png

RATE = 4000
LABELS = ["low", "high"] * 12


def waves():
    """(24, 1000): tones of 200 and 800 Hz."""
    t = np.arange(1000) / RATE
    return np.stack([np.sin(2 * np.pi * (200 if i % 2 == 0 else 800) * t + i) for i in range(24)]).astype(np.float32)


def web(learn, **limits):
    learn.fit(steps=2)
    return TestClient(application(learn, Limits(**limits)))


def probabilities(answer):
    assert answer.status_code == 200, answer.text
    return [one["probabilities"] for one in answer.json()["predictions"]]


def test_uploaded_sounds_are_recognised(tmp_path):
    soundfile = pytest.importorskip("soundfile", reason="sounds need the package soundfile")
    learn = mb.classifier(mb.audio(waves(), rate=RATE, labels=LABELS, mels=16), batch_size=8, run=tmp_path / "run")
    files = []
    for wave in waves()[:3]:
        out = io.BytesIO()
        soundfile.write(out, wave, RATE, format="WAV", subtype="FLOAT")
        files.append(out.getvalue())
    with web(learn) as client:
        found = probabilities(client.post("/predict", files=[("files", ("a.wav", one)) for one in files]))
        for one, wanted in zip(found, learn.predict(files), strict=True):
            assert one == pytest.approx(dict(wanted.probabilities), abs=1e-5)
        refused = client.post("/predict", files={"files": b"RIFF no sound"})
        assert (refused.status_code, refused.json()["key"]) == (415, "serving.no_sound")
        out = io.BytesIO()
        soundfile.write(out, waves()[0], 500_000, format="WAV")
        refused = client.post("/predict", files={"files": out.getvalue()})
        assert (refused.status_code, refused.json()["key"]) == (422, "serving.rate")


def test_series_given_as_numbers_are_recognised(tmp_path):
    learn = mb.classifier(mb.series(waves()[:, :64], LABELS, size=16), batch_size=8, run=tmp_path / "run")
    with web(learn) as client:
        found = probabilities(client.post("/predict", json={"items": waves()[:2, :64].tolist()}))
        for one, wave in zip(found, waves()[:2, :64], strict=True):
            assert one == pytest.approx(dict(learn.predict(wave).probabilities), abs=1e-5)


def test_tracks_are_recognised_and_those_without_end_refused(tmp_path):
    def track(turns):
        t = np.linspace(0, 1, 40)
        return np.stack([t, np.cos(turns * math.tau * t), np.sin(turns * math.tau * t)], 1)

    for i in range(24):
        (tmp_path / LABELS[i]).mkdir(exist_ok=True)
        rows = "\n".join(",".join(map(str, row)) for row in track(1 + i % 2 + i / 50))
        (tmp_path / LABELS[i] / f"{i}.csv").write_text("t,x,y\n" + rows)
    learn = mb.classifier(mb.traces(tmp_path, size=16, screen=(4, 4)), batch_size=8, run=tmp_path / "run")
    with web(learn) as client:
        (found,) = probabilities(client.post("/predict", json={"items": [track(2).tolist()]}))
        assert found == pytest.approx(dict(learn.predict(track(2)).probabilities), abs=1e-5)
        for far in ([[0, 0, 0], [1, 1e12, 0]], [[0, 0, 0], [1, 1e308, -1e308]], [[i, i % 2, 0] for i in range(10_001)]):
            refused = client.post("/predict", json={"items": [far]})
            assert (refused.status_code, refused.json()["key"]) == (413, "serving.track")
        assert client.post("/predict", json={"items": [[1, 2, 3]]}).status_code == 422


def test_binaries_are_recognised_by_their_bytes(tmp_path):
    for i in range(24):
        (tmp_path / "data" / LABELS[i]).mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / LABELS[i] / f"{i}.bin").write_bytes(bytes([i, 255 * (i % 2)]) * 200)
    learn = mb.classifier(mb.binaries(tmp_path / "data", size=16), batch_size=8, run=tmp_path / "run")
    with web(learn) as client:
        (found,) = probabilities(client.post("/predict", files={"files": b"\x07\xff" * 200}))
        assert found == pytest.approx(dict(learn.predict(b"\x07\xff" * 200).probabilities), abs=1e-5)


def test_a_network_of_ones_own_is_called_with_numbers(tmp_path):
    x, y = torch.rand(32, 3), torch.randint(0, 2, (32,))
    network = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    learn = learner((x, y), network, loss="cross_entropy", run=tmp_path / "run")
    with TestClient(application(learn)) as client:
        found = client.post("/predict", json={"x": x[:4].tolist()}).json()["y"]
        assert torch.allclose(torch.tensor(found), learn.predict(x[:4]), atol=1e-5)
        for wrong in ([[1.0, 2.0]], [["a"]], [[1.0], [1.0, 2.0]], {"other": [[1.0, 2.0, 3.0]]}, []):
            assert client.post("/predict", json={"x": wrong}).status_code == 422, wrong


def test_a_critic_that_tells_classes_apart_is_a_classifier(tmp_path):
    data = picture_data()
    learn = mb.gan(data, mb.recipes.semi_supervised, network="mlp", latent=4, batch_size=8, run=tmp_path / "run")
    with web(learn) as client:
        x = pixels()[:3]
        files = [("files", ("a.png", png(one))) for one in x]
        found = client.post("/predict", files=files).json()["predictions"]
        wanted = learn.predict(x)
        assert [one["label"] for one in found] == wanted.classes
        shares = torch.tensor([list(one["probabilities"].values()) for one in found])
        assert torch.allclose(shares, wanted.probabilities, atol=1e-5)
        assert client.get("/generate?n=1").status_code == 200
