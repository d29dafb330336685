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
CHARACTERS = 512  # up to so many tokens they are most likely characters, which need few features each:
FEW = 32  # the layer above has less to multiply
PRESETS: tuple[Preset, ...] = ("lstm", "gru", "gpt")

__all__ = ["PRESETS", "LanguageEncoder", "LanguageNetwork", "language_network"]


class Head(nn.Module):
    """Features (…, f) to scores (…, v) by the embedding's weights where they fit (Press & Wolf 2017), else by its own.

    Args:
        vocabulary: v.
        features: f.
        tied: whether by the embedding's.
    """

    def __init__(self, vocabulary: int, features: int, *, tied: bool) -> None:
        super().__init__()
        bound = features**-0.5
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        own = nn.Parameter(torch.empty(vocabulary, features).uniform_(-bound, bound))
        self.weight = None if tied else own

    def weights(self, embedding: Tensor) -> Tensor:
        """(v, f), where `embedding` is the embedding's weight."""
        return embedding if self.weight is None else self.weight

    def forward(self, features: Tensor, embedding: Tensor) -> Tensor:
        """The scores, in float32 under autocast too: bf16 tells no two likelihoods apart that differ by 3 %."""
        with torch.autocast(features.device.type, enabled=False):
            return F.linear(features.float(), self.weights(embedding), self.bias)


class LanguageNetwork(nn.Module):
    """Ids to the scores of the next token, at every place of a window. Made by `language_network`.

    Args:
        encoder: ids to features.
        spec: how `language_network` makes it again: JSON.
    """

    def __init__(self, encoder: LanguageEncoder, spec: dict[str, Any]) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = Head(encoder.vocabulary, encoder.features, tied=encoder.embedding.embedding_dim == encoder.features)
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
        network: "lstm" and "gru": one layer of 384, dropout 0.35. "gpt": 4 blocks of 128, 4 heads, dropout 0.
        vocabulary: how many tokens there are.
        hidden: features of every layer.
        layers: how many.
        embedding: features of the embedding, of "lstm" and "gru"; where not given as many as hidden, so that the head
            shares its weights, and 32 for vocabularies of characters (up to 512 tokens).
        heads: of attention; "gpt" only.
        dropout: strength of all dropouts, in [0, 1): the share dropped between layers and on the way out. Of more than
            512 tokens (words) an LSTM or GRU drops half that share of its hidden-to-hidden weights and a quarter of it
            of the embedding's rows (AWD-LSTM); of characters neither.
        window: tokens of a training window: the context of "gpt".

    Raises:
        OptionError: an unknown name, an option that the network has not, or a size that can't be.
    """
    if network not in PRESETS:
        raise OptionError("networks.unknown_language", name=network, known=", ".join(PRESETS))
    for name, value in {"heads": heads, "embedding": embedding}.items():
        if value is not None and (name == "heads") != (network == "gpt"):
            raise OptionError("networks.not_its_option", name=name, given=value, network=network)
    if dropout is None:
        dropout = 0.0 if network == "gpt" else 0.35
    if not 0 <= dropout < 1:
        raise OptionError("networks.dropout", given=dropout)
    spec: dict[str, Any] = {"network": network, "vocabulary": vocabulary}
    if network == "gpt":
        spec |= {"hidden": _or(hidden, 128), "layers": _or(layers, 4), "heads": _or(heads, 4)}
        _least_one(spec)
        encoder: LanguageEncoder = TransformerEncoder(
            vocabulary, spec["hidden"], spec["layers"], spec["heads"], window, dropout=dropout
        )
    else:
        width = _or(hidden, 384)
        few = min(width, FEW) if vocabulary <= CHARACTERS else width
        spec |= {"hidden": width, "layers": _or(layers, 1), "embedding": _or(embedding, few)}
        _least_one(spec)
        cell: Cell = network
        words = vocabulary > CHARACTERS
        encoder = RecurrentEncoder(
            vocabulary,
            spec["embedding"],
            width,
            spec["layers"],
            cell=cell,
            dropout=dropout,
            weight_dropout=0.5 * dropout if words else 0.0,
            row_dropout=0.25 * dropout if words else 0.0,
        )
    return LanguageNetwork(encoder, {**spec, "dropout": dropout, "window": window})


def _or(given: int | None, preset: int) -> int:
    return preset if given is None else given


def _least_one(sizes: dict[str, Any]) -> None:
    for name, value in sizes.items():
        if name != "network" and (not isinstance(value, int) or value < 1):
            raise OptionError("networks.language_size", name=name, given=value)
