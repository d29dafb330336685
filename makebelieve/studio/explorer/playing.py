"""Acts of the game "which one is real?": the visitor against the critic of a GAN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from makebelieve.studio.explorer import asked, points
from makebelieve.studio.explorer.explored import Act, Explored, code_of
from makebelieve.studio.explorer.pictures import address
from makebelieve.systems.gan.learner import GanLearner
from makebelieve.training.randomness import derive

SURE = 1.959964  # standard deviations of a normal law within which 95 % lies
ROUNDS = 10_000


def serves(learn: Any) -> bool:
    """Whether it has a critic."""
    return isinstance(learn, GanLearner)


def facts(explored: Explored) -> dict[str, Any]:
    """Whether there are real pictures to play with."""
    return {"plays": explored.has_data}


def deal(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"seed", "round"} → {"pictures": [one, other]}: one is real, not trained on if there are such."""
    pair = _pair(explored, request)
    return {"pictures": [address(one) for one in pair.pictures], "code": _code(explored, pair)}


def guess(explored: Explored, request: dict[str, Any], _files: list[bytes]) -> dict[str, Any]:
    """{"seed", "round", "choice": 0 | 1, "played", "you", "critic"} → what was right, and both scores with intervals.

    `played`, `you` and `critic` count the rounds before this one and who was right how often; they come back with this
    one counted. The critic's choice is the picture with the higher output of `learn.discriminate`.
    """
    choice = asked.whole(request, "choice", 0, 1)
    played = asked.whole(request, "played", 0, ROUNDS, 0) + 1
    you = asked.whole(request, "you", 0, played - 1, 0)
    critic = asked.whole(request, "critic", 0, played - 1, 0)
    pair = _pair(explored, request)
    scores = explored.learn.discriminate(pair.pictures, label=pair.label).tolist()
    chosen = int(scores[1] > scores[0])
    you, critic = you + (choice == pair.real), critic + (chosen == pair.real)
    return {
        "real": pair.real,
        "critic_choice": chosen,
        "scores": scores,
        "played": played,
        "you": you,
        "critic": critic,
        "you_within": wilson(you, played),
        "critic_within": wilson(critic, played),
        "code": _code(explored, pair),
    }


def wilson(right: int, n: int) -> list[float]:
    """The 95 % interval of a share, [low, high] (Wilson 1927)."""
    share, square = right / n, SURE**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = SURE / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return [max(0.0, middle - half), min(1.0, middle + half)]


@dataclass(frozen=True)
class Pair:
    """A round.

    Attributes:
        pictures: (2, c, h, w), in 8 bits' steps both, so that no rounding tells them apart.
        real: which of them is.
        label: their class, where the critic needs one.
        part: of the data that the real one is from, and
        place: which it is there.
        seed: by which the other was made.
    """

    pictures: Tensor
    real: int
    label: str | None
    part: str
    place: int
    seed: int


def _pair(explored: Explored, request: dict[str, Any]) -> Pair:
    seed = asked.whole(request, "seed", 0, points.SEED, 0)
    turn = asked.whole(request, "round", 0, ROUNDS, 0)
    learn: GanLearner = explored.with_data()
    data: Any = learn.data
    part = "valid" if data.count("valid") else "train"
    place = derive(seed, "round", turn) % data.count(part)
    real, label = data.xs(part, [place]), _label_of(learn, data.part(part).y, place)
    by = derive(seed, "fake", turn) % points.SEED
    fake = (learn.generate(1, seed=by, label=label).tensor * 255).round() / 255
    at = derive(seed, "place", turn) % 2
    return Pair(torch.cat([fake, real] if at else [real, fake]), at, label, part, place, by)


def _label_of(learn: GanLearner, y: Tensor | None, place: int) -> str | None:
    classes: Sequence[str] | None = learn.classes
    return None if classes is None or y is None else classes[int(y[place])]


def _code(explored: Explored, pair: Pair) -> str:
    label = "" if pair.label is None else f", label={pair.label!r}"
    return code_of(
        explored,
        f"real = learn.data.xs({pair.part!r}, [{pair.place}])",
        f"fake = learn.generate(1, seed={pair.seed}{label})",
        f"print(learn.discriminate(real{label}), learn.discriminate(fake{label}))  # higher is more real",
        data=True,
    )


ACTS: dict[str, Act] = {"deal": deal, "guess": guess}
