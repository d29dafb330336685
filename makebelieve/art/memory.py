"""How much memory a stylised picture takes, found out on a small one before the large one is begun."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from makebelieve.art.reading import Size
from makebelieve.errors import OptionError
from makebelieve.messages import say

log = logging.getLogger(__name__)

MEBI = 2**20
TRIED = 64  # pixels a side, at most, of the smaller picture that is tried, if the network can take such
AT_WORK = 6  # of the largest map: gradients before and after a layer, copies in the order that products want, gaps


def bytes_of(loss: Callable[[Tensor], Tensor], size: Size, device: torch.device, precision: torch.dtype | None) -> int:
    """What a loss of a picture of this size takes on its way there and back, weights left out.

    All that is kept for the way back is counted at two sizes that are quickly tried, one twice the other: what grows
    between them grows with the area.

    Args:
        loss: of (1, 3, h, w).
        size: (h, w) of the picture in question.
        device: where it runs.
        precision: of autocast; None without.

    Raises:
        OptionError: the network can't take a picture of this size.
    """
    side = TRIED
    while True:
        small, large = ((min(size[0], most), min(size[1], most)) for most in (side, 2 * side))
        try:
            here = _kept(loss, small, device, precision)
        except OptionError as error:
            if error.key != "networks.cant_see" or small == size:
                raise
            side *= 2
            continue
        if small == size:
            return here
        growth = (_kept(loss, large, device, precision) - here) / (math.prod(large) - math.prod(small))
        return round(here + growth * (math.prod(size) - math.prod(small)))


def _kept(loss: Callable[[Tensor], Tensor], size: Size, device: torch.device, precision: torch.dtype | None) -> int:
    """Bytes of all storages that are kept for the way back, each once, and of the work on the largest."""
    kept: dict[int, Tensor] = {}

    def count(tensor: Tensor) -> Tensor:
        if not isinstance(tensor, nn.Parameter):  # weights are there before
            kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    x = torch.full((1, 3, *size), 0.5, device=device, requires_grad=True)
    with (
        torch.enable_grad(),
        torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor),
        torch.autocast(device.type, precision, enabled=precision is not None),
    ):
        end = loss(x)  # while it is there, what is kept can't be given back, so that storages stay apart
    found = [tensor.untyped_storage().nbytes() for tensor in kept.values()]
    del end
    return sum(found) + AT_WORK * max(found, default=0)


def tell(needed: int, size: Size, device: torch.device) -> None:
    """Says what is needed, as a warning where a CPU has less than that to spare."""
    free = free_memory() if device.type == "cpu" else None
    values = {"needed": math.ceil(needed / MEBI), "height": size[0], "width": size[1]}
    if free is not None and free < needed:
        log.warning(say("style.memory_short", free=free // MEBI, **values))
    else:
        log.info(say("style.memory", **values))


def free_memory() -> int | None:
    """Bytes that programs can still get, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None
