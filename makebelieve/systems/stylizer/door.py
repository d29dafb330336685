"""The door: `mb.stylizer(style, data)`, and the way back from a run's config.json."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from torch import nn

from makebelieve.art.reading import Picture, read_picture, resized
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.networks.features import features_of
from makebelieve.report import SaveSamples, WriteReport
from makebelieve.systems.stylizer.learner import Stylizer
from makebelieve.systems.stylizer.networks import StyleNetwork
from makebelieve.systems.stylizer.recipes import perceptual
from makebelieve.systems.stylizer.targets import Perception, Targets
from makebelieve.training import Callback, Settings, TrainingOptions
from makebelieve.training.protocols import Data
from makebelieve.training.randomness import derive, seeded

Shares = str | Sequence[str] | Mapping[str, float]

SAMPLES = 4  # pictures of the sheets along the way
CLIP = 3.0  # of the gradient's norm, where none is given
LOOKED_AT = 64  # pictures whose range is checked at the door
MOST_WIDTH, MOST_BLOCKS, MOST_SIDE, MOST_STEPS = 512, 32, 2048, 10**6

# by how a network's name begins: the style's layers, from fine to coarse, and that of the content
LAYERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "vgg": (("relu1_1", "relu2_1", "relu3_1"), "relu3_1"),
    "squeezenet": (("features.1", "features.3", "features.6"), "features.6"),
    "mobilenet_v2": (("features.1", "features.3", "features.6"), "features.3"),
}


def stylizer(
    style: Picture,
    data: Data,
    *,
    backbone: str | nn.Module = "vgg19",
    pretrained: bool | str | Path = True,
    style_layers: Shares | None = None,
    content_layer: str | None = None,
    style_weight: float = 10.0,
    content_weight: float = 1.0,
    tv_weight: float = 0.0,
    warm_up: int = 100,
    style_size: int = 256,
    width: int = 32,
    blocks: int = 5,
    **training: Unpack[TrainingOptions],
) -> Stylizer:
    """A network that paints any picture in one style, in one pass; it is trained once for that style.

    Losses compare what the layers of a trained classifier make of pictures: of the style its Gram matrices, of the
    content its maps (Johnson, Alahi & Fei-Fei 2016). Both are measured as shares, 1 being far off, so that the same
    weights serve any classifier.

    Args:
        style: a painting: a file, a PIL image, an array, a tensor or `Pictures` of one.
        data: pictures to learn from, (1 or 3, h, w) each, of any content; labels play no part.
        backbone: the classifier: a name of torchvision or timm, or a module of pictures (n, 3, h, w) in [0, 1]. VGGs,
            squeezenets and mobilenet_v2 have usual layers; for others layers are named.
        pretrained: True for published weights, False for random ones, or a safetensors file, which may end behind the
            deepest of the layers. A module has its own.
        style_layers: one name, several, or shares by name; as `mb.layers(backbone)` lists them. The first ones see
            colours and grain, deeper ones strokes and figures.
        content_layer: a name; the deeper, the freer the picture.
        style_weight: of the style loss: 3 tints a photo, 15 repaints it.
        content_weight: of the content loss.
        tv_weight: of total variation, which smooths.
        warm_up: steps through which the style's weight grows from 0.
        style_size: pixels of the painting's shorter side, as which it is seen; never enlarged. Strokes come out as
            large as they are there, whatever the size of the pictures.
        width: channels of the network at half a picture's side; twice as many at a quarter. 64 is the paper's.
        blocks: residual blocks.
        training: how to train: batch_size, learning_rate, seed, device, …, see `mb.TrainingOptions`. Gradients are
            clipped at a norm of 3 unless `clip` says otherwise.

    Raises:
        OptionError: if an option can't be used, or the network has no such layer.
        DataError: if the style is no picture, or the data are none, or outside [0, 1].
        DownloadError: the weights are not in the cache and can't be fetched.
        MissingExtraError: torchvision is not installed.
    """
    if not hasattr(data, "batches"):
        raise DataError("training.not_data", given=repr(data)[:80])
    if not isinstance(pretrained, bool | str | Path):
        raise OptionError("networks.pretrained", given=pretrained)
    named, content = _layers(backbone, style_layers, content_layer)
    choices = Choices(
        backbone, pretrained if isinstance(pretrained, bool) else str(Path(pretrained).expanduser().absolute()),
        named, content, style_weight, content_weight, tv_weight, warm_up, style_size, width, blocks,
    )  # fmt: skip
    settings = Settings.of({"clip": CLIP, **training})
    painting = read_picture(style)
    h, w = painting.shape[-2:]
    scale = min(1.0, style_size / min(h, w))
    perception = _perception(choices, settings.seed)
    targets = perception.targets(resized(painting, (round(h * scale), round(w * scale))))
    callbacks, run = training.get("callbacks", ()), training.get("run")
    return _make(data, data.shape, choices, settings, targets, perception, callbacks, run)


@dataclass(frozen=True)
class Choices:
    """What makes this stylizer, apart from style, data and training, as config.json keeps it."""

    backbone: str | nn.Module
    pretrained: bool | str
    style_layers: Mapping[str, float]
    content_layer: str
    style_weight: float
    content_weight: float
    tv_weight: float
    warm_up: int
    style_size: int
    width: int
    blocks: int

    def __post_init__(self) -> None:
        for name in ("style_weight", "content_weight", "tv_weight"):
            value = getattr(self, name)
            least = 0 if name == "tv_weight" else 1e-12
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < math.inf:
                raise OptionError("stylizer.weight", name=name, given=value)
        for name, least, most in (
            ("warm_up", 0, MOST_STEPS), ("style_size", 16, MOST_SIDE),
            ("width", 1, MOST_WIDTH), ("blocks", 0, MOST_BLOCKS),
        ):  # fmt: skip
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise OptionError("stylizer.whole", name=name, given=value, least=least, most=most)
        if isinstance(self.backbone, nn.Module) and self.pretrained is not True:
            raise OptionError(
                "networks.own_pretrained", pretrained=self.pretrained, network=type(self.backbone).__name__
            )

    def state(self) -> dict[str, Any]:
        """For JSON; a network of the program's own becomes null."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "backbone": self.backbone if isinstance(self.backbone, str) else None}


def _layers(backbone: str | nn.Module, style: Shares | None, content: str | None) -> tuple[dict[str, float], str]:
    """The style's layers with their shares, and the content's; the usual ones where none are given."""
    name = backbone if isinstance(backbone, str) else ""
    usual = next((layers for start, layers in LAYERS.items() if name.startswith(start)), None)
    if usual is None and (style is None or content is None):
        raise OptionError("stylizer.layers", backbone=name or type(backbone).__name__)
    style = usual[0] if usual is not None and style is None else style or ()
    content = usual[1] if usual is not None and content is None else content or ""
    if not isinstance(style, str | Mapping | Sequence):
        raise OptionError("stylizer.style_layers", given=repr(style)[:80])
    shares = (
        dict(style) if isinstance(style, Mapping) else dict.fromkeys([style] if isinstance(style, str) else style, 1)
    )
    for layer, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < math.inf:
            raise OptionError("stylizer.share", layer=layer, given=share)
    if not shares:
        raise OptionError("stylizer.layers", backbone=name or type(backbone).__name__)
    return {layer: float(share) for layer, share in shares.items()}, content


def _perception(choices: Choices, seed: int) -> Perception:
    style, content = list(choices.style_layers), choices.content_layer
    with seeded(derive(seed, "backbone")):
        features = features_of(choices.backbone, [*style, content], pretrained=choices.pretrained)
    with seeded(derive(seed, "backbone")):
        shallow = features_of(choices.backbone, [content], pretrained=choices.pretrained)
    name = choices.backbone if isinstance(choices.backbone, str) else type(choices.backbone).__name__
    return Perception(features, shallow, choices.style_layers, content, name)


def _make(
    data: Data | None,
    shape: tuple[int, ...],
    choices: Choices,
    settings: Settings,
    targets: Targets,
    perception: Perception | None,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> Stylizer:
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise DataError("stylizer.not_pictures", shape=shape)
    if data is not None:
        _check_range(data)
    with seeded(derive(settings.seed, "weights")):
        model = StyleNetwork(choices.width, choices.blocks)
    weights = {name: getattr(choices, name) for name in ("content_weight", "style_weight", "tv_weight", "warm_up")}
    return Stylizer(
        data,
        model,
        targets,
        perceptual,
        perception=perception,
        options=weights,
        settings=settings,
        callbacks=[SaveSamples(lambda learn: learn.show_results(SAMPLES)), *callbacks, WriteReport()],
        run=run,
        name="stylizer",
        config={
            "system": "stylizer",
            "recipe": perceptual.__name__,
            "arguments": choices.state(),
            "style": {"channels": list(targets.channels), "size": list(targets.size)},
            "training": settings.state(),
        },
    )


def _check_range(data: Data) -> None:
    x = next(data.batches("train", min(LOOKED_AT, data.count("train")))).x
    low, high = float(x.min()), float(x.max())
    if not (low >= 0 and high <= 1):
        raise DataError("data.outside_unit", low=f"{low:.3g}", high=f"{high:.3g}")


def from_config(config: Mapping[str, Any], data: Data | None) -> Stylizer:
    """The learner that a run was made with; without data it can be used but not trained, and needs no backbone.

    Raises:
        CheckpointError: if it is to be trained further and saw by a network of the program's own.
    """
    choices, settings = Choices(**config["arguments"]), Settings.from_config(config)
    if data is not None and choices.backbone is None:
        raise CheckpointError("training.own_parts")
    targets = Targets(config["style"]["channels"], tuple(config["style"]["size"]))
    perception = None if data is None else _perception(choices, settings.seed)
    return _make(data, tuple(config["data"]["facts"]["shape"]), choices, settings, targets, perception)
