"""What comes next after a text that mostly grows: only what is new of it goes through the network."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from makebelieve.networks.using import evaluating


class Following:
    """Scores of the next token.

    Args:
        network: ids (n, t) and a state or None to scores (n, t, tokens) and a state, {} where it has none.
        device: where it lives.
        most: tokens that it is given at once; without a state the last so many are all that it sees.
    """

    def __init__(self, network: nn.Module, device: torch.device, most: int) -> None:
        self._network, self._device, self._most = network, device, most
        self._ids: list[int] = []
        self._state: dict[str, Tensor] = {}
        self._scores = torch.empty(0)

    def after(self, ids: Sequence[int]) -> Tensor:
        """(tokens,) float32 on the CPU, of ids (t,), t at least 1."""
        grown = bool(self._state) and len(ids) >= len(self._ids) and list(ids[: len(self._ids)]) == self._ids
        state, new = (self._state, ids[len(self._ids) :]) if grown else ({}, ids)
        with evaluating(self._network):
            for start in range(0, len(new), self._most):
                part = torch.tensor([new[start : start + self._most]], device=self._device)
                scores, state = self._network(part, state or None)
                if not state and len(ids) > self._most:
                    last = torch.tensor([ids[-self._most :]], device=self._device)
                    scores, _ = self._network(last, None)
                self._scores = scores[0, -1].float().cpu()
                if not state:
                    break
        self._ids, self._state = list(ids), state
        return self._scores.clone()
