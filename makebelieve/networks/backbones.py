"""Backbones: any classifier of torchvision or timm with its last layer cut off, from pictures to features."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.blocks import BatchNorm2d
from makebelieve.networks.pretrained import Published, load_published
from makebelieve.networks.using import evaluating
from makebelieve.vision import timm, torchvision

Maps = Callable[[nn.Module, Tensor], Tensor]

COLOURS = 3
INCEPTIONS = ("googlenet", "inception_v3")  # their weights come from TensorFlow, which scaled pictures to [−1, 1]
HALVES = (0.5, 0.5, 0.5)
REFUSALS = (RuntimeError, ValueError, AssertionError, TypeError, IndexError, ZeroDivisionError)


@dataclass(frozen=True)
class Bare:
    """A network without its classifier, as its library makes it, and what is known of it.

    Args:
        net: normalised pictures to features.
        published: its weights.
        mean: of each channel of the pictures that these were learnt from.
        std: likewise.
        size: (h, w) of those pictures.
        inputs: names of its first convolutions, where there are more than one or it is registered later.
        maps: of the net and normalised pictures, gives what the net pools; None where it has no maps.
    """

    net: nn.Module
    published: Published
    mean: Sequence[float]
    std: Sequence[float]
    size: tuple[int, int]
    inputs: tuple[str, ...]
    maps: Maps | None


class Backbone(nn.Module):
    """Pictures (n, c, h, w) in [0, 1] to features (n, f), normalised as the weights want it.

    One channel is seen as three equal ones, which is exact and needs no other weights: normalisation spreads it in the
    same pass.

    Args:
        net: normalised pictures to features; its parameters have the names that its library gives them.
        mean: of each channel that the net sees.
        std: likewise.
        features: f.
    """

    scale: Tensor
    shift: Tensor

    def __init__(self, net: nn.Module, mean: Sequence[float], std: Sequence[float], features: int) -> None:
        super().__init__()
        self.net, self.features = net, features
        deviation = torch.tensor(std, dtype=torch.float32).view(1, -1, 1, 1)
        self.register_buffer("scale", 1 / deviation)
        self.register_buffer("shift", -torch.tensor(mean, dtype=torch.float32).view(1, -1, 1, 1) / deviation)

    def normalised(self, x: Tensor) -> Tensor:
        """(x − mean) / std in one pass, (n, channels of the net, h, w)."""
        return torch.addcmul(self.shift, x, self.scale)

    def forward(self, x: Tensor) -> Tensor:
        """Features, (n, f)."""
        return cast(Tensor, self.net(self.normalised(x)))

    def halves(self) -> list[list[nn.Parameter]]:
        """Parameters of the first half of the net's blocks, with those of no block, and of the second half."""
        blocks = list(_blocks(self.net))
        second = {id(p) for block in blocks[len(blocks) // 2 :] for p in block.parameters()}
        named = list(self.net.parameters())
        return [[p for p in named if id(p) not in second], [p for p in named if id(p) in second]]


class ConvolutionalBackbone(Backbone):
    """A backbone that has maps of where things are, before it pools them.

    Args:
        net: as of `Backbone`.
        mean: likewise.
        std: likewise.
        features: f.
        maps_of: of the net and normalised pictures, gives the maps.
    """

    def __init__(
        self, net: nn.Module, mean: Sequence[float], std: Sequence[float], features: int, maps_of: Maps
    ) -> None:
        super().__init__(net, mean, std, features)
        self.maps_of = maps_of

    def maps(self, x: Tensor) -> Tensor:
        """Pictures (n, c, h, w) in [0, 1] to (n, f', h', w')."""
        return self.maps_of(self.net, self.normalised(x))


def backbone(name: str, *, channels: int, size: tuple[int, int], pretrained: bool | str | Path) -> Backbone:
    """The body of a torchvision classifier of that name, or where there is none of timm's.

    Channels other than 1 and 3 get a first convolution whose weights repeat the published ones in turn, scaled so that
    equal channels give what they gave.

    Args:
        name: such as `"resnet34"`, or of timm with a tag, `"resnet50.a1_in1k"`.
        channels: c of the pictures.
        size: (h, w) of the pictures.
        pretrained: True for published weights, False for random ones, or a safetensors file.

    Raises:
        OptionError: neither library has the name, or the network can't take such pictures.
        DownloadError: the weights are not in the cache and can't be fetched.
        DataError: the file of weights is of another network.
        MissingExtraError: torchvision or timm is not installed.
    """
    bare = bare_network(name, size)
    if pretrained is not False:
        load_published(bare.net, bare.published, None if pretrained is True else Path(pretrained))
    _joint_batch_norm(bare.net)
    seen = COLOURS if channels == 1 else channels
    if seen != COLOURS:
        for path in bare.inputs or _first_convolution(bare.net):
            _widen(bare.net, path, seen, name, learnt=pretrained is not False)
    probe = torch.zeros(1, seen, *size)
    try:
        with evaluating(bare.net):
            features = bare.net(probe)
    except REFUSALS as error:
        raise _refused(name, size, bare.size, error) from error
    if features.dim() != 2:
        raise OptionError("networks.no_features", network=name, shape=tuple(features.shape))
    mean, std = ([values[i % COLOURS] for i in range(seen)] for values in (bare.mean, bare.std))
    if bare.maps is None:
        return Backbone(bare.net, mean, std, features.shape[1])
    return ConvolutionalBackbone(bare.net, mean, std, features.shape[1], bare.maps)


def bare_network(name: str, size: tuple[int, int]) -> Bare:
    """A classifier of torchvision, or where there is none of timm, without its last layer and with random weights.

    Raises:
        OptionError: neither library has the name, or the network can't take pictures of that size.
        MissingExtraError: torchvision or timm is not installed.
    """
    models = torchvision().models
    of_torchvision = models.list_models(module=models)
    if name in of_torchvision:
        return _of_torchvision(name)
    library = timm()
    if library.is_model(name) and (name in library.list_pretrained() or "." not in name):
        return _of_timm(name, size)
    known = {*of_torchvision, *library.list_models(), "small", "small_resnet"}
    near = difflib.get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.5)
    raise OptionError("networks.unknown", name=name, near=", ".join(near or ["small", "resnet34", "mobilenet_v2"]))


def _refused(name: str, size: tuple[int, int], wanted: tuple[int, int], error: Exception) -> OptionError:
    why = (str(error).strip() or type(error).__name__).splitlines()[0]
    return OptionError("networks.size", network=name, height=size[0], width=size[1], h=wanted[0], w=wanted[1], why=why)


def _of_torchvision(name: str) -> Bare:
    models = torchvision().models
    inception = name in INCEPTIONS
    options = {"aux_logits": False, "transform_input": False, "init_weights": True} if inception else {}
    net = models.get_model(name, weights=None, **options)
    classifier = _cut(net)
    weights = models.get_model_weights(name).DEFAULT
    seen = weights.transforms()
    stem = weights.url.rpartition("/")[2].rpartition(".")[0]
    published = Published(
        name,
        url=weights.url,
        digest=stem.rpartition("-")[2],
        kept_as=stem,
        left_out=(f"{classifier}.", "aux1.", "aux2.", "AuxLogits."),
        convert=_densenet_names,
    )
    mean, std = (HALVES, HALVES) if inception else (seen.mean, seen.std)
    maps = None if hasattr(net, "class_token") else torchvision_maps
    return Bare(net, published, mean, std, (seen.crop_size[0], seen.crop_size[0]), (), maps)


def _cut(net: nn.Module) -> str:
    """Takes the last layer with weights, and the dropout before it, out of the network; gives that layer's name."""
    layers: list[str] = [path for path, part in net.named_modules() if isinstance(part, nn.Linear | nn.Conv2d)]
    parent, _, own = layers[-1].rpartition(".")
    siblings = list(net.get_submodule(parent).named_children())
    last = [name for name, _ in siblings].index(own)
    setattr(net.get_submodule(parent), own, nn.Identity())
    for name, module in reversed(siblings[:last]):
        if not isinstance(module, nn.Dropout):
            break
        setattr(net.get_submodule(parent), name, nn.Identity())
    return layers[-1]


def _densenet_names(tensors: dict[str, Tensor], _net: nn.Module) -> dict[str, Tensor]:
    """Published DenseNets say ``denselayer1.norm.1.weight`` for what is now ``denselayer1.norm1.weight``."""
    return {re.sub(r"(denselayer\d+\.(?:norm|conv))\.(\d\.)", r"\1\2", name): t for name, t in tensors.items()}


def torchvision_maps(net: nn.Module, x: Tensor) -> Tensor:
    """What torchvision's network pools: its modules run in the order in which they are registered."""
    parts = dict(net.named_children())
    if "features" in parts:
        x = parts["features"](x)
        if hasattr(parts["features"], "norm5"):  # DenseNet
            return torch.relu(x)
        return cast(Tensor, parts["permute"](parts["norm"](x))) if "permute" in parts else x  # Swin: channels are last
    for name, stage in parts.items():
        if name in ("avgpool", "fc", "classifier"):
            break
        for part in stage if isinstance(stage, nn.ModuleList) else [stage]:
            x = part(x)
    return x


def _of_timm(name: str, size: tuple[int, int]) -> Bare:
    library = timm()
    settings = library.models.get_pretrained_cfg(name) or library.models.PretrainedCfg()
    wanted = settings.input_size[-2:]
    options: dict[str, Any] = {"img_size": size} if settings.fixed_input_size else {}
    try:
        net = library.create_model(name, pretrained=False, num_classes=0, **options)
        with evaluating(net):
            maps = net.forward_features(torch.zeros(1, COLOURS, *size))
    except REFUSALS as error:
        raise _refused(name, size, wanted, error) from error
    classifiers, inputs = (
        (found,) if isinstance(found, str) else tuple(found or ())
        for found in (settings.classifier, settings.first_conv)
    )
    published = _timm_weights(name, settings, net, tuple(f"{path}." for path in classifiers))
    convolutional = isinstance(maps, Tensor) and maps.dim() == 4
    return Bare(net, published, settings.mean, settings.std, wanted, inputs, timm_maps if convolutional else None)


def timm_maps(net: nn.Module, x: Tensor) -> Tensor:
    """What timm's network pools."""
    maps: Tensor = cast(Any, net).forward_features(x)
    return maps.permute(0, 3, 1, 2) if getattr(net, "output_fmt", "") == "NHWC" else maps


def _timm_weights(name: str, settings: Any, net: nn.Module, left_out: tuple[str, ...]) -> Published:
    """From the hub as safetensors, which runs nothing; else a .pth file whose name has its checksum."""
    convert = getattr(sys.modules[type(net).__module__], "checkpoint_filter_fn", None)
    if settings.hf_hub_id:
        hub, _, revision = settings.hf_hub_id.partition("@")
        file = settings.hf_hub_filename or "model.safetensors"
        url = f"https://huggingface.co/{hub}/resolve/{revision or 'main'}/{file}"
        if file.endswith(".safetensors"):
            return Published(name, url, None, hub.replace("/", "--"), left_out, convert)
    url = settings.url if isinstance(settings.url, str) else ""
    named = re.search(r"([^/]+)-([0-9a-f]{8,64})\.pth$", url)
    if named is None or settings.custom_load:
        return Published(name, left_out=left_out, convert=convert)
    return Published(name, url, named[2], f"{named[1]}-{named[2]}", left_out, convert)


def _joint_batch_norm(net: nn.Module) -> None:
    """Batch normalisation over the batch of all processes in place of torch's own, with the same tensors and names."""
    for parent in list(net.modules()):
        for name, old in parent.named_children():
            if type(old) is nn.BatchNorm2d:
                new = BatchNorm2d(old.num_features, old.eps, old.momentum, old.affine, old.track_running_stats)
                new.load_state_dict(old.state_dict())
                setattr(parent, name, new)


def _first_convolution(net: nn.Module) -> list[str]:
    return [path for path, part in net.named_modules() if isinstance(part, nn.Conv2d)][:1]


def _widen(net: nn.Module, path: str, channels: int, name: str, *, learnt: bool) -> None:
    """Makes the first convolution take so many channels: w'[:, i] = w[:, i mod 3] · 3 / channels."""
    convolution = net.get_submodule(path)
    if not isinstance(convolution, nn.Conv2d) or convolution.in_channels != COLOURS or convolution.groups != 1:
        raise OptionError("networks.channels", network=name, channels=channels)
    weight = convolution.weight.detach()[:, torch.arange(channels) % COLOURS] * (COLOURS / channels)
    convolution.weight, convolution.in_channels = nn.Parameter(weight), channels
    if not learnt:
        convolution.reset_parameters()


def _blocks(net: nn.Module) -> Iterator[nn.Module]:
    """Modules with parameters in order: lists are opened, and what has more than half of all parameters."""
    most = _count(net) / 2

    def parts(module: nn.Module) -> Iterator[nn.Module]:
        for child in module.children():
            large = _count(child) > most and any(True for _ in child.children())
            if large or isinstance(child, nn.Sequential | nn.ModuleList):
                yield from parts(child)
            elif _count(child):
                yield child

    return parts(net)


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
