"""`makebelieve train language-model` and `generate --prompt`, run in this process on a tiny book."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from makebelieve.cli import main

BOOK = "the cat sat on the mat.\na dog ran to the door.\n" * 80
SMALL = ["--hidden", "16", "--window", "16", "--batch-size", "8", "--steps", "30"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.txt"
    path.write_text(BOOK, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trained") / "run"
    assert main(["train", "language-model", str(book), *SMALL, "--run", str(path)]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main(["--json", *words])
    return status, json.loads(capsys.readouterr().out)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main([*words])
    found = capsys.readouterr()
    return status, found.out, found.err


def test_training_says_how_to_let_it_write(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    status, out, _ = told(capsys, "train", "language-model", str(book), *SMALL, "--run", str(tmp_path / "run"))
    assert status == 0
    assert f"makebelieve generate {tmp_path / 'run'} --prompt" in out
    words = ["train", "language-model", str(book), *SMALL[:-2], "--run", str(tmp_path / "other")]
    with caplog.at_level("INFO", logger="makebelieve"):
        assert main(words) == 0  # no length was given
    assert "10 epochs" in caplog.text
    assert json.loads((tmp_path / "other" / "history.jsonl").read_text().splitlines()[-1])["epoch"] == 10


def test_it_writes_to_the_terminal_what_it_gives_to_programs(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", str(trained), "--prompt", "the ", "-n", "30", "--temperature", "0.8", "--seed", "3"]
    status, out, _ = told(capsys, *words)
    assert status == 0
    assert out.startswith("the ")
    assert len(out) == len("the ") + 30 + 1
    status, values = answer(capsys, *words)
    assert status == 0
    assert values["text"] + "\n" == out
    assert answer(capsys, "generate", str(trained), "-n", "5")[1]["prompt"] == ""


def test_a_text_goes_into_a_file_that_is_new(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "text.txt"
    words = ["generate", str(trained), "--prompt", "a ", "-n", "10", "-o", str(out), "--greedy"]
    assert told(capsys, *words)[0] == 0
    kept = out.read_text(encoding="utf-8")
    assert len(kept) == 12
    assert answer(capsys, *words)[1]["error"] == "cli.exists"
    assert told(capsys, *words, "--force")[0] == 0
    assert out.read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--temperature", "-1"], "language.option"),
        (["--prompt", "Ω"], "text.unknown"),
        (["--label", "3"], "cli.not_of_system"),
        (["--stop", ""], "language.stop"),
    ],
)
def test_what_can_not_be_written_is_told_in_a_sentence(
    trained: Path, capsys: pytest.CaptureFixture[str], words: list[str], key: str
) -> None:
    status, values = answer(capsys, "generate", str(trained), *words)
    assert (status, values["error"]) == (2, key)
    status, _, err = told(capsys, "generate", str(trained), *words)
    assert status == 2
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_no_utf_8_is_told_with_the_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(("좋은 글입니다.\n" * 50).encode("cp949"))
    status, _, err = told(capsys, "train", "language-model", str(path), *SMALL, "--run", str(tmp_path / "run"))
    assert status == 2
    assert "encoding" in err
    assert not (tmp_path / "run").exists()
    words = ["train", "language-model", str(path), "--encoding", "cp949", *SMALL, "--run", str(tmp_path / "run")]
    assert told(capsys, *words)[0] == 0


def test_a_run_of_texts_is_evaluated_and_resumed(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, values = answer(capsys, "evaluate", str(trained))
    assert status == 0
    assert values["evaluations"][0]["figures"]["bits_per_character"] > 0
    status, _ = answer(capsys, "resume", str(trained))
    assert status == 0


def test_series_are_forecast_from_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, run = tmp_path / "sales.csv", tmp_path / "run"
    rows = [f"2024-{1 + i // 28:02}-{1 + i % 28:02},{100 + i + 10 * (i % 7)}" for i in range(28 * 5)]
    table.write_text("date,sold\n" + "\n".join(rows), encoding="utf-8")
    words = ["train", "forecaster", str(table), "--past", "14", "--ahead", "7", "--gaps", "fill", "--run", str(run)]
    assert answer(capsys, *words, "--target", "sol")[1]["error"] == "forecast.no_column"
    assert told(capsys, *words, "--target", "sold", "--epochs", "2")[0] == 0
    status, values = answer(capsys, "forecast", str(run), "-n", "3", "-o", str(tmp_path / "next.csv"))
    assert status == 0
    assert len(values["forecast"]["sold"]) == 3
    assert len((tmp_path / "next.csv").read_text(encoding="utf-8").splitlines()) == 4
    assert answer(capsys, "forecast", str(run), "-o", str(tmp_path / "next.csv"))[1]["error"] == "cli.exists"


def test_only_forecasters_forecast(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "forecast", str(trained))[1]["error"] == "cli.forecasts_nothing"


def test_nought_is_an_option_that_was_given(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def text(*words: str) -> str:
        return str(answer(capsys, "generate", str(trained), "--prompt", "a ", "-n", "30", *words)[1]["text"])

    assert text("--temperature", "0") == text("--greedy")
    assert text("--temperature", "2", "--seed", "0") == text("--temperature", "2", "--seed", "0")
    assert answer(capsys, "generate", str(trained), "--top-k", "0")[1]["error"] == "language.option"
    assert answer(capsys, "generate", str(trained), "--seed", "-1")[1]["error"] == "language.seed"
