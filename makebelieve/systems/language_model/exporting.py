"""The language model's program form: a window and the state before it, to scores and the state after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.networks.language import LanguageNetwork
from makebelieve.networks.using import evaluating

if TYPE_CHECKING:
    from makebelieve.systems.language_model.learner import LanguageModel


class _Flat(nn.Module):
    """A language network whose state goes in and out as tensors of their own, by the order of their names."""

    def __init__(self, model: nn.Module, names: Sequence[str]) -> None:
        super().__init__()
        self.model, self.names = model, tuple(names)

    def forward(self, ids: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        given = dict(zip(self.names, state, strict=True))
        scores, after = self.model(ids, given or None)
        return (scores, *(after[name] for name in self.names))


def programs(learn: LanguageModel) -> dict[str, Program]:
    """`model`: ids and state to the scores of the next token at every place, and the state. State begins at zero."""
    model = learn.network("model")
    with evaluating(model):
        _, state = model(torch.zeros(2, 1, dtype=torch.int64, device=learn.device), None)
    names, v = sorted(state), len(learn.tokens)
    ids = Port("ids", ("n", "t"), "int64", "export.ids", (0, v - 1))
    scores = Port("scores", ("n", "t", v), "float32", "export.scores")

    def ports(suffix: str, what: str) -> list[Port]:
        return [Port(name + suffix, ("n", *state[name].shape[1:]), "float32", what) for name in names]

    context = model.encoder.context if isinstance(model, LanguageNetwork) else None
    inputs = [ids, *ports("", "export.state")]
    outputs = [scores, *ports("_after", "export.state_after")]
    return {"model": Program(_Flat(model, names), inputs, outputs, most={} if context is None else {"t": context})}
