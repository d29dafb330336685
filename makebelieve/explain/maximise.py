"""A picture made to excite a channel as much as it can."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn

from makebelieve.errors import OptionError
from makebelieve.explain.reconstruct import check_channels
from makebelieve.explain.rectifiers import Rectified
from makebelieve.explain.seeing import differentiating, seen
from makebelieve.ops import total_variation

STEPS = 48
RATE = 0.03  # of the brightness range, for a step of gradients of size one
SMOOTH, PALE = 0.1, 0.02  # weights of total variation and of the distance from grey, beside gradients of size one
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
    gradients of total variation and of the distance from grey. In the first quarter of the steps rectifiers pass
    gradients as in a deconvnet, so that a channel that is silent at first wakes up. The network is left as it was.

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
    for step in range(steps):
        moves = [int(torch.randint(-reach, reach + 1, (), generator=generator)) for reach in far]
        moved = x.roll(moves, (2, 3))
        with differentiating(model), Rectified("deconv") if 4 * step < steps else nullcontext():
            moved = moved.detach().requires_grad_()
            maps = seen(model, moved, [layer])[layer]
            check_channels(layer, channels, maps.shape[1])
            excited = maps[torch.arange(len(maps)), list(channels)].mean((1, 2)).sum()
            (up,) = torch.autograd.grad(excited, moved, materialize_grads=True)
            pixels = shape[1] * shape[2] * shape[0]
            (rough,) = torch.autograd.grad(total_variation(moved).sum() * pixels, moved)
        size = up.square().mean((1, 2, 3), keepdim=True).sqrt().clamp(min=1e-12)
        moved = moved.detach() + RATE * (up / size - SMOOTH * rough - PALE * (moved.detach() - 0.5))
        x = moved.clamp(0, 1).roll([-move for move in moves], (2, 3))
    return x.float().cpu()
