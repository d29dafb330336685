"""The translator's recipes: against the truth alone, or against the truth and a critic of patches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from makebelieve.objectives.adversarial import minimax_critic, minimax_generator
from makebelieve.systems.translator.tasks import Task
from makebelieve.systems.translator.tiles import seen_small
from makebelieve.training import Networks, Run, recipe
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Turns

__all__ = ["pix2pix", "pixelwise"]

Perceptual = Callable[[Tensor, Tensor], Tensor]  # pictures and their truths, (n, c, h, w), to a loss

PLACED, ZOOMED = 3, 5  # numbers that place a square
LEAST_ZOOM, TURN = 0.5, 0.2  # of the short side; radians
MEAN_ZOOM = (1 + LEAST_ZOOM) / 2
ADAM = partial(torch.optim.Adam, lr=1e-3, betas=(0.9, 0.99))
DECAYING = partial(torch.optim.AdamW, lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)  # against learning by heart


@recipe(optimizers={"model": ADAM}, average={"model": 0.998}, batch_size=16)
def pixelwise(
    nets: Networks,
    batch: Batch,
    run: Run,
    *,
    task: Task,
    crop: int,
    perceptual: Perceptual | None = None,
    weight: float = 0.0,
) -> Turns:
    """The task's distance from the truth, a mean over pixels, and `weight` times a perceptual loss where there is one.

    In validation also the metric `mse`: squared error of the clipped picture, mean over pixels and channels.

    Args:
        task: how items become inputs and truths.
        crop: side of the squares that are cut from the pictures.
        perceptual: a further distance between pictures.
        weight: its share.
    """
    given, truth = example(batch, run, task, crop)
    found = nets.model(given)
    loss = task.loss(found, task.wanted(truth)).mean()
    if perceptual is not None:
        loss = loss + weight * perceptual(task.picture(given, found), truth)
    if run.training:
        yield "model", loss
    else:
        yield "model", loss, {"mse": _error(task, given, found, truth)}


@recipe(
    optimizers={"model": ADAM, "critic": partial(torch.optim.Adam, lr=5e-4, betas=(0.5, 0.999))},
    average={"model": 0.998},
    batch_size=16,
)
def pix2pix(
    nets: Networks,
    batch: Batch,
    run: Run,
    *,
    task: Task,
    crop: int,
    adversarial: float,
    perceptual: Perceptual | None = None,
    weight: float = 0.0,
) -> Turns:
    """`pixelwise` and `adversarial` times the loss against a critic of patches (Isola et al. 2017, eq. 4).

    Their λ, the weight of L1 against the critic, is 1/`adversarial`. The critic sees what the picture was made from,
    in its plain form; the model is told by the critic as it is after its turn.

    Args:
        task: as for `pixelwise`.
        crop: likewise.
        adversarial: above 0.
        perceptual: likewise.
        weight: likewise.
    """
    given, truth = example(batch, run, task, crop)
    found = nets.model(given)
    picture, seen = task.picture(given, found), task.plain(given)
    yield "critic", minimax_critic(nets.critic(seen, truth), nets.critic(seen, picture.detach()))
    loss = task.loss(found, task.wanted(truth)).mean()
    if perceptual is not None:
        loss = loss + weight * perceptual(picture, truth)
    loss = loss + adversarial * minimax_generator(nets.critic(seen, picture))
    if run.training:
        yield "model", loss
    else:
        yield "model", loss, {"mse": _error(task, given, found, truth)}


def example(batch: Batch, run: Run, task: Task, crop: int) -> tuple[Tensor, Tensor]:
    """(given, truth) of squares cut from a batch, mirrored half the time; all that is drawn, the run draws."""
    n, places = len(batch), ZOOMED if task.zooms else PLACED
    drawn = run.uniform(n * (places + task.uniforms)).view(n, places + task.uniforms)
    if task.zooms:  # so large that the smallest square has its own pixels, as sampling does not antialias
        x = zoomed(seen_small(batch.x, round(crop / LEAST_ZOOM)), drawn[:, :places], crop)
    else:
        x = squares(batch.x, drawn[:, :places], crop)
    return task.pair(x, run.noise(n) if task.gaussian else None, drawn[:, places:])


def squares(x: Tensor, u: Tensor, side: int) -> Tensor:
    """Squares of x (n, c, h, w) at places drawn by u (n, 3) in [0, 1), the third of which mirrors left and right."""
    h, w = x.shape[-2:]
    along = torch.arange(side, device=x.device)
    rows = (u[:, :1] * (h - side + 1)).long() + along
    columns = (u[:, 1:2] * (w - side + 1)).long() + torch.where(u[:, 2:] < 0.5, side - 1 - along, along)
    items = torch.arange(len(x), device=x.device).view(-1, 1, 1)
    # (n, side, side, c): of channels-last pictures, memory in its order
    return x.permute(0, 2, 3, 1)[items, rows.unsqueeze(2), columns.unsqueeze(1)].permute(0, 3, 1, 2)


def zoomed(x: Tensor, u: Tensor, side: int) -> Tensor:
    """Squares of x (n, c, h, w), turned and of random size, bilinearly as (n, c, side, side): for few pictures.

    Args:
        x: the pictures.
        u: (n, 5) in [0, 1), for the size, from LEAST_ZOOM of the short side to all of it; the place, across and down;
            mirroring left and right; the angle, up to ±TURN.
        side: of the squares.
    """
    h, w = x.shape[-2:]
    extent = min(h, w) * (LEAST_ZOOM + (1 - LEAST_ZOOM) * u[:, 0])
    wide, high = extent / w, extent / h
    angle = TURN * (2 * u[:, 4] - 1)
    cos, sin, mirror = angle.cos(), angle.sin(), torch.where(u[:, 3] < 0.5, -1.0, 1.0)
    rows = [
        torch.stack([mirror * wide * cos, -wide * sin, (1 - wide) * (2 * u[:, 1] - 1)], 1),
        torch.stack([mirror * high * sin, high * cos, (1 - high) * (2 * u[:, 2] - 1)], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), [len(x), x.shape[1], side, side], align_corners=False)
    return F.grid_sample(x, grid, padding_mode="reflection", align_corners=False).clamp(0, 1)


def _error(task: Task, given: Tensor, found: Tensor, truth: Tensor) -> Tensor:
    return (task.picture(given, found).clamp(0, 1) - truth).square().mean()
