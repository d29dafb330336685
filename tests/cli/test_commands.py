"""The commands, run in this process through ``main``; training is a handful of steps on small digits."""

from __future__ import annotations

import html
import json
import os
import re
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
from makebelieve.cli.output import emit
from makebelieve.cli.train import arguments_for, learner_of, named_recipe, recipe_options
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


def test_the_program_on_the_page_trains_the_same_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = [*SMALL, "--recipe", "wgan_gp", "--option", "penalty=3", "--accumulate", "2", "--clip", "1", "--seed", "5"]
    assert run(capsys, "train", "gan", "digits", *words, "--steps", "4", "--run", str(tmp_path / "run"))[0] == 0
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    (program,) = re.findall(r"<pre>(import makebelieve.*?)</pre>", page, re.DOTALL)
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(tmp_path / "again"))
    names: dict[str, Any] = {}
    exec(html.unescape(program), names)
    assert (names["learn"].run / "history.jsonl").read_bytes() == (tmp_path / "run" / "history.jsonl").read_bytes()
    told = [json.loads((run / "config.json").read_text()) for run in (names["learn"].run, tmp_path / "run")]
    for part in ("arguments", "data", "settings"):
        assert told[0][part] == told[1][part]


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


def test_labels_are_the_folders_or_a_pattern_in_the_path(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(4):
            Image.new("L", (16, 16), i).save(tmp_path / name / f"{i}.png")
    for labels in ("folder", r"(\w)/\d+"):
        data = mb.images(tmp_path, **arguments_for(mb.images, {"labels": labels}))
        assert data.classes == ["a", "b"]


def test_what_the_system_refuses_is_one_sentence_that_names_the_path(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, trained: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    file, folder = tmp_path / "file", tmp_path / "folder.png"
    file.write_text("mine")
    folder.mkdir()
    monkeypatch.setenv("MAKEBELIEVE_RUNS", str(file))
    train = ["train", "gan", "digits", *SMALL, "--steps", "1"]
    draw = ["generate", str(trained), "-n", "1", "--force", "-o", str(folder)]
    for words, path in ((train, file), ([*train, "--run", str(file / "run")], file), (draw, folder)):
        status, out, err = run(capsys, *words)
        assert (status, out) == (2, "")
        told = [line for line in err.splitlines() if "can't be read or written" in line]
        assert len(told) == 1
        assert str(path) in told[0]
        assert "Traceback" not in err
    status, told_json = answer(capsys, *draw)
    assert (status, told_json["error"]) == (2, "cli.file_refused")
    assert told_json["values"]["path"] == str(folder)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory"), RuntimeError("other")]
)
def test_no_memory_is_a_sentence_and_other_faults_are_not_hidden(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    def load(path: Path) -> None:
        raise error

    monkeypatch.setattr(mb, "load", load)
    words = ["generate", str(tmp_path), "-o", str(tmp_path / "a.png")]
    if str(error) == "other":
        with pytest.raises(RuntimeError, match="other"):
            main(words)
    else:
        status, out, err = run(capsys, *words)
        assert (status, out) == (2, "")
        assert "--number" in err
        assert len(err.splitlines()) == 1


def test_at_most_a_million_pictures(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "generate", str(tmp_path), "-n", "1000001")
    assert status == 2
    assert "1000000" in err


@pytest.mark.parametrize("words", [["--version"], ["--help"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_nobody_reading_ends_quietly(words: list[str], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "makebelieve", *words]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [["--version"], ["--json", "--version"], ["--json", "--lang=fr"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_standard_output_is_a_sentence(words: list[str], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-m", "makebelieve", *words]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "Traceback" not in ended.stderr


def test_json_has_null_for_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    nan, inf = float("nan"), float("inf")
    emit(True, {"a": nan, "b": [inf, 1.5, (-inf,)], "c": {"d": nan}}, "")
    assert capsys.readouterr().out == '{"a": null, "b": [null, 1.5, [null]], "c": {"d": null}}\n'


def test_options_of_a_recipe_are_names_and_numbers() -> None:
    assert recipe_options(["penalty=10", "clip = 0.5"]) == {"penalty": 10, "clip": 0.5}
    for word in ("penalty", "=3", "penalty=much", "penalty=nan", "a b=1"):
        with pytest.raises(OptionError):
            recipe_options([word])


def test_options_reach_the_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--option" in run(capsys, "train", "gan", "--help")[1]
    small = {"source": "digits", "size": "16", "network": "mlp", "latent": 8}
    learner_of(mb.gan, {**small, "recipe": "wgan_gp", "option": ["penalty=3"]})
    with pytest.raises(OptionError):
        learner_of(mb.gan, {**small, "recipe": "wgan_gp", "option": ["nonsense=3"]})


def test_help_offers_no_file_as_data(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    told = " ".join(run(capsys, "train", "gan", "--help")[1].split())
    assert "a folder of pictures or the name of a known set" in told.lower()


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
