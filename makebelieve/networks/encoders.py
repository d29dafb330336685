"""What every encoder of text gives: ids and a state to features, and from where to where it is unfrozen."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor, nn

from makebelieve.networks.recurrent import Cell, Recurrent, State, locked_dropout


class LanguageEncoder(nn.Module):
    """Token ids to features, each of which has seen the tokens up to its own.

    Attributes:
        vocabulary: how many tokens there are.
        features: f.
        context: the most tokens that it can look back on, or None where its state goes back without end.
        embedding: its first layer, weight (vocabulary, e).
    """

    context: int | None = None

    def __init__(self, vocabulary: int, inputs: int, features: int) -> None:
        super().__init__()
        self.vocabulary, self.features = vocabulary, features
        self.embedding = nn.Embedding(vocabulary, inputs)
        # where the head shares it, scores of about one, whatever its size
        nn.init.normal_(self.embedding.weight, std=inputs**-0.5 if inputs == features else 1.0)

    @abstractmethod
    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(n, t) int64 ids to features (n, t, f) and the state after the window, {} where there is none."""

    @abstractmethod
    def encode(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """As `forward`, from embedded tokens (n, t, e): for gradients with respect to them."""

    @abstractmethod
    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """Parameters from the embedding on, layer by layer: for gradual unfreezing."""


class RecurrentEncoder(LanguageEncoder):
    """Embedding and layers of LSTM or GRU, with the dropouts of AWD-LSTM.

    Source:
        Merity, Keskar & Socher, "Regularizing and Optimizing LSTM Language Models", 2018 (arXiv:1708.02182).

    Args:
        vocabulary: how many tokens.
        inputs: e, features of the embedding.
        hidden: features of every layer.
        layers: how many.
        cell: "lstm" or "gru".
        dropout: share dropped between layers and on the way out, with one mask for all times of a window, in [0, 1).
        weight_dropout: share of hidden-to-hidden weights dropped, in [0, 1).
        row_dropout: share of the tokens whose whole row of the embedding is dropped, in [0, 1).
    """

    def __init__(
        self,
        vocabulary: int,
        inputs: int,
        hidden: int,
        layers: int = 1,
        *,
        cell: Cell = "lstm",
        dropout: float = 0.0,
        weight_dropout: float = 0.0,
        row_dropout: float = 0.0,
    ) -> None:
        super().__init__(vocabulary, inputs, hidden)
        self.dropout, self.row_dropout = dropout, row_dropout
        self.recurrent = Recurrent(inputs, hidden, layers, cell=cell, weight_dropout=weight_dropout, dropout=dropout)

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(n, t) int64 ids to features (n, t, hidden) and the state after the window."""
        return self.encode(nn.functional.embedding(ids, self.table()), state)

    def encode(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """As `forward`, from embedded tokens (n, t, inputs)."""
        y, state = self.recurrent(x, state)
        return locked_dropout(y, self.dropout, self.training), state

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """The embedding, then each layer."""
        return [list(self.embedding.parameters()), *(list(layer.parameters()) for layer in self.recurrent.layers)]

    def table(self) -> Tensor:
        """The embedding's weight (vocabulary, inputs), in training with some tokens' rows dropped."""
        table = self.embedding.weight
        if not self.training or self.row_dropout == 0:
            return table
        return table * nn.functional.dropout(table.new_ones(len(table), 1), self.row_dropout)
