"""LSTM and GRU over whole windows by torch's own kernels, with the dropouts of AWD-LSTM."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.blocks import Dropout

State: TypeAlias = dict[str, Tensor]  # rows (the batch) on dimension 0 of every tensor
Cell: TypeAlias = Literal["lstm", "gru"]


def locked_dropout(x: Tensor, p: float, training: bool) -> Tensor:
    """Dropout of x (n, t, f) whose mask is the same at every time (Gal & Ghahramani 2016)."""
    if not training or p == 0:
        return x
    return x * F.dropout(x.new_ones(len(x), 1, x.shape[2]), p)


class RecurrentLayer(nn.Module):
    """One layer of `torch.nn.LSTM` or `torch.nn.GRU`, with DropConnect of its weights from hidden to hidden.

    The mask is drawn once a forward (Merity, Keskar & Socher 2018, section 2). Weights begin uniform in ±1/√hidden,
    those of hidden to hidden orthogonal gate by gate; biases at 0, the forget gate's at 1 (Jozefowicz et al. 2015).

    What it gives is float32, under autocast too: there its products alone are bf16.

    Args:
        inputs: features of x.
        hidden: features of y.
        cell: "lstm" or "gru".
        weight_dropout: share of hidden-to-hidden weights dropped in training, in [0, 1).
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        *,
        cell: Cell = "lstm",
        weight_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.hidden, self.cell, self.weight_dropout = hidden, cell, weight_dropout
        kind = nn.LSTM if cell == "lstm" else nn.GRU
        self.drop = Dropout(weight_dropout)
        self.rnn: nn.RNNBase = kind(inputs, hidden, batch_first=True)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draws new weights."""
        from_inputs, from_hidden, *biases = self.weights()
        bound = 1 / math.sqrt(self.hidden)
        from_inputs.uniform_(-bound, bound)
        for gate in from_hidden.chunk(len(from_hidden) // self.hidden):
            nn.init.orthogonal_(gate)
        for bias in biases:
            bias.zero_()
        if self.cell == "lstm":
            biases[0][self.hidden : 2 * self.hidden] = 1

    def extra_repr(self) -> str:
        """Shown between the brackets of the module's text."""
        return f"weight_dropout={self.weight_dropout}"

    def empty(self, rows: Tensor) -> State:
        """Zeros for the rows of a batch."""
        zeros = self.weights()[1].new_zeros(rows.shape[0], self.hidden)
        return {"h": zeros, "c": zeros} if self.cell == "lstm" else {"h": zeros}

    def forward(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """x (n, t, inputs) and the state, (n, hidden) tensors, to y (n, t, hidden) and the state after the window."""
        before = [tensor.unsqueeze(0) for tensor in state.values()]
        if self.training and self.weight_dropout:
            weights = self._dropped()
            if self.cell == "gru":
                y, *after = torch.gru(x, before[0], weights, True, 1, 0.0, True, False, True)
            else:
                y, *after = torch.lstm(x, before, weights, True, 1, 0.0, True, False, True)
        else:
            y, found = self.rnn(x, before[0] if self.cell == "gru" else tuple(before))
            after = [found] if self.cell == "gru" else list(found)
        return y.float(), {name: tensor[0].float() for name, tensor in zip(state, after, strict=True)}

    def weights(self) -> list[Tensor]:
        """From inputs (gates, inputs), from hidden (gates, hidden), and their biases (gates,) each."""
        return list(self.rnn.parameters())

    def _dropped(self) -> list[Tensor]:
        """The weights, some of hidden to hidden zero, one after another in one piece of memory, as cuDNN wants them."""
        weights = self.weights()
        weights[1] = self.drop(weights[1])
        flat = torch.cat([weight.flatten() for weight in weights])
        pieces = torch.split_with_sizes(flat, [weight.numel() for weight in weights])
        return [piece.view(weight.shape) for piece, weight in zip(pieces, weights, strict=True)]


class Recurrent(nn.Module):
    """Layers of LSTM or GRU one on another, with locked dropout between them.

    Source:
        Merity, Keskar & Socher, "Regularizing and Optimizing LSTM Language Models", 2018 (arXiv:1708.02182).

    Args:
        inputs: features of x.
        hidden: features of every layer.
        layers: how many.
        cell: "lstm" or "gru".
        weight_dropout: share of hidden-to-hidden weights dropped, in [0, 1).
        dropout: share dropped between two layers, with one mask for all times of a window, in [0, 1).

    Attributes:
        gains_from_bf16: whether it trains faster in that, as LSTMs do: 1.5 to 2 times on a CPU that multiplies it, with
            the same losses (benchmarks/recurrent.py).
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
    ) -> None:
        super().__init__()
        self.dropout, self.gains_from_bf16 = dropout, cell == "lstm"
        sizes = [inputs] + [hidden] * (layers - 1)
        self.layers = nn.ModuleList(
            RecurrentLayer(size, hidden, cell=cell, weight_dropout=weight_dropout) for size in sizes
        )

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """x (n, t, inputs) to y (n, t, hidden) and the state after the window.

        Args:
            x: a window.
            state: what this gave for the window before, cut from its graph by the caller, {"h0": (n, hidden), "c0": …,
                "h1": …} by number of layer; what it lacks is zero.
        """
        state, given = state or {}, State()
        for index, module in enumerate(self.layers):
            layer = cast(RecurrentLayer, module)
            if index:
                x = locked_dropout(x, self.dropout, self.training)
            before = {name: state.get(f"{name}{index}", zeros) for name, zeros in layer.empty(x).items()}
            x, after = layer(x, before)
            given |= {f"{name}{index}": tensor for name, tensor in after.items()}
        return x, given
