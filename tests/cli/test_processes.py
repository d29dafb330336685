"""`--processes N`: one command, several processes, one run and one answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import makebelieve as mb
from makebelieve.cli import main
from makebelieve.cli.processes import together, words_of

pytest.importorskip("sklearn")

SMALL = ["--batch-size", "32", "--precision", "float32", "--device", "cpu", "--steps", "3"]


def makebelieve(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "makebelieve", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_two_processes_make_one_run_and_give_one_answer(tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ["--json", "train", "autoencoder", "digits", *SMALL, "--latent", "4", "--run", str(run)]
    done = makebelieve(*words, "--processes", "2")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == str(run)
    two = mb.load(run)
    assert main([*words[1:-1], str(tmp_path / "alone")]) == 0
    one = mb.load(tmp_path / "alone")
    assert two.step == one.step == 3
    for name, tensor in one.nets["model"].state_dict().items():
        assert torch.allclose(tensor, two.nets["model"].state_dict()[name], atol=1e-4), name


def test_ctrl_c_reaches_all_and_ends_in_the_line_that_goes_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ["train", "autoencoder", "digits", *SMALL[:-2], "--latent", "4", "--minutes", "3", "--run", str(run)]
    command = [sys.executable, "-m", "makebelieve", *words, "--processes", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as running:
        for line in running.stderr:
            if line.startswith("epoch"):
                break
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 130 and f"makebelieve resume {run}" in out
    assert mb.load(run).step > 0


def test_an_error_is_one_sentence_whoever_meets_it(tmp_path: Path) -> None:
    done = makebelieve("train", "autoencoder", "digits", "--latent", "0", "--processes", "2", "--steps", "1")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    assert main(["train", "autoencoder", "digits", "--steps", "1", "--processes", "0"]) == 2


def test_options_become_the_words_that_they_were() -> None:
    given = {"batch_size": 8, "balance": True, "flip": False, "option": ["a=1", "b=2"], "label": None, "lr": 0.1}
    words = ["--batch-size=8", "--balance", "--no-flip", "--option=a=1", "--option=b=2", "--lr=0.1"]
    assert words_of(given) == words


def test_a_process_that_fails_ends_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = "import os, sys, time; sys.exit(3) if os.environ['RANK'] == '1' else time.sleep(60)"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text(f'#!/bin/sh\nexec {Path("/proc/self/exe").resolve()} -c "{program}"\n')
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr("makebelieve.cli.processes.LONELY", 0.2)
    assert together(["anything"], 2) == 3
