"""The studio's server: light, alone with its runs, and plain about what it can't do."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra studio is not installed")

sys.path.insert(0, str(Path(__file__).parent))

from opened import Studio

from makebelieve.cli import main
from makebelieve.errors import OptionError
from makebelieve.messages import CATALOGUE
from makebelieve.studio.server import _alone
from makebelieve.studio.statics import catalogue, page_files


def test_the_server_loads_no_torch():
    # the first page is there at once; what needs torch runs in processes of its own
    code = "import sys, makebelieve.studio.server; print(sorted({'torch', 'numpy', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_studios_can_not_have_the_same_runs(tmp_path):
    with _alone(tmp_path), pytest.raises(OptionError, match="open for .* already"), _alone(tmp_path):
        pass
    with _alone(tmp_path):
        assert (tmp_path / ".studio" / "process").read_text()


def test_a_folder_that_is_none_ends_the_command_with_a_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    missing = tmp_path / "missing"
    assert main(["studio", str(missing), "--runs", str(tmp_path / "runs"), "--no-open"]) == 2
    told = capsys.readouterr().err
    assert f"{missing} is no folder" in told
    assert "Traceback" not in told


def test_asked_twice_to_end_it_ends_in_order_all_the_same(tmp_path):
    (tmp_path / "runs").mkdir()
    studio = Studio(tmp_path / "runs", log=tmp_path / "log")
    studio.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    assert studio.stop() == 0
    told = studio.log.read_text()
    assert "Traceback" not in told
    assert "saved first" in told
    assert "The studio is closed" in told


def test_words_of_both_languages_are_served_with_those_of_the_library():
    files = page_files()
    assert {"/index.html", "/js/app.js", "/words/en.json", "/words/ko.json"} <= set(files)
    assert set(CATALOGUE) <= set(catalogue())
    assert files["/words/en.json"].kind == "application/json"
    assert len({file.tag for file in files.values()}) > len(files) // 2


def test_nothing_but_known_kinds_of_files_is_served():
    assert all(not address.endswith((".py", ".md", ".map")) for address in page_files())
