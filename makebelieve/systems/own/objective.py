"""What a network is to make small: one loss, or one an output with weights, and what is told besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.systems.own.columns import Columns, columns_of
from makebelieve.systems.own.losses import Loss, check_outputs, loss_of
from makebelieve.systems.own.metrics import Metric, measured, metrics_of

Found = tuple[Tensor, dict[str, Tensor]]


@dataclass(frozen=True)
class Term:
    """The loss of one output.

    Attributes:
        name: of the output, before its figures; "" where it is the only one.
        loss: what is made small.
        weight: its factor in the sum.
        metrics: what is told besides, by name.
    """

    name: str
    loss: Loss
    weight: float
    metrics: tuple[tuple[str, Metric], ...]

    def __str__(self) -> str:
        weighted = self.loss.name if self.weight == 1 else f"{self.weight:g} {self.loss.name}"
        return f"{self.name}: {weighted}" if self.name else weighted


@dataclass(frozen=True)
class Terms:
    """Σ weight · loss over the outputs; output k is compared with target k, or with that of its name."""

    terms: tuple[Term, ...]

    def __call__(self, outputs: Any, ys: Columns) -> Found:
        predictions = cast(Columns, columns_of(outputs)).exact()
        pairs = self.pairs(predictions, ys)
        total: Tensor | None = None
        told: dict[str, Tensor] = {}
        for term, (prediction, target) in zip(self.terms, pairs, strict=True):
            loss = term.loss(prediction, target)
            if term.name:
                told[f"{term.name}_loss"] = loss.detach()
            if term.metrics:
                scores, y = term.loss.judged(prediction.detach(), target)
                told |= measured(term.metrics, scores, y, f"{term.name}_" if term.name else "")
            loss = loss if term.weight == 1 else loss * term.weight
            total = loss if total is None else total + loss
        return cast(Tensor, total), told

    def __str__(self) -> str:
        return ", ".join(map(str, self.terms))

    def pairs(self, predictions: Columns, ys: Columns) -> list[tuple[Tensor, Tensor]]:
        """Each term's output and target."""
        if predictions.names is None or ys.names is None:
            return list(zip(predictions.tensors, ys.tensors, strict=True))
        outputs, targets = predictions.value, ys.value
        return [(outputs[term.name], targets[term.name]) for term in self.terms]

    def state(self) -> list[dict[str, Any]]:
        """Names for `config.json`."""
        return [
            {
                **({"output": term.name} if term.name else {}),
                "loss": term.loss.name,
                **({"weight": term.weight} if term.weight != 1 else {}),
                **_metric_names(term.metrics),
            }
            for term in self.terms
        ]


@dataclass(frozen=True)
class Whole:
    """One function of all outputs, as the network gives them, and of all targets, as they were given."""

    loss: Loss
    metrics: tuple[tuple[str, Metric], ...]

    def __call__(self, outputs: Any, ys: Columns) -> Found:
        columns = columns_of(outputs)
        outputs = outputs if columns is None else columns.exact().value
        return self.loss.function(outputs, ys.value), measured(self.metrics, outputs, ys.value)

    def __str__(self) -> str:
        return self.loss.name

    def state(self) -> list[dict[str, Any]]:
        """Names for `config.json`."""
        return [{"loss": self.loss.name, **_metric_names(self.metrics)}]


Objective = Terms | Whole


def _metric_names(metrics: Sequence[tuple[str, Metric]]) -> dict[str, list[str]]:
    return {"metrics": [name for name, _ in metrics]} if metrics else {}


def objective_for(loss: Any, metrics: Any, outputs: Any, ys: Columns, names: Sequence[str] | None) -> Objective:
    """The objective that the arguments `loss` and `metrics` mean for a network.

    Args:
        loss: a name, function or module, for one output or for all; or a list or dict of such, one an output, each
            alone or with its weight, as a pair.
        metrics: names or functions; of several outputs a list or dict of such lists, one an output.
        outputs: what the network gave for a few items.
        ys: those items' targets.
        names: what the network calls its outputs, where it says so.

    Raises:
        OptionError: they don't belong together, or something of them can't be used.
    """
    several = isinstance(loss, (list, Mapping))
    found = columns_of(outputs)
    single = found is not None and len(found.tensors) == len(ys.tensors) == 1
    if not (several or isinstance(loss, str) or single):
        return Whole(loss_of(loss), metrics_of(metrics))
    if found is None:
        raise OptionError("own.outputs", given=type(outputs).__name__)
    if len(found.tensors) != len(ys.tensors):
        raise OptionError("own.how_many", outputs=len(found.tensors), targets=len(ys.tensors))
    called = _output_names(found, ys, names)
    losses = _one_each(loss, called, "loss") if several else [loss] * len(called)
    told = _one_each(metrics, called, "metrics") if len(called) > 1 and metrics else [metrics] * len(called)
    given = [one if isinstance(one, tuple) else (one, 1.0) for one in losses]
    terms = tuple(
        Term("" if len(called) == 1 else name, loss_of(one), _weight(weight, name), metrics_of(some))
        for name, (one, weight), some in zip(called, given, told, strict=True)
    )
    return _fitted(Terms(terms), found, ys)


def _fitted(objective: Terms, outputs: Columns, ys: Columns) -> Terms:
    """The losses fitted to the shapes, and those refused that these outputs can't be meant for."""
    fitted = []
    outputs = outputs.exact()
    for term, (prediction, target) in zip(objective.terms, objective.pairs(outputs, ys), strict=True):
        loss = term.loss.fitted(prediction, target)
        loss.matched(prediction, target)
        check_outputs(loss, prediction)
        fitted.append(Term(term.name, loss, term.weight, term.metrics))
    return Terms(tuple(fitted))


def _output_names(outputs: Columns, ys: Columns, names: Sequence[str] | None) -> list[str]:
    """Of each output: what the network calls it, else what its target is called, else its number from 1."""
    count = len(outputs.tensors)
    if outputs.names is not None and ys.names is not None and set(outputs.names) != set(ys.names):
        raise OptionError("own.names", outputs=", ".join(outputs.names), targets=", ".join(ys.names))
    if outputs.names is None and names is not None and len(names) == count:
        if ys.names is not None and tuple(names) != ys.names:
            raise OptionError("own.names_order", outputs=", ".join(names), targets=", ".join(ys.names))
        return list(names)
    return list(outputs.names or ys.names or [f"output_{i + 1}" for i in range(count)])


def _one_each(given: Any, names: Sequence[str], what: str) -> list[Any]:
    """One value an output, out of a list in their order or a dict by their names."""
    if isinstance(given, Mapping):
        if what == "loss" and set(given) != set(names):
            raise OptionError("own.loss_names", given=", ".join(map(str, given)), known=", ".join(names))
        unknown = [str(name) for name in given if name not in names]
        if unknown:
            raise OptionError("own.metrics_names", given=", ".join(unknown), known=", ".join(names))
        return [given.get(name, ()) for name in names]
    if not isinstance(given, (list, tuple)) or len(given) != len(names):
        raise OptionError("own.one_each", what=what, n=len(names), given=repr(given)[:80])
    return list(given)


def _weight(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given < float("inf"):
        raise OptionError("own.weight", given=repr(given)[:80], output=name)
    return float(given)


def modules_of(objective: Objective) -> list[nn.Module]:
    """Losses that are modules: their buffers, such as weights of classes, go where the network goes."""
    losses = [objective.loss] if isinstance(objective, Whole) else [term.loss for term in objective.terms]
    return [loss.function for loss in losses if isinstance(loss.function, nn.Module)]
