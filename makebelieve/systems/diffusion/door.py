"""The door: `mb.diffusion(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack

from torch import Tensor, nn

from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.evaluate.watch import Samples
from makebelieve.latent.laws import whole
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.diffusion.flow import to_signed
from makebelieve.systems.diffusion.learner import DiffusionLearner
from makebelieve.systems.diffusion.networks import UNet, unet
from makebelieve.systems.diffusion.recipes import flow_matching
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

Network = Literal["unet"]

MOST_WIDTH = 1024
LEAST_SPREAD = 0.1  # of a pixel, which may be the same in all that were measured
VALIDATED = 2000  # pictures whose loss is taken after each epoch
GLANCE, GLANCED = 4, 128  # steps of the solver, and pictures, for a look while it trains
MEASURED = 2000  # pictures that mean and deviation are taken from


def diffusion(
    data: Data,
    *,
    network: Network | nn.Module = "unet",
    width: int = 64,
    conditional: bool = False,
    unlabelled: float = 0.1,
    **training: Unpack[TrainingOptions],
) -> DiffusionLearner:
    """A small diffusion model for pictures, trained by flow matching (Lipman et al. 2023; Liu, Gong & Liu 2023).

    Args:
        data: pictures, (c, h, w) each.
        network: "unet", or a module of your own, called with z (n, c, h, w) in the flow's scale, where pictures are in
            [−1, 1], times t (n,) in [0, 1] and, where it has an attribute `unlabelled`, class indices y (n,), one of
            which, `unlabelled`, means no label; it gives the velocity, (n, c, h, w).
        width: of the U-Net: channels at a quarter of the picture's side.
        conditional: whether a picture's class is chosen with label=; needs labelled data.
        unlabelled: for a conditional model: share of pictures, in [0, 1), whose label is hidden in training, which
            guidance= needs.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no pictures, or have no labels and `conditional` asks for them.
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    choices = Choices(network, width, conditional, unlabelled)
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, data.shape, data.classes, choices, Settings.of(training), callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this model, apart from data and training: arguments of `diffusion`, as config.json keeps them."""

    network: Network | nn.Module | None
    width: int
    conditional: bool
    unlabelled: float

    def __post_init__(self) -> None:
        whole(self.width, 1, "diffusion.width", MOST_WIDTH)
        if not (isinstance(self.unlabelled, int | float) and 0 <= self.unlabelled < 1):
            raise OptionError("diffusion.unlabelled", given=self.unlabelled)

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "network": self.network if isinstance(self.network, str) else None}


def _make(
    data: Data | None,
    shape: tuple[int, ...],
    classes: list[str] | None,
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> DiffusionLearner:
    if len(shape) != 3:
        raise DataError("diffusion.not_pictures", shape=shape)
    if choices.conditional and not classes:
        raise DataError("diffusion.no_labels")
    names = classes if choices.conditional else None
    batch_size = settings.batch_size or flow_matching.batch_size
    settings = dataclasses.replace(settings, valid_batches=-(-VALIDATED // batch_size))
    return DiffusionLearner(
        data,
        {"model": _network(choices, shape, names, data, settings.seed)},
        flow_matching,
        shape=shape,
        classes=names,
        options={"unlabelled": choices.unlabelled},
        settings=settings,
        checks=[Samples(_glance, n=GLANCED)],
        callbacks=[SaveSamples(lambda learn: learn.generate(64, seed=0, steps=GLANCE)), *callbacks, WriteReport()],
        run=run,
        name="diffusion",
        config={
            "system": "diffusion",
            "recipe": flow_matching.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _glance(learn: DiffusionLearner, n: int) -> Tensor:
    return learn.generate(n, seed=0, steps=GLANCE).tensor


def _network(
    choices: Choices, shape: tuple[int, ...], classes: list[str] | None, data: Data | None, seed: int
) -> nn.Module:
    if isinstance(choices.network, nn.Module):
        if hasattr(choices.network, "unlabelled") != choices.conditional:
            raise OptionError("diffusion.own_labels", conditional=choices.conditional)
        return choices.network
    if choices.network != "unet":
        raise OptionError("diffusion.network", given=repr(choices.network)[:80])
    c, h, w = shape
    with seeded(derive(seed, "weights")):
        model = unet((c, h, w), choices.width, classes=len(classes) if classes else None)
    if data is not None:
        _measure(model, data, seed)
    return model


def _measure(model: UNet, data: Data, seed: int) -> None:
    """Tells the network mean and deviation of each pixel of the data; a checkpoint has them."""
    count = min(MEASURED, data.count("train"))
    x = to_signed(next(data.batches("train", count, seed=derive(seed, "measure"))).x).cpu()
    model.centre.copy_(x.mean(0))
    model.spread.copy_(x.std(0, correction=0).clamp(min=LEAST_SPREAD))


def from_config(config: Mapping[str, Any], data: Data | None) -> DiffusionLearner:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a network of the program's own, which a file can't hold.
    """
    choices = Choices(**config["arguments"])
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    facts = config["data"]["facts"]
    return _make(data, tuple(facts["shape"]), facts["classes"], choices, Settings.from_config(config))
