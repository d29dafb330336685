"""The transformer step by step: keys and values of the tokens before are kept."""

from __future__ import annotations

import copy
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from makebelieve.networks.gpt import Block, TransformerEncoder, waves
from makebelieve.networks.language import LanguageNetwork


class CachedStepper:
    """The stepper of a "gpt".

    Within its context the scores are the module's. Beyond it the newest token takes the oldest one's place: as
    positions count by their distance alone, nothing kept has to be computed again. (What is kept was itself computed
    from older tokens, so these are not forgotten all at once.)

    Args:
        network: its weights are copied as they are now.
        n: texts side by side.
        device: where the network is.
    """

    def __init__(self, network: LanguageNetwork, n: int, device: torch.device) -> None:
        self._network = copy.deepcopy(network).eval()
        self._encoder = encoder = cast(TransformerEncoder, self._network.encoder)
        self._device = device
        self._blocks = [cast(Block, block) for block in encoder.blocks]
        width = encoder.features // encoder.heads
        size = (len(self._blocks), n, encoder.heads, encoder.context, width)
        self._keys, self._values = (torch.zeros(size, device=device) for _ in range(2))
        self._width, self._count = width, 0

    def feed(self, ids: NDArray[Any]) -> NDArray[np.float32]:
        """One token of each text, (n,) integers, to the next one's scores (n, v)."""
        return self.feed_many(np.asarray(ids)[:, None])

    def feed_many(self, ids: NDArray[Any]) -> NDArray[np.float32]:
        """Tokens (n, t), t at least 1, to the scores after the last; a prompt is taken in one pass."""
        given = torch.as_tensor(np.asarray(ids), dtype=torch.int64).to(self._device)
        context = self._encoder.context
        with torch.no_grad():
            if not self._count:
                head, given = given[:, :context], given[:, context:]
                scores = self._pass(head)
            for column in given.unbind(1):
                scores = self._pass(column.unsqueeze(1))
        return np.asarray(scores.float().cpu().numpy(), dtype=np.float32)

    def _pass(self, ids: Tensor) -> Tensor:
        """The first tokens of all, or one further, to the scores after the last, (n, v)."""
        t, context = ids.shape[1], self._encoder.context
        cosines, sines = waves(torch.arange(self._count, self._count + t, device=self._device), self._width)
        place = self._count % context
        self._count += t
        held = min(self._count, context)
        x = self._encoder.embedding(ids)
        for index, block in enumerate(self._blocks):
            q, k, v = block.heads_of(x, cosines, sines)
            keys, values = self._keys[index], self._values[index]
            keys[:, :, place : place + t], values[:, :, place : place + t] = k, v
            found = F.scaled_dot_product_attention(q, keys[:, :, :held], values[:, :, :held], is_causal=t > 1)
            x = block.after_attention(x, found)
        features = self._encoder.norm(x[:, -1])
        return cast(Tensor, self._network.head(features, self._encoder.embedding.weight))
