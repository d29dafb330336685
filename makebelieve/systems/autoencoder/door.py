"""The door: `mb.autoencoder(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

import torch
from torch import nn

from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.latent.laws import checked_latent
from makebelieve.networks.using import evaluating
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.autoencoder import networks
from makebelieve.systems.autoencoder.corruption import Corruption
from makebelieve.systems.autoencoder.learner import AutoencoderLearner
from makebelieve.systems.autoencoder.networks import Autoencoder
from makebelieve.systems.autoencoder.recipes import reconstruction
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

Network = Literal["dense", "conv"]
Networks = tuple[nn.Module, nn.Module]

SAMPLES = 32  # pictures of the sheets along the way
LOOKED_AT = 256  # pictures whose range is checked at the door
MOST_DEVIATION = 10.0  # of Gaussian noise on pictures in [0, 1]


def autoencoder(
    data: Data,
    *,
    network: Network | Networks = "dense",
    latent: int = 32,
    noise: float = 0.0,
    corruption: Corruption = "gaussian",
    **training: Unpack[TrainingOptions],
) -> AutoencoderLearner:
    """An autoencoder for pictures, or with `noise` a denoiser.

    Args:
        data: pictures, (c, h, w) each, with values in [0, 1].
        network: "dense" (one layer each way; with MNIST and 32 units the 784-32-784 of textbooks), "conv", or (encoder,
            decoder): x to z (n, …), and z to (n, c, h, w) whose sigmoid is the picture.
        latent: size of z; networks of one's own have theirs.
        noise: 0, or how much pictures are spoiled before they are cleaned, anew at every step, in training and
            validation alike: the deviation of Gaussian noise (0.55 on pixels in [0, 1] is a lot), or a share of the
            values in [0, 1).
        corruption: "gaussian" (added, then clipped to [0, 1]), "salt_and_pepper" (values set to 0 or 1), "masking" (0).
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no pictures, or are outside [0, 1].
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    choices = Choices(network, latent, noise, corruption)
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, data.shape, choices, Settings.of(training), callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this autoencoder, apart from data and training: the door's arguments, as config.json keeps them."""

    network: Network | Networks
    latent: int
    noise: float
    corruption: Corruption

    def __post_init__(self) -> None:
        checked_latent(self.latent)
        if self.corruption not in get_args(Corruption):
            raise OptionError("autoencoder.corruption", given=self.corruption, known=", ".join(get_args(Corruption)))
        number = isinstance(self.noise, int | float) and not isinstance(self.noise, bool)
        if self.corruption == "gaussian":
            if not number or not 0 <= self.noise <= MOST_DEVIATION:
                raise OptionError("autoencoder.deviation", given=self.noise, most=f"{MOST_DEVIATION:g}")
        elif not number or not 0 <= self.noise < 1:
            raise OptionError("autoencoder.share", given=self.noise, corruption=self.corruption)

    def state(self) -> dict[str, Any]:
        """For JSON; networks of the program's own become null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "network": self.network if isinstance(self.network, str) else None}


def _make(
    data: Data | None,
    shape: tuple[int, ...],
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> AutoencoderLearner:
    if len(shape) != 3:
        raise DataError("autoencoder.not_pictures", shape=shape)
    if data is not None:
        _check_range(data)
    c, h, w = shape
    model = _model(choices, (c, h, w), settings.seed)
    return AutoencoderLearner(
        data,
        model,
        reconstruction,
        optimizers={"model": partial(torch.optim.Adam, lr=_rate(shape))} if choices.network == "dense" else None,
        shape=(c, h, w),
        code=_code(model, (c, h, w)),
        noise=choices.noise,
        corruption=choices.corruption,
        options={"noise": choices.noise, "corruption": choices.corruption},
        settings=settings,
        callbacks=[SaveSamples(lambda learn: learn.show_results(SAMPLES)), *callbacks, WriteReport()],
        run=run,
        name="autoencoder",
        config={
            "system": "autoencoder",
            "recipe": reconstruction.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _model(choices: Choices, shape: tuple[int, int, int], seed: int) -> Autoencoder:
    network = choices.network
    if not isinstance(network, str):
        if len(network) != 2 or not all(isinstance(one, nn.Module) for one in network):
            raise OptionError("autoencoder.network", given=repr(network)[:80], known="dense, conv")
        return Autoencoder(*network)
    builders = {"dense": networks.dense, "conv": networks.conv}
    if network not in builders:
        raise OptionError("autoencoder.network", given=network, known=", ".join(builders))
    with seeded(derive(seed, "weights")):
        return Autoencoder(*builders[network](shape, choices.latent))


def _rate(shape: tuple[int, ...]) -> float:
    """For one dense layer each way: 0.01 for the 784 pixels of MNIST, less for more.

    Adam moves every weight by about the rate, so what a unit adds up moves by the rate times the number of pixels.
    """
    return 0.01 * min(1.0, 784 / math.prod(shape))


def _code(model: Autoencoder, shape: tuple[int, int, int]) -> tuple[int, ...]:
    """Shape of one picture's z, found by sending two black pictures through."""
    x = torch.zeros(2, *shape)
    try:
        with evaluating(model):
            z = model.encode(x)
            back = tuple(model.decode(z).shape)
    except RuntimeError as error:  # what torch raises where shapes don't fit
        raise OptionError("autoencoder.own_networks", shape=shape, reason=str(error).splitlines()[0]) from error
    if back != tuple(x.shape):
        raise OptionError("autoencoder.own_networks", shape=shape, reason=f"{tuple(x.shape)} → {back}")
    return tuple(z.shape[1:])


def _check_range(data: Data) -> None:
    """No sigmoid reaches values outside [0, 1]."""
    x = next(data.batches("train", min(LOOKED_AT, data.count("train")))).x
    low, high = float(x.min()), float(x.max())
    if not (low >= 0 and high <= 1):
        raise DataError("autoencoder.outside", low=f"{low:.3g}", high=f"{high:.3g}")


def from_config(config: Mapping[str, Any], data: Data | None) -> AutoencoderLearner:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had networks of the program's own, which a file can't hold.
    """
    choices = Choices(**config["arguments"])
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    return _make(data, tuple(config["data"]["facts"]["shape"]), choices, Settings.from_config(config))
