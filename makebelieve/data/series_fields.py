"""From series to pictures of how their moments relate, a whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from makebelieve.errors import OptionError

How = Literal["gasf", "gadf", "mtf", "recurrence", "line"]


@dataclass(frozen=True)
class Fields:
    """Pictures of series: a channel for each of `how` and each variable, row i and column j two moments.

    Each series is first scaled to its own range: x from −1 to 1, with ``phi = arccos x``; a constant one is 0.

    - ``"gasf"``, Gramian angular summation field: ``cos(phi_i + phi_j)``, from [−1, 1] to [0, 1].
    - ``"gadf"``, Gramian angular difference field: ``sin(phi_i - phi_j)``, likewise.
    - ``"mtf"``, Markov transition field: how often the quantile bin of x_i is followed by that of x_j.
    - ``"recurrence"``: ``1 - |x_i - x_j| / 2``, white where the series comes back; with a threshold black and white.
    - ``"line"``: x_j from [−1, 1] to [0, 1] in every row: the series itself.

    ``"gadf"`` and ``"line"`` tell a series from itself upside down; the others look the same for both.

    Source:
        Wang and Oates, "Imaging time-series to improve classification and imputation", IJCAI 2015 (arXiv:1506.00327)
        for the first three; Eckmann, Oliffson Kamphorst and Ruelle, "Recurrence plots of dynamical systems",
        Europhysics Letters 4, 1987.

    Args:
        how: which, in the order of the channels.
        bins: quantiles of the Markov transition field.
        threshold: share of a series' range within which two values count as the same in recurrence plots.
    """

    how: tuple[How, ...]
    bins: int = 8
    threshold: float | None = None

    def __call__(self, x: Tensor) -> Tensor:
        """(n, variables, length) float32 to (n, fields * variables, length, length) in [0, 1]."""
        low, high = x.amin(-1, keepdim=True), x.amax(-1, keepdim=True)
        span = high - low
        constant = span == 0
        span = span.masked_fill(constant, 1)
        above = ((x - low) / span).masked_fill(constant, 0.5)  # (1 + x) / 2
        below = ((high - x) / span).masked_fill(constant, 0.5)  # (1 − x) / 2: exact near x = 1, as 1 − above isn't
        return torch.cat([self._field(how, above, below) for how in self.how], 1)

    def _field(self, how: How, above: Tensor, below: Tensor) -> Tensor:
        """(n, variables, length) twice to (n, variables, length, length)."""
        rows, columns = above.unsqueeze(-1), above.unsqueeze(-2)
        match how:
            case "gasf" | "gadf":
                cosine, sine = above - below, 2 * (above * below).sqrt()
                ci, cj, si, sj = *_both(cosine), *_both(sine)
                field = ci * cj - si * sj if how == "gasf" else si * cj - ci * sj
                return ((field + 1) / 2).clamp(0, 1)
            case "mtf":
                return self._transitions(above)
            case "recurrence":
                apart = (rows - columns).abs()
                return 1 - apart if self.threshold is None else (apart <= self.threshold).to(above.dtype)
            case "line":
                return columns.expand(*above.shape, above.shape[-1])

    def _transitions(self, x: Tensor) -> Tensor:
        """W[bin of x_i, bin of x_j], W[a, b] the share of steps out of bin a that lead to bin b."""
        edges = torch.quantile(x, torch.arange(1, self.bins, device=x.device, dtype=x.dtype) / self.bins, dim=-1)
        place = torch.searchsorted(edges.movedim(0, -1).contiguous(), x.contiguous())
        member = torch.nn.functional.one_hot(place, self.bins).to(x.dtype)  # (n, variables, length, bins)
        counts = member[..., :-1, :].mT @ member[..., 1:, :]
        shares = counts / counts.sum(-1, keepdim=True).clamp_min(1)
        return member @ shares @ member.mT


def _both(x: Tensor) -> tuple[Tensor, Tensor]:
    """(..., length) down the rows, and along the columns."""
    return x.unsqueeze(-1), x.unsqueeze(-2)


def fields(how: How | Sequence[How], bins: int, threshold: float | None) -> Fields:
    """`Fields` of what a caller gave.

    Raises:
        OptionError: no or unknown fields, or a value out of range.
    """
    names = (how,) if isinstance(how, str) else tuple(how)
    known = get_args(How)
    if not names or any(name not in known for name in names):
        raise OptionError("series.how", how=how, known=", ".join(known))
    if isinstance(bins, bool) or not isinstance(bins, int) or not 2 <= bins <= 256:
        raise OptionError("series.bins", bins=bins)
    if threshold is not None and not 0 < threshold <= 1:
        raise OptionError("series.threshold", threshold=threshold)
    return Fields(names, bins, threshold)
