"""Looking into networks: parts and wires, maps as they are, patches that are where they are said to be."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

import makebelieve as mb
from makebelieve.errors import MakebelieveError, OptionError
from makebelieve.explain.seeing import seen
from makebelieve.studio.explorer import graph, layers
from makebelieve.studio.explorer.explored import Explored

pytest.importorskip("fastapi", reason="the extra studio is not installed")

CPU: dict[str, Any] = {"device": "cpu", "precision": "float32", "batch_size": 16}


class Skipping(nn.Module):
    """a, then b, then c of both; d is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Conv2d(1, 2, 1), nn.Conv2d(2, 2, 1), nn.Conv2d(4, 1, 1), nn.Conv2d(1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = F.relu(self.a(x))
        out: Tensor = self.c(torch.cat([self.b(first).add_(1), first * 2], 1))
        return out


def test_wires_pass_through_functions() -> None:
    net = Skipping()
    shapes, pairs = graph.wires(net, lambda it: it(torch.zeros(1, 1, 3, 3)))
    assert set(pairs) == {("", "a"), ("a", "b"), ("a", "c"), ("b", "c")}
    assert list(shapes) == ["a", "b", "c"]
    assert shapes["b"] == [1, 2, 3, 3]
    parts = {part["name"]: part for part in graph.tree(net)}
    assert parts["d"]["parameters"] == 2
    assert all(part["leaf"] for part in parts.values())


def test_helpers_of_weights_are_no_parts() -> None:
    net = nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 2)), nn.ReLU())
    assert [(part["name"], part["kind"]) for part in graph.tree(net)] == [("0", "Linear"), ("1", "ReLU")]
    _, pairs = graph.wires(net, lambda it: it(torch.zeros(1, 4)))
    assert set(pairs) == {("", "0"), ("0", "1")}


def test_weights_that_are_no_numbers_are_told() -> None:
    net = nn.Linear(2, 2)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[1.0, 1], [3, 3]]))
        net.bias.fill_(float("nan"))
    weight, bias = graph.weights(net)
    assert (weight["mean"], weight["deviation"], weight["low"], weight["high"]) == (2, 1, 1, 3)
    assert sum(weight["counts"]) == 4
    assert bias["mean"] is None


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recogniser, a GAN, a VAE of pictures of 8 × 8, and a writer."""
    pytest.importorskip("sklearn", reason="the set digits comes with the extra samples")
    folder = tmp_path_factory.mktemp("runs")
    digits = mb.images("digits", size=8)
    mb.classifier(digits, **CPU, run=folder / "classifier").fit(steps=8)
    mb.gan(mb.images("digits", size=16), latent=4, conditional=True, **CPU, run=folder / "gan").fit(steps=1)
    mb.vae(digits, latent=2, **CPU, run=folder / "vae").fit(steps=1)
    book = folder / "book.txt"
    book.write_text("a cat sat on a mat. " * 60)
    mb.language_model(mb.text(str(book)), hidden=8, window=8, **CPU, run=folder / "writer").fit(steps=1)
    return folder


def opened(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def pixels(address: str) -> Tensor:
    """Grey pixels (h, w) in [0, 1]."""
    return torch.from_numpy(np.array(opened(address).convert("L"))) / 255


def first_maps(explored: Explored, net: str) -> dict[str, Any]:
    found = layers.show_graph(explored, {"net": net}, [])
    return next(part for part in found["parts"] if part["maps"] and part["leaf"])


def test_graph_of_a_recogniser(runs: Path) -> None:
    explored = Explored(runs / "classifier")
    (net,) = layers.facts(explored)["networks"]
    assert (net["name"], net["takes"]) == ("model", "pictures")
    found = layers.show_graph(explored, {}, [])
    assert found["parameters"] == sum(w.numel() for w in explored.learn.network("model").parameters())
    names = {part["name"] for part in found["parts"]}
    assert all(a in {"", *names} and b in names for a, b in found["wires"])
    assert found["items"] == explored.learn.data.count("valid")
    assert "learn.network('model')" in found["code"]


def test_maps_are_those_of_the_network(runs: Path) -> None:
    explored = Explored(runs / "classifier")
    part = first_maps(explored, "model")
    found = layers.show_maps(explored, {"layer": part["name"], "item": 3}, [])
    assert found["shape"] == part["shape"]
    x = explored.learn.data.xs("valid", [3])
    (wanted,) = seen(explored.learn.network("model").eval(), x, [part["name"]]).values()
    assert found["strong"] == pytest.approx(wanted[0].flatten(1).amax(1).tolist(), abs=1e-5)
    assert opened(found["picture"]).size == (8, 8)
    high, wide = found["side"]
    assert opened(found["sheet"]).size == (found["columns"] * wide, -(-found["shown"] // found["columns"]) * high)


def test_an_uploaded_picture_is_shown(runs: Path) -> None:
    explored = Explored(runs / "classifier")
    part = first_maps(explored, "model")
    file = io.BytesIO()
    Image.new("RGB", (20, 12), "white").save(file, "PNG")
    found = layers.show_maps(explored, {"layer": part["name"]}, [file.getvalue()])
    assert bool((pixels(found["picture"]) == 1).all())
    with pytest.raises(MakebelieveError):
        layers.show_maps(explored, {"layer": part["name"]}, [b"<svg/>"])


def test_patches_are_cut_where_the_channel_is_strongest(runs: Path) -> None:
    explored = Explored(runs / "classifier")
    part = first_maps(explored, "model")
    found = layers.show_channel(explored, {"layer": part["name"], "channel": 1, "item": 0}, [])
    assert found["values"] == sorted(found["values"], reverse=True)
    assert len(found["patches"]) == len(found["backs"]) == len(found["items"]) == layers.PATCHES
    alone = layers.show_maps(explored, {"layer": part["name"], "item": found["items"][0]}, [])
    assert alone["strong"][1] == pytest.approx(found["values"][0], abs=1e-4)
    assert opened(found["patches"][0]).size == tuple(reversed(alone["field"]))


def test_a_made_picture_excites_its_channel(runs: Path) -> None:
    explored = Explored(runs / "classifier")
    part = first_maps(explored, "model")
    request = {"layer": part["name"], "channel": 2}
    found = layers.make_exciting(explored, request, [])
    assert found == layers.make_exciting(explored, request, [])
    made = pixels(found["picture"])[None, None]
    model = explored.learn.network("model").eval()
    strength = [
        float(next(iter(seen(model, x, [part["name"]]).values()))[0, 2].detach().mean())
        for x in (made, torch.full((1, 1, 8, 8), 0.5))
    ]
    assert strength[0] > strength[1]


def test_both_networks_of_a_conditional_gan(runs: Path) -> None:
    explored = Explored(runs / "gan")
    assert [(net["name"], net["takes"]) for net in layers.facts(explored)["networks"]] == [
        ("generator", "points"),
        ("critic", "pictures"),
    ]
    part = first_maps(explored, "generator")
    found = layers.show_maps(explored, {"net": "generator", "layer": part["name"], "seed": 5}, [])
    wanted = explored.learn.decode(explored.learn.latents(1, 5), torch.zeros(1, dtype=torch.int64))
    shown = pixels(found["picture"])
    assert torch.allclose(shown, wanted[0, 0], atol=1 / 255)
    channel = layers.show_channel(explored, {"net": "generator", "layer": part["name"], "channel": 0}, [])
    assert len(channel["patches"]) == layers.PATCHES
    assert channel["backs"] is None
    with pytest.raises(OptionError):
        layers.make_exciting(explored, {"net": "generator", "layer": part["name"], "channel": 0}, [])
    part = first_maps(explored, "critic")
    made = layers.show_maps(explored, {"net": "critic", "layer": part["name"], "made": 1}, [])
    assert "learn.generate(1, seed=1)" in made["code"]


def test_a_vae_is_shown_by_halves(runs: Path) -> None:
    explored = Explored(runs / "vae")
    assert [net["name"] for net in layers.facts(explored)["networks"]] == ["encoder", "decoder"]
    for net in ("encoder", "decoder"):
        part = first_maps(explored, net)
        assert layers.show_maps(explored, {"net": net, "layer": part["name"]}, [])["shape"] == part["shape"]


def test_what_cannot_be_shown_is_told(runs: Path) -> None:
    explored = Explored(runs / "writer")
    found = layers.show_graph(explored, {}, [])
    assert found["takes"] == "nothing"
    assert found["parts"]
    name = next(part["name"] for part in found["parts"] if part["parameters"])
    assert layers.show_weights(explored, {"layer": name}, [])["weights"]
    with pytest.raises(OptionError) as told:
        layers.show_maps(explored, {"layer": name}, [])
    assert told.value.key == "studio.no_maps"


@pytest.mark.parametrize(
    "request_",
    [{"net": "../model"}, {"layer": "no.such"}, {"layer": 3}, {"item": 10**9}, {"channel": -1}, {"channel": True}],
)
def test_requests_are_looked_at(runs: Path, request_: dict[str, Any]) -> None:
    explored = Explored(runs / "classifier")
    part = first_maps(explored, "model")
    with pytest.raises(MakebelieveError):
        layers.show_channel(explored, {"layer": part["name"], "channel": 0, **request_}, [])
