"""The Python that an act's answer shows does the same as the act: it is run, and what it made is compared."""

from __future__ import annotations

import base64
import io
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import makebelieve as mb
from makebelieve.studio.explorer.explored import Explored
from makebelieve.studio.explorer.process import answered

pytest.importorskip("fastapi", reason="the extra studio is not installed")


@pytest.fixture(scope="module")
def runs(tiny: Path) -> dict[str, Explored]:
    digits = mb.images("digits", size=8)
    options: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 32}
    folder = tiny / "runs" / "labelled"
    if not folder.exists():
        mb.vae(digits, latent=2, conditional=True, run=folder, **options).fit(steps=1)
    return {path.name: Explored(path) for path in (tiny / "runs").iterdir() if (path / "config.json").exists()}


@pytest.fixture
def place(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs find runs, and the photo that is uploaded by its names in them."""
    (tmp_path / "runs").symlink_to(tiny / "runs")
    for name in ("picture.png", "photo.jpg", "scratched.png"):
        (tmp_path / name).write_bytes(photo())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def photo() -> bytes:
    out = io.BytesIO()
    colours = np.random.default_rng(0).integers(0, 255, (24, 24, 3), np.uint8)
    Image.fromarray(colours).save(out, "PNG")
    return out.getvalue()


def done(explored: Explored, act: str, request: dict[str, Any], upload: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and what the program of it has in its variables."""
    status, answer = answered(explored, act, request, [photo()] if upload else [])
    assert status == 200, answer
    Path("program.py").write_text(answer["code"], encoding="utf-8")
    return answer, runpy.run_path("program.py")


def pixels(image: Image.Image) -> np.ndarray[Any, Any]:
    return np.asarray(image.convert("RGB"), np.int16)


POINT = {"seed": 3, "n": 4, "i": 1}


@pytest.mark.parametrize(
    ("run", "act", "request_", "upload", "file", "place_"),
    [
        ("vae-001", "decode", {"z": [0.5, -1.0]}, False, "z.png", "picture"),
        ("vae-001", "tiles", {"side": 3}, False, "map.png", "picture"),
        ("vae-001", "tiles", {"side": 3, "kind": "entries", "x": 1, "y": 0, "z": [1, 2]}, False, "map.png", "picture"),
        ("vae-001", "tiles", {"side": 3, "kind": "main"}, False, "map.png", "picture"),
        ("labelled", "tiles", {"side": 3, "kind": "entries", "label": "3"}, False, "map.png", "picture"),
        ("autoencoder-001", "tiles", {"side": 3, "x": 2, "y": 2}, False, "map.png", "picture"),
        ("autoencoder-001", "clean", {}, True, "cleaned.png", "picture"),
        ("gan-001", "show", {"points": [POINT]}, False, "star-1.png", "pictures"),
        ("translator-001", "translate", {"size": 16}, True, "made.png", "after"),
        ("translator-001", "translate", {"size": 16, "spoil": True}, True, "made.png", "after"),
        ("translator-001", "translate", {"item": 1}, False, "made.png", "after"),
        ("stylizer-001", "stylise", {"item": 1}, False, "painted.png", "after"),
    ],
)  # fmt: skip
def test_the_picture_of_the_program_is_that_of_the_act(
    runs: dict[str, Explored],
    place: Path,
    run: str,
    act: str,
    request_: dict[str, Any],
    upload: bool,
    file: str,
    place_: str,
) -> None:
    answer, _ = done(runs[run], act, request_, upload)
    address = answer[place_] if isinstance(answer[place_], str) else answer[place_][0]
    shown = pixels(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))
    made = pixels(Image.open(place / file))
    assert made.shape == shown.shape
    assert np.abs(made - shown).max() <= 3  # spoiled pictures are kept to [0, 1] on the way


@pytest.mark.parametrize(
    ("run", "net", "request_", "upload"),
    [
        ("classifier-001", "model", {"item": 2}, False),
        ("classifier-001", "model", {}, True),
        ("labelled", "encoder", {"made": 1}, False),
        ("labelled", "encoder", {}, True),
        ("labelled", "decoder", {"seed": 5}, False),
        ("vae-001", "decoder", {"seed": 5}, False),
        ("gan-001", "generator", {"seed": 5}, False),
        ("translator-001", "model", {"item": 1}, False),
        ("translator-001", "model", {}, True),
        ("stylizer-001", "model", {"item": 1}, False),
        ("stylizer-001", "model", {}, True),
    ],
)
@pytest.mark.usefixtures("place")
def test_the_maps_of_the_program_are_those_of_the_act(
    runs: dict[str, Explored], run: str, net: str, request_: dict[str, Any], upload: bool
) -> None:
    _, graph = answered(runs[run], "layers_graph", {"net": net}, [])
    layer = next(part["name"] for part in reversed(graph["parts"]) if part["maps"])
    answer, made = done(runs[run], "layers_maps", {"net": net, "layer": layer, **request_}, upload)
    strong = made["maps"][0].detach().flatten(1).amax(1)[: len(answer["strong"])].tolist()
    assert strong == pytest.approx(answer["strong"], abs=1e-5)


@pytest.mark.parametrize("run", ["classifier-001", "translator-001", "stylizer-001"])
@pytest.mark.usefixtures("place")
def test_the_items_that_excite_a_channel_are_those_of_the_program(runs: dict[str, Explored], run: str) -> None:
    _, graph = answered(runs[run], "layers_graph", {"net": "model"}, [])
    layer = next(part["name"] for part in graph["parts"] if part["maps"])
    answer, made = done(runs[run], "layers_channel", {"layer": layer, "channel": 1}, False)
    assert made["strongest"].pictures[1].tolist() == answer["items"]
    assert made["strongest"].values[1].tolist() == pytest.approx(answer["values"], abs=1e-5)


@pytest.mark.usefixtures("place")
def test_weights_of_a_network_with_labels_are_found(runs: dict[str, Explored]) -> None:
    _, graph = answered(runs["labelled"], "layers_graph", {"net": "decoder"}, [])
    layer = next(part["name"] for part in graph["parts"] if part["leaf"] and part["parameters"])
    answer, made = done(runs["labelled"], "layers_weights", {"net": "decoder", "layer": layer}, False)
    assert [list(weight.shape) for weight in made["part"].parameters()] == [one["shape"] for one in answer["weights"]]


@pytest.mark.parametrize(("request_", "upload"), [({"example": 2}, False), ({}, True)])
@pytest.mark.usefixtures("place")
def test_what_was_erased_is_erased_in_the_program(
    runs: dict[str, Explored], request_: dict[str, Any], upload: bool
) -> None:
    covers = [[0, 0, 1, 0.5], [0.5, 0.25, 0.3, 0.6]]
    answer, made = done(runs["classifier-001"], "predict", {**request_, "covers": covers}, upload)
    said = made["learn"].predict(made["x"])
    assert dict(said.probabilities) == pytest.approx(dict(answer["bars"]), abs=1e-5)
    explained, _ = done(runs["classifier-001"], "explain", {**request_, "covers": covers}, upload)
    assert explained["label"] == said.label
    assert Path("decided.png").stat().st_size


@pytest.mark.usefixtures("place")
def test_scores_after_pieces_that_make_the_text_otherwise(runs: dict[str, Explored]) -> None:
    answer, made = done(runs["language_model-001"], "next", {"text": "the c"}, False)
    assert "'the c'" in answer["code"]
    wanted = made["scores"][torch.tensor(answer["tokens"])].tolist()
    assert answer["scores"] == pytest.approx(wanted, abs=1e-3)


@pytest.mark.usefixtures("place")
def test_items_are_found_by_all_words_in_any_order(
    runs: dict[str, Explored], capsys: pytest.CaptureFixture[str]
) -> None:
    answer, _ = done(runs["recommender-001"], "search", {"words": "1963 film"}, False)
    assert [title for _, title in answer["items"]] == ["Film 3 (1963)"]
    assert capsys.readouterr().out.strip() == "['Film 3 (1963)']"
