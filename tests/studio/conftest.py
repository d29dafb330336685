"""Tiny runs of every system, a studio that shows them, and a visitor in chromium whose page may not go wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `files/` to learn from and `runs/` of every system, each trained a little; copy before a change."""
    pytest.importorskip("sklearn", reason="the tiny runs are of the set digits, which the extra samples brings")
    from tiny import make, sources

    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAKEBELIEVE_LANG", "en")
        make(folder / "runs", sources(folder / "files"))
    return folder


@pytest.fixture(scope="module")
def studio(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A studio over the tiny runs, for a whole file of tests."""
    pytest.importorskip("fastapi", reason="the extra studio is not installed")
    pytest.importorskip("uvicorn", reason="the extra studio is not installed")
    from opened import Studio

    opened = Studio(tiny / "runs", tiny / "files", log=tmp_path_factory.mktemp("studio") / "log", OMP_NUM_THREADS="1")
    yield opened
    assert opened.stop() == 0
    log = opened.log.read_text()
    assert "Traceback" not in log, log[-3000:]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for a whole file of tests. Not for the session: its event loop would run under tests of others."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    import opened

    if opened.chromium() is None:
        pytest.skip("there is no chromium here; CHROMIUM may name one")
    with opened.browser() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any, studio: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of the studio for a new visitor; what goes wrong in it fails the test."""
    from opened import Visitor

    visitors = []

    def enter(path: str = "/") -> Any:
        visitors.append(Visitor(chromium, studio))
        visitors[-1].enter(path)
        return visitors[-1]

    yield enter
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.close()
    assert not faults, "\n".join(faults)
