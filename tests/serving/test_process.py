"""A server in a process of its own: SIGTERM, sockets, and (slow) a minute of mixed load."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
import torch

import makebelieve as mb

ROOT = Path(__file__).parents[2]
PROGRAM = """
import logging, sys
from makebelieve.serving import Limits, serve
logging.basicConfig(format="%(message)s", level=logging.INFO)
serve(sys.argv[1], port=0, limits=Limits(seconds=60, **eval(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A generator that takes its time."""
    folder = tmp_path_factory.mktemp("served") / "run"
    data = mb.images(torch.randint(0, 256, (32, 1, 16, 16), dtype=torch.uint8))
    mb.diffusion(data, batch_size=8, run=folder).fit(steps=1)
    return folder


class Process:
    def __init__(self, run, tmp_path, **limits):
        self.log = tmp_path / "log"
        with self.log.open("w") as log:
            words = [sys.executable, "-W", "error", "-c", PROGRAM, str(run), repr(limits)]
            self.process = subprocess.Popen(words, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"})
        deadline = time.monotonic() + 120
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = found[0]

    def metric(self, name):
        text = httpx.get(f"{self.address}/metrics").text
        return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


@pytest.fixture
def started(run, tmp_path):
    found = []

    def start(**limits):
        found.append(Process(run, tmp_path, **limits))
        return found[-1]

    yield start
    for one in found:
        one.process.kill()
        one.process.wait()


def test_sigterm_lets_requests_in_flight_be_answered_and_takes_no_more(started):
    server = started(batch=4, wait=0)

    async def ask():
        async with httpx.AsyncClient(timeout=60) as web:
            asked = [asyncio.create_task(web.get(f"{server.address}/generate?n=4&steps=50&seed={i}")) for i in range(6)]
            while await asyncio.to_thread(server.metric, "makebelieve_requests") < 6:
                assert not any(one.done() for one in asked)
            server.process.send_signal(signal.SIGTERM)
            answers = await asyncio.gather(*asked)
            with pytest.raises(httpx.TransportError):
                await web.get(f"{server.address}/health")
            return answers

    answers = asyncio.run(ask())
    assert [answer.status_code for answer in answers] == [200] * 6
    assert all(answer.content.startswith(b"\x89PNG") and b"IEND" in answer.content[-12:] for answer in answers)
    assert server.process.wait(60) == 0
    assert "6 requests were answered, 0 of them cut off" in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


@pytest.mark.slow
def test_what_lasts_longer_than_the_grace_is_cut_off(started):
    server = started(grace=1.0)

    async def ask():
        async with httpx.AsyncClient(timeout=60) as web:
            asked = asyncio.create_task(web.get(f"{server.address}/generate?n=64&steps=100"))
            while await asyncio.to_thread(server.metric, "makebelieve_requests") < 1:
                assert not asked.done()
            server.process.send_signal(signal.SIGTERM)
            (found,) = await asyncio.gather(asked, return_exceptions=True)
            return found

    found = asyncio.run(ask())
    assert isinstance(found, httpx.TransportError) or found.status_code in (200, 500)
    assert server.process.wait(60) == 0


@pytest.mark.slow
def test_ctrl_c_ends_it_the_same_way_and_a_taken_port_is_told(started, run):
    server = started()
    port = server.address.rpartition(":")[2]
    again = PROGRAM.replace("port=0", f"port={port}")
    second = subprocess.run([sys.executable, "-c", again, str(run), "{}"], capture_output=True, text=True, check=False)
    assert second.returncode != 0
    assert "give another port" in second.stderr
    assert httpx.get(f"{server.address}/ready").status_code in (200, 503)
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(60) == 0


@pytest.mark.slow
def test_a_minute_of_mixed_load_leaves_no_wrong_answer_and_no_growth():
    words = [sys.executable, str(ROOT / "benchmarks" / "serving.py"), "--minutes", "1"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "wrong or lost answers: 0" in done.stdout
