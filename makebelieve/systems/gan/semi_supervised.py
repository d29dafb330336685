"""The recipe `semi_supervised`: the critic tells K classes apart, learned from few labels, and real from fake.

data = mb.images("mnist", labelled=100)
learn = mb.gan(data, mb.recipes.semi_supervised)
learn.fit(20)
learn.predict(pictures).classes, learn.evaluate(features=None)["error_rate"]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import torch
from torch import Tensor, nn

from makebelieve.data.augment import random_affine
from makebelieve.data.counter import uniforms
from makebelieve.networks.blocks import many_processes, sum_over_processes
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.objectives import adversarial as adv
from makebelieve.objectives import semi_supervised as semi
from makebelieve.systems.gan.networks import Classifier
from makebelieve.training import Networks, Run, recipe
from makebelieve.training.protocols import Batch, Data
from makebelieve.training.recipe import Turns

_ADAM = partial(torch.optim.Adam, lr=1e-3, betas=(0.5, 0.999))


def _few(batch: Batch) -> Batch | None:
    """The labelled pictures that come with a batch: a stream of their own, or where all have labels the batch itself.

    None where the batch was cut into more parts than there are labelled pictures.
    """
    if batch.labelled is not None:
        return batch.labelled
    return batch if batch.y is not None else None


def _of_the_whole(mean: Tensor, few: Batch, batch: Batch) -> Tensor:
    """A mean over this share of the labelled pictures, weighted so that all shares add up to the mean over all.

    The learner weighs a share's loss by len(batch) / batch.total, which is right for what was averaged over `batch`.
    """
    return mean * (len(few) * batch.total / (few.total * len(batch)))


def _mean(features: Tensor, run: Run) -> Tensor:
    """(n, d) to (d,), over the pictures of all processes; outside training, over one's own."""
    if not (run.training and many_processes()):
        return features.float().mean(0)
    counted = torch.cat([features.float().sum(0), features.new_full((1,), len(features), dtype=torch.float32)])
    joined = sum_over_processes(counted)
    return joined[:-1] / joined[-1]


def _classes_to_make(nets: Networks, batch: Batch, run: Run) -> tuple[Tensor, ...]:
    """`(y,)`, (n,) class indices drawn evenly, for a generator that takes labels; `()` for one that does not."""
    label = cast(nn.Embedding | None, getattr(nets.generator, "label", None))
    if label is None:
        return ()
    return ((run.uniform(len(batch)) * label.num_embeddings).long(),)


def _changed(batch: Batch, run: Run) -> Tensor:
    """Pictures (n, c, h, w), each turned, stretched, slanted and shifted a little, in the memory layout of `batch.x`.

    The changes are a function of step and item, so that it does not matter how a batch is divided.
    """
    change = random_affine()
    changed = change(batch.x, uniforms(0, run.step, batch.items, change.draws))
    return torch.empty_like(batch.x).copy_(changed)


@recipe(
    optimizers={"generator": _ADAM, "critic": _ADAM},
    average={"generator": 0.99, "critic": 0.999},
    networks={"critic_norm": "weight", "generator_norm": "batch", "classifier": True},
)
def semi_supervised(
    nets: Networks, batch: Batch, run: Run, *, consistency: float = 0.0, classification: float = 0.1
) -> Turns:
    """K classes and fake, with feature matching (Salimans et al. 2016, sections 3.1 and 5).

    The critic learns classes from the labelled pictures and real from fake on all; the generator matches the mean of
    the critic's last hidden layer. The labels come from data made with `labelled=`; without that, all are used.

    A conditional generator makes classes drawn evenly and is also trained so that the critic finds them in what it
    made, as the generator of Odena et al. (2017, section 3); the critic learns no class from generated pictures.

    Args:
        consistency: weight of an extra that is not in the paper: that unlabelled pictures which are surely of one class
            stay so when turned, stretched, slanted and shifted a little (Sohn et al. 2020, section 2.2), as labelled
            ones are too. Not for pictures whose class hangs on such changes; 0 leaves it out.
        classification: weight of the class that a conditional generator was asked for.
    """
    critic, few, y = cast(Classifier, nets.critic), _few(batch), _classes_to_make(nets, batch, run)
    fake = nets.generator(run.noise(len(batch)), *y)
    shown = [batch.x, fake.detach()]
    change = bool(consistency) and run.training
    if few is not None and few is not batch:
        shown.append(_changed(few, run) if change else few.x)
    if change:
        shown.append(_changed(batch, run))
    logits = list(critic(torch.cat(shown)).split([len(x) for x in shown]))
    changed = logits.pop() if change else None
    loss = adv.minimax_critic(semi.real_logit(logits[0]), semi.real_logit(logits[1]))
    if changed is not None:
        loss = loss + consistency * semi.consistency(logits[0], changed)
    found = {}
    if few is not None:
        told = logits[0] if few is batch else logits[2]
        labels = cast(Tensor, few.y)
        loss = loss + _of_the_whole(semi.labelled_critic(told, labels), few, batch)
        found["error_rate"] = _of_the_whole(semi.error_rate(told, labels), few, batch)
    yield "critic", loss, found

    with torch.no_grad():
        wanted = _mean(critic.features_of(batch.x), run)
    features = critic.features_of(fake)
    loss = semi.feature_matching(wanted, _mean(features, run))
    if y:
        loss = loss + classification * semi.labelled_critic(critic.logits_of(features), *y)
    yield "generator", loss


@dataclass(frozen=True)
class Prediction:
    """What a critic of K classes says of n pictures.

    Attributes:
        classes: n names, the most probable class of each.
        indices: (n,) int64, the same by number.
        probabilities: (n, K) float32, p(k | x, real): each row sums to 1.
    """

    classes: list[str]
    indices: Tensor
    probabilities: Tensor

    def __len__(self) -> int:
        return len(self.classes)


def predict(critic: nn.Module, x: Tensor, classes: Sequence[str]) -> Prediction:
    """The classes of pictures x (n, c, h, w) in [0, 1], on the critic's device."""
    with evaluating(critic):
        probabilities = in_parts(critic, x).softmax(1)
    indices = probabilities.argmax(1)
    return Prediction([classes[i] for i in indices.tolist()], indices, probabilities)


def classification(critic: nn.Module, data: Data, device: torch.device) -> dict[str, float]:
    """`accuracy` and `error_rate`, both in [0, 1], on all validation pictures."""
    batches = data.batches("valid", 1000, device=device)
    wrong = 0.0
    with evaluating(critic):
        for _ in range(batches.steps_per_epoch):
            batch = next(batches)
            wrong += float(semi.error_rate(in_parts(critic, batch.x), cast(Tensor, batch.y).cpu())) * len(batch)
    error = wrong / data.count("valid")
    return {"accuracy": 1 - error, "error_rate": error}
