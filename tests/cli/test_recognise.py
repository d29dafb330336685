"""`makebelieve train classifier`, `predict` and `explain`, run in this process on tiny digits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import makebelieve as mb
from makebelieve.cli import main

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trained") / "run"
    words = ["--batch-size", "64", "--learning-rate", "0.01", "--epochs", "2"]
    assert main(["train", "classifier", "digits", *words, "--run", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    mb.images("digits").show_batch(3, part="valid").save(folder / "good", "folder")
    (folder / "bad.png").write_bytes(b"no picture")
    return folder


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main(["--json", *words])
    return status, json.loads(capsys.readouterr().out)


def test_epochs_alone_take_one_cycle_or_what_is_asked(trained: Path, tmp_path: Path) -> None:
    plan = json.loads(max((trained / "checkpoints").glob("*/state.json")).read_text())["state"]["plan"]
    assert plan["schedule"] == "one_cycle"
    words = ["train", "classifier", "digits", "--batch-size", "256", "--run", str(tmp_path / "run")]
    assert main([*words, "--fit", "fine-tune", "--epochs", "1"]) == 0
    plan = json.loads(max((tmp_path / "run" / "checkpoints").glob("*/state.json")).read_text())["state"]["plan"]
    assert len(plan["stages"]) == 2


def test_predict_answers_files_and_folders_and_tells_the_broken(
    trained: Path, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = answer(capsys, "predict", str(trained), str(files / "good"), str(files / "bad.png"))
    assert status == 0
    good, bad = told["predictions"][:-1], told["predictions"][-1]
    assert len(good) == 3 and all(one["error"] is None and one["label"] in "0123456789" for one in good)
    assert bad["label"] is None and "bad.png" in bad["error"]
    status, told = answer(capsys, "predict", str(trained), str(files / "bad.png"))
    assert status == 2 and told["error"] == "cli.nothing_read"


def test_explain_writes_a_picture_or_a_page_and_overwrites_nothing(
    trained: Path, files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "why.png"
    words = ["explain", str(trained), str(files / "good" / "0000.png"), "-o", str(out)]
    status, told = answer(capsys, *words)
    assert status == 0 and Path(told["picture"]) == out and out.stat().st_size > 500
    assert answer(capsys, *words)[0] == 2
    status, told = answer(capsys, "explain", str(trained), "-o", str(tmp_path / "layers.html"))
    assert status == 0 and "body" in Path(told["layers"]).read_text(encoding="utf-8")


def test_a_regressor_learns_the_numbers_in_the_names_of_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(24):
        Image.fromarray(np.full((8, 8), 10 * i, np.uint8)).save(folder / f"p_{i / 2}.png")
    run = str(tmp_path / "run")
    words = ["train", "regressor", str(folder), "--labels", r"_(\d+\.\d+)\.png$", "--batch-size", "8"]
    assert main([*words, "--epochs", "1", "--run", run]) == 0
    status, told = answer(capsys, "predict", run, str(folder))
    assert status == 0 and len(told["predictions"]) == 24
    assert all(isinstance(one["label"], float) for one in told["predictions"])


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--kind", "smells"], "cli.kind"),
        (["--fit", "slowly", "--epochs", "1"], "cli.fit"),
        (["--fit", "one-cycle", "--steps", "5"], "cli.fit_epochs"),
        (["--network", "resnet43", "--epochs", "1"], "networks.unknown"),
        (["--mix", "mixup", "--mix-strength", "3"], "recogniser.strength"),
    ],
)
def test_bad_options_end_with_one_sentence(
    words: list[str], key: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, told = answer(capsys, "train", "classifier", "digits", "--run", str(tmp_path / "run"), *words)
    assert status == 2 and told["error"] == key and not (tmp_path / "run").exists()


def test_a_run_that_recognises_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(tmp_path / "gan")
    assert main(["train", "autoencoder", "digits", "--steps", "1", "--run", run]) == 0
    status, told = answer(capsys, "predict", run, "x.png")
    assert status == 2 and told["error"] == "cli.predicts_nothing"


def test_early_stopping_is_not_left_out_where_one_cycle_is_usual(tmp_path: Path) -> None:
    words = ["train", "classifier", "digits", "--batch-size", "256", "--epochs", "1", "--patience", "1"]
    assert main([*words, "--run", str(tmp_path / "run")]) == 0
    plan = json.loads(max((tmp_path / "run" / "checkpoints").glob("*/state.json")).read_text())["state"]["plan"]
    assert plan["schedule"] == "constant" and plan["patience"]["epochs"] == 1
    assert main([*words, "--fit", "one-cycle"]) == 2


def test_the_rate_of_sounds_is_not_that_of_learning(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    for i in range(10):
        tone = np.sin(np.arange(4000) * (0.1 if i % 2 else 0.4))
        folder = tmp_path / "sounds" / ("low" if i % 2 else "high")
        folder.mkdir(parents=True, exist_ok=True)
        soundfile.write(folder / f"{i}.wav", tone, 8000)
    words = ["train", "classifier", str(tmp_path / "sounds"), "--kind", "sounds", "--rate", "8000", "--epochs", "1"]
    assert main([*words, "--run", str(tmp_path / "run")]) == 0
    plan = json.loads(max((tmp_path / "run" / "checkpoints").glob("*/state.json")).read_text())["state"]["plan"]
    assert plan["schedule"] == "one_cycle" and plan["rates"] == {}
