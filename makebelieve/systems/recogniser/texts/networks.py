"""Networks for texts: linear models of n-grams, layers over embedded n-grams; or the mean of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.networks.blocks import Dropout
from makebelieve.networks.recurrent import Recurrent
from makebelieve.systems.recogniser.texts.ngrams import Counts, Ngrams

Network = Literal["linear", "conv", "lstm", "linear+conv", "linear+lstm"]

EMBEDDED = 1 << 16  # n-grams that have an embedding: the most frequent
SIZE, CHANNELS, UNITS = 64, 128, 96
DROPOUT, LEFT_OUT = 0.4, 0.4  # of embedded texts and of pooled features; of single n-grams
FASTER = 5.0  # steps of linear weights and of shares over those of the others, at one learning rate


def bag(places: Tensor, table: Tensor, weights: Tensor | None = None, padding: int | None = None) -> Tensor:
    """(n, d): sums of rows of a table (k, d), those at places (n, m), each times its weight (n, m).

    A traced program gathers the rows instead, as fused kernels are traced for one length only.

    Args:
        places: rows.
        table: what is summed.
        weights: None is 1.
        padding: the row that never learns.
    """
    if torch.compiler.is_exporting():
        rows = F.embedding(places, table)
        return (rows if weights is None else rows * weights.unsqueeze(2)).sum(1)
    return F.embedding_bag(places, table, mode="sum", per_sample_weights=weights, padding_idx=padding)


class Wide(nn.Module):
    """A linear model of the n-grams that a text has: TF-IDF, or with `ratios` what naive Bayes makes of them.

    The features of a text are x_f = idf_f / ‖idf‖ for the n-grams f that it has, and the scores
    Σ_f x_f · (r_f · w_f) with log-count ratios r (Wang & Manning 2012, section 2.3), which are one without `ratios`.

    Args:
        idf: (k,) of the n-grams, 1 + log((1 + n) / (1 + n_f)).
        ratios: (k, classes): log p(f | class) / p(f | others); or None.
        classes: how many there are.
    """

    idf: Tensor
    ratios: Tensor | None

    def __init__(self, idf: Tensor, ratios: Tensor | None, classes: int) -> None:
        super().__init__()
        self.register_buffer("idf", F.pad(idf, (1, 0)))
        self.register_buffer("ratios", None if ratios is None else F.pad(ratios, (0, 0, 1, 0)))
        self.weight = nn.Parameter(torch.zeros(len(idf) + 1, classes))
        self.bias = nn.Parameter(torch.zeros(classes))

    def features(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """(n, m) numbers of the n-grams of each text, and x (n, m): 0 where one comes a second time, or is unknown."""
        places = places.flatten(1).sort(1).values
        again = F.pad(places[:, 1:] == places[:, :-1], (1, 0))
        x = self.idf[places].masked_fill(again, 0)
        return places, x / x.norm(dim=1, keepdim=True).clamp_min(1e-6)

    def table(self) -> Tensor:
        """(k + 1, classes): what each n-gram says for each class."""
        weight = FASTER * self.weight
        return weight if self.ratios is None else weight * self.ratios

    def forward(self, places: Tensor) -> Tensor:
        """Numbers of n-grams (n, t, longest) to scores (n, classes)."""
        with torch.autocast(places.device.type, enabled=False):
            places, x = self.features(places)
            return bag(places, self.table(), x) + self.bias


class Convolution(nn.Module):
    """(n, t, SIZE) to (n, t, CHANNELS): each place with its neighbours (Kim 2014)."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.channels = nn.Conv1d(SIZE, CHANNELS, 3, padding=1), CHANNELS

    def forward(self, x: Tensor, real: Tensor) -> Tensor:  # noqa: ARG002 - as all bodies have it
        """Of places x (n, t, SIZE); those that are not real hold zeros."""
        return F.relu(self.layer(x.transpose(1, 2))).transpose(1, 2)


class BothWays(nn.Module):
    """(n, t, SIZE) to (n, t, 2 · UNITS): an LSTM from the first token on and one from the last (Graves et al. 2005).

    Each begins at an end of the text itself, wherever padding begins.
    """

    def __init__(self) -> None:
        super().__init__()
        self.onward, self.back = Recurrent(SIZE, UNITS), Recurrent(SIZE, UNITS)
        self.channels = 2 * UNITS

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """Of places x, the first of each row are `real` (n, t, 1)."""
        t, n = x.shape[1], real.sum(1)
        turned = n - 1 - torch.arange(t, device=x.device)
        turned = torch.where(turned < 0, turned + t, turned).unsqueeze(2)  # n − 1, …, 0, t − 1, …, n
        back = self.back(x.gather(1, turned.expand(-1, -1, x.shape[2])))[0]
        after = back.gather(1, turned.expand(-1, -1, back.shape[2]))
        return torch.cat([self.onward(x)[0], after], 2)


class Deep(nn.Module):
    """Embedded n-grams, summed at each place; layers over the places; maxima and means over the text; a linear head.

    n-grams are embedded as by fastText (Bojanowski et al. 2017), so that a place knows what ends there.

    Args:
        rows: (k + 1,) int64, the embedding of each n-gram; 0 is none.
        embeddings: how many there are.
        body: places (n, t, SIZE) and which are real (n, t, 1), to (n, t, body.channels).
        classes: how many there are.
    """

    rows: Tensor

    def __init__(self, rows: Tensor, embeddings: int, body: Convolution | BothWays, classes: int) -> None:
        super().__init__()
        self.register_buffer("rows", rows)
        self.embedding = nn.Embedding(embeddings + 1, SIZE, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=0.1)
        with torch.no_grad():
            self.embedding.weight[0] = 0
        self.body = body
        self.left_out, self.dropout = Dropout(LEFT_OUT), Dropout(DROPOUT)
        self.head = nn.Sequential(Dropout(0.5), nn.Linear(2 * body.channels + SIZE, classes))

    def embed(self, places: Tensor) -> Tensor:
        """(n, t, SIZE): the sum of the embeddings of the n-grams that end at each place."""
        rows = self.rows[places]
        if self.training:
            rows = rows * (self.left_out(torch.ones(rows.shape, device=rows.device)) > 0)
        return bag(rows.flatten(0, 1), self.embedding.weight, padding=0).view(*places.shape[:2], -1)

    def forward(self, places: Tensor) -> Tensor:
        """Numbers of n-grams (n, t, longest) to scores (n, classes)."""
        real = places.any(2).unsqueeze(2)
        n = real.sum(1).clamp_min(1)
        x = self.embed(places)
        y = self.body(self.dropout(x), real)
        greatest = y.masked_fill(~real, -torch.inf).amax(1)
        greatest = torch.where(real.any(1), greatest, 0)
        found = [x.sum(1) / n.sqrt(), greatest, (y * real).sum(1) / n]
        with torch.autocast(x.device.type, enabled=False):
            scores: Tensor = self.head(torch.cat([one.float() for one in found], 1))
        return scores


class Reader(nn.Module):
    """One or several networks over the n-grams of a text. Each learns on its own; they answer together.

    Scores are Σ_b s_b · scores_b: a mean of log-probabilities with shares s, which sharpen or soften it as well. They
    are learnt from texts that the networks do not learn from (stacking, Wolpert 1992), see `reading_of`.

    Args:
        ngrams: which n-grams there are.
        networks: of numbers of n-grams (n, t, longest) to scores (n, classes).
    """

    def __init__(self, ngrams: Ngrams, networks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.ngrams, self.networks = ngrams, nn.ModuleList(networks)
        self.shares = nn.Parameter(torch.full((len(networks),), 1 / len(networks) / FASTER))
        self.shares.requires_grad_(len(networks) > 1)

    def branches(self, ids: Tensor) -> Tensor:
        """The scores of each network, (networks, n, classes), of ids (n, t)."""
        places = self.ngrams(ids)
        return torch.stack([network(places) for network in self.networks])

    def together(self, scores: Tensor) -> Tensor:
        """Scores (networks, n, classes) of all as one, (n, classes)."""
        return torch.einsum("b,bnk->nk", FASTER * self.shares, scores)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids (n, t) to scores (n, classes)."""
        return self.together(self.branches(ids))


def idf_of(counts: Counts) -> Tensor:
    """(k,) inverse document frequencies: 1 + log((1 + n) / (1 + n_f))."""
    return 1 + ((1 + counts.sizes.sum()) / (1 + counts.texts.sum(1))).log()


def ratios_of(counts: Counts) -> Tensor:
    """(k, classes): log of the share of n-gram f among those of a class, over that among those of all others."""
    inside = counts.texts + 1
    outside = counts.texts.sum(1, keepdim=True) - counts.texts + 1
    return (inside / inside.sum(0)).log() - (outside / outside.sum(0)).log()


def embeddings(counts: Counts) -> int:
    """How many n-grams have an embedding."""
    return min(EMBEDDED, len(counts.keys))


def rows_of(counts: Counts) -> Tensor:
    """(k + 1,) the embedding of each n-gram: 1, 2, … for the `EMBEDDED` most frequent; 0 for others."""
    often = counts.texts.sum(1).argsort(descending=True, stable=True)[: embeddings(counts)].sort().values
    rows = torch.zeros(len(counts.keys) + 1, dtype=torch.int64)
    rows[often + 1] = torch.arange(1, len(often) + 1)
    return rows


def reader(network: Network, counts: Counts, longest: int, pad: int) -> Reader:
    """The network of a name over the n-grams that were counted.

    Args:
        network: which.
        counts: the n-grams of the training texts, and how often each class has them.
        longest: tokens in an n-gram.
        pad: the id that texts are filled up with.
    """
    classes = len(counts.sizes)

    def plain() -> nn.Module:
        return Wide(idf_of(counts), None, classes)

    def bayes() -> nn.Module:
        return Wide(idf_of(counts), ratios_of(counts), classes)

    def convolution() -> nn.Module:
        return Deep(rows_of(counts), embeddings(counts), Convolution(), classes)

    def recurrent() -> nn.Module:
        return Deep(rows_of(counts), embeddings(counts), BothWays(), classes)

    made: Mapping[Network, Sequence[Callable[[], nn.Module]]] = {
        "linear": (plain,),
        "conv": (convolution,),
        "lstm": (recurrent,),
        "linear+conv": (bayes, convolution),
        "linear+lstm": (bayes, recurrent),
    }
    return Reader(Ngrams(counts.keys, longest, pad), [make() for make in made[network]])
