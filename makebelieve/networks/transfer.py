"""Networks of two parts for transfer learning: a body that sees, made or learnt before, and a head that decides."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.networks.backbones import Backbone, backbone
from makebelieve.networks.blocks import Dropout
from makebelieve.networks.pretrained import Published, load_published
from makebelieve.networks.small import small_cnn, small_resnet
from makebelieve.networks.using import evaluating

SMALL = {"small": small_cnn, "small_resnet": small_resnet}
DROPOUT = 0.2  # of features


class Transfer(nn.Module):
    """A body that sees, a head that decides.

    Args:
        body: pictures (n, c, h, w) in [0, 1] to pooled features (n, f); it owns its normalisation.
        head: (n, f) to (n, outputs).
        features: f.
    """

    def __init__(self, body: nn.Module, head: nn.Module, features: int) -> None:
        super().__init__()
        self.body, self.head, self.features = body, head, features

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (n, c, h, w) in [0, 1], or features (n, f) that `embed` gave before, to (n, outputs), float32."""
        if x.dim() != 2:
            x = self.embed(x)
        with torch.autocast(x.device.type, enabled=False):  # (n, f) is little work, and bf16 has three digits
            return cast(Tensor, self.head(x.float()))

    def embed(self, x: Tensor) -> Tensor:
        """The body's features (n, f), without a graph where nothing before the head learns."""
        learns = x.requires_grad or any(parameter.requires_grad for parameter in self.body.parameters())
        with torch.set_grad_enabled(learns and torch.is_grad_enabled()):
            return cast(Tensor, self.body(x))

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """From the input to the head, which is the last: early and late half of a backbone, or a small body whole."""
        whole = [list(self.body.parameters())]
        return [*(self.body.halves() if isinstance(self.body, Backbone) else whole), list(self.head.parameters())]


class Whole(nn.Module):
    """A network of one's own, used as it is: nothing is known of its parts, so all of its parameters are one group.

    Args:
        net: pictures (n, c, h, w) in [0, 1] to (n, outputs).
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """What `net` gives."""
        return cast(Tensor, self.net(x))

    def parameter_groups(self) -> list[list[nn.Parameter]]:
        """One."""
        return [list(self.net.parameters())]


def transfer(
    network: str | nn.Module,
    *,
    channels: int,
    size: tuple[int, int],
    outputs: int,
    pretrained: bool | str | Path | None = None,
) -> Transfer | Whole:
    """A network for pictures of (channels, *size) with `outputs` numbers a picture. The caller seeds initial weights.

    Args:
        network: `"small"` or `"small_resnet"` (8 to 64 pixels), the name of a torchvision or timm classifier, or a
            module of one's own from pictures to (n, outputs).
        channels: c.
        size: (h, w) in pixels.
        outputs: classes, or numbers to be told.
        pretrained: True for published weights, False for random ones, or a safetensors file with the parameter names
            of torchvision, timm, or for small networks of the body here. None is True where weights are published.

    Raises:
        OptionError: no network has this name, or it can't take such pictures, or gives something else.
        DownloadError: the weights are not in the cache and can't be fetched.
        DataError: the file of weights is of another network.
        MissingExtraError: torchvision or timm is not installed.
    """
    if isinstance(network, nn.Module):
        if pretrained:
            raise OptionError("networks.own_pretrained", network=type(network).__name__, pretrained=str(pretrained))
        return _own(network, (channels, *size), outputs)
    if network in SMALL:
        if pretrained is True:
            raise OptionError("networks.none_published", name=network)
        small = SMALL[network](channels, size)
        if pretrained:
            load_published(small, Published(network), Path(pretrained))
        return Transfer(small, _head(small.features, outputs), small.features)
    body = backbone(network, channels=channels, size=size, pretrained=True if pretrained is None else pretrained)
    return Transfer(body, _head(body.features, outputs), body.features)


def _head(features: int, outputs: int) -> nn.Sequential:
    """Dropout and one linear layer: what a linear probe is, so that fine-tuning begins where that ends."""
    return nn.Sequential(Dropout(DROPOUT), nn.Linear(features, outputs))


def _own(net: nn.Module, shape: tuple[int, int, int], outputs: int) -> Transfer | Whole:
    """The module, once it has turned two black pictures into (2, outputs)."""
    tensor = next(net.parameters(), torch.zeros(()))
    probe = torch.zeros(2, *shape, device=tensor.device)
    name = type(net).__name__
    try:
        with evaluating(net):
            found = net(probe)
    except (RuntimeError, ValueError, TypeError, AssertionError, IndexError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise OptionError("networks.own_fails", network=name, shape=tuple(probe.shape), why=why) from error
    if not isinstance(found, Tensor) or found.shape != (2, outputs):
        given = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        wanted = (2, outputs)
        raise OptionError("networks.own_shape", network=name, shape=tuple(probe.shape), given=given, wanted=wanted)
    return net if isinstance(net, Transfer | Whole) else Whole(net)
