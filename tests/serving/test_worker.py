"""Batching: who goes together, what comes back to whom, and that company changes no answer."""

from __future__ import annotations

import asyncio
import time

import httpx2 as httpx
import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.serving import Limits, application
from makebelieve.serving.metrics import Metrics
from makebelieve.serving.worker import Work, Worker

from .conftest import pixels, png


class Adder:
    """Adds one to numbers, and remembers which it got together."""

    def __init__(self, seconds=0.05):
        self.seconds, self.seen = seconds, []

    def __call__(self, payloads):
        self.seen.append(list(payloads))
        time.sleep(self.seconds)
        if -1 in payloads:
            raise OptionError("serving.limit", name="n", given=-1)
        return [one + 1 for one in payloads]


def done(works, limits=None, drop=()):
    """Results of works that are handed in at once; those dropped are given up before they begin."""
    metrics = Metrics()
    metrics.crowd.inside = len(works) + 1  # somebody else might come
    worker = Worker(limits or Limits(), metrics, lambda: None)

    async def all_of_them():
        jobs = [worker.put(work) for work in works]
        for i in drop:
            jobs[i].dropped = True
        kept = [job.future for i, job in enumerate(jobs) if i not in drop]
        return await asyncio.gather(*kept, return_exceptions=True)

    try:
        return asyncio.run(all_of_them()), metrics
    finally:
        worker.stop()
        assert not worker.ready


def test_equal_keys_go_together_and_each_gets_its_own():
    add = Adder()
    works = [Work("add", "a" if i % 2 else "b", 1, i, add) for i in range(8)]
    found, _ = done(works, Limits(wait=0.02))
    assert found == [i + 1 for i in range(8)]
    assert sorted(add.seen) == [[0, 2, 4, 6], [1, 3, 5, 7]]


def test_a_batch_has_so_many_rows_and_keeps_the_order():
    add = Adder(0)
    found, metrics = done([Work("add", "a", 3, i, add) for i in range(5)], Limits(batch=7, wait=0.05))
    assert found == [1, 2, 3, 4, 5]
    assert add.seen == [[0, 1], [2, 3], [4]]
    assert 'makebelieve_batch_rows_sum{kind="add"} 15' in metrics.text()


def test_what_is_larger_than_a_batch_goes_alone_and_so_does_what_has_no_key():
    add = Adder(0)
    found, _ = done([Work("add", None, 1, 0, add), Work("add", None, 1, 1, add), Work("add", "a", 99, 2, add)])
    assert found == [1, 2, 3]
    assert add.seen == [[0], [1], [2]]


def test_the_fault_of_one_is_not_that_of_the_others():
    add = Adder(0)
    found, _ = done([Work("add", "a", 1, i, add) for i in (1, -1, 3)], Limits(wait=0.05))
    assert found[0] == 2
    assert isinstance(found[1], OptionError)
    assert found[2] == 4


def test_who_has_left_is_not_worked_for():
    add = Adder(0)
    first = Work("add", None, 1, 10, Adder(0.1))  # keeps the thread busy meanwhile
    found, metrics = done([first, *(Work("add", "a", 1, i, add) for i in range(4))], drop=(2, 3))
    assert found == [11, 1, 4]
    assert add.seen == [[0, 3]]
    assert metrics.dropped.total() == 2


def test_warming_that_fails_leaves_it_not_ready(caplog):
    def warm():
        raise ValueError("cold")

    worker = Worker(Limits(), Metrics(), warm)
    worker.start()
    deadline = time.monotonic() + 5
    while "warming" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not worker.ready
    worker.stop()


def test_nobody_waits_where_nobody_else_is_there():
    metrics, add = Metrics(), Adder(0)
    metrics.crowd.inside = 1
    worker = Worker(Limits(wait=5.0), metrics, lambda: None)

    async def one():
        return await worker.put(Work("add", "a", 1, 1, add)).future

    start = time.monotonic()
    assert asyncio.run(one()) == 2
    assert time.monotonic() - start < 2.5
    worker.stop()


def together(app, requests):
    """Answers of requests that are made at the same time."""

    async def all_of_them():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as web:
            return await asyncio.gather(*(web.request(*one, **more) for *one, more in requests))

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("name", ["gan", "conditional", "vae", "diffusion"])
def test_pictures_of_a_seed_do_not_depend_on_their_company(learner, name):
    app, quick = (application(learner(name), Limits(wait=wait)) for wait in (0.1, 0))
    requests = [("GET", f"/generate?n={1 + i % 5}&seed={i}&format=json", {}) for i in range(8)]
    crowd = together(app, requests)
    assert app.state.metrics.batches._sums[("kind", "generate"),] == sum(1 + i % 5 for i in range(8))
    batches = sum(app.state.metrics.batches._counts[("kind", "generate"),])
    assert batches < 8
    for request, answer in zip(requests, crowd, strict=True):
        (alone,) = together(quick, [request])
        one, other = (torch.tensor(found.json()["pictures"]) for found in (alone, answer))
        assert torch.allclose(one, other, atol=1e-6)
        assert alone.json()["labels"] == answer.json()["labels"]


def test_predictions_and_recommendations_do_not_depend_on_their_company(learner):
    app = application(learner("classifier"), Limits(wait=0.1))
    requests = [("POST", "/predict", {"files": {"files": png(one)}}) for one in pixels()[:5]]
    for request, answer in zip(requests, together(app, requests), strict=True):
        (alone,) = together(app, [request])
        one, other = (found.json()["predictions"][0]["probabilities"] for found in (alone, answer))
        assert one == pytest.approx(other, abs=1e-6)
    app = application(learner("recommender"), Limits(wait=0.1))
    requests = [("POST", "/recommend", {"json": {"user": i, "n": 2 + i}}) for i in range(5)]
    requests += [("POST", "/recommend", {"json": {"user": 1, "exclude_seen": False}})]
    for request, answer in zip(requests, together(app, requests), strict=True):
        (alone,) = together(app, [request])
        assert [row["id"] for row in alone.json()["items"]] == [row["id"] for row in answer.json()["items"]]


def test_texts_of_a_seed_do_not_depend_on_what_is_written_beside_them(learner):
    app = application(learner("writer"))
    requests = [("POST", "/write", {"json": {"n": 150, "seed": i, "temperature": 1.0}}) for i in range(4)]
    for request, answer in zip(requests, together(app, requests), strict=True):
        (alone,) = together(app, [request])
        assert alone.json() == answer.json()


def test_a_caller_who_leaves_makes_room(learner):
    """The request ends when the connection does, before the networks have come to it."""
    app = application(learner("gan"), Limits(wait=0.5))
    app.state.metrics.crowd.inside = 5  # as if others were there, so that it waits

    async def leave():
        sent = []
        scope = {"type": "http", "method": "GET", "path": "/generate", "query_string": b"n=1",
                 "headers": [], "http_version": "1.1", "scheme": "http", "server": ("localhost", 80),
                 "client": ("localhost", 1), "root_path": "", "asgi": {"version": "3.0"}}  # fmt: skip
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])

        async def receive():
            await asyncio.sleep(0.01)
            return next(messages)

        async def send(message):
            sent.append(message)

        start = time.monotonic()
        await app(scope, receive, send)
        return sent[0]["status"], time.monotonic() - start

    status, seconds = asyncio.run(leave())
    assert status == 499
    assert seconds < 0.4
    (answer,) = together(app, [("GET", "/generate?n=1", {})])
    assert answer.status_code == 200
    assert app.state.metrics.dropped.total() == 1
