"""The linear model of n-grams, solved: the baseline that every text classifier is shown against."""

from __future__ import annotations

import logging

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.data.text_data import TextData
from makebelieve.data.text_part import TextPart
from makebelieve.messages import say
from makebelieve.systems.recogniser.texts.networks import Wide, idf_of
from makebelieve.systems.recogniser.texts.ngrams import LONGEST, Ngrams, apart, count, documents
from makebelieve.training.protocols import Part

log = logging.getLogger(__name__)

STRENGTHS = (1.0, 4.0, 16.0)  # of what a text's loss weighs against the penalty
ITERATIONS = 40  # of L-BFGS


class Rows:
    """A sparse matrix by rows, to be multiplied with a dense one.

    Args:
        rows: (m,) int64, rising.
        columns: (m,) int64.
        values: (m,) float32.
        count: how many rows there are.
    """

    def __init__(self, rows: Tensor, columns: Tensor, values: Tensor, count: int) -> None:
        self.columns, self.values = columns, values
        self.starts = F.pad(rows.bincount(minlength=count).cumsum(0), (1, 0))

    def __matmul__(self, dense: Tensor) -> Tensor:
        return F.embedding_bag(
            self.columns, dense, self.starts, mode="sum", per_sample_weights=self.values, include_last_offset=True
        )


class Features:
    """The features x of texts, (n, k + 1), and their transpose.

    Args:
        wide: knows what an n-gram counts in a text.
        ngrams: knows the n-grams of a text.
        part: the texts.
    """

    def __init__(self, wide: Wide, ngrams: Ngrams, part: TextPart) -> None:
        rows, columns, values = [], [], []
        with torch.no_grad():
            for places, ids in documents(part):
                found, x = wide.features(ngrams(ids))
                there = x > 0
                rows.append(places.repeat_interleave(there.sum(1)))
                columns.append(found[there])
                values.append(x[there])
        row, column, value = torch.cat(rows), torch.cat(columns), torch.cat(values)
        by_row, by_column = row.argsort(stable=True), column.argsort(stable=True)
        self.x = Rows(row[by_row], column[by_row], value[by_row], len(part))
        self.transposed = Rows(column[by_column], row[by_column], value[by_column], len(ngrams) + 1)


def solve(features: Features, y: Tensor, classes: int, c: float, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Weights w (k + 1, classes) and biases (classes,): least ½ ‖w‖² + c · Σ cross-entropy of x w + b, by L-BFGS.

    Args:
        features: of n texts.
        y: (n,) int64 classes.
        classes: how many there are.
        c: what a text's loss weighs against the penalty.
        counts: (n,) bool, the texts that count.
    """
    n, k = float(counts.sum()), len(features.transposed.starts) - 1
    w = torch.zeros(k + 1, classes, requires_grad=True)  # the last row is the bias
    target, share = F.one_hot(y, classes).float(), (counts / n).unsqueeze(1)
    optimizer = torch.optim.LBFGS([w], max_iter=ITERATIONS, history_size=10, line_search_fn="strong_wolfe")

    def objective() -> float:
        with torch.no_grad():
            scores = features.x @ w[:-1] + w[-1]
            wrong = (scores.softmax(1) - target) * share
            w.grad = torch.cat([features.transposed @ wrong + w[:-1] / (c * n), wrong.sum(0, keepdim=True)])
            losses = F.cross_entropy(scores, y, reduction="none")
            return float((losses * share[:, 0]).sum() + w[:-1].square().sum() / (2 * c * n))

    optimizer.step(objective)  # type: ignore[no-untyped-call]
    return w.detach()[:-1], w.detach()[-1]


def strength(features: Features, y: Tensor, classes: int) -> float:
    """The c of `STRENGTHS` by which one text in twenty is told best, when it is learnt from the others."""
    held = apart(torch.arange(len(y)))
    if not bool(held.any()):
        return STRENGTHS[len(STRENGTHS) // 2]
    nats = []
    for c in STRENGTHS:
        weight, bias = solve(features, y, classes, c, ~held)
        nats.append(float(F.cross_entropy((features.x @ weight + bias)[held], y[held])))
    return STRENGTHS[nats.index(min(nats))]


def baseline_scores(data: TextData, part: Part, classes: int, y: Tensor) -> Tensor:
    """Probabilities (n, classes) of the texts of a part, by logistic regression on TF-IDF of the training texts.

    Args:
        data: texts.
        part: whose.
        classes: how many there are.
        y: (n,) int64, classes of the training texts.
    """
    longest = LONGEST[data.tokens.level]
    counts = count(data.train, longest, classes, y)
    log.info(say("reader.linear", n=f"{len(counts.keys):,}"))
    ngrams, wide = Ngrams(counts.keys, longest, data.tokens.pad), Wide(idf_of(counts), None, classes)
    features = Features(wide, ngrams, data.train)
    c = strength(features, y, classes)
    weight, bias = solve(features, y, classes, c, torch.ones(len(y), dtype=torch.bool))
    return (Features(wide, ngrams, data.part(part)).x @ weight + bias).softmax(1)
