from __future__ import annotations

import json
import math

import pytest

from makebelieve.errors import DataError
from makebelieve.figures import Figures, number, table


def some(fd: float = 12.5, **protocol: object) -> Figures:
    return Figures(
        {"fd_toys": fd, "fd_toys_floor": 2.25, "recall": 0.5},
        {"n_generated": 10_000, **protocol},
        subject={"step": 7},
        verdict=["All is <well>."],
    )


def test_it_is_a_mapping_of_plain_floats() -> None:
    figures = some()
    assert dict(figures) == {"fd_toys": 12.5, "fd_toys_floor": 2.25, "recall": 0.5}
    assert all(type(value) is float for value in figures.values())
    assert (figures.floor("fd_toys"), figures.floor("recall")) == (2.25, None)


def test_it_shows_floors_beside_the_figures_and_its_protocol() -> None:
    lines = repr(some()).splitlines()
    assert lines[1].split() == ["fd_toys", "12.50", "2.250"]
    assert lines[2].split() == ["recall", "0.5000"]
    assert not any("fd_toys_floor" in line for line in lines)
    assert "All is <well>." in lines
    assert lines[-1].split() == ["n_generated", "10,000"]


def test_html_is_escaped() -> None:
    page = some(note="a<b")._repr_html_()
    assert "All is &lt;well&gt;." in page
    assert "a&lt;b" in page
    assert "<td>2.250</td>" in page


def test_state_goes_through_json_and_back() -> None:
    figures = some(math.inf)
    again = Figures.from_state(json.loads(json.dumps(figures.state(), allow_nan=False)))
    assert math.isnan(again["fd_toys"])
    assert again["recall"] == 0.5
    assert (again.protocol, again.subject, again.verdict) == (figures.protocol, figures.subject, figures.verdict)


def test_figures_measured_alike_share_a_table_whatever_the_model() -> None:
    shown = repr(table({"gan": some(), "vae": some(30.0).about(step=9)})).splitlines()
    assert shown[0].split()[:3] == ["figure", "gan", "vae"]
    assert shown[1].split() == ["fd_toys", "12.50", "30.00", "2.250"]


def test_a_column_may_lack_a_figure() -> None:
    shown = repr(table({"a": Figures({"mse": 0.01}), "b": Figures({"psnr": 20.0})})).splitlines()
    assert shown[1].split() == ["mse", "0.01000"]
    assert shown[2].split() == ["psnr", "20.00"]


@pytest.mark.parametrize(("more", "what"), [({"n_generated": 5_000}, "n_generated"), ({"seed": 1}, "seed")])
def test_other_protocols_share_no_table(more: dict[str, object], what: str) -> None:
    with pytest.raises(DataError, match=f"'a' and 'b'.*{what}"):
        table({"a": some(), "b": some(**more)})


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(DataError, match="at least one"):
        table({})


def test_numbers_are_readable() -> None:
    assert [number(v) for v in (0.0, 0.25, 12345.6, 1e-9, -3.14159, math.nan)] == [
        "0", "0.2500", "12,346", "1e-09", "-3.142", "nan",
    ]  # fmt: skip
