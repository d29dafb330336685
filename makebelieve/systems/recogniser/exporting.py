"""The recogniser's program form: items to probabilities, or to numbers in their units."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.systems.recogniser.tasks import Task

if TYPE_CHECKING:
    from makebelieve.systems.recogniser.learner import Recogniser


class Scores(nn.Module):
    """A network's outputs as the task understands them.

    Args:
        model: x to (n, outputs).
        task: what these mean.
    """

    def __init__(self, model: nn.Module, task: Task) -> None:
        super().__init__()
        self.model, self.task = model, task

    def forward(self, x: Tensor) -> Tensor:
        """(n, …) to (n, outputs)."""
        return self.task.scores(cast(Tensor, self.model(x)))


def scores_port(task: Task) -> Port:
    """What comes out."""
    if task.classes is None:
        return Port("numbers", ("n", task.outputs), "float32", "export.numbers")
    return Port("probabilities", ("n", task.outputs), "float32", "export.probabilities", (0, 1))


def programs(learn: Recogniser) -> dict[str, Program]:
    """`model`: x to probabilities or numbers."""
    pictures = len(learn.shape) == 3
    what, name = ("export.pictures", "pictures") if pictures else ("export.x", "x")
    x = Port(name, ("n", *learn.shape), "float32", what, (0, 1) if pictures else None)
    return {"model": Program(Scores(learn.network("model"), learn.task), [x], [scores_port(learn.task)])}
