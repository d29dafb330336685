"""The transformer: positions count by distance, and its context has an end."""

from __future__ import annotations

import pytest
import torch

from makebelieve.errors import OptionError
from makebelieve.networks.gpt import TransformerEncoder, turned, waves


def test_products_of_turned_vectors_depend_on_distance_alone():
    q, k = torch.randn(2, 1, 8)
    products = [
        (turned(q, *waves(torch.tensor([at]), 8)) * turned(k, *waves(torch.tensor([at - 3]), 8))).sum()
        for at in (3, 10, 500)
    ]
    torch.testing.assert_close(torch.stack(products), products[0].expand(3), atol=1e-4, rtol=1e-4)
    here = turned(q, *waves(torch.tensor([0]), 8))
    torch.testing.assert_close(here, q)


def test_turning_keeps_length():
    x = torch.randn(4, 8)
    torch.testing.assert_close(turned(x, *waves(torch.arange(4), 8)).norm(dim=1), x.norm(dim=1))


def test_order_matters():
    encoder = TransformerEncoder(11, 16, 2, 2, 8).eval()
    ids = torch.tensor([[1, 2, 3, 4]])
    assert not torch.allclose(encoder(ids)[0][:, -1], encoder(ids[:, [1, 0, 2, 3]])[0][:, -1])


def test_a_window_beyond_the_context_is_refused():
    with pytest.raises(OptionError) as refusal:
        TransformerEncoder(11, 16, 1, 2, 8)(torch.zeros(1, 9, dtype=torch.int64))
    assert refusal.value.key == "networks.context"
    assert refusal.value.values == {"length": 9, "context": 8}
