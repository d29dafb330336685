"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# tiny networks gain nothing from a second thread and lose much where the cores are shared
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _own_corner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """English messages, and runs in a folder of the test's own, whatever the machine is set to."""
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("MPLBACKEND", "agg")
