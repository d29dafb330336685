"""What makes a stylised picture, apart from the pictures: checked once, and kept in a run's config.json."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, get_args

from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.features import check_backbone

Init = Literal["content", "noise"]
Optimizer = Literal["lbfgs", "adam"]
Layers = str | Sequence[str] | Mapping[str, float] | None

CONTENT_LAYERS = ("relu4_2",)  # those of Gatys et al. 2016, of a VGG
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
COARSEST = 128  # pixels of the longer side, about
STEPS: Mapping[Optimizer, int] = {"lbfgs": 60, "adam": 100}


@dataclass(frozen=True)
class Choices:
    """The arguments of `style` but for the pictures.

    Attributes:
        backbone: name of the network; None for one of the program's own.
        content_layers: shares by layer, adding up to 1.
        style_layers: likewise.
        shares: of the styles, adding up to 1.
    """

    backbone: str | None
    content_layers: dict[str, float]
    style_layers: dict[str, float]
    content_weight: float
    style_weight: float
    tv_weight: float
    init: Init
    optimizer: Optimizer
    size: int | None
    scales: int | None
    steps: int | list[int] | None
    preserve_colour: bool
    shares: list[float]
    pretrained: bool | str
    frames: int

    def __post_init__(self) -> None:
        for name in ("content_weight", "style_weight", "tv_weight"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 <= value < math.inf:
                raise OptionError("style.weight", name=name, given=value)
        if not self.content_weight + self.style_weight > 0:
            raise OptionError("style.no_weight")
        for name, known in (("init", get_args(Init)), ("optimizer", get_args(Optimizer))):
            if getattr(self, name) not in known:
                raise OptionError("style.one_of", name=name, given=getattr(self, name), known=", ".join(known))
        for name, least in (("size", 1), ("scales", 1), ("frames", 0)):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
                raise OptionError("style.whole", name=name, given=value, least=least)
        each = self.steps if isinstance(self.steps, list) else [1 if self.steps is None else self.steps]
        if not each or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 1 for n in each):
            raise OptionError("style.steps", given=self.steps)

    @classmethod
    def of(
        cls,
        *,
        backbone: str | nn.Module,
        content_layers: Layers,
        style_layers: Layers,
        steps: int | Sequence[int] | None,
        pretrained: bool | str | Path,
        **more: Any,
    ) -> Self:
        """From the arguments as people give them.

        Raises:
            OptionError: one of them can't be used.
        """
        layered = isinstance(backbone, str) and backbone.startswith("vgg")
        if not layered and (content_layers is None or style_layers is None):
            check_backbone(backbone)
            network = backbone if isinstance(backbone, str) else type(backbone).__name__
            raise OptionError("style.which_layers", network=network)
        return cls(
            backbone=backbone if isinstance(backbone, str) else None,
            content_layers=_weighted("content_layers", CONTENT_LAYERS if content_layers is None else content_layers),
            style_layers=_weighted("style_layers", STYLE_LAYERS if style_layers is None else style_layers),
            steps=list(steps) if isinstance(steps, list | tuple) else steps,  # type: ignore[arg-type]
            pretrained=str(pretrained) if isinstance(pretrained, Path) else pretrained,
            **more,
        )

    @property
    def layers(self) -> list[str]:
        return list(dict.fromkeys([*self.style_layers, *self.content_layers]))

    def scales_for(self, content: Tensor) -> int:
        """How many sizes, each half of the next.

        Raises:
            OptionError: more were asked for than lead down to one pixel.
        """
        h, w = content.shape[-2:]
        if self.scales is None:
            return 1 + max(0, round(math.log2(max(h, w) / COARSEST)))
        if self.scales > max(h, w).bit_length():
            raise OptionError("style.scales", given=self.scales, height=1, width=1)
        return self.scales

    def steps_for(self, scales: int) -> list[int]:
        """Of each scale.

        Raises:
            OptionError: they are not as many as the scales.
        """
        steps = STEPS[self.optimizer] if self.steps is None else self.steps
        if isinstance(steps, list) and len(steps) != scales:
            raise OptionError("style.steps_scales", given=steps, count=len(steps), scales=scales)
        return steps if isinstance(steps, list) else [steps] * scales

    def state(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(**state)


def _weighted(name: str, layers: str | Sequence[str] | Mapping[str, float]) -> dict[str, float]:
    """Shares by layer, adding up to 1."""
    if isinstance(layers, str):
        layers = [layers]
    if not isinstance(layers, Sequence | Mapping):
        raise OptionError("style.layers", name=name, given=layers)
    shares = dict(layers) if isinstance(layers, Mapping) else dict.fromkeys(layers, 1.0)
    usable = all(isinstance(share, int | float) and 0 < share < math.inf for share in shares.values())
    if not shares or not usable or not all(isinstance(layer, str) for layer in shares):
        raise OptionError("style.layers", name=name, given=layers)
    return {layer: share / sum(shares.values()) for layer, share in shares.items()}
