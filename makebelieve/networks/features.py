"""What the layers of a network make of pictures, run no deeper than asked: for dreams, styles and perceptual losses."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.errors import DataError, OptionError
from makebelieve.networks.backbones import COLOURS, REFUSALS, Bare, bare_network
from makebelieve.networks.pretrained import load_published
from makebelieve.networks.using import evaluating

SHOWN = 8  # names in a sentence
USUAL = 224  # pixels a side


class Features(nn.Module):
    """Pictures (n, c, h, w) in [0, 1] to the maps of some layers; frozen, differentiable with respect to the pictures.

    What follows the deepest of the layers does not run, and is not kept. One channel is seen as three equal ones.

    Args:
        net: of normalised pictures; it is changed: frozen, in eval mode for good, and cut behind the layers.
        layers: by the name that the caller uses, the name that `named_modules` has.
        mean: of each channel that the net sees; empty where it takes pictures as they are.
        std: likewise.
        run: names of the parts of the net that the layers need.
    """

    scale: Tensor
    shift: Tensor

    def __init__(
        self, net: nn.Module, layers: Mapping[str, str], mean: Sequence[float], std: Sequence[float], run: set[str]
    ) -> None:
        super().__init__()
        self.names = tuple(layers)
        self._paths = dict(layers)
        self._copied: set[str] = set()  # what a later operation in place would alter
        _drop_all_but(net, run)
        self.net = net.eval().requires_grad_(False)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        deviation = torch.tensor(std or [1.0]).view(1, -1, 1, 1)
        self.register_buffer("scale", 1 / deviation)
        self.register_buffer("shift", -torch.tensor(mean or [0.0]).view(1, -1, 1, 1) / deviation)
        self._normalises = bool(mean)

    def train(self, mode: bool = True) -> Features:  # noqa: ARG002 - it is used, never trained
        """Stays in eval mode."""
        return super().train(False)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(n, c, h, w) to (n, c', h', w') by layer, in the order in which they were asked for.

        Raises:
            OptionError: the pictures are too small for the network.
        """
        if self._normalises:
            x = torch.addcmul(self.shift, x, self.scale)
        paths = set(self._paths.values())
        try:
            found, changed = maps_on_the_way(self.net, x, paths, self._copied)
            if changed:  # seen at the first call only
                self._copied |= changed
                found, _ = maps_on_the_way(self.net, x, paths, self._copied)
        except OptionError:
            raise
        except REFUSALS as error:
            raise _too_small(type(self.net).__name__, x, error) from error
        return {name: found[path] for name, path in self._paths.items()}


def features_of(
    backbone: str | nn.Module, layers: str | Sequence[str], *, pretrained: bool | str | Path = True
) -> Features:
    """The layers of a network, ready to look at pictures.

    Args:
        backbone: a classifier of torchvision or timm by name, or a module of pictures (n, 3, h, w) in [0, 1], of which
            a copy is used.
        layers: one or several, as `mb.layers` lists them; those of a VGG also by the names of the paper ("relu3_1").
        pretrained: True for published weights, False for random ones, or a safetensors file, which may end behind the
            deepest of the layers. A module has its own.

    Raises:
        OptionError: neither library has the name, the network has no such layer, or the weights do not reach to it.
        DownloadError: the weights are not in the cache and can't be fetched.
        DataError: the file of weights is not there, or of another network.
    """
    wanted = [layers] if isinstance(layers, str) else list(dict.fromkeys(layers))
    if not wanted or not all(isinstance(name, str) for name in wanted):
        raise OptionError("networks.no_layers", given=layers)
    if isinstance(backbone, nn.Module):
        net = copy.deepcopy(backbone)
        return Features(net, paths_of(net, wanted), (), (), {name for name, _ in net.named_modules()})
    if not isinstance(pretrained, bool | str | Path):
        raise OptionError("networks.pretrained", given=pretrained)
    if not isinstance(backbone, str):
        raise OptionError("networks.no_backbone", given=backbone)
    file = None if isinstance(pretrained, bool) else Path(pretrained).expanduser()
    if file is not None and not file.is_file():  # before a large network is made for nothing
        raise DataError("networks.no_file", path=file)
    bare = bare_network(backbone, (USUAL, USUAL))
    paths = paths_of(bare.net, wanted)
    order = _run_order(bare, set(paths.values()), backbone)
    if pretrained is not False:
        _load(bare, order, file, paths)
    return Features(bare.net, paths, list(bare.mean), list(bare.std), set(order))


def check_backbone(backbone: object) -> None:
    """Refuses what can't be the network that looks.

    Raises:
        OptionError: it is neither a module nor a name that torchvision or timm has.
        MissingExtraError: torchvision or timm is not installed.
    """
    if isinstance(backbone, str):
        with torch.device("meta"):  # no weights are drawn
            bare_network(backbone, (USUAL, USUAL))
    elif not isinstance(backbone, nn.Module):
        raise OptionError("networks.no_backbone", given=backbone)


@dataclass(frozen=True)
class LayerRow:
    """A layer that gives maps.

    Attributes:
        name: what to ask for.
        kind: its class.
        shape: (channels, height, width) of its maps.
    """

    name: str
    kind: str
    shape: tuple[int, int, int]


class LayerTable(Sequence[LayerRow]):
    """The layers of a network that give maps, in the order in which they run; shows itself as a table."""

    def __init__(self, title: str, rows: Sequence[LayerRow]) -> None:
        self.title, self._rows = title, tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    @property
    def names(self) -> list[str]:
        return [row.name for row in self._rows]

    def __repr__(self) -> str:
        cells = [(row.name, row.kind, " × ".join(map(str, row.shape))) for row in self._rows]
        wide = [max((len(cell[i]) for cell in cells), default=0) for i in range(2)]
        lines = [f"{name:<{wide[0]}}  {kind:<{wide[1]}}  {shape}" for name, kind, shape in cells]
        return "\n".join([self.title, *lines])


def layers(backbone: str | nn.Module, *, size: int | tuple[int, int] = USUAL) -> LayerTable:
    """The layers of a network that give maps, with their shapes; no weights are needed.

    Args:
        backbone: a classifier of torchvision or timm by name, or a module of pictures (n, 3, h, w).
        size: pixels a side of the pictures that it is shown, or (height, width).

    Raises:
        OptionError: neither library has the name, or the network can't take such pictures.
        MissingExtraError: torchvision or timm is not installed.
    """
    sides = list(size) if isinstance(size, tuple | list) else [size, size]
    if len(sides) != 2 or not all(isinstance(side, int) and side >= 1 for side in sides):
        raise OptionError("networks.layers_size", given=size)
    h, w = sides
    if isinstance(backbone, nn.Module):
        net, title, weight = backbone, type(backbone).__name__, next(backbone.parameters(), torch.empty(0))
        x = torch.zeros(1, COLOURS, h, w, device=weight.device)
    elif not isinstance(backbone, str):
        raise OptionError("networks.no_backbone", given=backbone)
    else:
        with torch.device("meta"):  # shapes alone
            net, title, x = bare_network(backbone, (h, w)).net, backbone, torch.zeros(1, COLOURS, h, w)
    parts = dict(net.named_modules())
    found: list[LayerRow] = []
    own_names = {path: name for name, path in vgg_names(net).items()}

    def keep(path: str, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim == 4 and path not in {row.name for row in found}:
            c, height, width = output.shape[1:]
            found.append(LayerRow(own_names.get(path, path), type(parts[path]).__name__, (c, height, width)))

    try:
        with evaluating(net), _hooked({path: parts[path] for path in parts if path}, keep):
            net(x)
    except REFUSALS as error:
        raise _too_small(title, x, error) from error
    return LayerTable(f"{title}, 3 × {h} × {w}", found)


def vgg_names(net: nn.Module) -> dict[str, str]:
    """The names of the paper ("conv1_1", "relu1_1", "pool1") for the layers of a VGG; {} for other networks.

    Source:
        Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015; the
        numbering of Gatys, Ecker and Bethge, 2016.
    """
    body = getattr(net, "features", None)
    plain = (nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.MaxPool2d)
    if not isinstance(body, nn.Sequential) or not all(isinstance(part, plain) for part in body):
        return {}
    names: dict[str, str] = {}
    block, place = 1, 0
    for own, part in body.named_children():
        if isinstance(part, nn.Conv2d):
            place += 1
            names[f"conv{block}_{place}"] = f"features.{own}"
        elif isinstance(part, nn.ReLU):
            names[f"relu{block}_{place}"] = f"features.{own}"
        elif isinstance(part, nn.MaxPool2d):
            names[f"pool{block}"] = f"features.{own}"
            block, place = block + 1, 0
    return names


def paths_of(net: nn.Module, asked: Sequence[str]) -> dict[str, str]:
    """By each name asked for, the one that `named_modules` has.

    Raises:
        OptionError: there is no such layer; the nearest are named.
    """
    known = {name: name for name, _ in net.named_modules() if name} | vgg_names(net)
    for name in asked:
        if name not in known:
            every = list(known)
            near = difflib.get_close_matches(name, known, SHOWN, 0.4) or every[:: -(-len(every) // SHOWN)]
            raise OptionError("networks.unknown_layer", given=name, near=", ".join(near))
    return {name: known[name] for name in asked}


def maps_on_the_way(net: nn.Module, x: Tensor, paths: set[str], copied: set[str]) -> tuple[dict[str, Tensor], set[str]]:
    """What the parts of these names give at their first call; nothing runs after the last of them.

    Args:
        net: of x.
        x: normalised pictures.
        paths: names of parts.
        copied: those whose output goes on as a copy.

    Returns:
        The maps by name, and the names of those that a later operation altered in place.

    Raises:
        OptionError: a part gives no (n, c, h, w), or never ran.
    """
    parts = dict(net.named_modules())
    found: dict[str, tuple[Tensor, int]] = {}

    def keep(path: str, output: Any) -> Any:
        if path in found or not isinstance(output, Tensor) or output.ndim != 4:
            return None
        found[path] = output, output._version
        if len(found) == len(paths):
            raise _Enough
        return output.clone() if path in copied else None

    try:
        with _hooked({path: parts[path] for path in paths}, keep):
            net(x)
    except _Enough:
        pass
    for path in paths:
        if path not in found:
            raise OptionError("networks.no_maps", given=path)
    changed = {path for path, (output, version) in found.items() if output._version != version}
    return {path: output for path, (output, _) in found.items()}, changed


class _Enough(Exception):  # noqa: N818 - no error: the network has run as deep as asked
    pass


@contextmanager
def _hooked(parts: Mapping[str, nn.Module], keep: Any) -> Iterator[None]:
    """`keep(name, output)` at each call of these parts; what it gives, if anything, goes on instead."""

    def listen(name: str, part: nn.Module) -> Any:
        return part.register_forward_hook(lambda _part, _given, output: keep(name, output))

    handles = [listen(name, part) for name, part in parts.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _run_order(bare: Bare, paths: set[str], name: str) -> list[str]:
    """Names of the parts that run up to the deepest of the paths, as they end; those that contain it at the end."""
    order: list[str] = []
    parts = dict(bare.net.named_modules())
    handles = [
        part.register_forward_pre_hook(lambda _part, _given, own=own: order.append(own))
        for own, part in parts.items()
        if own
    ]
    x = torch.zeros(1, COLOURS, *bare.size)
    try:
        with evaluating(bare.net):
            maps_on_the_way(bare.net, x, paths, set())
    except OptionError:
        raise
    except REFUSALS as error:
        raise _too_small(name, x, error) from error
    finally:
        for handle in handles:
            handle.remove()
    return list(dict.fromkeys(order))


def _load(bare: Bare, order: Sequence[str], file: Path | None, paths: Mapping[str, str]) -> None:
    """Weights for the parts that run; the file may lack those of others."""
    state = bare.net.state_dict()
    needed = {name for name in state if name.rpartition(".")[0] in set(order)}
    missing = load_published(bare.net, bare.published, file, needed=needed)
    if missing:
        holders = [part for part in order if any(name.rpartition(".")[0] == part for name in missing)]
        before = order[: order.index(holders[0])]
        own = {path: name for name, path in vgg_names(bare.net).items()}
        reached = [own.get(part, part) for part in before if not any(True for _ in _children(bare.net, part))]
        within = [part for part in before if not holders[0].startswith(f"{part}.")]
        raise OptionError(
            "networks.short_weights",
            source=file or bare.published.network,
            last=reached[-1] if reached else "-",
            asked=", ".join(name for name, path in paths.items() if path not in within),
        )


def _children(net: nn.Module, path: str) -> Iterator[nn.Module]:
    return net.get_submodule(path).children()


def _drop_all_but(net: nn.Module, run: set[str]) -> None:
    """Puts something empty in place of parts that never run, so that they take no memory."""
    for parent_name, parent in list(net.named_modules()):
        for own, child in list(parent.named_children()):
            path = f"{parent_name}.{own}" if parent_name else own
            inside = any(name == path or name.startswith(f"{path}.") for name in run)
            if not inside and any(True for _ in child.parameters()):
                setattr(parent, own, nn.Identity())


def _too_small(name: str, x: Tensor, error: Exception) -> OptionError:
    why = (str(error).strip() or type(error).__name__).splitlines()[0]
    return OptionError("networks.cant_see", network=name, height=x.shape[-2], width=x.shape[-1], why=why)
