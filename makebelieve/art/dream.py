"""The door: `mb.dream(photo)`, gradient ascent on whole layers' activations over growing scales."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from torch import Tensor, nn

from makebelieve.art.artwork import Artwork, made_of
from makebelieve.art.ascent import resized
from makebelieve.art.dreaming import FAR, Choices, Tile, again, make_learner, number, whole_number
from makebelieve.art.frames import FRAMES
from makebelieve.art.layers import Layers, weights_of
from makebelieve.art.reading import Picture, bounded, read_picture
from makebelieve.errors import OptionError
from makebelieve.film import is_film, read_film, through
from makebelieve.messages import say
from makebelieve.training import Callback, Saving, Settings

log = logging.getLogger(__name__)

CARRIED = 0.5  # share of `steady` that a film's frame has of the last result when its dream begins
GUIDE = 320  # pixels, the longer side of a guide at most: its places are compared with each of the picture's


def dream(
    photo: Picture,
    backbone: str | nn.Module = "inception_v3",
    layers: Layers | None = None,
    *,
    octaves: int = 3,
    octave_scale: float = 1.4,
    steps: int = 20,
    step_size: float = 0.01,
    max_loss: float | None = None,
    guide: Picture | None = None,
    channel: int | None = None,
    jitter: int = 16,
    tile: Tile = "auto",
    size: int | None = None,
    pretrained: bool | str | Path = True,
    frames: int = FRAMES,
    out: str | Path | None = None,
    steady: float = 0.5,
    metadata: bool = True,
    seed: int = 42,
    device: str = "auto",
    precision: str = "auto",
    saving: Saving | None = None,
    callbacks: Sequence[Callback] = (),
    run: str | Path | None = None,
) -> Artwork:
    """A photo changed until the layers of a network answer strongly to it, octave by octave from the coarsest.

    In each octave it takes `steps` steps x ← clip(x + step_size · g / mean |g|, 0, 1), g the gradient with respect to
    the picture, moved at random, of Σ weight · mean square of a layer's maps. Between two octaves it is enlarged, and
    the detail of the photo that the coarser octave lacked is put back in. Ctrl-C ends it after the step under way; the
    picture so far comes back.

    Source:
        Mordvintsev, Olah and Tyka, "DeepDream", 2015; as textbooks have it in Chollet, "Deep Learning with Python",
        2021, section 12.2.

    Args:
        photo: a file, a PIL image, an array, a tensor or `Pictures` of one, of any mode and size; or the path of a
            film, of which each frame is changed, beginning from a mixture of it and the last result.
        backbone: a classifier of torchvision or timm by name, or a module of pictures (n, 3, h, w) in [0, 1].
        layers: the name of a layer, several, or weights by name; `mb.layers(backbone)` lists them. None takes layers
            that were found good for the backbone.
        octaves: how many; fewer are used where the smallest would be too small for the layers, which is told.
        octave_scale: ratio of the sides of two octaves.
        steps: in each octave.
        step_size: mean change of a value a step, before the clipping.
        max_loss: ends an octave early, once the layers answer more than this.
        guide: a picture: its features are sought in the photo, each place going towards that which it is most like.
        channel: climb the mean of this one channel of each layer instead.
        jitter: pixels that the picture is moved by, at most, at every step, against seams and still patterns.
        tile: pixels a side of the tiles in which gradients are computed, to save memory; None: in one. "auto" takes 512
            for pictures of more than a megapixel.
        size: pixels of the longer side, to which a larger photo is shrunk; None leaves it.
        pretrained: True for published weights, False for random ones, or a safetensors file.
        frames: kept along the way, at most; `.frames.save("dream.gif")`.
        out: of a film: where it is written, .mp4, .webm, .gif, …
        steady: of a film, in [0, 1): how much of the last frame stays where the film does not move, against flicker.
        metadata: of a film: whether it says by what it was made; pictures are asked when they are saved.
        seed: of the movements, and of random weights.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps".
        precision: "auto" (bf16 where the chip multiplies it, else float32), "float32", "bf16" or "fp16".
        saving: when checkpoints are written, with `run`.
        callbacks: what else to do along the way.
        run: folder that keeps all that is needed to go on after a crash: `mb.resume(run)`; by default nothing is kept.

    Returns:
        The picture, of the photo's size, with `.frames` and `.history`; of a film its last frame, with `.film`.

    Raises:
        OptionError: an option can't be used, or the photo is too small for the layers.
        DataError: the photo can't be read, or the weights are of another network.
        DownloadError: the weights are not in the cache and can't be fetched.
        MissingExtraError: torchvision or timm is not installed; for films, ffmpeg.
        OSError: the run's folder can't be made.
    """
    weights = weights_of(backbone, layers)
    kept = str(pretrained) if isinstance(pretrained, Path) else pretrained
    name = backbone if isinstance(backbone, str) else None
    choices = Choices(
        name, weights, octaves, octave_scale, steps, step_size, max_loss, channel, jitter, tile, kept, frames
    )
    settings = Settings(seed=seed, device=device, precision=precision, saving=saving or Saving())
    whole_number("size", size, 1, FAR, none=True)
    number("steady", steady, 0, 0.999)
    if guide is not None and channel is not None:
        raise OptionError("dream.guide_or_channel", channel=channel)
    led = {} if guide is None else {"guide": read_picture(guide, GUIDE)}
    if isinstance(photo, str | os.PathLike) and is_film(photo):
        if run is not None:
            raise OptionError("dream.film_run", out=out, run=run)
        if out is None:
            raise OptionError("dream.film_needs_out", photo=photo)
        return _dream_film(Path(photo), Path(out), choices, settings, backbone, led, size, steady, metadata=metadata)
    if out is not None:
        raise OptionError("dream.out_for_films", out=str(out))
    pictures = {"photo": read_picture(photo, size), **led}
    learner = make_learner(pictures, choices, settings, backbone, callbacks, run)
    try:
        learner.finish()
    except OSError as error:
        if not learner.step:  # nothing has been dreamt
            raise
        log.warning(say("dream.disk", run=learner.run, why=error.strerror or error))
    return Artwork(learner)


def _dream_film(
    source: Path,
    out: Path,
    choices: Choices,
    settings: Settings,
    backbone: str | nn.Module,
    led: Mapping[str, Tensor],
    size: int | None,
    steady: float,
    *,
    metadata: bool,
) -> Artwork:
    """A film's frames one by one, each beginning from a mixture of it and the last result."""
    film = read_film(source)
    to = bounded(film.size, size)
    first = resized(next(iter(film)).float() / 255, to)
    learner = make_learner({"photo": first, **led}, replace(choices, frames=0), settings, backbone)
    last: list[Tensor] = []

    def dreamt(frame: Tensor, before: Tensor | None) -> Tensor:
        frame = resized(frame, to)
        begun = frame if before is None else frame + CARRIED * steady * (before - frame)
        last[:] = [again(learner, begun)]
        return last[0]

    told = {**asdict(choices), "size": to, "seed": settings.seed, "precision": learner.precision}
    told["guide"] = {name: float(one.double().sum()) for name, one in led.items()}
    made = made_of(learner) if metadata else None
    path = through(source, out, dreamt, steady=steady, settings=told, made=made)
    if not last:  # all frames were there already
        *_, ending = read_film(path)
        last = [ending.float() / 255]
    return Artwork(learner, last[0], film=path)
