"""The Inception network on random weights, and how its published file is fetched, checked and converted."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from makebelieve.data.download import RemoteFile
from makebelieve.errors import DownloadError
from makebelieve.evaluate import cached as cached_module
from makebelieve.evaluate import inception
from makebelieve.evaluate.inception import FILE, Inception, converted, inception_features, tensorflow_resize

NAMES = {
    "BlockA": ["1x1", "5x5_1", "5x5_2", "3x3dbl_1", "3x3dbl_2", "3x3dbl_3", "_pool"],
    "BlockB": ["3x3", "3x3dbl_1", "3x3dbl_2", "3x3dbl_3"],
    "BlockC": ["1x1", *(f"7x7_{i}" for i in (1, 2, 3)), *(f"7x7dbl_{i}" for i in (1, 2, 3, 4, 5)), "_pool"],
    "BlockD": ["3x3_1", "3x3_2", *(f"7x7x3_{i}" for i in (1, 2, 3, 4))],
    "BlockE": ["1x1", "3x3_1", "3x3_2a", "3x3_2b", *(f"3x3dbl_{i}" for i in ("1", "2", "3a", "3b")), "_pool"],
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_module.pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def net() -> Inception:
    torch.manual_seed(0)
    return Inception().eval()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address under which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None: ...

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{serving.server_port}/"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_it_gives_2048_features_of_pictures_of_any_size(net: Inception) -> None:
    with torch.no_grad():
        features = net(torch.rand(1, 3, 32, 32))
        assert features.shape == (1, 2048)
        assert net.logits(features).shape == (1, 1008)
        grey = torch.rand(1, 1, 40, 28)
        torch.testing.assert_close(net(grey), net(grey.repeat(1, 3, 1, 1)))


def test_its_tensors_are_named_and_shaped_as_published(net: Inception) -> None:
    state = net.state_dict()
    blocks = {"5b": "A", "5c": "A", "5d": "A", "6a": "B", **dict.fromkeys(("6b", "6c", "6d", "6e"), "C"), "7a": "D"}
    blocks |= {"7b": "E", "7c": "E"}
    stem = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"]
    layers = stem + [f"Mixed_{b}.branch{part}" for b, kind in blocks.items() for part in NAMES[f"Block{kind}"]]
    of_each = ["conv.weight", *(f"bn.{name}" for name in ("weight", "bias", "running_mean", "running_var"))]
    names = {f"{layer}.{tensor}" for layer in layers for tensor in of_each} | {"fc.weight", "fc.bias"}
    assert {name for name in state if not name.endswith("num_batches_tracked")} == names
    assert state["Mixed_6c.branch7x7dbl_2.conv.weight"].shape == (160, 160, 7, 1)
    assert state["Mixed_7c.branch3x3_2a.conv.weight"].shape == (384, 384, 1, 3)
    assert state["fc.weight"].shape == (1008, 2048)
    assert all(layer.eps == 0.001 for layer in net.modules() if isinstance(layer, nn.BatchNorm2d))


def test_averages_leave_padding_out_and_the_last_block_takes_the_maximum() -> None:
    assert torch.equal(inception.mean_of_neighbours(torch.ones(1, 1, 4, 4)), torch.ones(1, 1, 4, 4))
    torch.manual_seed(0)
    x = torch.rand(1, 8, 5, 5)
    last = inception.BlockE(8, last=True).eval()
    earlier = inception.BlockE(8, last=False).eval()
    earlier.load_state_dict(last.state_dict())
    with torch.no_grad():
        one, other = last(x), earlier(x)
    assert torch.equal(one[:, :-192], other[:, :-192])
    assert not torch.equal(one[:, -192:], other[:, -192:])


@pytest.mark.parametrize(("h", "w"), [(7, 5), (299, 320), (400, 9)])
def test_the_resize_is_that_of_tensorflow(h: int, w: int) -> None:
    x = np.random.default_rng(0).random((h, w))
    found = tensorflow_resize(torch.tensor(x)[None, None], 299)[0, 0].numpy()
    for i, j in [(0, 0), (298, 298), (17, 250), (200, 3), (298, 1)]:
        y, z = i * h / 299, j * w / 299
        a, b = int(y), int(z)
        c, d, p, q = min(a + 1, h - 1), min(b + 1, w - 1), y - int(y), z - int(z)
        upper, lower = x[a, b] * (1 - q) + x[a, d] * q, x[c, b] * (1 - q) + x[c, d] * q
        assert found[i, j] == pytest.approx(upper * (1 - p) + lower * p, rel=1e-9)


def test_the_published_file_is_fetched_checked_converted_and_then_kept(
    net: Inception, server: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = server
    published = {name: tensor for name, tensor in net.state_dict().items() if "num_batches" not in name}
    torch.save(published, folder / FILE.name)
    checksum = "sha256:" + hashlib.sha256((folder / FILE.name).read_bytes()).hexdigest()
    stand_in = RemoteFile(FILE.name, checksum)
    network = inception_features(stand_in, address)
    assert (network.figure("fd"), network.figure("kid")) == ("fid", "kid")
    for name, tensor in network.module.state_dict().items():
        assert torch.equal(tensor, net.state_dict()[name])
    (folder / FILE.name).unlink()
    monkeypatch.setattr(inception, "fetch", lambda *given: pytest.fail("fetched again"))
    assert inception_features(stand_in, address).protocol == network.protocol


def test_a_wrong_checksum_is_refused_and_nothing_kept(server: tuple[Path, str]) -> None:
    folder, address = server
    torch.save({"fc.weight": torch.zeros(2)}, folder / FILE.name)
    with pytest.raises(DownloadError, match="6726825d0af5f729"):
        inception_features(FILE, address)
    assert not list(cached_module.features_folder().glob("*.safetensors"))


def test_no_network_is_one_sentence() -> None:
    with pytest.raises(DownloadError):
        inception_features(FILE, "http://127.0.0.1:9/")


def test_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    torch.save({"conv1.weight": torch.zeros(3)}, path)
    with pytest.raises(DownloadError, match=r"Conv2d_1a_3x3\.conv\.weight.*\(32, 3, 3, 3\)"):
        converted(path)
