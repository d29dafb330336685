"""Recurrent layers by their names in Keras: (batch, time, features)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from makebelieve.errors import OptionError
from makebelieve.networks.wiring.layer import Layer, Signal, signals
from makebelieve.networks.wiring.options import count


class LSTM(Layer):
    """Long short-term memory (Hochreiter & Schmidhuber 1997): (batch, time, features) to (batch, units).

    Becomes `nn.LSTM`. Weights of the input are Glorot uniform, those of the state orthogonal, biases 0 but 1 for the
    forget gate (Jozefowicz et al. 2015), as in Keras; `nn.LSTM` alone draws them all from one uniform distribution.

    Args:
        units: size of the state.
        return_sequences: whether it gives the state at every moment, (batch, time, units), not just at the last.
        return_state: whether it also gives the last h and c, each (batch, units), for `initial_state` of another layer;
            not with `bidirectional`.
        bidirectional: whether a second one reads backwards; its units stand behind the first one's (2 · units). The
            last state of the second is the one at the first moment, as in Keras.
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        units: int,
        *,
        return_sequences: bool = False,
        return_state: bool = False,
        bidirectional: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(None, name)
        self.units, self.return_sequences = count(self.label, "units", units), return_sequences
        self.return_state, self.bidirectional = return_state, bidirectional
        if return_state and bidirectional:
            raise OptionError("wiring.both_ways", layer=self.label)

    def __call__(self, x: Signal, initial_state: Sequence[Signal] | None = None) -> Any:
        """(batch, time, features) to (batch, units) or (batch, time, units); with the state, a tuple of three.

        Args:
            x: a value.
            initial_state: [h, c], each (batch, units); zeros by default.
        """
        features = self.shape_of(x, "time", "features")[2] or 0
        state = _initial(self, initial_state, 2)
        result, (h, c) = self.apply(lambda: self._make(features), x, *state)
        y = result if self.return_sequences else _last(h, self.bidirectional)
        return (y, h.squeeze(0), c.squeeze(0)) if self.return_state else y

    def _make(self, features: int) -> nn.Module:
        module = nn.LSTM(features, self.units, batch_first=True, bidirectional=self.bidirectional)
        keras_weights(module)
        for name, tensor in module.named_parameters():
            if name.startswith("bias_ih"):
                nn.init.ones_(tensor.detach()[self.units : 2 * self.units])  # input, forget, cell, output
        return module


class GRU(Layer):
    """Gated recurrent unit (Cho et al. 2014): (batch, time, features) to (batch, units).

    The state is reset after the product. Becomes `nn.GRU`. Weights of the input are Glorot uniform, those of the state
    orthogonal, biases 0, as in Keras.

    Args:
        units: size of the state.
        return_sequences: whether it gives the state at every moment, (batch, time, units), not just at the last.
        return_state: whether it also gives the last h, (batch, units); not with `bidirectional`.
        bidirectional: whether a second one reads backwards; its units stand behind the first one's (2 · units).
        name: of the module.

    Raises:
        OptionError: an option can't be used; when called, the value has another shape.
    """

    def __init__(
        self,
        units: int,
        *,
        return_sequences: bool = False,
        return_state: bool = False,
        bidirectional: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(None, name)
        self.units, self.return_sequences = count(self.label, "units", units), return_sequences
        self.return_state, self.bidirectional = return_state, bidirectional
        if return_state and bidirectional:
            raise OptionError("wiring.both_ways", layer=self.label)

    def __call__(self, x: Signal, initial_state: Signal | None = None) -> Any:
        """(batch, time, features) to (batch, units) or (batch, time, units); with the state, a tuple of two.

        Args:
            x: a value.
            initial_state: h, (batch, units); zeros by default.
        """
        features = self.shape_of(x, "time", "features")[2] or 0
        given = initial_state if initial_state is None or isinstance(initial_state, list | tuple) else [initial_state]
        result, h = self.apply(lambda: self._make(features), x, *_initial(self, given, 1))
        y = result if self.return_sequences else _last(h, self.bidirectional)
        return (y, h.squeeze(0)) if self.return_state else y

    def _make(self, features: int) -> nn.Module:
        module = nn.GRU(features, self.units, batch_first=True, bidirectional=self.bidirectional)
        keras_weights(module)
        return module


def keras_weights(module: nn.RNNBase) -> None:
    """Glorot-uniform weights of the input, orthogonal weights of the state, biases of 0."""
    for name, tensor in module.named_parameters():
        if name.startswith("weight_ih"):
            nn.init.xavier_uniform_(tensor)
        elif name.startswith("weight_hh"):
            nn.init.orthogonal_(tensor)
        else:
            nn.init.zeros_(tensor)


def _initial(layer: Layer, given: Sequence[Signal] | None, many: int) -> tuple[Any, ...]:
    """The state as torch's module takes it, (1, batch, units) each: nothing, h, or the pair (h, c)."""
    if given is None:
        return ()
    states = tuple(state.unsqueeze(0) for state in signals(layer.label, given, many))
    return (states,) if many == 2 else states


def _last(h: Any, bidirectional: bool) -> Any:
    """(directions, batch, units) to (batch, directions · units)."""
    return torch.cat([h[0], h[1]], 1) if bidirectional else h[0]
