"""The door: `mb.translator(data, task)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

import torch
from torch import Tensor, nn

from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.latent.laws import whole
from makebelieve.networks.features import Features, features_of
from makebelieve.networks.using import evaluating
from makebelieve.objectives.perceptual import content_distance
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.translator import recipes
from makebelieve.systems.translator.learner import Translator
from makebelieve.systems.translator.networks import Added, PatchCritic, UNet, seers
from makebelieve.systems.translator.tasks import Colourise, Enlarge, Restore, Task
from makebelieve.systems.translator.wear import Wear
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

TaskName = Literal["colourise", "enlarge", "restore", "pairs"]
Perceptual = str | tuple[str, str] | Features

SHOWN = 4  # rows of the sheets along the way
LOOKED_AT = 64  # items whose range is checked at the door
VALIDATED = 64  # items whose loss is taken after each epoch: of small sets epochs are short
FACTORS = (2, 3, 4)
CROPS = {"colourise": 112, "enlarge": 32, "restore": 64, "pairs": 112}  # of inputs
WIDTHS = {"colourise": 32, "enlarge": 48, "restore": 40, "pairs": 40}
LEAST_CROP, LEAST_JUDGED, MOST_CROP, MOST_WIDTH = 4, 16, 1024, 512
LAYER = "relu2_2"  # of a VGG: the content layer of Johnson et al. 2016 for enlarging


def translator(
    data: Data,
    task: TaskName | None = None,
    *,
    factor: int = 2,
    noise: float = 25 / 255,
    scratches: float = 0.0,
    dust: float = 0.0,
    network: nn.Module | None = None,
    width: int | None = None,
    backbone: str | None = None,
    crop: int | None = None,
    perceptual: Perceptual | None = None,
    perceptual_weight: float = 0.01,
    adversarial: float = 0.0,
    **training: Unpack[TrainingOptions],
) -> Translator:
    """A network that makes one picture of another: small to large, grey to colour, worn to clean, or as pairs show it.

    It learns from any pictures: the input is made from them by the task's own spoiling, anew at every step. From the
    truth alone it learns what is most likely in the mean, which is exact and a little soft; a critic makes it crisper
    and less exact.

    Args:
        data: pictures, (c, h, w) each, as `mb.images` gives them, or pairs, as `mb.pairs` does.
        task: "colourise" (grey to colour), "enlarge" (by `factor`), "restore" (against `noise`, `scratches`, `dust`);
            with pairs None or "pairs".
        factor: to enlarge by: 2, 3 or 4.
        noise: to restore from: deviation of Gaussian noise for values in [0, 1].
        scratches: to restore from: vertical lines in 100 pixels of width, in the mean, as old films have them.
        dust: to restore from: specks in 100 × 100 pixels, in the mean. At most 16 of each are on a picture.
        network: a module of your own: inputs (n, c, h, w) in [0, 1] to pictures, (n, c', f·h, f·w); to colourise, to
            a and b of CIE Lab over 100, (n, 2, h, w).
        width: channels at the finest level of the U-Net (one level, an EDSR, to enlarge); by default 32 to 48.
        backbone: a classifier of torchvision or timm, such as "mobilenet_v2", whose layers tell the U-Net what it sees:
            for colours, which depend on what a thing is. None by default, as it needs weights that may have to be
            fetched; not for enlarging.
        crop: side of the squares that it learns from, of the output; by default 64, to colourise or for pairs 112.
        perceptual: a network whose layer is to see output and truth alike too (Johnson et al. 2016): a VGG's name,
            such as "vgg16", or (name, layer), see `mb.layers`. None by default: it needs weights that may have to be
            fetched, it costs more than the U-Net itself, and what it gains in looks it loses in PSNR.
        perceptual_weight: its share, above 0.
        adversarial: weight of a critic of patches (pix2pix; Isola et al. 2017): 0 for none, theirs is 0.01.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`.

    Raises:
        OptionError: if an option can't be used.
        DataError: if the data are no pictures, or not those that the task needs.
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    facts = data.describe()
    name = _task_name(task, facts)
    choices = Choices(
        name, factor, noise, scratches, dust, network, width, backbone, crop, perceptual, perceptual_weight, adversarial
    )
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, facts, choices, Settings.of(training), callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this translator, apart from data and training: the door's arguments, as config.json keeps them."""

    task: TaskName
    factor: int
    noise: float
    scratches: float
    dust: float
    network: nn.Module | Literal["unet"] | None
    width: int | None
    backbone: str | None
    crop: int | None
    perceptual: Perceptual | None
    perceptual_weight: float
    adversarial: float

    def __post_init__(self) -> None:
        if self.factor not in FACTORS or isinstance(self.factor, bool):
            raise OptionError("translator.factor", given=self.factor)
        for name, most in (("noise", 1.0), ("scratches", 100.0), ("dust", 100.0)):
            _checked(name, getattr(self, name), 0, most)
        _checked("adversarial", self.adversarial, 0, 100)
        _checked("perceptual_weight", self.perceptual_weight, 0, 1e6)
        if self.width is not None:
            whole(self.width, 1, "translator.width", MOST_WIDTH)
        own = isinstance(self.network, nn.Module)
        if self.backbone is not None and (not isinstance(self.backbone, str) or self.task == "enlarge" or own):
            raise OptionError("translator.no_backbone", given=self.backbone)
        if not (own or self.network is None or self.network == "unet"):
            raise OptionError("translator.network", given=repr(self.network)[:80])
        layer = isinstance(self.perceptual, tuple) and [type(word) for word in self.perceptual] == [str, str]
        if not (layer or self.perceptual is None or isinstance(self.perceptual, str | Features)):
            raise OptionError("translator.perceptual", given=repr(self.perceptual)[:80])

    def state(self) -> dict[str, Any]:
        """For JSON; what is of the program's own becomes null, and a network so that it can be told from none."""
        told = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        own = isinstance(self.network, nn.Module)
        perceptual = "own" if isinstance(self.perceptual, Features) else self.perceptual
        return {**told, "network": None if own else "unet", "perceptual": perceptual}


def _checked(name: str, given: Any, least: float, most: float) -> None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise OptionError("translator.number", name=name, given=given, least=f"{least:g}", most=f"{most:g}")


def _task_name(task: str | None, facts: Mapping[str, Any]) -> TaskName:
    paired = facts.get("kind") == "pairs"
    if task is None and paired:
        return "pairs"
    if task not in get_args(TaskName):
        raise OptionError("translator.task", given=task, known=", ".join(get_args(TaskName)))
    if (task == "pairs") != paired:
        raise OptionError("translator.not_pairs" if task == "pairs" else "translator.are_pairs", task=task)
    return task  # type: ignore[return-value]  # one of them


def _make(
    data: Data | None,
    facts: Mapping[str, Any],
    choices: Choices,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
    *,
    pretrained: bool = True,
) -> Translator:
    shape = _shape(data, facts)
    task = _task(choices, shape, facts)
    crop = _crop(choices, task, shape)
    nets: dict[str, nn.Module] = {"model": _network(choices, task, settings.seed, pretrained=pretrained)}
    options: dict[str, Any] = {"task": task, "crop": crop}
    if choices.perceptual is not None and data is not None:
        options |= {"perceptual": _perceptual(choices.perceptual), "weight": choices.perceptual_weight}
    if choices.adversarial:
        options["adversarial"] = choices.adversarial
        with seeded(derive(settings.seed, "critic")):
            nets["critic"] = PatchCritic(task.plain(torch.zeros(1, task.given, 4, 4)).shape[1], task.made)
    recipe = recipes.pix2pix if choices.adversarial else recipes.pixelwise
    batch_size = settings.batch_size or recipe.batch_size
    return Translator(
        data,
        nets,
        recipe,
        optimizers={"model": recipes.DECAYING} if isinstance(task, Colourise) else None,
        task=task,
        shape=shape,
        crop=crop,
        options=options,
        settings=dataclasses.replace(settings, valid_batches=-(-VALIDATED // batch_size)),
        callbacks=[SaveSamples(lambda learn: learn.show_results(SHOWN), captions=True), *callbacks, WriteReport()],
        run=run,
        name="translator",
        config={
            "system": "translator",
            "recipe": recipe.__name__,
            "arguments": choices.state(),
            "training": settings.state(),
        },
    )


def _shape(data: Data | None, facts: Mapping[str, Any]) -> tuple[int, int, int]:
    """(c, h, w) of an item.

    Raises:
        DataError: the items are no pictures, or outside [0, 1].
    """
    shape = tuple(facts["shape"])
    if len(shape) != 3:
        raise DataError("translator.not_pictures", shape=shape)
    if data is not None:
        x = next(data.batches("train", min(LOOKED_AT, data.count("train")))).x
        low, high = float(x.min()), float(x.max())
        if not (low >= 0 and high <= 1):
            raise DataError("translator.outside", low=f"{low:.3g}", high=f"{high:.3g}")
    return shape[0], shape[1], shape[2]


def _task(choices: Choices, shape: tuple[int, int, int], facts: Mapping[str, Any]) -> Task:
    c = shape[0]
    if choices.task == "pairs":
        given, made = facts["channels"]
        return Task(given, made)
    if c not in (1, 3) or (choices.task == "colourise" and c != 3):
        raise DataError("translator.channels", task=choices.task, channels=c)
    if choices.task == "colourise":
        return Colourise(1, 3)
    if choices.task == "enlarge":
        return Enlarge(c, c, choices.factor)
    wear = Wear(choices.noise, choices.scratches, choices.dust)
    if wear == Wear(0.0):
        raise OptionError("translator.no_wear")
    return Restore(c, c, wear=wear)


def _crop(choices: Choices, task: Task, shape: tuple[int, int, int]) -> int:
    """The side of squares to learn from: a multiple of the factor, no longer than the pictures."""
    factor, side = task.factor, min(shape[1:])
    crop = choices.crop
    least = max(LEAST_CROP * factor, LEAST_JUDGED if choices.adversarial else 1)
    if crop is None:
        crop = min(CROPS[choices.task] * factor, side) // factor * factor
    fits = isinstance(crop, int) and not isinstance(crop, bool) and crop % factor == 0
    if not fits or not least <= crop <= min(side, MOST_CROP):
        raise OptionError("translator.crop", given=crop, least=least, factor=factor, side=side)
    return crop


def _network(choices: Choices, task: Task, seed: int, *, pretrained: bool) -> nn.Module:
    if isinstance(choices.network, nn.Module):
        return _tried(choices.network, task)
    w = choices.width or WIDTHS[choices.task]
    widths, blocks, patch = [w, 2 * w, 3 * w], [2, 2, 2], 2
    if isinstance(task, Enlarge):
        widths, blocks, patch = [w], [8], 1
    elif isinstance(task, Colourise):  # colours are coarse, and what a thing is shows in its surroundings
        widths, blocks, patch = [w, 2 * w, 3 * w, 4 * w], [1, 1, 2, 2], 4
    with seeded(derive(seed, "weights")):
        backbone, told = None, list[int]()
        if choices.backbone is not None:
            strides = [patch * 2**level for level in range(len(widths))]
            backbone, told = seers(choices.backbone, strides, pretrained=pretrained)
        options: dict[str, Any] = {"patch": patch, "factor": task.factor, "backbone": backbone, "told": told}
        return Added(UNet(task.given, task.found, widths, blocks, **options), task.base)


def _tried(network: nn.Module, task: Task) -> nn.Module:
    """A network of the program's own, after a look at what it makes of 32 × 32 pixels."""
    wanted = (2, task.found, 32 * task.factor, 32 * task.factor)
    try:
        with evaluating(network):
            found = tuple(network(torch.zeros(2, task.given, 32, 32)).shape)
    except RuntimeError as error:  # what torch raises where shapes don't fit
        raise OptionError("translator.own_network", wanted=wanted, found=str(error).splitlines()[0]) from error
    if found != wanted:
        raise OptionError("translator.own_network", wanted=wanted, found=found)
    return network


def _perceptual(asked: Perceptual) -> recipes.Perceptual:
    if isinstance(asked, Features):
        features = asked
    elif isinstance(asked, str):
        features = features_of(asked, [LAYER])
    else:
        backbone, layer = asked
        features = features_of(backbone, [layer])

    def distance(pictures: Tensor, truths: Tensor) -> Tensor:
        features.to(pictures.device)
        with torch.no_grad():
            wanted = features(truths)
        found = features(pictures)
        return torch.stack([content_distance(found[name], wanted[name]).mean() for name in features.names]).sum()

    return distance


def from_config(config: Mapping[str, Any], data: Data | None) -> Translator:
    """The learner that a run was made with; without data it can be used but not trained.

    Raises:
        CheckpointError: if the run had networks of the program's own, which a file can't hold.
    """
    arguments = dict(config["arguments"])
    if isinstance(arguments["perceptual"], list):
        arguments["perceptual"] = tuple(arguments["perceptual"])
    choices = Choices(**arguments)
    if choices.network is None or (choices.perceptual == "own" and data is not None):
        raise CheckpointError("training.own_parts")
    settings = Settings.from_config(config)
    return _make(data, config["data"]["facts"], choices, settings, pretrained=False)  # the checkpoint has the weights
