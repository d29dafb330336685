"""Where in one picture the evidence for a decision lies: Grad-CAM, occlusion, guided backpropagation.

All leave the network as it was: weights, gradients, hooks and modes, also where they fail.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from makebelieve.errors import OptionError
from makebelieve.explain.rectifiers import Rectified
from makebelieve.explain.seeing import differentiating, maps_of, one, output_and_map, score
from makebelieve.networks.using import evaluating, in_parts

AT_ONCE = 64  # occluded pictures in a batch
SHARE = 5  # of the picture's side is a window's side, where none is given


def grad_cam(model: nn.Module, x: Tensor, target: int | None = None, layer: str | None = None) -> Tensor:
    """Heat (h, w) in [0, 1] of one picture: where the maps of a layer speak for the target.

    The heat is ``ReLU(Σ_k α_k A_k)`` over the maps A_k of the layer, ``α_k`` the mean over places of ``∂y / ∂A_k``
    (eq. 1 and 2), enlarged bilinearly to the picture and divided by its greatest value; zero everywhere where nothing
    speaks for the target.

    Source:
        Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017
        (arXiv:1610.02391).

    Args:
        model: (n, c, h, w) to (n, k) logits or numbers, or to (n,).
        x: (c, h, w) or (1, c, h, w) in [0, 1].
        target: which output; the greatest where not given.
        layer: name of a part, as `named_modules` gives it; by default the last with more than 1 × 1 places.

    Raises:
        OptionError: the model has no convolution, no part of that name or no such output, or x is not one picture.
    """
    x = one(model, x)
    name = layer if layer is not None else last_map(model, x)
    with differentiating(model):
        output, maps = output_and_map(model, x.clone().requires_grad_(), name)
        value, _ = score(output, target)
        (gradient,) = torch.autograd.grad(value, maps, materialize_grads=True)
    maps, gradient = maps.detach().float(), gradient.float()
    heat = (gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu()
    heat = F.interpolate(heat, x.shape[-2:], mode="bilinear", align_corners=False)[0, 0]
    return _to_unit(heat)


def occlusion(
    model: nn.Module,
    x: Tensor,
    target: int | None = None,
    *,
    window: int | tuple[int, int] | None = None,
    stride: int | None = None,
    fill: float | None = None,
) -> Tensor:
    """Heat (h, w) in [0, 1] of one picture: how much the target's output falls when a window there is covered.

    The heat of a pixel is the mean fall over the windows that cover it, zero where the output rises instead, divided by
    its greatest value.

    Source:
        Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014 (arXiv:1311.2901),
        section 4.2.

    Args:
        model: (n, c, h, w) to (n, k) logits or numbers, or to (n,).
        x: (c, h, w) or (1, c, h, w) in [0, 1].
        target: which output; the greatest where not given.
        window: pixels of its side, or (height, width); a fifth of the picture's shorter side where not given.
        stride: pixels between windows; half a window where not given. The last window always ends at the border.
        fill: what covers, in [0, 1]; the picture's mean colour where not given.

    Raises:
        OptionError: the window is larger than the picture, a number is below 1, or as `grad_cam`.
    """
    x = one(model, x)
    h, w = x.shape[-2:]
    side = max(1, round(min(h, w) / SHARE))
    high, wide = (window, window) if isinstance(window, int) else window or (side, side)
    if not (1 <= high <= h and 1 <= wide <= w):
        raise OptionError("explain.window", given=f"{high} × {wide}", picture=f"{h} × {w}")
    step = max(1, min(high, wide) // 2) if stride is None else stride
    if step < 1:
        raise OptionError("explain.at_least_one", name="stride", given=step)
    cover = x.mean((2, 3)).view(-1, 1, 1) if fill is None else x.new_full((1, 1, 1), fill)
    places = torch.tensor([(i, j) for i in _starts(h, high, step) for j in _starts(w, wide, step)])

    def covered(corners: Tensor) -> Tensor:
        pictures = x.repeat(len(corners), 1, 1, 1)
        for picture, (i, j) in zip(pictures, corners.tolist(), strict=True):
            picture[:, i : i + high, j : j + wide] = cover
        values: Tensor = model(pictures)
        return values.reshape(len(corners), -1)[:, place]

    with evaluating(model):
        whole, place = score(model(x), target)
        falls = float(whole) - in_parts(covered, places, size=AT_ONCE)
    return _to_unit(_spread(falls, places, (high, wide), (h, w)).relu())


def guided_backpropagation(model: nn.Module, x: Tensor, target: int | None = None) -> Tensor:
    """(c, h, w), signed: the gradient of the target with respect to the picture, guided by what speaks for it.

    At each rectifier only positive gradients go on, and only to units that were active.

    Source:
        Springenberg, Dosovitskiy, Brox and Riedmiller, "Striving for Simplicity: The All Convolutional Net", ICLR 2015
        workshop (arXiv:1412.6806), section 3.4.

    Args:
        model: (n, c, h, w) to (n, k) logits or numbers, or to (n,).
        x: (c, h, w) or (1, c, h, w) in [0, 1].
        target: which output; the greatest where not given.

    Raises:
        OptionError: x is not one picture, or there is no such output.
    """
    with differentiating(model), Rectified("guided"):
        picture = one(model, x).clone().requires_grad_()
        value, _ = score(model(picture), target)
        (gradient,) = torch.autograd.grad(value, picture, materialize_grads=True)
    return gradient[0].float().cpu()


def last_map(model: nn.Module, x: Tensor) -> str:
    """The name of the last part to give maps of more than one place for x, (n, c, h, w).

    Raises:
        OptionError: the model has no convolution, or none of its parts gives such maps.
    """
    names = list(maps_of(model, x))
    if not names:
        raise OptionError("explain.no_places", shape=tuple(x.shape[1:]))
    return names[-1]


def _starts(length: int, window: int, step: int) -> list[int]:
    last = length - window
    return [*range(0, last, step), last]


def _spread(falls: Tensor, places: Tensor, window: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(h, w): of each pixel the mean over the windows, (m, 2), that cover it; zero where the stride leaves gaps."""
    total, count = torch.zeros(size), torch.zeros(size)
    for (i, j), fall in zip(places.tolist(), falls, strict=True):
        total[i : i + window[0], j : j + window[1]] += fall
        count[i : i + window[0], j : j + window[1]] += 1
    return total / count.clamp(min=1)


def _to_unit(heat: Tensor) -> Tensor:
    heat = heat.cpu()
    return heat / heat.max().clamp(min=torch.finfo(torch.float32).tiny)
