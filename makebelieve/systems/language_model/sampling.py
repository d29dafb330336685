"""Drawing the next token from scores: temperature and the filters of the literature, for many texts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from makebelieve.errors import OptionError

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

COLDEST = 1e-6  # below it, scores divided by the temperature would leave float32
DRAWN_AT_ONCE = 1 << 18  # random numbers


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen.

    Args:
        temperature: scores are divided by it: below 1 likely tokens become likelier; 0 is greedy.
        greedy: always the likeliest token.
        top_k: only the k likeliest (Fan et al. 2018).
        top_p: only the likeliest whose probabilities add up to p, in (0, 1] (nucleus sampling, Holtzman et al. 2020).
        min_p: only those at least so likely, as a share of the likeliest, in [0, 1] (Nguyen et al. 2024).
        repetition_penalty: scores of tokens that are there already are divided by it where they are positive, else
            multiplied (Keskar et al. 2019, section 4.1); 1 does nothing.

    Raises:
        OptionError: a value is out of range.
    """

    temperature: float = 0.5
    greedy: bool = False
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        _number("temperature", self.temperature, 0.0, np.inf)
        _number("repetition_penalty", self.repetition_penalty, 1.0, np.inf)
        if self.top_k is not None and (isinstance(self.top_k, bool) or not isinstance(self.top_k, int)):
            raise OptionError("language.option", name="top_k", given=self.top_k, least=1, most="∞")
        for name, least, most in (("top_k", 1, np.inf), ("top_p", 1e-9, 1.0), ("min_p", 0.0, 1.0)):
            if getattr(self, name) is not None:
                _number(name, getattr(self, name), least, most)

    @property
    def certain(self) -> bool:
        """Whether nothing is drawn."""
        return self.greedy or self.temperature < COLDEST

    @property
    def filters(self) -> bool:
        """Whether some tokens are left out."""
        return not (self.top_k is None and self.top_p is None and self.min_p is None)


def _number(name: str, given: Any, least: float, most: float) -> None:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not least <= given <= most or given == np.inf:
        shown = "∞" if most == np.inf else f"{most:g}"
        raise OptionError("language.option", name=name, given=given, least=f"{least:g}", most=shown)


class Chooser:
    """Chooses the next token of n texts again and again.

    Softmax probabilities are drawn from by the Gumbel-max trick: the greatest of score + G, where G = -log(-log u)
    (Maddison, Tarlow & Minka 2014, section 2).

    Args:
        sampling: how.
        n: texts.
        tokens: of the vocabulary.
        seed: of the random numbers; None draws one.
        banned: tokens that are never chosen.
    """

    def __init__(self, sampling: Sampling, n: int, tokens: int, seed: int | None, banned: Sequence[int] = ()) -> None:
        self.sampling, self._shape, self._banned = sampling, (n, tokens), list(banned)
        self._random = np.random.default_rng(seed)
        self._block = max(1, DRAWN_AT_ONCE // (n * tokens))
        self._noise: Floats = np.empty((0, n, tokens), np.float32)
        self._at = 0
        self._penalty = sampling.repetition_penalty
        self._seen = np.zeros((n, tokens), bool)

    def see(self, ids: Ids) -> None:
        """Tokens ids (n,) or (n, t) are in the texts from now on."""
        if self._penalty != 1:
            np.put_along_axis(self._seen, ids.reshape(len(ids), -1), True, 1)

    def __call__(self, scores: Floats) -> Ids:
        """The next token (n,) of each text by its scores (n, tokens)."""
        if self._banned:
            scores = scores.copy()
            scores[:, self._banned] = -np.inf
        if self._penalty != 1:
            scores = self._penalised(scores)
        if not self.sampling.certain:
            scores = scores * np.float32(1 / self.sampling.temperature)
            if self.sampling.filters:
                scores = filtered(scores, self.sampling)
            scores += self._gumbel()
        ids: Ids = scores.argmax(1)
        self.see(ids)
        return ids

    def _penalised(self, scores: Floats) -> Floats:
        penalty = np.float32(self._penalty)
        penalised: Floats = np.where(self._seen, np.where(scores > 0, scores / penalty, scores * penalty), scores)
        return penalised

    def _gumbel(self) -> Floats:
        if self._at == len(self._noise):
            u = self._random.random((self._block, *self._shape), np.float32)
            np.maximum(u, np.float32(1e-12), out=u)
            np.log(u, out=u)
            np.negative(u, out=u)
            np.maximum(u, np.float32(1e-12), out=u)
            np.log(u, out=u)
            self._noise, self._at = np.negative(u, out=u), 0
        self._at += 1
        drawn: Floats = self._noise[self._at - 1]
        return drawn


def filtered(scores: Floats, sampling: Sampling) -> Floats:
    """Scores (n, tokens), divided by the temperature already, with -inf for tokens that the filters leave out."""
    if sampling.top_k is not None and sampling.top_k < scores.shape[1]:
        least = np.partition(scores, -sampling.top_k, axis=1)[:, -sampling.top_k, None]
        scores = np.where(scores < least, -np.inf, scores)
    if sampling.top_p is not None and sampling.top_p < 1:
        order = np.argsort(-scores, axis=1, kind="stable")
        ranked = probabilities(np.take_along_axis(scores, order, 1))
        before = np.cumsum(ranked, axis=1) - ranked  # the first is always kept
        out = np.zeros_like(scores, dtype=bool)
        np.put_along_axis(out, order, before >= sampling.top_p, 1)
        scores = np.where(out, -np.inf, scores)
    if sampling.min_p:
        least = scores.max(1, keepdims=True) + np.float32(np.log(sampling.min_p))
        scores = np.where(scores < least, -np.inf, scores)
    return scores.astype(np.float32, copy=False)


def probabilities(scores: Floats) -> Floats:
    """Softmax over the last axis."""
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)  # type: ignore[no-any-return]
