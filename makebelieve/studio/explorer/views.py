"""The networks of a learner as the page of layers sees them: what each is given, and what that is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor, nn

from makebelieve.art.reading import read_picture
from makebelieve.data import Data
from makebelieve.data.decode import fit_tensor
from makebelieve.errors import CheckpointError, DataError
from makebelieve.latent.laws import gaussian, points
from makebelieve.networks.using import evaluating
from makebelieve.runs import DOORS
from makebelieve.serving.uploads import check_picture, read_files
from makebelieve.studio.explorer.asked import choice
from makebelieve.studio.explorer.explored import Explored
from makebelieve.studio.explorer.pictures import LIMITS
from makebelieve.systems.autoencoder import AutoencoderLearner
from makebelieve.systems.diffusion import DiffusionLearner
from makebelieve.systems.gan import GanLearner
from makebelieve.systems.recogniser import Recogniser
from makebelieve.systems.stylizer import Stylizer
from makebelieve.systems.translator import Translator
from makebelieve.systems.vae import VaeLearner
from makebelieve.training.run_folder import RunFolder

LARGEST = 512  # pixels of an uploaded picture's longer side, for networks that take any size
SQUARE = 128  # pixels a side of the example for such networks

Takes = Literal["pictures", "points", "nothing"]
Prepare = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class View:
    """One network to look into.

    Attributes:
        name: as the learner has it, or that of a part of it.
        module: the network, called with one tensor.
        code: Python that has it as a value; it knows `learn`, and `WithLabel` where that is in it.
        takes: pictures of the data; points z, from which it makes pictures; or something that can't be shown.
        example: what it is given, (1, …), to see shapes by; empty where nothing is known.
        prepare: items of the data (n, …) as the network takes them, and
        prepared: the same in Python, of what stands for {}.
        read: an uploaded file as the network takes it, (1, c, h, w), and
        reading: the same in Python, of picture.png; it knows `read_picture` and `fit_tensor`.
        draw: n points by a seed.
        picture: pictures (n, c, h, w) in [0, 1] of points.
        made: one of the learner's own pictures (1, c, h, w) by a seed.
        run: calls the network on the example; None where that is not known.
    """

    name: str
    module: nn.Module
    code: str
    takes: Takes
    example: Tensor
    prepare: Prepare = lambda x: x
    prepared: str = "{}"
    read: Callable[[bytes], Tensor] | None = None
    reading: str = ""
    draw: Callable[[int, int], Tensor] | None = None
    picture: Prepare | None = None
    made: Callable[[int], Tensor] | None = None
    run: Callable[[nn.Module], Any] | None = None
    kept: dict[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What the page has to know."""
        size = sum(weight.numel() for weight in self.module.parameters())
        return {"name": self.name, "kind": type(self.module).__name__, "takes": self.takes, "parameters": size}


class WithLabel(nn.Module):
    """A conditional network as one of pictures or points alone: its label is always the first class.

    Args:
        net: called with (x, y).
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Any:
        """(n, …) to what the network gives for the first class."""
        return self.net(x, torch.zeros(len(x), dtype=torch.int64, device=x.device))


def views(explored: Explored) -> dict[str, View]:
    """The networks of the run by name, those that can be looked into first."""
    found: dict[str, View] | None = explored.kept.get("layers.views")
    if found is None:
        listed = _of_system(explored.learn)
        for name, net in explored.learn.nets.items():
            shown = any(_code(name) in view.code for view in listed)
            if not shown and any(True for _ in net.children()):
                listed.append(_closed(explored.learn, name))
        found = explored.kept["layers.views"] = {view.name: view for view in listed}
    return found


def view_of(explored: Explored, request: dict[str, Any]) -> View:
    """The network that a request names, or the first."""
    known = views(explored)
    return known[choice(request, "net", list(known), next(iter(known)))]


def items_of(explored: Explored) -> tuple[Data, Literal["train", "valid"]] | None:
    """The run's data and the part that is shown; None where they can't be had, or are no pictures."""
    if "layers.data" not in explored.kept:
        explored.kept["layers.data"] = _items(explored)
    found: tuple[Data, Literal["train", "valid"]] | None = explored.kept["layers.data"]
    return found


def _items(explored: Explored) -> tuple[Data, Literal["train", "valid"]] | None:
    if not explored.has_data:
        return None
    try:
        data = _data_alone(explored) if isinstance(explored.learn, Stylizer) else explored.with_data().data
    except (CheckpointError, DataError, OSError):
        return None
    if not isinstance(data, Data) or len(data.shape) != 3:
        return None
    return data, "valid" if data.count("valid") else "train"


def _data_alone(explored: Explored) -> Any:
    """The run's data without a learner for them, which for a stylizer would need the network that looked on."""
    told = RunFolder(explored.run).read_config()["data"]["rebuild"]
    return DOORS[told["door"]](**told["arguments"])


def _of_system(learn: Any) -> list[View]:
    makers: list[tuple[type, Callable[[Any], list[View]]]] = [
        (GanLearner, _gan),
        (VaeLearner, _vae),
        (AutoencoderLearner, _autoencoder),
        (Translator, _translator),
        (Stylizer, _stylizer),
        (DiffusionLearner, _diffusion),
        (Recogniser, _recogniser),
    ]
    return next((make(learn) for kind, make in makers if isinstance(learn, kind)), [])


def _of_pictures(learn: Any, name: str, module: nn.Module, code: str, shape: tuple[int, ...], **more: Any) -> View:
    """A network of pictures of one size, or that takes any."""
    example = torch.full((1, *shape), 0.5, device=learn.device)
    more.setdefault("read", lambda file: fit_tensor(_uploaded(file, shape[0]), (shape[1], shape[2]), shape[0]))
    more.setdefault("reading", f"fit_tensor({_picture_code(shape[0])}, {tuple(shape[1:])}, {shape[0]})")
    return View(name, module, code, "pictures", example, run=lambda net: net(example), **more)


def _recogniser(learn: Recogniser) -> list[View]:
    if len(learn.shape) != 3:
        return []
    module, reading = learn.network("model"), learn.reading
    more: dict[str, Any] = {}
    if reading is not None:
        more = {"read": lambda file: read_files(reading, [file], LIMITS), "reading": 'learn.read("picture.png")[None]'}
    return [_of_pictures(learn, "model", module, _code("model"), learn.shape, **more)]


def _gan(learn: GanLearner) -> list[View]:
    critic, generator = learn.network("critic"), learn.network("generator")
    labelled = learn.classes is not None
    z = learn.latents(1, 0)
    maker = WithLabel(generator) if labelled else generator

    def picture(z: Tensor) -> Tensor:
        return learn.decode(z, torch.zeros(len(z), dtype=torch.int64, device=z.device) if labelled else None)

    return [
        View(
            "generator", maker, _code("generator", labelled), "points", z,
            draw=learn.latents, picture=picture, run=lambda net: net(z),
        ),
        _of_pictures(
            learn, "critic", WithLabel(critic) if labelled else critic, _code("critic", labelled), learn.shape,
            made=lambda seed: learn.generate(1, seed=seed).tensor,
        ),
    ]  # fmt: skip


def _vae(learn: VaeLearner) -> list[View]:
    model = learn.model
    labelled = learn.classes is not None
    encoder, decoder = (WithLabel(part) if labelled else part for part in (model.encoder, model.decoder))
    z = torch.zeros(1, learn.latent, device=learn.device)

    def draw(n: int, seed: int) -> Tensor:
        return points(gaussian(learn.latent), n, seed, device=learn.device)

    def picture(z: Tensor) -> Tensor:
        return learn.decode(z, label=None if learn.classes is None else learn.classes[0])

    return [
        _of_pictures(
            learn, "encoder", encoder, _code("model", labelled, ".encoder"), learn.shape,
            made=lambda seed: learn.generate(1, seed=seed).tensor,
        ),
        View(
            "decoder", decoder, _code("model", labelled, ".decoder"), "points", z,
            draw=draw, picture=picture, run=lambda net: net(z),
        ),
    ]  # fmt: skip


def _autoencoder(learn: AutoencoderLearner) -> list[View]:
    return [_of_pictures(learn, "model", learn.model, _code("model"), learn.shape)]


def _translator(learn: Translator) -> list[View]:
    task = learn.task
    side = min(*learn.shape[1:], SQUARE)
    given, _truth = learn.pairs_of(torch.full((1, learn.shape[0], side, side), 0.5), 0)

    def read(file: bytes) -> Tensor:
        return task.accept(fit_tensor(_uploaded(file, task.read), None, task.read))

    found = _of_pictures(
        learn, "model", learn.network("model"), _code("model"), tuple(given.shape[1:]),
        prepare=lambda x: learn.pairs_of(x.cpu(), 0)[0], prepared="learn.pairs_of({}, 0)[0]", read=read,
        reading=f"learn.task.accept(fit_tensor({_picture_code(task.read)}, None, {task.read}))",
    )  # fmt: skip
    return [found]


def _stylizer(learn: Stylizer) -> list[View]:
    def prepare(x: Tensor) -> Tensor:
        return fit_tensor(x, None, 3)

    shape = (3, SQUARE, SQUARE)
    return [
        _of_pictures(
            learn, "model", learn.model, _code("model"), shape,
            prepare=prepare, prepared="fit_tensor({}, None, 3)", read=lambda file: _uploaded(file, 3),
            reading=_picture_code(3),
        )
    ]  # fmt: skip


def _diffusion(learn: DiffusionLearner) -> list[View]:
    """Its graph; its maps depend on how far a picture has come, and are not shown."""
    x = torch.zeros(1, *learn.shape, device=learn.device)
    t = torch.full((1,), 0.5, device=learn.device)
    y = None if learn.classes is None else torch.zeros(1, dtype=torch.int64, device=learn.device)
    model = learn.network("model")
    return [View("model", model, _code("model"), "nothing", x, run=lambda net: net(x, t, y))]


def _closed(learn: Any, name: str) -> View:
    """A network of which only the parts and weights are known."""
    return View(name, learn.network(name), _code(name), "nothing", torch.empty(0))


def _code(name: str, labelled: bool = False, part: str = "") -> str:
    network = f"learn.network({name!r}){part}"
    return f"WithLabel({network})" if labelled else network


def _picture_code(channels: int) -> str:
    """What `_uploaded` gives, in Python."""
    return f'read_picture("picture.png", {LARGEST}, channels={channels})[None]'


def data_lines(explored: Explored) -> tuple[list[str], str]:
    """Python that has the data of `items_of`, and their name; for a stylizer without the network that looked on."""
    if not isinstance(explored.learn, Stylizer):
        return [], "learn.data"
    told = RunFolder(explored.run).read_config()["data"]["rebuild"]
    given = ", ".join(f"{name}={value!r}" for name, value in told["arguments"].items() if value is not None)
    return [f"data = mb.{told['door']}({given})"], "data"


def _uploaded(file: bytes, channels: int) -> Tensor:
    """A picture (1, c, h, w) in [0, 1], at most `LARGEST` pixels long."""
    check_picture(file, LIMITS)
    return read_picture(file, LARGEST, channels=channels).unsqueeze(0)


def generated(view: View, z: Tensor) -> Tensor:
    """Pictures (n, c, h, w) in [0, 1] on the CPU that a network makes of points."""
    assert view.picture is not None  # noqa: S101 - who takes points makes pictures
    with evaluating(view.module):
        return view.picture(z).float().cpu().clamp(0, 1)
