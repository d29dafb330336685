from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from safetensors.torch import load_file, save
from torch import nn

from makebelieve.errors import DataError, DownloadError
from makebelieve.networks.pretrained import Published, load_published, weights_folder


class Server:
    """Files by path, and what was asked for; `/moved/X` sends on to `/X` and tells the SHA-256 in `told`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.told = ""
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                here.asked.append(self.path)
                if self.path.startswith("/moved/"):
                    self.send_response(302)
                    self.send_header("Location", self.path.removeprefix("/moved"))
                    self.send_header("X-Linked-ETag", f'"{here.told}"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                content = here.files.get(self.path)
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{name}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def learnt() -> dict[str, torch.Tensor]:
    return {"weight": torch.arange(6.0).view(2, 3), "bias": torch.tensor([1.0, 2.0])}


def pth(content: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def of(server: Server, content: bytes, name: str = "net-HASH.pth", digest: str | None = None) -> Published:
    digest = hashlib.sha256(content).hexdigest()[:8] if digest is None else digest
    name = name.replace("HASH", digest)
    server.files[f"/{name.removeprefix('moved/')}"] = content
    return Published("net", server.url(name), digest, name.rpartition("/")[2].rpartition(".")[0])


def test_published_weights_are_fetched_checked_and_kept_as_safetensors_once(server):
    published = of(server, pth(learnt()))
    for _ in range(2):
        net = nn.Linear(3, 2)
        load_published(net, published)
        assert torch.equal(net.weight, learnt()["weight"])
    assert len(server.asked) == 1
    assert [path.name for path in weights_folder().iterdir() if path.suffix != ".lock"] == [
        f"{published.kept_as}.safetensors"
    ]
    assert load_file(weights_folder() / f"{published.kept_as}.safetensors").keys() == learnt().keys()


def test_what_has_another_checksum_is_not_opened_and_not_kept(server):
    published = of(server, pth(learnt()), digest="00000000")
    with pytest.raises(DownloadError, match="00000000"):
        load_published(nn.Linear(3, 2), published)
    assert not [path for path in weights_folder().iterdir() if path.suffix != ".lock"]


@pytest.mark.parametrize("content", [pth({"weight": torch.zeros, "bias": 3}), pth([1, 2]), b"nothing of the kind"])
def test_what_is_no_table_of_tensors_is_not_opened(server, content):
    with pytest.raises(DownloadError, match="checksum"):
        load_published(nn.Linear(3, 2), of(server, content))
    assert not [path for path in weights_folder().iterdir() if path.suffix != ".lock"]


def test_safetensors_of_a_hub_are_checked_against_what_the_hub_tells(server):
    content = save(learnt())
    published = of(server, content, "moved/first.safetensors", digest="")
    server.told = hashlib.sha256(content).hexdigest()
    load_published(nn.Linear(3, 2), published)
    other = of(server, content, "moved/other.safetensors", digest="")
    server.told = "0" * 64
    with pytest.raises(DownloadError, match="0" * 64):
        load_published(nn.Linear(3, 2), other)


def test_weights_laid_there_by_hand_come_first(server):
    weights_folder().mkdir(parents=True)
    (weights_folder() / "net.safetensors").write_bytes(save(learnt()))
    load_published(nn.Linear(3, 2), of(server, b""))
    assert server.asked == []


def test_without_a_network_one_sentence_says_where_they_were_looked_for(server):
    published = Published("net", server.url("gone-12345678.pth"), "12345678", "gone-12345678")
    with pytest.raises(DownloadError) as caught:
        load_published(nn.Linear(3, 2), published)
    told = str(caught.value)
    for place in (weights_folder() / "net.safetensors", weights_folder() / "gone-12345678.safetensors", published.url):
        assert str(place) in told
    server.server.server_close()
    with pytest.raises(DownloadError, match="ConnectionError"):
        load_published(nn.Linear(3, 2), published)


def test_where_nothing_safe_is_published_a_place_is_named():
    with pytest.raises(DownloadError, match=r"weights.net\.safetensors"):
        load_published(nn.Linear(3, 2), Published("net"))


def test_a_folder_that_cannot_be_written(server, tmp_path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(DownloadError, match="MAKEBELIEVE_DATA"):
        load_published(nn.Linear(3, 2), of(server, pth(learnt())))


def test_a_path_that_is_missing_or_a_pickle(tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        load_published(nn.Linear(3, 2), Published("net"), tmp_path / "nowhere.safetensors")
    (tmp_path / "a.pth").write_bytes(pth(learnt()))
    with pytest.raises(DataError, match="pickles"):
        load_published(nn.Linear(3, 2), Published("net"), tmp_path / "a.pth")


def test_names_of_another_version_are_converted_where_they_do_not_fit(tmp_path):
    path = tmp_path / "old.safetensors"
    path.write_bytes(save({f"old.{name}": tensor for name, tensor in learnt().items()}))
    with pytest.raises(DataError, match="2 tensors are missing, 2 are unknown"):
        load_published(nn.Linear(3, 2), Published("net"), path)
    net = nn.Linear(3, 2)
    convert = lambda tensors, _: {name.removeprefix("old."): t for name, t in tensors.items()}  # noqa: E731
    load_published(net, Published("net", convert=convert), path)
    assert torch.equal(net.bias, learnt()["bias"])


def test_a_conversion_that_fails_leaves_the_first_sentence(tmp_path):
    path = tmp_path / "old.safetensors"
    path.write_bytes(save({"old": torch.zeros(1)}))
    with pytest.raises(DataError, match="2 tensors are missing, 1 are unknown"):
        load_published(nn.Linear(3, 2), Published("net", convert=lambda tensors, _: tensors["gone"]), path)
