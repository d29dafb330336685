"""Runs side by side: what differs, curves over steps and time, figures of one protocol, refusals."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra studio is not installed")

from makebelieve.errors import CheckpointError
from makebelieve.studio.comparing import MOMENTS, MOST_POINTS, compared
from makebelieve.studio.refusals import Refusal


def lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")


def run(folder: Path, *, rate: float = 0.1, steps: int = 10, every: int = 1, print_: str = "same") -> Path:
    folder.mkdir()
    config = {
        "system": "gan", "recipe": "hinge", "fingerprint": print_, "arguments": {"latent": 8},
        "training": {"learning_rate": rate, "batch_size": 4},
        "data": {"facts": {"name": "digits", "shape": [1, 8, 8]}}, "versions": {"python": "3"},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    history = [{"kind": "steps", "step": i, "critic": 1 / i, "generator": 2 / i} for i in range(1, steps + 1, every)]
    history += [{"kind": "epoch", "step": steps, "epoch": 1, "critic": 0.5, "valid_critic": 0.7}]
    lines(folder / "history.jsonl", history)
    lines(folder / "clock.jsonl", [{"step": steps // 2, "seconds": 5.0}, {"step": steps, "seconds": 10.0}])
    return folder


@pytest.fixture
def two(tmp_path: Path) -> dict[str, Path]:
    return {"aa": run(tmp_path / "gan-001"), "bb": run(tmp_path / "gan-002", rate=0.2)}


def test_only_settings_that_differ_are_told(two):
    found = compared(two)
    assert found["settings"] == {"learning_rate": {"aa": 0.1, "bb": 0.2}}
    assert [one["id"] for one in found["runs"]] == ["aa", "bb"]
    assert found["about"]["seconds"] == {"aa": 10.0, "bb": 10.0}
    assert found["same_data"]


def test_other_data_are_told(tmp_path):
    runs = {"aa": run(tmp_path / "a"), "bb": run(tmp_path / "b", print_="other")}
    assert not compared(runs)["same_data"]


def test_curves_stand_over_steps_and_over_the_time_of_training(two):
    curve = next(one for one in compared(two)["curves"] if one["figure"] == "critic")
    train = [line for line in curve["lines"] if not line["held"]]
    assert [line["id"] for line in train] == ["aa", "bb"]
    assert train[0]["steps"] == [float(i) for i in range(1, 11)]
    assert train[0]["seconds"] == pytest.approx([float(i) for i in range(1, 11)])
    held = [line for line in curve["lines"] if line["held"]]
    assert [line["values"] for line in held] == [[0.7], [0.7]]


def test_without_a_clock_there_is_no_time(two):
    (two["aa"] / "clock.jsonl").unlink()
    curve = compared(two)["curves"][0]
    assert [line["seconds"] is None for line in curve["lines"] if not line["held"]] == [True, False]


def test_a_chart_has_at_most_so_many_points_and_keeps_its_spikes(tmp_path):
    runs = {name: run(tmp_path / name, steps=9000) for name in ("aa", "bb")}
    with (runs["aa"] / "history.jsonl").open("a") as file:
        file.write(json.dumps({"kind": "steps", "step": 4500, "critic": 99.0}) + "\n")
    curve = next(one for one in compared(runs)["curves"] if one["figure"] == "critic")
    assert sum(len(line["steps"]) for line in curve["lines"]) <= MOST_POINTS
    assert max(curve["lines"][0]["values"]) == 99.0


def test_what_is_no_number_becomes_null(two):
    with (two["aa"] / "history.jsonl").open("a") as file:
        file.write('{"kind": "steps", "step": 11, "critic": NaN}\n{"kind": "steps", "step": 12, "critic": Infinity}\n')
    found = compared(two)
    text = json.dumps(found, allow_nan=False)
    assert "NaN" not in text
    line = next(one for one in found["curves"] if one["figure"] == "critic")["lines"][0]
    assert line["values"][-2:] == [None, None]


def test_figures_of_one_protocol_stand_together(two):
    def write(folder: Path, protocol: str, value: float) -> None:
        told = [{"figures": {"fd": value}, "protocol": {"features": protocol}, "subject": {"step": 10}, "verdict": []}]
        (folder / "evaluation.json").write_text(json.dumps(told), "utf-8")

    write(two["aa"], "p", 3.0)
    write(two["bb"], "p", 4.0)
    (group,) = compared(two)["evaluations"]
    assert group["protocol"] == {"features": "p"}
    assert [(one["id"], one["figures"]["fd"]) for one in group["columns"]] == [("aa", 3.0), ("bb", 4.0)]
    write(two["bb"], "q", 4.0)
    assert len(compared(two)["evaluations"]) == 2


def test_samples_are_addresses_spread_over_the_run(two):
    folder = two["aa"] / "samples"
    folder.mkdir()
    for step in range(100):
        (folder / f"step-{step:08d}.png").write_bytes(b"")
    first, second = compared(two)["runs"]
    assert len(first["samples"]) == MOMENTS
    assert [first["samples"][i]["url"] for i in (0, -1)] == [
        "/api/runs/aa/samples/0.png",
        "/api/runs/aa/samples/99.png",
    ]
    assert second["samples"] == []


def test_texts_are_told_where_there_are_no_pictures(two):
    folder = two["bb"] / "samples"
    folder.mkdir()
    (folder / "step-00000000.txt").write_text("once")
    assert compared(two)["runs"][1]["samples"] == [{"step": 0, "kind": "txt", "url": "/api/runs/bb/samples/0.txt"}]


def test_alarms_keep_key_and_values_for_the_page(two):
    with (two["aa"] / "history.jsonl").open("a") as file:
        file.write(json.dumps({"kind": "alarm", "step": 7, "key": "health.x", "values": {"n": 1}}) + "\n")
    assert compared(two)["runs"][0]["alarms"] == [{"key": "health.x", "step": 7, "values": {"n": 1}}]


@pytest.mark.parametrize("count", [0, 1, 9])
def test_two_to_eight_runs_compare(tmp_path, count):
    runs = {str(i): run(tmp_path / str(i)) for i in range(count)}
    with pytest.raises(Refusal) as refused:
        compared(runs)
    assert (refused.value.status, refused.value.key) == (422, "studio.compare_how_many")


def test_a_folder_without_a_run_is_told(tmp_path, two):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointError):
        compared({**two, "cc": tmp_path / "empty"})


def test_no_path_of_this_machine_is_told(two, tmp_path):
    assert str(tmp_path) not in json.dumps(compared(two))


def test_comparing_loads_no_torch():
    code = "import sys, makebelieve.studio.routes.compare; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_route_knows_runs_by_their_ids_only(two):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from makebelieve.studio.refusals import add_handlers
    from makebelieve.studio.routes import compare

    def folder_of(name: str) -> Path:
        if name not in two:
            raise Refusal(404, "studio.no_run")
        return two[name]

    app = FastAPI()
    add_handlers(app)
    app.include_router(compare.router(folder_of))
    visitor = TestClient(app)
    found = visitor.get("/api/compare", params={"ids": "bb,aa,bb"})
    assert [one["id"] for one in found.json()["runs"]] == ["bb", "aa"]
    assert not any(
        math.isnan(value) for line in found.json()["curves"][0]["lines"] for value in line["values"] if value
    )
    assert visitor.get("/api/compare", params={"ids": f"aa,{two['aa']}"}).status_code == 404
    assert visitor.get("/api/compare").json()["error"]["key"] == "studio.compare_how_many"
