"""To a model hub and back, against a stand-in on this machine that speaks the hub's protocol."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from doors import pictures

import makebelieve as mb
from makebelieve.errors import CheckpointError, DownloadError, OptionError
from makebelieve.runs import from_hub

pytest.importorskip("huggingface_hub")
COMMIT = "a" * 40


class Hub(BaseHTTPRequestHandler):
    """One repository of files, kept by the server."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value, code=200):
        self.send(json.dumps(value).encode(), code, {"Content-Type": "application/json"})

    def send(self, content, code=200, headers=None):
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = self.server.asked
        asked.append(self.path)
        if self.path == "/api/repos/create":
            self.server.created = json.loads(body)
            self.answer({"url": f"{self.server.url}/me/digits", "id": "me/digits", "name": "me/digits"})
        elif "/preupload/" in self.path:
            files = [{"path": one["path"], "uploadMode": "regular"} for one in json.loads(body)["files"]]
            self.answer({"files": [{**one, "shouldIgnore": False, "oid": None} for one in files]})
        elif "/commit/" in self.path:
            for line in body.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    self.server.files[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            self.answer({"commitUrl": f"{self.server.url}/me/digits/commit/{COMMIT}", "commitOid": COMMIT})
        else:
            self.answer({}, 200)

    def do_GET(self):
        self.server.asked.append(self.path)
        name = self.path.partition("?")[0].rpartition("/")[2]
        if self.path.startswith("/me/digits/resolve/") and name in self.server.files:
            content = self.server.files[name]
            digest = hashlib.sha256(content).hexdigest()
            self.send(content, 200, {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT})
        elif self.path.startswith("/api/"):
            self.answer({"id": "me/digits", "sha": COMMIT, "siblings": [], "private": True})
        else:
            self.send(b"", 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})

    do_HEAD = do_GET


@pytest.fixture
def server(tmp_path, monkeypatch):
    found = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    found.files, found.asked, found.created = {}, [], {}
    found.url = f"http://127.0.0.1:{found.server_address[1]}"
    monkeypatch.setenv("HF_ENDPOINT", found.url)
    monkeypatch.setenv("HF_TOKEN", "hf_none")
    constants = importlib.import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


@pytest.fixture
def learn():
    return mb.gan(pictures(), network="mlp", latent=4, device="cpu", batch_size=8)


def test_there_and_back(server, learn):
    address = learn.push_to_hub("me/digits", licence="mit")
    assert address == f"{server.url}/me/digits"
    assert set(server.files) == {"model.safetensors", "config.json", "README.md"}
    assert server.created.get("private") is True or server.created.get("visibility") == "private"
    assert server.files["README.md"].startswith(b"---\nlibrary_name: makebelieve")
    server.asked.clear()
    found = from_hub("me/digits", revision="main")
    assert torch.equal(found.generate(3, seed=0).tensor, learn.generate(3, seed=0).tensor)
    fetched = {path.rpartition("/")[2] for path in server.asked if "/resolve/" in path}
    assert fetched == {"model.safetensors", "config.json"}


def test_what_comes_is_checked_as_any_folder_is(server, learn):
    learn.push_to_hub("me/digits")
    flipped = bytearray(server.files["model.safetensors"])
    flipped[-1] ^= 1
    server.files["model.safetensors"] = bytes(flipped)
    with pytest.raises(CheckpointError, match="SHA-256"):
        from_hub("me/digits")


def test_what_is_too_large_is_not_fetched(server, learn):
    learn.push_to_hub("me/digits")
    server.files["config.json"] = b" " * (2**25 + 1)
    with pytest.raises(DownloadError, match="config.json"):
        from_hub("me/digits")


def test_models_that_are_not_there_and_names_that_are_none(server, learn, tmp_path):
    with pytest.raises(DownloadError, match="me/digits"):
        from_hub("me/digits")
    for name in ("digits", "../digits", "me/..", "me/digits/more", "https://x.y/z", "me/di gits", ""):
        with pytest.raises(OptionError, match="user/name"):
            from_hub(name)
        with pytest.raises(OptionError, match="user/name"):
            learn.push_to_hub(name)
    with pytest.raises(OptionError, match="revision"):
        from_hub("me/digits", revision="../../x y")
    assert not any("commit" in path for path in server.asked)
