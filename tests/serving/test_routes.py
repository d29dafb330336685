"""Every verb has its route, and a route answers what the learner does."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from makebelieve.errors import OptionError
from makebelieve.serving import application

from .conftest import MAKERS, pixels, png

COMMON = {"/health", "/ready", "/metrics", "/model", "/openapi.json"}
ROUTES = {
    "gan": {"/generate"},
    "conditional": {"/generate"},
    "vae": {"/generate", "/encode", "/decode", "/reconstruct"},
    "diffusion": {"/generate", "/denoise"},
    "autoencoder": {"/encode", "/decode", "/reconstruct"},
    "denoiser": {"/encode", "/decode", "/reconstruct", "/denoise"},
    "classifier": {"/predict", "/predict/array"},
    "numbers": {"/predict"},
    "texts": {"/predict"},
    "writer": {"/write", "/write/stream"},
    "recommender": {"/recommend", "/similar-items", "/similar-users"},
    "forecaster": {"/forecast"},
    "translator": {"/translate"},
}


def test_a_learner_has_the_routes_of_its_verbs(client):
    assert set(ROUTES) == set(MAKERS)
    for name, routes in ROUTES.items():
        assert set(client(name).get("/model").json()["routes"]) == routes | COMMON, name


def test_a_learner_without_such_verbs_is_refused(learner):
    class Other:
        name = "other"

    with pytest.raises(OptionError, match="no verb that can be served"):
        application(Other())


@pytest.mark.parametrize("name", ["gan", "conditional", "vae", "diffusion"])
def test_a_seed_gives_the_pictures_that_the_learner_gives(client, learner, name):
    web, told = client(name), "kind 2" if name == "conditional" else None
    given = {"n": 5, "seed": 3, **({"label": told} if told else {})}
    wanted = learner(name).generate(5, seed=3, **({"label": told} if told else {}))
    found = web.get("/generate", params={**given, "format": "json"}).json()
    assert torch.allclose(torch.tensor(found["pictures"]), wanted.tensor, atol=2e-6)
    assert found["labels"] == wanted.captions
    answer = web.get("/generate", params={**given, "format": "npy"})
    assert torch.allclose(torch.from_numpy(np.load(io.BytesIO(answer.content))), wanted.tensor, atol=2e-6)
    sheet = Image.open(io.BytesIO(web.get("/generate", params=given).content))
    assert sheet.size == wanted.grid().size
    assert np.abs(np.asarray(sheet, int) - np.asarray(wanted.grid(), int)).max() <= 1


def test_one_picture_has_its_own_pixels_and_says_what_made_it(client):
    answer = client("gan").get("/generate", params={"n": 1, "seed": 7})
    assert answer.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == (8, 8)
    told = json.loads(image.info["makebelieve"])
    assert told["verb"] == "generate"
    assert told["settings"]["seed"] == 7


def test_without_a_seed_pictures_differ_and_the_header_tells_how_to_have_them_again(client):
    web = client("gan")
    first, second = (web.get("/generate", params={"n": 2, "format": "npy"}) for _ in range(2))
    assert first.content != second.content
    again = web.get("/generate", params={"n": 2, "format": "npy", "seed": first.headers["makebelieve-seed"]})
    assert again.content == first.content


def test_pictures_are_encoded_decoded_and_reconstructed(client, learner):
    x = pixels()[:3]
    files = [("files", ("a.png", png(one), "image/png")) for one in x]
    for name in ("vae", "autoencoder"):
        web, learn = client(name), learner(name)
        z = torch.tensor(web.post("/encode", files=files).json()["z"])
        assert torch.allclose(z, learn.encode(x), atol=1e-5)
        found = web.post("/reconstruct", files=files, params={"format": "json"}).json()["pictures"]
        assert torch.allclose(torch.tensor(found), learn.reconstruct(x).tensor, atol=1e-5)
        decoded = web.post("/decode", json={"z": z.tolist(), "format": "json"}).json()["pictures"]
        assert torch.allclose(torch.tensor(decoded), learn.reconstruct(x).tensor, atol=1e-5)


def test_noise_is_taken_away(client, learner):
    x = pixels()[:2]
    files = [("files", ("a.png", png(one), "image/png")) for one in x]
    found = client("denoiser").post("/denoise", files=files, params={"format": "json"}).json()["pictures"]
    assert torch.allclose(torch.tensor(found), learner("denoiser").denoise(x).tensor, atol=1e-5)
    given = {"format": "json", "noise": 0.3}
    found = client("diffusion").post("/denoise", files=files, params=given).json()["pictures"]
    wanted = learner("diffusion").denoise(x / 255, noise=0.3).tensor
    assert torch.allclose(torch.tensor(found), wanted, atol=1e-5)


def test_uploaded_pictures_are_recognised(client, learner):
    x = pixels()[:3]
    wanted = learner("classifier").predict(list(x))  # before an application has a thread that uses the same networks
    web = client("classifier")
    found = web.post("/predict", files=[("files", ("a.png", png(one), "image/png")) for one in x]).json()
    by_array = web.post("/predict/array", json={"items": [one[0].tolist() for one in x]}).json()
    for said, other, one in zip(found["predictions"], by_array["predictions"], wanted, strict=True):
        assert said["label"] == other["label"] == one.label
        assert said["probabilities"] == pytest.approx(dict(one.probabilities), abs=1e-5)
        assert other["probabilities"] == pytest.approx(dict(one.probabilities), abs=1e-5)


def test_numbers_and_texts_are_recognised(client, learner):
    x = torch.rand(4, 3)
    found = client("numbers").post("/predict", json={"items": x.tolist()}).json()["predictions"]
    assert [one["label"] for one in found] == [one.label for one in learner("numbers").predict(x)]
    texts = ["good good film", "bad"]
    found = client("texts").post("/predict", json={"texts": texts}).json()["predictions"]
    wanted = learner("texts").predict(texts)
    assert [one["probability"] for one in found] == pytest.approx([one.probability for one in wanted], abs=1e-5)


def test_users_and_newcomers_get_recommendations(client, learner):
    web, learn = client("recommender"), learner("recommender")
    for given, wanted in (
        ({"user": 3, "n": 4}, learn.recommend(3, 4)),
        ({"user": 3, "n": 4, "exclude_seen": False}, learn.recommend(3, 4, exclude_seen=False)),
        ({"ratings": {"film 2": 5}, "n": 3}, learn.recommend(None, 3, ratings={"film 2": 5})),
    ):
        found = web.post("/recommend", json=given).json()
        assert [row["id"] for row in found["items"]] == wanted.ids
        assert [row["score"] for row in found["items"]] == pytest.approx(wanted.scores, abs=1e-5)
    found = web.get("/similar-items", params={"item": "film 2", "n": 3}).json()
    assert [row["title"] for row in found["items"]] == learn.similar_items("film 2", 3).titles
    found = web.get("/similar-users", params={"user": "5"}).json()
    assert [row["id"] for row in found["items"]] == learn.similar_users(5).ids
    unknown = web.post("/recommend", json={"user": 999})
    assert unknown.status_code == 422
    assert unknown.json()["key"] == "ratings.unknown_user"
    assert web.post("/recommend", json={}).status_code == 422


def test_a_series_goes_on(client, learner):
    sales = [float(i % 7) for i in range(30)]
    found = client("forecaster").post("/forecast", json={"columns": {"sales": sales}, "n": 2}).json()
    wanted = learner("forecaster").predict({"sales": sales}, 2)
    assert found["forecasts"][""]["sales"] == pytest.approx(wanted.median[:, 0].tolist(), abs=1e-4)
    short = client("forecaster").post("/forecast", json={"columns": {"sales": sales[:5]}})
    assert (short.status_code, short.json()["key"]) == (422, "forecaster.short")


def test_text_is_written_whole_and_as_a_stream(client, learner):
    web = client("writer")
    asked = {"prompt": "the ", "n": 60, "seed": 4, "temperature": 1.0}
    wanted = learner("writer").generate("the ", 60, seed=4, temperature=1.0)
    found = web.post("/write", json=asked).json()
    assert found["prompt"] + found["text"] == wanted
    with web.stream("POST", "/write/stream", json=asked) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = list(answer.iter_lines())
    pieces = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert "".join(piece.get("text", "") for piece in pieces) == found["text"]
    assert "event: end" in lines
    unknown = web.post("/write/stream", json={"prompt": "Ω"})
    assert unknown.status_code == 422
    assert unknown.json()["message"]


def test_a_picture_of_any_size_is_translated(client, learner):
    picture = pixels(1, 3, 12)[0]
    files = {"file": ("a.png", png(picture), "image/png")}
    found = client("translator").post("/translate", files=files, params={"format": "json"}).json()
    wanted = learner("translator").translate(picture).tensor
    assert found["shape"] == list(wanted.shape)
    assert torch.allclose(torch.tensor(found["pictures"]), wanted, atol=1e-5)
    image = Image.open(io.BytesIO(client("translator").post("/translate", files=files).content))
    assert image.size == (wanted.shape[-1], wanted.shape[-2])


def test_a_verb_named_stylise_is_served(learner):
    from starlette.testclient import TestClient

    from makebelieve.pictures import Pictures

    class Inverter:
        name, step = "inverter", 0

        def stylise(self, given, out=None):
            return Pictures(1 - torch.from_numpy(np.asarray(given, np.float32) / 255).permute(2, 0, 1))

    x = pixels(1, 3, 12)[0]
    with TestClient(application(Inverter())) as web:
        found = web.post("/stylise", files={"file": png(x)}, params={"format": "json"}).json()
    assert torch.allclose(torch.tensor(found["pictures"])[0], 1 - x / 255, atol=1e-6)


def test_metrics_count_requests_and_batches(client):
    web = client("gan")
    for _ in range(3):
        web.get("/generate", params={"n": 2})
    web.get("/generate", params={"n": 0})
    text = web.get("/metrics").text
    assert 'makebelieve_requests_total{route="/generate",status="200"} 3' in text
    assert 'makebelieve_requests_total{route="/generate",status="422"} 1' in text
    assert 'makebelieve_batch_rows_sum{kind="generate"} 6' in text
    assert 'makebelieve_request_seconds_bucket{route="/generate",le="+Inf"} 4' in text
    for line in text.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
        if not line.startswith("#"):
            float(line.rsplit(" ", 1)[1])
