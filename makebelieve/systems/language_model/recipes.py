"""The language model's recipe: one player, whose loss is how surprised it is by each next token."""

from __future__ import annotations

from functools import partial
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe

NEXT = "next"  # where each row's text went on after the last batch


@recipe(optimizers={"model": partial(torch.optim.AdamW, lr=4e-3, weight_decay=0.02)}, batch_size=32)
def next_token(nets: Networks, batch: Batch, run: Run, *, carry: bool = True) -> Turns:
    """Cross-entropy in nats of every token of the windows given those before it, the mean over tokens.

    Truncated backpropagation through time (Williams & Peng 1990): where a row's window begins at the token after its
    last one, the network goes on in the state in which it was, without a gradient; elsewhere it begins anew.

    Args:
        carry: whether that state is carried on.
    """
    x, y = batch.x, cast(Tensor, batch.y)
    state = carried(run, batch.items) if carry else {}
    scores, state = nets.model(x, state or None)
    if carry and state:
        keep(run, batch.items + x.shape[1], state)
    yield "model", F.cross_entropy(scores.flatten(0, 1), y.flatten())


def carried(run: Run, items: Tensor) -> dict[str, Tensor]:
    """The state of each row (n, …) by name: zeros where its text does not go on at `items` (n,); {} at first."""
    goes_on = run.recall(NEXT, items - 1) == items
    found = {name: run.recall(name, items) for name in run.rows if name != NEXT}
    if any(value is items for value in found.values()):  # rows are others than before
        return {}
    return {name: value * goes_on.view(-1, *[1] * (value.ndim - 1)) for name, value in found.items()}


def keep(run: Run, following: Tensor, state: dict[str, Tensor]) -> None:
    """Keeps the state in which rows are that go on at `following` (n,)."""
    run.keep(NEXT, following)
    for name, value in state.items():
        run.keep(name, value)
