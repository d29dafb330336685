"""The door: `mb.language_model(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

from torch import nn

from makebelieve.data.text_data import TextData
from makebelieve.data.tokens import Tokens, tokens_of
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.latent.laws import whole
from makebelieve.networks.language import language_network
from makebelieve.report import SaveTexts, WriteReport
from makebelieve.systems.language_model.health import Memorised
from makebelieve.systems.language_model.learner import LanguageModel
from makebelieve.systems.language_model.own import Own
from makebelieve.systems.language_model.recipes import next_token
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data as AnyData
from makebelieve.training.randomness import derive, seeded

Network = Literal["lstm", "gru", "gpt"]

WINDOW = {"lstm": 64, "gru": 64, "gpt": 128}  # tokens
CLIP = 1.0  # of the gradient's norm, where nobody says otherwise (Pascanu, Mikolov & Bengio 2013)
SHOWN = 400  # tokens of the texts along the way


def language_model(
    data: TextData,
    network: Network | nn.Module = "lstm",
    *,
    hidden: int | None = None,
    layers: int | None = None,
    window: int | None = None,
    dropout: float | None = None,
    carry: bool = True,
    **training: Unpack[TrainingOptions],
) -> LanguageModel:
    """A language model: from the tokens so far, how likely each is to be the next; it writes by drawing from that.

    Every token of a window is a target. With `fit(…)` the learning rate falls to zero in a straight line.

    Args:
        data: texts, from `mb.text`.
        network: "lstm", "gru", "gpt" (a small transformer), or a module: called with ids (n, t) int64 and a state (a
            dictionary of tensors (n, …), or None at first) it gives scores (n, t, tokens), or (scores, state).
        hidden: units of a layer; by default those of the network's kind.
        layers: layers; by default those of the network's kind.
        window: tokens of each text between two steps; for "gpt" also how far it sees back. By default 64, "gpt" 128.
        dropout: share dropped while it trains, in [0, 1): channels between the layers and on the way out, the same
            ones at all places of a window; of words and byte pairs also half that share of the recurrent weights and a
            quarter of it of the embedding's rows (AWD-LSTM, Merity, Keskar & Socher 2018). By default its own.
        carry: whether the network's state goes on from window to window (truncated backpropagation through time); with
            False windows are drawn in random order. "gpt" has no state.
        training: how to train: batch_size (texts side by side), learning_rate, seed, device, …, see
            `mb.TrainingOptions`; `clip` is 1 unless given.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no texts, or shorter than a window.
    """
    if not isinstance(data, TextData):
        raise DataError("language.not_texts", given=repr(data)[:80])
    if isinstance(network, str) and network not in get_args(Network):
        raise OptionError("language.network", given=network, known=", ".join(get_args(Network)))
    if isinstance(network, nn.Module):
        for name, value in {"hidden": hidden, "layers": layers, "dropout": dropout}.items():
            if value is not None:
                raise OptionError("networks.not_its_option", name=name, given=value, network=type(network).__name__)
    if window is None:
        window = WINDOW[network] if isinstance(network, str) else WINDOW["lstm"]
    choices = Choices(network, hidden, layers, whole(window, 1, "language.window"), dropout, carry and network != "gpt")
    settings = Settings.of({"clip": CLIP, **training})
    return _make(data, data.tokens, choices, settings, training.get("callbacks", ()), training.get("run"))


@dataclass(frozen=True)
class Choices:
    """What makes this language model, apart from data and training: the door's arguments, as config.json keeps them."""

    network: Network | nn.Module | None
    hidden: int | None
    layers: int | None
    window: int
    dropout: float | None
    carry: bool

    def __post_init__(self) -> None:
        share = 0.0 if self.dropout is None else self.dropout
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 1:
            raise OptionError("language.dropout", given=self.dropout)
        if self.hidden is not None:
            whole(self.hidden, 1, "language.hidden")
        if self.layers is not None:
            whole(self.layers, 1, "language.layers")

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "network": self.network if isinstance(self.network, str) else None}


def _make(
    data: TextData | None,
    tokens: Tokens,
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> LanguageModel:
    model, spec = _network(choices, len(tokens), settings.seed)
    show = SaveTexts(lambda learn: learn.generate("", SHOWN, seed=learn.settings.seed))
    return LanguageModel(
        data,
        model,
        tokens=tokens,
        window=choices.window,
        carry=choices.carry,
        checks=[Memorised()],
        settings=settings,
        callbacks=[show, *callbacks, WriteReport()],
        run=run,
        name="language_model",
        config={
            "system": "language_model",
            "recipe": next_token.__name__,
            "arguments": {**choices.state(), "network_spec": spec},
            "training": settings.state(),
        },
    )


def _network(choices: Choices, tokens: int, seed: int) -> tuple[nn.Module, dict[str, Any] | None]:
    """The network, and what it can be made again from; None for one of the program's own."""
    if isinstance(choices.network, nn.Module):
        return Own(choices.network, tokens), None
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    given = {name: value for name in ("hidden", "layers") if (value := getattr(choices, name)) is not None}
    with seeded(derive(seed, "weights")):
        model = language_network(choices.network, tokens, dropout=choices.dropout, window=choices.window, **given)
    return model, model.spec()


def from_config(config: Mapping[str, Any], data: AnyData | None) -> LanguageModel:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network of the program's own, which a file can't hold.
    """
    told = {name: value for name, value in config["arguments"].items() if name != "network_spec"}
    choices = Choices(**told)
    if data is not None and not isinstance(data, TextData):
        raise DataError("language.not_texts", given=repr(data)[:80])
    tokens = tokens_of(config["data"]["facts"]["reading"]["tokens"]) if data is None else data.tokens
    return _make(data, tokens, choices, Settings.from_config(config))
