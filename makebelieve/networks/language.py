"""Language models: an encoder of text and the next token's scores at every place."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.networks.encoders import LanguageEncoder, RecurrentEncoder
from makebelieve.networks.gpt import TransformerEncoder
from makebelieve.networks.recurrent import Cell, State

Preset: TypeAlias = Literal["lstm", "gru", "gpt"]
PRESETS: tuple[Preset, ...] = ("lstm", "gru", "gpt")

__all__ = ["PRESETS", "LanguageEncoder", "LanguageNetwork", "language_network"]


class TiedHead(nn.Module):
    """Features (…, f) to scores (…, v) by the embedding's own weights (Press & Wolf 2017), and a bias.

    Where the embedding is of other size than the features, a linear map stands between them.

    Args:
        vocabulary: v.
        inputs: e, features of the embedding.
        features: f.
    """

    def __init__(self, vocabulary: int, inputs: int, features: int) -> None:
        super().__init__()
        self.projection = nn.Identity() if inputs == features else nn.Linear(features, inputs, bias=False)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, features: Tensor, weight: Tensor) -> Tensor:
        """The scores, by the embedding's weight (v, e)."""
        return F.linear(self.projection(features), weight, self.bias)


class LanguageNetwork(nn.Module):
    """Ids to the scores of the next token, at every place of a window. Made by `language_network`.

    Args:
        encoder: ids to features.
        spec: how `language_network` makes it again: JSON.
    """

    def __init__(self, encoder: LanguageEncoder, spec: dict[str, Any]) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = TiedHead(encoder.vocabulary, encoder.embedding.embedding_dim, encoder.features)
        self._spec = spec

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(n, t) int64 ids and the state after the window before, to scores (n, t, vocabulary) and the state after it.

        The state's tensors have the batch on dimension 0; the caller cuts them from their graph. It is {} for networks
        that have none.
        """
        features, state = self.encoder(ids, state)
        return cast(Tensor, self.head(features, self.encoder.embedding.weight)), state

    def spec(self) -> dict[str, Any]:
        """JSON; `language_network(**spec)` makes a network of the same sizes."""
        return dict(self._spec)


def language_network(
    network: Preset,
    vocabulary: int,
    *,
    hidden: int | None = None,
    layers: int | None = None,
    embedding: int | None = None,
    heads: int | None = None,
    dropout: float | None = None,
    window: int = 64,
) -> LanguageNetwork:
    """A language model to be learnt from nothing; what is not given is the preset's.

    Args:
        network: "lstm" and "gru": one layer of 256. "gpt": 4 blocks of 128, 4 heads.
        vocabulary: how many tokens there are.
        hidden: features of every layer.
        layers: how many.
        embedding: features of the embedding; as many as hidden where not given. "lstm" and "gru" only.
        heads: of attention; "gpt" only.
        dropout: strength of all dropouts, in [0, 1).
        window: tokens of a training window: the context of "gpt".

    Raises:
        OptionError: an unknown name, or a size that can't be.
    """
    if network not in PRESETS:
        raise OptionError("networks.unknown_language", name=network, known=", ".join(PRESETS))
    dropout = 0.0 if dropout is None else dropout
    if not 0 <= dropout < 1:
        raise OptionError("networks.dropout", given=dropout)
    spec: dict[str, Any] = {"network": network, "vocabulary": vocabulary}
    if network == "gpt":
        spec |= {"hidden": hidden or 128, "layers": layers or 4, "heads": heads or 4}
        _least_one(spec)
        encoder: LanguageEncoder = TransformerEncoder(
            vocabulary, spec["hidden"], spec["layers"], spec["heads"], window, dropout=dropout
        )
    else:
        width = hidden or 256
        spec |= {"hidden": width, "layers": layers or 1, "embedding": embedding or width}
        _least_one(spec)
        cell: Cell = network
        encoder = RecurrentEncoder(vocabulary, spec["embedding"], width, spec["layers"], cell=cell, dropout=dropout)
    return LanguageNetwork(encoder, {**spec, "dropout": dropout, "window": window})


def _least_one(sizes: dict[str, Any]) -> None:
    for name, value in sizes.items():
        if name != "network" and (not isinstance(value, int) or value < 1):
            raise OptionError("networks.language_size", name=name, given=value)
