"""LSTM and GRU step by step in NumPy: a step of one text is a few small products, and calls cost more than they do.

Weights are laid out once so that a step has few calls. What the embedding adds to the first layer's gates is a table.
σ(x) = (1 + tanh(x/2))/2, so that with halved rows all gates of an LSTM take one tanh.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Protocol, TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray

from makebelieve.networks.encoders import RecurrentEncoder
from makebelieve.networks.language import LanguageNetwork
from makebelieve.networks.recurrent import RecurrentLayer

Array: TypeAlias = NDArray[np.float32]


class _Step(Protocol):
    h: Array  # (n, hidden)

    def __call__(self, pre: Array) -> Array:
        """What the inputs add to the gates, (n, gates), to h (n, hidden)."""


def _array(tensor: torch.Tensor) -> Array:
    return np.ascontiguousarray(tensor.detach().float().cpu().numpy())


class _LSTMStep:
    """c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c). The gates lie in the order i, f, o, g, and 2h is kept, not h."""

    def __init__(self, weight: Array, n: int) -> None:
        hidden = weight.shape[1]
        self._factor = np.ascontiguousarray(weight.T) / 2  # (hidden, gates), of 2h
        self.h = np.zeros((n, hidden), np.float32)
        self._c = np.zeros((n, hidden), np.float32)  # 2c
        self._gates = np.empty((n, 4 * hidden), np.float32)
        self._open = self._gates[:, : 3 * hidden]
        self._i, self._f, self._o, self._g = (self._gates[:, k * hidden : (k + 1) * hidden] for k in range(4))
        self._half = np.float32(0.5)
        self._one = np.float32(1)

    def __call__(self, pre: Array) -> Array:
        gates, c = self._gates, self._c
        np.dot(self.h, self._factor, out=gates)
        gates += pre
        np.tanh(gates, out=gates)
        np.add(self._open, self._one, out=self._open)  # twice the sigmoid
        np.multiply(c, self._f, out=c)
        np.multiply(c, self._half, out=c)
        np.multiply(self._i, self._g, out=self._i)
        np.add(c, self._i, out=c)
        np.multiply(c, self._half, out=self.h)
        np.tanh(self.h, out=self.h)
        np.multiply(self.h, self._o, out=self.h)
        return self.h


class _GRUStep:
    """n = tanh(Wx + r (Uh + b)), h = n + z (h − n). The gates lie in the order r, z, n."""

    def __init__(self, weight: Array, bias: Array, n: int) -> None:
        hidden = weight.shape[1]
        self._factor, self._bias = np.ascontiguousarray(weight.T), bias
        self.h = np.zeros((n, hidden), np.float32)
        self._inner = np.empty((n, 3 * hidden), np.float32)
        self._both, self._new = self._inner[:, : 2 * hidden], self._inner[:, 2 * hidden :]
        self._r, self._z = self._both[:, :hidden], self._both[:, hidden:]
        self._hidden = hidden
        self._half = np.float32(0.5)
        self._one = np.float32(1)

    def __call__(self, pre: Array) -> Array:
        both, new, h = self._both, self._new, self.h
        np.dot(h, self._factor, out=self._inner)
        self._inner += self._bias
        both += pre[:, : 2 * self._hidden]
        np.tanh(both, out=both)
        np.add(both, self._one, out=both)
        np.multiply(both, self._half, out=both)
        np.multiply(new, self._r, out=new)
        np.add(new, pre[:, 2 * self._hidden :], out=new)
        np.tanh(new, out=new)
        np.subtract(h, new, out=h)
        np.multiply(h, self._z, out=h)
        np.add(h, new, out=h)
        return h


class _Layer:
    """Weights as the step wants them: rows of sigmoids halved, in its order of gates."""

    def __init__(self, layer: RecurrentLayer, n: int) -> None:
        self._lstm = layer.cell == "lstm"
        from_inputs, from_hidden, bias, inner = (self._ordered(_array(tensor)) for tensor in layer.weights())
        self.step: _Step = _LSTMStep(from_hidden, n) if self._lstm else _GRUStep(from_hidden, inner, n)
        self.inputs = np.ascontiguousarray(from_inputs.T)  # (inputs, gates)
        self.bias = bias + inner if self._lstm else bias
        self.scale = np.float32(0.5 if self._lstm else 1)  # of what the step gives, to h

    def _ordered(self, rows: Array) -> Array:
        if self._lstm:
            i, f, g, o = np.split(rows, 4)
            return np.concatenate([i / 2, f / 2, o / 2, g])
        r, z, new = np.split(rows, 3)
        return np.concatenate([r / 2, z / 2, new])


class RecurrentStepper:
    """The stepper of a recurrent `LanguageNetwork` on a CPU, in float32.

    Args:
        network: its weights are copied as they are now.
        encoder: the network's own.
        n: texts side by side.
    """

    def __init__(self, network: LanguageNetwork, encoder: RecurrentEncoder, n: int) -> None:
        layers = [_Layer(cast(RecurrentLayer, layer), n) for layer in encoder.recurrent.layers]
        embedding, first = _array(encoder.embedding.weight), layers[0]
        self._table = embedding @ first.inputs + first.bias  # (v, gates)
        self._first = first.step
        self._others = []
        for below, layer in pairwise(layers):
            pre = np.empty((n, layer.inputs.shape[1]), np.float32)
            self._others.append((layer.inputs * below.scale, layer.bias, pre, layer.step))
        head = _array(network.head.weights(encoder.embedding.weight)).T
        self._head = np.ascontiguousarray(head) * layers[-1].scale  # (hidden, v)
        self._bias = _array(network.head.bias)
        self._pre = np.empty((n, self._table.shape[1]), np.float32)
        self._scores = np.empty((n, len(self._table)), np.float32)

    def feed(self, ids: NDArray[Any]) -> Array:
        """One token of each text, (n,) integers, to the next one's scores (n, v); the next call reuses the array."""
        h = self._advance(ids)
        np.dot(h, self._head, out=self._scores)
        self._scores += self._bias
        return self._scores

    def feed_many(self, ids: NDArray[Any]) -> Array:
        """Tokens (n, t), t at least 1, to the scores after the last."""
        for column in np.asarray(ids).T[:-1]:
            self._advance(column)
        return self.feed(np.asarray(ids)[:, -1])

    def _advance(self, ids: NDArray[Any]) -> Array:
        np.take(self._table, ids, axis=0, out=self._pre, mode="clip")  # "raise" would copy
        h = self._first(self._pre)
        for factor, bias, pre, step in self._others:
            np.dot(h, factor, out=pre)
            pre += bias
            h = step(pre)
        return h
