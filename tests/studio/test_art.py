"""Pictures made from pictures in the studio: translated, painted, cleaned; dreams and styles as jobs."""

from __future__ import annotations

import ast
import base64
import io
import runpy
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import makebelieve as mb
from makebelieve.errors import DataError, MakebelieveError, OptionError
from makebelieve.networks.pretrained import weights_folder
from makebelieve.studio import backbones
from makebelieve.studio.code import code_of
from makebelieve.studio.explorer import transforming
from makebelieve.studio.explorer.explored import Explored
from makebelieve.studio.refusals import Refusal
from makebelieve.studio.routes.art import packed
from makebelieve.studio.works import own_network, work
from makebelieve.training import Callback, Learner
from makebelieve.vision import torchvision

pytest.importorskip("fastapi", reason="the extra studio is not installed")

CPU: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 8}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos, and runs of all that makes one picture of another, of 16 × 16 pixels."""
    folder = tmp_path_factory.mktemp("art")
    draw = np.random.default_rng(0)
    for i in range(12):
        file = folder / "photos" / "all" / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw.integers(0, 255, (4, 4, 3), dtype=np.uint8)).resize((16, 16)).save(file)
    photos = mb.images(str(folder / "photos"))
    for task in ("enlarge", "colourise", "restore"):
        mb.translator(photos, task, width=4, crop=16, **CPU, run=folder / "runs" / task).fit(steps=1)
    grey = mb.images(str(folder / "photos"), channels=1)
    mb.autoencoder(grey, noise=0.3, latent=4, **CPU, run=folder / "runs" / "cleaner").fit(steps=1)
    mb.gan(grey, latent=4, **CPU, run=folder / "runs" / "gan").fit(steps=1)
    return folder


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def photo(place: Path) -> bytes:
    return (place / "photos" / "all" / "0.png").read_bytes()


@pytest.mark.parametrize(("task", "side"), [("enlarge", 32), ("colourise", 16), ("restore", 16)])
def test_a_photo_is_translated(place: Path, task: str, side: int) -> None:
    explored = Explored(place / "runs" / task)
    assert transforming.serves(explored.learn)
    assert transforming.facts(explored)["transforming"]["task"] == task
    found = transforming.translate(explored, {}, [photo(place)])
    assert opened(found["before"]).size == opened(found["after"]).size == (side, side)
    assert found["truth"] is None
    wanted = explored.learn.translate(photo(place)).tensor[0].permute(1, 2, 0).numpy()
    made = np.asarray(opened(found["after"]).convert("RGB")) / 255
    assert np.abs(made - wanted).max() <= 0.51 / 255
    ast.parse(found["code"])
    before = np.asarray(opened(found["before"]).convert("RGB"))
    assert bool((before[..., 0] == before[..., 2]).all()) == (task == "colourise")


def test_items_come_with_the_truth(place: Path) -> None:
    explored = Explored(place / "runs" / "restore")
    found = transforming.translate(explored, {"item": 1}, [])
    assert opened(found["truth"]).size == (16, 16)
    assert len(found["psnr"]) == 2
    assert "learn.spoil(x)" in found["code"]
    spoiled = transforming.translate(explored, {"spoil": True}, [photo(place)])
    assert spoiled["truth"] is not None
    assert spoiled["before"] != transforming.translate(explored, {}, [photo(place)])["before"]


def test_colours_grow_stronger(place: Path) -> None:
    explored = Explored(place / "runs" / "colourise")
    spread = [
        np.asarray(opened(transforming.translate(explored, {"saturation": value}, [photo(place)])["after"]))
        .std(2)
        .mean()
        for value in (0.0, 1.0, 4.0)
    ]
    assert spread[0] <= spread[1] <= spread[2]
    assert spread[0] < spread[2]


@pytest.mark.parametrize("name", ["restore", "cleaner"])
def test_a_scratched_picture_is_cleaned(place: Path, name: str) -> None:
    explored = Explored(place / "runs" / name)
    begun = transforming.example(explored, {"item": 2}, [])
    assert begun["side"] == [16, 16]
    scratched = opened(begun["picture"]).convert("RGB")
    scratched.paste((255, 255, 255), (0, 7, 16, 9))
    file = io.BytesIO()
    scratched.save(file, "PNG")
    found = transforming.clean(explored, {}, [file.getvalue()])
    assert opened(found["picture"]).size == (16, 16)
    assert found["picture"] != transforming.clean(explored, {}, [photo(place)])["picture"]


@pytest.mark.parametrize(
    ("act", "request_", "files"),
    [
        ("translate", {"saturation": 9}, ["photo"]),
        ("translate", {"item": -1}, []),
        ("translate", {"size": 10**6}, ["photo"]),
        ("translate", {}, ["photo", "photo"]),
        ("translate", {}, ["text"]),
        ("stylise", {}, ["photo"]),
        ("clean", {}, []),
    ],
)
def test_requests_are_looked_at(place: Path, act: str, request_: dict[str, Any], files: list[str]) -> None:
    given = {"photo": photo(place), "text": b"<html>"}
    with pytest.raises(MakebelieveError):
        transforming.ACTS[act](Explored(place / "runs" / "enlarge"), request_, [given[name] for name in files])


# -------------------------------------------------------------------- works


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights with a squeezenet, and with the first layer of another, both random."""
    models = torchvision().models
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path))
    folder = tmp_path / "weights"
    folder.mkdir()
    torch.manual_seed(0)
    save_file(models.squeezenet1_1().state_dict(), folder / "squeezenet1_1.safetensors")
    layer = torch.nn.Conv2d(3, 64, 3)
    state = {f"features.0.{name}": value for name, value in layer.state_dict().items()}
    save_file(state, folder / "squeezenet1_1_short.safetensors")
    (folder / "readme.safetensors").write_bytes(b"")
    return folder


def test_backbones_that_are_here(weights: Path) -> None:
    assert backbones.folder() == weights_folder() == weights
    found = {one["name"]: one["backbone"] for one in backbones.backbones()}
    assert found == {"squeezenet1_1": "squeezenet1_1", "squeezenet1_1_short": "squeezenet1_1"}


class Stops(Callback):
    """Ctrl-C after so many steps."""

    def __init__(self, after: int) -> None:
        self.after = after

    def on_step(self, learn: Learner) -> None:
        if learn.step == self.after:
            signal.raise_signal(signal.SIGINT)


def dream_of(place: Path, backbone: Any, **options: Any) -> dict[str, Any]:
    usual = {"photo": str(place / "photos"), "backbone": backbone, "octaves": 1, "steps": 4, "jitter": 1}
    return {"system": "dream", "options": {**usual, **options}}


@pytest.mark.usefixtures("weights")
def test_a_dream_that_is_stopped_goes_on(place: Path, tmp_path: Path) -> None:
    job = dream_of(place, "squeezenet1_1", layers=["features.0"], seed=3)
    first = work(job, tmp_path / "whole")
    assert first.learner.step == 4
    begun = work(job, tmp_path / "parts", [Stops(2)])
    assert begun.learner.interrupted
    assert (tmp_path / "parts" / "picture.png").exists()
    ended = work(job, tmp_path / "parts")
    assert torch.equal(ended.tensor, first.tensor)
    assert not torch.equal(ended.tensor, begun.tensor)
    names = sorted(file.name for file in (tmp_path / "whole" / "samples").iterdir())
    assert names == ["step-00000000.png", "step-00000004.png"]
    assert first.learner.config["arguments"]["layers"] == {"features.0": 1.0}
    film = packed(tmp_path / "whole")
    with Image.open(film) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("GIF", 2)


def test_a_run_of_ones_own_dreams(place: Path, tmp_path: Path) -> None:
    run = place / "runs" / "gan"
    net, layers = own_network(run)
    assert layers
    assert all(layer in dict(net.named_modules()) for layer in layers)
    art = work(dream_of(place, {"run": str(run), "net": "critic"}), tmp_path / "dream")
    assert art.tensor.shape == (1, 3, 16, 16)
    again = work(dream_of(place, {"run": str(run), "net": "critic"}), tmp_path / "dream")  # no file holds its network
    assert torch.equal(again.tensor, art.tensor)
    with pytest.raises(OptionError) as told:
        own_network(place / "runs" / "gan", "generators")
    assert told.value.key == "studio.work_run"


@pytest.mark.usefixtures("weights")
def test_a_style_by_few_layers(place: Path, tmp_path: Path) -> None:
    options = {
        "content": str(place / "photos" / "all" / "0.png"), "styles": [str(place / "photos" / "all" / "1.png")],
        "backbone": "squeezenet1_1_short", "style_layers": ["features.0"], "content_layers": ["features.0"],
        "steps": 2, "scales": 1,
    }  # fmt: skip
    art = work({"system": "style", "options": options}, tmp_path / "style")
    assert art.learner.step == 2
    assert art.learner.config["arguments"]["pretrained"].endswith("squeezenet1_1_short.safetensors")


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"photo": None}, "studio.work_photo"),
        ({"photo": "/nowhere/at/all.png"}, "studio.work_no_picture"),
        ({"backbone": "inception_v3"}, "studio.work_weights"),
        ({"backbone": "readme"}, "studio.work_weights"),
    ],
)
def test_what_a_work_lacks_is_told(place: Path, tmp_path: Path, options: dict[str, Any], key: str) -> None:
    job = dream_of(place, "squeezenet1_1")
    with pytest.raises((OptionError, DataError)) as told:
        work({**job, "options": {**job["options"], **options}}, tmp_path / "dream")
    assert told.value.key == key


@pytest.mark.usefixtures("weights")
def test_programs_of_works_do_the_same(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page shows as Python makes the very picture that the job made."""
    monkeypatch.chdir(place)
    photo = str(place / "photos" / "all" / "0.png")
    first = {"octaves": 1, "steps": 2, "jitter": 1}
    own, few = {"run": str(place / "runs" / "gan")}, {"steps": 1, "scales": 1}
    short = {"backbone": "squeezenet1_1_short", "layers": ["features.0"]}
    jobs: dict[str, dict[str, Any]] = {
        "own": {"system": "dream", "options": {"photo": photo, "backbone": own, **first}},
        "file": {"system": "dream", "options": {"photo": photo, **short, **first}},
        "style": {"system": "style", "options": {"content": photo, "styles": [photo], "backbone": own, **few}},
    }
    for name, job in jobs.items():
        wanted = work(job, tmp_path / name)
        program = tmp_path / f"{name}.py"
        program.write_text(code_of(job, str(tmp_path / f"{name}-again")))
        known = runpy.run_path(str(program))
        assert torch.equal(known["made"].tensor, wanted.tensor), name


def test_a_work_without_frames_has_no_film(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as told:
        packed(tmp_path)
    assert told.value.status == 404
