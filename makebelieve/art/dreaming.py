"""How a dream is made: its choices, the recipe, and the learner that carries it out."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from makebelieve.art.ascent import (
    NormalisedAscent,
    Size,
    enlarged,
    in_tiles,
    moved,
    moves,
    octave_sizes,
    resized,
    view_of,
)
from makebelieve.art.canvas import Canvas, Still
from makebelieve.art.exciting import Excitement
from makebelieve.art.frames import KeepFrames, Preview
from makebelieve.art.learner import ArtLearner, scale_name
from makebelieve.errors import CheckpointError, OptionError
from makebelieve.messages import say
from makebelieve.networks.features import features_of
from makebelieve.networks.folding import lighten
from makebelieve.training import Callback, Settings
from makebelieve.training.health import Alarm, Kind, Watch
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Batch
from makebelieve.training.randomness import derive, seeded
from makebelieve.training.recipe import Networks, Run, Turns

log = logging.getLogger(__name__)

TILED_FROM = 2**20  # pixels of a picture that "auto" cuts into tiles
TILE = 512
PROBE = 224  # pixels a side, at most, of what a network is tried on
FAR = 2**16  # no side, tile, jitter or number of steps is beyond

Tile = int | Literal["auto"] | None


@dataclass(frozen=True)
class Choices:
    """What makes this dream, apart from the pictures: the door's arguments, as config.json keeps them."""

    backbone: str | None
    layers: dict[str, float]
    octaves: int = 3
    octave_scale: float = 1.4
    steps: int = 20
    step_size: float = 0.01
    max_loss: float | None = None
    channel: int | None = None
    jitter: int = 16
    tile: Tile = "auto"
    pretrained: bool | str = True
    frames: int = 100

    def __post_init__(self) -> None:
        whole_number("octaves", self.octaves, 1, 100)
        number("octave_scale", self.octave_scale, 1.01, 10)
        whole_number("steps", self.steps, 1, FAR)
        number("step_size", self.step_size, 1e-6, 1)
        if self.max_loss is not None:
            number("max_loss", self.max_loss, -1e30, 1e30)
        whole_number("channel", self.channel, 0, FAR, none=True)
        whole_number("jitter", self.jitter, 0, FAR)
        if self.tile != "auto":
            whole_number("tile", self.tile, 8, FAR, none=True)
        whole_number("frames", self.frames, 0, FAR)

    def tile_of(self, size: Size) -> int | None:
        """Pixels a side of the tiles in which a picture (h, w) is seen; None where it is seen whole."""
        tile = (TILE if size[0] * size[1] > TILED_FROM else None) if self.tile == "auto" else self.tile
        return None if tile is None or view_of(size, tile) == size else tile

    def view(self, size: Size) -> Size:
        """(h, w) of what the network is shown at once of such a picture."""
        tile = self.tile_of(size)
        return size if tile is None else view_of(size, tile)


def whole_number(name: str, given: object, low: int, high: int, *, none: bool = False) -> None:
    """Refuses what is no whole number from `low` to `high`, or None where that is allowed.

    Raises:
        OptionError: naming it.
    """
    if given is None and none:
        return
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise OptionError("dream.whole_number", name=name, given=given, low=low, high=high)


def number(name: str, given: object, low: float, high: float) -> None:
    """Refuses what is no number from `low` to `high`.

    Raises:
        OptionError: naming it.
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
        raise OptionError("dream.number", name=name, given=given, low=f"{low:g}", high=f"{high:g}")


class Pyramid:
    """The photo at the size of each octave, the smallest first.

    Args:
        photo: (3, h, w) in [0, 1], on the device of the canvases.
        sizes: (h, w) of the octaves; the last is the photo's own.
        steps: of each octave.
    """

    def __init__(self, photo: Tensor, sizes: Sequence[Size], steps: int) -> None:
        self.photos = [resized(photo, size) for size in sizes]
        self.steps = steps

    def __repr__(self) -> str:  # what a checkpoint compares
        return f"{[tuple(photo.shape[1:]) for photo in self.photos]}, {self.steps} steps each"

    def begin(self, nets: Networks, octave: int) -> None:
        """Puts on an octave's canvas what its ascent begins from."""
        start = self.photos[octave] if octave == 0 else self.enlarge(_canvas(nets, octave - 1).pixels[0], octave - 1)
        _canvas(nets, octave).begin(start)

    def enlarge(self, dreamt: Tensor, octave: int) -> Tensor:
        """An octave's picture (3, h, w) at the size of the next, with the photo's detail; where the picture is."""
        photo, finer = (one.to(dreamt.device) for one in self.photos[octave : octave + 2])
        return enlarged(dreamt.detach(), photo, finer)


def _canvas(nets: Networks, octave: int) -> Canvas:
    return cast(Canvas, nets.by_name[scale_name(octave)])


def dreaming(
    nets: Networks, _batch: Batch, run: Run, *, excitement: Excitement, pyramid: Pyramid, choices: Choices
) -> Turns:
    """One step: the octave's canvas climbs the excitement of its picture, moved at random; see `mb.dream`."""
    octave, within = divmod(run.step, pyramid.steps)
    name, canvas = scale_name(octave), _canvas(nets, octave)
    if within == 0:
        pyramid.begin(nets, octave)
    drawn = run.uniform(4)
    limit = choices.max_loss
    if limit is not None and int(run.state.get("left", torch.tensor(-1))) == octave:
        return
    x = canvas()
    tile = choices.tile_of((x.shape[2], x.shape[3]))
    x = moved(x, moves(drawn[:2], choices.jitter))
    if tile is None:
        loss = excitement(x)
    else:
        down, right = (drawn[2:] * tile).int().tolist()
        loss = in_tiles(x, excitement, tile, (down, right))
    if limit is not None and float(loss.detach()) > limit:
        run.state["left"] = torch.tensor(octave, device=run.device)
        return
    yield name, loss


class Uphill(Watch):
    """Watches for losses that are no numbers any more, and lets them climb as high as they like."""

    def look(self, kind: Kind, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        return self.lost(step, figures) if kind == "steps" else []


def make_learner(
    pictures: Mapping[str, Tensor],
    choices: Choices,
    settings: Settings,
    backbone: str | nn.Module,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> ArtLearner:
    """The learner of a dream.

    Args:
        pictures: "photo" (3, h, w) in [0, 1], and maybe "guide".
        choices: what makes the dream.
        settings: how it is carried out.
        backbone: name or module.
        callbacks: besides those that keep frames and show it in a notebook.
        run: folder, or None.

    Raises:
        OptionError: the layers or the channel are not there, or the photo is too small for them.
    """
    excitement = _excitement(choices, settings, backbone)
    photo = pictures["photo"]
    sizes = _octaves(excitement, choices, photo)
    pyramid = Pyramid(photo, sizes, choices.steps)
    learner = ArtLearner(
        sizes,
        [choices.steps] * len(sizes),
        dreaming,
        pictures=pictures,
        options={"excitement": excitement, "pyramid": pyramid, "choices": choices},
        optimizer=partial(NormalisedAscent, lr=choices.step_size),
        settings=settings,
        callbacks=[KeepFrames(choices.frames, choices.steps * len(sizes)), Preview(), *callbacks],
        run=run,
        name="dream",
        config={"recipe": dreaming.__name__, "arguments": asdict(choices), "training": settings.state()},
        enlarged=pyramid.enlarge,
    )
    learner.watch = Uphill(list(learner.game.players))
    features = excitement.features.to(learner.device)
    pyramid.photos = [one.to(learner.device) for one in pyramid.photos]
    smallest = pyramid.photos[0]
    h, w = (min(side, PROBE) for side in choices.view((smallest.shape[1], smallest.shape[2])))
    lighten(features, FORMATS[learner.precision], smallest[None, :, :h, :w])
    if "guide" in pictures:
        excitement.follow(pictures["guide"].to(learner.device), FORMATS[learner.precision])
    return learner


def _excitement(choices: Choices, settings: Settings, backbone: str | nn.Module) -> Excitement:
    with seeded(derive(settings.seed, "weights")):
        features = features_of(backbone, list(choices.layers), pretrained=choices.pretrained)
    name = backbone if isinstance(backbone, str) else type(backbone).__name__
    return Excitement(features, choices.layers, choices.channel, name)


def _octaves(excitement: Excitement, choices: Choices, photo: Tensor) -> list[Size]:
    """Sizes of the octaves, without those that are too small for the network to see.

    Raises:
        OptionError: even the photo is, or the layers have no such channel, or do not answer at all.
    """
    h, w = photo.shape[1], photo.shape[2]
    sizes = octave_sizes((h, w), choices.octaves, choices.octave_scale)
    for i, size in enumerate(sizes):
        height, width = choices.view(size)
        try:
            with torch.no_grad():
                maps = excitement.features(resized(photo, size)[None, :, :height, :width])
        except OptionError as error:
            if error.key != "networks.cant_see" or i == len(sizes) - 1:
                raise
            continue
        excitement.check(maps)
        if i:
            told = {"height": h, "width": w, "asked": len(sizes), "used": len(sizes) - i}
            log.warning(say("dream.fewer_octaves", **told))
        return sizes[i:]
    raise OptionError("dream.whole_number", name="octaves", given=choices.octaves, low=1, high=100)


def again(learner: ArtLearner, photo: Tensor) -> Tensor:
    """What the learner makes of another photo (3, h, w) of its size, by the same movements; nothing is recorded."""
    pyramid = cast(Pyramid, learner.game.options["pyramid"])
    pyramid.photos = [resized(photo.to(learner.device), size) for size in learner.sizes]
    learner.randomness.noise.manual_seed(derive(learner.settings.seed, "noise"))
    learner.game.run.state.clear()
    learner.game.to_training()
    total = sum(learner.steps)
    for step in range(total):
        learner.game.play(next(learner.batches), step)
    learner.game.meter.read()
    learner.step = total
    return learner.picture


def from_config(config: Mapping[str, Any], data: Still) -> ArtLearner:
    """The learner that a run was made with; `finish()` on it goes on, and `Artwork(learner)` is the picture.

    Args:
        config: the run's.
        data: the pictures that it began from, as `learner.kept_pictures` gives them.

    Raises:
        CheckpointError: the run had a network of the program's own, which a file can't hold.
    """
    choices = Choices(**config["arguments"])
    if choices.backbone is None:
        raise CheckpointError("training.own_parts")
    return make_learner(data.pictures, choices, Settings.from_config(config), choices.backbone)
