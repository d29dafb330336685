"""A small GPT: a decoder-only transformer whose features see the tokens up to their own."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.encoders import LanguageEncoder
from makebelieve.networks.recurrent import State

BASE = 10_000  # of the wave lengths of positions


def waves(positions: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines (t, width / 2) by which a head's features are turned at positions (t,).

    Source:
        Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, section 3.2.2.
    """
    exponents = torch.arange(0, width, 2, device=positions.device, dtype=torch.float64) / width
    angles = positions.double().unsqueeze(1) / BASE**exponents
    return angles.cos().float(), angles.sin().float()


def turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """x (…, t, width) with the pairs (x_k, x_{k + width/2}) turned by the angle of their position."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosines - b * sines, a * sines + b * cosines], -1).to(x.dtype)


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)): the order of GPT-2 (Radford et al. 2019, section 2.3).

    Args:
        width: features, a multiple of heads.
        heads: of attention.
        dropout: share dropped of what each half adds, in [0, 1).
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width, bias=False)
        self.joined = nn.Linear(width, width, bias=False)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def heads_of(self, x: Tensor, cosines: Tensor, sines: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (n, heads, t, width / heads) of x (n, t, width), the first two turned."""
        three = self.queries_keys_values(self.norm_attention(x)).unflatten(2, (3, self.heads, -1))
        q, k, v = three.permute(2, 0, 3, 1, 4)
        return turned(q, cosines, sines), turned(k, cosines, sines), v

    def after_attention(self, x: Tensor, found: Tensor) -> Tensor:
        """The block's output, from its input x (n, t, width) and what attention found (n, heads, t, width / heads)."""
        x = x + self._drop(self.joined(found.transpose(1, 2).flatten(2)))
        return x + self._drop(self.narrow(F.gelu(self.wide(self.norm_mlp(x)))))

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """(n, t, width), as x."""
        q, k, v = self.heads_of(x, cosines, sines)
        return self.after_attention(x, F.scaled_dot_product_attention(q, k, v, is_causal=True))

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout else x


class TransformerEncoder(LanguageEncoder):
    """Embedding, blocks and a last norm; positions by rotation, so that only distances count.

    Args:
        vocabulary: how many tokens.
        width: features everywhere; a multiple of 2 · heads.
        layers: blocks.
        heads: of attention.
        context: the most tokens of a window.
        dropout: share dropped of the embedding and of what each half of a block adds, in [0, 1). 0 costs nothing.

    Raises:
        OptionError: the width can't be split among the heads.
    """

    context: int

    def __init__(
        self, vocabulary: int, width: int, layers: int, heads: int, context: int, *, dropout: float = 0.0
    ) -> None:
        if width % (2 * heads):
            raise OptionError("networks.heads", width=width, heads=heads, least=2 * heads)
        super().__init__(vocabulary, width, width)
        self.heads, self.context, self.dropout = heads, context, dropout
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        for name, parameter in self.blocks.named_parameters():
            if parameter.dim() == 2:  # GPT-2: what is added to the residual stream begins smaller, the more adds to it
                adds = name.endswith(("joined.weight", "narrow.weight"))
                nn.init.normal_(parameter, std=0.02 / (2 * layers) ** 0.5 if adds else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(n, t) int64 ids, t at most `context`, to features (n, t, width) and {}.

        Raises:
            OptionError: t is greater than the context.
        """
        return self.encode(self.embedding(ids), state)

    def encode(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:  # noqa: ARG002 - it has none
        """As `forward`, from embedded tokens (n, t, width)."""
        if x.shape[1] > self.context:
            raise OptionError("networks.context", length=x.shape[1], context=self.context)
        cosines, sines = waves(torch.arange(x.shape[1], device=x.device), x.shape[2] // self.heads)
        if self.dropout:
            x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x, cosines, sines)
        return self.norm(x), {}

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """The embedding, each block, the last norm with the last block."""
        groups = [list(part.parameters()) for part in [self.embedding, *self.blocks]]
        groups[-1] += self.norm.parameters()
        return groups
