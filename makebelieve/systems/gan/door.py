"""The door: `mb.gan(data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack

from torch import nn

from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.evaluate.watch import Samples
from makebelieve.latent.laws import checked_latent
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.gan import networks, recipes
from makebelieve.systems.gan.health import Critic, draw
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.training import Callback, Recipe, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded
from makebelieve.training.recipe import Turns, with_defaults

Network = Literal["dcgan", "resnet", "mlp"]
Networks = tuple[nn.Module, nn.Module]

VALIDATED = 1000  # pictures that the critic is asked about after each epoch


def gan(
    data: Data,
    recipe: Recipe | Callable[..., Turns] = recipes.hinge,
    *,
    network: Network | Networks = "dcgan",
    latent: int = 64,
    conditional: bool = False,
    noise: Literal["gaussian", "uniform"] = "gaussian",
    label_smoothing: float = 0.0,
    label_noise: float = 0.0,
    options: Mapping[str, Any] | None = None,
    **training: Unpack[TrainingOptions],
) -> GanLearner:
    """A generative adversarial network for pictures.

    Args:
        data: pictures, (c, h, w) each.
        recipe: how generator and critic play: one of mb.recipes, or a generator function of your own.
        network: "dcgan" (convolutions), "resnet" (residual blocks), "mlp" (dense layers), or (generator, critic).
        latent: size of z, the random point that a picture is made from.
        conditional: whether a picture's class is chosen with label=; needs labelled data.
        noise: law of z, "gaussian" or "uniform" in [-1, 1].
        label_smoothing: for the minimax recipes: how far below 1 the target for real pictures lies, in [0, 1).
        label_noise: for the minimax recipes: share of pictures whose label is told wrongly to the critic, in [0, 0.5).
        options: further options of the recipe by name, such as {"penalty": 1.0}.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used, or not with this recipe.
        DataError: if the data are no pictures, or have no labels and `conditional` asks for them.
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    choices = Choices(network, latent, conditional, noise, label_smoothing, label_noise, options or {})
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, data.shape, data.classes, recipe, choices, Settings.of(training), callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this GAN, apart from data, recipe and training: arguments of `gan`, as config.json keeps them."""

    network: Network | Networks
    latent: int
    conditional: bool
    noise: str
    label_smoothing: float
    label_noise: float
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        checked_latent(self.latent)
        if self.noise not in ("gaussian", "uniform"):
            raise OptionError("gan.noise", given=self.noise)
        for name, most in (("label_smoothing", 1.0), ("label_noise", 0.5)):
            if not 0 <= getattr(self, name) < most:
                raise OptionError("gan.share", name=name, given=getattr(self, name), most=most)

    def for_recipe(self, recipe: Recipe) -> dict[str, Any]:
        """Options of the recipe that were asked for; one that it does not have is refused."""
        shares = {"label_smoothing": self.label_smoothing, "label_noise": self.label_noise}
        asked = {**self.options, **{name: share for name, share in shares.items() if share}}
        takes = inspect.signature(recipe).parameters
        for name in asked:
            if name not in takes:
                raise OptionError("gan.recipe_option", name=name, recipe=recipe.__name__)
        return asked

    def state(self) -> dict[str, Any]:
        """For JSON; networks of the program's own become null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {
            **fields,
            "network": self.network if isinstance(self.network, str) else None,
            "options": dict(self.options),
        }


def _make(
    data: Data | None,
    shape: tuple[int, ...],
    classes: list[str] | None,
    recipe: Recipe | Callable[..., Turns],
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> GanLearner:
    if isinstance(recipe, str):
        raise OptionError("gan.recipe_name", given=recipe, known=", ".join(recipes.__all__))
    recipe = with_defaults(recipe)
    if len(shape) != 3:
        raise DataError("gan.not_pictures", shape=shape)
    if choices.conditional and not classes:
        raise DataError("gan.no_labels")
    names = classes if choices.conditional else None
    told_apart = _told_apart(data, classes, recipe, choices)
    batch_size = settings.batch_size or recipe.batch_size
    if batch_size // settings.accumulate < 2:
        raise OptionError("gan.batch_size", given=batch_size, accumulate=settings.accumulate)
    settings = dataclasses.replace(settings, valid_batches=-(-VALIDATED // batch_size))
    known = recipe.__name__ in recipes.__all__ and getattr(recipes, recipe.__name__) is recipe
    generator, critic = _networks(choices.network, shape, choices.latent, names, told_apart, recipe, settings.seed)
    return GanLearner(
        data,
        {"generator": generator, "critic": critic},
        recipe,
        latent=choices.latent,
        law=choices.noise,
        shape=shape,
        classes=names,
        told_apart=told_apart,
        options=choices.for_recipe(recipe),
        settings=settings,
        checks=[Critic(), Samples(draw, players=("generator", "critic"))],
        callbacks=[SaveSamples(lambda learn: learn.generate(64, seed=0)), *callbacks, WriteReport()],
        run=run,
        name="gan",
        config={
            "system": "gan",
            "recipe": recipe.__name__ if known else None,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _told_apart(data: Data | None, classes: list[str] | None, recipe: Recipe, choices: Choices) -> list[str] | None:
    """The classes that the critic is to tell apart; None where it only tells real from fake."""
    if not recipe.networks.get("classifier"):
        if choices.conditional and getattr(data, "labelled", None) is not None:
            raise DataError("gan.few_labels", recipe=recipe.__name__)
        return None
    if not classes or len(classes) < 2:
        raise DataError("gan.no_classes", recipe=recipe.__name__)
    return classes


def _networks(
    network: Network | Networks,
    shape: tuple[int, ...],
    latent: int,
    classes: list[str] | None,
    told_apart: list[str] | None,
    recipe: Recipe,
    seed: int,
) -> Networks:
    if not isinstance(network, str):
        if len(network) != 2 or not all(isinstance(one, nn.Module) for one in network):
            raise OptionError("gan.network", given=repr(network)[:80], known="dcgan, resnet, mlp")
        if told_apart is not None and not hasattr(network[1], "features_of"):
            raise OptionError("gan.no_features", recipe=recipe.__name__)
        return network[0], network[1]
    builders = {"dcgan": networks.dcgan, "resnet": networks.resnet, "mlp": networks.mlp}
    if network not in builders:
        raise OptionError("gan.network", given=network, known=", ".join(builders))
    c, h, w = shape
    asked = {name: value for name, value in recipe.networks.items() if name != "classifier"}
    if told_apart is not None:
        asked["told_apart"] = len(told_apart)
    with seeded(derive(seed, "weights")):
        return builders[network]((c, h, w), latent, classes=len(classes) if classes else None, **asked)


def from_config(config: Mapping[str, Any], data: Data | None) -> GanLearner:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had a recipe or networks of the program's own, which a file can't hold.
    """
    name, choices = config["recipe"], Choices(**config["arguments"])
    if name not in recipes.__all__ or choices.network is None:
        raise CheckpointError("training.own_parts")
    facts, recipe = config["data"]["facts"], getattr(recipes, name)
    return _make(data, tuple(facts["shape"]), facts["classes"], recipe, choices, Settings.from_config(config))
