"""Networks that learn by gradients: a dot product with biases, layers over two embeddings, or a module of one's own.

Each is called with users (n,) and items (n,), places as int64, and gives (n,): ratings, or for events scores.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.using import evaluating
from makebelieve.systems.recommender.als import Rows

SPREAD = 0.05  # deviation of the first embeddings
EDGE = 0.05  # share of the range by which a sigmoid's goes beyond it at each end, so that the ends can be reached
AT_ONCE = 4_000_000  # numbers at a time
FOLD_STEPS = 30  # of L-BFGS, for newcomers
VARIANCE = 0.03  # of a rating about its prediction, in squares of the range's width: 0.86² from 0.5 to 5

Side = Literal["user", "item"]


class Network(Protocol):
    """What every network of a recommender has; it is a module, and called with places of users and items."""

    def scores(self, users: Tensor) -> Tensor:
        """(n, items) of users (n,)."""
        ...

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) of newcomers by what they rated."""
        ...

    def vectors(self, side: Side) -> Tensor | None:
        """(users or items, d) whose angles tell who is like whom; None where there are none."""
        ...


class Range(nn.Module):
    """From any number to a rating within a range, by a sigmoid; without a range numbers stay as they are.

    Args:
        span: least and greatest rating, or None.
    """

    def __init__(self, span: tuple[float, float] | None) -> None:
        super().__init__()
        low, high = span or (0.0, 1.0)
        self.span, edge = span, EDGE * (high - low)
        self.low, self.width = low - edge, high - low + 2 * edge

    def forward(self, x: Tensor) -> Tensor:
        return x if self.span is None else torch.sigmoid(x) * self.width + self.low


class _Dot(torch.autograd.Function):
    """(n,) of a table (rows, k + 1) and 2 n places: products of the first k columns, plus both last ones.

    With a width, through a sigmoid times that, plus `low`. By hand, as a step of so little work is mostly overhead.
    """

    @staticmethod
    def forward(ctx: Any, table: Tensor, places: Tensor, low: float, width: float | None) -> Tensor:
        rows, n, k = table.index_select(0, places), len(places) // 2, table.shape[1] - 1
        p, q = rows[:n], rows[n:]
        raw = (p[:, :k] * q[:, :k]).sum(1).add_(p[:, k]).add_(q[:, k])
        if width is not None:
            raw.sigmoid_()
        ctx.save_for_backward(rows, places, raw)
        ctx.table, ctx.width = table.shape, width
        return raw.clone() if width is None else raw * width + low

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        rows, places, share = ctx.saved_tensors
        (g,), n, k = gradients, len(rows) // 2, rows.shape[1] - 1
        if ctx.width is not None:
            g = torch.ops.aten.sigmoid_backward(g, share) * ctx.width
        each, found = g[:, None], torch.empty_like(rows)
        torch.mul(rows[n:], each, out=found[:n])
        torch.mul(rows[:n], each, out=found[n:])
        found.view(2, n, k + 1)[:, :, k] = g
        return rows.new_zeros(ctx.table).index_add_(0, places, found), None, None, None


def dot(table: Tensor, places: Tensor, within: Range) -> Tensor:
    """(n,): p · q + b + c for rows (p, b) and (q, c) of a table (rows, k + 1), at places (2 n,), the p first.

    Args:
        table: users' rows and items' rows.
        places: rows.
        within: the range that the result is put into.
    """
    found: Tensor = _Dot.apply(table, places, within.low, within.width if within.span is not None else None)  # type: ignore[no-untyped-call]
    return found


class DotProduct(nn.Module):
    """Rating = p · q + b + c, through a sigmoid where there is a range (biases as in Koren, Bell & Volinsky 2009).

    Users and items share one table, (users + items, factors + 1), whose last column is the bias.
    """

    def __init__(self, users: int, items: int, factors: int, span: tuple[float, float] | None) -> None:
        super().__init__()
        self.count, self.range = users, Range(span)
        self.table = nn.Parameter(torch.randn(users + items, factors + 1) * SPREAD)
        with torch.no_grad():
            self.table[:, factors] = 0

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        return dot(self.table, torch.cat([users, items + self.count]), self.range)

    def scores(self, users: Tensor) -> Tensor:
        return self.of_rows(self.table[users])

    def of_rows(self, rows: Tensor) -> Tensor:
        """(n, items) of users' rows (n, factors + 1)."""
        items = self.table[self.count :]
        found: Tensor = self.range(torch.addmm(items[:, -1], rows[:, :-1], items[:, :-1].T).add_(rows[:, -1:]))
        return found

    def user_rows(self) -> Tensor:
        return self.table[: self.count]

    def vectors(self, side: Side) -> Tensor:
        """(n, factors) of users or items, without their biases."""
        return self.table[: self.count, :-1] if side == "user" else self.table[self.count :, :-1]

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) for newcomers."""
        return self.of_rows(fitted_rows(self, rows))

    def pairs_of(self, rows: Tensor, items: Tensor) -> Tensor:
        """(n, m) of users' rows (n, factors + 1) and items (n, m)."""
        q = self.table[self.count :][items]
        raw = (q[..., :-1] @ rows[:, :-1, None])[..., 0] + q[..., -1] + rows[:, -1:]
        found: Tensor = self.range(raw)
        return found


class Layers(nn.Module):
    """Fully connected layers over a user's and an item's embedding side by side (He et al. 2017, section 3.3).

    Args:
        users: how many.
        items: how many.
        factors: of each embedding.
        hidden: units of each layer.
        dropout: share of these that is dropped while it trains.
        span: range of the ratings, or None.
    """

    def __init__(
        self,
        users: int,
        items: int,
        factors: int,
        span: tuple[float, float] | None,
        hidden: tuple[int, ...] = (64, 32),
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.users = nn.Parameter(torch.randn(users, factors) * SPREAD)
        self.items = nn.Parameter(torch.randn(items, factors) * SPREAD)
        sizes, parts = (2 * factors, *hidden), list[nn.Module]()
        for before, after in zip(sizes, hidden, strict=False):
            parts += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
        self.body, self.range = nn.Sequential(*parts, nn.Linear(sizes[-1], 1)), Range(span)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        return self._through(F.embedding(users, self.users), F.embedding(items, self.items))

    def _through(self, p: Tensor, q: Tensor) -> Tensor:
        found: Tensor = self.range(self.body(torch.cat([p, q], -1))[..., 0])
        return found

    def scores(self, users: Tensor) -> Tensor:
        return self.of_rows(self.users[users])

    def of_rows(self, rows: Tensor) -> Tensor:
        """(n, items) of users' embeddings (n, factors)."""
        size = max(1, AT_ONCE // (len(self.items) * self.items.shape[1]))
        parts = [self.pairs_of(some, self._all(len(some))) for some in torch.split(rows, size)]
        return torch.cat(parts)

    def _all(self, n: int) -> Tensor:
        return torch.arange(len(self.items), device=self.items.device).expand(n, -1)

    def user_rows(self) -> Tensor:
        return self.users

    def vectors(self, side: Side) -> Tensor:
        """(n, factors) of users or items."""
        return self.users if side == "user" else self.items

    def fold_in(self, rows: Rows) -> Tensor:
        """(n, items) for newcomers."""
        return self.of_rows(fitted_rows(self, rows))

    def pairs_of(self, rows: Tensor, items: Tensor) -> Tensor:
        """(n, m) of users' embeddings (n, factors) and items (n, m)."""
        return self._through(rows[:, None].expand(-1, items.shape[1], -1), self.items[items])


class Own(nn.Module):
    """A module of the program's own: users (n,) and items (n,) to (n,).

    Raises:
        OptionError: it gives something else.
    """

    def __init__(self, body: nn.Module, items: int, span: tuple[float, float] | None) -> None:
        super().__init__()
        self.body, self.count, self.range = body, items, Range(span)
        places = torch.zeros(2, dtype=torch.int64)
        try:
            with evaluating(body):
                found = tuple(body(places, places).shape)
        except (RuntimeError, TypeError, IndexError) as error:  # what torch and Python raise where arguments don't fit
            reason = str(error).splitlines()[0]
            raise OptionError("recommender.own_network", given=type(body).__name__, found=reason) from error
        if found != (2,):
            raise OptionError("recommender.own_network", given=type(body).__name__, found=found)

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        found: Tensor = self.range(self.body(users, items))
        return found

    def scores(self, users: Tensor) -> Tensor:
        items = torch.arange(self.count, device=users.device)
        size = max(1, AT_ONCE // self.count)
        parts = [self(some.repeat_interleave(self.count), items.repeat(len(some))) for some in torch.split(users, size)]
        return torch.cat(parts).view(len(users), self.count)

    def vectors(self, side: Side) -> None:  # noqa: ARG002 - whatever it has is its own affair
        """None: it may have none."""
        return

    def fold_in(self, rows: Rows) -> Tensor:  # noqa: ARG002
        """Refuses, as nobody knows what in it belongs to a user.

        Raises:
            OptionError: always.
        """
        raise OptionError("recommender.own_newcomer", given=type(self.body).__name__)


def fitted_rows(model: DotProduct | Layers, rows: Rows) -> Tensor:
    """Rows (n, d) of newcomers, fitted to what they rated while all else is held.

    They minimise squared errors over their variance (for events: minus the logarithm of the softmax over the whole
    catalogue), plus half the squared distance to the mean of all users in the metric of their covariance: the most
    probable row where users' are drawn from such a Gaussian law. By L-BFGS, all newcomers at once.
    """
    known = model.user_rows().detach().double()
    centre, d = known.mean(0), known.shape[1]
    spread = torch.cov(known.T) + 1e-4 * torch.eye(d, dtype=known.dtype, device=known.device)
    root = torch.linalg.cholesky(spread).float()  # a row is centre + root z with z from N(0, I)
    z = torch.zeros(len(rows.places), d, device=known.device, requires_grad=True)
    optimizer = torch.optim.LBFGS([z], max_iter=FOLD_STEPS, line_search_fn="strong_wolfe")

    def newcomers() -> Tensor:
        found: Tensor = centre.float() + z @ root.T
        return found

    def loss() -> Tensor:
        optimizer.zero_grad()
        if model.range.span is not None:
            off = (model.pairs_of(newcomers(), rows.columns) - rows.values) * rows.there
            fit = off.square().sum() / (2 * VARIANCE * model.range.width**2)
        else:
            chances = model.of_rows(newcomers()).log_softmax(1)
            fit = -(chances.gather(1, rows.columns) * rows.there).sum()
        total = fit + z.square().sum() / 2
        (z.grad,) = torch.autograd.grad(total, z)
        return total

    with evaluating(model), torch.enable_grad():
        optimizer.step(loss)  # type: ignore[no-untyped-call]
    return newcomers().detach()
