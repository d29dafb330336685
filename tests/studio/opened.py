"""A studio in a process of its own, and a visitor to it in chromium; also what scripts and benchmarks open it with."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

PATIENCE = float(os.environ.get("PATIENCE", 60))  # seconds until what was waited for counts as never coming
ADDRESS = re.compile(r"http://[^\s/]+:\d+/\?token=[^\s\x1b]+")
NEVER_END = ("/api/events", "/js/stream-worker.js")  # nobody is told that a shared worker has come
NAMED = re.compile(r"((?:^/(?:runs|explore|layers)/)|(?<=[=,]))([a-z_]+-\d{3})\b")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Studio:
    """`makebelieve studio FOLDERS --runs RUNS`, until `stop` or `kill`; `start` opens the same folders again."""

    def __init__(self, runs: Path, *folders: Path, log: Path, **env: str) -> None:
        self.runs, self.folders, self.log = runs, folders, log
        self.env = {**os.environ, "MAKEBELIEVE_LANG": "en", **env}
        self.places: list[str] = []  # without the token; the last is the one where it is now
        self.seconds = 0.0  # from the start of the process to the printed address
        self.start()

    def start(self) -> None:
        words = [sys.executable, "-m", "makebelieve", "studio", *map(str, self.folders), "--runs", str(self.runs)]
        words += ["--port", "0", "--no-open"]
        before = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, env=self.env, start_new_session=True)
        while not (found := ADDRESS.search(self.log.read_text())):
            if self.process.poll() is not None or time.monotonic() > before + PATIENCE:
                raise RuntimeError(f"the studio did not start: {self.log.read_text()}")
            time.sleep(0.01)
        self.seconds = time.monotonic() - before
        self.address = found[0]
        self.place, _, self.token = self.address.partition("/?token=")
        self.places.append(self.place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def kill(self) -> None:
        """As a power cut would, for the server alone: its trainers are processes of their own."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


def chromium() -> str | None:
    """The browser to drive: that of `CHROMIUM`, or one that is installed."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@contextmanager
def browser(**options: Any) -> Iterator[Any]:
    """Playwright's browser, closed at the end; no two at once in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"], **options)
        try:
            yield opened
        finally:
            opened.close()


class Visitor:
    """Somebody with a browser profile and one page; writes down whatever went wrong in it."""

    def __init__(self, browser: Any, studio: Studio, **context: Any) -> None:
        self.studio = studio
        self.context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **context})
        self.faults: list[str] = []
        self.forgiven: list[str] = []
        self.under_way: set[Any] = set()
        self.last = 0.0
        self.page = self.context.new_page()
        self.watch(self.page)

    def watch(self, page: Any) -> None:
        page.set_default_timeout(PATIENCE * 1e3)
        page.on("console", lambda said: said.type == "error" and self._fault(f"console: {said.text} {said.location}"))
        page.on("pageerror", lambda error: self._fault(f"page error: {error}"))
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _begun(self, request: Any) -> None:
        if not request.url.startswith((*self.studio.places, "data:", "blob:")):
            self._fault(f"asked another server: {request.url}")
        if not request.url.endswith(NEVER_END):
            self.under_way.add(request)
            self.last = time.monotonic()

    def _ended(self, request: Any) -> None:
        self.under_way.discard(request)
        self.last = time.monotonic()

    def quiet(self, seconds: float = 0.3) -> None:
        """Until the page has asked nothing for so long, and nothing is under way."""
        end = time.monotonic() + PATIENCE
        while (self.under_way or time.monotonic() - self.last < seconds) and time.monotonic() < end:
            self.page.wait_for_timeout(50)

    def _fault(self, what: str) -> None:
        if not any(re.search(pattern, what) for pattern in self.forgiven):
            self.faults.append(what)

    def forgive(self, pattern: str) -> None:
        """What matches is no fault from now on."""
        self.forgiven.append(pattern)

    def enter(self, path: str = "/") -> Any:
        """By the printed address, and on to a path of the studio's; the page."""
        if path == "/":
            self.page.goto(self.studio.address)
            return self.page
        self.context.request.get(self.studio.address)  # the browser has its cookie by that
        return self.goto(path)

    def goto(self, path: str) -> Any:
        """A path of the studio's, in which a run may be called by the name of its folder; the page."""
        self.under_way.clear()
        self.page.goto(self.studio.place + NAMED.sub(lambda found: found[1] + self.run(found[2]), path))
        return self.page

    def api(self, path: str, body: Any = None) -> Any:
        """What the studio answers as JSON; a body is posted."""
        return Web(self.studio).get(path, body)

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api("/api/runs")["runs"]
        return found

    def run(self, name: str) -> str:
        """The ID of the run in a folder of that name."""
        return next(str(run["id"]) for run in self.runs() if run["name"] == name)

    def wait(self, program: str, value: Any = None) -> Any:
        """Until the JavaScript function, which can't be async, returns something true; asked each frame."""
        return self.page.wait_for_function(program, arg=value, timeout=PATIENCE * 1e3)

    def until(self, found: Callable[[], Any], every: float = 0.1) -> Any:
        """Until the function of this process returns something true, and that."""
        end = time.monotonic() + PATIENCE
        while not (value := found()):
            if time.monotonic() > end:
                raise TimeoutError(f"in vain waited for {found}")
            self.page.wait_for_timeout(every * 1e3)
        return value

    def close(self) -> None:
        self.context.close()


class Web:
    """The studio asked by a program, with its token."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def get(self, path: str, body: Any = None) -> Any:
        """What it answers as JSON; a body is posted."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.studio.token}", "Content-Type": "application/json"}
        with urlopen(Request(self.studio.place + path, data, headers)) as answer:
            return json.loads(answer.read())

    post = get

    @staticmethod
    def until(found: Callable[[], Any]) -> Any:
        """Until the function returns something true, and that."""
        end = time.monotonic() + PATIENCE
        while not (value := found()):
            if time.monotonic() > end:
                raise TimeoutError(f"in vain waited for {found}")
            time.sleep(0.1)
        return value
