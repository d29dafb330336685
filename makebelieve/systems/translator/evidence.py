"""What a translator's pictures are worth: figures against the truth, beside those of what needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Protocol

import torch
from torch import Tensor

from makebelieve.evaluate.quality import psnr, ssim
from makebelieve.figures import Figures
from makebelieve.messages import say
from makebelieve.systems.translator import lab
from makebelieve.systems.translator.tasks import Colourise, Task
from makebelieve.training.protocols import Data, Part
from makebelieve.training.randomness import derive

AT_ONCE = 32
MEASURED = 1000  # training pictures whose mean colour is taken


class Makes(Protocol):
    """As much of a translator as is judged."""

    task: Task
    step: int

    def make(self, given: Tensor) -> Tensor: ...

    def pairs_of(self, x: Tensor, seed: int) -> tuple[Tensor, Tensor]: ...

    def weights_of(self, name: str) -> str: ...


def evaluate_translator(learn: Makes, data: Data, part: Part, seed: int) -> Figures:
    """All figures on a part of the data; see `Translator.evaluate`."""
    task, sums, count = learn.task, dict[str, float](), data.count(part)
    mean = mean_colour(data) if isinstance(task, Colourise) else None
    for place, x in enumerate(items(data, part)):
        given, truth = learn.pairs_of(x, derive(seed, place))
        for name, values in _measured(task, learn.make(given), given, truth, mean):
            sums[name] = sums.get(name, 0.0) + float(values.sum()) / count
    told = asdict(task)
    protocol = {
        "task": task.name,
        **told.pop("wear", {}),
        **told,
        "part": part,
        "n": count,
        "seed": seed,
        "psnr": "−10 log₁₀ MSE over all pixels and channels of a picture in [0, 1]; mean over pictures",
        "data": data.fingerprint(),
    }
    subject = {"system": "translator", "step": learn.step, "weights": learn.weights_of("model")}
    return Figures(sums, protocol, subject=subject, verdict=_verdict(task, sums))


def items(data: Data, part: Part) -> Iterator[Tensor]:
    """All items of a part, (n, c, h, w) on the CPU, in order."""
    batches, left = data.batches(part, AT_ONCE, shuffle=False), data.count(part)
    while left > 0:
        x = next(batches).x[:left].cpu()
        left -= len(x)
        yield x


def mean_colour(data: Data) -> Tensor:
    """Mean a and b of Lab over the pixels of up to MEASURED training pictures, (1, 2, 1, 1)."""
    n = min(MEASURED, data.count("train"))
    batches = data.batches("train", min(n, AT_ONCE))
    found = [lab.to_lab(next(batches).x.cpu())[:, 1:].mean((0, 2, 3)) for _ in range(-(-n // AT_ONCE))]
    return torch.stack(found).mean(0).view(1, 2, 1, 1)


def _measured(
    task: Task, made: Tensor, given: Tensor, truth: Tensor, mean: Tensor | None
) -> Iterator[tuple[str, Tensor]]:
    """Figures (n,) by name."""
    plain = task.plain(given)
    for name, figure in (("psnr", psnr), ("ssim", ssim)):
        yield name, figure(made, truth)
        yield f"{name}_{task.plain_name}", figure(plain, truth)
    if mean is not None:
        even = lab.from_lab(torch.cat([lab.lightness(given), mean.expand(len(given), -1, *given.shape[-2:])], 1))
        yield "lab_distance", lab.distance(made, truth)
        yield f"lab_distance_{task.plain_name}", lab.distance(plain, truth)
        yield "lab_distance_mean", lab.distance(even.clamp(0, 1), truth)


def _verdict(task: Task, sums: dict[str, float]) -> list[str]:
    """One sentence: nearer to the truth than what needs no network, or not."""
    if isinstance(task, Colourise):
        ours, best = sums["lab_distance"], min(sums["lab_distance_grey"], sums["lab_distance_mean"])
        key = "translator.nearer" if ours < best else "translator.not_nearer"
        return [say(key, ours=f"{ours:.1f}", best=f"{best:.1f}")]
    ours, plain = sums["psnr"], sums[f"psnr_{task.plain_name}"]
    key = "translator.better" if ours > plain else "translator.not_better"
    return [say(key, gain=f"{ours - plain:+.2f}", plain=say(task.plain_key))]
