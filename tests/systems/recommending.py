"""Small ratings of a known low-rank law, for the tests of recommenders."""

from __future__ import annotations

from functools import cache

import torch

from makebelieve.data.ratings import ratings
from makebelieve.data.ratings_data import RatingsData

USERS, ITEMS = 60, 90


@cache
def law() -> tuple[torch.Tensor, torch.Tensor]:
    """Factors of users and items whose product, and 3, is the rating."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(USERS, 2, generator=generator), torch.randn(ITEMS, 2, generator=generator)


@cache
def pairs(share: float = 0.4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    users, items = (torch.rand(USERS, ITEMS, generator=generator) < share).nonzero().unbind(1)
    return users, items


@cache
def stars(valid: float | str = 0.2) -> RatingsData:
    """Ratings from 1 to 5; items are called "film 0 (1990)" and so on."""
    users, items = pairs()
    p, q = law()
    values = (3 + (p[users] * q[items]).sum(1)).clamp(1, 5)
    titles = {str(i): f"film {i} (1990)" for i in range(ITEMS)}
    return ratings((users.numpy(), items.numpy(), values.numpy()), titles=titles, range=(1, 5), valid=valid)


@cache
def events(valid: float | str = 0.2) -> RatingsData:
    """Events where the law gives more than 3.5."""
    users, items = pairs(0.6)
    p, q = law()
    liked = (p[users] * q[items]).sum(1) > 0.5
    return ratings((users[liked].numpy(), items[liked].numpy()), valid=valid)
