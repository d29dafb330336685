"""Painting a content picture in the style of others: `style`, and the way back from a run's config.json."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.art.aims import Aims
from makebelieve.art.artwork import Artwork
from makebelieve.art.ascent import octave_sizes
from makebelieve.art.canvas import Canvas, Still
from makebelieve.art.choices import Choices, Init, Optimizer
from makebelieve.art.colour import luma, matched, with_chroma
from makebelieve.art.frames import FRAMES, KeepFrames, Preview
from makebelieve.art.learner import ArtLearner, scale_name
from makebelieve.art.memory import bytes_of, tell
from makebelieve.art.reading import Picture, Size, read_picture, resized
from makebelieve.errors import CheckpointError, DataError, OptionError
from makebelieve.messages import say
from makebelieve.networks.features import Features, features_of
from makebelieve.networks.folding import lighten
from makebelieve.ops import total_variation
from makebelieve.training import Callback, Saving, Settings
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Batch
from makebelieve.training.randomness import derive, seeded
from makebelieve.training.recipe import Networks, OptimizerFactory, Run, Turns, recipe

log = logging.getLogger(__name__)

PROBE = 224  # pixels a side, at most, of what a network is tried on
BYTES_A_PIXEL = 12  # three floats
PICTURES_HELD = 6  # of full size: canvas, gradient, what is sent through, content, its resized copy, and what is shown
REMEMBERED = 10  # pairs of steps and changes of the gradient that L-BFGS keeps, each as large as the picture


def style(
    content: Picture,
    style: Picture | None = None,
    *,
    backbone: str | nn.Module = "vgg19",
    content_layers: str | Sequence[str] | Mapping[str, float] | None = None,
    style_layers: str | Sequence[str] | Mapping[str, float] | None = None,
    content_weight: float = 1.0,
    style_weight: float = 40.0,
    tv_weight: float = 1.0,
    init: Init = "content",
    optimizer: Optimizer = "lbfgs",
    learning_rate: float | None = None,
    size: int | None = 512,
    scales: int | None = None,
    steps: int | Sequence[int] | None = None,
    preserve_colour: bool = False,
    styles: Sequence[Picture] | Sequence[tuple[Picture, float]] | None = None,
    mask: Picture | Sequence[Picture] | None = None,
    pretrained: bool | str | Path = True,
    frames: int = FRAMES,
    seed: int = 42,
    device: str = "auto",
    precision: str = "auto",
    saving: Saving | None = None,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> Artwork:
    """Paints what one picture shows in the manner of another, by optimising the picture itself.

    With F^l and P^l the maps of layer l for the picture and for the content, N channels by M places, and G^l = F Fᵀ and
    A^l the Gram matrices of the picture and of the style, Gatys, Ecker and Bethge ("Image Style Transfer Using
    Convolutional Neural Networks", CVPR 2016) minimise

        α L_content + β L_style,   L_content = ½ Σ (F − P)²,   L_style = Σ_l w_l / (4 N² M²) Σ (G − A)²   (eqs. 1 to 7).

    So does this, with the total variation of Mahendran and Vedaldi (2015) as a third term. The factors that the paper
    leaves open are chosen so that weights mean the same with any network, layer and size: a layer's w_l is its share
    (all alike, or as given) over the distance of an empty picture, Σ A² / (4 N² M²), and a content layer's is its
    share over ½ Σ P². At 1 a picture is as far off as one in which nothing lights up. Each picture's own M is used, so
    a style of another size is fine. Works go from coarse to fine (Gatys et al., "Controlling Perceptual Factors in
    Neural Style Transfer", CVPR 2017): each scale has half the side of the next and begins it.

    Ctrl-C ends it early with the picture so far.

    Args:
        content: what it shows: a path, a PIL picture, a tensor (c, h, w) or array (h, w, c), or `Pictures` of one.
        style: the manner; or give `styles`.
        backbone: the network that looks: a classifier of torchvision or timm by name, or a module of pictures
            (n, 3, h, w) in [0, 1].
        content_layers: as `mb.layers(backbone)` lists them, one or several, or {name: share}; for VGGs by default
            relu4_2. The deeper, the freer.
        style_layers: likewise; for VGGs by default relu1_1, relu2_1, relu3_1, relu4_1 and relu5_1.
        content_weight: α.
        style_weight: β.
        tv_weight: of the total variation (`ops.total_variation`); more is smoother.
        init: what it begins from: "content", or "noise" (drawn from `seed`).
        optimizer: "lbfgs" (as in the paper; fewer steps) or "adam" (a third of the memory for its state).
        learning_rate: by default 1 for L-BFGS, and 0.02 for Adam: about that much brightness a step.
        size: pixels of the longer side at most, of content and styles alike; smaller pictures stay as they are. None
            takes all as they are.
        scales: sizes that it goes through, each half of the next; by default down to about 128 pixels, or less far
            where the network can't take pictures so small.
        steps: of the optimizer at each scale, the coarsest first, or one number for all; each is one evaluation. By
            default 60 for L-BFGS and 100 for Adam: many more hardly lower the losses, and make contrasts hard.
        preserve_colour: whether only brightness is painted and each place's chroma stays the content's (Gatys et al.,
            2016, arXiv:1606.05897), exactly.
        styles: several styles instead of one, or [(style, share), …]; shares are brought to add up to 1. Their Gram
            matrices are blended, or with `mask` each has its own region.
        mask: for each style a picture of the content's proportions, white where that style goes, grey where partly;
            with one mask fewer than styles the last goes where the others do not. Gram matrices are then those of the
            regions (Gatys et al. 2017, section 4), each weighted by its area.
        pretrained: True for published weights, False for random ones, or a safetensors file.
        frames: how many pictures along the way are kept at most.
        seed: of the noise, and of random weights.
        device: "auto", "cpu", "cuda", ….
        precision: "auto" (bf16 where the chip multiplies it, else float32), "float32", "bf16" or "fp16".
        saving: when checkpoints are written, with `run`.
        callbacks: what else to do meanwhile.
        run: folder to keep the work in, which must be new, so that it can go on after an interruption (`mb.resume`);
            None keeps nothing on disk.

    Raises:
        OptionError: an option can't be used, or a layer is not there or too deep for the weights or the picture.
        DataError: a picture can't be read, or the weights are of another network.
        DownloadError: the weights are not in the cache and can't be fetched.
        MissingExtraError: torchvision or timm is not installed.
        OSError: the run's folder can't be made.
    """
    given, shares = _styles(style, styles)
    several = isinstance(mask, list | tuple)
    masks = [] if mask is None else list(cast(Sequence[Picture], mask)) if several else [cast(Picture, mask)]
    choices = Choices.of(
        backbone=backbone,
        content_layers=content_layers,
        style_layers=style_layers,
        content_weight=content_weight,
        style_weight=style_weight,
        tv_weight=tv_weight,
        init=init,
        optimizer=optimizer,
        size=size,
        scales=scales,
        steps=steps,
        preserve_colour=preserve_colour,
        shares=shares,
        pretrained=pretrained,
        frames=frames,
    )
    shown = read_picture(content, size)
    pictures = {"content": shown}
    pictures |= {f"style_{i + 1}": read_picture(one, size) for i, one in enumerate(given)}
    if masks:
        found = _masks([read_picture(one, size, channels=1) for one in masks], shown, len(given))
        pictures |= {f"mask_{i + 1}": one for i, one in enumerate(found)}
    settings = Settings(
        learning_rate=learning_rate, seed=seed, device=device, precision=precision, saving=saving or Saving()
    )
    learn = _make(pictures, choices, backbone, settings, callbacks, run)
    try:
        learn.finish()
    except OSError as error:
        if not learn.step:  # nothing has been painted
            raise
        log.warning(say("style.disk", run=learn.run, why=error.strerror or error))
    return Artwork(learn)


def from_config(config: Mapping[str, Any], data: Still) -> ArtLearner:
    """The learner that a run was made with; `finish()` on it goes on, and `Artwork(learner)` is the picture.

    Args:
        config: the run's.
        data: the pictures that it began from, as `learner.kept_pictures` gives them.

    Raises:
        CheckpointError: if the run had a network of the program's own, which a file can't hold.
    """
    choices = Choices.from_state(config["arguments"])
    if choices.backbone is None:
        raise CheckpointError("training.own_parts")
    return _make(data.pictures, choices, choices.backbone, Settings.from_config(config))


def _make(
    pictures: Mapping[str, Tensor],
    choices: Choices,
    backbone: str | nn.Module,
    settings: Settings,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> ArtLearner:
    content = pictures["content"]
    sizes = octave_sizes((content.shape[-2], content.shape[-1]), choices.scales_for(content), 2.0)
    with seeded(derive(settings.seed, "weights")):  # random ones, where asked for
        features = features_of(backbone, choices.layers, pretrained=choices.pretrained)
    aims = _aims(pictures, choices, features)
    sizes = _seen(aims, sizes, choices)
    steps = choices.steps_for(len(sizes))
    work = Work(aims, _start(aims.content, sizes[0], choices.init, settings.seed), choices)
    learn = ArtLearner(
        sizes,
        steps,
        styling,
        pictures=pictures,
        options={"work": work},
        optimizer=_optimizer(choices.optimizer),
        settings=settings,
        callbacks=[KeepFrames(choices.frames, sum(steps)), Preview(), *callbacks],
        run=run,
        name="style",
        config={"recipe": styling.__name__, "arguments": choices.state(), "training": settings.state()},
        shown=partial(_in_colour, content) if choices.preserve_colour else None,
    )
    work.place = learn.place
    features.to(learn.device)
    lighten(features, FORMATS[learn.precision], resized(content, _tried(sizes[-1]))[None].to(learn.device))
    _tell_memory(work, sizes[-1], learn)
    return learn


class Work:
    """What the recipe of a stylised picture is told, besides its canvases.

    Args:
        aims: what the picture is to come near.
        start: (3, h, w), what the coarsest scale begins from.
        choices: weights, and whether the picture is of brightness alone.
    """

    def __init__(self, aims: Aims, start: Tensor, choices: Choices) -> None:
        self.aims, self.start, self.choices = aims, start, choices
        self.place: Callable[[int], tuple[int, int]] = lambda step: (0, step)  # the learner's, once there is one

    def __repr__(self) -> str:  # what a checkpoint compares
        return repr(self.choices)

    def loss(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of a canvas (1, 3, h, w): α L_content + β L_style + γ (total variation), L_content and L_style."""
        if self.choices.preserve_colour:  # its channels stay equal, as each gets a third of the gradient
            x = x.mean(1, keepdim=True).expand(-1, 3, -1, -1)
        content, style = self.aims.at((x.shape[-2], x.shape[-1])).distances(self.aims.features(x))
        loss = self.choices.content_weight * content + self.choices.style_weight * style
        if self.choices.tv_weight:
            loss = loss + self.choices.tv_weight * total_variation(x).sum()
        return loss, content.detach(), style.detach()


@recipe()
def styling(nets: Networks, _batch: Batch, run: Run, *, work: Work) -> Turns:
    """One step on the picture of the scale under way; the metrics are of the picture as the step found it."""
    scale, within = work.place(run.step)
    canvas = _canvas(nets, scale)
    if within == 0:
        before = work.start if scale == 0 else _canvas(nets, scale - 1).pixels.detach()[0]
        canvas.begin(resized(before, (canvas.pixels.shape[-2], canvas.pixels.shape[-1])))
    canvas.clamp()
    found: dict[str, Tensor] = {}

    def evaluate() -> Tensor:
        loss, content, style = work.loss(canvas())
        found.setdefault("content", content)
        found.setdefault("style", style)
        return loss

    yield scale_name(scale), evaluate, found


def _canvas(nets: Networks, scale: int) -> Canvas:
    return cast(Canvas, getattr(nets, scale_name(scale)))


def _optimizer(name: Optimizer) -> OptimizerFactory:
    """L-BFGS makes one evaluation a step, so that steps can be counted, shown and interrupted one by one."""
    if name == "adam":
        return partial(torch.optim.Adam, lr=0.02, betas=(0.9, 0.99))
    return partial(
        torch.optim.LBFGS, lr=1.0, max_iter=1, history_size=REMEMBERED, tolerance_grad=0.0, tolerance_change=0.0
    )


def _seen(aims: Aims, sizes: list[Size], choices: Choices) -> list[Size]:
    """Those of the sizes at which the network can take content and styles; the finest at least.

    Raises:
        OptionError: it can't take the finest, or not all that were asked for.
    """
    for i, size in enumerate(sizes):
        try:
            aims.probe(size)
        except OptionError as error:
            if error.key != "networks.cant_see" or i == len(sizes) - 1:
                raise
            if choices.scales is not None:
                raise OptionError("style.scales", given=len(sizes), height=size[0], width=size[1]) from error
        else:
            return sizes[i:]
    return sizes


def _tried(size: Size) -> Size:
    return min(size[0], PROBE), min(size[1], PROBE)


def _tell_memory(work: Work, size: Size, learn: ArtLearner) -> None:
    """Says it: what is kept for the way back, the optimizer's state, and the pictures themselves."""
    precision = FORMATS[learn.precision] if learn.precision != "float32" else None
    maps = bytes_of(lambda x: work.loss(x)[0], size, learn.device, precision)
    state = 2 if work.choices.optimizer == "adam" else 2 * REMEMBERED + 4
    tell(maps + (state + PICTURES_HELD) * math.prod(size) * BYTES_A_PIXEL, size, learn.device)


def _aims(pictures: Mapping[str, Tensor], choices: Choices, features: Features) -> Aims:
    content = pictures["content"]
    styles = [picture for name, picture in pictures.items() if name.startswith("style_")]
    masks = [picture for name, picture in pictures.items() if name.startswith("mask_")]
    if choices.preserve_colour:
        content = luma(content)
        styles = [matched(luma(one), content).expand(3, -1, -1) for one in styles]
        content = content.expand(3, -1, -1)
    return Aims(features, content, styles, choices.shares, masks or None, choices.content_layers, choices.style_layers)


def _start(content: Tensor, size: Size, init: Init, seed: int) -> Tensor:
    if init == "content":
        return resized(content, size)
    noise = torch.rand(3, *size, generator=torch.Generator().manual_seed(derive(seed, "start")))
    return noise if not bool((content[0] == content[1]).all()) else noise[:1].expand(3, -1, -1)


def _in_colour(content: Tensor, picture: Tensor) -> Tensor:
    """What is shown of a picture (3, h, w) of brightness: in the content's colours."""
    return with_chroma(picture.mean(0, keepdim=True), resized(content, (picture.shape[-2], picture.shape[-1])))


def _styles(style: Picture | None, styles: Sequence[Any] | None) -> tuple[list[Picture], list[float]]:
    """The styles with shares that add up to 1."""
    if (style is None) == (styles is None):
        raise OptionError("style.one_or_several")
    if styles is None:
        return [cast(Picture, style)], [1.0]
    if isinstance(styles, str | os.PathLike):
        raise OptionError("style.one_or_several")
    pairs = [tuple(one) if isinstance(one, tuple | list) and len(one) == 2 else (one, 1.0) for one in styles]
    shares = [share for _, share in pairs if isinstance(share, int | float) and 0 < share < math.inf]
    if not pairs or len(shares) != len(pairs):
        raise OptionError("style.shares", given=[share for _, share in pairs])
    return [one for one, _ in pairs], [float(share) / sum(shares) for share in shares]


def _masks(given: Sequence[Tensor], content: Tensor, styles: int) -> list[Tensor]:
    """For each style where it goes, (1, h, w) at the content's size."""
    if len(given) not in (styles, max(1, styles - 1)):
        raise OptionError("style.masks", masks=len(given), styles=styles)
    h, w = content.shape[-2:]
    found = []
    for i, mask in enumerate(given):
        high, wide = mask.shape[-2:]
        if abs(high * w / h - wide) > max(2.0, 0.02 * wide):
            raise DataError("style.mask_shape", i=i + 1, height=high, width=wide, h=h, w=w)
        found.append(resized(mask.mean(0, keepdim=True), (h, w)))
    if len(found) < styles:
        found.append((1 - torch.stack(found).sum(0)).clamp(0, 1))
    for i, mask in enumerate(found):
        if float(mask.mean()) < 1 / 255:
            raise DataError("style.mask_empty", i=i + 1)
    return found
