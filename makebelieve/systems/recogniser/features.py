"""Frozen epochs run the body once: its features of all items are kept, and batches are drawn from those."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

from makebelieve.data.memory import Finish, MemoryBatches
from makebelieve.data.order import Order
from makebelieve.messages import say
from makebelieve.networks.transfer import Transfer
from makebelieve.networks.using import evaluating
from makebelieve.training.protocols import Part

if TYPE_CHECKING:
    from makebelieve.systems.recogniser.learner import Recogniser

log = logging.getLogger(__name__)

MOST = 1 << 30  # bytes of features that are kept
AT_ONCE = 64
TOLD = 1000  # items from which on it is said that features are computed


class BodyFeatures:
    """Features of the items of both parts by a body that does not learn now."""

    def __init__(self, learn: Recogniser) -> None:
        self._learn = learn
        self._kept: dict[Part, Tensor] = {}

    def forget(self) -> None:
        """The body has learned, or will."""
        self._kept.clear()

    def usable(self, part: Part) -> bool:
        """Whether the items of a part look the same to the body each time, and their features fit in memory."""
        learn = self._learn
        model, data = learn.nets["model"], learn.data
        if not isinstance(model, Transfer) or data is None or not data.count(part):
            return False
        if any(parameter.requires_grad for parameter in model.body.parameters()):
            return False
        if part == "train" and learn.augmented:
            return False
        return data.count(part) * model.features * 4 <= MOST

    def stream(self, part: Part, order: Order) -> MemoryBatches:
        """Batches whose x are features (n, f) on the device, in the same order as the items' own."""
        labels = self._learn.labels(part)
        return MemoryBatches(self._of(part), labels.to(self._learn.device), order, Finish((), 0))

    def _of(self, part: Part) -> Tensor:
        if part not in self._kept:
            self._kept[part] = self._compute(part)
        return self._kept[part]

    def _compute(self, part: Part) -> Tensor:
        learn = self._learn
        model, count = learn.nets["model"], learn.count(part)
        batches, embed = learn.items(part, AT_ONCE), cast(Transfer, model).embed
        if count >= TOLD:
            log.info(say("recogniser.features", n=f"{count:,}"))
        with evaluating(model), learn.autocast():
            return torch.cat([embed(next(batches).x).float() for _ in range(-(-count // AT_ONCE))])
