"""A picture made to excite a channel as much as it can."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.explain.reconstruct import check_channels
from makebelieve.explain.rectifiers import Rectified
from makebelieve.explain.seeing import differentiating, seen
from makebelieve.ops import total_variation

STEPS = 48
RATE = 0.03  # of the brightness range, for a step of gradients of size one
SMOOTH, PALE = 0.15, 0.05  # weights of total variation and of the distance from grey, beside gradients of size one
JITTER = 16  # a picture is moved by up to a sixteenth of its side


def maximise_channels(
    model: nn.Module,
    layer: str,
    channels: Sequence[int],
    shape: tuple[int, int, int],
    *,
    steps: int = STEPS,
    seed: int = 0,
) -> Tensor:
    """(n, c, h, w) in [0, 1]: for each channel a picture that makes the mean of its map large, from seeded noise.

    Each step goes along the gradient, brought to a root mean square of one, of a picture moved at random; minus
    gradients of total variation and of the distance from grey. Where a channel is silent, so that it has no gradient,
    rectifiers pass it as in a deconvnet, which wakes it up. The network is left as it was.

    Source:
        Erhan et al., "Visualizing Higher-Layer Features of a Deep Network", 2009; jitter after Mordvintsev et al.,
        "Inceptionism", 2015; total variation after Mahendran and Vedaldi, 2015 (arXiv:1412.0035).

    Args:
        model: of pictures (n, c, h, w).
        layer: name of a part that gives maps, as `named_modules` has it.
        channels: which of its channels.
        shape: (c, h, w) of the pictures to make; those up to the layer must run on it.
        steps: of gradient ascent.
        seed: of the noise and the movements.

    Raises:
        OptionError: no such layer or channel, or `steps` is below 1.
    """
    if steps < 1:
        raise OptionError("explain.at_least_one", name="steps", given=steps)
    generator = torch.Generator().manual_seed(seed)
    weight = next(model.parameters(), torch.zeros(()))
    noise = torch.randn(len(channels), *shape, generator=generator)
    x = (0.5 + 0.05 * noise).to(weight.device)
    far = [max(1, side // JITTER) for side in shape[1:]]
    for _ in range(steps):
        moves = [int(torch.randint(-reach, reach + 1, (), generator=generator)) for reach in far]
        moved = x.roll(moves, (2, 3))
        up = _up(model, moved, layer, channels)
        silent = up.flatten(1).count_nonzero(1) == 0
        if bool(silent.any()):
            with Rectified("deconv"):
                up = torch.where(silent.view(-1, 1, 1, 1), _up(model, moved, layer, channels), up)
        size = up.square().mean((1, 2, 3), keepdim=True).sqrt().clamp(min=1e-12)
        moved = moved + RATE * (up / size - SMOOTH * _rough(moved) - PALE * (moved - 0.5))
        x = moved.clamp(0, 1).roll([-move for move in moves], (2, 3))
    return x.float().cpu()


def _up(model: nn.Module, x: Tensor, layer: str, channels: Sequence[int]) -> Tensor:
    """(n, c, h, w): the gradient of the mean of each picture's own channel."""
    with differentiating(model):
        x = x.detach().requires_grad_()
        maps = seen(model, x, [layer])[layer]
        check_channels(layer, channels, maps.shape[1])
        excited = maps[torch.arange(len(maps)), list(channels)].mean((1, 2)).sum()
        (gradient,) = torch.autograd.grad(excited, x, materialize_grads=True)
    return gradient.detach()


def _rough(x: Tensor) -> Tensor:
    """(n, c, h, w): the gradient of each picture's total variation, as a sum over its values."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(total_variation(x).sum() * x[0].numel(), x)
    return gradient
