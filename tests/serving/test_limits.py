"""What a caller may not do: each refusal has its status, a key and one sentence."""

from __future__ import annotations

import asyncio
import io
import socket
import struct
import threading
import time
import zlib

import httpx2 as httpx
import numpy as np
import pytest
import torch
import uvicorn
from fastapi.exceptions import RequestValidationError
from PIL import Image

from makebelieve.errors import OptionError
from makebelieve.messages import CATALOGUE
from makebelieve.serving import Limits, application, serve, sockets
from makebelieve.serving.refusals import RefusalError
from makebelieve.serving.routes.predicting import ALONE, _alike
from makebelieve.serving.server import read_token
from makebelieve.serving.sockets import is_loopback, listening, served_names
from makebelieve.serving.uploads import check_sound

from .conftest import pixels, png

TOKEN = "a-token-of-some-length"


def refused(answer, status, key):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"key", "message"}
    assert answer.json()["key"] == key
    assert key in CATALOGUE
    assert "Traceback" not in answer.text
    return answer


def test_a_body_that_says_that_it_is_large_is_not_read(client):
    web = client("classifier", Limits(body=2000, json=300))
    answer = web.post("/predict", files={"files": b"x" * 3000})
    refused(answer, 413, "serving.large")
    refused(web.post("/predict/array", json={"items": [[0] * 400]}), 413, "serving.large")


def test_a_body_that_does_not_say_its_size_is_measured_while_it_is_read(client):
    web, sent = client("classifier", Limits(body=2000, json=300)), []

    def endless(boundary=b""):
        yield boundary
        for _ in range(1000):
            sent.append(1)
            yield b"1234567890" * 10

    refused(
        web.post("/predict/array", content=endless(), headers={"content-type": "application/json"}),
        413,
        "serving.large",
    )
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    refused(web.post("/predict", content=endless(head), headers=headers), 413, "serving.large")


def test_pixels_are_counted_before_anything_is_decoded(client):
    def claiming(w, h):  # a PNG of a few bytes that says it is w × h
        head = struct.pack(">IIBBBBB", w, h, 8, 0, 0, 0, 0)
        parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
        chunks = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts]
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    web = client("classifier", Limits(pixels=10_000))
    refused(web.post("/predict", files={"files": claiming(200, 200)}), 413, "serving.pixels")
    refused(web.post("/predict", files={"files": claiming(60_000, 60_000)}), 413, "serving.bomb")
    refused(web.post("/predict", files={"files": claiming(50, 50)}), 422, "data.unreadable")
    refused(web.post("/predict/array", json={"items": [[[0] * 5000]]}), 413, "serving.pixels")
    translator = client("translator", Limits(pixels=1000))
    refused(translator.post("/translate", files={"file": png(pixels(1, 3, 20)[0])}), 413, "serving.pixels")
    assert "makebelieve_batch_rows_count" not in web.get("/metrics").text


def test_only_pictures_of_known_forms_are_opened(client):
    web = client("classifier")
    refused(web.post("/predict", files={"files": b"%!PS-Adobe-3.0 EPSF-3.0\n"}), 415, "serving.no_picture")
    refused(web.post("/predict", files={"files": b""}), 415, "serving.no_picture")
    tiff = io.BytesIO()
    Image.new("L", (8, 8)).save(tiff, "TIFF")
    refused(web.post("/predict", files={"files": tiff.getvalue()}), 415, "serving.no_picture")
    whole = png(pixels()[0])
    refused(web.post("/predict", files={"files": whole[: len(whole) // 2]}), 422, "data.unreadable")


def test_no_path_of_the_caller_is_opened(client, tmp_path, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("good good good")
    table = tmp_path / "table.csv"
    table.write_text("sales\n" + "\n".join(map(str, range(60))))
    monkeypatch.chdir(tmp_path)
    texts = client("texts")
    by_name = texts.post("/predict", json={"texts": [str(secret), "secret.txt"]}).json()["predictions"]
    secret.rename(tmp_path / "elsewhere")
    unknown = texts.post("/predict", json={"texts": [str(secret), "secret.txt"]}).json()["predictions"]
    inside = texts.post("/predict", json={"texts": ["good good good"]}).json()["predictions"][0]
    assert [one["probability"] for one in by_name] == pytest.approx([one["probability"] for one in unknown])
    assert by_name[0]["probability"] != pytest.approx(inside["probability"])
    for columns in (str(table), {"sales": str(table)}, {"sales": [str(table)] * 20}):
        assert client("forecaster").post("/forecast", json={"columns": columns}).status_code == 422
    named = {"files": (str(secret), b"none", "image/png")}
    refused(client("classifier").post("/predict", files=named), 415, "serving.no_picture")


def test_counts_are_limited(client):
    web = client("gan", Limits(n=4))
    refused(web.get("/generate?n=5"), 422, "serving.value")
    refused(web.get("/generate?n=4&truncation=nan"), 422, "serving.value")
    refused(web.get("/generate?colour=red"), 422, "serving.unknown")
    refused(web.get("/generate?seed=9" + "9" * 40), 422, "serving.value")
    refused(client("writer", Limits(length=50)).post("/write", json={"n": 51}), 422, "serving.value")
    files = [("files", ("a", png(one), "image/png")) for one in pixels()[:3]]
    refused(client("classifier", Limits(items=2)).post("/predict", files=files), 422, "serving.value")


def test_bodies_of_another_kind_are_refused(client):
    web = client("numbers")
    refused(web.post("/predict", content=b"items=1", headers={"content-type": "text/plain"}), 415, "serving.type")
    refused(web.post("/predict", content=b"{", headers={"content-type": "application/json"}), 422, "serving.no_json")
    deep = b"[" * 100_000
    answer = web.post("/predict", content=deep, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    for items in ([[[1, 2], [3]]], [["a", "b", "c"]], [[1, 2]], [[1, None, 2]], [[1e400, 1, 2]], [[10**30, 0, 1]]):
        assert (
            web.post("/predict", json={"items": items} if items != [[1e400, 1, 2]] else {"items": [["x"]]}).status_code
            == 422
        )
    refused(client("classifier").post("/predict", json={}), 415, "serving.type")
    refused(client("classifier").post("/predict", files={"other": b"1"}), 422, "serving.missing")
    refused(web.get("/nowhere"), 404, "serving.no_route")
    refused(web.get("/predict"), 405, "serving.no_method")


def test_a_token_opens_all_but_health(client):
    web = client("gan", token=TOKEN)
    for path in ("/generate?n=1", "/metrics", "/model", "/openapi.json", "/nowhere"):
        answer = refused(web.get(path), 401, "serving.token_wrong")
        assert answer.headers["www-authenticate"] == "Bearer"
        for wrong in ("Bearer", "Bearer " + TOKEN[:-1], "Basic " + TOKEN, TOKEN, "Bearer ü"):
            refused(web.get(path, headers={"authorization": wrong.encode()}), 401, "serving.token_wrong")
    assert web.get("/generate?n=1", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert web.get("/health").status_code == web.get("/ready").status_code == 200


def test_a_page_of_another_name_can_not_ask(client):
    web = client("gan", hosts=("localhost", "127.0.0.1", "[::1]"))
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "LOCALHOST:80"):
        assert web.get("/health", headers={"host": host}).status_code == 200
    for host in ("evil.example", "localhost.evil.example:8000", "127.0.0.1.evil.example", "", "0.0.0.0:8000"):
        refused(web.get("/generate?n=1", headers={"host": host}), 421, "serving.host")
    good = {"host": "localhost:8000"}
    for origin in ("https://evil.example", "null", "http://[::1"):
        refused(web.get("/health", headers={**good, "origin": origin}), 421, "serving.host")
    assert web.get("/health", headers={**good, "origin": "http://localhost:3000"}).status_code == 200


def test_only_loopback_needs_no_token(tmp_path):
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "192.168.0.2", "example.org")] == [False] * 4
    with pytest.raises(OptionError, match="needs|token_file"):
        serve(tmp_path / "none", host="0.0.0.0")
    path = tmp_path / "token"
    with pytest.raises(OptionError, match="can't be read"):
        read_token(path)
    path.write_text("short\n")
    with pytest.raises(OptionError, match="no usable token"):
        read_token(path)
    path.write_text(TOKEN + "\n")
    assert read_token(path) == TOKEN


@pytest.mark.parametrize(("host", "name"), [("127.0.0.2", "127.0.0.2"), ("::1", "[::1]"), ("localhost", "localhost")])
def test_the_name_that_was_asked_for_is_served(client, host, name):
    web = client("gan", hosts=served_names(host))
    for given in (name, f"{name}:8000", "localhost:8000"):
        assert web.get("/health", headers={"host": given}).status_code == 200
    refused(web.get("/health", headers={"host": "elsewhere.example"}), 421, "serving.host")


def test_an_address_that_can_not_be_had_is_told():
    taken = socket.create_server(("127.0.0.1", 0))
    with taken, pytest.raises(OptionError, match="give another port"), listening("127.0.0.1", taken.getsockname()[1]):
        pass
    for host, port in (("no.such.host.invalid", 0), ("127.0.0.1", 70_000)):
        with pytest.raises(OptionError, match="can't be listened at"), listening(host, port):
            pass


@pytest.mark.parametrize("given", [{"n": 0}, {"queue": -1}, {"seconds": float("inf")}, {"body": 1.5}, {"items": True}])
def test_limits_are_positive_numbers(given):
    with pytest.raises(OptionError, match=next(iter(given))):
        Limits(**given)


def test_a_long_string_among_numbers_takes_no_memory_of_its_own_for_each(client):
    web = client("numbers")
    body = '{"items": [[' + "0, " * 20_000 + '"' + "x" * 1_000_000 + '"]]}'  # NumPy would want 80 GB for it
    json = {"content-type": "application/json"}
    refused(web.post("/predict", content=body.encode(), headers=json), 422, "serving.ragged")
    refused(web.post("/predict", json={"items": [[None, 1, 2]]}), 422, "serving.ragged")
    assert web.post("/predict", json={"items": [[True, 1, 2.5]]}).status_code == 200


def test_bodies_full_of_mistakes_have_one_told(client, monkeypatch):
    told, whole = [], RequestValidationError.errors
    monkeypatch.setattr(RequestValidationError, "errors", lambda error: told.append(len(whole(error))) or whole(error))
    web = client("forecaster")
    for body in (
        {"columns": {"sales": [[]] * 5000}},
        {"columns": {str(i): 0 for i in range(5000)}},
        {"columns": {"sales": [1]}, **{str(i): 0 for i in range(5000)}},
    ):
        refused(web.post("/forecast", json=body), 422, "serving.value")
    for ratings in ({str(i): [] for i in range(5000)}, [[]] * 5000):
        refused(client("recommender").post("/recommend", json={"ratings": ratings}), 422, "serving.value")
    assert max(told) <= 10


def test_texts_are_limited_by_what_goes_through_the_networks(client):
    web = client("texts", Limits(tokens=1000))
    assert web.post("/predict", json={"texts": ["good film"] * 10}).status_code == 200
    refused(web.post("/predict", json={"texts": ["good film"] * 10 + ["good " * 30]}), 413, "serving.tokens")


def test_texts_go_together_with_those_of_about_their_length():
    ids = [torch.zeros(n, dtype=torch.int64) for n in (5, 7, 9, ALONE + 1)]
    keys = [_alike([one]) for one in ids]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] is None
    assert _alike(ids) is None


def test_pictures_with_many_numbers_do_not_come_as_json(client):
    web = client("gan", Limits(numbers=100))
    assert web.get("/generate?n=1&format=json").status_code == 200
    refused(web.get("/generate?n=2&format=json"), 413, "serving.numbers")
    assert web.get("/generate?n=2&format=npy").status_code == 200


def test_sounds_of_absurdly_many_channels_are_not_read():
    package = pytest.importorskip("soundfile")
    for channels, key in ((2, None), (200, "serving.channels")):
        out = io.BytesIO()
        package.write(out, np.zeros((50, channels), np.float32), 8000, format="WAV")
        if key is None:
            check_sound(out.getvalue())
        else:
            with pytest.raises(RefusalError, match=f"{channels} channels"):
                check_sound(out.getvalue())


def test_connections_that_never_come_to_a_request_are_closed(client, monkeypatch):
    monkeypatch.setattr(sockets, "HEAD", 0.1)
    config = uvicorn.Config(
        client("gan").app, http=sockets.Patient, log_config=None, lifespan="off", timeout_keep_alive=1
    )
    running = uvicorn.Server(config)
    with listening("127.0.0.1", 0) as sock:
        thread = threading.Thread(target=running.run, args=([sock],))
        thread.start()
        try:
            for sent in (b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /health HT"):
                with socket.create_connection(sock.getsockname(), timeout=20) as caller:
                    caller.sendall(sent)
                    found = b""
                    while more := caller.recv(4096):  # b"" once the server has closed; else this test times out
                        found += more
                    assert found.count(b"200 OK") == sent.count(b"Host")
            with socket.create_connection(sock.getsockname(), timeout=20) as caller:
                caller.sendall(b"GET /generate?n=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                assert caller.recv(4096).startswith(b"HTTP/1.1 200")
        finally:
            running.should_exit = True
            thread.join(20)


class Slow:
    """A learner whose verb takes its time."""

    name, step = "slow", 0

    def stylise(self, given, out=None):
        from makebelieve.pictures import Pictures

        time.sleep(0.3)
        return Pictures(torch.from_numpy(np.asarray(given, np.float32) / 255).permute(2, 0, 1))


def asked(limits, requests):
    """Answers of several requests that come at the same time."""
    files = {"file": png(pixels(1, 3)[0])}

    async def all_of_them():
        transport = httpx.ASGITransport(app=application(Slow(), limits))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as web:
            return await asyncio.gather(*(web.post("/stylise", files=files) for _ in range(requests)))

    return asyncio.run(all_of_them())


def test_more_requests_than_the_queue_holds_are_told_to_come_again():
    answers = asked(Limits(queue=2), 5)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429, 429]
    late = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused(late, 429, "serving.full").headers["retry-after"]) >= 1


def test_what_takes_too_long_is_given_up_and_no_longer_waits():
    answers = asked(Limits(seconds=0.4), 4)
    found = sorted(answer.status_code for answer in answers)
    assert found[0] == 200
    assert found[-1] == 504
    refused(next(answer for answer in answers if answer.status_code == 504), 504, "serving.late")


def test_so_many_texts_are_streamed_at_once(client):
    web = client("writer", Limits(streams=1))
    asking = {"n": 5, "seed": 1}
    for _ in range(3):  # each makes room again
        assert web.post("/write/stream", json=asking).status_code == 200

    async def two():
        transport = httpx.ASGITransport(app=web.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as other:
            return await asyncio.gather(*(other.post("/write/stream", json={"n": 500, "seed": 1}) for _ in range(2)))

    answers = asyncio.run(two())
    assert sorted(answer.status_code for answer in answers) == [200, 429]


def test_what_breaks_is_told_without_its_traceback(learner):
    from starlette.testclient import TestClient

    class Broken(Slow):
        def stylise(self, given, out=None):
            raise ZeroDivisionError("inner words")

    class Greedy(Slow):
        def stylise(self, given, out=None):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    files = {"file": png(pixels(1, 3)[0])}
    with TestClient(application(Broken()), raise_server_exceptions=False) as web:
        answer = refused(web.post("/stylise", files=files), 500, "serving.broken")
        assert "inner words" not in answer.text
        assert web.get("/ready").status_code == 200
        assert 'route="/stylise",status="500"} 1' in web.get("/metrics").text
    with TestClient(application(Greedy())) as web:
        refused(web.post("/stylise", files=files), 503, "serving.memory")
