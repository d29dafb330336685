"""Losses by name: functions of torch.nn.functional, and what each expects of a network's outputs and of targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError

LossFunction: TypeAlias = Callable[[Any, Any], Tensor]
Kind = Literal["numbers", "classes", "any"]

NEAR, FAR = 1e-4, 1e-2  # to 1: of sums that are taken for those of probabilities, and of those that can't be any


@dataclass(frozen=True)
class Loss:
    """A loss, and what it compares.

    Attributes:
        name: for figures and errors.
        function: (prediction, target) to a scalar.
        kind: "numbers" compares value by value, "classes" takes class numbers or a share of each class, "any" both as
            they are.
        outputs: what the network must give: "scores" (before softmax or sigmoid), "log" (log-probabilities),
            "probabilities" in [0, 1], or "values".
        last: of classes: whether they are in the last dimension, not in dimension 1.
    """

    name: str
    function: LossFunction
    kind: Kind = "any"
    outputs: Literal["values", "scores", "log", "probabilities"] = "values"
    last: bool = False

    def __call__(self, prediction: Tensor, target: Tensor) -> Tensor:
        prediction, target = self.matched(prediction, target)
        return self.function(prediction, target)

    def matched(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Both in the shapes and formats that the function compares.

        Raises:
            OptionError: their shapes don't belong together.
        """
        if self.kind == "any":
            return prediction, target
        if self.kind == "numbers":
            return prediction, _alike(prediction, target, self.name)
        if self.last:
            prediction = prediction.movedim(-1, 1)
        return prediction, _classes(prediction, target, self.name)

    def fitted(self, prediction: Tensor, target: Tensor) -> Loss:
        """With `last` as these shapes have it; where either could be meant, classes are in dimension 1, as in torch."""
        shapes = prediction.shape, target.shape
        if self.kind != "classes" or prediction.ndim < 3 or shapes[1] == (shapes[0][0], *shapes[0][2:]):
            return self
        return replace(self, last=shapes[1] == shapes[0][:-1])

    def probabilities(self, prediction: Tensor) -> Tensor:
        """Of a network's outputs: softmax or sigmoid where the loss takes them before that, else as they are."""
        if self.kind == "classes":
            dim = -1 if self.last else 1
            return prediction.softmax(dim) if self.outputs == "scores" else prediction.exp()
        return prediction.sigmoid() if self.outputs == "scores" else prediction

    @property
    def gives_probabilities(self) -> bool:
        """Whether `probabilities` are some."""
        return self.kind == "classes" or self.outputs in ("scores", "probabilities")

    def judged(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """What metrics see: probabilities or values, and targets; of classes (m, classes) and (m,)."""
        if self.kind == "classes":
            classes = prediction.shape[-1 if self.last else 1]
            scores = self.probabilities(prediction).movedim(-1 if self.last else 1, -1).reshape(-1, classes)
            y = self.matched(prediction, target)[1]
            return scores, (y.argmax(1) if y.is_floating_point() else y).reshape(-1)
        return self.probabilities(prediction), self.matched(prediction, target)[1]


NAMED = {
    "mse": Loss("mse", F.mse_loss, "numbers"),
    "mae": Loss("mae", F.l1_loss, "numbers"),
    "huber": Loss("huber", F.huber_loss, "numbers"),
    "cross_entropy": Loss("cross_entropy", F.cross_entropy, "classes", "scores"),
    "nll": Loss("nll", F.nll_loss, "classes", "log"),
    "binary_cross_entropy": Loss("binary_cross_entropy", F.binary_cross_entropy, "numbers", "probabilities"),
    "binary_cross_entropy_with_logits": Loss(
        "binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, "numbers", "scores"
    ),
}
MODULES: tuple[tuple[tuple[type[nn.Module], ...], Kind, Literal["values", "scores", "log", "probabilities"]], ...] = (
    ((nn.MSELoss, nn.L1Loss, nn.HuberLoss, nn.SmoothL1Loss, nn.PoissonNLLLoss), "numbers", "values"),
    ((nn.BCELoss,), "numbers", "probabilities"),
    ((nn.BCEWithLogitsLoss, nn.MultiLabelSoftMarginLoss), "numbers", "scores"),
    ((nn.CrossEntropyLoss,), "classes", "scores"),
    ((nn.NLLLoss,), "classes", "log"),
)


def loss_of(given: Any) -> Loss:
    """A loss by its name, or a function or module of torch's or of one's own.

    Raises:
        OptionError: no loss has this name (the nearest is named), it can't be called, or has weights that would learn.
    """
    if isinstance(given, str):
        if given not in NAMED:
            raise OptionError("own.loss_name", given=given, near=nearest(given, NAMED), known=", ".join(NAMED))
        return NAMED[given]
    if not callable(given) or isinstance(given, type):
        raise OptionError("own.loss", given=repr(given)[:80], known=", ".join(NAMED))
    for loss in NAMED.values():
        if loss.function is given:
            return loss
    if not isinstance(given, nn.Module):
        return Loss(getattr(given, "__name__", type(given).__name__), given)
    if any(True for _ in given.parameters()):
        raise OptionError("own.loss_learns", given=type(given).__name__)
    for kinds, kind, outputs in MODULES:
        if type(given) in kinds:
            return Loss(type(given).__name__, given, kind, outputs)
    return Loss(type(given).__name__, given)


def nearest(given: str, known: Any) -> str:
    """The name that `given` most resembles, quoted."""
    from difflib import get_close_matches

    words = given.lower().replace("crossentropy", "cross_entropy").replace("mean_squared_error", "mse")
    words = words.removeprefix("sparse_").removeprefix("categorical_").replace("mean_absolute_error", "mae")
    return repr(next(iter(get_close_matches(words, known, n=1, cutoff=0.0))))


def _alike(prediction: Tensor, target: Tensor, name: str) -> Tensor:
    """The target in the prediction's shape and format: (n,) and (n, 1) are alike, and would broadcast to (n, n)."""
    if target.shape != prediction.shape:
        plain = [[size for size in one.shape[1:] if size != 1] for one in (prediction, target)]
        if len(prediction) != len(target) or plain[0] != plain[1]:
            raise OptionError("own.shapes", loss=name, outputs=tuple(prediction.shape), targets=tuple(target.shape))
        target = target.reshape(prediction.shape)
    return target.to(prediction.dtype)


def _classes(prediction: Tensor, target: Tensor, name: str) -> Tensor:
    """Class numbers (n, …) int64, or shares (n, classes, …) of the prediction's format; prediction (n, classes, …)."""
    if target.shape == prediction.shape and prediction.ndim > 1 and (prediction.shape[1] > 1):
        return target.to(prediction.dtype)
    places = (prediction.shape[0], *prediction.shape[2:])
    if target.shape == (*places, 1):
        target = target.squeeze(-1)
    if prediction.ndim < 2 or target.shape != places:
        raise OptionError("own.shapes", loss=name, outputs=tuple(prediction.shape), targets=tuple(target.shape))
    if target.is_floating_point():
        raise OptionError("own.classes_whole", loss=name)
    return target


def check_outputs(loss: Loss, prediction: Tensor) -> None:
    """Refuses the known slips: a softmax before cross-entropy, values that are no probabilities.

    Raises:
        OptionError: naming what the network must give.
    """
    if loss.kind == "classes":
        dim = -1 if loss.last else 1
        if loss.outputs == "scores" and (prediction >= 0).all() and (prediction.sum(dim) - 1).abs().max() < NEAR:
            raise OptionError("own.softmax_twice", loss=loss.name)
        if loss.outputs == "log" and ((sums := prediction.exp().sum(dim)) - 1).abs().max() > FAR:
            raise OptionError("own.not_log", loss=loss.name, sum=f"{float(sums.flatten()[0]):.3g}")
    if loss.outputs == "probabilities" and not ((prediction >= 0) & (prediction <= 1)).all():
        low, high = (f"{float(value):.3g}" for value in torch.aminmax(prediction))
        raise OptionError("own.not_probabilities", loss=loss.name, low=low, high=high)
