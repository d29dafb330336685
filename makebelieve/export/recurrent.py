"""LSTM and GRU as a scan over time, so that traced programs take sequences of any length."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

Layer = tuple[Tensor, Tensor, Tensor | None, Tensor | None]  # from inputs, from hidden, their biases


def can_be_scanned(rnn: nn.RNNBase) -> bool:
    """Whether `Scanned` gives what this layer gives."""
    return type(rnn) in (nn.LSTM, nn.GRU) and not rnn.proj_size


class Scanned(nn.Module):
    """Computes what an `nn.LSTM` or `nn.GRU` in eval mode computes (torch's documentation has the equations).

    Args:
        rnn: the layer, whose weights are used.
    """

    def __init__(self, rnn: nn.RNNBase) -> None:
        super().__init__()
        self.rnn = rnn

    def forward(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """x (n, t, inputs), or (t, n, inputs) without `batch_first`, and a state (layers, n, hidden), as the layer."""
        rnn = self.rnn
        x = x.transpose(0, 1) if rnn.batch_first else x
        both = 2 if rnn.bidirectional else 1
        lstm = isinstance(rnn, nn.LSTM)
        if state is None:
            zeros = x.new_zeros(rnn.num_layers * both, x.shape[1], rnn.hidden_size)
            state = (zeros, zeros) if lstm else zeros
        before = list(zip(*(one.unbind(0) for one in (state if lstm else (state,))), strict=True))
        after: list[list[Tensor]] = []
        for layer in range(rnn.num_layers):
            found = []
            for turned in range(both):
                weights = self._weights(f"l{layer}{'_reverse' if turned else ''}")
                last, y = _run(x.flip(0) if turned else x, list(before[layer * both + turned]), weights)
                found.append(y.flip(0) if turned else y)
                after.append(last)
            x = torch.cat(found, 2)
        y = x.transpose(0, 1) if rnn.batch_first else x
        ends = tuple(torch.stack(one) for one in zip(*after, strict=True))
        return y, ends if lstm else ends[0]

    def _weights(self, name: str) -> Layer:
        rnn: Any = self.rnn
        biases = [getattr(rnn, f"bias_{end}_{name}") if rnn.bias else None for end in ("ih", "hh")]
        return getattr(rnn, f"weight_ih_{name}"), getattr(rnn, f"weight_hh_{name}"), biases[0], biases[1]


def _run(x: Tensor, state: list[Tensor], weights: Layer) -> tuple[list[Tensor], Tensor]:
    """One layer in one direction: x (t, n, f) and its state, (n, hidden) each, to the last state and y (t, n, h)."""
    from torch._higher_order_ops.scan import scan  # torch's only loop that both traced forms know

    from_inputs, from_hidden, bias, hidden_bias = weights
    gates = nn.functional.linear(x, from_inputs, bias)

    def lstm(state: list[Tensor], gates: Tensor) -> tuple[list[Tensor], Tensor]:
        h, c = state
        i, f, g, o = (gates + nn.functional.linear(h, from_hidden, hidden_bias)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return [h, c], h.clone()

    def gru(state: list[Tensor], gates: Tensor) -> tuple[list[Tensor], Tensor]:
        (h,) = state
        reset, update, new = gates.chunk(3, 1)
        of_reset, of_update, of_new = nn.functional.linear(h, from_hidden, hidden_bias).chunk(3, 1)
        update = torch.sigmoid(update + of_update)
        new = torch.tanh(new + torch.sigmoid(reset + of_reset) * of_new)
        h = (1 - update) * new + update * h
        return [h], h.clone()

    last, y = scan(lstm if len(state) == 2 else gru, [one.clone() for one in state], gates)
    return last, y
