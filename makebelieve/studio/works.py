"""Works: a dream or a style as a job. The library makes the picture; here its choices are read from a page's words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

import makebelieve as mb
from makebelieve.art.artwork import Artwork
from makebelieve.art.learner import ArtLearner
from makebelieve.errors import DataError, OptionError
from makebelieve.explain import default_layers
from makebelieve.networks.pretrained import weights_folder
from makebelieve.pictures import Pictures
from makebelieve.studio.backbones import known_by, usual_layers
from makebelieve.studio.explorer.graph import HELPERS
from makebelieve.studio.explorer.views import WithLabel
from makebelieve.studio.house import STATE, House
from makebelieve.studio.uploads import Uploads
from makebelieve.training import Callback, Learner

USUAL = ("inception_v3", "vgg19")  # of a dream, of a style
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
FINAL = "picture.png"  # in the run's folder: the picture at its full size
DREAM = ("octaves", "octave_scale", "steps", "step_size", "jitter", "size", "channel", "seed")
STYLE = (
    "content_weight", "style_weight", "tv_weight", "init", "optimizer", "size", "scales", "steps", "preserve_colour",
    "seed",
)  # fmt: skip


def work(job: Mapping[str, Any], folder: Path, callbacks: Sequence[Callback] = ()) -> Artwork:
    """Makes the picture of a job, or goes on with it where its folder has a checkpoint.

    `samples/` of the folder gets the photo as step 0, and the whole picture as that of the last step, which
    `picture.png` is too; those between are the callbacks' own.

    Args:
        job: "system" ("dream" or "style") and "options": those of `mb.dream` or `mb.style`. Each picture is the path of
            a file or of a folder with one, or an upload's id; "backbone" is the name of a file of weights in the
            library's folder, or {"run": the path or id of a run, "net": its network}.
        folder: of the run.
        callbacks: what else is told of each step.

    Raises:
        OptionError: an option can't be used.
        DataError: there is no such picture, or no such weights.
    """
    options = dict(job["options"])
    told = [_First(folder), *callbacks]
    if any((folder / "checkpoints").glob("step-*")) and not isinstance(options.get("backbone"), Mapping):
        learn: ArtLearner = mb.resume(folder)
        learn.callbacks += told
        learn.finish()
        art = Artwork(learn)
    else:  # no file holds a network of one's own: such a work begins anew, by the same seed
        if folder.is_dir():
            shutil.rmtree(folder)
        make = {"dream": _dream, "style": _style}[job["system"]]
        art = make(options, folder, told)
    art.save(folder / FINAL)
    if art.learner.step:
        art.save(_sample(folder, art.learner.step))
    return art


def _dream(options: Mapping[str, Any], folder: Path, callbacks: Sequence[Callback]) -> Artwork:
    photo = _picture(options.get("photo"), "photo", folder)
    backbone, more, usual = _backbone(options, folder)
    more["layers"] = _layers(options, "layers") or usual[-1:] or None
    chosen = {name: options[name] for name in DREAM if options.get(name) is not None}
    guide = _picture(options["guide"], "guide", folder) if options.get("guide") else None
    return mb.dream(photo, backbone, guide=guide, frames=0, run=folder, callbacks=callbacks, **more, **chosen)


def _style(options: Mapping[str, Any], folder: Path, callbacks: Sequence[Callback]) -> Artwork:
    content = _picture(options.get("content"), "content", folder)
    styles = [_picture(one, "styles", folder) for one in options.get("styles") or [None]]
    backbone, more, usual = _backbone(options, folder)
    more["content_layers"] = _layers(options, "content_layers") or usual[-1:] or None
    more["style_layers"] = _layers(options, "style_layers") or usual or None
    chosen = {name: options[name] for name in STYLE if options.get(name) is not None}
    return mb.style(
        content, styles=styles, backbone=backbone, frames=0, run=folder, callbacks=callbacks, **more, **chosen
    )


# -------------------------------------------------------------------- what a work is made of


def _picture(given: Any, name: str, folder: Path) -> Path:
    """The file of a picture: itself, or the first of a folder or of an upload to the studio of the run's folder.

    Raises:
        OptionError: none was given.
        DataError: it is not there, or the folder has none.
    """
    if not isinstance(given, str | os.PathLike):
        raise OptionError("studio.work_photo", name=name)
    path = Path(given)
    if not path.is_absolute():
        path = Uploads(folder.parent / STATE / "uploads").path(str(given))
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not found:
            raise DataError("studio.work_no_picture", name=name)
        return found[0]
    if not path.is_file():
        raise DataError("studio.work_no_picture", name=name)
    return path


def _backbone(options: Mapping[str, Any], folder: Path) -> tuple[str | nn.Module, dict[str, Any], list[str]]:
    """The network that looks, its file of weights if it has another name, and layers where the library knows none."""
    given = options.get("backbone") or USUAL["content" in options]
    if isinstance(given, Mapping):
        run = Path(str(given["run"]))
        path = run if run.is_absolute() else House(folder.parent).folder(str(run))
        network, layers = own_network(path, str(given.get("net") or ""))
        return network, {}, layers
    name, file = known_by(str(given)), weights_folder() / f"{given}.safetensors"
    if name is None or not file.is_file():
        raise DataError("studio.work_weights", given=given, folder=weights_folder())
    return (
        name,
        {} if name == given else {"pretrained": str(file)},
        usual_layers(str(given), style="content" in options),
    )


def own_network(run: str | Path, net: str = "") -> tuple[nn.Module, list[str]]:
    """The network of a run as one of colour pictures (n, 3, h, w), which it sees grey where it learned from grey ones.

    Args:
        run: its folder.
        net: "model", "critic", …; the run's own recogniser or critic where not given.

    Returns:
        The network, and names of the last layers but one of each resolution.

    Raises:
        OptionError: it has no network of pictures.
    """
    learn = mb.load(run)
    shape: tuple[int, ...] = tuple(getattr(learn, "shape", ()))
    name = net or next((one for one in ("critic", "model") if one in learn.nets), "")
    if len(shape) != 3 or name not in learn.nets or shape[0] not in (1, 3):
        raise OptionError("studio.work_run", run=Path(run).name)
    module = learn.network(name)
    if isinstance(learn, mb.VaeLearner | mb.AutoencoderLearner):
        module = module.encoder
    if isinstance(learn, mb.GanLearner | mb.VaeLearner) and learn.classes is not None:
        module = WithLabel(module)
    layers = default_layers(module, torch.full(shape, 0.5))
    layers = [layer for layer in layers if HELPERS not in layer.split(".")]
    usual = layers[:-1] or layers
    return (SeenGrey(module), [f"net.{layer}" for layer in usual]) if shape[0] == 1 else (module, usual)


class SeenGrey(nn.Module):
    """A network of grey pictures as one of colour pictures, which it sees as the mean of their channels.

    Args:
        net: of pictures (n, 1, h, w).
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Any:
        """(n, 3, h, w) in [0, 1] to what the network gives."""
        return self.net(x.mean(1, keepdim=True))


def _layers(options: Mapping[str, Any], name: str) -> list[str] | dict[str, float] | None:
    """Names of layers, or weights by name; None leaves it to the library."""
    given = options.get(name)
    if isinstance(given, str):
        given = [one.strip() for one in given.split(",") if one.strip()]
    if not given:
        return None
    return dict(given) if isinstance(given, Mapping) else list(given)


# -------------------------------------------------------------------- what is seen of it


class _First(Callback):
    """The picture that a work begins from is the run's sample of step 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def on_fit_start(self, learn: Learner) -> None:
        file = _sample(self._folder, 0)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            pictures = cast(Any, learn.data).pictures
            Pictures(pictures.get("photo", pictures.get("content"))).save(file)


def _sample(folder: Path, step: int) -> Path:
    return folder / "samples" / f"step-{step:08d}.png"
