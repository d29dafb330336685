"""The stylizer's program form: photos to paintings, in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from makebelieve.export import Port, Program
from makebelieve.systems.stylizer.networks import LEAST, STRIDE, StyleNetwork

if TYPE_CHECKING:
    from makebelieve.systems.stylizer.learner import Stylizer


class _Painted(nn.Module):
    """The network for sides that need nothing added."""

    def __init__(self, model: StyleNetwork) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] to the same."""
        net = self.model
        return torch.sigmoid(cast(Tensor, net.up(net.body(net.down(2 * x - 1)))).float())


def programs(learn: Stylizer) -> dict[str, Program]:
    """`model`: photos whose sides are multiples of 4, from 16 on."""
    model = learn.model
    unit, form = (STRIDE, _Painted(model)) if isinstance(model, StyleNetwork) else (1, model)
    shape = ("n", 3, f"{unit}*h", f"{unit}*w")
    photos = Port("photos", shape, "float32", "export.pictures", (0, 1))
    pictures = Port("pictures", shape, "float32", "export.pictures", (0, 1))
    least = -(-LEAST // unit)
    sizes = {"h": least + 2, "w": least + 3}
    return {"model": Program(form, [photos], [pictures], sizes, least={"h": least, "w": least})}
