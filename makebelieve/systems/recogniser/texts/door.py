"""`mb.classifier(data)` for texts, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack, cast, get_args

import torch
from torch import nn

from makebelieve.data.readings import reading_of as reading_from
from makebelieve.data.text_data import TextData
from makebelieve.data.text_reading import TextReading
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.transfer import Whole
from makebelieve.report import WriteReport
from makebelieve.systems.recogniser.checks import check_classes, metrics_of
from makebelieve.systems.recogniser.metrics import KNOWN, Metric
from makebelieve.systems.recogniser.tasks import OneOf, balanced, task_of, task_state
from makebelieve.systems.recogniser.texts import networks
from makebelieve.systems.recogniser.texts.learner import TextClassifier
from makebelieve.systems.recogniser.texts.networks import Network
from makebelieve.systems.recogniser.texts.ngrams import APART, LONGEST, Counts, count
from makebelieve.systems.recogniser.texts.pretrained import check_tokens, encoded, learnt_of
from makebelieve.systems.recogniser.texts.recipes import reading_of
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data as AnyData
from makebelieve.training.randomness import derive, seeded

STEPS = 100  # an epoch, about, where nobody says how many texts make a batch
SMALLEST, LARGEST = 16, 256  # batches of texts
EPOCHS = 5
SHORT = 100  # tokens of a text in the mean up to which an LSTM is the network


def text_classifier(
    data: TextData,
    network: str | nn.Module = "auto",
    *,
    pretrained: Any = None,
    metrics: Metric | Sequence[Metric] = (),
    balance: bool = False,
    label_smoothing: float = 0.0,
    **training: Unpack[TrainingOptions],
) -> TextClassifier:
    """A classifier of texts: one class a text.

    Args:
        data: labelled texts, from `mb.text`.
        network: "linear" is a linear model on TF-IDF of n-grams, "conv" a convolution over embedded n-grams, "lstm" an
            LSTM that goes over them both ways. "linear+conv" and "linear+lstm" are two that learn side by side and
            answer together: a linear model by naive Bayes' ratios (Wang & Manning 2012), and a network. "auto" is
            "linear+lstm" for texts of up to 100 tokens in the mean, else "linear+conv". Or a module of one's own: ids
            (n, t) int64, padded at their end, to (n, classes).
        pretrained: a language model's learner, or the folder of its run: its encoder is kept and gets a new head
            (Howard & Ruder 2018); `fine_tune` then learns the head first. The data must have its tokens:
            `mb.text(…, tokens=learner.tokens)`.
        metrics: what is reported after each epoch besides the loss: functions of (scores, y) such as `mb.error_rate`,
            which is the default.
        balance: weigh the losses of classes inversely to how often they are.
        label_smoothing: share of each label that is spread over all classes, in [0, 1).
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used, or no network has that name.
        DataError: if texts have no classes, or only one, or a class has no training text; or if they have other tokens
            than the language model.
        CheckpointError: if a run's folder can't be read.
    """
    y, names = _labels(data)
    check_classes(y, data.valid.y, names)
    task = OneOf(tuple(names), balanced(y, len(names)) if balance else None)
    known = ("auto", *get_args(Network))
    if not isinstance(network, nn.Module) and network not in known:
        raise OptionError("reader.network", given=repr(network)[:80], known=", ".join(known))
    if pretrained is not None and network != "auto":
        raise OptionError("reader.pretrained_network", given=repr(network)[:80])
    if network == "auto":
        network = "linear+lstm" if float(data.train.lengths.float().mean()) <= SHORT else "linear+conv"
    choices = Choices(network, None, 0, task, label_smoothing, metrics_of(metrics, task))
    settings = Settings.of({"batch_size": _batch_size(len(y)), **training})
    choices, model = _new(data, y, choices, pretrained, settings.seed)
    return _learner(data, model, choices, data.reading, settings, training.get("callbacks", ()), training.get("run"))


@dataclass(frozen=True)
class Choices:
    """What makes this classifier, apart from data and training, as config.json keeps it.

    Attributes:
        network: its name; None of one of the program's own, or of an encoder.
        encoder: how the language model's network is made again; None where there is none.
        ngrams: how many there are.
        task: what is told apart.
        label_smoothing: share.
        metrics: functions of (scores, y).
    """

    network: str | nn.Module | None
    encoder: dict[str, Any] | None
    ngrams: int
    task: OneOf
    label_smoothing: float
    metrics: tuple[Metric, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise OptionError("recogniser.smoothing", given=self.label_smoothing)

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null, as do metrics."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        names = [one.__name__ if KNOWN.get(one.__name__) is one else None for one in self.metrics]
        network = self.network if isinstance(self.network, str) else None
        return {**fields, "network": network, "task": task_state(self.task), "metrics": names}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Choices:
        """What `state` gave; metrics of the program's own are left out."""
        task = task_of(state["task"])
        if not isinstance(task, OneOf):
            raise CheckpointError("training.own_parts")
        metrics = tuple(KNOWN[name] for name in state["metrics"] if name is not None)
        return cls(**{**state, "task": task, "metrics": metrics})


def _labels(data: TextData) -> tuple[torch.Tensor, list[str]]:
    """Classes of the training texts, and their names."""
    if not isinstance(data, TextData):
        raise DataError("reader.not_texts", given=repr(data)[:80])
    if data.continuous:
        raise DataError("reader.continuous")
    if data.train.y is None:
        raise DataError("reader.no_labels")
    if data.classes is None:
        raise DataError("reader.numbers", given=f"{data.train.y.flatten()[0].item():g}")
    return data.train.y, data.classes


def _batch_size(texts: int) -> int:
    """A power of two that gives about `STEPS` batches."""
    size = SMALLEST
    while size < LARGEST and texts >= 2 * size * STEPS:
        size *= 2
    return size


def _new(data: TextData, y: torch.Tensor, choices: Choices, pretrained: Any, seed: int) -> tuple[Choices, nn.Module]:
    """The network as training finds it, and what is known of it then."""
    tokens, classes = data.tokens, choices.task.outputs
    if isinstance(choices.network, nn.Module):
        return choices, Whole(choices.network)
    with seeded(derive(seed, "weights")):
        if pretrained is not None:
            learnt = learnt_of(pretrained)
            check_tokens(learnt.tokens, tokens)
            choices = dataclasses.replace(choices, network=None, encoder=learnt.network.spec())
            return choices, encoded(learnt.network.spec(), tokens.pad, classes, learnt.network)
        leave = str(choices.network).startswith("linear+") and len(y) >= APART
        counts = count(data.train, LONGEST[tokens.level], classes, y, leave=leave)
        model = networks.reader(cast(Network, choices.network), counts, LONGEST[tokens.level], tokens.pad)
        return dataclasses.replace(choices, ngrams=len(counts.keys)), model


def _again(choices: Choices, reading: TextReading) -> nn.Module:
    """The network in its shape, before weights are put in."""
    tokens, classes = reading.tokens, choices.task.outputs
    if choices.encoder is not None:
        return encoded(choices.encoder, tokens.pad, classes)
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    k = choices.ngrams
    empty = Counts(torch.zeros(k, dtype=torch.int64), torch.zeros(k, classes), torch.zeros(classes))
    return networks.reader(cast(Network, choices.network), empty, LONGEST[tokens.level], tokens.pad)


def _learner(
    data: TextData | None,
    model: nn.Module,
    choices: Choices,
    reading: TextReading,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> TextClassifier:
    recipe = reading_of(choices.task, choices.metrics)
    return TextClassifier(
        data,
        model,
        recipe,
        task=choices.task,
        reading=reading,
        usual_fit="fit_one_cycle" if choices.encoder is None else "fine_tune",
        usual_epochs=EPOCHS,
        options={"smoothing": choices.label_smoothing},
        settings=settings,
        callbacks=[*callbacks, WriteReport()],
        run=run,
        name="classifier",
        config={
            "system": "classifier",
            "recipe": recipe.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def from_config(config: Mapping[str, Any], data: AnyData | None) -> TextClassifier:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network or metrics of the program's own, which a file can't hold.
    """
    choices = Choices.from_state(config["arguments"])
    if data is not None and not isinstance(data, TextData):
        raise DataError("reader.not_texts", given=repr(data)[:80])
    if data is not None and None in config["arguments"]["metrics"]:
        raise CheckpointError("training.own_parts")
    reading = data.reading if data is not None else reading_from(config["data"]["facts"].get("reading"))
    if not isinstance(reading, TextReading):
        raise CheckpointError("training.own_data", path=config["data"]["facts"].get("name"))
    settings = Settings.from_config(config)
    return _learner(data, _again(choices, reading), choices, reading, settings)
