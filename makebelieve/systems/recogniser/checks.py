"""What doors refuse or tell before anything is made: metrics that can't be used, classes that can't be learnt."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.messages import say
from makebelieve.systems.recogniser.metrics import Metric
from makebelieve.systems.recogniser.tasks import METRICS, Task

log = logging.getLogger(__name__)

IMBALANCE = 3  # the largest class over the smallest, from which on it is told


def metrics_of(given: Metric | Sequence[Metric], task: Task) -> tuple[Metric, ...]:
    """The metrics given, or the task's own where there are none.

    Raises:
        OptionError: one is no function with a name, or two have the same.
    """
    all_ = (given,) if callable(given) else tuple(given)
    for one in all_:
        if not callable(one) or not hasattr(one, "__name__"):
            raise OptionError("recogniser.metric", given=repr(one)[:80])
    names = [one.__name__ for one in all_]
    taken = [name for i, name in enumerate(names) if name in ("model", *names[:i])]  # "model" is the loss
    if taken:
        raise OptionError("recogniser.metric_name", given=taken[0])
    return all_ or (METRICS[task.kind],)


def check_classes(y: Tensor, held: Tensor | None, names: Sequence[str], *, several: bool = False) -> None:
    """Every class must have training items; that one has none for validation, or few at all, is told.

    Args:
        y: classes of the training items, (n,) int64, or where one has several (n, classes).
        held: of the validation items, if there are any.
        names: of the classes.
        several: whether an item may have several.

    Raises:
        DataError: there is only one class, or one has no training item.
    """
    if len(names) < 2 and not several:
        raise DataError("recogniser.one_class", name=names[0])
    counts = _counts(y, len(names))
    missing = [name for name, count in zip(names, counts, strict=True) if not count]
    if missing:
        raise DataError("recogniser.untrained_class", name=missing[0], n=len(missing))
    if held is not None and len(held):
        unseen = [name for name, n in zip(names, _counts(held, len(names)), strict=True) if not n]
        if unseen:
            log.warning(say("recogniser.unjudged_class", names=", ".join(unseen[:5])))
    most, least = max(counts), min(counts)
    if most > IMBALANCE * least:
        big, small = names[counts.index(most)], names[counts.index(least)]
        log.warning(say("recogniser.imbalance", big=big, many=f"{most:,}", small=small, few=f"{least:,}"))


def _counts(y: Tensor, classes: int) -> list[int]:
    return [int(n) for n in (y.sum(0) if y.ndim == 2 else y.bincount(minlength=classes))]
