"""Loops that stay loops when a program is traced."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor


def over(values: Tensor, start: Tensor, step: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """`step(… step(step(start, values[0]), values[1]) …, values[-1])`.

    Args:
        values: (steps, …).
        start: of any shape, which stays.
        step: what is done.
    """
    from torch._higher_order_ops.scan import scan  # torch's only loop that both traced forms know

    def carried(carry: list[Tensor], value: Tensor) -> tuple[list[Tensor], Tensor]:
        return [step(carry[0], value)], value.clone()

    (last,), _ = scan(carried, [start.clone()], values)
    found: Tensor = last
    return found
