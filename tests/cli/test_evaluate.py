"""`makebelieve evaluate RUN`: figures told, kept in the run's folder, shown on its page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import makebelieve as mb
from makebelieve.cli import main
from makebelieve.evaluate import cached, classifier

pytest.importorskip("sklearn")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr(cached.pooch, "os_cache", lambda name: folder / name)
    monkeypatch.setattr(classifier, "Plan", lambda: classifier_plan)


classifier_plan = classifier.Plan(steps=10, batch=16, threads=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trained") / "run"
    words = ["train", "gan", "digits", "--size", "8", "--network", "mlp", "--batch-size", "16", "--latent", "4"]
    assert main([*words, "--steps", "2", "--run", str(path)]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main(["--json", *words])
    return status, json.loads(capsys.readouterr().out)


def test_figures_are_told_kept_and_shown(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = (trained / "config.json").read_bytes()
    status, told = answer(capsys, "evaluate", str(trained), "--n", "200", "--seed", "3")
    assert status == 0
    (one,) = told["evaluations"]
    assert one["figures"]["fd_digits"] > one["figures"]["fd_digits_floor"] > 0
    assert one["protocol"]["n_generated"] == 200
    assert one["protocol"]["seed"] == 3
    assert one["subject"]["step"] == 2
    assert json.loads((trained / "evaluation.json").read_text()) == [one]
    page = (trained / "report.html").read_text()
    assert "fd_digits" in page
    assert one["protocol"]["features_sha256"] in page
    assert (trained / "config.json").read_bytes() == config

    assert main(["evaluate", str(trained), "-n", "200", "--seed", "3"]) == 0  # the same anew replaces
    shown = capsys.readouterr().out
    assert "fd_digits" in shown
    assert "features_sha256" in shown
    assert len(json.loads((trained / "evaluation.json").read_text())) == 1
    assert main(["evaluate", str(trained), "-n", "150"]) == 0
    assert [e["protocol"]["n_generated"] for e in json.loads((trained / "evaluation.json").read_text())] == [200, 150]
    assert (trained / "report.html").read_text().count("<tbody>") == 2


def test_too_few_samples_are_one_sentence(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = answer(capsys, "evaluate", str(trained), "--n", "60")
    assert (status, told["error"]) == (2, "evaluate.fewer_than_features")


def test_unknown_features_are_one_sentence(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = answer(capsys, "evaluate", str(trained), "--features", "clip")
    assert (status, told["error"]) == (2, "evaluate.unknown_features")
    assert "'clip'" in told["message"]


def test_an_option_that_the_system_does_not_take_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn = mb.autoencoder(mb.images("digits"), latent=4, batch_size=16, run=tmp_path / "run")
    learn.fit(steps=2)
    status, told = answer(capsys, "evaluate", str(tmp_path / "run"), "--features", "fid")
    assert (status, told["error"]) == (2, "cli.evaluate_option")
    status, told = answer(capsys, "evaluate", str(tmp_path / "run"))
    assert status == 0
    assert told["evaluations"][0]["figures"]["mse"] > 0
