"""The translator's program form: a picture in one piece, as the network is given it, to the picture it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.systems.translator.networks import Added, UNet
from makebelieve.systems.translator.tasks import Colourise, Task

if TYPE_CHECKING:
    from makebelieve.systems.translator.learner import Translator

LEAST = 2  # pixels a side at the coarsest level: of one, tracing would take another way


class _Made(nn.Module):
    """What the network finds, as a picture in [0, 1].

    Args:
        model: the network.
        task: what it does.
    """

    def __init__(self, model: nn.Module, task: Task) -> None:
        super().__init__()
        self.model, self.task = model, task

    def forward(self, given: Tensor) -> Tensor:
        """(n, c, h, w) in [0, 1] to (n, made, f·h, f·w)."""
        found = cast(Tensor, self.model(given))
        if isinstance(self.task, Colourise):  # near black CIE's cubes cancel and sRGB is steep: too much for float32
            return self.task.picture(given.double(), found.double()).clamp(0, 1).float()
        return self.task.picture(given, found).clamp(0, 1)


def programs(learn: Translator) -> dict[str, Program]:
    """`model`: pictures whose sides are multiples of what the network halves them by; no tiles."""
    model, task = learn.network("model"), learn.task
    body = model.body if isinstance(model, Added) else model
    unit = body.stride if isinstance(body, UNet) else 1
    given = Port("given", ("n", task.given, f"{unit}*h", f"{unit}*w"), "float32", "export.pictures", (0, 1))
    sides = (f"{unit * task.factor}*h", f"{unit * task.factor}*w")
    made = Port("pictures", ("n", task.made, *sides), "float32", "export.pictures", (0, 1))
    least, form = {"h": LEAST, "w": LEAST}, _Made(model, task)
    return {"model": Program(form, [given], [made], sizes={"h": LEAST + 2, "w": LEAST + 3}, least=least)}
