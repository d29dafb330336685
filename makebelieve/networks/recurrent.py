"""LSTM and GRU over whole windows, with the dropouts of AWD-LSTM and the fastest kernels that there are."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.cells import GRUCells, LSTMCells

State: TypeAlias = dict[str, Tensor]  # rows (the batch) on dimension 0 of every tensor
Cell: TypeAlias = Literal["lstm", "gru"]
Products: TypeAlias = Literal["auto", "float32", "bf16"]


def locked_dropout(x: Tensor, p: float, training: bool) -> Tensor:
    """Dropout of x (n, t, f) whose mask is the same at every time (Gal & Ghahramani 2016)."""
    if not training or p == 0:
        return x
    return x * F.dropout(x.new_ones(len(x), 1, x.shape[2]), p)


class RecurrentLayer(nn.Module):
    """One layer. Parameters have the shapes and the order of gates that `torch.nn.LSTM` and `torch.nn.GRU` give them.

    On a CPU the recurrence is `cells.py`'s, elsewhere torch's own (cuDNN's). Weights of hidden to hidden can be dropped
    as DropConnect once a forward (Merity, Keskar & Socher 2018, section 2).

    Weights begin uniform in ±1/√hidden, those of hidden to hidden orthogonal gate by gate; biases at 0, the forget
    gate's at 1 (Jozefowicz et al. 2015).

    Args:
        inputs: features of x.
        hidden: features of y.
        cell: "lstm" or "gru".
        weight_dropout: share of hidden-to-hidden weights dropped in training, in [0, 1).
        products: number format of the recurrent products on a CPU: "auto" is float32 unless autocast says bf16.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        *,
        cell: Cell = "lstm",
        weight_dropout: float = 0.0,
        products: Products = "auto",
    ) -> None:
        super().__init__()
        self.inputs, self.hidden, self.cell = inputs, hidden, cell
        self.weight_dropout, self.products = weight_dropout, products
        wide = (4 if cell == "lstm" else 3) * hidden
        self.weight_ih = nn.Parameter(torch.empty(wide, inputs))
        self.weight_hh = nn.Parameter(torch.empty(wide, hidden))
        self.bias_ih = nn.Parameter(torch.zeros(wide))
        self.bias_hh = nn.Parameter(torch.zeros(wide))
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draws new weights."""
        bound = 1 / math.sqrt(self.hidden)
        self.weight_ih.uniform_(-bound, bound)
        for gate in self.weight_hh.chunk(len(self.weight_hh) // self.hidden):
            nn.init.orthogonal_(gate)
        self.bias_ih.zero_()
        self.bias_hh.zero_()
        if self.cell == "lstm":
            self.bias_ih[self.hidden : 2 * self.hidden] = 1

    def extra_repr(self) -> str:
        """Shown between the brackets of the module's text."""
        return f"{self.inputs}, {self.hidden}, cell={self.cell!r}, weight_dropout={self.weight_dropout}"

    def empty(self, x: Tensor) -> State:
        """Zeros for the rows of x."""
        zeros = self.weight_hh.new_zeros(len(x), self.hidden)
        return {"h": zeros, "c": zeros} if self.cell == "lstm" else {"h": zeros}

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """x (n, t, inputs) and the state of (n, hidden) tensors to y (n, t, hidden) and the state after it."""
        if x.device.type != "cpu":
            return self._elsewhere(x, state)
        return self._recur(self._add_to_gates(x.transpose(0, 1)), state)

    def look_up(self, table: Tensor, ids: Tensor, state: State) -> tuple[Tensor, State]:
        """As `forward` with x = table[ids], faster where the table has fewer rows than the window has ids.

        What a row of the table adds to the gates is computed once, not at every place that it stands.

        Args:
            table: an embedding (v, inputs).
            ids: (n, t) int64.
            state: as in `forward`.
        """
        if table.device.type != "cpu" or len(table) > ids.numel():
            return self.forward(F.embedding(ids, table), state)
        return self._recur(F.embedding(ids.t(), self._add_to_gates(table)), state)

    def _add_to_gates(self, x: Tensor) -> Tensor:
        """W x + b, as the cells want it."""
        if self.cell == "gru":
            return F.linear(x, self.weight_ih, self.bias_ih)
        return F.linear(x, self._doubled(self.weight_ih), self._doubled(self.bias_ih + self.bias_hh))

    def _recur(self, pre: Tensor, state: State) -> tuple[Tensor, State]:
        half = self._half()
        with torch.autocast("cpu", enabled=False):
            pre, weight, h = pre.float(), self._dropped(), state["h"].float()
            if self.cell == "gru":
                y = cast(Tensor, GRUCells.apply(pre, weight, self.bias_hh, h, half))  # type: ignore[no-untyped-call]
                return y.transpose(0, 1), {"h": y[-1]}
            y, c = LSTMCells.apply(pre, self._doubled(weight), h, state["c"].float(), half)  # type: ignore[no-untyped-call]
            return y.transpose(0, 1), {"h": y[-1], "c": c}

    def _doubled(self, rows: Tensor) -> Tensor:
        """The rows of gate g twice as large: tanh(g) is 2 σ(2g) − 1."""
        i, f, g, o = rows.chunk(4)
        return torch.cat([i, f, 2 * g, o])

    def _half(self) -> bool:
        if self.products == "auto":
            return torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu") == torch.bfloat16
        return self.products == "bf16"

    def _dropped(self) -> Tensor:
        return F.dropout(self.weight_hh, self.weight_dropout, self.training) if self.weight_dropout else self.weight_hh

    def _elsewhere(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        weights = [self.weight_ih, self._dropped(), self.bias_ih, self.bias_hh]
        h = state["h"].to(x.dtype).unsqueeze(0)
        if self.cell == "gru":
            y, h = torch.gru(x, h, weights, True, 1, 0.0, self.training, False, True)
            return y, {"h": h[0]}
        c = state["c"].to(x.dtype).unsqueeze(0)
        y, h, c = torch.lstm(x, (h, c), weights, True, 1, 0.0, self.training, False, True)
        return y, {"h": h[0], "c": c[0]}


class Recurrent(nn.Module):
    """Layers of LSTM or GRU one on another, with locked dropout between them and on the way out.

    Source:
        Merity, Keskar & Socher, "Regularizing and Optimizing LSTM Language Models", 2018 (arXiv:1708.02182).

    Args:
        inputs: features of x.
        hidden: features of every layer.
        layers: how many.
        cell: "lstm" or "gru".
        weight_dropout: share of hidden-to-hidden weights dropped, in [0, 1).
        dropout: share dropped between two layers, with one mask for all times of a window, in [0, 1).
        products: number format of the recurrent products on a CPU: "auto" is float32 unless autocast says bf16.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        layers: int = 1,
        *,
        cell: Cell = "lstm",
        weight_dropout: float = 0.0,
        dropout: float = 0.0,
        products: Products = "auto",
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.layers = nn.ModuleList(
            RecurrentLayer(
                inputs if index == 0 else hidden,
                hidden,
                cell=cell,
                weight_dropout=weight_dropout,
                products=products,
            )
            for index in range(layers)
        )

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """x (n, t, inputs) to y (n, t, hidden) and the state after the window.

        Args:
            x: a window.
            state: what this gave for the window before, cut from its graph by the caller; None, or a tensor that it
                lacks, is a state of zeros.
        """
        first, *others = self._layers()
        y, after = first(x, self._state_of(0, x, state))
        return self._further(others, y, after, state)

    def look_up(self, table: Tensor, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """As `forward` with x = table[ids], where table is (v, inputs) and ids (n, t) int64."""
        first, *others = self._layers()
        y, after = first.look_up(table, ids, self._state_of(0, ids, state))
        return self._further(others, y, after, state)

    def _further(
        self, others: list[RecurrentLayer], y: Tensor, after: State, state: State | None
    ) -> tuple[Tensor, State]:
        given = {f"{name}0": tensor for name, tensor in after.items()}
        for index, layer in enumerate(others, 1):
            y, after = layer(locked_dropout(y, self.dropout, self.training), self._state_of(index, y, state))
            given |= {f"{name}{index}": tensor for name, tensor in after.items()}
        return y, given

    def _layers(self) -> list[RecurrentLayer]:
        return [cast(RecurrentLayer, layer) for layer in self.layers]

    def _state_of(self, index: int, rows: Tensor, state: State | None) -> State:
        """The state of one layer: of {"h0": …, "c0": …, "h1": …} that of number `index`, as {"h": …, "c": …}."""
        empty = self._layers()[index].empty(rows)
        return {name: (state or {}).get(f"{name}{index}", zeros) for name, zeros in empty.items()}
