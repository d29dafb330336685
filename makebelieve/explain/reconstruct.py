"""What in a picture excites one unit: its activation carried back to the pixels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.explain.rectifiers import How, Rectified
from makebelieve.explain.seeing import differentiating, placed, seen


def reconstruct_units(
    model: nn.Module,
    x: Tensor,
    layer: str,
    channels: Sequence[int],
    places: Tensor | None = None,
    how: How = "guided",
) -> tuple[Tensor, Tensor]:
    """For each picture the way back from one unit of a layer to the pixels, signed; zero where the unit does not see.

    Guided backpropagation lets through rectifiers what speaks for the unit, to places that were active; a deconvnet to
    all places. The network is left as it was.

    Source:
        Springenberg et al., "Striving for Simplicity", 2015 (arXiv:1412.6806), section 3.4; Zeiler and Fergus,
        "Visualizing and Understanding Convolutional Networks", 2014 (arXiv:1311.2901), section 2.1.

    Args:
        model: of pictures (n, c, h, w).
        x: (n, c, h, w) in [0, 1].
        layer: name of a part that gives maps, as `named_modules` has it.
        channels: n, the unit's channel for each picture.
        places: (n, 2), the unit's row and column in the layer's maps; where the channel is strongest if not given.
        how: "guided" or "deconv".

    Returns:
        (n, c, h, w) float32, and the units' activations, (n,); both on the CPU.

    Raises:
        OptionError: no such layer, channel or way, or not as many channels as pictures.
    """
    check_how(how)
    picture = placed(model, x)
    if len(channels) != len(picture):
        raise OptionError("explain.as_many_channels", channels=len(channels), pictures=len(picture))
    with differentiating(model), Rectified(how):
        picture = picture.clone().requires_grad_()
        maps = seen(model, picture, [layer])[layer]
        check_channels(layer, channels, maps.shape[1])
        chosen = maps[torch.arange(len(maps)), list(channels)]  # (n, h', w')
        if places is None:
            flat = chosen.detach().flatten(1).argmax(1)
            places = torch.stack([flat // chosen.shape[2], flat % chosen.shape[2]], 1)
        values = chosen[torch.arange(len(maps)), places[:, 0], places[:, 1]]
        (gradient,) = torch.autograd.grad(values.sum(), picture, materialize_grads=True)
    return gradient.float().cpu(), values.detach().float().cpu()


def check_how(how: str) -> None:
    """Raises `OptionError` where there is no such way back."""
    if how not in ("guided", "deconv"):
        raise OptionError("explain.how", given=how)


def check_channels(layer: str, channels: Sequence[int], count: int) -> None:
    """Raises `OptionError` where a channel is none of the layer's `count`."""
    for channel in channels:
        if not 0 <= channel < count:
            raise OptionError("explain.channel", layer=layer, count=count, last=count - 1, given=channel)
