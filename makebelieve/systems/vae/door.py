"""The door: `mb.vae(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack

import torch
from torch import Tensor, nn

from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.evaluate.watch import Samples
from makebelieve.latent.laws import checked_latent
from makebelieve.pictures import Pictures
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.vae import networks
from makebelieve.systems.vae.health import PosteriorCollapse, draw
from makebelieve.systems.vae.learner import VaeLearner
from makebelieve.systems.vae.networks import Likelihood, Vae
from makebelieve.systems.vae.recipes import elbo
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

Network = Literal["conv", "dense"]
Networks = tuple[nn.Module, nn.Module]

LOOKED_AT = 256  # pictures whose range is checked at the door


def vae(
    data: Data,
    *,
    latent: int = 2,
    network: Network | Networks = "conv",
    likelihood: Likelihood = "bernoulli",
    beta: float = 1.0,
    warm_up: int = 0,
    free_bits: float = 0.0,
    conditional: bool = False,
    binarise: bool = False,
    **training: Unpack[TrainingOptions],
) -> VaeLearner:
    """A variational autoencoder for pictures.

    Args:
        data: pictures, (c, h, w) each, with values in [0, 1].
        latent: size of z.
        network: "conv" (convolutions), "dense" (dense layers), or (encoder, decoder): x to (n, 2 · latent), the means
            and then the log variances of q(z | x), and z to (n, c, h, w) whose sigmoid is the picture; both are given y
            too where the model is conditional.
        likelihood: p(x | z): "bernoulli", or "gaussian" with one learned variance.
        beta: weight of the KL.
        warm_up: steps through which that weight grows from 0.
        free_bits: nats of KL that each unit of z has for free.
        conditional: whether a picture's class is chosen with label=; needs labelled data.
        binarise: whether each pixel is drawn anew as 0 or 1 at each step, with its value as the chance of 1 (dynamic
            binarisation); figures are then of pixels so drawn.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no pictures, are outside [0, 1], or have no labels and `conditional` asks for them.
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    choices = Choices(network, latent, likelihood, beta, warm_up, free_bits, conditional, binarise)
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, data.shape, data.classes, choices, Settings.of(training), callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this VAE, apart from data and training: arguments of `vae`, as config.json keeps them."""

    network: Network | Networks
    latent: int
    likelihood: Likelihood
    beta: float
    warm_up: int
    free_bits: float
    conditional: bool
    binarise: bool

    def __post_init__(self) -> None:
        checked_latent(self.latent)
        if self.likelihood not in ("bernoulli", "gaussian"):
            raise OptionError("vae.likelihood", given=self.likelihood)
        for name in ("beta", "warm_up", "free_bits"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
                raise OptionError("vae.not_negative", name=name, given=value)
        if self.warm_up != int(self.warm_up):
            raise OptionError("vae.warm_up", given=self.warm_up)
        if self.binarise and self.likelihood != "bernoulli":
            raise OptionError("vae.binarise")

    def for_recipe(self) -> dict[str, Any]:
        """Options of the recipe."""
        names = ("beta", "warm_up", "free_bits", "conditional", "binarise")
        return {name: getattr(self, name) for name in names}

    def state(self) -> dict[str, Any]:
        """For JSON; networks of the program's own become null."""
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
) -> VaeLearner:
    if len(shape) != 3:
        raise DataError("vae.not_pictures", shape=shape)
    if choices.conditional and not classes:
        raise DataError("vae.no_labels")
    names = classes if choices.conditional else None
    if data is not None:
        _check_first_batch(data, choices.conditional)
    encoder, decoder = _networks(choices, shape, names, settings.seed)
    prior = _class_shares(data, len(names)) if names else None
    return VaeLearner(
        data,
        Vae(encoder, decoder, choices.likelihood, prior),
        elbo,
        latent=choices.latent,
        shape=shape,
        classes=names,
        binarise=choices.binarise,
        options=choices.for_recipe(),
        settings=settings,
        checks=[PosteriorCollapse(choices.latent), Samples(draw, players=("model",))],
        callbacks=[SaveSamples(_samples), *callbacks, WriteReport()],
        run=run,
        name="vae",
        config={
            "system": "vae",
            "recipe": elbo.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _networks(choices: Choices, shape: tuple[int, ...], classes: list[str] | None, seed: int) -> Networks:
    network = choices.network
    if not isinstance(network, str):
        if len(network) != 2 or not all(isinstance(one, nn.Module) for one in network):
            raise OptionError("vae.network", given=repr(network)[:80], known="conv, dense")
        return network[0], network[1]
    builders = {"conv": networks.conv, "dense": networks.dense}
    if network not in builders:
        raise OptionError("vae.network", given=network, known=", ".join(builders))
    c, h, w = shape
    with seeded(derive(seed, "weights")):
        return builders[network]((c, h, w), choices.latent, classes=len(classes) if classes else None)


def _check_first_batch(data: Data, conditional: bool) -> None:
    """Values outside [0, 1] have no Bernoulli likelihood, and no sigmoid reaches them; hidden labels teach nothing."""
    batch = next(data.batches("train", min(LOOKED_AT, data.count("train"))))
    low, high = float(batch.x.min()), float(batch.x.max())
    if not (low >= 0 and high <= 1):
        raise DataError("vae.outside", low=f"{low:.3g}", high=f"{high:.3g}")
    if conditional and batch.y is None:
        raise DataError("vae.hidden_labels")


def _class_shares(data: Data | None, classes: int) -> Tensor:
    """p(y), (classes,): how often each class is in the training data, or alike where that can't be counted."""
    y = getattr(getattr(data, "train", None), "y", None)
    counts = torch.bincount(y, minlength=classes) if isinstance(y, Tensor) else torch.ones(classes)
    return (counts / counts.sum()).clamp(min=1e-6)


def _samples(learn: VaeLearner) -> Pictures:
    return learn.grid(12) if learn.latent == 2 and learn.classes is None else learn.generate(64, seed=0)


def from_config(config: Mapping[str, Any], data: Data | None) -> VaeLearner:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had networks of the program's own, which a file can't hold.
    """
    choices = Choices(**config["arguments"])
    if choices.network is None:
        raise CheckpointError("training.own_parts")
    facts = config["data"]["facts"]
    return _make(data, tuple(facts["shape"]), facts["classes"], choices, Settings.from_config(config))
