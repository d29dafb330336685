"""The stylizer's recipe: one player, whose pictures are to show what they showed in the style of another."""

from __future__ import annotations

from functools import partial
from typing import cast

import torch

from makebelieve.ops import total_variation
from makebelieve.systems.stylizer.targets import Perception, Targets
from makebelieve.training.protocols import Batch
from makebelieve.training.recipe import Networks, Run, Turns, recipe


# the style loss is of fourth order: a step too far makes gradients hundreds of times larger, which β₂ = 0.99 forgets
@recipe(optimizers={"model": partial(torch.optim.Adam, lr=2e-3, betas=(0.9, 0.99))}, batch_size=4)
def perceptual(
    nets: Networks,
    batch: Batch,
    run: Run,
    *,
    perception: Perception,
    content_weight: float,
    style_weight: float,
    tv_weight: float,
    warm_up: int = 0,
) -> Turns:
    """content_weight · content + style_weight · style + tv_weight · total variation, the mean over pictures.

    In training style_weight rises from 0 in the first `warm_up` steps. A network that meets the style at once paints
    the same strokes over any photo, and is slow to see what is in it.

    Source:
        Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", ECCV 2016,
        eq. 5; the losses as shares, see `Perception.losses`.
    """
    x = batch.x.expand(-1, 3, -1, -1)
    y = nets.model(x)
    content, style = (loss.mean() for loss in perception.losses(x, y, cast(Targets, nets.targets)))
    rise = min(1.0, (run.step + 1) / (warm_up + 1)) if run.training else 1.0
    loss = content_weight * content + rise * style_weight * style
    if tv_weight:
        loss = loss + tv_weight * total_variation(y).mean()
    yield "model", loss, {"content": content, "style": style}
