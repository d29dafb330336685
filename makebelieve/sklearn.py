"""Networks as scikit-learn's estimators: for its pipelines, searches and cross-validation (extra `samples`).

from sklearn.model_selection import cross_val_score
cross_val_score(mb.sklearn.Classifier(epochs=20), x, y)
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Self, TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from makebelieve.errors import MissingExtraError, OptionError
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.systems.own.door import OneLoss, learner
from makebelieve.training.randomness import derive, seeded
from makebelieve.training.recipe import OptimizerFactory

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise MissingExtraError("own.no_sklearn") from error

Model: TypeAlias = str | nn.Module | Callable[[Any, int], nn.Module]
Array: TypeAlias = NDArray[Any]

WIDTHS = (64, 64)
SEEDS = 2**31 - 1


class Standardised(nn.Module):
    """(x − mean) / std, value by value, with the network behind it.

    Args:
        mean: of the training rows.
        std: of the training rows; values that don't vary have 1.
        net: what the standardised rows go through.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor, net: nn.Module) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """x (n, …) to what the network gives."""
        return cast(Tensor, self.net((x - self.mean) / self.std))


def mlp(features: int, outputs: int) -> nn.Sequential:
    """Rows (n, features) to (n, outputs) by two layers of 64 units with ReLU."""
    widths = [features, *WIDTHS]
    layers = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(WIDTHS[-1], outputs))


class _Estimator(BaseEstimator):  # type: ignore[misc]
    """What classifier and regressor share: parameters as scikit-learn wants them, and the training of the network."""

    def __init__(
        self,
        model: Model = "mlp",
        *,
        loss: OneLoss,
        optimizer: str | OptimizerFactory,
        learning_rate: float | None,
        epochs: int,
        batch_size: int,
        valid: float,
        patience: int | None,
        random_state: Any,
        device: str,
    ) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.valid = valid
        self.patience = patience
        self.random_state = random_state
        self.device = device

    def _train(self, x: Array, y: Array, outputs: int) -> None:
        """Makes the network, trains it, and keeps it on the CPU as `module_`."""
        seed = int(check_random_state(self.random_state).randint(SEEDS))
        with seeded(derive(seed, "weights")):
            net = self._network(x.shape[1:], outputs)
        rows = torch.from_numpy(x.astype(np.float32))
        std = rows.std(0, correction=0)
        self.module_ = Standardised(rows.mean(0), torch.where(std > 0, std, 1.0), net)
        learn = learner(
            (rows, y), self.module_, self.loss, optimizer=self.optimizer, valid=float(self.valid),
            learning_rate=self.learning_rate, batch_size=min(self.batch_size, len(x)), seed=seed, device=self.device,
            precision="float32", run=cast(Any, False),
        )  # fmt: skip
        learn.fit(self.epochs, patience=self.patience)
        self.history_ = learn.history.epochs
        self.n_iter_ = len(self.history_)
        self.module_.to("cpu")

    def _network(self, shape: tuple[int, ...], outputs: int) -> nn.Module:
        """A new network: estimators are trained from the start at each `fit`, and leave their parameters alone."""
        if isinstance(self.model, nn.Module):
            return copy.deepcopy(self.model)
        if not callable(self.model) and self.model != "mlp":
            raise OptionError("own.estimator_model", given=repr(self.model)[:80])
        if not callable(self.model):
            return nn.Sequential(nn.Flatten(), mlp(int(np.prod(shape)), outputs))
        made = self.model(shape[0] if len(shape) == 1 else shape, outputs)
        if not isinstance(made, nn.Module):
            raise OptionError("own.estimator_model", given=repr(made)[:80])
        return made

    def _outputs(self, x: Any) -> Tensor:
        """What the network gives for rows, (n, outputs) float32."""
        check_is_fitted(self)
        x = validate_data(self, x, dtype=np.float32, reset=False, allow_nd=True)
        with evaluating(self.module_):
            return in_parts(self.module_, torch.from_numpy(np.ascontiguousarray(x)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


class Classifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A network that says which class a row belongs to.

    Rows are standardised by the means and deviations of the training rows, whatever the network.

    Args:
        model: "mlp" (two layers of 64), a module, which is copied and trained from its weights at each `fit`, or a
            function (features, classes) that makes one; it gives scores (n, classes) before softmax. Features are a
            number, or a shape for rows of more than one dimension.
        loss: as for `mb.learner`, of scores and class numbers.
        optimizer: as for `mb.learner`.
        learning_rate: None takes the optimizer's.
        epochs: passes over the rows.
        batch_size: rows a step.
        valid: share of the rows that is held back for validation.
        patience: ends training after so many epochs without a better validation loss, and puts the best weights back.
        random_state: a seed, a `RandomState`, or None for other numbers each time.
        device: "auto", "cpu", "cuda", …

    Attributes:
        classes_: (classes,) as they were called.
        module_: the trained network, on the CPU.
        history_: figures of each epoch.
        n_iter_: epochs that it took.
        n_features_in_: columns of x.
    """

    classes_: Array

    def __init__(
        self, model: Model = "mlp", *, loss: OneLoss = "cross_entropy", optimizer: str | OptimizerFactory = "adam",
        learning_rate: float | None = None, epochs: int = 50, batch_size: int = 32, valid: float = 0.0,
        patience: int | None = None, random_state: Any = None, device: str = "auto",
    ) -> None:  # fmt: skip
        super().__init__(
            model, loss=loss, optimizer=optimizer, learning_rate=learning_rate, epochs=epochs, batch_size=batch_size,
            valid=valid, patience=patience, random_state=random_state, device=device,
        )  # fmt: skip

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - the name that scikit-learn's tools pass it by
        """Trains a network from the start.

        Args:
            X: (n, features), or (n, …) where the network takes such.
            y: (n,) classes, of any kind.

        Raises:
            ValueError: they don't belong together, or hold what is no number.
        """
        x, y = validate_data(self, X, y, dtype=np.float32, allow_nd=True)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self._train(x, numbers.astype(np.int64), len(self.classes_))
        return self

    def predict_proba(self, X: Any) -> Array:  # noqa: N803
        """(n, classes): the probability of each class, in the order of `classes_`."""
        return self._outputs(X).double().softmax(1).numpy()

    def predict(self, X: Any) -> Array:  # noqa: N803
        """(n,): the most probable class of each row."""
        best = self.predict_proba(X).argmax(1)
        found: Array = self.classes_[best]
        return found


class Regressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A network that says one or several numbers of a row.

    Rows and targets are standardised by those of training; predictions are in the targets' units.

    Args:
        model: as for `Classifier`; it gives (n, numbers).
        loss: as for `mb.learner`, of standardised targets.
        optimizer: as for `mb.learner`.
        learning_rate: None takes the optimizer's.
        epochs: passes over the rows.
        batch_size: rows a step.
        valid: share of the rows that is held back for validation.
        patience: ends training after so many epochs without a better validation loss, and puts the best weights back.
        random_state: a seed, a `RandomState`, or None for other numbers each time.
        device: "auto", "cpu", "cuda", …

    Attributes:
        module_: the trained network, on the CPU.
        history_: figures of each epoch.
        n_iter_: epochs that it took.
        n_features_in_: columns of x.
    """

    def __init__(
        self, model: Model = "mlp", *, loss: OneLoss = "mse", optimizer: str | OptimizerFactory = "adam",
        learning_rate: float | None = None, epochs: int = 50, batch_size: int = 32, valid: float = 0.0,
        patience: int | None = None, random_state: Any = None, device: str = "auto",
    ) -> None:  # fmt: skip
        super().__init__(
            model, loss=loss, optimizer=optimizer, learning_rate=learning_rate, epochs=epochs, batch_size=batch_size,
            valid=valid, patience=patience, random_state=random_state, device=device,
        )  # fmt: skip

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Trains a network from the start.

        Args:
            X: (n, features), or (n, …) where the network takes such.
            y: (n,) or (n, numbers).

        Raises:
            ValueError: they don't belong together, or hold what is no number.
        """
        x, y = validate_data(self, X, y, dtype=np.float32, allow_nd=True, multi_output=True, y_numeric=True)
        wanted = np.asarray(y, dtype=np.float64).reshape(len(y), -1)
        std = wanted.std(0)
        self._mean, self._std, self._flat = wanted.mean(0), np.where(std > 0, std, 1.0), np.ndim(y) == 1
        self._train(x, ((wanted - self._mean) / self._std).astype(np.float32), wanted.shape[1])
        return self

    def predict(self, X: Any) -> Array:  # noqa: N803
        """(n,) or (n, numbers): as the targets were."""
        outputs = self._outputs(X).double().numpy()
        found: Array = outputs * self._std + self._mean
        return found[:, 0] if self._flat else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
