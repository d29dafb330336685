from __future__ import annotations

import json
from pathlib import Path

from makebelieve.figures import Figures
from makebelieve.report.evaluations import add_evaluation, evaluations_section, read_evaluations


def some(fd: float, step: int, n: int = 100, verdict: str = "Fine.") -> Figures:
    return Figures({"fd_toys": fd}, {"n": n}, subject={"step": step}, verdict=[verdict])


def test_each_protocol_has_a_table_of_its_own(tmp_path: Path) -> None:
    for figures in (some(3, 10), some(2, 20, verdict="Better <now>."), some(9, 20, n=50)):
        add_evaluation(tmp_path, figures)
    page = evaluations_section(tmp_path)
    assert page.count("<table>") == 2
    assert "<th>step 10</th><th>step 20</th>" in page
    assert "Better &lt;now&gt;." in page
    assert page.count("Fine.") == 1  # of a table the newest verdict is shown


def test_the_same_measured_anew_takes_the_place_of_the_old(tmp_path: Path) -> None:
    add_evaluation(tmp_path, some(3, 10))
    add_evaluation(tmp_path, some(4, 10))
    assert [dict(figures) for figures in read_evaluations(tmp_path)] == [{"fd_toys": 4.0}]


def test_a_file_of_another_hand_leaves_a_gap(tmp_path: Path) -> None:
    assert evaluations_section(tmp_path) == ""
    (tmp_path / "evaluation.json").write_text("[[]")
    assert evaluations_section(tmp_path) == ""
    good = some(3, 10).state()
    (tmp_path / "evaluation.json").write_text(json.dumps([1, {"figures": 2}, {"figures": {"a": "b"}}, good]))
    assert len(read_evaluations(tmp_path)) == 1
