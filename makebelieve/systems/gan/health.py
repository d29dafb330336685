"""Watching the game of a GAN: does the critic still tell real from made, does the generator still learn from it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor

from makebelieve.latent.labels import class_indices
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.training import Alarm, Check, Learner, Remedy

JUDGED = 128  # pictures of each sort: the accuracy is then known to 0.04
TOLD_AFTER = 3  # bad looks in a row
CERTAIN = 0.99  # accuracy of a critic that errs no more
VANISHED = 0.01  # of the generator's greatest gradient so far
BALANCED, BALANCED_LOOKS = 0.1, 5  # how near to one half the accuracy is, and for how many looks
PREFERS_KNOWN = 0.5  # of the way from training pictures down to made ones
SEES = 0.8  # accuracy on training pictures of a critic that tells them from made ones


def accuracy(real: Tensor, made: Tensor) -> float:
    """How often the critic's output is higher for the real one of a pair of real (n,) and made (m,); ties count half.

    It needs no threshold, so that critics with logits, distances and relative outputs compare.
    """
    above = (real[:, None] > made[None, :]).double().mean()
    equal = (real[:, None] == made[None, :]).double().mean()
    return float(above + equal / 2)


def prefers_known(train: Tensor, held_out: Tensor, made: Tensor) -> float:
    """(E D(train) − E D(held out)) / (E D(train) − E D(made)), r_v of Karras et al. (2020, eq. 1).

    It is 0 for a critic that has learned nothing by heart, 1 where it takes held-out pictures for made ones; it is kept
    in [−1, 1], and is 0 where made pictures get more than training ones.
    """
    width = float(train.mean() - made.mean())
    return max(-1.0, min(1.0, float(train.mean() - held_out.mean()) / width)) if width > 0 else 0.0


class Critic(Check):
    """A critic that has won, one that knows its pictures by heart, and balance between both players.

    Figures: `critic_accuracy` on pairs of held-out and fresh made pictures, `critic_accuracy_train` with training ones;
    `prefers_known`; `gradient_generator`, the norm of the generator's gradient on one fixed batch.
    """

    remembers = ("greatest", "won", "known", "even")
    conditions = ("balanced",)

    def __init__(self) -> None:
        self.greatest = 0.0
        self.won = self.known = self.even = 0

    def measure(self, learn: Learner) -> dict[str, float]:
        learn = cast(GanLearner, learn)
        generator, critic = learn.nets["generator"], learn.nets["critic"]
        made_of = class_indices(None, JUDGED, learn.classes, learn.device)
        z = learn.latents(JUDGED, seed=learn.looks.seed("critic"))
        pictures = [learn.looks.items(JUDGED)]
        if learn.looks.part == "valid":
            pictures.append(learn.looks.items(JUDGED, "train"))
        with evaluating(generator), evaluating(critic):
            labels = () if made_of is None else (made_of,)
            pictures.append((generator(z, *labels), made_of))
            found = []
            for x, y in pictures:
                given = () if learn.classes is None or y is None else (y,)
                out = in_parts(critic, x, *given)
                found.append(out.logsumexp(1) if out.dim() == 2 else out)  # K classes: Salimans et al. 2016, section 5
        figures = {"critic_accuracy": accuracy(found[0], found[-1])}
        if len(found) == 3:
            figures["critic_accuracy_train"] = accuracy(found[1], found[-1])
            figures["prefers_known"] = prefers_known(found[1], found[0], found[2])
        return figures | _gradient(learn)

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        if "critic_accuracy" not in figures:
            return []
        told, gradient = figures["critic_accuracy"], figures.get("gradient_generator")
        known, sees = figures.get("prefers_known", 0.0), figures.get("critic_accuracy_train", told)
        self.greatest = max(self.greatest, gradient or 0.0)
        won = told > CERTAIN and gradient is not None and gradient < VANISHED * self.greatest
        self.won = self.won + 1 if won else 0
        self.known = self.known + 1 if known > PREFERS_KNOWN and sees > SEES else 0
        # a critic that knows its pictures by heart can't tell held-out ones from made ones either
        self.even = self.even + 1 if abs(told - 0.5) <= BALANCED and sees <= SEES else 0
        self.suspects = bool(self.won)
        alarms = []
        if self.won >= TOLD_AFTER and gradient is not None:
            values = {"step": step, "accuracy": f"{told:.1%}", "share": f"{gradient / self.greatest:.1%}"}
            alarms.append(Alarm("health.critic_saturated", values, remedy=Remedy({"critic": 0.5})))
        if self.known >= TOLD_AFTER:
            alarms.append(Alarm("health.critic_over_fitting", {"step": step, "share": f"{known:.2f}"}))
        return alarms

    def reached(self, condition: str) -> bool:
        return condition == "balanced" and self.even >= BALANCED_LOOKS


def _gradient(learn: GanLearner) -> dict[str, float]:
    """The norm of the generator's gradient by its own loss, in eval mode on one fixed batch; {} if it does not play."""
    noise = torch.Generator(learn.device).manual_seed(learn.looks.seed("gradient"))
    batch = learn.looks.batch("train").chunk(learn.settings.accumulate)[0]
    parameters = learn.game.players["generator"].parameters
    with learn.game.aside(noise):
        for name, loss in learn.game.losses(batch, 0, alone=True):
            if name == "generator" and loss.requires_grad:
                gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
                norms = [gradient.float().norm() for gradient in gradients if gradient is not None]
                return {"gradient_generator": float(torch.stack(norms).norm())} if norms else {}
    return {}


def draw(learn: GanLearner, n: int) -> Tensor:
    """The same n points' pictures at each look."""
    return learn.generate(n, seed=learn.looks.seed("samples")).tensor
