"""What a wired network shows of itself: the table and the picture."""

from __future__ import annotations

import copy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import torch
from torch import nn

import makebelieve.networks.wiring as mb
from makebelieve.networks.wiring.layout import lay_out


def two_headed() -> mb.Model:
    picture, tokens = mb.Input((3, 8, 8), name="picture"), mb.Input(7, dtype="int64", name="tokens")
    h = mb.Conv2D(8, 3, padding="same", activation="relu")(picture)
    h = mb.GlobalAveragePooling2D()(torch.relu(h + mb.Conv2D(8, 3, padding="same")(h)))
    both = mb.concat([h, mb.LSTM(6)(mb.Embedding(50, 8)(tokens))])
    return mb.Model([picture, tokens], {"classes": mb.Dense(10, name="classes")(both), "score": mb.Dense(1)(both)})


def test_the_table_counts_parameters_and_products() -> None:
    summary = two_headed().summary()
    rows = {row.name: row for row in summary.rows}
    assert rows["conv2d_1"].parameters == 8 * 3 * 9 + 8 and rows["conv2d_1"].multiply_adds == 64 * 8 * 3 * 9
    assert rows["conv2d_1"].shape == (None, 8, 8, 8) and rows["conv2d_1"].layer == "Conv2D"
    assert rows["lstm_1"].multiply_adds == 7 * 4 * 6 * (8 + 6) and rows["lstm_1"].parameters == 4 * 6 * (8 + 6 + 2)
    assert rows["classes"].multiply_adds == 14 * 10
    assert summary.parameters == sum(row.parameters for row in summary.rows) == summary.trainable
    text = repr(summary)
    assert "classes (Dense)" in text and "(batch, 10)" in text and f"{summary.parameters:,} parameters" in text


def test_frozen_and_shared_weights() -> None:
    layer, x = mb.Dense(4), mb.Input(4)
    model = mb.Model(x, layer(layer(x)))
    model.dense_1.weight.requires_grad_(False)
    summary = model.summary()
    assert (summary.parameters, summary.trainable, summary.multiply_adds) == (20, 4, 32)
    assert [row.shared for row in summary.rows] == [False, False, True] and "(shared)" in repr(summary)


def test_the_table_changes_nothing() -> None:
    x = mb.Input(4)
    model = mb.Model(x, nn.BatchNorm1d(4)(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4))(x)))
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    model.summary()
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(tensor.device.type == "cpu" for tensor in model.state_dict().values())
    assert torch.equal(torch.get_rng_state(), state)


def test_the_table_in_a_notebook_escapes() -> None:
    class Odd(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x

    Odd.__name__ = "<b>&"
    x = mb.Input(4)
    model = mb.Model(x, Odd()(x))
    shown = model.summary()._repr_html_()
    assert "<b>" not in shown and "&lt;b&gt;&amp;" in shown and shown.count("<tr>") == 3
    picture = model.picture().svg
    assert "<b>" not in picture and ET.fromstring(picture) is not None


def test_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEBELIEVE_LANG", "ko")
    model = two_headed()
    assert "매개변수" in repr(model.summary()) and "(배치, 10)" in model.picture().svg


def test_the_picture_is_an_svg_with_every_part(tmp_path: Path) -> None:
    picture = two_headed().picture()
    saved = picture.save(tmp_path / "new" / "net.svg")
    tree = ET.parse(saved)
    texts = {element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"picture", "tokens", "conv2d_1 · Conv2D", "add", "classes", "score", "(batch, 7, 8)"} <= texts
    assert picture._repr_svg_() == saved.read_text(encoding="utf-8") and "classes" in repr(picture)
    assert "http" not in picture.svg.replace("http://www.w3.org/2000/svg", "")  # nothing is fetched


def test_several_outputs_are_numbered() -> None:
    x = mb.Input(2)
    shown = mb.Model(x, [x * 2, x * 3]).picture().svg
    assert "output 1" in shown and "output 2" in shown


def test_boxes_do_not_overlap_and_wires_go_down() -> None:
    torch.manual_seed(0)
    widths = {i: float(60 + 40 * (i % 3)) for i in range(30)}
    edges = [(int(a), b) for b in range(1, 30) for a in torch.randint(b, (2,))]
    layout = lay_out(widths, edges)
    assert all(layout.y[a] < layout.y[b] for a, b in edges)
    for a, wide in widths.items():
        for b, other in widths.items():
            if a < b and layout.y[a] == layout.y[b]:
                assert abs(layout.x[a] - layout.x[b]) >= (wide + other) / 2
        assert wide / 2 <= layout.x[a] <= layout.width - wide / 2 and 0 < layout.y[a] < layout.height


def test_a_chain_is_a_straight_line() -> None:
    layout = lay_out(dict.fromkeys(range(5), 80.0), [(i, i + 1) for i in range(4)])
    assert len({round(x, 3) for x in layout.x.values()}) == 1
    assert lay_out({0: 50.0}, []).width > 50


def test_an_uncrossed_order_is_found() -> None:
    layout = lay_out(dict.fromkeys(range(6), 40.0), [(0, 5), (1, 4), (2, 3)])
    places = [sorted((0, 1, 2), key=layout.x.__getitem__), sorted((5, 4, 3), key=layout.x.__getitem__)]
    assert [{0: 5, 1: 4, 2: 3}[v] for v in places[0]] == places[1]


def test_names_in_wide_letters_keep_the_columns_straight() -> None:
    x = mb.Input(4, name="입력값")
    summary = mb.Model(x, mb.Dense(2, name="head")(mb.Dense(3, name="머리")(x))).summary()
    lines = str(summary).splitlines()
    assert lines[2].startswith("입력값 (Input)")
    assert len(lines[3]) == len(lines[4]) - 2  # two letters that are two columns wide each


def test_the_shape_of_several_results_is_that_of_the_first() -> None:
    x = mb.Input((6, 4))
    rows = mb.Model(x, mb.LSTM(5)(x)).summary().rows
    assert [row.shape for row in rows] == [(None, 6, 4), (None, 6, 5), (None, 5)]
