"""What is recognised: one of several classes, several at once, or numbers. Each with its loss, scores and figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.explain.decisions import calibration, confusion, per_class
from makebelieve.systems.recogniser.metrics import Metric, accuracy, error_rate, mae
from makebelieve.systems.recogniser.predictions import Prediction


class Task(Protocol):
    """From a network's outputs (n, outputs) to losses, scores and words.

    Attributes:
        kind: its name in config.json.
        classes: names, or None for numbers.
    """

    kind: ClassVar[str]

    @property
    def classes(self) -> tuple[str, ...] | None: ...

    @property
    def outputs(self) -> int: ...

    def losses(self, outputs: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
        """(n,): how wrong each item is, in nats or squared standard deviations."""
        ...

    def scores(self, outputs: Tensor) -> Tensor:
        """(n, outputs) float32: probabilities, or numbers in the units of the targets."""
        ...

    def prediction(self, scores: Tensor, item: str) -> Prediction:
        """One item's scores (outputs,) in words."""
        ...

    def truth(self, y: Tensor) -> str:
        """One item's label in words."""
        ...

    def figures(self, scores: Tensor, y: Tensor) -> dict[str, float]:
        """Figures of many items, by their standard names."""
        ...


@dataclass(frozen=True)
class OneOf:
    """One of several classes: softmax, and cross-entropy in nats.

    Args:
        names: of the classes.
        weights: of the classes' losses, 1 on average over the training items; or None.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...] | None = None
    kind: ClassVar[str] = "one"

    @property
    def classes(self) -> tuple[str, ...]:
        return self.names

    @property
    def outputs(self) -> int:
        return len(self.names)

    def losses(self, outputs: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
        losses = F.cross_entropy(outputs.float(), y, reduction="none", label_smoothing=smoothing)
        return losses if self.weights is None else losses * losses.new_tensor(self.weights)[y]

    def scores(self, outputs: Tensor) -> Tensor:
        return outputs.float().softmax(1)

    def prediction(self, scores: Tensor, item: str) -> Prediction:
        best = int(scores.argmax())
        named = dict(zip(self.names, scores.tolist(), strict=True))
        return Prediction(self.names[best], named[self.names[best]], named, item)

    def truth(self, y: Tensor) -> str:
        return self.names[int(y)]

    def figures(self, scores: Tensor, y: Tensor) -> dict[str, float]:
        shares = per_class(confusion(y, scores))
        right = float(accuracy(scores, y))
        return {
            "accuracy": right,
            "error_rate": 1 - right,
            "nats": float(F.nll_loss(scores.clamp_min(1e-12).log(), y)),
            "precision": float(shares.precision.nanmean()),
            "recall": float(shares.recall.nanmean()),
            "calibration_error": calibration(y, scores).error,
        }


@dataclass(frozen=True)
class SeveralOf:
    """Several classes at once: a sigmoid each, and binary cross-entropy in nats, summed over the classes.

    Args:
        names: of the classes.
    """

    names: tuple[str, ...]
    kind: ClassVar[str] = "several"

    @property
    def classes(self) -> tuple[str, ...]:
        return self.names

    @property
    def outputs(self) -> int:
        return len(self.names)

    def losses(self, outputs: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
        wanted = y * (1 - smoothing) + smoothing / 2
        return F.binary_cross_entropy_with_logits(outputs.float(), wanted, reduction="none").sum(1)

    def scores(self, outputs: Tensor) -> Tensor:
        return outputs.float().sigmoid()

    def prediction(self, scores: Tensor, item: str) -> Prediction:
        named = dict(zip(self.names, scores.tolist(), strict=True))
        return Prediction(tuple(name for name, share in named.items() if share >= 0.5), None, named, item)

    def truth(self, y: Tensor) -> str:
        return ", ".join(name for name, here in zip(self.names, y.tolist(), strict=True) if here) or "-"

    def figures(self, scores: Tensor, y: Tensor) -> dict[str, float]:
        said, here = scores >= 0.5, y > 0.5
        both = (said & here).sum().item()
        precision, recall = both / max(1, int(said.sum())), both / max(1, int(here.sum()))
        exact = (said == here).all(1).float().mean().item()
        right = float(accuracy(scores, y))
        f1 = 2 * precision * recall / (precision + recall) if both else 0.0
        found = {"accuracy": right, "error_rate": 1 - right, "exact_match": exact}
        return {**found, "precision": precision, "recall": recall, "f1": f1}


@dataclass(frozen=True)
class Numbers:
    """Numbers: squared error of standardised targets, the mean over an item's numbers.

    Args:
        mean: of the training targets, one a number.
        std: their standard deviations.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    kind: ClassVar[str] = "numbers"
    classes: ClassVar[None] = None

    @property
    def outputs(self) -> int:
        return len(self.mean)

    def losses(self, outputs: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
        del smoothing
        x = outputs.float()  # first: in bf16 the mean 2005 would be 2000
        wanted = (y.view_as(x) - x.new_tensor(self.mean)) / x.new_tensor(self.std)
        return (x - wanted).square().mean(1)

    def scores(self, outputs: Tensor) -> Tensor:
        x = outputs.float()
        return x * x.new_tensor(self.std) + x.new_tensor(self.mean)

    def prediction(self, scores: Tensor, item: str) -> Prediction:
        values = tuple(scores.tolist())
        return Prediction(values[0] if len(values) == 1 else values, item=item)

    def truth(self, y: Tensor) -> str:
        return ", ".join(f"{value:.4g}" for value in y.reshape(-1).tolist())

    def figures(self, scores: Tensor, y: Tensor) -> dict[str, float]:
        wrong = (scores - y.view_as(scores)).double()
        spread = (y.double() - y.double().mean(0)).square().sum().item()
        squares = wrong.square()
        found = {"mae": wrong.abs().mean().item(), "rmse": math.sqrt(squares.mean().item())}
        return {**found, "mse": squares.mean().item(), "r2": 1 - squares.sum().item() / spread if spread else math.nan}


TASKS: Mapping[str, type[OneOf | SeveralOf | Numbers]] = {task.kind: task for task in (OneOf, SeveralOf, Numbers)}


METRICS: Mapping[str, Metric] = {OneOf.kind: error_rate, SeveralOf.kind: error_rate, Numbers.kind: mae}  # unless asked


def task_state(task: Task) -> dict[str, Any]:
    """For config.json."""
    return {"kind": task.kind, **asdict(task)}  # type: ignore[call-overload]


def task_of(state: Mapping[str, Any]) -> Task:
    """The task that `task_state` described."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in state.items() if name != "kind"}
    return TASKS[state["kind"]](**values)


def balanced(y: Tensor, classes: int) -> tuple[float, ...]:
    """Weights of classes, inversely to how often they are, so that the mean over the items y (n,) is 1."""
    counts = y.bincount(minlength=classes).clamp_min(1).double()
    return tuple((len(y) / (classes * counts)).tolist())


def spread(y: Tensor) -> Numbers:
    """The task of targets (n,) or (n, k), with their mean and standard deviation (1 where they are all the same)."""
    columns = y.reshape(len(y), -1).double()
    std = columns.std(0, correction=0)
    return Numbers(tuple(columns.mean(0).tolist()), tuple(torch.where(std > 0, std, 1.0).tolist()))
