"""The recommender's recipes, each a game with one player: squared errors of ratings, and two losses that rank."""

from __future__ import annotations

from functools import partial
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe

ADAM = partial(torch.optim.AdamW, lr=5e-3, weight_decay=0.1)
RANKING = partial(torch.optim.AdamW, lr=5e-3, weight_decay=0.02)


@recipe(optimizers={"model": ADAM}, batch_size=512)
def squared_error(nets: Networks, batch: Batch, _run: Run) -> Turns:
    """(rating − prediction)², mean over ratings."""
    yield "model", F.mse_loss(nets.model(batch.x[:, 0], batch.x[:, 1]), cast(Tensor, batch.y))


@recipe(optimizers={"model": RANKING}, batch_size=512)
def bpr(nets: Networks, batch: Batch, run: Run, *, items: int) -> Turns:
    """−ln σ(score of an item there was an event with − score of one drawn at random), mean over events.

    Bayesian personalised ranking (Rendle et al. 2009, section 4.1); its penalty is the optimizer's decay of weights.
    Items are drawn from the whole catalogue, among which those the user knows are few.

    Args:
        items: how many there are.
    """
    users, known = batch.x[:, 0], batch.x[:, 1]
    drawn = _drawn(run, len(batch), 1, items)[:, 0]
    scores = nets.model(torch.cat([users, users]), torch.cat([known, drawn]))
    liked, other = scores.chunk(2)
    yield "model", -F.logsigmoid(liked - other).mean()


@recipe(optimizers={"model": RANKING}, batch_size=512)
def sampled_softmax(nets: Networks, batch: Batch, run: Run, *, items: int, negatives: int) -> Turns:
    """Minus the log-probability of the item of an event among that and `negatives` drawn at random, mean over events.

    As all items are as likely to be drawn, the sample needs no correction (Jean et al. 2015, section 3; Wu et al. 2024
    on why it ranks well).

    Args:
        items: how many there are.
        negatives: items drawn for each event.
    """
    users, known = batch.x[:, 0], batch.x[:, 1:]
    drawn = _drawn(run, len(batch), negatives, items)
    shown = torch.cat([known, drawn], 1)
    scores = nets.model(users.repeat_interleave(negatives + 1), shown.flatten()).view(len(batch), -1)
    hit = F.pad(drawn == known, (1, 0))  # the item itself, drawn by chance
    yield "model", -scores.masked_fill(hit, -torch.inf).log_softmax(1)[:, 0].mean()


@recipe(optimizers={"model": partial(torch.optim.SGD, lr=0.0)}, batch_size=4096)
def solved(nets: Networks, batch: Batch, run: Run, *, rates: bool, items: int) -> Turns:
    """For networks found without gradients, in validation only: how well they do.

    Squared errors of ratings; or of preferences the share of pairs that are ranked wrong, each of an item of the
    validation data and one drawn at random, ties counting half.

    Args:
        rates: whether predictions are ratings.
        items: how many there are.
    """
    users, known = batch.x[:, 0], batch.x[:, 1]
    if rates:
        yield "model", F.mse_loss(nets.model(users, known), cast(Tensor, batch.y))
    else:
        drawn = _drawn(run, len(batch), 1, items)[:, 0]
        liked, other = nets.model(torch.cat([users, users]), torch.cat([known, drawn])).chunk(2)
        yield "model", ((liked < other).float() + (liked == other).float() / 2).mean()


def _drawn(run: Run, n: int, each: int, items: int) -> Tensor:
    """(n, each) int64: items drawn uniformly, the same however a batch is split over processes."""
    return (run.uniform(n * each).view(n, each).double() * items).long().clamp(max=items - 1)
