"""Several runs side by side: as text, as plain values, and as a page that needs nothing but itself."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from makebelieve.errors import CheckpointError, OptionError
from makebelieve.figures import Figures
from makebelieve.report import compare, comparison
from makebelieve.report.compare import _time
from makebelieve.report.evaluations import add_evaluation


def make_run(path: Path, rate: float = 0.1, fingerprint: str = "ab", samples: int = 3, texts: bool = False) -> Path:
    (path / "samples").mkdir(parents=True)
    config: dict[str, Any] = {
        "format": 1,
        "system": "gan",
        "arguments": {"network": "dcgan", "latent": 64},
        "training": {"learning_rate": rate},
        "settings": {"batch_size": 64},
        "data": {
            "rebuild": {"door": "images", "arguments": {"source": "<b>digits</b>"}},
            "facts": {"count": {"train": 9}},
        },
        "fingerprint": fingerprint,
        "versions": {"torch": "2.13.0"},
    }
    (path / "config.json").write_text(json.dumps(config))
    lines: list[dict[str, Any]] = [
        {"kind": "epoch", "epoch": e, "step": 100 * e, "critic": rate / e, "valid_critic": 2 * rate / e}
        for e in (1, 2, 3)
    ]
    lines.append({"kind": "alarm", "step": 150, "key": "training.of_the_future", "values": {"name": "<i>"}})
    (path / "history.jsonl").write_text("\n".join(map(json.dumps, lines)))
    ticks = [{"step": s, "seconds": s * rate} for s in (50, 100, 150, 200, 250, 300)]
    (path / "clock.jsonl").write_text("\n".join(map(json.dumps, ticks)))
    for i in range(samples):
        Image.new("L", (8, 8), i).save(path / "samples" / f"step-{i * 100:08d}.png")
        if texts:
            (path / "samples" / f"step-{i * 100:08d}.txt").write_text(f"<u>text {i}")
    return path


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    return [make_run(tmp_path / "slow", 0.1), make_run(tmp_path / "fast", 0.2)]


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.addresses, self.styles = "", list[str](), list[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset")]
        self.styles += [value or "" for name, value in attrs if name == "class" and tag == "polyline"]

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(runs: list[Path], tmp_path: Path) -> Page:
    return Page(compare(runs, tmp_path / "page.html").read_text(encoding="utf-8"))


def test_only_the_settings_that_differ_are_told(runs: list[Path]) -> None:
    found = comparison(runs)
    assert found.settings() == [("learning rate", ["0.1", "0.2"])]
    assert found.about()[0] == ("System", ["gan", "gan"])
    assert dict(found.final())["critic"] == ["0.03333", "0.06667"]
    assert found.same_data()


def test_the_text_has_a_column_a_run(runs: list[Path]) -> None:
    lines = str(comparison(runs)).splitlines()
    assert lines[0].split() == ["slow", "fast"]
    at = next(i for i, line in enumerate(lines) if line.startswith("learning rate"))
    assert lines[at].split() == ["learning", "rate", "0.1", "0.2"]
    assert lines[at - 1].index("fast") == lines[at].index("0.2")
    assert not any("not trained on the same" in line for line in lines)


def test_columns_are_straight_in_wide_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    runs = [make_run(tmp_path / "실행"), make_run(tmp_path / "other")]
    head, system, *_ = str(comparison(runs)).splitlines()
    assert (
        head.index("other") + 2 == system.rindex("gan") + 3
    )  # 실행 takes two columns more than it has letters, 시스템 three


def test_the_folder_of_the_page_is_made(runs: list[Path], tmp_path: Path) -> None:
    assert compare(runs, tmp_path / "pages" / "new" / "page.html").is_file()


def test_other_data_are_told(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "a"), make_run(tmp_path / "b", fingerprint="cd")]
    assert "not trained on the same data" in str(comparison(runs))
    assert "not trained on the same data" in page_of(runs, tmp_path).text


def test_the_page_needs_nothing_and_escapes_everything(runs: list[Path], tmp_path: Path) -> None:
    page = page_of(runs, tmp_path)
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert len(page.addresses) == 6
    assert not {"b", "u", "link"} & set(page.tags)
    assert "<b>digits</b>" in page.text
    assert "Content-Security-Policy" in (tmp_path / "page.html").read_text()


def test_curves_stand_over_steps_and_over_time(runs: list[Path], tmp_path: Path) -> None:
    page = page_of(runs, tmp_path)
    assert page.tags.count("figcaption") == 2 + 2  # two charts, two walls
    for style in ("run0", "run1", "run0 held", "run1 held"):
        assert page.styles.count(style) == 4  # a line and its swatch, over steps and over time
    assert "seconds" in page.text


def test_without_clocks_there_is_no_time(runs: list[Path], tmp_path: Path) -> None:
    for run in runs:
        (run / "clock.jsonl").unlink()
    page = page_of(runs, tmp_path)
    assert page.styles.count("run0") == 2
    assert "seconds" not in page.text


def test_times_lie_between_the_readings_of_the_clock() -> None:
    clock = [(0.0, 0.0), (100.0, 10.0), (200.0, 30.0)]
    assert [_time(clock, step) for step in (0, 50, 100, 150, 200, 500)] == [0, 5, 10, 20, 30, 30]


def test_evaluations_are_grouped_by_their_protocol(runs: list[Path], tmp_path: Path) -> None:
    for run, value in zip(runs, (0.5, 0.25), strict=True):
        add_evaluation(run, Figures({"mse": value}, {"n": 10}, subject={"step": 300}))
    add_evaluation(runs[0], Figures({"mse": 0.4}, {"n": 99}, subject={"step": 300}))
    add_evaluation(runs[0], Figures({"mse": 0.6}, {"n": 10}, subject={"step": 100}))
    first, second = comparison(runs).evaluations()
    assert {name: figures["mse"] for name, figures in first.items()} == {
        "slow": 0.5,
        "slow step 100": 0.6,
        "fast": 0.25,
    }
    assert [figures.protocol for figures in second.values()] == [{"n": 99}]
    assert "0.2500" in page_of(runs, tmp_path).text
    state = json.loads(json.dumps(comparison(runs).state()))
    assert state["settings"] == {"learning_rate": {"slow": 0.1, "fast": 0.2}}
    assert state["about"]["seconds"] == {"slow": pytest.approx(30), "fast": pytest.approx(60)}
    assert state["figures"]["slow"]["critic"] == pytest.approx(0.1 / 3)
    assert state["evaluations"][0]["fast"]["figures"] == {"mse": 0.25}


def test_plain_values_speak_no_language(runs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    runs[1].joinpath("config.json").write_text(
        runs[1].joinpath("config.json").read_text().replace('"train": 9', '"train": 8')
    )
    plain = comparison(runs).state()
    assert plain["settings"]["data: count"] == {"slow": {"train": 9}, "fast": {"train": 8}}
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    assert comparison(runs).state() == plain
    assert comparison(runs).about()[0][0] != "System"


def test_data_without_a_source_are_called_by_their_name(tmp_path: Path) -> None:
    run = make_run(tmp_path / "own")
    config = json.loads((run / "config.json").read_text())
    config["data"] = {"rebuild": None, "facts": {"name": "(x, y)"}}
    (run / "config.json").write_text(json.dumps(config))
    assert comparison([run, make_run(tmp_path / "other")]).state()["about"]["data"]["own"] == "(x, y)"


def test_texts_and_torn_runs(tmp_path: Path) -> None:
    whole, torn = make_run(tmp_path / "whole", texts=True), make_run(tmp_path / "torn", samples=0)
    (torn / "config.json").write_text("{")
    (torn / "history.jsonl").write_text('{"kind": "epoch", "step": 5, "critic": 1.5}\n{"kind": "ep')
    (torn / "clock.jsonl").write_text('{"step": "x"}\n[1]\n{"step": 1e999, "seconds": 1}\n')
    page = page_of([whole, torn], tmp_path)
    assert "<u>text 2" in page.text
    assert "1.5" in page.text


def test_runs_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / "a" / "run"), make_run(tmp_path / "b" / "run")]
    assert list(comparison(runs).runs) == [str(run) for run in runs]


def test_too_few_and_none_are_refused(runs: list[Path], tmp_path: Path) -> None:
    for given in ([runs[0]], [runs[0], runs[0]], [], runs * 5):
        with pytest.raises(OptionError, match="two to 8"):
            comparison(given)
    with pytest.raises(CheckpointError, match="not the folder of a run"):
        comparison([runs[0], tmp_path / "nowhere"])
