"""The commands, run in this process through ``main``; training is a handful of steps on small digits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import makebelieve as mb
from makebelieve.cli import main
from makebelieve.cli.train import arguments_for, named_recipe
from makebelieve.errors import OptionError

pytest.importorskip("sklearn")

SMALL = ["--size", "16", "--network", "mlp", "--batch-size", "16", "--latent", "8"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    out, err = capsys.readouterr()
    return status, out, err


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    status, out, _ = run(capsys, "--json", *words)
    return status, json.loads(out)


def width(picture: Path) -> int:
    with Image.open(picture) as image:
        return image.width


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run made by the command line."""
    folder = tmp_path_factory.mktemp("trained")
    path = folder / "gan run"
    assert main(["train", "gan", "digits", *SMALL, "--classes", "3,7", "--steps", "4", "--run", str(path)]) == 0
    return path


def test_train_writes_the_run_its_pictures_and_its_page(trained: Path) -> None:
    config = json.loads((trained / "config.json").read_text())
    assert config["data"]["facts"]["classes"] == ["3", "7"]
    assert config["arguments"]["network"] == "mlp"
    assert config["settings"]["batch_size"] == 16
    assert (trained / "samples.png").is_file()
    assert (trained / "report.html").is_file()


def test_training_ends_with_what_to_do_next(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a run"
    status, out, _ = run(capsys, "train", "gan", "digits", *SMALL, "--steps", "2", "--run", str(path))
    assert status == 0
    assert str(path / "report.html") in out
    assert f"makebelieve generate '{path}'" in out


def test_generate_makes_the_same_pictures_for_the_same_seed(
    capsys: pytest.CaptureFixture[str], trained: Path, tmp_path: Path
) -> None:
    for name in ("a.png", "b.png"):
        status, told = answer(capsys, "generate", str(trained), "-n", "9", "-o", str(tmp_path / name), "--seed", "5")
        assert (status, told) == (0, {"pictures": str(tmp_path / name), "number": 9})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_generate_never_writes_over_a_file_unless_forced(
    capsys: pytest.CaptureFixture[str], trained: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mine.png"
    out.write_bytes(b"mine")
    status, told = answer(capsys, "generate", str(trained), "-o", str(out))
    assert (status, told["error"]) == (2, "cli.exists")
    assert out.read_bytes() == b"mine"
    assert answer(capsys, "generate", str(trained), "-n", "4", "-o", str(out), "--force")[0] == 0
    assert width(out) > 16


def test_resume_of_a_finished_run_trains_nothing(capsys: pytest.CaptureFixture[str], trained: Path) -> None:
    before = (trained / "history.jsonl").read_bytes()
    status, told = answer(capsys, "resume", str(trained))
    assert (status, told["run"]) == (0, str(trained))
    assert (trained / "history.jsonl").read_bytes() == before


def test_report_writes_the_page_anew(capsys: pytest.CaptureFixture[str], trained: Path) -> None:
    (trained / "report.html").unlink()
    assert answer(capsys, "report", str(trained)) == (0, {"report": str(trained / "report.html")})
    assert "digits" in (trained / "report.html").read_text(encoding="utf-8")


def test_errors_are_one_sentence_and_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words in (
        ["resume", str(tmp_path / "no")],
        ["data", "show", "mnst"],
        ["train", "gan", "digits", "--steps", "0"],
    ):
        status, out, err = run(capsys, *words)
        assert status == 2
        assert not out
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err


def test_errors_are_documents_with_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, told = answer(capsys, "data", "show", "mnst")
    assert status == 2
    assert told["error"] == "data.unknown_name"
    assert told["values"]["name"] == "mnst"
    assert "mnist" in told["message"]


def test_usage_errors_are_status_2_too(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["generate"], ["nonsense"], ["generate", "x", "-n", "none"], ["--lang", "fr", "doctor"], ["--lang"]):
        status, out, err = run(capsys, *words)
        assert (status, out) == (2, "")
        assert err.strip()
        status, told = answer(capsys, *words)
        assert status == 2
        assert told["message"]


def test_global_options_may_stand_anywhere(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(run(capsys, "data", "list", "--json")[1])["sets"]
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")  # so that what --lang sets is put back
    assert "받은 데이터" in run(capsys, "data", "list", "--lang", "ko")[1]
    assert "그림" in run(capsys, "--lang=ko", "generate", "--help")[1]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "--version") == (0, {"version": mb.__version__})


def test_data_show_describes_and_draws(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, told = answer(capsys, "data", "show", "digits", "-o", str(tmp_path / "d.png"))
    assert status == 0
    assert told["data"]["shape"] == [1, 8, 8]
    assert width(tmp_path / "d.png") > 64
    assert "1,4" in run(capsys, "data", "show", "digits")[1]  # of 1,797, four fifths


def test_doctor_examines_everything(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = answer(capsys, "doctor")
    assert status == 0
    assert set(found) >= {
        "python",
        "torch",
        "devices",
        "threads",
        "bf16",
        "torchvision",
        "extras",
        "cache",
        "hangul_font",
    }
    assert "digits" in found["sets"]
    assert found["disk_here"] > 0


def test_options_of_train_are_those_of_the_doors(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "train", "gan", "--help")
    assert status == 0
    for option in ("--size", "--classes", "--valid", "--network", "--latent", "--conditional", "--seed", "--epochs"):
        assert option in out
    assert "--minutes" in out
    assert "--callbacks" not in out


def test_an_option_that_both_doors_know_goes_to_both() -> None:
    given = {"seed": 7, "size": "28,32", "classes": "frog,3", "batch_size": 4, "network": None}
    assert arguments_for(mb.images, given, leave_out=["source"]) == {
        "seed": 7,
        "size": [28, 32],
        "classes": ["frog", 3],
    }
    assert arguments_for(mb.gan, given, leave_out=["data"]) == {"seed": 7, "batch_size": 4}


@pytest.mark.parametrize("name", ["wgan_gp", "wgan-gp"])
def test_a_recipe_is_found_by_its_name(name: str) -> None:
    assert named_recipe(name) is mb.recipes.wgan_gp


@pytest.mark.parametrize("name", ["hing", "__name__", "torch", "Tensor"])
def test_only_recipes_are_found_by_name_and_the_nearest_is_told(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        named_recipe(name)
    assert caught.value.values["near"] in mb.recipes.__all__


def test_ctrl_c_ends_in_the_line_that_goes_on_and_that_line_works(tmp_path: Path) -> None:
    path = tmp_path / "run"
    words = [
        sys.executable,
        "-m",
        "makebelieve",
        "train",
        "gan",
        "digits",
        *SMALL,
        "--steps",
        "100000",
        "--run",
        str(path),
    ]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    history = path / "history.jsonl"
    end = time.monotonic() + 60
    while time.monotonic() < end and not (history.exists() and history.stat().st_size):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert f"makebelieve resume {path}" in out
    assert "Traceback" not in err
    learn = mb.resume(path)
    assert 0 < learn.step < 100_000
