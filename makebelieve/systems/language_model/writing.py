"""Writing: a network asked for the next token again and again, for one text or many side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from makebelieve.data.tokens import Decoder, Tokens
from makebelieve.networks.stepping import stepper
from makebelieve.systems.language_model.sampling import Chooser, Ids, Sampling

BEGINNINGS = ("\n", " ")  # what a text without a prompt begins after, where documents have no end


@dataclass
class Writer:
    """Writes with a network.

    Args:
        network: ids and state to scores and state.
        tokens: what its numbers mean.
        device: where it lives.
    """

    network: nn.Module
    tokens: Tokens
    device: torch.device

    def write(
        self, prompts: Sequence[str], n: int, sampling: Sampling, *, seed: int | None, stop: Sequence[str]
    ) -> list[str]:
        """What comes after each prompt: at most n tokens, up to a stop or the end of a document."""
        if len(prompts) == 1:
            return ["".join(self.stream(prompts[0], n, sampling, seed=seed, stop=stop))]
        ids = [self.encoded(prompt) for prompt in prompts]
        out: list[str] = [""] * len(prompts)
        for length in sorted({len(one) for one in ids}):  # a network takes prompts of one length side by side
            rows = [row for row, one in enumerate(ids) if len(one) == length]
            own = seed if seed is None else seed + rows[0]
            written = np.stack(list(self._ids(np.stack([ids[row] for row in rows]), n, sampling, own)), 1)
            for row, one in zip(rows, written, strict=True):
                out[row] = self._text(prompts[row], one, stop)
        return out

    def stream(
        self, prompt: str, n: int, sampling: Sampling, *, seed: int | None, stop: Sequence[str]
    ) -> Iterator[str]:
        """The same for one prompt, in pieces as they become certain."""
        decoder, held = self._decoder(prompt), ""
        longest = max((len(word) for word in stop), default=0)
        for column in self._ids(self.encoded(prompt)[None], n, sampling, seed):
            token = int(column[0])
            if token == self.tokens.end:
                break
            held += decoder.feed(token)
            cut = _first(held, stop)
            if cut is not None:
                yield held[:cut]
                return
            sure = len(held) - longest + 1 if longest else len(held)  # a stop may have begun in the rest
            if sure > 0:
                yield held[:sure]
                held = held[sure:]
        rest = held + decoder.flush()
        cut = _first(rest, stop)
        if rest[:cut]:
            yield rest[:cut]

    def encoded(self, prompt: str) -> Ids:
        """A prompt as numbers, one at least: without a prompt what a text begins after.

        Raises:
            DataError: it has characters that the vocabulary lacks.
        """
        ids = self.tokens.encode(prompt, strict=True).numpy()
        if len(ids):
            return ids
        if self.tokens.end is not None:
            return np.array([self.tokens.end])
        known = [self.tokens.names.index(name) for name in BEGINNINGS if name in self.tokens.names]
        return np.array([known[0] if known else int(np.argmax(self.tokens.counts))])

    def _ids(self, prompts: Ids, n: int, sampling: Sampling, seed: int | None) -> Iterator[Ids]:
        """The n next tokens of prompts (rows, t): (rows,) each; fewer where all rows have come to an end."""
        tokens, rows = self.tokens, len(prompts)
        never = [one for one in (tokens.unknown, tokens.pad if tokens.pad != tokens.end else None) if one is not None]
        steps = stepper(self.network, rows, self.device)
        choose = Chooser(sampling, rows, len(tokens), seed, never)
        choose.see(prompts)
        scores, ended = steps.feed_many(prompts), np.zeros(rows, bool)
        for written in range(n):
            ids = choose(scores)
            yield ids
            if tokens.end is not None:
                ended |= ids == tokens.end
                if ended.all():
                    return
            if written < n - 1:
                scores = steps.feed(ids)

    def _decoder(self, prompt: str) -> Decoder:
        """For what comes after a prompt: a word is set off from the prompt's last one, unless that ends in a blank."""
        decoder = self.tokens.decoder()
        if self.tokens.level == "word" and prompt and not prompt[-1].isspace():
            decoder.feed_many(self.encoded(prompt).tolist())
        return decoder

    def _text(self, prompt: str, ids: Ids, stop: Sequence[str]) -> str:
        if self.tokens.end is not None and self.tokens.end in ids:
            ids = ids[: int(np.argmax(ids == self.tokens.end))]
        decoder = self._decoder(prompt)
        text = decoder.feed_many(ids.tolist()) + decoder.flush()
        return text[: _first(text, stop)]


def _first(text: str, stop: Sequence[str]) -> int | None:
    """Where the first of some words stands in a text."""
    found = [at for at in (text.find(word) for word in stop) if at >= 0]
    return min(found, default=None)
