"""Recurrent layers are torch's in values and gradients; windows join; dropout is locked, and none where it is 0."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from makebelieve.networks.recurrent import Recurrent, RecurrentLayer, locked_dropout

CELLS = ["lstm", "gru"]


def twins(cell, **options):
    """A `Recurrent` of two layers and torch's own with the same weights."""
    ours = Recurrent(5, 8, 2, cell=cell, **options)
    torchs = (nn.LSTM if cell == "lstm" else nn.GRU)(5, 8, 2, batch_first=True)
    with torch.no_grad():
        for theirs, own in zip(torchs.parameters(), ours.parameters(), strict=True):
            theirs.copy_(own)
    return ours, torchs


def torchs_state(cell, state):
    h, c = (torch.stack([state[f"{name}0"], state[f"{name}1"]]) for name in ("h", "c" if cell == "lstm" else "h"))
    return (h, c) if cell == "lstm" else h


def drawn_state(cell, n=3):
    names = ["h0", "c0", "h1", "c1"] if cell == "lstm" else ["h0", "h1"]
    return {name: torch.randn(n, 8) for name in names}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("half", "near"), [(False, 1e-5), (True, 0.03)])
def test_values_and_gradients_are_torchs(cell, half, near):
    ours, torchs = twins(cell)
    x, state = torch.randn(3, 7, 5, requires_grad=True), drawn_state(cell)
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        found, after = ours(x, state)

    expected, last = torchs(x, torchs_state(cell, state))
    assert list(after) == list(state) and {tensor.dtype for tensor in after.values()} == {torch.float32}
    torch.testing.assert_close(found, expected, atol=near, rtol=near)
    last_h = last[0] if cell == "lstm" else last
    torch.testing.assert_close(torch.stack([after["h0"], after["h1"]]), last_h, atol=near, rtol=near)
    weight = torch.randn_like(found)
    ours_gradients = torch.autograd.grad((found * weight).sum(), [x, *ours.parameters()])
    torchs_gradients = torch.autograd.grad((expected * weight).sum(), [x, *torchs.parameters()])
    for a, b in zip(ours_gradients, torchs_gradients, strict=True):
        assert (a - b).norm() <= near * b.norm()


@pytest.mark.parametrize("cell", CELLS)
def test_two_windows_with_the_state_carried_are_one(cell):
    network, x = Recurrent(5, 8, 2, cell=cell).eval(), torch.randn(3, 9, 5)
    whole, last = network(x)
    first, state = network(x[:, :4])
    second, after = network(x[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    for name, tensor in after.items():
        torch.testing.assert_close(tensor, last[name])


def test_rows_of_a_state_can_be_cut_and_joined():
    network, x = Recurrent(5, 8, 2).eval(), torch.randn(4, 3, 5)
    state = drawn_state("lstm", 4)
    whole, _ = network(x, state)
    parts = [network(x[rows], {name: tensor[rows] for name, tensor in state.items()})[0] for rows in ([0, 1], [2, 3])]
    torch.testing.assert_close(torch.cat(parts), whole)


def test_the_forget_gate_begins_open_and_hidden_weights_orthogonal():
    layer = RecurrentLayer(5, 8)
    _, from_hidden, bias, inner = layer.weights()
    assert bias[8:16].eq(1).all() and bias.sum() == 8 and not inner.any()
    for gate in from_hidden.chunk(4):
        torch.testing.assert_close(gate @ gate.t(), torch.eye(8), atol=1e-5, rtol=0)


def test_locked_dropout_has_one_mask_for_all_times():
    y = locked_dropout(torch.ones(4, 6, 100), 0.5, training=True)
    assert set(y.unique().tolist()) == {0.0, 2.0}
    assert y.eq(y[:, :1]).all()
    assert 0.3 < y.eq(0).float().mean() < 0.7
    assert not y[0].equal(y[1])


@pytest.mark.parametrize("cell", CELLS)
def test_dropped_weights_are_drawn_anew_each_time_and_learn(cell):
    layer = RecurrentLayer(5, 8, cell=cell, weight_dropout=0.5)
    x = torch.randn(2, 4, 5)
    first, second = layer(x, layer.empty(x))[0], layer(x, layer.empty(x))[0]
    assert not first.equal(second)
    assert first[:, 0].equal(second[:, 0])  # nothing comes from the empty state
    first.sum().backward()
    gradient = layer.weights()[1].grad
    assert 0.2 < gradient.eq(0).float().mean() < 0.8  # what was dropped has none
    layer.eval()
    assert layer(x, layer.empty(x))[0].equal(layer(x, layer.empty(x))[0])


def test_the_mask_comes_from_torchs_global_generator():
    layer = RecurrentLayer(5, 8, weight_dropout=0.5)
    x = torch.randn(2, 4, 5)
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        found.append(layer(x, layer.empty(x))[0])
    assert found[0].equal(found[1])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("training", [False, True])
def test_under_autocast_it_stays_near_and_its_state_is_float32(cell, training):
    ours, torchs = twins(cell, weight_dropout=0.0)
    ours.train(training)
    x = torch.randn(3, 7, 5)
    with torch.autocast("cpu", torch.bfloat16):
        first, state = ours(x[:, :4])
        second, state = ours(x[:, 4:], state)
    assert {tensor.dtype for tensor in state.values()} == {torch.float32}
    torch.testing.assert_close(torch.cat([first, second], 1).float(), torchs(x)[0], atol=0.03, rtol=0.03)
