"""A network of the program's own as language models call it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.using import evaluating

ROWS, TOKENS = 2, 3  # of the texts it is tried on


class Own(nn.Module):
    """Calls a module with ids (n, t) and a state; scores alone come back with an empty state.

    Args:
        module: ids (n, t) int64 and a dictionary of tensors (n, …), or None at first, to scores (n, t, tokens) or
            (scores, state).
        tokens: of the vocabulary.

    Raises:
        OptionError: it gives something else.
    """

    def __init__(self, module: nn.Module, tokens: int) -> None:
        super().__init__()
        self.module = module
        device = next((parameter.device for parameter in module.parameters()), torch.device("cpu"))
        with evaluating(module):
            given = module(torch.zeros(ROWS, TOKENS, dtype=torch.long, device=device), None)
        scores = given[0] if isinstance(given, tuple) and len(given) == 2 else given
        if not isinstance(scores, Tensor) or tuple(scores.shape) != (ROWS, TOKENS, tokens):
            found = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
            name = type(module).__name__
            raise OptionError("language.own_network", given=name, n=ROWS, t=TOKENS, found=found, tokens=tokens)
        if isinstance(given, tuple) and not _carries(given[1]):
            raise OptionError("language.own_state", given=type(module).__name__, found=repr(type(given[1]).__name__))

    def forward(self, ids: Tensor, state: dict[str, Tensor] | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        found = self.module(ids, state)
        return (found, {}) if isinstance(found, Tensor) else found


def _carries(state: object) -> bool:
    """Whether it is a dictionary of tensors, a row a text."""
    return isinstance(state, dict) and all(
        isinstance(value, Tensor) and value.ndim > 0 and len(value) == ROWS for value in state.values()
    )
