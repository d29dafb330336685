"""Watching a language model: does it say its training text by heart, and do its gradients explode?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch

from makebelieve.networks.stepping import stepper
from makebelieve.systems.language_model.learner import LanguageModel
from makebelieve.training import Alarm, Check, Learner

PLACES = 16
CONTEXT, SAID = 48, 24  # tokens given, tokens that must follow
MOST_EXTRACTED = 0.5  # of the places


class Memorised(Check):
    """Training text that the model says by heart: given 48 tokens of it, its greedy continuation is the next 24.

    Figure: `extracted`, the share of 16 places of the training text where that is so (extractable memorisation, Carlini
    et al. 2023, definition 3.1, with k = 48). Alarm: above a half at two looks in a row, while of the validation text
    at most half as much is continued right: text that repeats itself is no secret.
    """

    remembers = ("bad",)

    def __init__(self) -> None:
        self.bad = 0

    def measure(self, learn: Learner) -> dict[str, float]:
        model = cast(LanguageModel, learn)
        return {name: share for name, part in (("extracted", "train"), ("extracted_valid", "valid"))
                if (share := _extracted(model, part)) is not None}  # fmt: skip

    def judge(self, step: int, figures: Mapping[str, float]) -> list[Alarm]:
        if "extracted" not in figures:
            return []
        share = figures["extracted"]
        bad = share > MOST_EXTRACTED and figures.get("extracted_valid", 0.0) <= share / 2
        self.bad = self.bad + 1 if bad else 0
        self.suspects = self.bad > 0
        if self.bad < 2:
            return []
        return [Alarm("language.memorised", {"step": step, "share": f"{share:.0%}", "context": CONTEXT, "said": SAID})]


def _extracted(learn: LanguageModel, part: str) -> float | None:
    """The share at places spread evenly over a part; None where it is too short to have them."""
    texts = learn.texts
    ids = None if texts is None else texts.part("train" if part == "train" else "valid").ids
    length = CONTEXT + SAID
    if ids is None or len(ids) < PLACES * length:
        return None
    starts = torch.linspace(0, len(ids) - length, PLACES).long()
    spans = np.stack([ids[start : start + length].numpy() for start in starts.tolist()]).astype(np.int64)
    steps = stepper(learn.nets["model"], PLACES, learn.device)
    scores, right = steps.feed_many(spans[:, :CONTEXT]), np.ones(PLACES, bool)
    for place in range(CONTEXT, length):
        right &= scores.argmax(1) == spans[:, place]
        if not right.any():
            break
        scores = steps.feed(spans[:, place])
    return float(right.mean())
