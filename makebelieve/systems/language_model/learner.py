"""The language model's verbs: writing, and how surprised it is by texts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.data.text_data import TextData
from makebelieve.data.text_streams import TextStreams
from makebelieve.data.tokens import Tokens
from makebelieve.errors import DataError, OptionError
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.latent.laws import whole
from makebelieve.networks.language import LanguageNetwork
from makebelieve.networks.using import evaluating
from makebelieve.systems.language_model import exporting
from makebelieve.systems.language_model.following import Following
from makebelieve.systems.language_model.recipes import next_token
from makebelieve.systems.language_model.sampling import Sampling
from makebelieve.systems.language_model.temperatures import Temperatures, tried
from makebelieve.systems.language_model.writing import Writer
from makebelieve.training import Learner
from makebelieve.training.schedule import Schedule, warm_linear

MOST = 10_000_000  # tokens written at once
SHORTEST = 2  # tokens of a text whose surprise can be told
AT_ONCE = 256  # tokens
MOST_SEED = 2**63 - 1


class LanguageModel(Exportable, Learner):
    """Writes, and says how likely texts are.

    Args:
        texts: what it learns from, or None for a learner that is only used.
        model: the network: ids (n, t) and a state to scores (n, t, tokens) and a state.
        tokens: what the numbers mean.
        window: tokens of each text between two steps.
        carry: whether the network's state goes on from window to window.
        options: everything else, as for `Learner`.
    """

    usual_epochs = 10

    def __init__(
        self, texts: TextData | None, model: nn.Module, *, tokens: Tokens, window: int, carry: bool, **options: Any
    ) -> None:
        self.texts, self.tokens, self.window, self.carry = texts, tokens, window, carry
        streams = None if texts is None else texts.streams(window, carry=carry)
        super().__init__(streams, {"model": model}, next_token, options={"carry": carry}, **options)

    def usual_schedule(self) -> Schedule:
        return warm_linear

    # ---------------------------------------------------------------- step 4: writing

    def generate(
        self,
        prompt: str | Sequence[str] = "",
        n: int = 400,
        *,
        temperature: float = 0.5,
        greedy: bool = False,
        top_k: int | None = None,
        top_p: float | None = None,
        min_p: float | None = None,
        repetition_penalty: float = 1.0,
        seed: int | None = None,
        stop: str | Sequence[str] = (),
    ) -> Any:
        """The prompt and what comes after it: a str; of a list of prompts a list of str, written side by side.

        Args:
            prompt: what it goes on from; "" is the beginning of a text.
            n: tokens to write, at most: characters where these are the tokens.
            temperature: below 1 it is careful and repeats itself, above 1 it ventures and makes up words; 0 is greedy.
            greedy: always the likeliest token.
            top_k: only the k likeliest tokens.
            top_p: only the likeliest, whose probabilities add up to p.
            min_p: only tokens at least so likely, as a share of the likeliest.
            repetition_penalty: above 1, tokens that are there already become less likely.
            seed: of what is drawn: with the same one, the same text comes.
            stop: words at which the text ends, before them.

        Raises:
            OptionError: a number is out of range, such as a negative temperature.
            DataError: the prompt has characters that were not in the training text.
        """
        sampling = Sampling(temperature, greedy, top_k, top_p, min_p, repetition_penalty)
        stops, one, prompts = _stops(stop), isinstance(prompt, str), _prompts(prompt)
        if not prompts:
            return []
        texts = self._writer().write(prompts, _count(n), sampling, seed=_seed(seed), stop=stops)
        found = [before + after for before, after in zip(prompts, texts, strict=True)]
        return found[0] if one else found

    def stream(
        self,
        prompt: str = "",
        n: int = 400,
        *,
        temperature: float = 0.5,
        greedy: bool = False,
        top_k: int | None = None,
        top_p: float | None = None,
        min_p: float | None = None,
        repetition_penalty: float = 1.0,
        seed: int | None = None,
        stop: str | Sequence[str] = (),
    ) -> Iterator[str]:
        """What comes after a prompt, piece by piece while it is written: the text of `generate` without its prompt.

        Args and errors are those of `generate`; errors come at once, not with the first piece.
        """
        sampling, count, stops = (
            Sampling(temperature, greedy, top_k, top_p, min_p, repetition_penalty),
            _count(n),
            _stops(stop),
        )
        writer, (one,) = self._writer(), _prompts([prompt])
        writer.encoded(one)
        return writer.stream(one, count, sampling, seed=_seed(seed), stop=stops)

    def next_scores(self, prompt: str | Sequence[int] = "") -> Tensor:
        """Scores of every token as the next one after a prompt: (tokens,) float32, on the CPU.

        `generate` draws from their softmax over the temperature.

        Args:
            prompt: a text, or the numbers of its tokens; "" is the beginning of a text.

        Raises:
            OptionError: it is neither, or there is no token of such a number.
            DataError: the prompt has characters that were not in the training text.
        """
        return self.following().after(self.ids_of(prompt))

    def following(self) -> Following:
        """For `next_scores` of a text that grows."""
        return Following(self.network("model"), self.device, self._most())

    def ids_of(self, prompt: str | Sequence[int]) -> list[int]:
        """The tokens that `generate` goes on from; errors as of `next_scores`."""
        if isinstance(prompt, str):
            found: list[int] = self._writer().encoded(prompt).tolist()
            return found
        ids, known = list(prompt) if isinstance(prompt, Iterable) else [], range(len(self.tokens))
        if not ids or not all(isinstance(one, int) and one in known for one in ids):
            raise OptionError("language.ids", given=repr(prompt)[:80], most=len(self.tokens) - 1)
        return ids

    def _writer(self) -> Writer:
        return Writer(self.network("model"), self.tokens, self.device)

    def show_temperatures(
        self, temperatures: Sequence[float] = (0.2, 0.5, 1.0, 1.2), *, prompt: str = "", n: int = 300, seed: int = 0
    ) -> Temperatures:
        """The same prompt continued at several temperatures, with figures of repetition and of invented words.

        Args:
            temperatures: one text each.
            prompt: what all go on from.
            n: tokens of each.
            seed: of what is drawn.

        Raises:
            OptionError: a number is out of range.
            DataError: the prompt has characters that were not in the training text.
        """
        texts = [self.generate(prompt, n, temperature=one, seed=seed) for one in temperatures]
        return tried(temperatures, texts, prompt, self.texts)

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    # ---------------------------------------------------------------- evidence

    def evaluate(self, *, carry: bool | None = None, window: int | None = None) -> Figures:
        """How surprised it is by the validation text, each token given those before it.

        `nats` a token, `perplexity` = exp(nats), `bits_per_character` and `bits_per_byte` (of UTF-8): these two compare
        between tokens of different kinds.

        Args:
            carry: whether the state goes on from window to window; by default as in training.
            window: tokens in a window; by default as in training, without state 256 (of "gpt" what it can see).

        Raises:
            DataError: there is no validation text.
        """
        texts = self._texts()
        carry = self.carry if carry is None else carry
        window = (self.window if carry == self.carry else self._most()) if window is None else window
        streams = texts.streams(whole(window, 1, "language.window"), carry=carry)
        if not streams.count("valid"):
            raise DataError("language.nothing_held_back")
        nats, predicted = self._surprise(streams, carry=carry)
        part = texts.valid
        share = predicted / len(part.ids)  # the first token is given
        values = {
            "nats": nats / predicted,
            "perplexity": math.exp(min(nats / predicted, 700.0)),
            "bits_per_character": nats / math.log(2) / (share * part.characters),
            "bits_per_byte": nats / math.log(2) / (share * part.bytes),
        }
        protocol = {
            "part": "valid", "tokens": predicted, "level": self.tokens.level, "state": "carried" if carry else "none",
            "window": window, "rows": self.batch_size, "data": texts.fingerprint(),
        }  # fmt: skip
        subject = {"system": self.name, "step": self.step, "weights": self.weights_of("model")}
        return Figures(values, protocol, subject=subject)

    def _surprise(self, streams: TextStreams, *, carry: bool) -> tuple[float, int]:
        """Nats of all tokens predicted in the validation part, and how many these are."""
        batches = streams.batches("valid", self.batch_size, device=self.device)
        model, state, following = self.network("model"), dict[str, Tensor](), None
        total, count = torch.zeros((), dtype=torch.float64), 0
        with evaluating(model):
            for _ in range(batches.steps_per_epoch):
                batch = next(batches)
                if following is None or not carry or not torch.equal(following, batch.items):
                    state = {}  # the last few tokens, which fill no row, begin anew
                scores, state = model(batch.x, state or None)
                following, y = batch.items + batch.each, cast(Tensor, batch.y)
                total += nn.functional.cross_entropy(scores.flatten(0, 1).float(), y.flatten(), reduction="sum").cpu()
                count += y.numel()
        return float(total), count

    def surprise(self, text: str) -> Tensor:
        """How surprised it is by each token of a text but the first, given those before it: (tokens - 1,) nats, CPU.

        Raises:
            DataError: the text has characters that were not in the training text, or fewer than two tokens.
        """
        ids = self.tokens.encode(*_prompts([text]), strict=True)
        if len(ids) < SHORTEST:
            raise DataError("language.too_short", given=text, least=SHORTEST)
        model, most, state, found = self.network("model"), self._most(), None, []
        done = back = 0
        with evaluating(model):
            while done < len(ids) - 1:
                start = max(0, done - back)
                y = ids[start + 1 : start + most + 1].to(self.device)
                scores, state = model(ids[start : start + len(y)].to(self.device)[None], state or None)
                losses = nn.functional.cross_entropy(scores[0].float(), y, reduction="none").cpu()
                found.append(losses[done - start :])
                done = start + len(y)
                back = 0 if state else most // 2  # without a state it is given some tokens again
        return torch.cat(found)

    def _most(self) -> int:
        """Tokens that the network can be given at once."""
        model = self.network("model")
        context = model.encoder.context if isinstance(model, LanguageNetwork) else None
        return AT_ONCE if context is None else min(AT_ONCE, context)

    def _texts(self) -> TextData:
        if self.texts is None:
            self._data()  # says that there are none
            raise DataError("training.not_data", given="None")
        return self.texts


def _count(n: int) -> int:
    return whole(n, 1, "language.how_many", MOST)


def _seed(given: int | None) -> int | None:
    return None if given is None else whole(given, 0, "language.seed", MOST_SEED)


def _prompts(prompt: str | Sequence[str]) -> list[str]:
    prompts = [prompt] if isinstance(prompt, str) else list(prompt) if isinstance(prompt, Iterable) else [prompt]
    if not all(isinstance(one, str) for one in prompts):
        raise OptionError("language.prompt", given=repr(prompt)[:80])
    return prompts


def _stops(stop: str | Sequence[str]) -> list[str]:
    words = [stop] if isinstance(stop, str) else list(stop) if isinstance(stop, Sequence) else [stop]
    if not all(isinstance(word, str) and word for word in words):
        raise OptionError("language.stop", given=stop)
    return words
