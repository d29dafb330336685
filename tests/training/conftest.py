"""The toys of this folder, importable by tests and by the processes that tests start."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def run(tmp_path):
    """A folder for a run that is not there yet."""
    return tmp_path / "run"
