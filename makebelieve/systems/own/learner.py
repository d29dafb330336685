"""The learner of a network of one's own."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from makebelieve.errors import DataError, OptionError
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.networks.using import AT_ONCE, evaluating
from makebelieve.pictures import Pictures
from makebelieve.systems.own import exporting
from makebelieve.systems.own.checks import check_given
from makebelieve.systems.own.columns import Columns, called, columns_of, read_columns
from makebelieve.systems.own.data import GivenData, read_pair
from makebelieve.systems.own.objective import Objective, Terms
from makebelieve.training import Learner, Recipe
from makebelieve.training.fitting import validation_seed
from makebelieve.training.protocols import Batches, Data, Part


class SupervisedLearner(Exportable, Learner):
    """Trains any network by any loss.

    Args:
        data: what it learns from, or None for a learner that is only used.
        model: the network.
        recipe: how it is trained.
        objective: the loss and metrics that the recipe has.
        losses: modules among the losses, which go where the network goes.
        channels_last: whether a network with convolutions is laid out that way in memory, which is faster.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        model: nn.Module,
        recipe: Recipe,
        *,
        objective: Objective,
        losses: list[nn.Module],
        channels_last: bool,
        **options: Any,
    ) -> None:
        self.objective, self.channels_last = objective, channels_last
        nets = {"model": model, **({"loss": nn.ModuleList(losses)} if losses else {})}
        super().__init__(data, nets, recipe, **options)

    @property
    def model(self) -> nn.Module:
        """The network to use."""
        return self.network("model")

    # ---------------------------------------------------------------- step 4

    def predict(self, x: Any, *, batch_size: int = AT_ONCE) -> Any:
        """What the network gives for inputs, in float32 on the CPU: a tensor (n, …), or a tuple or dict of them.

        Args:
            x: arrays or tensors as they were for training, (n, …): one, or several in the same form; or `Pictures`.
            batch_size: rows that go through the network at once.

        Raises:
            DataError: it holds no numbers, or other inputs than the network takes.
            OptionError: `batch_size` is no whole number above 0.
        """
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise OptionError("training.positive", name="batch_size", given=batch_size)
        return self._outputs(self._inputs(x), batch_size).value

    def probabilities(self, x: Any, *, batch_size: int = AT_ONCE) -> Any:
        """`predict`, through the softmax or sigmoid that belongs to the loss: (n, classes) for "cross_entropy".

        Raises:
            OptionError: the loss knows of no probabilities.
            DataError: as for `predict`.
        """
        terms = self.objective.terms if isinstance(self.objective, Terms) else ()
        if not any(term.loss.gives_probabilities for term in terms):
            raise OptionError("own.no_probabilities", loss=", ".join(one["loss"] for one in self.objective.state()))
        found = self._outputs(self._inputs(x), batch_size)
        losses = [term.loss for term in terms]
        if found.names is not None and terms[0].name:
            by_name = {term.name: term.loss for term in terms}
            losses = [by_name[name] for name in found.names]
        pairs = zip(losses, found.tensors, strict=True)
        return found.like([loss.probabilities(tensor) for loss, tensor in pairs]).value

    def _inputs(self, x: Any) -> Columns:
        """Inputs of the form that it learned from; pictures in 0 … 255 become [0, 1] where a door's data were so."""
        if isinstance(x, Pictures):
            return Columns((x.tensor,))
        if isinstance(self.data, GivenData):
            found, wanted = read_columns(x, "x"), self.data.train[0]
            ranks = [[tensor.ndim for tensor in columns.tensors] for columns in (found, wanted)]
            if found.names != wanted.names or ranks[0] != ranks[1]:
                raise DataError("own.other_inputs", given="; ".join(found.facts()), wanted="; ".join(wanted.facts()))
            pairs = zip(found.tensors, wanted.tensors, strict=True)
            return found.like([one.float() if like.is_floating_point() else one for one, like in pairs])
        bytes_ = getattr(x, "dtype", None) in (torch.uint8, np.uint8)
        found = read_columns(x, "x")
        return found.like([one.float() / 255 if bytes_ and one.ndim > 2 else one for one in found.tensors])

    def _outputs(self, xs: Columns, size: int) -> Columns:
        model, parts = self.model, []
        with evaluating(model):
            for start in range(0, len(xs), size):
                part = xs.slice(start, start + size).on(self.device, self.memory_format)
                try:
                    found = columns_of(called(model, part))
                except (RuntimeError, TypeError, IndexError) as error:
                    why = str(error).strip().splitlines()[0]
                    raise DataError("own.refused", inputs="; ".join(xs.facts()), why=why) from error
                if found is None:
                    raise OptionError("own.outputs", given=type(called(model, part)).__name__)
                parts.append(found.exact().on(torch.device("cpu")))
        return parts[0].like([torch.cat(tensors) for tensors in zip(*(one.tensors for one in parts), strict=True)])

    # ---------------------------------------------------------------- evidence

    def evaluate(self, given: Any = None, *, part: Part | None = None) -> Figures:
        """Loss and metrics by name, means over all items.

        Args:
            given: inputs and targets `(x, y)` of the form that it learned from, such as a test set; None takes a part
                of the data.
            part: which; by default the validation items, or the training items where there are none.

        Raises:
            DataError: `given` is no such pair, or the part is empty.
            OptionError: the network or the loss can't take it, or there is no such part.
        """
        data: Any = self._data()
        if given is not None:
            data, part, told = GivenData(read_pair(given), None), "train", "given"
            check_given(self.model, data.train, self.objective)
        elif part not in (None, "train", "valid"):
            raise OptionError("data.part", part=part)
        else:
            part = told = part or ("valid" if data.count("valid") else "train")
        batches = self._in_order(data, part)
        count = math.ceil(data.count(part) / self.batch_size)
        with self.randomness.aside(validation_seed(self.settings.seed)) as noise:
            figures = self.game.validate(batches, count, noise)
        protocol = {"part": told, "n": data.count(part), "data": data.fingerprint()}
        subject = {"system": self.name, "step": self.step, "weights": self.weights_of("model")}
        return Figures({"loss": figures.pop("model"), **figures}, protocol, subject=subject)

    def _in_order(self, data: Any, part: Part) -> Batches:
        """The items of a part in their order, as they are in validation: not augmented."""
        if part == "train" and hasattr(data, "as_validation"):
            data, part = data.as_validation(part), "valid"
        stream = data.batches(
            part, self.batch_size, device=self.device, rank=self.world.rank, world=self.world.size,
            memory_format=self.memory_format, shuffle=False,
        )  # fmt: skip
        return cast(Batches, stream)

    # ---------------------------------------------------------------- to take away

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)
