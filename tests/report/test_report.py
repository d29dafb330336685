"""The page of a run, made from small folders of runs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from makebelieve.errors import CheckpointError
from makebelieve.report import write_report
from makebelieve.report.curves import Line, chart, thin, ticks

CONFIG: dict[str, Any] = {
    "format": 1,
    "system": "gan",
    "recipe": "hinge",
    "arguments": {"network": "dcgan", "conditional": False, "latent": 64},
    "data": {
        "rebuild": {"door": "images", "arguments": {"source": "<b>digits</b>", "size": 28}},
        "facts": {"count": {"train": 4000, "valid": 1000}, "classes": ["3", "<script>alert(1)</script>"]},
    },
    "fingerprint": "ab" * 32,
    "settings": {"batch_size": 64, "precision": "float32"},
    "versions": {"torch": "2.13.0"},
}


def make_run(path: Path, samples: int = 3) -> Path:
    (path / "samples").mkdir(parents=True)
    (path / "config.json").write_text(json.dumps(CONFIG))
    lines: list[dict[str, Any]] = [
        {"kind": "steps", "step": s, "epoch": s // 100, "critic": 1.0 / s, "generator": 2.0} for s in range(50, 301, 50)
    ]
    lines += [
        {"kind": "epoch", "epoch": e, "step": 100 * e, "critic": 0.5, "generator": 2.0, "valid_critic": 0.75}
        for e in (1, 2, 3)
    ]
    lines.append(
        {
            "kind": "alarm",
            "step": 150,
            "key": "training.explosion",
            "values": {"name": "critic", "step": 150, "value": "2e7"},
        }
    )
    lines.append({"kind": "alarm", "step": 160, "key": "training.of_the_future", "values": {"name": "<i>"}})
    (path / "history.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (path / "clock.jsonl").write_text('{"step": 300, "seconds": 90.0}\n')
    for i in range(samples):
        Image.new("L", (8, 8), i).save(path / "samples" / f"step-{i * 100:08d}.png")
    return path


class Page(HTMLParser):
    """What the page says and what it points to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.addresses = "", [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(run: Path) -> Page:
    return Page(write_report(run).read_text(encoding="utf-8"))


def test_it_tells_what_was_trained_on_what(tmp_path: Path) -> None:
    page = page_of(make_run(tmp_path / "run"))
    for told in (
        "GAN on <b>digits</b>",
        "recipe hinge",
        "network dcgan",
        "300 steps, 3 epochs",
        "train 4,000, valid 1,000",
    ):
        assert told in page.text
    for told in ("ab" * 32, "1.5", "0.75", "makebelieve resume", "2.13.0", "precision", "float32"):
        assert told in page.text


def test_it_says_how_to_do_the_same_again(tmp_path: Path) -> None:
    text = page_of(make_run(tmp_path / "run")).text
    assert "data = mb.images('<b>digits</b>', size=28)" in text
    assert (
        "learn = mb.gan(data, recipe=mb.recipes.hinge, network='dcgan', conditional=False, latent=64, batch_size=64"
        in text
    )
    assert "learn.fit(steps=300)" in text


def test_the_program_has_every_setting_that_is_not_the_default(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    saving = {"seconds": 60.0, "steps": None, "keep": 2}
    training = {"accumulate": 2, "compile": True, "clip": 1.0, "precision": "bf16", "learning_rate": {"critic": 0.1}}
    training |= {"seed": 42, "deterministic": True, "valid_batches": 16, "batch_size": None, "saving": saving}
    config = {**CONFIG, "training": training, "settings": {"batch_size": 8, "seed": 42, "precision": "float32"}}
    config["arguments"] = {"network": "dcgan", "options": {"penalty": 3.0}, "latent": 64}
    config["data"] = {"rebuild": {"door": "images", "arguments": {"source": "digits", "labels": None, "augment": []}}}
    (run / "config.json").write_text(json.dumps(config))
    text = page_of(run).text
    given = "network='dcgan', options={'penalty': 3.0}, latent=64, batch_size=8, seed=42, precision='float32', "
    given += "accumulate=2, compile=True, clip=1.0, learning_rate={'critic': 0.1}, deterministic=True"
    assert f"learn = mb.gan(data, recipe=mb.recipes.hinge, {given})" in text
    assert "data = mb.images('digits', labels=None)" in text
    training["saving"] = {**saving, "keep": 5}
    (run / "config.json").write_text(json.dumps(config))
    assert "saving=mb.Saving(seconds=60.0, steps=None, keep=5)" in page_of(run).text


def test_what_the_program_has_not_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "en")
    run = make_run(tmp_path / "run")
    checkpoint = run / "checkpoints" / "step-0000000300"
    checkpoint.mkdir(parents=True)
    for plan, told in (
        ({"call": 2, "until": 300, "schedule": "one_cycle"}, ["2 calls of fit", "one_cycle", "fit(steps=300)"]),
        ({"call": 1, "until": 307, "schedule": "constant"}, ["fit(steps=307)"]),
        ({"call": 1, "until": None, "seconds": 60.0}, ["bounded by minutes", "fit(steps=300)"]),
    ):
        (checkpoint / "state.json").write_text(json.dumps({"state": {"plan": plan}}))
        text = page_of(run).text
        assert all(words in text for words in told)
        assert ("calls of fit" in text, "bounded" in text) == (plan["call"] == 2, "seconds" in plan)


def test_alarms_are_sentences_and_unknown_ones_are_still_told(tmp_path: Path) -> None:
    text = page_of(make_run(tmp_path / "run")).text
    assert "2e7" in text
    assert "training.explosion" not in text
    assert "training.of_the_future" in text


def test_nothing_from_the_run_becomes_markup(tmp_path: Path) -> None:
    page = page_of(make_run(tmp_path / "run <x>"))
    assert page.tags.count("script") == 1
    assert not {"b", "i", "x"} & set(page.tags)


def test_it_needs_no_network(tmp_path: Path) -> None:
    page = page_of(make_run(tmp_path / "run"))
    assert page.addresses
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    html = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|@import|url\(", html)
    assert "default-src 'none'" in html


def test_samples_are_a_slider_of_at_most_24_with_first_and_last(tmp_path: Path) -> None:
    html = write_report(make_run(tmp_path / "run", samples=60)).read_text(encoding="utf-8")
    moments = re.findall(r'<img alt="step ([\d,]+)"', html)
    assert len(moments) == 24
    assert (moments[0], moments[-1]) == ("0", "5,900")
    assert 'max="23"' in html


@pytest.mark.parametrize("missing", ["config.json", "history.jsonl", "clock.jsonl", "samples"])
def test_a_missing_part_leaves_a_gap(tmp_path: Path, missing: str) -> None:
    run = make_run(tmp_path / "run")
    (run / missing).rename(tmp_path / "away")
    assert page_of(run).text.strip()


def test_half_a_line_and_numbers_that_are_none_are_borne(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    with (run / "history.jsonl").open("a") as file:
        file.write('\n{"kind": "steps", "step": 350, "critic": NaN, "generator": Infinity}\n{"kind": "ste')
    (run / "config.json").write_text('{"format": 1,')
    page = page_of(run)
    assert "svg" in page.tags


def test_figures_and_places_of_any_kind_are_borne(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    lines: list[dict[str, Any]] = [
        {"kind": "steps", "step": step, "critic": value}
        for step in ("many", None, [1], True, 10**400, 400)
        for value in (1e308, -1e308, 5e-324, 10**400, "1")
    ]
    values = {"key": 1, "self": 2, "name": "k"}
    lines.append({"kind": "alarm", "step": 1, "key": "training.explosion", "values": values})
    with (run / "history.jsonl").open("a") as file:
        file.write("\n" + "\n".join(map(json.dumps, lines)))
    (run / "clock.jsonl").write_text('{"seconds": NaN}\n{"seconds": 1' + "0" * 400 + "}")
    assert "training.explosion" in page_of(run).text


@pytest.mark.parametrize("values", [(1e308, -1e308), (5e-324, 0.0), (5e-324, 1e308), (1e308, 1e308), (-5e-324, 5e-324)])
def test_a_chart_of_any_floats_is_drawn(values: tuple[float, float]) -> None:
    svg = chart("loss", [Line("a", "fine", list(enumerate(values)))], "steps")
    for place in re.findall(r'points="([^"]*)"', svg)[0].split():
        assert all(0 <= float(part) <= 360 for part in place.split(","))


def test_values_may_have_the_names_of_parameters() -> None:
    error = CheckpointError("report.no_run", path="p", key="k", self="s")
    assert error.values["key"] == "k"


def test_what_is_no_run_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(CheckpointError, match="not the folder of a run"):
            write_report(path)


def test_it_is_korean_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    html = write_report(make_run(tmp_path / "run")).read_text(encoding="utf-8")
    assert '<html lang="ko">' in html
    assert "최종 수치" in html


def test_thinning_keeps_spikes_order_and_the_limit() -> None:
    points = [(float(x), 0.0) for x in range(10_000)]
    points[4321] = (4321.0, 99.0)
    kept = thin(points, 1000)
    assert len(kept) <= 1000
    assert (4321.0, 99.0) in kept
    assert kept == sorted(kept)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.2, 7.9), (5.0, 5.0), (0.0, 0.0), (1e-5, 3e-5), (900, 1e6)])
def test_ticks_are_few_round_and_reach_over_the_range(low: float, high: float) -> None:
    found = ticks(low, high)
    assert found[0] <= low + 1e-12
    assert found[-1] >= high - 1e-12
    assert 2 <= len(found) <= 7


def test_a_curve_stays_inside_its_frame_and_breaks_where_there_is_no_number() -> None:
    svg = chart("loss", [Line("a", "fine", [(0, 1.0), (1, 2.0), (2, float("nan")), (3, 5.0), (4, -1.0)])], "steps")
    lines = re.findall(r'<polyline class="fine" points="([^"]*)"', svg)
    assert len(lines) == 3  # two pieces and the legend
    for place in " ".join(lines[:2]).split():
        x, y = map(float, place.split(","))
        assert 46 <= x <= 340
        assert 12 <= y <= 190


def test_a_chart_without_numbers_is_left_out() -> None:
    assert chart("loss", [Line("a", "fine", []), Line("b", "mean", [(0, float("nan"))])], "steps") == ""
