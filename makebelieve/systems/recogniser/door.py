"""The doors: `mb.classifier(data)` and `mb.regressor(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack, get_args, overload

from torch import Tensor, nn

from makebelieve.data.augment import BatchTransform
from makebelieve.data.data import Data
from makebelieve.data.reading import Reading
from makebelieve.data.readings import reading_of, transforms_of
from makebelieve.data.text_data import TextData
from makebelieve.data.text_reading import TextReading
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.backbones import Backbone
from makebelieve.networks.transfer import Whole, transfer
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.recogniser import networks
from makebelieve.systems.recogniser.checks import check_classes, metrics_of
from makebelieve.systems.recogniser.learner import Recogniser
from makebelieve.systems.recogniser.metrics import KNOWN, Metric
from makebelieve.systems.recogniser.mixing import Mix
from makebelieve.systems.recogniser.recipes import recognition_of
from makebelieve.systems.recogniser.tasks import OneOf, SeveralOf, Task, balanced, spread, task_of, task_state
from makebelieve.systems.recogniser.texts.door import from_config as text_classifier_from_config
from makebelieve.systems.recogniser.texts.door import text_classifier
from makebelieve.systems.recogniser.texts.learner import TextClassifier
from makebelieve.training import Callback, Learner, Settings, TrainingOptions
from makebelieve.training.protocols import Data as AnyData
from makebelieve.training.randomness import derive, seeded

LARGEST_SMALL = 64  # pixels a side
BACKBONE = "resnet34"  # for larger pictures where nobody says which
SAMPLES = 16


@overload
def classifier(
    data: Data, network: str | nn.Module = ..., *, pretrained: bool | str | Path | None = ...,
    metrics: Metric | Sequence[Metric] = ..., balance: bool = ..., label_smoothing: float = ..., mix: Mix = ...,
    mix_strength: float = ..., **training: Unpack[TrainingOptions],
) -> Recogniser: ...  # fmt: skip
@overload
def classifier(
    data: TextData, network: str | nn.Module = ..., *, pretrained: Learner | str | Path | None = ...,
    metrics: Metric | Sequence[Metric] = ..., balance: bool = ..., label_smoothing: float = ...,
    **training: Unpack[TrainingOptions],
) -> TextClassifier: ...  # fmt: skip
def classifier(
    data: Data | TextData,
    network: str | nn.Module = "auto",
    *,
    pretrained: bool | str | Path | Learner | None = None,
    metrics: Metric | Sequence[Metric] = (),
    balance: bool = False,
    label_smoothing: float = 0.0,
    mix: Mix = "none",
    mix_strength: float = 0.4,
    **training: Unpack[TrainingOptions],
) -> Recogniser | TextClassifier:
    """A classifier for pictures, texts or rows of numbers: one class an item, or several where labels are lists.

    Args:
        data: labelled items.
        network: "small" or "small_resnet" (8 to 64 pixels), any name that torchvision or timm knows, "mlp" for rows of
            numbers, or a module of one's own, x to (n, classes). "auto" takes "small", for pictures above 64 pixels
            "resnet34". For texts "linear" (TF-IDF of n-grams), "conv", "lstm", or "auto", a linear model and a network.
        pretrained: whether a backbone begins with its published weights (by default it does), or a safetensors file
            with torchvision's or timm's parameter names. For texts a language model, or its run's folder: its encoder
            is kept and gets a new head, and the texts must be made with its tokens, `mb.text(…, tokens=model.tokens)`.
        metrics: what is reported after each epoch besides the loss: functions of (scores, y) such as `mb.error_rate`,
            which is the default.
        balance: weigh the losses of classes inversely to how often they are.
        label_smoothing: share of each label that is spread over all classes, in [0, 1).
        mix: "mixup" or "cutmix" mixes pairs of training items and their labels, "none" does not; not for texts.
        mix_strength: α in (0, 1] of Beta(α, α), the law of the shares; 1 mixes most.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used, or no network has that name.
        DataError: if items have no classes, or only one, or a class has no training item.
        MissingExtraError: if the backbone's package is not installed.
        DownloadError: if its weights can't be fetched.
    """
    if isinstance(data, TextData):
        if mix != "none":
            raise OptionError("recogniser.mix_texts", given=mix)
        return text_classifier(
            data, network, pretrained=pretrained, metrics=metrics, balance=balance, label_smoothing=label_smoothing,
            **training,
        )  # fmt: skip
    if isinstance(pretrained, Learner):
        raise OptionError("recogniser.pretrained_learner", given=type(pretrained).__name__)
    y, names = _labels(data), data.classes
    if names is None:
        raise DataError("recogniser.no_classes")
    check_classes(y, data.valid.y, names, several=data.several)
    task: Task = SeveralOf(tuple(names)) if data.several else OneOf(tuple(names), None)
    if balance:
        if data.several:
            raise OptionError("recogniser.balance_several")
        task = OneOf(tuple(names), balanced(y, len(names)))
    choices = Choices(network, pretrained, task, label_smoothing, mix, mix_strength, metrics_of(metrics, task))
    return _make("classifier", data, choices, training)


def regressor(
    data: Data,
    network: str | nn.Module = "auto",
    *,
    pretrained: bool | str | Path | None = None,
    metrics: Metric | Sequence[Metric] = (),
    **training: Unpack[TrainingOptions],
) -> Recogniser:
    """One or several numbers from a picture, or from a row of numbers.

    Targets are standardised for training; predictions and figures are in their units.

    Args:
        data: items whose labels are floats, or lists of floats of one length, or classes that are called by numbers.
        network: as for `mb.classifier`.
        pretrained: as for `mb.classifier`.
        metrics: what is reported after each epoch besides the loss: functions of (numbers, y); `mb.mae` by default.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used, or no network has that name.
        DataError: if labels are no numbers.
        MissingExtraError: if the backbone's package is not installed.
        DownloadError: if its weights can't be fetched.
    """
    _labels(data)
    data = data.as_numbers() if data.classes is not None else data
    task = spread(_labels(data))
    return _make(
        "regressor", data, Choices(network, pretrained, task, 0.0, "none", 0.4, metrics_of(metrics, task)), training
    )


@dataclass(frozen=True)
class Choices:
    """What makes this recogniser, apart from data and training, as config.json keeps it."""

    network: str | nn.Module | None
    pretrained: bool | str | Path | None
    task: Task
    label_smoothing: float
    mix: Mix
    mix_strength: float
    metrics: tuple[Metric, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.label_smoothing < 1:
            raise OptionError("recogniser.smoothing", given=self.label_smoothing)
        if self.mix not in get_args(Mix):
            raise OptionError("recogniser.mix", given=self.mix, known=", ".join(get_args(Mix)))
        if not 0 < self.mix_strength <= 1:
            raise OptionError("recogniser.strength", given=self.mix_strength)

    def options(self) -> dict[str, Any]:
        """Those of the recipe."""
        return {"smoothing": self.label_smoothing, "mix": self.mix, "strength": self.mix_strength}

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null, as do metrics."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        names = [one.__name__ if KNOWN.get(one.__name__) is one else None for one in self.metrics]
        return {
            **fields,
            "network": self.network if isinstance(self.network, str) else None,
            "pretrained": str(self.pretrained) if isinstance(self.pretrained, Path) else self.pretrained,
            "task": task_state(self.task),
            "metrics": names,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Choices:
        """What `state` gave; metrics of the program's own are left out."""
        metrics = tuple(KNOWN[name] for name in state["metrics"] if name is not None)
        return cls(**{**state, "task": task_of(state["task"]), "metrics": metrics})


def _labels(data: Data) -> Tensor:
    """The training labels."""
    if not isinstance(data, Data):
        raise DataError("training.not_data", given=repr(data)[:80])
    if data.labelled is not None:
        raise DataError("recogniser.few_labels")
    if data.train.y is None:
        raise DataError("recogniser.no_labels")
    return data.train.y


def _make(system: str, data: Data, choices: Choices, training: TrainingOptions) -> Recogniser:
    rows = data.train.x if len(data.shape) == 1 and isinstance(data.train.x, Tensor) else None
    if choices.mix == "cutmix" and len(data.shape) != 3:
        raise OptionError("recogniser.cutmix", shape=data.shape)
    if not isinstance(choices.network, (str, nn.Module)):
        raise OptionError("recogniser.network", given=repr(choices.network)[:80])
    choices = dataclasses.replace(choices, network=_chosen(choices.network, data))
    settings = Settings.of(training)
    model = _network(choices, data.shape, rows, settings.seed)
    return _learner(
        system, data, model, choices, data.shape, data.reading, data.batch_transforms, settings,
        callbacks=training.get("callbacks", ()), run=training.get("run"),
    )  # fmt: skip


def _learner(
    system: str,
    data: Data | None,
    model: nn.Module,
    choices: Choices,
    shape: tuple[int, ...],
    reading: Reading | None,
    transforms: Sequence[BatchTransform],
    settings: Settings,
    *,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> Recogniser:
    samples = [SaveSamples(lambda learn: learn.show_results(SAMPLES), captions=True)] if len(shape) == 3 else []
    recipe = recognition_of(choices.task, choices.metrics)
    return Recogniser(
        data,
        model,
        recipe,
        task=choices.task,
        shape=shape,
        reading=reading,
        transforms=transforms,
        mix=choices.mix,
        usual_fit="fine_tune" if _begins_learned(model, choices) else "fit_one_cycle",
        options=choices.options(),
        settings=settings,
        callbacks=[*samples, *callbacks, WriteReport()],
        run=run,
        name=system,
        config={
            "system": system,
            "recipe": recipe.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _begins_learned(model: nn.Module, choices: Choices) -> bool:
    return choices.pretrained is not False and isinstance(getattr(model, "body", None), Backbone)


def _chosen(network: str | nn.Module | None, data: Data) -> str | nn.Module | None:
    """The network's name where it was "auto": weights learnt from photos are no help with sounds or bytes."""
    if network != "auto":
        return network
    if len(data.shape) != 3:
        return "mlp"
    photos = data.reading is None or data.reading.kind == "pictures"
    return BACKBONE if photos and max(data.shape[1:]) > LARGEST_SMALL else "small"


def _network(choices: Choices, shape: tuple[int, ...], rows: Tensor | None, seed: int) -> nn.Module:
    network, outputs = choices.network, choices.task.outputs
    with seeded(derive(seed, "weights")):
        if network == "mlp" or (len(shape) != 3 and isinstance(network, str)):
            if len(shape) != 1 or network != "mlp":
                raise OptionError("recogniser.mlp", network=network, shape=shape)
            if choices.pretrained:
                raise OptionError("recogniser.mlp_pretrained", given=str(choices.pretrained))
            return networks.dense(rows, shape[0], outputs)
        if len(shape) != 3 and isinstance(network, nn.Module):
            return Whole(network)
        if network is None:
            raise CheckpointError("training.own_parts")
        size = shape[1], shape[2]
        return transfer(network, channels=shape[0], size=size, outputs=outputs, pretrained=choices.pretrained)


def from_config(config: Mapping[str, Any], data: AnyData | None) -> Recogniser | TextClassifier:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network or metrics of the program's own, which a file can't hold.
    """
    if (config["data"]["facts"].get("reading") or {}).get("kind") == TextReading.kind:
        return text_classifier_from_config(config, data)
    choices = Choices.from_state(config["arguments"])
    if data is not None and not isinstance(data, Data):
        raise DataError("training.not_data", given=repr(data)[:80])
    if data is not None and data.classes is not None and choices.task.classes is None:
        data = data.as_numbers()
    if data is not None and None in config["arguments"]["metrics"]:
        raise CheckpointError("training.own_parts")
    facts, settings = config["data"]["facts"], Settings.from_config(config)
    shape = tuple(facts["shape"])
    model = _network(dataclasses.replace(choices, pretrained=False), shape, None, settings.seed)
    reading = data.reading if data is not None else reading_of(facts.get("reading"))
    transforms = data.batch_transforms if data is not None else transforms_of(facts.get("augment"))
    return _learner(config["system"], data, model, choices, shape, reading, transforms, settings)
